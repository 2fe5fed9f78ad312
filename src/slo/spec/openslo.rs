//! OpenSLO: `openslo/v1`, `openslo/v1alpha`, and of `openslo.com/v2alpha` what is alike.
//!
//! One SLO with several objectives is several SLOs here, `name/1` and on; with an indicator for each
//! objective it is one journey.

mod alerts;
mod indicator;
mod journey;
mod metric;
mod shelf;
mod window;

pub(super) use shelf::Shelf;

use std::collections::BTreeMap;
use std::time::Duration;

use super::carried::carrying;
use super::part::{Part, Report};
use super::{SpecFile, owner, runbook, span};
use crate::slo::lint::{self, Flaw};
use crate::slo::{Format, Method, Objective, Slo};
use crate::text::Place;
use window::Period;

const KINDS: [&str; 7] =
    ["SLO", "SLI", "AlertPolicy", "AlertCondition", "DataSource", "Service", "AlertNotificationTarget"];

/// The SLOs of a document; documents of the other kinds are what SLOs refer to.
pub(super) fn read(root: Part<'_>, kind: &str, file: &SpecFile<'_>, documents: &Shelf<'_>) -> Vec<Slo> {
    if kind == "SLO" {
        let report = Report::default();
        let written = Written::read(root.reporting(&report), file, documents);
        return root.settle(report, written).map(|written| written.slos(root, documents)).unwrap_or_default();
    }
    if !KINDS.contains(&kind) {
        let what = format!("a document of kind {kind:?} is passed over");
        root.doubt("unknown-kind", what, format!("OpenSLO knows {}", KINDS.join(", ")));
    }
    Vec::new()
}

/// What the objectives of one document share.
struct Written {
    /// Without its objective and its indicator.
    name: String,
    service: String,
    period: Period,
    method: String,
    base: Base,
}

/// What an SLO carries besides its promise.
struct Base {
    source: Option<String>,
    runbook: Option<String>,
    owner: Option<String>,
    description: Option<String>,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    place: Place,
}

impl Written {
    fn read(root: Part<'_>, file: &SpecFile<'_>, documents: &Shelf<'_>) -> Option<Self> {
        let metadata = root.need_map("metadata", "{name: web-availability}")?;
        let spec = root.need_map("spec", "{service: web, objectives: []}")?;
        let name = metadata.need_text("name", "web-availability").filter(|name| is_name(metadata, name));
        let service = spec.need_text("service", "web");
        let period = window::period(spec, file.period);
        let method = spec.text("budgetingMethod").unwrap_or("Occurrences").to_owned();
        spec.need("objectives", "[{target: 0.999}]");
        let (labels, annotations) = (metadata.labels("labels"), metadata.labels("annotations"));
        let of_service = || owner(&documents.find("Service", service?)?.map("metadata")?.labels("labels"));
        let base = Base {
            source: file.source.map(str::to_owned),
            runbook: runbook(&annotations),
            owner: owner(&labels).or_else(of_service),
            description: spec.text("description").map(str::to_owned),
            labels,
            annotations,
            place: root.place(),
        };
        Some(Self { name: name?.to_owned(), service: service?.to_owned(), period: period?, method, base })
    }

    /// Each objective stands for itself.
    fn slos(&self, root: Part<'_>, documents: &Shelf<'_>) -> Vec<Slo> {
        let Some(spec) = root.map("spec") else { return Vec::new() };
        let objectives = spec.list("objectives");
        let alone = |part: Part<'_>, read: &dyn Fn(Part<'_>) -> Option<Slo>| {
            let report = Report::default();
            let slo = read(part.reporting(&report));
            part.settle(report, slo)
        };
        if objectives.iter().any(|objective| indicator::of(*objective).is_some()) {
            return alone(spec, &|spec| self.journey(spec, documents)).into_iter().collect();
        }
        let several = objectives.len() > 1;
        let numbered = |(at, part): (usize, Part<'_>)| {
            let slo = alone(part, &|part| self.slo(spec.reporting(part.report()), part, documents))?;
            let id = format!("{}/{}", self.name, at + 1);
            Some(if several { Slo { id, defined_at: part.place(), ..slo } } else { slo })
        };
        objectives.into_iter().enumerate().filter_map(numbered).collect()
    }

    /// One objective, called and placed as the whole document.
    fn slo(&self, spec: Part<'_>, objective: Part<'_>, documents: &Shelf<'_>) -> Option<Slo> {
        let promised = promise(objective);
        let method = method(&self.method, spec, objective, &self.period);
        let asked = indicator::read(spec, objective, documents)?;
        let slo = Slo::new(&self.name, &self.service, promised?, self.period.length, asked.sli);
        Some(self.dressed(Slo { method: method?, unmeasurable: asked.unmeasurable, ..slo }, spec, documents))
    }

    fn journey(&self, spec: Part<'_>, documents: &Shelf<'_>) -> Option<Slo> {
        let journey = journey::read(spec, documents)?;
        let strictest = *spec.list("objectives").get(journey.strictest)?;
        let method = method(&self.method, spec, strictest, &self.period)?;
        doubt_other_slices(spec, strictest);
        let slo = Slo::new(&self.name, &self.service, journey.objective, self.period.length, journey.sli);
        Some(self.dressed(Slo { method, unmeasurable: journey.unmeasurable, ..slo }, spec, documents))
    }

    /// With its alerts, its people and its place.
    fn dressed(&self, slo: Slo, spec: Part<'_>, documents: &Shelf<'_>) -> Slo {
        let alerts = alerts::read(spec, documents);
        let slo = carrying(slo, spec, [&self.base.labels, &self.base.annotations]);
        Slo {
            calendar: self.period.calendar,
            alerting: alerts.alerting,
            tiers: alerts.tiers,
            runbook: self.base.runbook.clone().or(alerts.runbook),
            owner: self.base.owner.clone(),
            description: self.base.description.clone(),
            labels: self.base.labels.clone(),
            source: self.base.source.clone(),
            format: Format::OpenSlo,
            defined_at: self.base.place.clone(),
            ..slo
        }
    }
}

fn is_name(part: Part<'_>, name: &str) -> bool {
    let plain = lint::is_plain_name(name);
    if !plain {
        part.wrong("bad-value", format!("{name:?} does not do as a name"), "use letters, digits and -");
    }
    plain
}

/// `target` is a share, `targetPercent` a percentage.
fn promise(objective: Part<'_>) -> Option<Objective> {
    if let Some(percent) = objective.get("targetPercent") {
        return lint::promise(percent.number()?).map_err(|flaw| percent.flawed(flaw)).ok();
    }
    let target = objective.need("target", "0.999")?;
    let ratio = target.number()?;
    let judged = if ratio > 1.0 {
        let share = (ratio * 1e10).round() / 1e12;
        let way_out = format!("a target is a share of 1: write {share}, or targetPercent");
        Err(Flaw::new("objective-range", format!("{ratio} is more than everything"), way_out))
    } else if ratio > 0.0 && ratio < 1.0 {
        Objective::from_ratio(ratio).ok_or_else(|| Flaw::new("objective-range", "is no share", "write 0.999"))
    } else {
        lint::promise(ratio * 100.0)
    };
    judged.map_err(|flaw| target.flawed(flaw)).ok()
}

fn method(word: &str, spec: Part<'_>, objective: Part<'_>, period: &Period) -> Option<Method> {
    match word {
        "Occurrences" => Some(Method::Occurrences),
        "Timeslices" => {
            let target = objective.need("timeSliceTarget", "0.95").and_then(slice_target);
            let slice = slice(objective, period);
            Some(Method::Timeslices { target: target?, slice: slice? })
        }
        "RatioTimeslices" => Some(Method::RatioTimeslices { slice: slice(objective, period)? }),
        other => {
            let way_out = "write Occurrences, Timeslices or RatioTimeslices";
            let part = spec.get("budgetingMethod").unwrap_or(spec);
            part.wrong("bad-value", format!("{other:?} is unknown"), way_out);
            None
        }
    }
}

/// A journey has one kind of slice; where objectives name others, whoever wrote them has to know.
fn doubt_other_slices(spec: Part<'_>, strictest: Part<'_>) {
    for key in ["timeSliceTarget", "timeSliceWindow"] {
        let own = strictest.peek(key);
        let others = spec.list("objectives").into_iter().filter_map(|objective| objective.get(key));
        for other in others.filter(|other| other.scalar().is_some_and(|text| text.trim() != own)) {
            let what = format!("the journey's slices are those of its strictest objective, {own}");
            other.doubt("other-slices", what, "write the same in every objective");
        }
    }
}

fn slice_target(part: Part<'_>) -> Option<f64> {
    let target = part.number()?;
    let fits = target > 0.0 && target <= 1.0;
    if !fits {
        part.wrong("bad-value", format!("{target} is no share of a slice"), "write above 0, at most 1");
    }
    fits.then_some(target)
}

/// A bare number is minutes.
fn slice(objective: Part<'_>, period: &Period) -> Option<Duration> {
    let part = objective.need("timeSliceWindow", "1m")?;
    let slice =
        part.span(|text| span::openslo(&text.parse().map_or(text.to_owned(), |n: u32| format!("{n}m"))))?;
    if slice.is_zero() || slice > period.length {
        let what = "a slice is longer than nothing and shorter than the period";
        part.wrong("slice-beyond-period", what, "write it like 1m");
        return None;
    }
    Some(slice)
}
