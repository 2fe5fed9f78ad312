//! The same command without its effect, where its tool can show what it would do.
//!
//! Offered only where the command is one program on one line and the rewritten text, read again, is
//! exactly the words that were meant: a dry run that is not one would be worse than none.

use super::risk;
use super::shell;

/// How a tool is asked to change nothing.
enum Way {
    /// A flag behind everything else.
    Flag(&'static str),
    /// Another verb in place of the tool's own.
    Verb(&'static str, &'static str),
}

/// A tool's verbs (none: any) and how they are rehearsed.
struct Tool {
    names: &'static [&'static str],
    verbs: &'static [&'static str],
    way: Way,
}

#[rustfmt::skip]
const TOOLS: &[Tool] = &[
    Tool {
        names: &["kubectl", "oc"],
        verbs: &["apply", "create", "delete", "drain", "cordon", "uncordon", "taint", "label", "annotate", "patch", "replace", "scale",
            "autoscale", "expose", "set", "run", "rollout undo"],
        way: Way::Flag("--dry-run=server"),
    },
    Tool { names: &["helm"], verbs: &["install", "upgrade", "rollback", "uninstall", "delete"], way: Way::Flag("--dry-run") },
    Tool { names: &["terraform", "tofu"], verbs: &["apply"], way: Way::Verb("apply", "plan") },
    Tool { names: &["terraform", "tofu"], verbs: &["destroy"], way: Way::Verb("destroy", "plan -destroy") },
    Tool { names: &["rsync"], verbs: &[], way: Way::Flag("--dry-run") },
    Tool { names: &["git"], verbs: &["push", "clean"], way: Way::Flag("--dry-run") },
    Tool { names: &["apt", "apt-get"], verbs: &[], way: Way::Flag("--simulate") },
    Tool { names: &["ansible-playbook"], verbs: &[], way: Way::Flag("--check") },
    Tool { names: &["certbot"], verbs: &["renew"], way: Way::Flag("--dry-run") },
    Tool { names: &["logrotate"], verbs: &[], way: Way::Flag("--debug") },
];

/// The command as its tool rehearses it; `None` where there is no such form, or it is one already.
pub fn form(command: &str) -> Option<String> {
    let command = command.trim();
    let script = shell::read(command);
    let [simple] = script.commands.as_slice() else { return None };
    let plain = script.nested.is_empty() && simple.redirects.is_empty() && !command.contains(['\n', '#']);
    if !plain || simple.words.iter().any(|word| word == "--") {
        return None;
    }
    let at = simple.words.iter().position(|word| tool_named(word).next().is_some())?;
    // Only what is a wrapper to us may stand before it.
    if at > 0 && !matches!(risk::base(&simple.words[0]), "sudo" | "time" | "env" | "command") {
        return None;
    }
    let (before, args) = simple.words.split_at(at + 1);
    let way = tool_named(&before[at]).find(|tool| fits(tool, args)).map(|tool| &tool.way)?;
    let (text, meant) = match way {
        Way::Flag(flag) => flagged(command, &simple.words, flag)?,
        Way::Verb(from, to) => renamed(command, &simple.words, from, to),
    };
    let read = shell::read(&text);
    (read.commands.len() == 1 && read.commands[0].words == meant).then_some(text)
}

fn tool_named(word: &str) -> impl Iterator<Item = &'static Tool> {
    let name = risk::base(word).to_owned();
    TOOLS.iter().filter(move |tool| tool.names.contains(&name.as_str()))
}

/// The verb is the first word that is no flag and no flag's value; a flag before it that may have a
/// value makes it doubtful, and then the verb may be any of the first words.
fn fits(tool: &Tool, args: &[String]) -> bool {
    let words: Vec<&str> = args.iter().map(String::as_str).filter(|arg| !arg.starts_with('-')).collect();
    tool.verbs.is_empty()
        || tool.verbs.iter().any(|verb| {
            let parts: Vec<&str> = verb.split(' ').collect();
            words.windows(parts.len()).take(3).any(|window| window == parts)
        })
}

fn flagged(command: &str, words: &[String], flag: &str) -> Option<(String, Vec<String>)> {
    let name = flag.split('=').next().unwrap_or(flag);
    if words.iter().any(|word| word.starts_with(name)) {
        return None;
    }
    let meant = words.iter().cloned().chain([flag.to_owned()]).collect();
    Some((format!("{command} {flag}"), meant))
}

fn renamed(command: &str, words: &[String], from: &str, to: &str) -> (String, Vec<String>) {
    let text = command.replacen(&format!(" {from}"), &format!(" {to}"), 1);
    let mut meant: Vec<String> = Vec::new();
    let mut done = false;
    for word in words {
        if word == from && !done {
            meant.extend(to.split(' ').map(str::to_owned));
            done = true;
        } else {
            // `plan` asks nothing and knows no `-auto-approve`.
            meant.push(word.clone());
        }
    }
    let text = text.replace(" -auto-approve", "").replace(" --auto-approve", "");
    meant.retain(|word| !matches!(word.as_str(), "-auto-approve" | "--auto-approve"));
    (text, meant)
}
