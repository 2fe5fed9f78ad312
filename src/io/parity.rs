//! What the rules of Sloth and Pyrra have recorded for our SLOs, asked of the Prometheus of each.

use super::clock::Clock;
use super::sources;
use crate::config::{Config, Source, SourceKind};
use crate::slo::parity::{self, Recorded};
use crate::slo::{Group, Slo};

/// An SLO's recorded series, or why they could not be asked for.
pub type Found = (String, Result<Vec<Recorded>, String>);

/// What is recorded for every SLO that has a source, source by source.
pub async fn recorded(config: &Config, clock: Clock) -> Vec<Found> {
    let mut found = Vec::new();
    for source in &config.sources {
        let own =
            |slo: &&Slo| config.source(slo.source.as_deref()).is_some_and(|own| own.name == source.name);
        let slos: Vec<&Slo> = config.slos.iter().filter(own).collect();
        found.extend(ask(source, &slos, clock).await);
    }
    found
}

async fn ask(source: &Source, slos: &[&Slo], clock: Clock) -> Vec<Found> {
    if !matches!(source.kind, SourceKind::Prometheus { .. }) {
        let why = format!("source {} records nothing (only a Prometheus has rules)", source.name);
        return slos.iter().map(|slo| (slo.id.clone(), Err(why.clone()))).collect();
    }
    let queries: Vec<String> = slos.iter().map(|slo| parity::query(slo)).collect();
    let vectors = sources::instant(source, clock, &queries).await;
    let named = |why| format!("{}: {why}", source.name);
    let all = |vector: Vec<(Group, f64)>| vector.into_iter().map(series).collect();
    let found = slos.iter().zip(vectors);
    found.map(|(slo, vector)| (slo.id.clone(), vector.map(all).map_err(named))).collect()
}

fn series((group, value): (Group, f64)) -> Recorded {
    let labels = group.labels().map(|(name, text)| (name.to_owned(), text.to_owned()));
    Recorded { labels: labels.collect(), value }
}
