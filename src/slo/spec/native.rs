//! `[[slo]]`: our own way to write an objective. One bad SLO costs that SLO, never the file.
//!
//! Checks what can be known from the text alone; whether a source can answer is not known here.

mod query;
mod selector;
mod tiers;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

use chrono::NaiveDate;

use crate::slo::{Objective, Slo};
use crate::text::fields::{Document, Fields, Report};
use crate::text::problem::Problem;

const KEYS: &[&str] = &[
    "id",
    "service",
    "objective",
    "period",
    "bad",
    "good",
    "total",
    "latency",
    "tiers",
    "for",
    "min_events",
    "source",
    "criticality",
    "owner",
    "runbook",
    "sla",
    "ratio",
    "by",
    "review",
];
const CRITICALITIES: &[&str] = &["critical", "standard", "minor"];
const DAY: Duration = Duration::from_hours(24);
const LONGEST_PERIOD: Duration = Duration::from_hours(366 * 24);

/// Reads a file that holds nothing but `[[slo]]` tables: its good SLOs, and every problem in it.
pub fn parse(file: &str, text: &str) -> (Vec<Slo>, Vec<Problem>) {
    let document = Document::new(file, text);
    let root = match document.parse() {
        Ok(root) => root,
        Err(problems) => return (Vec::new(), problems),
    };
    let mut report = Report::default();
    let mut fields = Fields::root(&document, &root, &mut report);
    fields.only(&["slo"]);
    let slos = read(&mut fields);
    (slos, report.problems)
}

/// Reads the `[[slo]]` tables of a file. A second equal id is an error; the first one stays.
pub fn read(root: &mut Fields<'_>) -> Vec<Slo> {
    let mut slos = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for element in root.elements("slo") {
        let mut report = Report::default();
        let id = element.peek("id");
        let path = id.map_or_else(|| format!("slo[{}]", element.index), |id| format!("slo.{id}"));
        let mut fields = Fields::element(root.document, element, path, &mut report);
        match id.map(|id| seen.entry(id)) {
            Some(Entry::Occupied(first)) => duplicate(&mut fields, *first.get()),
            Some(Entry::Vacant(free)) => _ = free.insert(fields.place_of("id").line),
            None => {}
        }
        let slo = read_one(&mut fields).filter(|_| !report.failed());
        root.report.absorb(report, slo.is_some());
        slos.extend(slo);
    }
    slos
}

fn duplicate(fields: &mut Fields<'_>, line: usize) {
    let what = format!("there is already an SLO of this id on line {line}");
    fields.wrong("id", "duplicate", what, "give one of them another id");
}

fn read_one(fields: &mut Fields<'_>) -> Option<Slo> {
    fields.only(KEYS);
    refuse_unmeasurable(fields);
    let id = name(fields, "id", "\"checkout-availability\"");
    let service = name(fields, "service", "\"checkout\"");
    let objective = objective(fields);
    let period = period(fields);
    let sli = query::sli(fields);
    let (source, runbook) = (optional(fields, "source"), optional(fields, "runbook"));
    let criticality = fields.word("criticality", CRITICALITIES).map(str::to_owned);
    let owner = optional(fields, "owner");
    let min_events = min_events(fields);
    let review = review(fields);
    let (objective, period) = (objective?, period?);
    sla(fields, objective);
    Some(Slo {
        tiers: tiers::read(fields, objective, period),
        min_events,
        source,
        runbook,
        criticality,
        owner,
        review,
        defined_at: fields.place(),
        ..Slo::new(id?, service?, objective, period, sli?)
    })
}

fn refuse_unmeasurable(fields: &mut Fields<'_>) {
    if fields.has("ratio") {
        let way_out = "count events: bad or good, with total";
        fields.wrong("ratio", "not-measurable", "a bare ratio is not measurable by this version", way_out);
    }
    if fields.has("by") {
        let way_out = "write one [[slo]] for each value of the label";
        fields.wrong("by", "not-measurable", "grouped SLOs are not measurable by this version", way_out);
    }
}

/// A name people type and files are called by: no spaces, nothing that needs quoting.
pub fn name(fields: &mut Fields<'_>, key: &str, example: &str) -> Option<String> {
    let name = fields.need_text(key, example)?;
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    if !plain || name.len() > 120 || !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        let way_out = "use letters, digits, - _ . and /, a letter or digit first, at most 120";
        fields.wrong(key, "bad-value", format!("{name:?} does not do as a name"), way_out);
        return None;
    }
    Some(name.to_owned())
}

fn optional(fields: &mut Fields<'_>, key: &str) -> Option<String> {
    fields.text(key).map(str::to_owned)
}

fn review(fields: &mut Fields<'_>) -> Option<NaiveDate> {
    let date = fields.text("review")?.parse().ok();
    if date.is_none() {
        fields.wrong("review", "bad-value", "is no date", "write year, month and day, like 2026-08-01");
    }
    date
}

fn objective(fields: &mut Fields<'_>) -> Option<Objective> {
    if !fields.has("objective") {
        fields.missing("objective", "99.9");
    }
    let percent = fields.number("objective")?;
    let (what, way_out) = if percent <= 0.0 || percent > 100.0 {
        (
            format!("{percent} is no percentage to promise"),
            "write the percentage of good events, like 99.9".to_owned(),
        )
    } else if percent >= 100.0 {
        (
            "100 leaves no error budget: one bad event breaks it for good".to_owned(),
            "promise less, like 99.99".to_owned(),
        )
    } else if percent <= 1.0 {
        (
            format!("{percent} % promises almost nothing"),
            format!("objectives are in percent: write {}", percent * 100.0),
        )
    } else {
        return Objective::from_percent(percent);
    };
    fields.wrong("objective", "objective-range", what, way_out);
    None
}

fn period(fields: &mut Fields<'_>) -> Option<Duration> {
    if !fields.has("period") {
        fields.missing("period", "\"30d\"");
    }
    let period = fields.span("period")?;
    if period >= DAY && period <= LONGEST_PERIOD {
        return Some(period);
    }
    let minutes = fields.text("period").is_some_and(|text| text.ends_with('m'));
    let what = if minutes { "m is minutes, and a period is 1d to 366d" } else { "a period is 1d to 366d" };
    fields.wrong(
        "period",
        "bad-value",
        what,
        if minutes { "a month is 30d" } else { "write 30d, 28d or 7d" },
    );
    None
}

fn min_events(fields: &mut Fields<'_>) -> f64 {
    let events = fields.number("min_events").unwrap_or_default();
    if events < 0.0 {
        fields.wrong("min_events", "bad-value", "events are not counted below 0", "write 0 or more");
    }
    events
}

/// An SLA is looser than its SLO: the team must be warned before the customer is.
fn sla(fields: &mut Fields<'_>, objective: Objective) {
    let Some(sla) = fields.number("sla") else { return };
    if !(sla > 0.0 && sla < 100.0) {
        fields.wrong("sla", "bad-value", format!("{sla} is no percentage to promise"), "write it like 99.5");
    } else if sla >= objective.percent() - 1e-9 {
        let what = format!("{sla} is not looser than the objective: it breaks before anybody is paged");
        fields.doubt("sla", "sla-not-looser", what, "raise the objective above it");
    }
}
