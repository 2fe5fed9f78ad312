//! One set of labels over time: when it fires, who tells it, how often it comes and goes, and what that
//! amounts to now.

use std::collections::VecDeque;

use super::heard::{Hush, Told};
use super::{Heard, Rules};
use crate::incident::alert_book::Taking;
use crate::incident::event::{AlertChange, AlertGroup, AlertKey};
use crate::text::Time;
use crate::text::when::{before, since};

/// Turns that are remembered, however fast they come.
const TURNS: usize = 64;

/// An alert as it is known now.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// As it was told last.
    pub heard: Heard,
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
    /// What was told, and when; the journal may not have it yet.
    pub(super) said: Vec<(AlertChange, Time)>,
    /// It was told here that this alert fires, whoever writes it down.
    pub(super) is_announced: bool,
    /// Times it began or ended, the newest last.
    turns: VecDeque<Time>,
}

/// How loud an alert is, by its `severity` label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Critical,
    Warning,
    Info,
}

impl Level {
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
    pub(super) fn new(heard: Heard, (source, at): (&str, Time), rules: &Rules) -> Self {
        let mut known = Self {
            key: heard.key(),
            group: rules.group(&heard),
            service: rules.service(&heard).map(str::to_owned),
            level: Level::of(heard.label("severity")),
            standing: Standing::Over,
            taken: None,
            incident: None,
            flapping_since: None,
            over_at: Some(at),
            told_by: Vec::new(),
            told_at: at,
            teller: source.to_owned(),
            said: Vec::new(),
            is_announced: false,
            turns: VecDeque::new(),
            heard,
        };
        known.hear(known.heard.clone(), source, at);
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

    /// Takes in what a source says of it now.
    pub(super) fn hear(&mut self, heard: Heard, source: &str, at: Time) {
        self.told_at = self.told_at.max(at);
        source.clone_into(&mut self.teller);
        if heard.told == Told::Resolved {
            let over = heard.ends_at.unwrap_or(at).min(at);
            self.heard = heard;
            return self.end(over);
        }
        if !self.told_by.iter().any(|name| name == source) {
            self.told_by.push(source.to_owned());
        }
        if self.over_at.take().is_some() {
            self.turn(heard.starts_at.max(before(at, Rules::TURN_AGE)));
        }
        if heard != self.heard {
            self.level = Level::of(heard.label("severity"));
            self.heard = heard;
        }
    }

    /// A source that told it no longer does.
    pub(super) fn unhear(&mut self, source: &str, at: Time) {
        let told = self.told_by.len();
        self.told_by.retain(|name| name != source);
        if told > 0 && self.told_by.is_empty() {
            source.clone_into(&mut self.teller);
            self.end(at);
        }
    }

    fn end(&mut self, at: Time) {
        self.told_by.clear();
        if self.over_at.is_none() {
            self.over_at = Some(at);
            self.turn(at);
        }
    }

    fn turn(&mut self, at: Time) {
        if self.turns.len() == TURNS {
            self.turns.pop_front();
        }
        self.turns.push_back(at);
    }

    /// The same labels fire again: what was said of the time before does not hold for this one.
    pub(super) fn begin_again(&mut self, heard: Heard, source: &str, at: Time) {
        if self.over_at.is_none() {
            self.end(heard.starts_at.min(at));
        }
        self.key = heard.key();
        (self.said, self.taken, self.is_announced) = (Vec::new(), None, false);
        self.hear(heard, source, at);
    }

    /// Begins or ends to flap: it takes more turns to begin than it may have to end.
    pub(super) fn watch_turns(&mut self, rules: &Rules, now: Time) {
        let from = before(now, rules.flap_window);
        while self.turns.front().is_some_and(|turn| *turn < from) {
            self.turns.pop_front();
        }
        if self.turns.len() >= rules.flaps {
            self.flapping_since = self.flapping_since.or_else(|| self.turns.front().copied());
        } else if self.turns.len() <= rules.flaps / 3 {
            self.flapping_since = None;
        }
    }

    /// What it amounts to; `planned` is why its service's time does not count now.
    pub(super) fn judge(&mut self, rules: &Rules, planned: Option<&str>, now: Time) {
        let told = match &self.heard.told {
            Told::Suppressed(hush) => Some(suppressed(hush)),
            _ => None,
        };
        let why = planned.map(str::to_owned).or(told);
        self.standing = match why {
            _ if self.over_at.is_some() => Standing::Over,
            Some(why) => Standing::Suppressed(why),
            None if self.taken.is_some() => Standing::Taken,
            None if since(self.key.starts_at, now) < rules.min_duration => Standing::Young,
            None => Standing::Firing,
        };
    }

    pub(super) fn has_said(&self, change: AlertChange) -> bool {
        self.said.iter().any(|(said, _)| *said == change)
    }

    /// What is to be told of it and was not yet.
    pub(super) fn news(&self) -> Option<AlertChange> {
        let told = |change| self.has_said(change);
        let change = match self.standing {
            Standing::Firing | Standing::Taken if !told(AlertChange::Fired) => AlertChange::Fired,
            Standing::Suppressed(_) if !told(AlertChange::Suppressed) => AlertChange::Suppressed,
            Standing::Over if told(AlertChange::Fired) && !told(AlertChange::Resolved) => {
                AlertChange::Resolved
            }
            _ if self.flapping_since.is_some() && !told(AlertChange::Flapping) => AlertChange::Flapping,
            _ => return None,
        };
        Some(change)
    }
}

fn suppressed(hush: &Hush) -> String {
    let by: Vec<&str> = [&hush.silenced_by, &hush.inhibited_by, &hush.muted_by]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    if by.is_empty() { hush.word().to_owned() } else { format!("{} by {}", hush.word(), by.join(", ")) }
}
