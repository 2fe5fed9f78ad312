//! Alerts in a line, batches of them, and an inbox beside a journal.

use std::collections::BTreeSet;

use warroom::incident::event::{AlertChange, AlertNews, AlertsTaken};
use warroom::incident::inbox::{
    Batch, Change, Extent, Heard, Hush, Inbox, Known, Labels, Rules, Scene, Standing, Told,
};
use warroom::incident::{AlertAsk, Ask, Intent, Refusal};
use warroom::slo::exclusion::Exclusion;
use warroom::text::Time;

use crate::room::{Room, at};

/// An alert whose fingerprint is its name, as `name service=checkout severity=critical`, firing since 13:00.
pub fn alert(words: &str) -> Heard {
    let mut words = words.split_whitespace();
    let name = words.next().expect("a name");
    let labels: Labels = words
        .filter_map(|pair| pair.split_once('='))
        .chain([("alertname", name)])
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let print = labels.values().cloned().collect::<Vec<_>>().join("-");
    Heard {
        fingerprint: print,
        starts_at: at("13:00:00"),
        ends_at: None,
        told: Told::Firing,
        labels,
        annotations: Labels::new(),
        generator_url: None,
    }
}

pub fn since(clock: &str, alert: Heard) -> Heard {
    Heard { starts_at: at(clock), ..alert }
}

pub fn silenced(alert: Heard) -> Heard {
    let hush = Hush { silenced_by: vec!["7c1f".to_owned()], ..Hush::default() };
    Heard { told: Told::Suppressed(hush), ..alert }
}

pub fn resolved(alert: Heard) -> Heard {
    Heard { told: Told::Resolved, ..alert }
}

/// An inbox, and the journal it is looked at with.
pub struct Post {
    pub inbox: Inbox,
    pub room: Room,
    pub felt: BTreeSet<String>,
    /// Each change is written down at once.
    pub writes: bool,
}

impl Post {
    pub fn new() -> Self {
        Self::by(Rules::default())
    }

    /// One whose changes somebody else writes down.
    pub fn unwritten() -> Self {
        Self { writes: false, ..Self::new() }
    }

    pub fn by(rules: Rules) -> Self {
        Self { inbox: Inbox::by(rules), room: Room::empty(), felt: BTreeSet::new(), writes: true }
    }

    /// Everything that `am` knows now.
    pub fn whole(&mut self, alerts: Vec<Heard>) -> Vec<Change> {
        self.tells("am", Extent::Whole { up_since: None }, alerts)
    }

    pub fn part(&mut self, alerts: Vec<Heard>) -> Vec<Change> {
        self.tells("hook", Extent::Part, alerts)
    }

    pub fn tells(&mut self, source: &str, extent: Extent, alerts: Vec<Heard>) -> Vec<Change> {
        self.hears(source, extent, alerts);
        self.look()
    }

    pub fn hears(&mut self, source: &str, extent: Extent, alerts: Vec<Heard>) {
        self.inbox.hear(Batch::new((source.to_owned(), self.room.now), extent, alerts));
    }

    pub fn scene<'a>(&'a self, planned: &'a [Exclusion]) -> Scene<'a> {
        Scene { ledger: &self.room.ledger, planned, felt: &self.felt, now: self.room.now }
    }

    pub fn look(&mut self) -> Vec<Change> {
        let planned = self.room.ledger.exclusions();
        let scene =
            Scene { ledger: &self.room.ledger, planned: &planned, felt: &self.felt, now: self.room.now };
        let changes = self.inbox.look(&scene);
        if self.writes {
            for change in &changes {
                self.write(change).expect("it is new");
            }
        }
        changes
    }

    /// Writes down one change, as the process that holds the lease does.
    pub fn write(&mut self, change: &Change) -> Result<(), Refusal> {
        let news = AlertNews {
            change: change.change,
            group: change.group.clone(),
            more_groups: 0,
            service: change.service.clone(),
            source: change.source.clone(),
            severity: change.severity.clone(),
            why: change.why.clone(),
            alerts: vec![change.key.clone()].into(),
        };
        let ask = Ask::new("warroom", Intent::Alert(AlertAsk::Notice(news))).at(change.at);
        self.room.ask(&ask).map(drop)
    }

    pub fn until(&mut self, clock: &str) {
        self.room.now = at(clock);
    }

    pub fn one(&self, name: &str) -> &Known {
        let mut named = self.inbox.alerts().filter(|alert| alert.group.name == name);
        named.next().expect("an alert of that name")
    }

    pub fn standing(&self, name: &str) -> &Standing {
        &self.one(name).standing
    }

    /// Ana takes every alert of a name.
    pub fn acknowledge(&mut self, name: &str) {
        let known = self.one(name);
        let taken = AlertsTaken {
            group: known.group.clone(),
            service: known.service.clone(),
            alerts: vec![known.key.clone()].into(),
        };
        self.room.ask(&Ask::new("ana", Intent::Alert(AlertAsk::Acknowledge(taken)))).expect("admitted");
    }
}

/// What changed, as words: `Fired HostDown`.
pub fn words(changes: &[Change]) -> Vec<String> {
    changes.iter().map(|change| format!("{} {}", word(change.change), change.group.name)).collect()
}

fn word(change: AlertChange) -> &'static str {
    change.word()
}

pub fn minutes_later(time: Time, minutes: i64) -> Time {
    time + chrono::TimeDelta::minutes(minutes)
}
