//! Secrets are masked in every shape they leak in, and ordinary text is left alone.

#[path = "redact/listed.rs"]
mod listed;
#[path = "redact/manifests.rs"]
mod manifests;

use std::sync::LazyLock;

use proptest::prelude::*;
use warroom::text::redact::{Redactor, Window};

/// Compiled once for all tests: that is what costs.
fn shared() -> &'static Redactor {
    static SHARED: LazyLock<Redactor> = LazyLock::new(Redactor::new);
    &SHARED
}

fn masked(text: &str) -> String {
    shared().redact(text).0
}

/// Secrets are put together here, so that no scanner takes this file for a leak.
fn made(prefix: &str, length: usize) -> String {
    let body: String = "k7Qm2ZtX9bLw4RvN8cHs5PdJ3fGy6TaE1uKo0".chars().cycle().take(length).collect();
    format!("{prefix}{body}")
}

#[test]
fn well_known_shapes_are_masked_under_their_rule() {
    let jwt = format!("{}.{}.{}", made("eyJ", 20), made("eyJ", 30), made("", 40));
    let cases = [
        ("aws-access-key", "AKIAIOSFODNN7EXAMPLE".to_owned()),
        ("github-token", made("ghp_", 36)),
        ("github-token", made("github_pat_", 60)),
        ("gitlab-token", made("glpat-", 20)),
        ("slack-token", made("xoxb-", 40)),
        ("stripe-key", made("sk_live_", 24)),
        ("google-api-key", made("AIza", 35)),
        ("npm-or-pypi-token", made("npm_", 36)),
        ("vault-token", made("hvs.", 24)),
        ("openai-or-anthropic-key", made("sk-ant-", 40)),
        ("jwt", jwt),
    ];
    for (rule, secret) in cases {
        let (out, counts) = shared().redact(&format!("before {secret} after"));
        assert_eq!(out, format!("before [redacted:{rule}] after"));
        assert_eq!(counts.get(rule), Some(&1), "{rule}");
    }
}

#[test]
fn a_secret_is_masked_by_the_name_it_stands_under() {
    let cases = [
        ("password=hunter2", "password=[redacted:password-assignment]"),
        ("PGPASSWORD='two words'", "PGPASSWORD='[redacted:password-assignment]'"),
        (r#"{"db_password": "hunter2"}"#, r#"{"db_password": "[redacted:password-assignment]"}"#),
        (r#"\"password\":\"hunter2\""#, r#"\"password\":\"[redacted:password-assignment]""#),
        ("api_key: 4f9d8c7b6a5e", "api_key: [redacted:secret-assignment]"),
        ("token=abc12345def", "token=[redacted:secret-assignment]"),
        ("--token s3cr3t run", "--token [redacted:secret-flag] run"),
        ("ALTER USER a PASSWORD 'x y'", "ALTER USER a PASSWORD '[redacted:sql-password]'"),
        ("curl -u ana:hunter2 http://h", "curl -u ana:[redacted:user-password-flag] http://h"),
        ("Authorization: Bearer abcdef123456", "Authorization: Bearer [redacted:authorization]"),
        ("authorization: Basic dXNlcjpwYXNz", "authorization: Basic [redacted:authorization]"),
        ("-H 'X-Api-Key: 0123456789'", "-H 'X-Api-Key: [redacted:authorization]'"),
        ("postgres://app:hunter2@db:5432/x", "postgres://app:[redacted:url-password]@db:5432/x"),
        ("redis://:hunter2@cache:6379", "redis://:[redacted:url-password]@cache:6379"),
        (
            "aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00",
            "aws_secret_access_key = [redacted:aws-secret-key]",
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(masked(text), wanted);
    }
}

#[test]
fn ordinary_output_is_left_alone() {
    let cases = [
        "NAME READY STATUS RESTARTS AGE",
        "checkout-7d9f8b6c5-x2x4z 1/1 Running 0 12m",
        "http://checkout.internal:8080/api/v1/token",
        "PWD=/root",
        "password=$DB_PASSWORD",
        "password: <your password>",
        "token: null",
        "secretName: checkout-tls",
        "error: connection refused at 10.0.0.1:5432",
        "sha256:4f9d8c7b6a5e4d3c2b1a",
        "user@host:~$ ls",
        "-----BEGIN CERTIFICATE-----",
    ];
    for text in cases {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn a_private_key_block_becomes_one_mask_and_what_follows_stays() {
    let body = made("", 64);
    let name = "RSA PRIVATE KEY";
    let text = format!("a\n-----BEGIN {name}-----\n{body}\n{body}\n-----END {name}-----\nb\n");
    let (out, counts) = shared().redact(&text);
    assert_eq!(out, "a\n[redacted:private-key]\nb\n");
    assert_eq!(counts.get("private-key"), Some(&1));
}

#[test]
fn a_private_key_without_an_end_does_not_swallow_the_log_behind_it() {
    let text = format!("-----BEGIN PRIVATE KEY-----\n{}\nexit status: not ok\n", made("", 64));
    assert_eq!(masked(&text), "[redacted:private-key]\nexit status: not ok\n");
}

#[test]
fn a_private_key_in_log_lines_or_on_one_line_is_masked_too() {
    let body = made("", 64);
    let logged = format!(
        "12:00 app: -----BEGIN PRIVATE KEY-----\n12:00 app: {body}\n12:00 app: -----END PRIVATE KEY-----\nok"
    );
    assert_eq!(masked(&logged), "12:00 app: [redacted:private-key]\nok");
    let glued = format!(r#"{{"key":"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----"}}"#);
    assert!(!masked(&glued).contains(&body));
}

#[test]
fn a_typed_secret_is_masked_in_every_form_it_leaks_in() {
    let secret = "p@ss \"w'rd/1";
    let redactor = shared().clone().with_secrets([secret]);
    let forms = [
        secret.to_owned(),
        r#"p@ss \"w'rd/1"#.to_owned(),
        "p%40ss%20%22w%27rd%2F1".to_owned(),
        "p%40ss%20%22w%27rd%2f1".to_owned(),
        "cEBzcyAidydyZC8x".to_owned(),
        r#"p@ss \"w'rd\/1"#.to_owned(),
        r#"p@ss\ \"w\'rd/1"#.to_owned(),
    ];
    for form in forms {
        let (out, counts) = redactor.redact(&format!("<{form}>"));
        assert_eq!(out, "<[redacted:typed]>", "{form}");
        assert_eq!(counts.get("typed"), Some(&1));
    }
    // base64 of `user:` and the secret: only what depends on the secret goes.
    let (out, _) = redactor.redact("dXNlcjpwQHNzICJ3J3JkLzE=");
    assert!(out.contains("[redacted:typed]") && !out.contains("QHNzICJ3J3Jk"), "{out}");
}

#[test]
fn a_short_typed_secret_is_masked_as_a_word_only() {
    let redactor = shared().clone().with_secrets(["abc"]);
    assert_eq!(redactor.redact("abc abcd").0, "[redacted:typed] abcd");
}

#[test]
fn a_stream_cut_anywhere_is_masked_like_the_whole() {
    let secret = made("ghp_", 36);
    let key = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", made("", 64));
    is_masked_wherever_it_is_cut(&format!("one\n{key}two {secret} password=hunter2\nthree"));
}

/// Whole or in two pieces, it comes out the same.
fn is_masked_wherever_it_is_cut(text: &str) {
    let redactor = shared().clone();
    let whole = redactor.redact(text).0;
    for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
        let mut window = Window::new(&redactor);
        let out = window.push(&text[..cut]) + &window.push(&text[cut..]) + &window.finish();
        assert_eq!(out, whole, "cut at {cut}");
    }
}

#[test]
fn a_secret_across_the_pieces_of_an_endless_line_is_masked() {
    let redactor = shared().clone().with_secrets(["correct-horse-battery"]);
    for offset in [0, 1, 60_000, 65_530, 65_536 - 4096, 131_060] {
        let text = format!("{}correct-horse-battery{}", "a".repeat(offset), "b".repeat(100_000));
        let mut window = Window::new(&redactor);
        let mut out = String::new();
        for piece in text.as_bytes().chunks(1000) {
            out += &window.push(std::str::from_utf8(piece).expect("ascii"));
        }
        out += &window.finish();
        assert!(!out.contains("horse"), "offset {offset}");
        assert_eq!(window.counts().get("typed"), Some(&1), "offset {offset}");
    }
}

proptest! {
    #[test]
    fn masking_what_is_masked_changes_nothing(text in "[ -~\n]{0,200}") {
        let once = masked(&text);
        prop_assert_eq!(masked(&once), once);
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), secret in any::<String>()) {
        let redactor = shared().clone().with_secrets([secret.as_str()]);
        let (out, counts) = redactor.redact(&text);
        prop_assert_eq!(counts.is_empty(), out == text);
    }
}
