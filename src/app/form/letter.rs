//! Windows of what leaves: the text of an update, the ladder, the backlog, and the questions before.

use super::{Choice, Confirm, Form, Purpose, Question};
use crate::app::editor::Editor;
use crate::app::on_update;
use crate::incident::Incident;
use crate::incident::event::{Audience, Level};
use crate::incident::intent::ClockAsk;

/// The word that takes words of a private incident outside.
pub const PRIVATE_WORD: &str = "private";

/// The exact text of an update, being edited.
#[derive(Debug, Clone)]
pub struct Letter {
    pub incident: String,
    pub audience: Audience,
    /// What was chosen to be said: an update, or that it is over.
    pub saying: String,
    /// Names of the targets that take it.
    pub targets: Vec<String>,
    pub editor: Editor,
    /// As the template has it.
    pub template: String,
}

/// What is done with a text besides recording it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To its targets; with none it is only recorded.
    Send,
    Copy,
    Write,
}

/// A text as it was confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    pub incident: String,
    pub audience: Audience,
    pub saying: String,
    pub targets: Vec<String>,
    pub template: String,
    pub text: String,
    pub way: Way,
}

impl Letter {
    pub fn new(
        incident: String,
        (audience, saying): (Audience, String),
        targets: Vec<String>,
        template: &str,
    ) -> Self {
        let editor = Editor::page(template);
        Self { incident, audience, saying, targets, template: editor.text(), editor }
    }

    /// Whether it says what its template does not.
    pub fn is_edited(&self) -> bool {
        self.editor.text().trim() != self.template.trim()
    }

    /// What it is kept under while it is not sent.
    pub fn key(&self) -> (String, String) {
        (self.incident.clone(), self.saying.clone())
    }

    /// What ctrl-s does.
    pub fn sending(&self) -> String {
        if self.targets.is_empty() {
            "record".to_owned()
        } else {
            format!("send to {}", self.targets.join(", "))
        }
    }

    pub fn parcel(&self, way: Way) -> Parcel {
        Parcel {
            incident: self.incident.clone(),
            audience: self.audience,
            saying: self.saying.clone(),
            targets: self.targets.clone(),
            template: self.template.clone(),
            text: self.editor.text().trim().to_owned(),
            way,
        }
    }
}

impl Parcel {
    /// Back to be edited.
    pub fn letter(self) -> Letter {
        let Self { incident, audience, saying, targets, template, text, .. } = self;
        Letter { incident, audience, saying, targets, template, editor: Editor::page(&text) }
    }
}

impl Form {
    pub fn escalate(choices: impl IntoIterator<Item = Choice>, chosen: usize) -> Self {
        Self::new(Purpose::Escalate, "Escalation: call a level, or record its answer")
            .choices(choices)
            .chosen(chosen)
            .line("who, and why after a comma (empty: as named)", "")
    }

    pub fn snooze(choices: impl IntoIterator<Item = Choice>, length: &str) -> Self {
        Self::new(Purpose::Snooze, "Put one round of a clock off, once").choices(choices).line("for", length)
    }

    pub fn outbox(choices: impl IntoIterator<Item = Choice>) -> Self {
        Self::new(Purpose::Outbox, "What waits to leave")
            .choices(choices)
            .line("words here plus Enter DROP the chosen post (empty: try it again)", "")
    }
}

impl Confirm {
    /// Before public words, or words about a private incident, leave.
    pub fn leave(incident: &Incident, parcel: Parcel) -> Self {
        let (title, word) = match (incident.private, parcel.audience) {
            (true, _) => ("Let words of a PRIVATE incident out?", Some((PRIVATE_WORD, Editor::line("")))),
            (false, _) => ("Publish this?", None),
        };
        let text = parcel.text.lines().map(str::to_owned);
        let lines =
            on_update::stakes(incident, parcel.audience).into_iter().chain([String::new()]).chain(text);
        let lines = lines.collect();
        Self { word, ..Self::new(Question::Leave(parcel), title, lines) }
    }

    /// Before somebody is called to a private incident through the outbox.
    pub fn leave_private(call: ClockAsk, level: Level) -> Self {
        let line = format!("The incident is PRIVATE: calling {level} takes its title outside.");
        let word = Some((PRIVATE_WORD, Editor::line("")));
        Self { word, ..Self::new(Question::Call(call), "Call somebody to a PRIVATE incident?", vec![line]) }
    }
}
