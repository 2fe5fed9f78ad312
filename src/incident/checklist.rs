//! Before an incident is closed: metrics at their baseline, no data lost, nothing temporary left behind. The
//! answers are on record; they warn and never block.

use serde::{Deserialize, Serialize};

use super::Ledger;
use super::state::{Incident, Task};
use crate::text::Time;

/// A line of the closing checklist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    Baseline,
    Data,
    Temporary,
}

/// What somebody found when they looked; `None` where nobody looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Checks {
    /// Metrics are at their baseline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<bool>,
    /// No data was lost or corrupted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<bool>,
    /// Temporary mitigations are removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temporary: Option<bool>,
}

/// Something that was put in place to help and has to go again.
#[derive(Debug, Clone, PartialEq)]
pub struct Temporary {
    /// Number inside the incident, from 1.
    pub number: u32,
    pub text: String,
    pub put_at: Time,
    pub removed_at: Option<Time>,
}

impl Check {
    pub const ALL: [Self; 3] = [Self::Baseline, Self::Data, Self::Temporary];

    pub fn asks(self) -> &'static str {
        match self {
            Self::Baseline => "Are metrics at their baseline?",
            Self::Data => "Is all data there and whole?",
            Self::Temporary => "Are temporary mitigations removed?",
        }
    }

    /// The check after this one; `None` after the last.
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self as usize + 1).copied()
    }

    /// What it means that the answer is no.
    fn failed(self) -> &'static str {
        match self {
            Self::Baseline => "metrics are not at their baseline",
            Self::Data => "data was lost or corrupted",
            Self::Temporary => "temporary mitigations are still in place",
        }
    }

    /// What it means that nobody looked; of temporary mitigations the ledger speaks.
    fn unseen(self) -> Option<&'static str> {
        match self {
            Self::Baseline => Some("nobody said whether metrics are at their baseline"),
            Self::Data => Some("nobody said whether data was lost or corrupted"),
            Self::Temporary => None,
        }
    }
}

impl Checks {
    pub fn of(self, check: Check) -> Option<bool> {
        match check {
            Check::Baseline => self.baseline,
            Check::Data => self.data,
            Check::Temporary => self.temporary,
        }
    }

    #[must_use]
    pub fn with(mut self, check: Check, found: Option<bool>) -> Self {
        match check {
            Check::Baseline => self.baseline = found,
            Check::Data => self.data = found,
            Check::Temporary => self.temporary = found,
        }
        self
    }

    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Takes over what somebody found later.
    pub fn add(&mut self, later: Self) {
        for check in Check::ALL {
            *self = self.with(check, later.of(check).or(self.of(check)));
        }
    }

    /// The answers as words: `baseline yes, data no`.
    pub(super) fn words(self) -> String {
        let named =
            [("baseline", self.baseline), ("data whole", self.data), ("nothing temporary", self.temporary)];
        let said = named.into_iter().filter_map(|(name, found)| {
            found.map(|found| format!("{name} {}", if found { "yes" } else { "no" }))
        });
        said.collect::<Vec<_>>().join(", ")
    }
}

impl Ledger {
    /// The alerts of an incident that fire as far as the record knows, as sentences. Names in them are raw.
    pub fn still_firing(&self, incident: &Incident) -> Vec<String> {
        let groups = self.alerts.firing_of(&incident.id);
        groups.into_iter().map(|group| format!("the alert {group} still fires")).collect()
    }
}

impl Incident {
    /// What was put in place and is still there, in the order it was put.
    pub fn open_temporaries(&self) -> impl Iterator<Item = &Temporary> {
        self.temporaries.iter().filter(|temporary| temporary.removed_at.is_none())
    }

    /// What speaks against closing it, as sentences: what was found wrong, what nobody looked at, what is
    /// still in place or open. Words in them are raw.
    pub fn closing_doubts(&self) -> Vec<String> {
        let mut doubts: Vec<String> = self.unchecked().into_iter().map(str::to_owned).collect();
        let temporary = |temporary: &Temporary| {
            let Temporary { number, text, .. } = temporary;
            format!("temporary mitigation {number} is in place: {text} (temporary remove {number})")
        };
        doubts.extend(self.open_temporaries().map(temporary));
        let task = |task: &Task| format!("task {} is open: {} ({})", task.number, task.text, task.owner);
        doubts.extend(self.open_tasks().map(task));
        doubts
    }

    fn unchecked(&self) -> Vec<&'static str> {
        if self.checks.is_empty() {
            return vec![
                "nobody walked the closing checklist: baseline, data, temporary mitigations (checklist)",
            ];
        }
        Check::ALL.into_iter().filter_map(|check| self.doubt(check)).collect()
    }

    /// What is open in the ledger of temporary mitigations says so itself.
    fn doubt(&self, check: Check) -> Option<&'static str> {
        match self.checks.of(check) {
            Some(true) => None,
            Some(false) if check == Check::Temporary && self.open_temporaries().next().is_some() => None,
            Some(false) => Some(check.failed()),
            None => check.unseen(),
        }
    }
}
