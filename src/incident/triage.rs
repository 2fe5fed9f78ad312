//! Triage: the five questions that lead a tired person from "something is wrong" to the next thing to do
//! (the decision tree of the guide), asked one after another, each answer on record.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::event::EventKind;
use super::state::Incident;
use super::{Entry, Ledger, Severity};
use crate::text::Time;
use crate::text::when::{before, rough_span, since};

/// A change this long before the declaration is a recent one: consider taking it back.
const RECENT: Duration = Duration::from_hours(1);
/// More changes than this are counted, not listed.
const LISTED: usize = 5;

/// One question of the tree, in the order they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    UsersHurt,
    CauseObvious,
    RecentChange,
    Restored,
    Postmortem,
}

/// Yes or no; who is not sure takes the worse one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    Yes,
    No,
}

/// An answer that was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    pub question: Question,
    pub answer: Answer,
    pub by: String,
    pub at: Time,
}

impl Answer {
    pub const ALL: [Self; 2] = [Self::Yes, Self::No];

    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
        }
    }

    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }
}

impl From<bool> for Answer {
    fn from(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Answer {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|answer| text.eq_ignore_ascii_case(answer.word()));
        known.ok_or_else(|| format!("answer: {text}: unknown (say yes or no)"))
    }
}

impl Question {
    pub const ALL: [Self; 5] =
        [Self::UsersHurt, Self::CauseObvious, Self::RecentChange, Self::Restored, Self::Postmortem];

    /// `1..=5`.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    pub fn asks(self) -> &'static str {
        match self {
            Self::UsersHurt => "Are users hurt now?",
            Self::CauseObvious => "Is the cause obvious?",
            Self::RecentChange => "Was anything changed recently?",
            Self::Restored => "Is the service restored?",
            Self::Postmortem => "Is it SEV1 or SEV2?",
        }
    }

    /// What to do on an answer.
    pub fn advice(self, answer: Answer) -> &'static str {
        let (yes, no) = match self {
            Self::UsersHurt => ("declare it and assign a commander", "look again in 10 minutes"),
            Self::CauseObvious => {
                ("apply the known mitigation", "open a war room and page subject matter experts")
            }
            Self::RecentChange => {
                ("roll it back and verify", "look at upstream dependencies and for anomalies")
            }
            Self::Restored => {
                ("verify the metrics and lower the severity", "raise the severity and widen the team")
            }
            Self::Postmortem => (
                "schedule the postmortem within 48 h, with its own owner",
                "log it and decide whether one is due",
            ),
        };
        if answer.is_yes() { yes } else { no }
    }

    /// The question that follows an answer; `None` where the tree ends.
    pub fn next(self, answer: Answer) -> Option<Self> {
        match (self, answer) {
            (Self::UsersHurt, Answer::No) | (Self::Postmortem, _) => None,
            (Self::CauseObvious, Answer::No) => Some(Self::RecentChange),
            (Self::CauseObvious, Answer::Yes) | (Self::RecentChange, _) => Some(Self::Restored),
            // What was tried did not help: the cause was another one.
            (Self::UsersHurt, Answer::Yes) | (Self::Restored, Answer::No) => Some(Self::CauseObvious),
            (Self::Restored, Answer::Yes) => Some(Self::Postmortem),
        }
    }
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.asks())
    }
}

impl Incident {
    /// Where its triage stands; `None` once the tree was walked to its end. Declaring it answered the
    /// first question; one that was closed over and reopened starts again there.
    pub fn triage_question(&self) -> Option<Question> {
        match self.triage.last() {
            None => Some(Question::CauseObvious),
            Some(last) => last.question.next(last.answer),
        }
    }
}

/// What the record knows that helps with a question, as sentences; names in them are raw.
pub fn facts(question: Question, ledger: &Ledger, incident: &Incident, now: Time) -> Vec<String> {
    match question {
        Question::UsersHurt => {
            let impact = incident.impact.iter().map(|impact| format!("impact: {impact}"));
            impact.chain(ledger.still_firing(incident)).collect()
        }
        Question::CauseObvious => tried(incident, now),
        Question::RecentChange => changes(ledger, incident, now),
        Question::Restored => {
            let mitigated = incident.mitigated;
            let since_then = |at| rough_span(since(at, now));
            let mitigated = mitigated.map(|(at, kind)| format!("mitigated by {kind} {} ago", since_then(at)));
            let mitigated = mitigated.unwrap_or_else(|| "nothing was marked as mitigated yet".to_owned());
            std::iter::once(mitigated).chain(ledger.still_firing(incident)).collect()
        }
        Question::Postmortem => vec![format!("it is {} now", incident.severity)],
    }
}

/// The answer that stands ready, which a tired hand may give by accident: the one that costs least where it is
/// wrong. `calm` is what is measured of its services: whether all is calm, `None` where nothing says so.
pub fn ready(
    question: Question,
    ledger: &Ledger,
    incident: &Incident,
    calm: Option<bool>,
    now: Time,
) -> Answer {
    match question {
        Question::UsersHurt => Answer::Yes,
        Question::CauseObvious => Answer::No,
        Question::RecentChange => (!recent(ledger, incident, now).is_empty()).into(),
        Question::Restored => {
            let calm = calm == Some(true) && ledger.still_firing(incident).is_empty();
            (incident.mitigated.is_some() && calm).into()
        }
        Question::Postmortem => (incident.severity <= Severity::Sev2).into(),
    }
}

/// What was said before, where the tree comes round again.
fn tried(incident: &Incident, now: Time) -> Vec<String> {
    let failed = |answered: &&Answered| answered.question == Question::Restored && !answered.answer.is_yes();
    let failed = incident.triage.iter().filter(failed);
    failed.map(|last| format!("not restored {} ago ({})", rough_span(since(last.at, now)), last.by)).collect()
}

/// Changes of its services from an hour before the declaration until now, the newest first.
fn recent(ledger: &Ledger, incident: &Incident, now: Time) -> Vec<Entry> {
    let from = before(incident.declared_at, RECENT);
    let is_one = |entry: &Entry| {
        matches!(entry.event.kind, EventKind::ChangeMarked(_))
            && !entry.struck
            && entry.event.lies_within(from, now)
    };
    ledger.timeline(incident).into_iter().rev().filter(is_one).collect()
}

fn changes(ledger: &Ledger, incident: &Incident, now: Time) -> Vec<String> {
    let recent = recent(ledger, incident, now);
    let more = recent.len().saturating_sub(LISTED);
    let more = (more > 0).then(|| format!("and {more} more"));
    let none = recent.is_empty().then(|| "no change on record in the hour before it, nor since".to_owned());
    let told = |entry: &Entry| {
        let at = entry.event.sorts_at();
        format!("{}, {} ago", entry.text, rough_span(since(at, now)))
    };
    recent.iter().take(LISTED).map(told).chain(more).chain(none).collect()
}
