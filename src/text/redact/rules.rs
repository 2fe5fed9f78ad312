//! The table of secret shapes. ASCII only, so that the patterns stay small; no pattern crosses a line.

use super::is_mask;

/// One shape of a secret. Group 1, 2 or 3 of the pattern is the secret, else the whole match.
#[derive(Debug)]
pub(super) struct Rule {
    pub name: &'static str,
    /// Without one of these (in any case) the pattern is not tried.
    pub keywords: &'static [&'static str],
    pub pattern: &'static str,
    /// A last look at what the pattern caught.
    pub accepts: fn(&str) -> bool,
}

fn always(_: &str) -> bool {
    true
}

/// A value, and not a mask, a placeholder, a variable or a word that stands for "nothing".
fn value(text: &str) -> bool {
    const NOTHING: &[&str] =
        &["null", "none", "nil", "true", "false", "undefined", "empty", "required", "not"];
    let bare = text.trim_matches(['"', '\'']);
    let placeholder =
        bare.starts_with(['$', '<', '{', '%']) || bare.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '.'));
    !is_mask(text) && !placeholder && !NOTHING.contains(&bare.to_ascii_lowercase().as_str())
}

/// A value that looks made up by a machine: eight characters at least, a digit among them.
fn random(text: &str) -> bool {
    value(text) && text.len() >= 8 && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// `PWD=/root` is where somebody is, not how they got in.
fn no_path(text: &str) -> bool {
    value(text) && !text.starts_with('/')
}

/// The name of something secret, with what may be glued to it.
macro_rules! named {
    ($words:literal, $value:literal) => {
        concat!(
            r#"(?i)(?:"#,
            $words,
            r#")[a-z0-9_.-]*(?:\\?["'])?[ \t]*(?:=>|:=|[:=])[ \t]*"#,
            r#"(?:"((?u:[^"\n])+)"|'((?u:[^'\n])+)'|(?:\\?["'])?("#,
            $value,
            r#"))"#
        )
    };
}

#[rustfmt::skip]
pub(super) const TABLE: &[Rule] = &[
    Rule {
        name: "aws-access-key",
        keywords: &["AKIA", "ASIA", "ABIA", "ACCA"],
        pattern: r"\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})\b",
        accepts: always,
    },
    Rule {
        name: "aws-secret-key",
        keywords: &["aws"],
        pattern: r#"(?i)aws[a-z0-9_ .-]*(?:secret|session|sk)[a-z0-9_ .-]*["']?[ \t]*(?:=>|:=|[:=])[ \t]*["']?([A-Za-z0-9/+=]{40,})"#,
        accepts: always,
    },
    Rule {
        name: "github-token",
        keywords: &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        pattern: r"\b(gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,})",
        accepts: always,
    },
    Rule {
        name: "gitlab-token",
        keywords: &["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glsoat-"],
        pattern: r"\b(gl(?:pat|dt|rt|cbt|ptt|soat)-[A-Za-z0-9_-]{20,})",
        accepts: always,
    },
    Rule {
        name: "slack-token",
        keywords: &["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe", "xapp-"],
        pattern: r"\b((?:xox[abprse](?:\.xox[bp])?|xapp)-[A-Za-z0-9-]{10,})",
        accepts: always,
    },
    Rule {
        name: "slack-webhook",
        keywords: &["hooks.slack.com"],
        pattern: r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_+-]{20,})",
        accepts: always,
    },
    Rule {
        name: "stripe-key",
        keywords: &["sk_live_", "rk_live_", "sk_test_", "rk_test_", "whsec_"],
        pattern: r"\b((?:[sr]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,})",
        accepts: always,
    },
    Rule {
        name: "google-api-key",
        keywords: &["AIza"],
        pattern: r"\b(AIza[A-Za-z0-9_-]{35})",
        accepts: always,
    },
    Rule {
        name: "npm-or-pypi-token",
        keywords: &["npm_", "pypi-"],
        pattern: r"\b(npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,})",
        accepts: always,
    },
    Rule {
        name: "vault-token",
        keywords: &["hvs.", "hvb."],
        pattern: r"\b(hv[sb]\.[A-Za-z0-9_-]{20,})",
        accepts: always,
    },
    Rule {
        name: "openai-or-anthropic-key",
        keywords: &["sk-"],
        pattern: r"\b(sk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{32,})",
        accepts: always,
    },
    Rule {
        name: "jwt",
        keywords: &["eyJ"],
        pattern: r"\b(eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?)",
        accepts: always,
    },
    Rule {
        name: "authorization",
        keywords: &["authorization", "bearer", "x-api-key", "x-auth-token", "private-token", "cookie"],
        pattern: r#"(?i)\b(?:(?:proxy-)?authorization["']?[ \t]*[:=][ \t]*["']?(?:(?:bearer|basic|token|digest|negotiate|apikey)[ \t]+)?|bearer[ \t]+|(?:x-api-key|x-auth-token|private-token|set-cookie|cookie)["']?[ \t]*[:=][ \t]*["']?)([!#-&(-+\--:<-~]{6,})"#,
        accepts: value,
    },
    Rule {
        name: "url-password",
        keywords: &["://"],
        pattern: r"\b[A-Za-z][A-Za-z0-9+.-]*://[!-.0-9;-?A-~]*:([!#-&(-.0-?A-~]+)@",
        accepts: value,
    },
    Rule {
        name: "user-password-flag",
        keywords: &["curl", "mysql", "--user"],
        pattern: r#"(?:[ \t]-u[ \t]*|[ \t]--user[= \t])["']?[A-Za-z0-9_.@+-]+:([!#-&(-~]+)"#,
        accepts: value,
    },
    Rule {
        name: "password-assignment",
        keywords: &["passw", "passphrase", "pgpass", "pwd"],
        pattern: named!("passw(?:or)?d|passphrase|pgpass|[_.-]pwd", "[!#-&(-+\\--:<-~]+"),
        accepts: value,
    },
    Rule {
        name: "password-assignment",
        keywords: &["pwd"],
        pattern: named!("\\bpwd", "[!#-&(-+\\--:<-~]+"),
        accepts: no_path,
    },
    Rule {
        name: "secret-flag",
        keywords: &["--pass", "--token", "--secret", "--api-key", "--auth-token", "--access-token", "--client-secret", "--bearer"],
        pattern: r#"--(?:pass(?:w(?:or)?d|phrase)?|token|secret|api-key|auth-token|access-token|client-secret|bearer)(?:[ \t]+|=)["']?([!#-&(-~]+)"#,
        accepts: value,
    },
    Rule {
        name: "sql-password",
        keywords: &["identified", "password"],
        pattern: r"(?i)\b(?:identified[ \t]+by|password)[ \t]+'((?u:[^'\n])+)'",
        accepts: value,
    },
    Rule {
        name: "kubernetes-secret",
        keywords: &["secret"],
        pattern: r#"\\*"kind\\*":[ ]?\\*"Secret\\*".*?\\*"(?:data|stringData)\\*":[ ]?\{([^{}\n]+)\}|\\*"(?:data|stringData)\\*":[ ]?\{([^{}\n]+)\}.*?\\*"kind\\*":[ ]?\\*"Secret\\*""#,
        accepts: value,
    },
    Rule {
        name: "secret-assignment",
        keywords: &["secret", "token", "api_key", "apikey", "api-key", "access_key", "accesskey", "access-key", "private_key",
            "client_key", "auth_key", "authkey", "credential", "signature", "encryption_key", "account_key", "accountkey"],
        pattern: named!(
            "secret|token|api[_-]?key|access[_-]?key|private_key|client_key|auth_?key|credential|signature|encryption_key|account_?key",
            "[!#-&(-+\\--:<-~]+"
        ),
        accepts: random,
    },
];
