//! Programs that run another program: what they run, and what can be said of them alone.

use super::{table, variables};
use crate::runbook::step::Risk;

/// What a wrapper runs.
pub(super) enum Inner<'a> {
    Words(&'a [String]),
    /// Words of which not all stand in the text.
    Made(Vec<String>),
    /// A text that a shell reads again.
    Text(String),
}

pub(super) struct Wrapped<'a> {
    pub inner: Inner<'a>,
    /// The risk of the wrapper itself, or of a flag that nobody here knows.
    pub least: Risk,
}

/// How a wrapper's own words are told from the wrapped ones.
struct Shape {
    names: &'static [&'static str],
    /// Flags with a value behind them.
    values: &'static [&'static str],
    /// Letters of flags without one, for clusters like `-it`.
    letters: &'static str,
    /// Words of its own before the program: a host, a duration.
    own: usize,
    /// The rest is joined and read by a shell again.
    again: bool,
}

const SHAPES: &[Shape] = &[
    Shape {
        names: &["sudo", "doas"],
        values: &["-u", "-g", "-h", "-p", "-C", "-r", "-t", "-D", "-R", "-T", "--user", "--group"],
        letters: "nEHSkbP",
        own: 0,
        again: false,
    },
    Shape { names: &["time"], values: &["-f"], letters: "pvqV", own: 0, again: false },
    Shape { names: &["exec"], values: &["-a"], letters: "cl", own: 0, again: false },
    Shape {
        names: &["nohup", "setsid", "command", "builtin", "chronic", "catchsegv"],
        values: &[],
        letters: "pvwcVef",
        own: 0,
        again: false,
    },
    Shape {
        names: &["nice", "ionice", "chrt", "stdbuf", "taskset"],
        values: &["-n", "-c", "-p", "-i", "-o", "-e", "--adjustment"],
        letters: "t",
        own: 0,
        again: false,
    },
    Shape {
        names: &["timeout"],
        values: &["-k", "-s", "--signal", "--kill-after"],
        letters: "v",
        own: 1,
        again: false,
    },
    Shape {
        names: &["xargs"],
        values: &["-I", "-n", "-P", "-L", "-d", "-E", "-s", "-a", "--max-args", "--max-procs", "--delimiter"],
        letters: "0rtpx",
        own: 0,
        again: false,
    },
    Shape {
        names: &["env"],
        values: &["-u", "-C", "--unset", "--chdir"],
        letters: "i0v",
        own: 0,
        again: false,
    },
    Shape {
        names: &["watch"],
        values: &["-n", "--interval", "-q"],
        letters: "dtgcxbpe",
        own: 0,
        again: true,
    },
    Shape {
        names: &["ssh"],
        values: &["-i", "-p", "-o", "-l", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-E", "-m", "-S", "-W"],
        letters: "tTqvnCkax46",
        own: 1,
        again: true,
    },
    Shape { names: &["eval"], values: &[], letters: "", own: 0, again: true },
];

/// Long flags of wrappers that take no value and change nothing.
const QUIET: &[&str] =
    &["--no-run-if-empty", "--null", "--verbose", "--ignore-environment", "--differences", "--preserve-env"];

pub(super) fn is_shell(name: &str) -> bool {
    matches!(name, "bash" | "sh" | "zsh" | "dash" | "ksh" | "ash")
}

pub(super) fn is_wrapper(name: &str) -> bool {
    SHAPES.iter().any(|shape| shape.names.contains(&name))
}

/// What `name args` runs, where it is a program that runs another.
pub(super) fn inner<'a>(name: &str, args: &'a [String]) -> Option<Wrapped<'a>> {
    if is_shell(name) || name == "su" {
        return spoken(args);
    }
    if matches!(name, "kubectl" | "oc" | "docker" | "podman" | "nerdctl") {
        return inside_container(name, args);
    }
    let shape = SHAPES.iter().find(|shape| shape.names.contains(&name))?;
    if name == "command" && args.first().is_some_and(|arg| matches!(arg.as_str(), "-v" | "-V")) {
        return Some(Wrapped { inner: Inner::Words(&[]), least: Risk::Read });
    }
    if name == "env"
        && let Some(text) = split_again(args)
    {
        return Some(Wrapped { inner: Inner::Text(text), least: Risk::Change });
    }
    let (rest, sure) = past_own_words(shape, args);
    let own = &args[..args.len() - rest.len()];
    let harmless =
        (!rest.is_empty() || ALONE.contains(&name)) && own.iter().all(|word| is_harmless(name, word));
    let inner = match () {
        () if shape.again => Inner::Text(rest.join(" ")),
        () if name == "xargs" && !rest.is_empty() => Inner::Made(handed(rest)),
        () => Inner::Words(rest),
    };
    Some(Wrapped { inner, least: if sure && harmless { Risk::Read } else { Risk::Change } })
}

/// Wrappers that only look where they run nothing.
const ALONE: &[&str] = &["env", "time", "exec", "xargs", "command", "builtin", "eval"];

/// Options of ssh that choose how to connect, and run nothing on this side.
#[rustfmt::skip]
const SSH_OPTIONS: &[&str] = &["batchmode", "connecttimeout", "connectionattempts", "loglevel", "serveraliveinterval", "serveralivecountmax",
    "stricthostkeychecking", "user", "port", "requesttty", "passwordauthentication"];

/// Whether a word of a wrapper's own, a variable or an option, leaves the wrapped program what it is.
fn is_harmless(name: &str, word: &str) -> bool {
    let set = word.split_once('=').map(|(set, _)| set.trim_start_matches("-o"));
    match (name, set) {
        // `-o "ProxyCommand x"` needs no equals sign.
        ("ssh", _) if word.contains(char::is_whitespace) => false,
        ("ssh", None) => {
            !["-F", "-E", "-L", "-R", "-D", "-W", "-S"].iter().any(|flag| word.starts_with(flag))
        }
        ("ssh", Some(option)) => SSH_OPTIONS.contains(&option.to_ascii_lowercase().as_str()),
        ("env" | "sudo" | "doas", Some(variable)) if !word.starts_with('-') => variables::harmless(variable),
        _ => true,
    }
}

/// `env -S TEXT`: the text is taken apart, and what stands behind it comes after.
fn split_again(args: &[String]) -> Option<String> {
    let at = args.iter().position(|arg| {
        arg.starts_with("--split-string")
            || arg.starts_with('-') && !arg.starts_with("--") && arg.contains('S')
    })?;
    let glued = args[at].split_once(['S', '=']).map_or("", |(_, text)| text);
    Some(format!("{glued} {}", args[at + 1..].join(" ")))
}

/// What comes through the pipe stands behind: words that nobody has seen.
fn handed(words: &[String]) -> Vec<String> {
    words.iter().cloned().chain(["$()".to_owned()]).collect()
}

/// The first word of a wrapper that is its own: a host, a duration.
pub(super) fn own_word<'a>(name: &str, args: &'a [String]) -> Option<&'a str> {
    let shape = SHAPES.iter().find(|shape| shape.names.contains(&name) && shape.own > 0)?;
    let (rest, _) = past_own_words(&Shape { own: 0, ..*shape }, args);
    rest.first().map(String::as_str)
}

/// `sh -c TEXT`, `su - user -c TEXT`.
fn spoken(args: &[String]) -> Option<Wrapped<'_>> {
    let flag = args.iter().position(|arg| is_cluster(arg) && arg.ends_with('c'))?;
    let text = args.get(flag + 1)?;
    // Another shell, or a file it reads first; and `{}` is a text that find or xargs puts in.
    let plain = |arg: &String| !arg.starts_with('-') || arg[1..].chars().all(|c| "lxeuvcn".contains(c));
    let sure = args[..=flag].iter().all(plain) && !text.contains("{}");
    Some(Wrapped { inner: Inner::Text(text.clone()), least: if sure { Risk::Read } else { Risk::Change } })
}

/// `kubectl exec … -- PROGRAM`, `docker exec [FLAGS] CONTAINER PROGRAM`.
fn inside_container<'a>(name: &str, args: &'a [String]) -> Option<Wrapped<'a>> {
    if table::verb(name, args)? != "exec" {
        return None;
    }
    if let Some(dashes) = args.iter().position(|arg| arg == "--") {
        let least = if table::flags_are_known(name, &args[..dashes]) { Risk::Read } else { Risk::Change };
        return Some(Wrapped { inner: Inner::Words(&args[dashes + 1..]), least });
    }
    if matches!(name, "kubectl" | "oc") {
        return None;
    }
    let exec = args.iter().position(|arg| arg == "exec")?;
    let shape = Shape {
        names: &[],
        values: &["-e", "-u", "-w", "--env", "--user", "--workdir", "--env-file"],
        letters: "itd",
        own: 1,
        again: false,
    };
    let (rest, sure) = past_own_words(&shape, &args[exec + 1..]);
    let own = &args[..args.len() - rest.len()];
    let harmless = own.iter().all(|word| is_harmless("env", word.trim_start_matches("-e")));
    let least = if sure && harmless { Risk::Read } else { Risk::Change };
    Some(Wrapped { inner: Inner::Words(rest), least })
}

/// Skips flags, assignments and own words; says whether every flag was a known one.
fn past_own_words<'a>(shape: &Shape, args: &'a [String]) -> (&'a [String], bool) {
    let mut rest = args;
    let mut sure = true;
    let mut own = shape.own;
    while let Some((word, tail)) = rest.split_first() {
        let env_assignment = shape.names.contains(&"env") || shape.names.contains(&"sudo");
        if shape.values.contains(&word.as_str()) {
            rest = tail.get(1..).unwrap_or_default();
        } else if word.starts_with('-') && word != "-" {
            sure &= is_quiet(shape, word);
            rest = tail;
        } else if env_assignment && word.contains('=') {
            rest = tail;
        } else if own > 0 {
            own -= 1;
            rest = tail;
        } else {
            break;
        }
    }
    (rest, sure)
}

fn is_quiet(shape: &Shape, flag: &str) -> bool {
    if flag.starts_with("--") {
        return flag.contains('=') || flag == "--" || QUIET.contains(&flag);
    }
    let glued = shape.values.iter().any(|value| value.len() == 2 && flag.starts_with(value));
    glued || flag.chars().skip(1).all(|c| shape.letters.contains(c) || c.is_ascii_digit())
}

fn is_cluster(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--")
}
