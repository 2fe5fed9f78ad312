//! `[[slo]]`: our own way to write an objective. One bad SLO costs that SLO, never the file.
//!
//! Checks what can be known from the text alone; whether a source can answer is not known here.

mod journey;
mod kinds;
mod latency;
mod period;
mod policies;
mod promise;
mod query;
mod slices;
mod tiers;

use std::collections::BTreeMap;

use chrono_tz::Tz;

use crate::slo::{Slo, lint};
use crate::text::fields::{Document, Fields, Report};
use crate::text::problem::Problem;
use period::Span;

const KEYS: &[&str] = &[
    "id",
    "service",
    "objective",
    "period",
    "calendar",
    "bad",
    "good",
    "total",
    "ratio",
    "ratio_of",
    "latency",
    "up",
    "value",
    "keeps",
    "journey",
    "slices",
    "slice_target",
    "by",
    "tiers",
    "policies",
    "for",
    "min_events",
    "source",
    "criticality",
    "owner",
    "runbook",
    "sla",
    "review",
    "description",
    "labels",
];
pub(super) const CRITICALITIES: &[&str] = &["critical", "standard", "minor"];

/// Reads a file that holds nothing but `[[slo]]` tables: its good SLOs, and every problem in it.
/// Calendars without a zone are those of `zone`.
pub fn parse(file: &str, text: &str, zone: Tz) -> (Vec<Slo>, Vec<Problem>) {
    let document = Document::new(file, text);
    let root = match document.parse() {
        Ok(root) => root,
        Err(problems) => return (Vec::new(), problems),
    };
    let mut report = Report::default();
    let mut fields = Fields::root(&document, &root, &mut report);
    fields.only(&["slo"]);
    let slos = read(&mut fields, zone);
    (slos, report.problems)
}

/// Reads the `[[slo]]` tables of a file. A second equal id is an error; the first one stays.
pub fn read(root: &mut Fields<'_>, zone: Tz) -> Vec<Slo> {
    let mut slos = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for element in root.elements("slo") {
        let mut report = Report::default();
        let id = element.peek("id");
        let path = id.map_or_else(|| format!("slo[{}]", element.index), |id| format!("slo.{id}"));
        let mut fields = Fields::element(root.document, element, path, &mut report);
        if let Some(id) = id {
            refuse_second(&mut fields, &mut seen, id);
        }
        let slo = read_one(&mut fields, zone);
        if let Some(slo) = &slo {
            refuse_second_parts(&mut fields, &mut seen, slo);
        }
        let slo = slo.filter(|_| !report.failed());
        root.report.absorb(report, slo.is_some());
        slos.extend(slo);
    }
    slos
}

fn refuse_second(fields: &mut Fields<'_>, seen: &mut BTreeMap<String, usize>, id: &str) {
    if let Some(line) = seen.get(id) {
        let what = format!("there is already an SLO of this id on line {line}");
        fields.wrong("id", "duplicate", what, "give one of them another id");
    } else {
        seen.insert(id.to_owned(), fields.place_of("id").line);
    }
}

/// A journey's parts are measured as `id/part`: no other SLO may be called so.
fn refuse_second_parts(fields: &mut Fields<'_>, seen: &mut BTreeMap<String, usize>, slo: &Slo) {
    for part in slo.indicators().into_iter().filter(|part| part.id != slo.id) {
        let line = fields.place_of("journey").line;
        if let Some(other) = seen.insert(part.id.clone(), line).filter(|other| *other != line) {
            let what = format!("its part {:?} is called as the SLO on line {other}", part.id);
            fields.wrong("journey", "duplicate", what, "give the part another name");
        }
    }
}

fn read_one(fields: &mut Fields<'_>, zone: Tz) -> Option<Slo> {
    fields.only(KEYS);
    let id = name(fields, "id", "\"checkout-availability\"");
    let service = name(fields, "service", "\"checkout\"");
    let objective = promise::objective(fields);
    let span = period::read(fields, zone);
    let sli = kinds::sli(fields);
    let with_optional = optional(fields);
    let (objective, Span { period, calendar }) = objective.zip(span)?;
    let method = slices::read(fields, period);
    let tiers = tiers::read(fields, objective, period);
    let promised = Slo::new(id?, service?, objective, period, sli?);
    let slo = with_optional(Slo { calendar, method, tiers, ..promised });
    doubt(fields, &slo);
    Some(slo)
}

/// What an SLO may say besides; each key stands for itself.
fn optional(fields: &mut Fields<'_>) -> impl FnOnce(Slo) -> Slo + use<> {
    let mut text = |key| fields.text(key).map(str::to_owned);
    let (source, runbook, owner) = (text("source"), text("runbook"), text("owner"));
    let description = text("description");
    let criticality = fields.word("criticality", CRITICALITIES).map(str::to_owned);
    let (sla, review) = (promise::sla(fields), fields.date("review"));
    let (min_events, by, labels) = (min_events(fields), by(fields), labels(fields));
    let review_at = review.map(|_| fields.place_of("review"));
    let defined_at = fields.place();
    move |slo| Slo {
        by,
        min_events,
        source,
        runbook,
        criticality,
        owner,
        sla,
        review,
        review_at,
        description,
        labels,
        defined_at,
        ..slo
    }
}

fn doubt(fields: &mut Fields<'_>, slo: &Slo) {
    let defaults = !fields.has("tiers");
    let defaults = defaults.then(|| lint::defaults(slo.objective, slo.period)).flatten();
    let sla = slo.sla.and_then(|sla| lint::promised(sla, slo.objective));
    for (key, flaw) in sla.into_iter().chain(defaults) {
        fields.doubt(key, flaw.rule, flaw.what, flaw.way_out);
    }
}

/// A name people type and files are called by: no spaces, nothing that needs quoting.
pub fn name(fields: &mut Fields<'_>, key: &str, example: &str) -> Option<String> {
    let name = fields.need_text(key, example)?;
    if !lint::is_plain_name(name) {
        let way_out = "use letters, digits, - _ . and /, a letter or digit first, at most 253";
        fields.wrong(key, "bad-value", format!("{name:?} does not do as a name"), way_out);
        return None;
    }
    Some(name.to_owned())
}

fn min_events(fields: &mut Fields<'_>) -> f64 {
    let events = fields.number("min_events").unwrap_or_default();
    if events < 0.0 {
        fields.wrong("min_events", "bad-value", "events are not counted below 0", "write 0 or more");
    }
    events
}

/// The labels that split it into rows, each once.
fn by(fields: &mut Fields<'_>) -> Vec<String> {
    if !fields.has("by") {
        return Vec::new();
    }
    let mut labels: Vec<String> = Vec::new();
    for (label, place) in fields.texts("by") {
        let flaw = if !is_label(label) || label == "le" {
            Some(format!("{label:?} is no label to group by"))
        } else {
            labels.iter().any(|known| known == label).then(|| format!("{label:?} is there twice"))
        };
        if let Some(what) = flaw {
            let what = format!("{}: {what}", fields.path("by"));
            let problem = Problem::error(place, "bad-value", what);
            fields.report.problems.push(problem.way_out("name labels of the series, like [\"handler\"]"));
        }
        labels.push(label.to_owned());
    }
    labels
}

fn is_label(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn labels(fields: &mut Fields<'_>) -> BTreeMap<String, String> {
    let Some(mut table) = fields.table("labels") else { return BTreeMap::new() };
    let names: Vec<&str> = table.keys().collect();
    let pairs = names.into_iter().filter_map(|name| Some((name.to_owned(), table.text(name)?.to_owned())));
    pairs.collect()
}
