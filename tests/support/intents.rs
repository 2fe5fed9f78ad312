//! Intents as the tests of the rules ask for them.

use warroom::incident::event::NoteKind;
use warroom::incident::{Intent, Role};

pub fn text(text: &str) -> String {
    text.to_owned()
}

pub fn note(words: &str) -> Intent {
    Intent::Note { text: text(words), kind: NoteKind::Observation, star: false }
}

pub fn assign(role: Role, who: &str, reason: Option<&str>) -> Intent {
    Intent::AssignRole { role, who: text(who), reason: reason.map(text) }
}

pub fn release(role: Role, who: Option<&str>) -> Intent {
    Intent::ReleaseRole { role, who: who.map(text) }
}

pub fn strike(seq: u64) -> Intent {
    Intent::Strike { seq, reason: text("wrong host") }
}

pub fn task(words: &str) -> Intent {
    Intent::AddTask { text: text(words), owner: text("bob"), due: None }
}
