//! The table of actions and the keys that a user may change.

use std::collections::BTreeSet;

use warroom::app::action::{self, Scope, TABLE};
use warroom::app::form::Help;
use warroom::app::keymap::Key;
use warroom::app::{Action, Keymap, Pane};

use crate::desk::key;

#[test]
fn every_row_is_complete_and_stands_once() {
    for row in TABLE {
        assert!(!row.help.is_empty() && !row.label.is_empty() && !row.keys.is_empty(), "{}", row.name);
        assert!(row.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{} is kebab-case", row.name);
        assert!(!row.help.ends_with('.'), "{}: no full stop for one phrase", row.name);
        assert!(row.label.len() <= 13, "{}: a label of one or two words", row.name);
        for key in row.keys {
            assert!(Key::parse(key).is_some(), "{}: {key}", row.name);
        }
    }
    let names: BTreeSet<&str> = TABLE.iter().map(|row| row.name).collect();
    let actions: BTreeSet<Action> = TABLE.iter().map(|row| row.action).collect();
    assert_eq!((names.len(), actions.len()), (TABLE.len(), TABLE.len()));
}

/// The variants of an enum that hold nothing, as `outer(Variant)` where they are held by another one.
fn variants(source: &str, head: &str, outer: &str) -> Vec<String> {
    let body = source.split_once(head).expect("the enum").1.split_once("\n}").expect("its end").0;
    let names = body.lines().map(|line| line.trim().trim_end_matches(','));
    let plain = names.filter(|name| !name.is_empty() && name.chars().all(char::is_alphanumeric));
    plain.map(|name| if outer.is_empty() { name.to_owned() } else { format!("{outer}({name})") }).collect()
}

#[test]
fn every_action_is_in_the_help() {
    let shown = Help::open().matches();
    assert_eq!(shown, TABLE.iter().map(|row| row.action).collect::<Vec<_>>());
    let listed: BTreeSet<String> = TABLE.iter().map(|row| format!("{:?}", row.action)).collect();
    let actions = variants(include_str!("../../src/app/action.rs"), "pub enum Action {", "");
    let acts = variants(include_str!("../../src/app/on_lines.rs"), "pub enum RowAct {", "Rows");
    let burn = variants(include_str!("../../src/app/on_burn/walk.rs"), "pub enum BurnAct {", "Burn");
    let jumps = variants(include_str!("../../src/app/lines.rs"), "pub enum Jump {", "Rows(Jump");
    let jumps = jumps.into_iter().map(|jump| format!("{jump})"));
    assert_eq!(listed, actions.into_iter().chain(acts).chain(burn).chain(jumps).collect());
}

#[test]
fn the_shipped_keys_clash_nowhere() {
    assert_eq!(Keymap::default().clashes(), Vec::<String>::new());
    for row in TABLE.iter().filter(|row| row.scope != Scope::Everywhere) {
        let everywhere = TABLE.iter().filter(|other| other.scope == Scope::Everywhere);
        for other in everywhere {
            let shared = row.keys.iter().find(|key| other.keys.contains(key));
            assert_eq!(shared, None, "{} hides {} in its pane", row.name, other.name);
        }
    }
}

#[test]
fn every_footer_names_help_and_leaving() {
    for pane in Pane::ALL {
        let shown: Vec<Action> = action::footer(pane).iter().map(|row| row.action).collect();
        assert!(shown.contains(&Action::Help) && shown.contains(&Action::Quit), "{pane:?}");
    }
}

#[test]
fn a_pane_hears_its_own_keys_and_the_others_do_not() {
    let keymap = Keymap::default();
    for pane in Pane::ALL {
        let heard = keymap.action(key("r"), pane);
        assert_eq!(heard, (pane == Pane::Runbook).then_some(Action::RunStep), "{pane:?}");
    }
}

#[test]
fn names_of_keys_are_read() {
    for name in
        ["d", "G", "?", "-", "ctrl-k", "ctrl--", "alt-x", "shift-up", "pagedown", "f1", "f12", "space"]
    {
        assert!(Key::parse(name).is_some(), "{name}");
    }
    for name in ["", "dd", "ctl-k", "ctrl-", "page down", "fx", "hyper-x"] {
        assert!(Key::parse(name).is_none(), "{name}");
    }
}

#[test]
fn an_override_takes_the_old_keys_away() {
    let (keymap, problems) = Keymap::with_overrides("keys.toml", "declare = \"D\"\nnote = [\"Y\", \"f5\"]\n");
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(keymap.action(key("D"), Pane::Burn), Some(Action::Declare));
    assert_eq!(keymap.action(key("d"), Pane::Burn), None);
    assert_eq!(keymap.keys(Action::Note), ["Y", "f5"]);
}

#[test]
fn what_cannot_be_read_says_where_and_what_to_do() {
    let cases = [
        (
            "declare = \"D\"\nsevrity = \"v\"\n",
            "keys.toml:2:1: sevrity: no such action (did you mean severity?)",
        ),
        (
            "declare = \"hyper-d\"\n",
            "keys.toml:1:1: hyper-d: no such key (write d, G, ctrl-k, pagedown or f1)",
        ),
        (
            "declare = 5\n",
            "keys.toml:1:1: declare: 5: no key and no list of keys (write d, G, ctrl-k, pagedown or f1)",
        ),
        ("declare = \"n\"\n", "keys.toml: n: both declare and note (give one of them another key)"),
    ];
    for (text, expected) in cases {
        let (_, problems) = Keymap::with_overrides("keys.toml", text);
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(said, [expected]);
    }
}

#[test]
fn a_bad_line_costs_that_line_and_a_broken_file_costs_nothing() {
    for bad in ["\"nope\"", "5", "[1, \"x\"]"] {
        let (keymap, problems) =
            Keymap::with_overrides("keys.toml", &format!("declare = {bad}\nnote = \"Y\"\n"));
        assert_eq!(problems.len(), 1, "{bad}");
        assert_eq!((keymap.key(Action::Declare), keymap.key(Action::Note)), ("d", "Y"), "{bad}");
    }
    let (keymap, problems) = Keymap::with_overrides("keys.toml", "declare = \n");
    assert_eq!((keymap, problems.len()), (Keymap::default(), 1));
    assert_eq!(problems[0].place.line, 1);
}
