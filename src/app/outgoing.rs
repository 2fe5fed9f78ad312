//! What is said to others from this console: the terms new incidents get, where posts go, the templates.

use crate::config::Target;
use crate::incident::EventKind;
use crate::incident::event::{Audience, Terms};
use crate::incident::wording::{Saying, TEMPLATES};

/// Everything about the outside that the configuration and the user's files say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outgoing {
    /// What the clocks of an incident run on that is declared now.
    pub terms: Terms,
    pub targets: Vec<Target>,
    pub templates: Templates,
    /// The terminal is known to take a copy from us.
    pub copies: bool,
}

impl Outgoing {
    /// Names of the targets that take updates for an audience.
    pub fn targets_for(&self, audience: Audience) -> Vec<String> {
        let takes = self.targets.iter().filter(|target| target.takes(audience));
        takes.map(|target| target.name.clone()).collect()
    }
}

/// What became of words that leave, and what they are made from.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// A post could not be sent yet; it is being tried again.
    Delayed {
        target: String,
        attempts: u32,
        why: String,
    },
    /// A post has left, or is given up; the event says which. Without an incident it was dropped meanwhile.
    Ended {
        incident: Option<String>,
        kind: Box<EventKind>,
    },
    /// A status update lies in a file, or could not be written there.
    Written(Result<String, String>),
    Templates(Templates),
}

/// The templates of updates in force: each with its shipped name, the file it is from, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates(pub Vec<Wording>);

/// One template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    pub name: &'static str,
    /// As problems call it: the user's own file, or the shipped name.
    pub file: String,
    pub text: String,
}

impl Default for Templates {
    /// What is shipped.
    fn default() -> Self {
        Self(
            TEMPLATES
                .map(|(name, text)| Wording { name, file: name.to_owned(), text: text.to_owned() })
                .to_vec(),
        )
    }
}

impl Templates {
    /// File and text of the template that says it.
    pub fn of(&self, saying: Saying) -> (&str, &str) {
        let own = self.0.iter().find(|wording| wording.name == saying.template());
        own.map_or(("", ""), |wording| (&wording.file, &wording.text))
    }
}
