//! What the rules of Sloth and Pyrra have recorded for our SLOs, asked of the Prometheus of each.

use futures_util::stream::{self, StreamExt};

use super::sources;
use super::sources::instant::{Element, Instant};
use crate::config::{Config, Source, SourceKind};
use crate::slo::Slo;
use crate::slo::parity::{self, Recorded};
use crate::text::Time;

/// Queries under way at once.
const AT_ONCE: usize = 4;

/// An SLO's recorded series, or why they could not be asked for.
pub type Found = (String, Result<Vec<Recorded>, String>);

/// What is recorded for every SLO whose source is a Prometheus, in the order of the configuration.
pub async fn recorded(config: &Config, at: Time) -> Vec<Found> {
    let asked: Vec<_> = config
        .slos
        .iter()
        .filter_map(|slo| Some(ask(config.source(slo.source.as_deref())?, slo, at)))
        .collect();
    stream::iter(asked).buffered(AT_ONCE).collect().await
}

async fn ask(source: &Source, slo: &Slo, at: Time) -> Found {
    let SourceKind::Prometheus { url } = &source.kind else {
        let why = format!("source {} records nothing (only a Prometheus has rules)", source.name);
        return (slo.id.clone(), Err(why));
    };
    let instant = Instant::new(sources::client(source), url);
    let answer = instant.vector(&parity::query(slo), at).await;
    let series = |Element { labels, value }| Recorded { labels, value };
    let found = answer.map(|vector| vector.into_iter().map(series).collect());
    (slo.id.clone(), found.map_err(|failure| format!("{}: {}", source.name, failure.why())))
}
