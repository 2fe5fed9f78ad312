//! What the SQL that a database client is given does. Words inside literals count too: upwards only.

use crate::runbook::shell::Simple;
use crate::runbook::step::Risk;

const READS: &[&str] =
    &["SELECT", "SHOW", "EXPLAIN", "WITH", "VALUES", "TABLE", "DESCRIBE", "DESC", "PRAGMA"];
const DESTROYS: &[&str] = &["DROP", "DELETE", "TRUNCATE", "PURGE"];
const CHANGES: &[&str] = &[
    "INSERT",
    "UPDATE",
    "ALTER",
    "CREATE",
    "GRANT",
    "REVOKE",
    "VACUUM",
    "REINDEX",
    "CLUSTER",
    "COPY",
    "CALL",
    "DO",
    "SET",
    "RESET",
    "KILL",
    "LOCK",
    "MERGE",
    "REPLACE",
    "RENAME",
    "CHECKPOINT",
    "REFRESH",
    "COMMENT",
    "LOAD",
    "FLUSH",
    "OPTIMIZE",
    "INTO",
    "NOTIFY",
    "ANALYZE",
];
/// Parts of the names of functions that act.
const ACTING: &[&str] = &[
    "TERMINATE",
    "CANCEL",
    "RELOAD",
    "PROMOTE",
    "ROTATE",
    "SETVAL",
    "NEXTVAL",
    "UNLINK",
    "RESET",
    "SWITCH",
    "DBLINK",
    "LO_",
    "ADVISORY_LOCK",
    "DROP_",
    "CREATE_",
    "SET_CONFIG",
    "EXEC",
    "WRITE_FILE",
    "READ_FILE",
    "LOAD_FILE",
    "BACKUP",
];

/// Judges a client by the SQL on its command line or in its here-document; one that has none there
/// reads it elsewhere, which nobody can judge.
pub(super) fn client(whole: &Simple, args: &[String]) -> Risk {
    if args.iter().any(|arg| matches!(arg.as_str(), "-l" | "--list" | "--version" | "-V" | "--help")) {
        return Risk::Read;
    }
    if args.iter().any(|arg| of(arg) == Risk::Destroy) {
        return Risk::Destroy;
    }
    let file = args.iter().any(|arg| matches!(arg.as_str(), "-f" | "--file" | "-o" | "--output" | "-L"));
    let texts = statements(whole, args);
    if file || texts.is_empty() {
        return texts.iter().map(|text| of(text)).max().unwrap_or(Risk::Change).max(Risk::Change);
    }
    texts.iter().map(|text| of(text)).max().unwrap_or(Risk::Change)
}

fn statements(whole: &Simple, args: &[String]) -> Vec<String> {
    let mut texts: Vec<String> = whole
        .redirects
        .iter()
        .filter(|redirect| redirect.op.starts_with("<<"))
        .map(|redirect| redirect.target.clone())
        .collect();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        if let Some((_, text)) =
            arg.split_once('=').filter(|(flag, _)| matches!(*flag, "--command" | "--execute" | "--query"))
        {
            texts.push(text.to_owned());
        } else if asks(arg) {
            texts.extend(rest.next().cloned());
        }
    }
    texts
}

/// `-c`, `-e`, alone or at the end of a cluster such as `-Atc`.
fn asks(arg: &str) -> bool {
    let cluster = arg.starts_with('-') && !arg.starts_with("--") && arg.ends_with(['c', 'e']);
    cluster || matches!(arg, "--command" | "--execute" | "--query")
}

fn of(text: &str) -> Risk {
    let upper = text.to_ascii_uppercase();
    let words: Vec<&str> = upper.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    if words.iter().any(|word| DESTROYS.contains(word)) {
        return Risk::Destroy;
    }
    let acts =
        words.iter().any(|word| CHANGES.contains(word) || ACTING.iter().any(|part| word.contains(part)));
    let reads = upper.split(';').map(str::trim).filter(|one| !one.is_empty()).all(is_read);
    if acts || !reads { Risk::Change } else { Risk::Read }
}

fn is_read(statement: &str) -> bool {
    if let Some(meta) = statement.strip_prefix('\\') {
        return meta.starts_with(['D', 'L', 'X', 'Z'])
            || meta.starts_with("CONNINFO")
            || meta.starts_with("TIMING");
    }
    let first = statement.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    READS.contains(&first)
}
