//! What a command acts on, as far as its text says: a cluster, a host, a database, an account.
//!
//! A command that names nothing of its own acts on what the machine has chosen before, such as
//! kubectl's current context: only the machine knows that, so it comes out as [`Which::Current`].

use super::risk;
use super::shell::{self, Simple};

/// Commands nested deeper than this are not followed.
const DEPTH: usize = 8;

/// One thing a command acts on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// What sort of thing: `kubectl context`, `namespace`, `ssh host`.
    pub kind: &'static str,
    pub which: Which,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// The command names it. Raw text.
    Named(String),
    /// What this machine has chosen before.
    Current,
    /// Chosen on another machine, by the command's own variables, or as the command runs.
    Elsewhere,
}

/// The kind whose current one can be looked up on this machine.
pub const KUBECTL: &str = "kubectl context";

/// A flag by which programs are told what to act on.
struct Flag {
    programs: &'static [&'static str],
    kind: &'static str,
    flags: &'static [&'static str],
    /// Without the flag it is something that was chosen before.
    chosen_before: bool,
    /// A variable of the environment that chooses, too.
    variable: &'static str,
}

#[rustfmt::skip]
const FLAGS: &[Flag] = &[
    Flag { programs: &["kubectl", "oc"], kind: KUBECTL, flags: &["--context"], chosen_before: true, variable: "KUBECONFIG" },
    Flag { programs: &["helm"], kind: KUBECTL, flags: &["--kube-context"], chosen_before: true, variable: "KUBECONFIG" },
    Flag { programs: &["kubectl", "oc", "helm"], kind: "namespace", flags: &["-n", "--namespace"], chosen_before: false, variable: "" },
    Flag { programs: &["docker", "podman"], kind: "docker host", flags: &["-H", "--host", "--context"], chosen_before: false, variable: "DOCKER_HOST" },
    Flag { programs: &["psql", "pg_dump", "vacuumdb", "reindexdb", "dropdb", "pg_isready"], kind: "database host", flags: &["-h", "--host"],
        chosen_before: false, variable: "PGHOST" },
    Flag { programs: &["psql", "pg_dump", "vacuumdb", "reindexdb"], kind: "database", flags: &["-d", "--dbname"], chosen_before: false,
        variable: "PGDATABASE" },
    Flag { programs: &["mysql", "mariadb", "redis-cli", "valkey-cli"], kind: "database host", flags: &["-h", "--host"], chosen_before: false, variable: "" },
    Flag { programs: &["aws"], kind: "aws profile", flags: &["--profile"], chosen_before: true, variable: "AWS_PROFILE" },
    Flag { programs: &["aws"], kind: "aws region", flags: &["--region"], chosen_before: false, variable: "AWS_REGION" },
    Flag { programs: &["gcloud"], kind: "gcloud project", flags: &["--project"], chosen_before: true, variable: "" },
    Flag { programs: &["systemctl"], kind: "ssh host", flags: &["-H", "--host"], chosen_before: false, variable: "" },
];

/// Everything a command's text says it acts on, each once, in order of appearance.
pub fn of(command: &str) -> Vec<Target> {
    let mut found = Vec::new();
    script(command, false, 0, &mut found);
    let mut once: Vec<Target> = Vec::new();
    for target in found {
        if !once.contains(&target) {
            once.push(target);
        }
    }
    once
}

/// What is known of targets, in one line: `kubectl context prod, namespace pay`.
pub fn known(targets: &[Target]) -> Option<String> {
    let named = targets.iter().filter_map(|target| match &target.which {
        Which::Named(name) => Some(format!("{} {name}", target.kind)),
        Which::Current | Which::Elsewhere => None,
    });
    let named: Vec<String> = named.collect();
    (!named.is_empty()).then(|| named.join(", "))
}

/// `remote`: it runs on another machine, whose choices nobody here knows.
fn script(text: &str, remote: bool, depth: usize, found: &mut Vec<Target>) {
    if depth > DEPTH {
        return;
    }
    let script = shell::read(text);
    for simple in &script.commands {
        let fed = simple.redirects.iter().filter(|redirect| redirect.op.starts_with("<<"));
        let over = words(simple, &simple.words, (remote, depth), found);
        if simple.words.first().is_some_and(|first| risk::reads_scripts(first)) {
            fed.for_each(|redirect| self::script(&redirect.target, over, depth + 1, found));
        }
    }
    script.nested.iter().for_each(|nested| self::script(nested, remote, depth + 1, found));
}

/// Whether what these words run, runs on another machine.
fn words(whole: &Simple, words: &[String], (remote, depth): (bool, usize), found: &mut Vec<Target>) -> bool {
    let Some((first, args)) = words.split_first().filter(|_| depth <= DEPTH) else { return remote };
    let name = risk::base(first);
    let host = risk::own_word(name, args).filter(|_| name == "ssh");
    if let Some(host) = host {
        found.push(Target { kind: "ssh host", which: Which::Named(host.to_owned()) });
    }
    let over = remote || name == "ssh";
    flags(whole, name, args, remote, found);
    match risk::wrapped(name, args) {
        Some(risk::Wrapped::Words(inner)) => self::words(whole, &inner, (over, depth + 1), found),
        Some(risk::Wrapped::Text(text)) => {
            script(&text, over, depth + 1, found);
            over
        }
        None => over,
    }
}

fn flags(whole: &Simple, name: &str, args: &[String], remote: bool, found: &mut Vec<Target>) {
    // What stands behind `--` belongs to another program.
    let own = args.split(|arg| arg == "--").next().unwrap_or_default();
    for flag in FLAGS.iter().filter(|flag| flag.programs.contains(&name)) {
        let set = whole.sets.iter().any(|set| set == flag.variable);
        let which = match value(own, flag.flags) {
            Some(value) if value.contains('$') => Some(Which::Elsewhere),
            Some(value) => Some(Which::Named(value.to_owned())),
            None if set || (remote && flag.chosen_before) => Some(Which::Elsewhere),
            None if flag.chosen_before => Some(Which::Current),
            None => None,
        };
        found.extend(which.map(|which| Target { kind: flag.kind, which }));
    }
}

/// The value of the first of these flags: `-n x`, `-nx`, `--name x`, `--name=x`.
fn value<'a>(args: &'a [String], flags: &[&str]) -> Option<&'a str> {
    args.iter().enumerate().find_map(|(at, arg)| {
        flags.iter().find_map(|flag| {
            let rest = arg.strip_prefix(flag)?;
            match (flag.starts_with("--"), rest) {
                (_, "") => args.get(at + 1).map(String::as_str),
                (true, rest) => rest.strip_prefix('='),
                (false, rest) => Some(rest.trim_start_matches('=')),
            }
        })
    })
}
