//! `ip`, whose words may be cut short: `ip a s`, `ip -br link`, `ip netns exec`.

use super::known::Known;
use super::{Level, runner};
use crate::runbook::shell::Simple;
use crate::runbook::step::Risk;

const FLAGS: Known = Known(
    "-4 -6 -s -d -o -j -p -c -h -r -N -t -br -brief -oneline -json -pretty -color -stats -statistics -details -human -n: -netns: \
     -family: -timestamp",
);
#[rustfmt::skip]
const OBJECTS: &[&str] = &["address", "link", "route", "rule", "neighbour", "neighbor", "tunnel", "maddress", "mroute", "netns", "xfrm", "tcp_metrics"];
const READ: &[&str] = &["show", "list", "lst", "ls", "get", "monitor"];
const DESTROY: &[&str] = &["delete", "del", "flush"];

pub(super) fn ip(whole: &Simple, args: &[String], level: Level) -> Risk {
    let told = FLAGS.tell(args);
    let object = told.operands.first().is_some_and(|word| begins(word, OBJECTS));
    let verb = told.operands.get(1);
    match () {
        () if told.operands.contains(&"exec") => runner::risk(whole, args, level),
        () if told.operands.iter().any(|word| DESTROY.contains(word)) => Risk::Destroy,
        () if told.sure && object && verb.is_none_or(|verb| begins(verb, READ)) => Risk::Read,
        () => Risk::Change,
    }
}

/// Whether a word is the beginning of a listed one.
fn begins(word: &str, listed: &[&str]) -> bool {
    listed.iter().any(|known| known.starts_with(word))
}
