//! All incidents at once: the fold of the whole journal, and the look-ups every front end shares.
//!
//! `rules` asks it what may come next; nothing here refuses an event that is already stored.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use super::alert_book::AlertBook;
use super::event::{Event, EventKind};
use super::folding::Folding;
use super::intent::Refusal;
use super::recheck::Look;
use super::state::Incident;
use super::timeline::{self, Entry};
use crate::text::Time;
use crate::text::problem::nearest;
use crate::text::when::before;

/// How long before its declaration the alerts and changes of its services belong to an incident.
pub(super) const LEAD: Duration = Duration::from_hours(2);
/// Incidents named in one error before the rest is counted.
const NAMED: usize = 5;

/// The fold of the journal. `fold(a + b) = apply(fold(a), b)`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ledger {
    /// In the order of their declaration.
    pub incidents: Vec<Incident>,
    /// Events that belong to a service and to no incident: deploys, alerts before a declaration.
    pub loose: Vec<Event>,
    /// What somebody wants to look at again, in the order it was set.
    pub rechecks: Vec<Look>,
    /// What was said of each alert from outside.
    pub alerts: AlertBook,
    /// Sequence number of the last event folded; 0 for an empty journal.
    pub head: u64,
    /// Where each incident lies, by its id.
    places: HashMap<String, usize>,
}

impl Ledger {
    /// Folds a whole journal.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut ledger = Self::default();
        let mut folding = ledger.folding();
        events.into_iter().for_each(|event| folding.take(event.clone()));
        drop(folding);
        ledger
    }

    /// Folds one more event. Never fails: what makes no sense changes nothing but the timeline, and an
    /// event that was folded before changes nothing at all.
    pub fn apply(&mut self, event: &Event) {
        self.folding().take(event.clone());
    }

    /// Folds many more, as [`apply`](Self::apply) would one after the other; done when it is dropped.
    pub fn folding(&mut self) -> Folding<'_> {
        Folding::new(self)
    }

    /// Where the incident with an id lies among them all.
    pub(super) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    pub(super) fn declare(&mut self, incident: Incident) {
        self.places.insert(incident.id.clone(), self.incidents.len());
        self.incidents.push(incident);
    }

    pub fn incident(&self, id: &str) -> Option<&Incident> {
        self.place(id).map(|at| &self.incidents[at])
    }

    /// Incidents that are not resolved, in the order of their declaration.
    pub fn open(&self) -> impl Iterator<Item = &Incident> {
        self.incidents.iter().filter(|incident| incident.is_open())
    }

    /// The newest open incident that covers a service.
    pub fn open_on(&self, service: &str) -> Option<&Incident> {
        self.open().filter(|incident| incident.services.iter().any(|covered| covered == service)).last()
    }

    /// The incident that one goes on in, after it and perhaps others were merged; mostly itself.
    pub fn survivor<'a>(&'a self, incident: &'a Incident) -> &'a Incident {
        let mut survivor = incident;
        // Each step leads to another incident, so there are not more of them than incidents.
        for _ in &self.incidents {
            let into = survivor.merged_into.as_deref().and_then(|into| self.incident(into));
            let Some(into) = into else { break };
            survivor = into;
        }
        survivor
    }

    /// The incidents that were merged into one, directly or over others, in the order of their declaration.
    pub fn merged_into<'a>(&'a self, incident: &'a Incident) -> impl Iterator<Item = &'a Incident> {
        let merged = |other: &&Incident| other.merged_into.is_some() && other.id != incident.id;
        self.incidents.iter().filter(merged).filter(|other| self.survivor(other).id == incident.id)
    }

    /// The incidents that have to do with one, whichever of the two said so.
    pub fn related_to<'a>(&'a self, incident: &'a Incident) -> impl Iterator<Item = &'a Incident> {
        let says = |one: &Incident, other: &Incident| {
            one.related
                .iter()
                .any(|id| self.incident(id).is_some_and(|named| self.survivor(named).id == other.id))
        };
        self.incidents
            .iter()
            .filter(move |other| other.id != incident.id && (says(incident, other) || says(other, incident)))
    }

    /// The incident a person means: an exact id before a unique prefix; without a name the only open
    /// one, and with none open the one declared last.
    pub fn find(&self, name: Option<&str>) -> Result<&Incident, Refusal> {
        if let Some(name) = name {
            return self.named(name);
        }
        let open: Vec<&Incident> = self.open().collect();
        match open[..] {
            [only] => Ok(only),
            [] => self.incidents.last().ok_or_else(|| {
                Refusal::not_allowed(
                    "incident: none declared yet (declare one: warroom declare TITLE --sev 1..4)",
                )
            }),
            _ => Err(Refusal::unknown(format!(
                "incident: {} are open: {} (name one with -i)",
                open.len(),
                list(&open)
            ))),
        }
    }

    fn named(&self, name: &str) -> Result<&Incident, Refusal> {
        if let Some(exact) = self.incident(name) {
            return Ok(exact);
        }
        let fits: Vec<&Incident> = self
            .incidents
            .iter()
            .filter(|incident| !name.is_empty() && incident.id.starts_with(name))
            .collect();
        match fits[..] {
            [only] => Ok(only),
            [] => Err(self.unknown_incident(name)),
            _ => Err(Refusal::unknown(format!(
                "incident: {name}: fits {}: {} (write more of the id)",
                fits.len(),
                list(&fits)
            ))),
        }
    }

    /// The refusal for an id that is no incident's.
    pub(super) fn unknown_incident(&self, name: &str) -> Refusal {
        let near = nearest(name, self.incidents.iter().map(|incident| incident.id.as_str()));
        let way_out = near.map_or_else(
            || "warroom list shows them all".to_owned(),
            |near| format!("did you mean {near}? warroom list shows them all"),
        );
        Refusal::unknown(format!("incident: {name}: unknown ({way_out})"))
    }

    /// What happened to an incident's services around it: alerts, changes and planned windows that belong
    /// to no incident, from two hours before it was declared until it was resolved. Struck ones are left
    /// out.
    pub fn context(&self, incident: &Incident) -> Vec<&Event> {
        let struck = self.struck_loose();
        let around: BTreeSet<u64> = self.around(incident).map(|event| event.seq).collect();
        let ends = |event: &Event| match event.kind {
            EventKind::MaintenanceEnded { seq, .. } => around.contains(&seq),
            _ => false,
        };
        let concerns = |event: &&Event| around.contains(&event.seq) || ends(event);
        self.loose.iter().filter(concerns).filter(|event| !struck.contains(&event.seq)).collect()
    }

    /// Where the cost of an incident is counted from: its impact's start where somebody marked one, else
    /// the first alert or change of its services before the declaration, else the declaration.
    pub fn impact_from(&self, incident: &Incident) -> Time {
        let first = || {
            let context = self.context(incident).into_iter().filter(|event| !is_window(&event.kind));
            context.map(Event::sorts_at).fold(incident.declared_at, Time::min)
        };
        incident.impact_start.unwrap_or_else(first)
    }

    fn around<'a, 'i>(&'a self, incident: &'i Incident) -> impl Iterator<Item = &'a Event> + use<'a, 'i> {
        self.loose.iter().filter(move |event| is_around(incident, event))
    }

    pub(super) fn struck_loose(&self) -> BTreeSet<u64> {
        self.loose
            .iter()
            .filter_map(|event| match event.kind {
                EventKind::Struck { seq, .. } => Some(seq),
                _ => None,
            })
            .collect()
    }

    /// An incident's own entries and those around it, with what was said about the latter, in order.
    pub fn timeline(&self, incident: &Incident) -> Vec<Entry> {
        let struck = self.struck_loose();
        let around: BTreeSet<u64> = self.around(incident).map(|event| event.seq).collect();
        let about = |event: &Event| target(&event.kind).is_some_and(|seq| around.contains(&seq));
        let mut entries = incident.timeline.clone();
        for merged in self.merged_into(incident) {
            merged.timeline.iter().for_each(|entry| timeline::insert(&mut entries, entry.clone()));
        }
        for event in self.loose.iter().filter(|event| around.contains(&event.seq) || about(event)) {
            let entry = Entry { struck: struck.contains(&event.seq), ..Entry::new(event.clone()) };
            timeline::insert(&mut entries, entry);
        }
        entries
    }
}

impl Ledger {
    /// Brings what [`timeline`](Self::timeline) gave for an incident up to date with one event that was just
    /// folded; `false` where it has to be made anew, because the event changes other lines or which there are.
    pub fn extend_timeline(&self, incident: &Incident, entries: &mut Vec<Entry>, event: &Event) -> bool {
        if !is_only_a_line(&event.kind) {
            return false;
        }
        let belongs = match event.incident.as_deref() {
            Some(id) => {
                self.incident(id).is_some_and(|own| self.survivor(own).id == incident.id) || id == incident.id
            }
            None => is_around(incident, event),
        };
        if belongs {
            timeline::insert(entries, Entry::new(event.clone()));
        }
        true
    }
}

/// The lines of what belongs to no incident.
pub fn loose_lines(ledger: &Ledger) -> Vec<Entry> {
    ledger.loose.iter().cloned().map(Entry::new).collect()
}

/// Adds one more event to the lines of what belongs to none, where that is all it changes in them: as
/// [`Ledger::extend_timeline`] for an incident's.
pub fn extend_loose_lines(entries: &mut Vec<Entry>, event: &Event) -> bool {
    let extends = is_only_a_line(&event.kind);
    if extends && event.incident.is_none() {
        entries.push(Entry::new(event.clone()));
    }
    extends
}

/// Whether an event is a line and changes no other.
fn is_only_a_line(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Noted { .. }
            | EventKind::AlertChanged(_)
            | EventKind::AlertsNoticed(_)
            | EventKind::AlertsAcknowledged(_)
            | EventKind::AlertsLinked(_)
            | EventKind::ChangeMarked { .. }
            | EventKind::EvidenceKept(_)
            | EventKind::StepRan(_)
            | EventKind::StepMarked(_)
            | EventKind::StepAnswered(_)
            | EventKind::ValuesGiven(_)
            | EventKind::StepVerified(_)
            | EventKind::StepStarted(_)
    )
}

/// Whether an event is of an incident's services and time.
fn is_around(incident: &Incident, event: &Event) -> bool {
    let from = before(incident.declared_at, LEAD);
    let until = incident.resolved_at.unwrap_or(Time::MAX_UTC);
    event.incident.is_none()
        && service(&event.kind).is_some_and(|service| incident.services.iter().any(|s| s == service))
        && event.lies_within(from, until)
}

/// The service an event without an incident is about.
fn service(kind: &EventKind) -> Option<&str> {
    match kind {
        EventKind::AlertChanged(change) => Some(&change.service),
        EventKind::ChangeMarked(change) => Some(&change.service),
        EventKind::MaintenancePlanned { service, .. } => Some(service),
        EventKind::AlertsNoticed(news) => news.service.as_deref(),
        EventKind::AlertsAcknowledged(taken) => taken.service.as_deref(),
        _ => None,
    }
}

fn is_window(kind: &EventKind) -> bool {
    matches!(kind, EventKind::MaintenancePlanned { .. } | EventKind::MaintenanceEnded { .. })
}

/// The entry that a correction, or the end of a window, is about.
fn target(kind: &EventKind) -> Option<u64> {
    match kind {
        EventKind::Struck { seq, .. }
        | EventKind::Amended { seq, .. }
        | EventKind::Redacted { seq, .. }
        | EventKind::MaintenanceEnded { seq, .. } => Some(*seq),
        _ => None,
    }
}

fn list(incidents: &[&Incident]) -> String {
    let mut ids: Vec<&str> = incidents.iter().take(NAMED).map(|incident| incident.id.as_str()).collect();
    let more = format!("{} more", incidents.len().saturating_sub(NAMED));
    if incidents.len() > NAMED {
        ids.push(&more);
    }
    ids.join(", ")
}
