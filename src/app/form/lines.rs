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
    /// Pasted lines, each as it is shown and as it is.
    pub fn paste(shown: Vec<String>, lines: Vec<String>) -> Self {
        let title = format!("Paste {count} lines as {count} entries?", count = lines.len());
        Self::new(Question::Record(lines), &title, shown)
    }
}
