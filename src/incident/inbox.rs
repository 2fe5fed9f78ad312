//! The inbox of alerts: what sources tell, each alert once however often and by how many it is told, in
//! groups, in the order of what users feel.
//!
//! Told batches, whole (a poll's list) or partial (a webhook's post), any number of times in any order;
//! told `now` and what the journal says. It decides nothing for people and forgets nothing it has told.

mod around;
mod change;
mod due;
mod group;
pub mod heard;
mod judge;
mod known;
pub mod parse;
mod record;
mod rules;
mod runbook;
pub mod silence;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use super::event::{AlertChange, AlertKey};
use super::ledger::Ledger;
use crate::slo::exclusion::Exclusion;
use crate::text::Time;
use crate::text::when::after;
use around::Around;
use due::Due;
use group::{Groups, Seat};

pub use change::Change;
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
    rules: Rules,
    /// By the order in which they were first heard of.
    alerts: BTreeMap<usize, Known>,
    by_fingerprint: HashMap<String, usize>,
    groups: Groups,
    due: Due,
    /// What all were last judged with; `None` where all are to be judged anew.
    judged: Option<Judged>,
    /// Batches that were taken in.
    answers: u64,
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

/// What a judgement was made with that holds for all alerts.
#[derive(Debug, Clone)]
struct Judged {
    around: Around,
    /// Up to where the journal was read.
    head: u64,
    at: Time,
}

impl Inbox {
    /// An empty one that judges by these rules.
    pub fn by(rules: Rules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// From now on it judges by these, what it knows already too.
    pub fn judge_by(&mut self, rules: Rules) {
        self.rules = rules;
        self.judge_anew();
    }

    /// The next look judges all, whatever was judged before: the journal was read anew.
    pub fn judge_anew(&mut self) {
        self.judged = None;
    }

    /// Takes in what a source says. What is not in a whole batch is over, unless its server has just
    /// started and may not know of it yet.
    pub fn hear(&mut self, batch: Batch) {
        let Batch { source, at, extent, alerts } = batch;
        self.answers += 1;
        for heard in alerts {
            self.take(heard, &source, at);
        }
        let Extent::Whole { up_since } = extent else { return };
        let is_waking = |alert: &Known| {
            up_since.is_some_and(|up| alert.told_at <= after(up, WAKING) && at < after(up, WAKING))
        };
        for (place, alert) in &mut self.alerts {
            if alert.answer != self.answers && !is_waking(alert) && alert.unhear(&source, at) {
                self.due.mark(*place);
            }
        }
        if up_since.is_none_or(|up| at >= after(up, WAKING)) && self.complete.insert(source.clone()) {
            self.fresh.push(source);
        }
    }

    /// One alert of the answer that is being taken in, where it is not old news.
    fn take(&mut self, heard: Arc<Heard>, source: &str, at: Time) {
        let Some(place) = self.by_fingerprint.get(&heard.fingerprint).copied() else {
            if heard.told != Told::Resolved {
                self.add(Known::new(heard, (source, at), &self.rules));
            }
            return;
        };
        let Some(known) = self.alerts.get_mut(&place) else { return };
        if known.is_stale(&heard, at) {
            return;
        }
        known.answer = self.answers;
        if !known.is_another(&heard, source) {
            if known.hear(heard, source, at) {
                self.due.mark(place);
            }
        } else if heard.told != Told::Resolved || known.over_at.is_none() {
            let was = known.clone();
            known.begin_again(heard, source, at);
            self.due.mark(place);
            if was.has_said(AlertChange::Fired) && !was.has_said(AlertChange::Resolved) {
                self.ended.push(Change::of(&was, AlertChange::Resolved, at));
            }
        }
    }

    fn add(&mut self, known: Known) {
        let place = self.alerts.last_key_value().map_or(0, |(last, _)| last + 1);
        self.by_fingerprint.insert(known.heard.fingerprint.clone(), place);
        self.alerts.insert(place, Known { answer: self.answers, ..known });
        self.due.mark(place);
    }

    /// Judges what may have changed since the last look and arranges it; what is to be told comes back, the
    /// worst first. Nothing else can have changed: a look at all of them would say the same.
    pub fn look(&mut self, scene: &Scene<'_>) -> Vec<Change> {
        let due = self.due(scene);
        for place in &due {
            self.judge(*place, scene);
        }
        self.groups.settle();
        let mut changes = std::mem::take(&mut self.ended);
        changes.extend(self.gone(scene));
        changes.extend(self.news(&due, scene.now));
        for place in due {
            let alert = self.alerts.get(&place);
            self.due.plan(place, alert.and_then(|alert| alert.changes_by_itself_at(&self.rules)));
        }
        changes
    }

    /// The alerts to be judged: all where what holds for all is another, or the clock stepped back.
    fn due(&mut self, scene: &Scene<'_>) -> BTreeSet<usize> {
        let judged = Judged { around: Around::of(scene), head: scene.ledger.head, at: scene.now };
        let due = self.due.take(scene.now);
        let was = self.judged.replace(judged);
        let is_next =
            |was: &Judged, now: &Judged| was.around == now.around && was.head <= now.head && was.at <= now.at;
        match (was, &self.judged) {
            (Some(was), Some(now)) if is_next(&was, now) => {
                let written = scene.ledger.alerts.since(was.head);
                let places = written.filter_map(|key| self.by_fingerprint.get(&key.fingerprint).copied());
                due.into_iter().chain(places).collect()
            }
            _ => self.alerts.keys().copied().collect(),
        }
    }

    /// Judges one, and lets go of it where it is over for long.
    fn judge(&mut self, place: usize, scene: &Scene<'_>) {
        let (Some(alert), Some(judged)) = (self.alerts.get_mut(&place), &self.judged) else { return };
        alert.judge(&self.rules, &judged.around, scene);
        let seat = (!alert.is_old(&self.rules, scene.now)).then(|| Seat::of(alert, place));
        let was = std::mem::replace(&mut alert.seat, seat);
        self.groups.reseat(&alert.group, was, seat);
        if seat.is_none() {
            self.by_fingerprint.remove(&alert.heard.fingerprint);
            self.alerts.remove(&place);
        }
    }

    /// What is to be told of some alerts; from now on it was.
    fn news(&mut self, judged: &BTreeSet<usize>, now: Time) -> Vec<Change> {
        let places = judged.iter().filter_map(|place| Some((*place, self.alerts.get(place)?)));
        let mut told: Vec<_> = places
            .filter(|(_, alert)| alert.news().is_some())
            .map(|(place, alert)| (self.groups.place(&alert.group), alert.seat, place))
            .collect();
        told.sort_unstable();
        let mut changes = Vec::new();
        for (_, _, place) in told {
            let Some(alert) = self.alerts.get_mut(&place) else { continue };
            while let Some(change) = alert.news() {
                changes.push(Change::of(alert, change, now));
                alert.say(change, now);
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
        let is_gone =
            |key: &AlertKey| self.by_fingerprint(&key.fingerprint).is_none_or(|one| one.key != *key);
        let book = &scene.ledger.alerts;
        let open = book.open().filter(|(key, story)| fresh.contains(&story.source) && is_gone(key));
        open.map(|(key, story)| Change::unseen_end(key, story, scene.now)).collect()
    }

    fn by_fingerprint(&self, fingerprint: &str) -> Option<&Known> {
        self.alerts.get(self.by_fingerprint.get(fingerprint)?)
    }

    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Every alert, in the order in which they were first heard of.
    pub fn alerts(&self) -> impl ExactSizeIterator<Item = &Known> + Clone {
        self.alerts.values()
    }

    /// The alert at a place that a [`Group`] names.
    pub fn alert(&self, place: usize) -> &Known {
        &self.alerts[&place]
    }

    /// The alerts of a group, the worst first.
    pub fn members<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a Known> {
        group.members().map(|place| self.alert(place))
    }

    /// The groups, the worst first.
    pub fn groups(&self) -> &[Group] {
        self.groups.all()
    }

    pub fn tally(&self) -> Tally {
        self.groups.tally()
    }

    /// The alerts a person means: a group's name in any case, or a fingerprint or its beginning.
    ///
    /// # Errors
    /// Where nothing fits, or the beginning of a fingerprint fits several.
    pub fn find(&self, name: &str) -> Result<Vec<&Known>, String> {
        let live = || self.alerts().filter(|alert| alert.standing.is_live());
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
