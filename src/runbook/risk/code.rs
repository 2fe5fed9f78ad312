//! Programs in other languages than the shell's: awk, and what an interpreter is given to run.

use super::known::Known;
use super::{Level, script};
use crate::runbook::shell::Simple;
use crate::runbook::step::Risk;

#[rustfmt::skip]
const INTERPRETERS: &[&str] = &[
    "python", "python2", "python3", "perl", "ruby", "node", "nodejs", "deno", "bun", "php", "lua", "irb", "tclsh", "mongo", "mongosh",
    "rails", "groovy", "osascript", "pwsh",
];

/// Parts of names under which languages and their libraries remove things or run a command.
#[rustfmt::skip]
const ENDINGS: &[&str] = &[
    "rmtree", "unlink", "remove", "rmdir", "rmsync", "delete", "drop", "truncate", "system", "popen", "subprocess", "exec", "spawn",
    "rm_r", "rm_f", "fileutils.rm", "os.kill", "shutdown", "`",
];

const AWK_FLAGS: Known =
    Known("-F: -v: --field-separator: --assign: --posix --re-interval --traditional --sandbox");

pub(super) fn is_interpreter(name: &str) -> bool {
    INTERPRETERS.contains(&name)
        || ["python3.", "python2."].iter().any(|versioned| name.starts_with(versioned))
}

/// An interpreter may do anything; code that speaks of removing destroys.
pub(super) fn interpreter(whole: &Simple, args: &[String]) -> Risk {
    let flagged = args.iter().enumerate().filter(|(_, arg)| holds_code(arg)).flat_map(|(at, arg)| {
        let glued = arg.split_once('=').map(|(_, code)| code);
        glued.into_iter().chain(args.get(at + 1).map(String::as_str))
    });
    let glued =
        args.iter().filter(|arg| arg.starts_with('-') && arg.contains(['(', ' '])).map(String::as_str);
    let fed = whole.redirects.iter().filter(|redirect| redirect.op.starts_with("<<"));
    let mut code = flagged.chain(glued).chain(fed.map(|redirect| redirect.target.as_str()));
    if code.any(removes) { Risk::Destroy } else { Risk::Change }
}

/// `-c`, `-e`, `-pe`, `--eval`: code stands behind it.
fn holds_code(flag: &str) -> bool {
    let cluster = flag.starts_with('-') && !flag.starts_with("--");
    cluster && flag.ends_with(['c', 'e', 'E', 'r', 'p'])
        || flag.starts_with("--eval")
        || flag.starts_with("--print")
}

fn removes(code: &str) -> bool {
    let lower = code.to_ascii_lowercase();
    let commands =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "rm" || word == "kill");
    commands || ENDINGS.iter().any(|part| lower.contains(part))
}

/// An awk program can run others and write files.
pub(super) fn awk(args: &[String], level: Level) -> Risk {
    let told = AWK_FLAGS.tell(args);
    let program = told.operands.first().copied().unwrap_or_default();
    let plain = program.replace("||", " ");
    let acts = ["system", "@", "/inet"].iter().any(|part| plain.contains(part)) || plain.contains(['>', '|']);
    // Every other piece between quotes is a text: a file, or a command.
    let texts = args.iter().flat_map(|arg| arg.split('"').skip(1).step_by(2));
    let run =
        texts.map(|text| script(text, level.deeper())).max().filter(|risk| acts && *risk == Risk::Destroy);
    let own = if acts || !told.sure { Risk::Change } else { Risk::Read };
    run.unwrap_or(own)
}
