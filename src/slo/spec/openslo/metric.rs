//! OpenSLO's metric sources: which of them a Prometheus can answer, and with what query.

use super::Shelf;
use crate::slo::spec::part::Part;

/// Words in the type of a data source that speaks PromQL.
const SPEAK_PROMQL: [&str; 6] = ["prometheus", "thanos", "mimir", "cortex", "victoriametrics", "amp"];

/// What a metric is asked by.
pub(super) enum Metric<'a> {
    /// The query's text, for a Prometheus.
    Query(Part<'a>),
    /// Why no Prometheus answers it.
    Foreign(String),
}

/// The metric under `part`: version 1 wraps it in `metricSource`, the others do not.
pub(super) fn read<'a>(part: Part<'a>, shelf: &Shelf<'a>) -> Option<Metric<'a>> {
    let source = part.map("metricSource").unwrap_or(part);
    if let Some(kind) = kind(source, shelf).filter(|kind| !speaks_promql(kind)) {
        return Some(Metric::Foreign(format!(
            "its data source is of type {kind}, which no Prometheus answers"
        )));
    }
    if source.get("query").is_some() {
        return source.get("query").map(Metric::Query);
    }
    let spec = source.need_map("spec", "{query: sum(http_requests_total)}")?;
    spec.need("query", "sum(http_requests_total)").map(Metric::Query)
}

/// The type of the data source: as written here, else as its document says, else what its name sounds
/// like. `None` where nothing says it.
fn kind<'a>(source: Part<'a>, shelf: &Shelf<'a>) -> Option<&'a str> {
    if let Some(kind) = source.text("type") {
        return Some(kind);
    }
    let reference = source.get("metricSourceRef").or_else(|| source.get("dataSourceRef"));
    if let Some(reference) = reference {
        match shelf.follow("DataSource", reference) {
            Ok(data_source) => return data_source.map("spec")?.text("type"),
            Err(why) => {
                reference.doubt(
                    "unresolved-reference",
                    why,
                    "load its document too; it is taken as a Prometheus",
                );
            }
        }
    }
    source.text("source")
}

fn speaks_promql(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase().replace(['-', '_', ' '], "");
    SPEAK_PROMQL.iter().any(|word| if *word == "amp" { kind == *word } else { kind.contains(word) })
}
