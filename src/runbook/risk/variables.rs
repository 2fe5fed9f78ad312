//! Variables that a command is given, and those that a block leaves to the next: some decide which code runs.

use crate::runbook::shell::Simple;
use crate::runbook::step::Risk;

/// Names that choose words, a time zone, an account or a server, and run nothing.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    "LANG", "LANGUAGE", "TZ", "COLUMNS", "LINES", "NO_COLOR", "CLICOLOR", "FORCE_COLOR", "TERM", "PGPASSWORD", "PGUSER", "PGHOST",
    "PGPORT", "PGDATABASE", "PGCONNECT_TIMEOUT", "PGAPPNAME", "PGSSLMODE", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION",
    "AWS_DEFAULT_OUTPUT", "ETCDCTL_API", "REDISCLI_AUTH", "MYSQL_PWD", "SYSTEMD_COLORS", "WATCH_INTERVAL",
];

/// Names that say where code or settings come from, or how a shell reads what follows.
#[rustfmt::skip]
const LOADERS: &[&str] = &[
    "PATH", "IFS", "ENV", "SHELL", "SHELLOPTS", "BASHOPTS", "PROMPT_COMMAND", "PS0", "PS1", "PS2", "PS4", "CDPATH", "FPATH",
    "HOME", "ZDOTDIR", "INPUTRC", "EDITOR", "VISUAL", "BROWSER", "KUBECONFIG", "PSQLRC", "CURL_HOME", "RIPGREP_CONFIG_PATH",
    "CLASSPATH", "GLOBIGNORE", "HISTFILE", "TMPDIR", "TERMINFO", "WGETRC", "NETRC", "SYSTEMD_EDITOR",
];
const LOADER_STARTS: &[&str] = &[
    "LD_",
    "DYLD_",
    "BASH_",
    "GIT_",
    "LESS",
    "PYTHON",
    "PERL",
    "RUBY",
    "NODE_",
    "KUBE",
    "HELM_",
    "DOCKER_",
    "TF_",
    "OPENSSL_",
    "SSL_",
    "JAVA_",
    "ANSIBLE_",
    "XDG_",
    "PSQL_",
    "PGSERVICE",
    "PGSYSCONF",
    "PGPASSFILE",
    "MYSQL_HOME",
    "NPM_",
    "GEM_",
    "BUNDLE_",
    "GCONV_",
    "SUDO_",
    "SSH_",
    "AWS_CONFIG",
    "AWS_SHARED",
    "VAULT_",
];
const LOADER_ENDS: &[&str] = &["PAGER", "_OPTIONS", "_OPTS", "_ASKPASS", "_EDITOR", "_PRELOAD", "_PATH"];

/// Built-ins that set or take away the variables they name.
const SETTERS: &[&str] = &[
    "export",
    "declare",
    "typeset",
    "local",
    "readonly",
    "read",
    "mapfile",
    "readarray",
    "unset",
    "getopts",
    "printf",
    "wait",
    "let",
];

/// What the variables of one command make of it at least.
pub(super) fn risk(command: &Simple) -> Risk {
    let mut before = command.sets.iter().take(command.before);
    let harmless = before.all(|name| harmless(name)) && !command.sets.iter().any(|name| loads(name));
    let plain = !command.words.iter().any(|word| defaults_loader(word)) && !names_loader(&command.words);
    if harmless && plain { Risk::Read } else { Risk::Change }
}

/// `export PATH`, `read 'PATH[0]'`, `printf -v PATH`.
fn names_loader(words: &[String]) -> bool {
    let mut words = words.iter().skip_while(|word| matches!(word.as_str(), "builtin" | "command"));
    let sets = words.next().is_some_and(|first| SETTERS.contains(&first.as_str()));
    sets && words.any(|word| loads(name_at(word.strip_prefix("-v").unwrap_or(word))))
}

/// `${PATH:=x}` sets it where it is not set.
fn defaults_loader(word: &str) -> bool {
    word.split("${").skip(1).any(|inner| {
        let name = name_at(inner);
        let behind = &inner[name.len()..];
        loads(name) && (behind.starts_with('=') || behind.starts_with(":="))
    })
}

/// The name that a text begins with.
fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// Whether a program may be given this variable and still does the same.
pub(super) fn harmless(name: &str) -> bool {
    HARMLESS.contains(&name) || name.starts_with("LC_")
}

pub(super) fn loads(name: &str) -> bool {
    LOADERS.contains(&name)
        || LOADER_STARTS.iter().any(|start| name.starts_with(start))
        || LOADER_ENDS.iter().any(|end| name.ends_with(end))
}
