//! What each question shows before its own key answers it.

use std::time::Duration;

use super::{Confirm, DESTROY_WORD, Question};
use crate::app::editor::Editor;
use crate::app::effect::RunRequest;
use crate::incident::event::SilenceEnded;
use crate::incident::inbox::SilenceWish;
use crate::incident::{Checks, Role};
use crate::runbook::{Risk, placeholder};
use crate::text::Time;
use crate::text::when::{before, since};

/// How long a command has been on the screen before a key counts: what was typed before one could have
/// seen it was meant for something else.
const GLANCE: Duration = Duration::from_millis(300);

impl Confirm {
    /// Whether a key may answer: of a command only once all of it was on the screen for a glance.
    pub fn takes_answers(&self, now: Time) -> bool {
        let is_command = matches!(self.question, Question::Run(_));
        !is_command || self.seen_at.is_some_and(|at| at <= now && since(at, now) >= GLANCE)
    }

    /// It was printed whole, and what is typed from now on is an answer to it.
    pub fn printed(&mut self, now: Time) {
        self.seen_at = Some(before(now, GLANCE));
    }

    /// A frame has shown it, but for so many rows.
    pub fn shown(&mut self, unread: usize, now: Time) {
        if unread == 0 {
            self.seen_at = self.seen_at.or(Some(now));
        }
    }

    pub(super) fn new(question: Question, title: &str, lines: Vec<String>) -> Self {
        Self {
            question,
            title: title.to_owned(),
            lines,
            facts: Vec::new(),
            above: 0,
            word: None,
            seen_at: None,
        }
    }

    /// Everything that matters of a command before it runs: the facts, and the exact text but for secrets.
    pub fn run(request: RunRequest, facts: Vec<(String, String)>) -> Self {
        let shown = placeholder::veil(&request.command, &request.secrets);
        let lines = shown.lines().map(str::to_owned).collect();
        let word = (request.risk == Risk::Destroy).then(|| (DESTROY_WORD, Editor::line("")));
        let heading = match request.risk {
            Risk::Read => "Run this? It only reads",
            Risk::Change => "Run this? It CHANGES something",
            Risk::Destroy => "Run this? It DESTROYS something",
        };
        Self { facts, word, ..Self::new(Question::Run(request), heading, lines) }
    }

    /// Leaving while an incident is open, or with lines that are not saved.
    pub fn quit(open: Vec<String>, unsaved: usize) -> Self {
        let unsaved = (unsaved > 0).then(|| format!("{unsaved} lines are UNSAVED and would be lost."));
        Self::new(Question::Quit, "Leave the console?", open.into_iter().chain(unsaved).collect())
    }

    /// What speaks against it is shown; it does not block.
    /// `then` is what follows a yes.
    pub fn resolve(checks: Checks, doubts: Vec<String>, then: String) -> Self {
        let lines = calm_or(doubts).into_iter().chain([then]).collect();
        Self::new(Question::Resolve(checks), "Resolve the incident?", lines)
    }

    pub fn close(checks: Checks, doubts: Vec<String>) -> Self {
        Self::new(Question::Close(checks), "Close the incident?", calm_or(doubts))
    }

    /// The brief is read before the role is taken.
    pub fn take_over(role: Role, by: &str, brief: Vec<String>) -> Self {
        Self::new(Question::TakeOver(role), &format!("{by} asks you: {}", role.title()), brief)
    }

    /// Exactly what a silence matches, until when, and what it covers now.
    pub fn silence(wish: SilenceWish, covered: usize, lines: Vec<String>) -> Self {
        let title = match covered {
            1 => "Silence 1 alert?".to_owned(),
            count => format!("Silence {count} alerts?"),
        };
        Self::new(Question::Silence(wish, covered), &title, lines)
    }

    /// `about` is what is known of the silence.
    pub fn unsilence(ended: SilenceEnded, about: Vec<String>) -> Self {
        let first = format!("Silence {} in {}: what it covers calls again.", ended.id, ended.source);
        Self::new(Question::Unsilence(ended), "End the silence?", [vec![first], about].concat())
    }

    pub fn redraft() -> Self {
        let lines = vec!["Your edits are saved and would be replaced by a fresh draft.".to_owned()];
        Self::new(Question::Redraft, "Draft again from the log?", lines)
    }
}

fn calm_or(doubts: Vec<String>) -> Vec<String> {
    if doubts.is_empty() { vec!["The checklist holds; nothing is left open.".to_owned()] } else { doubts }
}
