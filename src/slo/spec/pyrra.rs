//! Pyrra's `ServiceLevelObjective`: bare selectors, four kinds of indicator, windows scaled from 28 days.

mod windows;

use std::collections::BTreeMap;
use std::time::Duration;

use super::carried::carrying;
use super::part::{Part, Report};
use super::selector::{self, Selector};
use super::{SpecFile, owner, promql, runbook, span};
use crate::slo::lint::{self, Flaw};
use crate::slo::{Format, Objective, Query, Sli, Slo};

/// Labels that name a service, the surest first.
const SERVICE_LABELS: [&str; 5] =
    ["pyrra.dev/service", "service", "app.kubernetes.io/name", "app", "k8s-app"];

pub(super) fn read(root: Part<'_>, file: &SpecFile<'_>) -> Option<Slo> {
    let report = Report::default();
    let read = slo(root.reporting(&report), file);
    root.settle(report, read)
}

fn slo(root: Part<'_>, file: &SpecFile<'_>) -> Option<Slo> {
    let metadata = root.need_map("metadata", "{name: checkout-errors}")?;
    let spec = root.need_map("spec", "{target: '99.9', window: 4w}")?;
    let id = id(metadata);
    let objective = spec.need("target", "'99.9'").and_then(objective);
    let period = spec.need("window", "4w").and_then(period);
    let indicator = spec.need_map("indicator", "{ratio: {}}").and_then(indicator);
    let (labels, annotations) = (metadata.labels("labels"), metadata.labels("annotations"));
    let (objective, period, indicator) = (objective?, period?, indicator?);
    let tiers = windows::tiers(spec, period);
    let service = service(&labels, &indicator.selectors).unwrap_or_else(|| metadata.peek("name").to_owned());
    let promised = Slo::new(id?, service, objective, period, indicator.sli);
    Some(Slo {
        by: indicator.by,
        alerting: !tiers.is_empty(),
        tiers,
        runbook: runbook(&annotations).or_else(|| runbook(&labels)),
        owner: owner(&labels),
        description: spec.text("description").map(str::to_owned),
        source: file.source.map(str::to_owned),
        format: Format::Pyrra,
        defined_at: root.place(),
        ..carrying(Slo { labels: labels.clone(), ..promised }, metadata, [&labels, &annotations])
    })
}

/// `[namespace/]name`.
fn id(metadata: Part<'_>) -> Option<String> {
    let name = metadata.need_text("name", "checkout-errors")?;
    let id = match metadata.text("namespace") {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_owned(),
    };
    if !lint::is_plain_name(&id) {
        metadata.wrong("bad-value", format!("{id:?} does not do as a name"), "use letters, digits, - and .");
        return None;
    }
    Some(id)
}

fn objective(target: Part<'_>) -> Option<Objective> {
    lint::promise(target.number()?).map_err(|flaw| target.flawed(flaw)).ok()
}

fn period(window: Part<'_>) -> Option<Duration> {
    let period = window.span(span::prometheus)?;
    if !lint::is_period(period) {
        window.wrong("bad-period", "a window is 1d to 366d", "write 4w, 28d or 30d");
        return None;
    }
    Some(period)
}

/// What is asked of the source.
struct Indicator {
    sli: Sli,
    by: Vec<String>,
    selectors: Vec<Selector>,
}

fn indicator(part: Part<'_>) -> Option<Indicator> {
    let kinds: [(&str, Reader); 4] =
        [("ratio", ratio), ("latency", latency), ("latencyNative", native), ("bool_gauge", gauge)];
    let Some((kind, read)) = kinds.into_iter().find_map(|(key, read)| Some((part.map(key)?, read))) else {
        part.wrong("missing-key", "no indicator", "add ratio, latency, latencyNative or bool_gauge");
        return None;
    };
    let by = kind.list("grouping").into_iter().filter_map(Part::scalar).map(str::to_owned).collect();
    let (sli, selectors) = read(kind)?;
    Some(Indicator { sli, by, selectors })
}

type Read = (Sli, Vec<Selector>);
type Reader = fn(Part<'_>) -> Option<Read>;

fn ratio(part: Part<'_>) -> Option<Read> {
    let errors = metric(part, "errors");
    let total = metric(part, "total");
    let (errors, total) = (errors?, total?);
    for metric in [&errors, &total] {
        metric.part.doubt_query(&metric.selector.text);
    }
    let sli = Sli::Bad { bad: errors.counter()?, total: total.counter()? };
    if let Sli::Bad { bad, total } = &sli
        && lint::is_same(bad, total)
    {
        let what = "is the same metric as total: every event would be bad";
        errors.part.flawed(Flaw::new("part-is-total", what, "select only the errors"));
        return None;
    }
    Some((sli, vec![errors.selector, total.selector]))
}

/// Good is what fell into the bucket that the `le` of success names.
fn latency(part: Part<'_>) -> Option<Read> {
    let success = metric(part, "success");
    let total = metric(part, "total");
    let (success, total) = (success?, total?);
    let le = success.selector.of("le").next().cloned();
    let bound = le.as_ref().filter(|le| le.operator == "=").and_then(|le| le.value.parse().ok());
    let (Some(le), Some(bound)) = (le, bound.filter(|bound: &f64| bound.is_finite() && *bound > 0.0)) else {
        let what = "success wants the bucket that is fast enough, one le with its seconds";
        success.part.wrong("missing-le", what, "write it like le=\"0.3\"");
        return None;
    };
    let bucket = success.selector.instead(&le, &selector::le_matcher(bound));
    let good = success.with(bucket).counter()?;
    Some((Sli::Good { good, total: total.counter()? }, vec![success.selector, total.selector]))
}

fn native(part: Part<'_>) -> Option<Read> {
    let within = part.need("latency", "200ms").and_then(|part| part.span(span::prometheus));
    let total = metric(part, "total")?;
    let sli = Sli::NativeLatency { histogram: total.counter()?, within: within? };
    Some((sli, vec![total.selector]))
}

fn gauge(part: Part<'_>) -> Option<Read> {
    let gauge = Metric::read(part)?;
    Some((Sli::Up { gauge: gauge.value()? }, vec![gauge.selector]))
}

/// A selector where it stands, with the `offset` that may follow it.
struct Metric<'a> {
    part: Part<'a>,
    selector: Selector,
    offset: &'a str,
}

fn metric<'a>(part: Part<'a>, key: &str) -> Option<Metric<'a>> {
    Metric::read(part.need_map(key, "{metric: x_total}")?)
}

impl<'a> Metric<'a> {
    fn read(part: Part<'a>) -> Option<Self> {
        let text = part.need_text("metric", "x_total{job=\"checkout\"}")?;
        let part = part.get("metric").unwrap_or(part);
        let read = match selector::leading(text) {
            Ok((selector, offset)) if is_offset(offset) => Ok(Self { part, selector, offset: offset.trim() }),
            Ok((_, rest)) => Err(format!("{:?} follows the selector", rest.trim())),
            Err(why) => Err(why),
        };
        read.map_err(|why| part.wrong("bad-query", why, "write a bare selector, name{label=\"value\"}")).ok()
    }

    fn with(&self, selector: String) -> Self {
        let selector = Selector { text: selector, matchers: Vec::new() };
        Self { part: self.part, selector, offset: self.offset }
    }

    /// The query for a counter or a histogram; one with an offset can only be PromQL.
    fn counter(&self) -> Option<Query> {
        self.query(promql::of_counters)
    }

    /// The same for a gauge.
    fn value(&self) -> Option<Query> {
        self.query(promql::of_value)
    }

    fn query(&self, read: fn(&str) -> Result<Query, promql::Slip>) -> Option<Query> {
        let text = format!("{} {}", self.selector.text, self.offset);
        read(&text).map_err(|(what, way_out)| self.part.wrong("bad-query", what, way_out)).ok()
    }
}

fn is_offset(text: &str) -> bool {
    let mut words = text.split_whitespace();
    matches!((words.next(), words.next(), words.next()), (None, ..) | (Some("offset"), Some(_), None))
}

/// The service that labels name, or that the selectors ask for.
fn service(labels: &BTreeMap<String, String>, selectors: &[Selector]) -> Option<String> {
    let labelled = SERVICE_LABELS.iter().find_map(|label| labels.get(*label)).cloned();
    let asked = || {
        let value = |label| selectors.iter().find_map(|selector| selector.value(label));
        value("service").or_else(|| value("job")).map(str::to_owned)
    };
    labelled.or_else(asked).filter(|service| !service.is_empty())
}
