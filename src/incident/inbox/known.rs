//! One set of labels over time: when it fires, who tells it, how often it comes and goes, and what that
//! amounts to now.

use std::collections::VecDeque;
use std::sync::Arc;

use super::group::Seat;
use super::heard::Told;
use super::{Heard, Rules};
use crate::incident::alert_book::Taking;
use crate::incident::event::{AlertChange, AlertGroup, AlertKey};
use crate::text::Time;
use crate::text::when::before;

/// Turns that are remembered, however fast they come.
const TURNS: usize = 64;

/// An alert as it is known now.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// As it was told last.
    pub heard: Arc<Heard>,
    pub key: AlertKey,
    pub group: AlertGroup,
    pub service: Option<String>,
    pub level: Level,
    pub standing: Standing,
    /// Who took it, and when.
    pub taken: Option<Taking>,
    /// The incident it belongs to: linked, else that of its service.
    pub incident: Option<String>,
    /// Since when it comes and goes too often.
    pub flapping_since: Option<Time>,
    /// When it was over; `None` while it fires.
    pub over_at: Option<Time>,
    /// Who tells that it fires; nobody once it is over.
    pub(super) told_by: Vec<String>,
    pub(super) told_at: Time,
    /// Who told it last, or last no longer.
    pub(super) teller: String,
    pub(super) said: Vec<Said>,
    /// It was told here that this alert fires, whoever writes it down.
    pub(super) is_announced: bool,
    /// Times it began or ended, the newest last.
    pub(super) turns: VecDeque<Time>,
    /// Users feel it: the objective of its service burns, or it belongs to an incident.
    pub(super) is_felt: bool,
    /// Where it stands in its group, once it was judged.
    pub(super) seat: Option<Seat>,
    /// The last whole answer that it was in, by its number.
    pub(super) answer: u64,
}

/// What was told of an alert, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub change: AlertChange,
    pub at: Time,
    /// The journal has it.
    pub is_written: bool,
}

/// How loud an alert is, by its `severity` label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Critical,
    Warning,
    Info,
}

impl Level {
    /// The loudest first.
    pub const ALL: [Self; 3] = [Self::Critical, Self::Warning, Self::Info];

    /// Without a word that is known it may be bad: a warning.
    pub fn of(severity: Option<&str>) -> Self {
        match severity.map(str::to_ascii_lowercase).as_deref() {
            Some("critical" | "page" | "emergency" | "fatal" | "error" | "high" | "p1" | "sev1") => {
                Self::Critical
            }
            Some("info" | "informational" | "none" | "low" | "debug" | "notice") => Self::Info,
            _ => Self::Warning,
        }
    }
}

/// What an alert amounts to now; the worst first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It fires and nobody has taken it.
    Firing,
    /// It fires and somebody has.
    Taken,
    /// It does not fire long enough to count yet.
    Young,
    /// It fires, and nobody is to be called: why.
    Suppressed(String),
    Over,
}

impl Standing {
    /// As the list shows it; capitals for what wants somebody.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Firing => "FIRING",
            Self::Taken => "acked",
            Self::Young => "young",
            Self::Suppressed(_) => "suppressed",
            Self::Over => "resolved",
        }
    }

    /// As documents write it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Taken => "acknowledged",
            Self::Young => "pending",
            Self::Suppressed(_) => "suppressed",
            Self::Over => "resolved",
        }
    }

    /// Whether it fires, called for or not.
    pub fn is_live(&self) -> bool {
        *self != Self::Over
    }
}

impl Known {
    /// One that nobody told before.
    pub(super) fn new(heard: Arc<Heard>, (source, at): (&str, Time), rules: &Rules) -> Self {
        let mut known = Self {
            key: heard.key(),
            group: rules.group(&heard),
            service: rules.service(&heard).map(str::to_owned),
            level: Level::of(heard.label("severity")),
            standing: Standing::Over,
            taken: None,
            incident: None,
            flapping_since: None,
            over_at: None,
            told_by: vec![source.to_owned()],
            told_at: at,
            teller: source.to_owned(),
            said: Vec::new(),
            is_announced: false,
            turns: VecDeque::new(),
            is_felt: false,
            seat: None,
            answer: 0,
            heard,
        };
        known.begin(at);
        known
    }

    /// The sources that tell it now.
    pub fn sources(&self) -> &[String] {
        &self.told_by
    }

    /// Whether what is told is another time that the same labels fire: it ended and began again between
    /// two looks. Another server may know the same one by another start.
    pub(super) fn is_another(&self, heard: &Heard, source: &str) -> bool {
        let others = self.told_by.iter().any(|name| name != source);
        heard.starts_at > self.key.starts_at && !others
    }

    /// Whether it is old news: an answer that was asked for before we heard that it is over.
    pub(super) fn is_stale(&self, heard: &Heard, at: Time) -> bool {
        heard.starts_at <= self.key.starts_at && self.over_at.is_some_and(|over| over > at)
    }

    /// Takes in what a source says of it now; whether that is any news.
    pub(super) fn hear(&mut self, heard: Arc<Heard>, source: &str, at: Time) -> bool {
        self.told_at = self.told_at.max(at);
        if self.teller != source {
            source.clone_into(&mut self.teller);
        }
        if heard.told == Told::Resolved {
            let over = heard.ends_at.unwrap_or(at).min(at);
            self.heard = heard;
            return self.end(over);
        }
        if !self.told_by.iter().any(|name| name == source) {
            self.told_by.push(source.to_owned());
        }
        let is_back = self.over_at.take().is_some();
        // Told again by the same source it is the very same, and nothing is compared.
        let is_other = heard != self.heard;
        if is_other {
            self.level = Level::of(heard.label("severity"));
            self.heard = heard;
        }
        if is_back {
            self.begin(at);
        }
        is_back || is_other
    }

    /// A source that told it no longer does; whether that ends it.
    pub(super) fn unhear(&mut self, source: &str, at: Time) -> bool {
        let told = self.told_by.len();
        self.told_by.retain(|name| name != source);
        let is_over = told > 0 && self.told_by.is_empty();
        if is_over {
            source.clone_into(&mut self.teller);
            self.end(at);
        }
        is_over
    }

    fn begin(&mut self, at: Time) {
        self.turn(self.heard.starts_at.max(before(at, Rules::TURN_AGE)));
    }

    /// It is over; whether it was not before.
    fn end(&mut self, at: Time) -> bool {
        self.told_by.clear();
        let is_news = self.over_at.is_none();
        if is_news {
            self.over_at = Some(at);
            self.turn(at);
        }
        is_news
    }

    fn turn(&mut self, at: Time) {
        if self.turns.len() == TURNS {
            self.turns.pop_front();
        }
        self.turns.push_back(at);
    }

    /// The same labels fire again: what was said of the time before does not hold for this one.
    pub(super) fn begin_again(&mut self, heard: Arc<Heard>, source: &str, at: Time) {
        if self.over_at.is_none() {
            self.end(heard.starts_at.min(at));
        }
        self.key = heard.key();
        (self.said, self.taken, self.is_announced) = (Vec::new(), None, false);
        self.hear(heard, source, at);
    }
}
