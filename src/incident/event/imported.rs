//! A line that was written elsewhere: in a chat, on a status page, in somebody's notes.

use serde::{Deserialize, Serialize};

use super::{EventKind, NoteKind};
use crate::text::Time;

/// An imported line. Words only: whatever its source says, it moves nothing in the incident.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Imported {
    pub text: String,
    /// The word of its kind as the source has it: of a note what it is about, of an event its own.
    pub kind: String,
    #[serde(default)]
    pub starred: bool,
    /// Struck in its source.
    #[serde(default)]
    pub struck: bool,
    /// Who brought it here.
    pub by: String,
    /// Where it is from: `slack #incident-42`, a file's name.
    pub from: String,
    /// What it is known by there: the same line is imported once.
    pub key: String,
    /// The key of the line that it corrects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amends: Option<String>,
    /// Its time as the source writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<String>,
    /// Where a line stands whose time nobody knows: when its source recorded it, or where the line before
    /// it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_at: Option<Time>,
}

impl Imported {
    /// What the journal knows a line of an incident by.
    pub fn said_once(incident: &str, key: &str) -> String {
        format!("import:{incident}:{key}")
    }
}

impl EventKind {
    /// What a note is about, written here or elsewhere; `None` of everything else.
    pub fn note_kind(&self) -> Option<NoteKind> {
        match self {
            Self::Noted { kind, .. } => Some(*kind),
            Self::Imported(line) => line.kind.parse().ok(),
            _ => None,
        }
    }
}
