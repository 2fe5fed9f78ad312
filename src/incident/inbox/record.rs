//! What of the inbox becomes lines of the timeline. However many alerts there are, people's words stay in
//! view: a group is one line, a look has a few lines, and looks that follow each other in a storm wait
//! ever longer and share a line.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::Change;
use crate::incident::event::{AlertChange, AlertGroup, AlertNews};
use crate::text::Time;
use crate::text::when::since;

/// Lines of one look, by the incident they go to, before the rest shares one.
const LINES: usize = 6;
/// Alerts in one line; more take another one.
const ALERTS: usize = 5_000;
/// Between two looks that have something to tell: at first, and at most. The polls of a source that follow
/// each other are no quiet time.
const FIRST: Duration = Duration::from_secs(15);
const LAST: Duration = Duration::from_mins(5);

/// What waits to be told, and when it may be.
#[derive(Debug, Clone, Default)]
pub struct Pace {
    waiting: Vec<Change>,
    told_at: Option<Time>,
    pause: Duration,
}

/// What goes into one line; of its sheet first. Compared for every change of a storm, so nothing of it is copied.
type Line<'a> = (Sheet<'a>, &'a AlertGroup, Option<&'a str>, Option<&'a str>);

/// What shares its few lines: the incident that it is meant for, what became of it, who told it.
type Sheet<'a> = (Option<&'a str>, AlertChange, &'a str);

fn sheet(change: &Change) -> Sheet<'_> {
    (change.incident.as_deref(), change.change, &change.source)
}

fn line(change: &Change) -> Line<'_> {
    (sheet(change), &change.group, change.service.as_deref(), change.why.as_deref())
}

/// A line of the timeline: the incident it is meant for, its words, and when the first of its alerts changed.
pub type Words = (Option<String>, AlertNews, Time);

impl Pace {
    /// Takes in what changed and gives out the lines that may be told now.
    pub fn tell(&mut self, changes: Vec<Change>, now: Time) -> Vec<Words> {
        self.waiting.extend(changes);
        let pause = self.pause.max(FIRST);
        let is_due = |times: u32| self.told_at.is_none_or(|at| since(at, now) >= pause * times);
        if self.waiting.is_empty() || !is_due(1) {
            return Vec::new();
        }
        let is_calm = is_due(2);
        self.pause = if is_calm { FIRST } else { (pause * 2).min(LAST) };
        self.told_at = Some(now);
        lines_of(&std::mem::take(&mut self.waiting), if is_calm { LINES } else { 1 })
    }

    /// What still waits, when nobody goes on waiting.
    pub fn rest(&mut self) -> Vec<Words> {
        lines_of(&std::mem::take(&mut self.waiting), 1)
    }
}

/// At most so many lines a sheet, the first groups for themselves.
fn lines_of(changes: &[Change], most: usize) -> Vec<Words> {
    let mut sheets: BTreeMap<Sheet<'_>, Vec<Vec<&Change>>> = BTreeMap::new();
    for changes in grouped(changes) {
        if let Some(first) = changes.first() {
            sheets.entry(sheet(first)).or_default().push(changes);
        }
    }
    let mut told = Vec::new();
    for ((incident, ..), mut groups) in sheets {
        let alone = if groups.len() > most { most - 1 } else { groups.len() };
        let rest = groups.split_off(alone);
        told.extend(groups.iter().flat_map(|changes| news(incident, changes, 0)));
        let more = rest.len().saturating_sub(1);
        told.extend(news(incident, &rest.concat(), more));
    }
    told
}

/// Changes that are told together, in the order of the first of each.
fn grouped(changes: &[Change]) -> Vec<Vec<&Change>> {
    let mut places: HashMap<Line<'_>, usize> = HashMap::new();
    let mut groups: Vec<Vec<&Change>> = Vec::new();
    for change in changes {
        let place = *places.entry(line(change)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(change),
            None => groups.push(vec![change]),
        }
    }
    groups
}

/// The lines of some alerts, which are of `more` groups besides the first one's.
fn news(incident: Option<&str>, changes: &[&Change], more: usize) -> Vec<Words> {
    let Some(first) = changes.first() else { return Vec::new() };
    let same = |of: fn(&Change) -> &Option<String>| {
        changes.iter().all(|change| of(change) == of(first)).then(|| of(first).clone()).flatten()
    };
    let (service, why) = (same(|change| &change.service), same(|change| &change.why));
    let line = |piece: &[&Change]| {
        let at = piece.iter().map(|change| change.at).min().unwrap_or(first.at);
        let news = AlertNews {
            change: first.change,
            group: first.group.clone(),
            more_groups: u32::try_from(more).unwrap_or(u32::MAX),
            service: service.clone(),
            source: first.source.clone(),
            severity: first.severity.clone(),
            why: why.clone(),
            alerts: piece.iter().map(|change| change.key.clone()).collect(),
        };
        (incident.map(str::to_owned), news, at)
    };
    changes.chunks(ALERTS).map(line).collect()
}
