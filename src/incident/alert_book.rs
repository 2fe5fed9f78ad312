//! What the journal says of each alert: whether it was told that it fired or ended, who took it, which
//! incident it belongs to. Folded event by event; what sources say now is the inbox's business.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::event::{AlertChange, AlertGroup, AlertKey, AlertKeys, AlertNews, Event, EventKind};
use crate::text::Time;

/// The journal's word on alerts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AlertBook {
    /// By fingerprint, then by start: asked for each alert at each look.
    stories: HashMap<String, BTreeMap<Time, Story>>,
    /// The alerts that each event changed something of.
    changed: BTreeMap<u64, AlertKeys>,
}

/// The journal's word on one alert.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Story {
    pub group: AlertGroup,
    pub service: Option<String>,
    pub source: String,
    /// The changes that are told already.
    said: Vec<AlertChange>,
    takings: Vec<Taking>,
    links: Vec<(u64, String)>,
    /// The incident on whose timeline it was told.
    told_in: Option<String>,
}

/// Somebody took an alert: MTTA ends here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    /// The event that says so.
    pub seq: u64,
    pub by: String,
    pub at: Time,
}

impl Story {
    /// The first acknowledgement that still counts.
    pub fn taken(&self) -> Option<&Taking> {
        self.takings.first()
    }

    /// The incident that it was linked to last.
    pub fn incident(&self) -> Option<&str> {
        self.links.last().map(|(_, incident)| incident.as_str())
    }

    pub fn has_said(&self, change: AlertChange) -> bool {
        self.said.contains(&change)
    }

    /// It was told that it fired, and not that it ended.
    pub fn is_open(&self) -> bool {
        self.has_said(AlertChange::Fired) && !self.has_said(AlertChange::Resolved)
    }
}

impl AlertBook {
    pub fn story(&self, key: &AlertKey) -> Option<&Story> {
        self.stories.get(&key.fingerprint)?.get(&key.starts_at)
    }

    /// When the first alert of each incident was taken, of those that have been.
    pub(super) fn taken_of_incidents(&self) -> BTreeMap<&str, Time> {
        let mut taken: BTreeMap<&str, Time> = BTreeMap::new();
        for (incident, taking) in self
            .stories
            .values()
            .flat_map(BTreeMap::values)
            .filter_map(|story| Some((story.incident()?, story.taken()?)))
        {
            taken.entry(incident).and_modify(|at| *at = taking.at.min(*at)).or_insert(taking.at);
        }
        taken
    }

    /// Alerts that something was written of after an event; some more than once.
    pub fn since(&self, seq: u64) -> impl Iterator<Item = &AlertKey> {
        self.changed.range(seq.saturating_add(1)..).flat_map(|(_, keys)| keys.iter())
    }

    /// Alerts that fire as far as the journal knows, in the order of their keys.
    pub fn open(&self) -> impl Iterator<Item = (AlertKey, &Story)> {
        let key = |fingerprint: &String, starts_at: &Time| AlertKey {
            fingerprint: fingerprint.clone(),
            starts_at: *starts_at,
        };
        let open: BTreeMap<AlertKey, &Story> = self
            .stories
            .iter()
            .flat_map(|(fingerprint, times)| {
                times.iter().map(move |(start, story)| (fingerprint, start, story))
            })
            .filter(|(_, _, story)| story.is_open())
            .map(|(fingerprint, start, story)| (key(fingerprint, start), story))
            .collect();
        open.into_iter()
    }

    /// The newest acknowledgement since an instant of any alert with this fingerprint, whenever it began.
    pub fn taken_since(&self, fingerprint: &str, since: Time) -> Option<&Taking> {
        let same = self.stories.get(fingerprint)?.values();
        same.flat_map(|story| &story.takings).filter(|taking| taking.at >= since).max_by_key(|t| t.at)
    }

    fn story_mut(&mut self, key: &AlertKey) -> &mut Story {
        self.stories.entry(key.fingerprint.clone()).or_default().entry(key.starts_at).or_default()
    }

    /// The groups of an incident's alerts that fire as far as the journal knows, by title. Raw text.
    pub fn firing_of(&self, incident: &str) -> BTreeSet<String> {
        let belongs = |story: &Story| story.incident().or(story.told_in.as_deref()) == Some(incident);
        let firing = self.stories.values().flat_map(BTreeMap::values).filter(|story| story.is_open());
        firing.filter(|story| belongs(story)).map(|story| story.group.title()).collect()
    }

    /// Folds one more event of the journal, whichever incident it is in.
    pub(super) fn apply(&mut self, event: &Event) {
        match &event.kind {
            EventKind::AlertsNoticed(news) => {
                self.changed.insert(event.seq, news.alerts.clone());
                self.notice(news, event.incident.as_ref());
            }
            EventKind::AlertsAcknowledged(taken) => {
                self.changed.insert(event.seq, taken.alerts.clone());
                let taking = Taking { seq: event.seq, by: event.actor.clone(), at: event.sorts_at() };
                for key in taken.alerts.iter() {
                    self.story_mut(key).takings.push(taking.clone());
                }
            }
            EventKind::AlertsLinked(taken) => {
                let Some(incident) = &event.incident else { return };
                self.changed.insert(event.seq, taken.alerts.clone());
                for key in taken.alerts.iter() {
                    self.story_mut(key).links.push((event.seq, incident.clone()));
                }
            }
            EventKind::Struck { seq, .. } | EventKind::Redacted { seq, .. } => self.forget(*seq, event.seq),
            _ => {}
        }
    }

    fn notice(&mut self, news: &AlertNews, incident: Option<&String>) {
        for key in news.alerts.iter() {
            let story = self.story_mut(key);
            story.group = news.group.clone();
            story.service.clone_from(&news.service);
            story.source.clone_from(&news.source);
            story.told_in = incident.cloned().or(story.told_in.take());
            if !story.has_said(news.change) {
                story.said.push(news.change);
            }
        }
    }

    /// What a person said and took back in a later event. What the system noticed stays said: it would only say
    /// it again.
    fn forget(&mut self, seq: u64, later: u64) {
        let Some(alerts) = self.changed.remove(&seq) else { return };
        for key in alerts.iter() {
            let times = self.stories.get_mut(&key.fingerprint);
            let Some(story) = times.and_then(|times| times.get_mut(&key.starts_at)) else { continue };
            story.takings.retain(|taking| taking.seq != seq);
            story.links.retain(|(link, _)| *link != seq);
        }
        self.changed.insert(later, alerts);
    }
}
