//! Keys to actions, and the words for keys.

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::{Action, Row, Scope, TABLE, row_of};
use super::model::Pane;
use crate::text::{Place, Problem, problem};

/// A key as people write it: `d`, `G`, `ctrl-k`, `pagedown`, `f1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    modifiers: KeyModifiers,
}

const NAMED: &[(&str, KeyCode)] = &[
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("space", KeyCode::Char(' ')),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
    ("pagedown", KeyCode::PageDown),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
];

/// The way out of a key that does not exist.
const KEYS: &str = "write d, G, ctrl-k, pagedown or f1";

impl Key {
    /// Reads a key's name; `None` for one that does not exist.
    pub fn parse(text: &str) -> Option<Self> {
        let mut modifiers = KeyModifiers::NONE;
        let mut rest = text.trim();
        while let Some((modifier, tail)) =
            rest.split_once('-').filter(|(head, tail)| !head.is_empty() && !tail.is_empty())
        {
            modifiers |= match modifier {
                "ctrl" => KeyModifiers::CONTROL,
                "alt" => KeyModifiers::ALT,
                "shift" => KeyModifiers::SHIFT,
                _ => return None,
            };
            rest = tail;
        }
        Some(Self { code: code(rest)?, modifiers })
    }

    /// What a terminal sent, without the shift that a capital letter already says.
    pub fn of(event: KeyEvent) -> Self {
        let mut modifiers =
            event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        if matches!(event.code, KeyCode::Char(_) | KeyCode::BackTab) {
            modifiers -= KeyModifiers::SHIFT;
        }
        Self { code: event.code, modifiers }
    }
}

fn code(name: &str) -> Option<KeyCode> {
    let mut chars = name.chars();
    if let (Some(only), None) = (chars.next(), chars.next()) {
        return Some(KeyCode::Char(only));
    }
    if let Some(number) = name.strip_prefix('f').and_then(|digits| digits.parse().ok()) {
        return Some(KeyCode::F(number));
    }
    NAMED.iter().find(|(known, _)| *known == name).map(|(_, code)| *code)
}

/// Which keys do what: the table's own, overridden by a user's `keys.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Keymap {
    keys: Vec<(Action, Scope, Vec<String>)>,
}

impl Default for Keymap {
    fn default() -> Self {
        let keys = |row: &Row| row.keys.iter().map(ToString::to_string).collect();
        Self { keys: TABLE.iter().map(|row| (row.action, row.scope, keys(row))).collect() }
    }
}

impl Keymap {
    /// Overrides keys by action name: `declare = "D"` or `declare = ["D", "f5"]`.
    ///
    /// A line that cannot be read costs that line: the action keeps its keys.
    pub fn with_overrides(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let mut keymap = Self::default();
        let wanted: BTreeMap<toml::Spanned<String>, toml::Value> = match toml::from_str(text) {
            Ok(wanted) => wanted,
            Err(error) => return (keymap, vec![syntax(file, text, &error)]),
        };
        let mut problems = Vec::new();
        for (name, keys) in wanted {
            let place = Place::at_byte(file, text, name.span().start);
            if let Err(problem) = keymap.set(place, name.get_ref(), &keys) {
                problems.push(problem);
            }
        }
        problems.extend(keymap.clashes().into_iter().map(|what| {
            Problem::error(Place::file(file), "key-clash", what).way_out("give one of them another key")
        }));
        (keymap, problems)
    }

    fn set(&mut self, place: Place, name: &str, keys: &toml::Value) -> Result<(), Problem> {
        let Some(row) = TABLE.iter().find(|row| row.name == name) else {
            let names = TABLE.iter().map(|row| row.name);
            let way_out = problem::meant(name, names, || "`warroom keys` lists them".to_owned());
            return Err(
                Problem::error(place, "unknown-action", format!("{name}: no such action")).way_out(way_out)
            );
        };
        let Some(keys) = one_or_many(keys) else {
            let what = format!("{name}: {keys}: no key and no list of keys");
            return Err(Problem::error(place, "unknown-key", what).way_out(KEYS));
        };
        if let Some(bad) = keys.iter().find(|key| Key::parse(key).is_none()) {
            let what = format!("{bad}: no such key");
            return Err(Problem::error(place, "unknown-key", what).way_out(KEYS));
        }
        for (action, _, held) in &mut self.keys {
            if *action == row.action {
                held.clone_from(&keys);
            }
        }
        Ok(())
    }

    /// The action a key means where `pane` has the focus; the pane's own keys come first.
    pub fn action(&self, event: KeyEvent, pane: Pane) -> Option<Action> {
        let pressed = Key::of(event);
        let hears = |scope: Scope| {
            self.keys
                .iter()
                .find(|(_, held, keys)| {
                    *held == scope && keys.iter().any(|key| Key::parse(key) == Some(pressed))
                })
                .map(|(action, _, _)| *action)
        };
        hears(Scope::In(pane)).or_else(|| hears(Scope::Everywhere))
    }

    /// The keys of an action, as people write them.
    pub fn keys(&self, action: Action) -> &[String] {
        self.keys.iter().find(|(held, _, _)| *held == action).map_or(&[], |(_, _, keys)| keys.as_slice())
    }

    /// The first key of an action, for the footer.
    pub fn key(&self, action: Action) -> &str {
        self.keys(action).first().map_or("", String::as_str)
    }

    /// Two actions that would hear the same key, each as a sentence that names both.
    pub fn clashes(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (index, (one, scope, keys)) in self.keys.iter().enumerate() {
            for (other, other_scope, other_keys) in &self.keys[index + 1..] {
                let meet = scope == other_scope;
                let shared = keys.iter().find(|key| other_keys.iter().any(|other| same(key, other)));
                if let (true, Some(key)) = (meet, shared) {
                    found.push(format!("{key}: both {} and {}", name_of(*one), name_of(*other)));
                }
            }
        }
        found
    }
}

/// Two spellings of one key are one key.
fn same(one: &str, other: &str) -> bool {
    Key::parse(one) == Key::parse(other)
}

fn name_of(action: Action) -> &'static str {
    row_of(action).map_or("", |row| row.name)
}

fn syntax(file: &str, text: &str, error: &toml::de::Error) -> Problem {
    let start = error.span().map_or(0, |span| span.start);
    Problem::error(Place::at_byte(file, text, start), "syntax", error.message().to_owned())
}

/// `"D"` or `["D", "f5"]`.
fn one_or_many(value: &toml::Value) -> Option<Vec<String>> {
    let text = |value: &toml::Value| value.as_str().map(str::to_owned);
    match value {
        toml::Value::Array(keys) => keys.iter().map(text).collect(),
        one => Some(vec![text(one)?]),
    }
}
