//! What the SQL that a database client is given does. Words inside literals count too: upwards only.

use super::known::Known;
use super::{Level, functions, script};
use crate::runbook::shell::Simple;
use crate::runbook::step::Risk;

const READS: &[&str] = &["SELECT", "SHOW", "EXPLAIN", "WITH", "VALUES", "TABLE", "DESCRIBE", "DESC"];
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
    "SHARE",
    "OUTFILE",
    "DUMPFILE",
];

/// Flags of the clients that write nothing and read no commands from elsewhere, or whose text is judged below.
#[rustfmt::skip]
const FLAGS: &[(&str, Known)] = &[
    ("psql", Known("-A -t -q -x -X -w -W -h: -p: -U: -d: -v: -P: -F: -R: -c: -l -a -b -e -E -n -s -S -1 -z -0 -V -H --command: --host: --port: \
        --username: --dbname: --no-psqlrc --tuples-only --no-align --quiet --expanded --csv --set: --variable: --field-separator: \
        --no-password --list --single-transaction --echo-errors --pset:")),
    ("mysql", Known("-e: -h: -u: -p -P: -D: -N -B -s -t -E -A -S: -v -V -H -r --execute: --host: --user: --password: --port: --database: --batch --table \
        --skip-column-names --silent --raw --vertical --protocol: --socket: --ssl-mode: --connect-timeout: --no-auto-rehash")),
    ("mariadb", Known("-e: -h: -u: -p -P: -D: -N -B -s -t -E --execute: --host: --user: --password: --port: --database: --batch --table")),
    ("clickhouse-client", Known("-q: -h: -u: -d: -n -t --query: --host: --port: --user: --password: --database: --secure --format: --multiquery --time")),
    ("sqlite3", Known("-batch -readonly -header -csv -json -column -line -list -separator: -noheader -version")),
];
/// Judges a client by the SQL on its command line or in its here-document; one that has none there
/// reads it elsewhere, which nobody can judge.
pub(super) fn client(whole: &Simple, name: &str, args: &[String], level: Level) -> Risk {
    let sure = flags_are_known(name, args);
    let looks = |arg: &String| matches!(arg.as_str(), "-l" | "--list" | "--version" | "-V" | "--help");
    let texts = statements(whole, args);
    let spoken = texts.iter().chain(args).flat_map(|text| shell_texts(text));
    let run = spoken.map(|text| script(text, level.deeper()).max(Risk::Change)).max().unwrap_or(Risk::Read);
    let said = texts.iter().map(|text| of(text)).max();
    let elsewhere = args.iter().any(|arg| of(arg) == Risk::Destroy);
    match said {
        _ if elsewhere => Risk::Destroy,
        None if sure && args.iter().any(looks) => run,
        None => run.max(Risk::Change),
        // Text in one word with its flag, `-cselect`, is not taken apart.
        Some(said)
            if sure && !args.iter().any(|arg| arg.starts_with('-') && arg.contains(char::is_whitespace)) =>
        {
            said.max(run)
        }
        Some(said) => said.max(run).max(Risk::Change),
    }
}

/// Whether every flag is known. `-p` may hold its password; a variable that holds more than a word may be SQL.
fn flags_are_known(name: &str, args: &[String]) -> bool {
    let password = |arg: &String| name != "psql" && arg.starts_with("-p") && !arg.starts_with("--");
    let flags: Vec<String> = args.iter().filter(|arg| !password(arg)).cloned().collect();
    let is_word = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "_=.-$".contains(c));
    let sets = |flag: &str| ["-v", "--set", "--variable"].iter().any(|set| flag.starts_with(set));
    let plain = args.windows(2).all(|pair| !sets(&pair[0]) || is_word(&pair[0]) && is_word(&pair[1]));
    let known = FLAGS.iter().any(|(known, list)| *known == name && list.tell(&flags).sure);
    known && (plain || name != "psql")
}

/// What a client's own commands give to a shell: `\! df`, `.shell df`, what stands between backticks.
fn shell_texts(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.split(['\n', ';']).filter_map(|line| {
        let line = line.trim();
        let behind = line.split_once("\\!").map(|(_, behind)| behind);
        behind
            .or_else(|| [".shell ", ".system ", "system "].iter().find_map(|start| line.strip_prefix(start)))
    });
    let ticked = text.split('`').skip(1).step_by(2).filter(|_| text.contains('\\'));
    lines.chain(ticked)
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
    if words.iter().any(|word| functions::DESTROYING.contains(word))
        || (words.contains(&"COPY") && words.contains(&"PROGRAM"))
    {
        return Risk::Destroy;
    }
    let acts = words.iter().any(|word| CHANGES.contains(word) && !is_call(&upper, word));
    let reads = upper.split(';').map(str::trim).filter(|one| !one.is_empty()).all(is_read);
    if acts || !reads || !functions::only_read(&upper) { Risk::Change } else { Risk::Read }
}

/// `replace(x, y, z)` is a function, `REPLACE INTO` is not.
fn is_call(upper: &str, word: &str) -> bool {
    word == "REPLACE" && !upper.contains("REPLACE INTO") && upper.contains("REPLACE(")
}

/// Commands of psql that only show.
const SHOWN: &[&str] = &["L", "X", "Z", "Q", "CONNINFO", "TIMING", "WATCH"];

fn is_read(statement: &str) -> bool {
    let commands_read = statement.split('\\').skip(1).all(|command| {
        let name = command.split(|c: char| !c.is_ascii_alphabetic() && c != '!').next().unwrap_or_default();
        // A bare `\G` ends a statement, with a word behind it the word is a file.
        SHOWN.contains(&name) || name.starts_with('D') || command.trim() == "G"
    });
    let first = statement.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    commands_read && (statement.starts_with('\\') || READS.contains(&first))
}
