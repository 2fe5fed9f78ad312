//! Past incidents that one is like, and why: shared services, alerts, rare words, and what mitigated it.
//!
//! A trait weighs what it tells: one that few incidents have, much; one that all have, nothing.

mod traits;

use serde_json::{Value, json};

use super::event::Mitigation;
use super::{Incident, Ledger};
use crate::text::when::{rfc3339, rough_span, since};
use crate::text::{Time, when};

use traits::{Kind, Traits, Weights};

/// Most incidents that are offered.
const OFFERED: usize = 5;
/// The least share of what is known of an incident that another one has in common with it.
const LEAST: f64 = 0.2;
/// The share from which it is worth interrupting somebody.
const STRONG: f64 = 0.5;
/// Share of its worth that an incident of long ago keeps, and the days after which half of the rest is gone.
const OLD: f64 = 0.5;
const HALF_LIFE_DAYS: f64 = 180.0;
/// Seconds of a day.
const DAY_S: f64 = 86_400.0;
/// Words that a sentence names.
const NAMED: usize = 5;

/// A past incident, and what it has in common with the one that was asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct Similar<'a> {
    pub incident: &'a Incident,
    /// Share of what is known of the one asked about, 0 to 1, less with age.
    pub score: f64,
    pub why: Why,
}

/// What two incidents have in common, the most telling first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Why {
    pub services: Vec<String>,
    pub alerts: Vec<String>,
    pub words: Vec<String>,
    pub mitigation: Option<Mitigation>,
}

/// Past incidents that one is like, the likest first. Drills, merged and open ones are left out, and itself.
pub fn to<'a>(ledger: &'a Ledger, incident: &Incident, now: Time) -> Vec<Similar<'a>> {
    let past = |other: &&Incident| {
        other.id != incident.id && !other.is_open() && !other.drill && other.merged_into.is_none()
    };
    let candidates: Vec<&Incident> = ledger.incidents.iter().filter(past).collect();
    let reader = traits::Reader::new(ledger);
    let mut own = reader.read(incident);
    let known: Vec<Traits> = candidates.iter().map(|other| reader.read_within(other, &own)).collect();
    let weights = Weights::new(&mut own, &known);
    let like = |(other, theirs): (&'a Incident, &Traits)| judge((other, theirs), &own, &weights, now);
    let mut found: Vec<Similar<'a>> = candidates.into_iter().zip(&known).filter_map(like).collect();
    found.sort_by(|one, other| {
        other.score.total_cmp(&one.score).then(other.incident.declared_at.cmp(&one.incident.declared_at))
    });
    found.truncate(OFFERED);
    found
}

fn judge<'a>(
    (other, theirs): (&'a Incident, &Traits),
    own: &Traits,
    weights: &Weights,
    now: Time,
) -> Option<Similar<'a>> {
    let shared = |kind| weights.in_order(kind, own.of(kind).intersection(theirs.of(kind)));
    let why = Why {
        services: shared(Kind::Service),
        alerts: shared(Kind::Alert),
        words: shared(Kind::Word),
        mitigation: own.mitigation.filter(|_| own.mitigation == theirs.mitigation),
    };
    let score = weights.share(own, theirs) * freshness(other, now);
    let tells = !why.services.is_empty() || !why.alerts.is_empty() || why.words.len() > 1;
    (tells && score >= LEAST).then_some(Similar { incident: other, score, why })
}

/// What its age leaves of an incident's worth: 1 today, half of it for ever.
fn freshness(other: &Incident, now: Time) -> f64 {
    let days = since(other.declared_at, now).as_secs_f64() / DAY_S;
    OLD + (1.0 - OLD) * (-days / HALF_LIFE_DAYS).exp2()
}

impl Similar<'_> {
    /// Whether it is worth interrupting somebody: much in common, and not in one respect alone.
    pub fn is_strong(&self) -> bool {
        let Why { services, alerts, words, .. } = &self.why;
        let respects = [services, alerts, words].iter().filter(|shared| !shared.is_empty()).count();
        self.score >= STRONG && respects > 1
    }

    /// `inc-… SEV2 checkout down, 3 weeks ago, mitigated by rollback in 14m (same service; words: pool)`.
    /// Raw text.
    pub fn words(&self, now: Time) -> String {
        let Incident { id, severity, title, .. } = self.incident;
        format!("{id} {severity} {title}, {} ({})", self.outcome(now), self.why.words())
    }

    /// When it was, and what ended it.
    pub fn outcome(&self, now: Time) -> String {
        let ago = format!("{} ago", rough_span(since(self.incident.declared_at, now)));
        match self.incident.mitigated {
            Some((at, kind)) => {
                let after = rough_span(since(self.incident.declared_at, at));
                format!("{ago}, mitigated by {kind} in {after}")
            }
            None => {
                format!(
                    "{ago}, {} after {}",
                    self.incident.status.word(),
                    when::span(self.incident.duration(now))
                )
            }
        }
    }

    /// The object of `similar --json`. Text in it is raw.
    pub fn json(&self) -> Value {
        let Incident { declared_at, mitigated, .. } = self.incident;
        let Why { services, alerts, words, mitigation } = &self.why;
        let mut object = self.incident.summary_json();
        object["score"] = json!((self.score * 1_000.0).round() / 1_000.0);
        object["why"] =
            json!({"services": services, "alerts": alerts, "words": words, "mitigation": mitigation});
        object["mitigation"] = json!(mitigated.map(|(_, kind)| kind));
        object["mitigated_in_s"] = json!(mitigated.map(|(at, _)| since(*declared_at, at).as_secs()));
        object["mitigated_at"] = json!(mitigated.map(|(at, _)| rfc3339(at)));
        object
    }
}

impl Why {
    /// `same service, alert: HostDown, words: pool, exhausted`. Raw text.
    pub fn words(&self) -> String {
        let service = match &self.services[..] {
            [] => None,
            [only] => Some(format!("same service: {only}")),
            many => Some(format!("same services: {}", many.join(", "))),
        };
        let some = |name: &str, found: &[String]| {
            let named = found.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
            (!found.is_empty()).then(|| format!("{name}: {named}"))
        };
        let mitigation = self.mitigation.map(|kind| format!("mitigated by {kind} too"));
        let parts = [service, some("same alert", &self.alerts), some("words", &self.words), mitigation];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}
