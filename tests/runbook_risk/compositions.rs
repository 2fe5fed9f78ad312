//! Whatever commands are put together to, the whole does at least what its worst part does.

use proptest::prelude::*;
use warroom::runbook::{Risk, risk};

#[rustfmt::skip]
const PARTS: &[&str] = &[
    "ls", "df -h", "kubectl get pods", "sort f", "git log", "date +%s", "curl -sS http://h", "psql -Atc \"select 1\"",
    "touch f", "frobnicate", "kubectl scale deploy/x --replicas=3", "sed -i s/a/b/ f", "git push", "sort -o f f", "curl -d a http://h",
    "python3 -c pass", "PATH=/tmp ls", "read PATH", "git -c a=b log", "uniq a b",
    "rm x", "kubectl delete pod x", "git reset --hard", "docker run alpine rm x", "psql -c \"drop table x\"", "parallel rm ::: x",
    "dd if=a of=b", "redis-cli flushall", "find . -delete", "crontab -r", "curl -X DELETE http://h", "frobnicate rm x",
    "alias a=\"rm x\"", "terraform apply -auto-approve",
];

/// A text made of commands, and the worst of them.
fn composed() -> impl Strategy<Value = (String, Risk)> {
    let leaf = prop::sample::select(PARTS).prop_map(|part| (part.to_owned(), risk::of(part)));
    leaf.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            (
                inner.clone(),
                prop::sample::select(&[" | ", " && ", " || ", "; ", " & ", "\n"][..]),
                inner.clone()
            )
                .prop_map(|((a, one), sign, (b, two))| (format!("{a}{sign}{b}"), one.max(two))),
            (inner, 0..9_usize).prop_map(|((text, risk), how)| (wrapped(&text, how), risk)),
        ]
    })
}

fn wrapped(text: &str, how: usize) -> String {
    let quoted = format!("'{}'", text.replace('\'', r"'\''"));
    match how {
        // Spaced: two parentheses at once would begin a sum.
        0 => format!("echo $( {text} )"),
        1 => format!("({text})"),
        2 => format!("sudo sh -c {quoted}"),
        3 => format!("xargs -n 1 bash -c {quoted}"),
        4 => format!("echo \"$( {text} )\""),
        5 => format!("LANG=C timeout 5 sh -c {quoted}"),
        6 => format!("if true; then {text}\nfi"),
        7 => format!("cat <({text})"),
        _ => format!("ssh h {quoted}"),
    }
}

/// Parts that do not act on the shell itself: behind `sudo` that shell is another one.
fn own_process() -> impl Strategy<Value = &'static str> {
    prop::sample::select(PARTS).prop_filter("acts on its shell", |part| !part.starts_with("read "))
}

proptest! {
    #[test]
    fn the_whole_is_never_less_than_a_part((text, worst) in composed()) {
        prop_assert!(risk::of(&text) >= worst, "{} is less than {}: {text}", risk::of(&text).word(), worst.word());
    }

    #[test]
    fn what_stands_before_a_program_never_lessens_it(part in own_process(), before in "(sudo|nohup|time|nice -n 5|env|LANG=C|X=1|xargs|timeout 3|sudo -u me env|stdbuf -oL)") {
        prop_assert!(risk::of(&format!("{before} {part}")) >= risk::of(part), "{before} {part}");
    }
}
