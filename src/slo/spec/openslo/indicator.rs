//! OpenSLO's indicators: ratios of two metrics, raw ratios, values with a threshold.

use super::Shelf;
use super::metric::{self, Metric};
use crate::slo::lint::{self, Flaw};
use crate::slo::spec::part::Part;
use crate::slo::spec::promql::{self, Slip};
use crate::slo::{Op, Query, Share, Sli};

/// What is asked, and why it cannot be where it cannot.
pub(super) struct Asked {
    pub(super) sli: Sli,
    pub(super) unmeasurable: Option<String>,
}

/// The key under which a part has its own indicator, whatever the version.
pub(super) fn of(part: Part<'_>) -> Option<Part<'_>> {
    ["indicator", "indicatorRef", "sli", "sliRef"].into_iter().find_map(|key| part.get(key))
}

/// The indicator of an objective: its own, else the SLO's.
pub(super) fn read<'a>(spec: Part<'a>, objective: Part<'a>, shelf: &Shelf<'a>) -> Option<Asked> {
    let written = of(objective).or_else(|| of(spec));
    let indicator = match written {
        Some(inline) if inline.is_map() => inline.map("spec").unwrap_or(inline),
        Some(reference) => match shelf.follow("SLI", reference) {
            Ok(document) => document.need_map("spec", "{ratioMetric: {}}")?,
            Err(why) => {
                reference.wrong("unresolved-reference", why, "load the file that holds it");
                return None;
            }
        },
        None if objective.get("ratioMetrics").is_some() => objective,
        None => {
            spec.wrong("missing-key", "no indicator", "add indicator or indicatorRef");
            return None;
        }
    };
    let ratio = ["ratioMetric", "ratioMetrics"].into_iter().find_map(|key| indicator.map(key));
    match (ratio, indicator.map("thresholdMetric")) {
        (Some(ratio), _) => of_ratio(ratio, shelf),
        (None, Some(threshold)) => of_threshold(threshold, objective, shelf),
        (None, None) => {
            indicator.wrong("missing-key", "no metric", "add ratioMetric or thresholdMetric");
            None
        }
    }
}

fn of_ratio<'a>(part: Part<'a>, shelf: &Shelf<'a>) -> Option<Asked> {
    if let Some(raw) = part.map("raw") {
        let of = raw_type(part);
        let (ratio, unmeasurable) = query(raw, shelf, promql::of_ratio)?;
        let of = of?;
        return Some(Asked { sli: Sli::Ratio { ratio, of }, unmeasurable });
    }
    // Prometheus counts in counters: only an explicit no makes gauges of them.
    let is_gauge = part.flag("counter").or_else(|| part.flag("incremental")) == Some(false);
    let parse = if is_gauge { promql::of_gauges } else { promql::of_counters };
    let share = if part.get("bad").is_some() && part.get("good").is_none() { "bad" } else { "good" };
    let (some, all) =
        (part.need_map(share, "{metricSource: …}"), part.need_map("total", "{metricSource: …}"));
    let (some, all) = (some?, all?);
    let (counted, total) = (query(some, shelf, parse), query(all, shelf, parse));
    let ((counted, why), (total, other_why)) = (counted?, total?);
    let unmeasurable = why.or(other_why);
    if unmeasurable.is_none() && lint::is_same(&counted, &total) {
        let what = "is the same query as total: the ratio never changes";
        some.flawed(Flaw::new("part-is-total", what, format!("select only the {share} events")));
        return None;
    }
    let sli = match share {
        "bad" => Sli::Bad { bad: counted, total },
        _ => Sli::Good { good: counted, total },
    };
    Some(Asked { sli, unmeasurable })
}

/// Whether a raw ratio is of good or of bad events. A word that is neither would turn the SLI upside down.
fn raw_type(part: Part<'_>) -> Option<Share> {
    let Some(word) = part.get("rawType") else { return Some(Share::Good) };
    match word.scalar()?.trim().to_ascii_lowercase().as_str() {
        "success" => Some(Share::Good),
        "failure" => Some(Share::Bad),
        other => {
            word.wrong("bad-value", format!("{other:?} is unknown"), "write success or failure");
            None
        }
    }
}

/// A value that keeps to the `op` and `value` of the objective.
fn of_threshold<'a>(part: Part<'a>, objective: Part<'a>, shelf: &Shelf<'a>) -> Option<Asked> {
    let op = objective.need("op", "lt").and_then(op);
    let bound = objective.need("value", "0.5").and_then(Part::number);
    let (value, unmeasurable) = query(part, shelf, promql::of_value)?;
    Some(Asked { sli: Sli::Bound { value, op: op?, bound: bound? }, unmeasurable })
}

fn op(part: Part<'_>) -> Option<Op> {
    match part.scalar()? {
        "lt" => Some(Op::Below),
        "lte" => Some(Op::AtMost),
        "gt" => Some(Op::Above),
        "gte" => Some(Op::AtLeast),
        other => {
            part.wrong("bad-value", format!("{other:?} is unknown"), "write lt, lte, gt or gte");
            None
        }
    }
}

/// A metric's query, or an empty one and why no Prometheus answers it.
fn query<'a>(
    part: Part<'a>,
    shelf: &Shelf<'a>,
    parse: fn(&str) -> Result<Query, Slip>,
) -> Option<(Query, Option<String>)> {
    let text = match metric::read(part, shelf)? {
        Metric::Foreign(why) => return Some((Query::PromQl(String::new()), Some(why))),
        Metric::Query(text) => text,
    };
    let written = text.scalar()?;
    if written.trim().is_empty() {
        text.wrong("bad-query", "is empty", "write PromQL");
        return None;
    }
    text.doubt_query(written);
    parse(written)
        .map(|query| (query, None))
        .map_err(|(what, way_out)| text.wrong("bad-query", what, way_out))
        .ok()
}
