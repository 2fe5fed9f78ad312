//! Windows about lines of the timeline: correcting one, striking one, writing pasted ones.

use super::{Confirm, Form, Purpose, Question};
use crate::incident::Entry;

impl Form {
    /// What an entry should say; what it says stays.
    pub fn amend(entry: &Entry) -> Self {
        let seq = entry.event.seq;
        Self::new(Purpose::Amend { seq }, "Correct the line; what it said stays listed")
            .line("how it should read", &entry.text)
    }

    pub fn strike(entry: &Entry) -> Self {
        let seq = entry.event.seq;
        Self::new(Purpose::Strike { seq }, format!("Strike: {}", entry.text))
            .line("why it does not count", "")
    }
}

impl Confirm {
    /// Pasted lines, each as it is shown and as it is; so many happened at the time they begin with.
    pub fn paste(shown: Vec<String>, timed: usize, lines: Vec<String>) -> Self {
        let title = format!("Paste {count} lines as {count} entries?", count = lines.len());
        let at = match timed {
            0 => None,
            1 => Some("1 line begins with a time: that is when it happened.".to_owned()),
            count => Some(format!("{count} lines begin with a time: that is when each happened.")),
        };
        Self::new(Question::Record(lines), &title, at.into_iter().chain(shown).collect())
    }
}
