//! The windows of a silence: how long and why, then exactly what it would cover.

use super::{Choice, Confirm, Form, Purpose, Question};
use crate::incident::event::SilenceEnded;
use crate::incident::inbox::{Matcher, SilenceWish};

impl Form {
    /// `spans` are the lengths to choose from.
    pub fn silence(title: String, (source, matchers): (String, Vec<Matcher>), spans: &[&str]) -> Self {
        Self::new(Purpose::Silence { source, matchers }, title)
            .choices(spans.iter().map(|span| Choice::new(span, "")))
            .chosen(1)
            .line("why nobody is to be called", "")
    }
}

impl Confirm {
    /// Exactly what a silence matches, until when, and what it covers now.
    pub fn silence(wish: SilenceWish, covered: usize, lines: Vec<String>) -> Self {
        let title = match covered {
            1 => "Silence 1 alert?".to_owned(),
            count => format!("Silence {count} alerts?"),
        };
        Self::new(Question::Silence(wish, covered), &title, lines)
    }

    pub fn unsilence(ended: SilenceEnded) -> Self {
        let lines = vec![format!("Silence {} in {}: what it covers calls again.", ended.id, ended.source)];
        Self::new(Question::Unsilence(ended), "End the silence?", lines)
    }
}
