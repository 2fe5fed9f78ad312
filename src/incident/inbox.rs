//! The inbox of alerts: what sources tell, each alert once however often and by how many it is told, in
//! groups, in the order of what users feel.
//!
//! Told batches, whole (a poll's list) or partial (a webhook's post), any number of times in any order;
//! told `now` and what the journal says. It decides nothing for people and forgets nothing it has told.

mod group;
pub mod heard;
mod known;
pub mod parse;
mod record;
mod rules;
mod runbook;
pub mod silence;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use super::event::{AlertChange, AlertKey};
use super::ledger::Ledger;
use crate::slo::exclusion::Exclusion;
use crate::text::Time;
use crate::text::when::{after, since};

pub use group::{Group, Tally};
pub use heard::{Batch, Extent, Heard, Hush, Labels, Told};
pub use known::{Known, Level, Standing};
pub use record::{Pace, Words};
pub use rules::Rules;
pub use runbook::{names as runbook_names, plain as plain_name};
pub use silence::{Matcher, Silence, SilenceWish};

/// How long after its start a server may not have heard of everything yet: Prometheus tells an alert again
/// once a minute, and others are slower.
const WAKING: Duration = Duration::from_mins(5);

/// How long what was told may take to be in the journal before it is told again: longer than a line waits
/// in a storm.
const AGAIN: Duration = Duration::from_mins(10);

/// Every alert that is known, and how they are arranged.
#[derive(Debug, Clone, Default)]
pub struct Inbox {
    pub rules: Rules,
    alerts: Vec<Known>,
    by_fingerprint: HashMap<String, usize>,
    groups: Vec<Group>,
    tally: Tally,
    /// What was told before of labels that fire again: the time before ended.
    ended: Vec<Change>,
    /// Sources that have told everything they know at least once.
    complete: BTreeSet<String>,
    /// Sources whose whole answer the journal is to be compared with.
    fresh: Vec<String>,
}

/// What the inbox is looked at with.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub ledger: &'a Ledger,
    /// Stretches that count neither in budgets nor in alerts.
    pub planned: &'a [Exclusion],
    /// Services whose objectives burn.
    pub felt: &'a BTreeSet<String>,
    pub now: Time,
}

/// What became of one alert and is to be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub key: AlertKey,
    pub change: AlertChange,
    pub group: super::event::AlertGroup,
    pub service: Option<String>,
    pub incident: Option<String>,
    pub source: String,
    pub severity: Option<String>,
    pub why: Option<String>,
    pub at: Time,
    /// It is told here for the first time, and nobody has taken it.
    pub is_first: bool,
}

impl Inbox {
    /// An empty one that judges by these rules.
    pub fn by(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// Takes in what a source says. What is not in a whole batch is over, unless its server has just
    /// started and may not know of it yet.
    pub fn hear(&mut self, batch: Batch) {
        let Batch { source, at, extent, alerts } = batch;
        let mut told = vec![false; self.alerts.len()];
        for heard in alerts {
            if let Some(place) = self.take(heard, &source, at) {
                told.resize(self.alerts.len(), false);
                told[place] = true;
            }
        }
        let Extent::Whole { up_since } = extent else { return };
        let is_waking = |alert: &Known| {
            up_since.is_some_and(|up| alert.told_at <= after(up, WAKING) && at < after(up, WAKING))
        };
        for (place, alert) in self.alerts.iter_mut().enumerate() {
            if !told[place] && !is_waking(alert) {
                alert.unhear(&source, at);
            }
        }
        if up_since.is_none_or(|up| at >= after(up, WAKING)) && self.complete.insert(source.clone()) {
            self.fresh.push(source);
        }
    }

    /// One alert; its place in the list where that is not old news.
    fn take(&mut self, heard: Heard, source: &str, at: Time) -> Option<usize> {
        if let Some(place) = self.by_fingerprint.get(&heard.fingerprint).copied() {
            let known = &mut self.alerts[place];
            if known.is_stale(&heard, at) {
                return None;
            }
            if !known.is_another(&heard, source) {
                known.hear(heard, source, at);
            } else if heard.told != Told::Resolved || known.over_at.is_none() {
                let was = known.clone();
                known.begin_again(heard, source, at);
                if was.has_said(AlertChange::Fired) && !was.has_said(AlertChange::Resolved) {
                    self.ended.push(Change::of(&was, AlertChange::Resolved, at));
                }
            }
            return Some(place);
        }
        if heard.told == Told::Resolved {
            return None;
        }
        self.by_fingerprint.insert(heard.fingerprint.clone(), self.alerts.len());
        self.alerts.push(Known::new(heard, (source, at), &self.rules));
        Some(self.alerts.len() - 1)
    }

    /// Judges every alert anew and arranges them; what is to be told comes back, the worst first.
    pub fn look(&mut self, scene: &Scene<'_>) -> Vec<Change> {
        let planned = planned(scene.planned, scene.now);
        let open: HashMap<&str, &str> = scene
            .ledger
            .open()
            .flat_map(|one| one.services.iter().map(|s| (s.as_str(), one.id.as_str())))
            .collect();
        self.tally = Tally::default();
        for alert in &mut self.alerts {
            alert.watch_turns(&self.rules, scene.now);
            recall(alert, scene);
            let of_service = alert.service.as_deref().and_then(|service| open.get(service));
            alert.incident = alert.incident.take().or_else(|| of_service.map(|id| (*id).to_owned()));
            let why = alert.service.as_deref().and_then(|service| planned.get(service)).map(String::as_str);
            alert.judge(&self.rules, why, scene.now);
            self.tally.count(alert);
        }
        self.forget_old(scene.now);
        self.groups = group::arranged(&self.alerts, scene.felt);
        let mut changes = std::mem::take(&mut self.ended);
        changes.extend(self.gone(scene));
        for place in self.groups.iter().flat_map(|group| &group.members) {
            let alert = &mut self.alerts[*place];
            while let Some(change) = alert.news() {
                alert.said.push((change, scene.now));
                changes.push(Change::of(alert, change, scene.now));
                alert.is_announced |= change == AlertChange::Fired;
            }
        }
        changes
    }

    /// What fired as far as the journal knows, and is not in the first whole answer of its source.
    fn gone(&mut self, scene: &Scene<'_>) -> Vec<Change> {
        let fresh = std::mem::take(&mut self.fresh);
        if fresh.is_empty() {
            return Vec::new();
        }
        let is_gone = |key: &AlertKey| {
            let known = self.by_fingerprint.get(&key.fingerprint).map(|place| &self.alerts[*place]);
            known.is_none_or(|known| known.key != *key)
        };
        let book = &scene.ledger.alerts;
        let open = book.open().filter(|(key, story)| fresh.contains(&story.source) && is_gone(key));
        let ended = open.map(|(key, story)| Change {
            key,
            change: AlertChange::Resolved,
            group: story.group.clone(),
            service: story.service.clone(),
            incident: story.incident().map(str::to_owned),
            source: story.source.clone(),
            severity: None,
            why: Some("noticed after a pause".to_owned()),
            at: scene.now,
            is_first: false,
        });
        ended.collect()
    }

    /// Lets go of what is over for long, unless it flaps: then its turns are still wanted.
    fn forget_old(&mut self, now: Time) {
        let keep = self.rules.keep;
        let is_old = |alert: &Known| {
            alert.over_at.is_some_and(|over| since(over, now) > keep) && alert.flapping_since.is_none()
        };
        // Not before it was told that it is over.
        if self.alerts.iter().any(|alert| is_old(alert) && alert.news().is_none()) {
            self.alerts.retain(|alert| !is_old(alert) || alert.news().is_some());
            let places = self.alerts.iter().enumerate();
            self.by_fingerprint = places.map(|(at, alert)| (alert.heard.fingerprint.clone(), at)).collect();
        }
    }

    /// Every alert; groups name them by their place.
    pub fn alerts(&self) -> &[Known] {
        &self.alerts
    }

    /// The groups, the worst first.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// The alerts a person means: a group's name in any case, or a fingerprint or its beginning.
    ///
    /// # Errors
    /// Where nothing fits, or the beginning of a fingerprint fits several.
    pub fn find(&self, name: &str) -> Result<Vec<&Known>, String> {
        let live = || self.alerts.iter().filter(|alert| alert.standing.is_live());
        let named: Vec<&Known> = live().filter(|alert| alert.group.name.eq_ignore_ascii_case(name)).collect();
        if !named.is_empty() {
            return Ok(named);
        }
        let begins = |alert: &&Known| !name.is_empty() && alert.key.fingerprint.starts_with(name);
        let fits: Vec<&Known> = live().filter(begins).collect();
        match fits[..] {
            [only] => Ok(vec![only]),
            [] => Err(format!(
                "alert: {name}: none of that name or fingerprint fires (warroom alert list shows them)"
            )),
            _ => Err(format!("alert: {name}: fits {} (write more of the fingerprint)", fits.len())),
        }
    }
}

/// Batches of an earlier time without the alerts that ended since, by the journal.
pub fn without_ended(mut batches: Vec<Batch>, ledger: &Ledger) -> Vec<Batch> {
    let has_ended = |heard: &Heard| {
        ledger.alerts.story(&heard.key()).is_some_and(|story| story.has_said(AlertChange::Resolved))
    };
    for batch in &mut batches {
        batch.alerts.retain(|alert| !has_ended(alert));
    }
    batches.retain(|batch| !batch.alerts.is_empty());
    batches
}

/// What the journal says of an alert. What was told and is not in it after a while is told again: another
/// process may have been the one to write it down, and be gone.
fn recall(alert: &mut Known, scene: &Scene<'_>) {
    let book = &scene.ledger.alerts;
    let story = book.story(&alert.key);
    alert.taken = story.and_then(|story| story.taken()).cloned();
    if let (None, Some(since)) = (&alert.taken, alert.flapping_since) {
        // Who took it while it flaps has taken the next time too.
        alert.taken = book.taken_since(&alert.key.fingerprint, since).cloned();
    }
    alert.incident = story.and_then(|story| story.incident()).map(str::to_owned);
    let is_known = |change| story.is_some_and(|story| story.has_said(change));
    alert.said.retain(|(change, at)| is_known(*change) || since(*at, scene.now) < AGAIN);
    for change in AlertChange::ALL {
        if is_known(change) && !alert.has_said(change) {
            alert.said.push((change, scene.now));
            alert.is_announced |= change == AlertChange::Fired;
        }
    }
}

/// The services whose time does not count now, and why.
fn planned(planned: &[Exclusion], now: Time) -> BTreeMap<&str, String> {
    let running = planned.iter().filter(|window| window.from <= now && now <= window.to);
    let why = |window: &Exclusion| {
        let kind = super::maintenance::title(window.kind);
        if window.why.is_empty() { kind.to_owned() } else { format!("{kind}: {}", window.why) }
    };
    running.map(|window| (window.service.as_str(), why(window))).collect()
}

impl Change {
    fn of(alert: &Known, change: AlertChange, now: Time) -> Self {
        let why = match (&alert.standing, change) {
            (Standing::Suppressed(why), AlertChange::Suppressed) => Some(why.clone()),
            _ => None,
        };
        let at = match change {
            AlertChange::Fired => alert.key.starts_at,
            AlertChange::Resolved => alert.over_at.unwrap_or(now),
            _ => now,
        };
        Self {
            key: alert.key.clone(),
            change,
            group: alert.group.clone(),
            service: alert.service.clone(),
            incident: alert.incident.clone(),
            source: alert.told_by.first().unwrap_or(&alert.teller).clone(),
            severity: alert.heard.label("severity").map(str::to_owned),
            why,
            at,
            is_first: !alert.is_announced && alert.taken.is_none(),
        }
    }
}
