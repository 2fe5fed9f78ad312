//! The terms under which a step's command runs, from the runbook's front matter: its risk, how long
//! it may take, whether it wants the whole terminal.
//!
//! ```text
//! risk: change          # every command at least this
//! timeout: 10m          # every command
//! risks:
//!   3: read             # step 3: a program nobody here knows, which its author vouches for
//! timeouts:
//!   3: 30m
//! interactive: 4, 4.1   # steps that want a terminal
//! ```

use std::time::Duration;

use super::risk;
use super::step::{Risk, Runbook};
use crate::text::when;

/// What a command may do, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    pub risk: Risk,
    /// What its text alone says.
    pub by_text: Risk,
}

impl Runbook {
    /// The risk of a step's command with its placeholders filled. The front matter may raise it; it may
    /// call a program a read that nobody here knows, where its author does; it never makes less of what is
    /// known to change or destroy.
    pub fn judge(&self, step: &str, filled: &str) -> Judged {
        let by_text = risk::of(filled);
        let least = self.meta("risk").and_then(risk::declared).unwrap_or(Risk::Read);
        let own = self.meta(&format!("risks.{step}")).and_then(risk::declared);
        let risk = match own {
            Some(own) => risk::vouched(filled).max(own).max(least),
            None => by_text.max(least),
        };
        Judged { risk, by_text }
    }

    /// How long a step's command may take, where the runbook says.
    pub fn timeout_of(&self, step: &str) -> Option<Duration> {
        let text = self.meta(&format!("timeouts.{step}")).or_else(|| self.meta("timeout"))?;
        when::parse_span(text).ok()
    }

    /// Whether a step's command wants the whole terminal.
    pub fn is_interactive(&self, step: &str) -> bool {
        self.meta("interactive")
            .is_some_and(|steps| steps.split([',', ' ', '[', ']']).any(|marked| marked == step))
    }
}
