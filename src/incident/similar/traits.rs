//! What is known of an incident that another one may share, and how much each of it tells.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::incident::event::{AlertChange, Event, EventKind, Mitigation};
use crate::incident::ledger::LEAD;
use crate::incident::{Incident, Ledger};
use crate::slo::TierState;
use crate::text::Time;
use crate::text::when::before;

/// Lines of an incident that are read: what it was about is said early.
const LINES: usize = 200;
/// Words that count, the most telling ones: long notes do not outweigh everything else.
const WORDS: usize = 12;
/// A shorter word tells too little.
const SHORTEST: usize = 3;
/// What the same mitigation weighs: as much as a service that one incident in three has.
const MITIGATION: f64 = 1.0;
/// Words that are in any text.
const EVERYWHERE: [&str; 36] = [
    "after", "again", "all", "and", "any", "are", "been", "but", "can", "did", "does", "for", "from", "had",
    "has", "have", "into", "its", "not", "now", "off", "our", "out", "since", "still", "that", "the", "then",
    "they", "this", "was", "were", "what", "when", "will", "with",
];

/// In which respect two incidents may be alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Service,
    Alert,
    Word,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Service, Self::Alert, Self::Word];

    /// What a trait of this kind weighs beside a word.
    fn factor(self) -> f64 {
        match self {
            Self::Service | Self::Alert => 2.0,
            Self::Word => 1.0,
        }
    }
}

/// What is known of one incident.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Traits {
    services: BTreeSet<String>,
    alerts: BTreeSet<String>,
    words: BTreeSet<String>,
    pub mitigation: Option<Mitigation>,
}

impl Traits {
    pub fn of(&self, kind: Kind) -> &BTreeSet<String> {
        match kind {
            Kind::Service => &self.services,
            Kind::Alert => &self.alerts,
            Kind::Word => &self.words,
        }
    }
}

/// Reads incidents of one ledger.
pub(super) struct Reader<'a> {
    /// Alerts that belong to no incident, by service, in the order they fired: what led to a declaration.
    loose: HashMap<&'a str, Vec<(Time, String)>>,
}

impl<'a> Reader<'a> {
    pub fn new(ledger: &'a Ledger) -> Self {
        let mut loose: HashMap<&str, Vec<(Time, String)>> = HashMap::new();
        for event in &ledger.loose {
            if let (Some(service), Some(alert)) = (service(event), fired(event)) {
                loose.entry(service).or_default().push((event.sorts_at(), alert));
            }
        }
        loose.values_mut().for_each(|alerts| alerts.sort());
        Self { loose }
    }

    /// The name of a service is no word besides.
    pub fn read(&self, incident: &Incident) -> Traits {
        let names: BTreeSet<String> = incident.services.iter().flat_map(|name| tokens(name)).collect();
        self.traits(incident, &|word| !names.contains(word))
    }

    /// As [`read`](Self::read), of the words only those that `other` has too: the rest is never asked for.
    pub fn read_within(&self, incident: &Incident, other: &Traits) -> Traits {
        self.traits(incident, &|word| other.words.contains(word))
    }

    fn traits(&self, incident: &Incident, counts: &dyn Fn(&str) -> bool) -> Traits {
        let lines = incident.timeline.iter().filter(|entry| !entry.struck);
        let said = lines.clone().filter_map(|entry| said(&entry.event.kind)).take(LINES);
        let mut words = BTreeSet::new();
        for text in said.chain([incident.title.as_str()]).chain(incident.impact.as_deref()) {
            words.extend(tokens(text).filter(|word| counts(word)));
        }
        let mut alerts: BTreeSet<String> = lines.filter_map(|entry| fired(&entry.event)).collect();
        let (from, until) =
            (before(incident.declared_at, LEAD), incident.resolved_at.unwrap_or(Time::MAX_UTC));
        for loose in incident.services.iter().filter_map(|service| self.loose.get(service.as_str())) {
            let first = loose.partition_point(|(at, _)| *at < from);
            alerts.extend(loose[first..].iter().take_while(|(at, _)| *at <= until).map(|(_, a)| a.clone()));
        }
        let mitigation = incident.mitigated.map(|(_, kind)| kind);
        Traits { services: incident.services.iter().cloned().collect(), alerts, words, mitigation }
    }
}

/// What people said of what happens.
fn said(kind: &EventKind) -> Option<&str> {
    match kind {
        EventKind::Noted { text, .. } | EventKind::Updated { text, .. } => Some(text),
        EventKind::Imported(line) => Some(&line.text),
        _ => None,
    }
}

fn tokens(text: &str) -> impl Iterator<Item = String> + '_ {
    let pieces = text.split(|c: char| !c.is_alphanumeric()).filter(|piece| piece.chars().count() >= SHORTEST);
    let words = pieces.filter(|piece| piece.chars().any(char::is_alphabetic)).map(str::to_lowercase);
    words.filter(|word| EVERYWHERE.binary_search(&word.as_str()).is_err())
}

/// The alert that an event says to fire.
fn fired(event: &Event) -> Option<String> {
    match &event.kind {
        EventKind::AlertsNoticed(news) if news.change == AlertChange::Fired => Some(news.group.name.clone()),
        EventKind::AlertChanged(change) if change.to == TierState::Firing => Some(change.slo.clone()),
        _ => None,
    }
}

fn service(event: &Event) -> Option<&str> {
    match &event.kind {
        EventKind::AlertsNoticed(news) => news.service.as_deref(),
        EventKind::AlertChanged(change) => Some(&change.service),
        _ => None,
    }
}

/// How much each trait of one incident tells, among all that are compared with it.
pub(super) struct Weights(BTreeMap<(Kind, String), f64>);

impl Weights {
    /// Words that tell nothing are taken from `own`: those that no other incident has, and all but the most
    /// telling ones.
    pub fn new(own: &mut Traits, known: &[Traits]) -> Self {
        let all = known.len() as f64 + 1.0;
        let mut weights = BTreeMap::new();
        for kind in Kind::ALL {
            for name in own.of(kind) {
                let having = known.iter().filter(|other| other.of(kind).contains(name)).count();
                // One more than have it: the one that is asked about.
                let weight = kind.factor() * (1.0 + all / (having as f64 + 1.0)).ln();
                if having > 0 || kind != Kind::Word {
                    weights.insert((kind, name.clone()), weight);
                }
            }
        }
        let weights = Self(weights);
        let kept = weights.in_order(Kind::Word, own.words.iter()).into_iter().take(WORDS).collect();
        own.words = kept;
        weights
    }

    /// The most telling first; those that tell nothing are left out.
    pub fn in_order<'t>(&self, kind: Kind, names: impl Iterator<Item = &'t String>) -> Vec<String> {
        let weight = |name: &String| self.0.get(&(kind, name.clone())).copied();
        let mut weighed: Vec<(f64, &String)> = names.filter_map(|name| Some((weight(name)?, name))).collect();
        weighed.sort_by(|(one, a), (other, b)| other.total_cmp(one).then(a.cmp(b)));
        weighed.into_iter().map(|(_, name)| name.clone()).collect()
    }

    /// The weight of what both have, as a share of what the one asked about has.
    pub fn share(&self, own: &Traits, theirs: &Traits) -> f64 {
        let (mut shared, mut whole) = (0.0, 0.0);
        for kind in Kind::ALL {
            for name in own.of(kind) {
                let weight = self.0.get(&(kind, name.clone())).copied().unwrap_or_default();
                whole += weight;
                shared += if theirs.of(kind).contains(name) { weight } else { 0.0 };
            }
        }
        if let Some(mitigation) = own.mitigation {
            whole += MITIGATION;
            shared += if theirs.mitigation == Some(mitigation) { MITIGATION } else { 0.0 };
        }
        if whole > 0.0 { shared / whole } else { 0.0 }
    }
}
