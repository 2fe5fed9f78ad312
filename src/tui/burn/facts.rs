//! What one SLO is: its promise, its people, its measurement, as names and values.

use std::time::Duration;

use ratatui::text::Line;

use super::detail::Page;
use super::impact::Subject;
use super::words;
use crate::slo::{Method, Sli, Slo, Weighting};
use crate::text::when;
use crate::tui::paper::{Paper, wrap};
use crate::tui::theme::Tone;

/// Cells of the names.
const NAME: usize = 12;

/// A name and its value; what nobody wrote is said to be missing.
pub struct Fact {
    name: &'static str,
    value: Result<String, &'static str>,
}

fn fact(name: &'static str, value: impl Into<String>) -> Fact {
    Fact { name, value: Ok(value.into()) }
}

fn wanted(name: &'static str, value: Option<String>, missing: &'static str) -> Fact {
    Fact { name, value: value.ok_or(missing) }
}

/// Facts as lines, long values wrapped under their first cell.
pub fn lines(facts: Vec<Fact>, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let room = width.saturating_sub(NAME + 1);
    let lines = facts.into_iter().flat_map(|fact| {
        let (text, tone) = match &fact.value {
            Ok(text) => (text.as_str(), Tone::Text),
            Err(missing) => (*missing, Tone::Dim),
        };
        let pieces = wrap(text, room).into_iter().enumerate();
        let line = move |(at, piece): (usize, String)| {
            let name = if at == 0 { fact.name } else { "" };
            Line::from(vec![paper.span(&format!("{name:<NAME$} "), Tone::Dim), paper.span(&piece, tone)])
        };
        pieces.map(line).collect::<Vec<_>>()
    });
    lines.collect()
}

pub fn promise(page: &Page<'_>) -> Vec<Fact> {
    let reading = page.reading;
    let period = when::short_span(Duration::from_secs(reading.period_s));
    let kind = match page.slo.and_then(|slo| slo.calendar.as_ref()) {
        Some(calendar) => format!("calendar, {}", calendar.zone),
        None => "rolling".to_owned(),
    };
    let subject = Subject::of(page.model, reading);
    let counts =
        || format!("{} of {} {} bad", words::count(reading.bad), words::count(reading.total), subject.noun());
    let sli = reading.sli.map(|sli| format!("{:.4}% good, {}", sli * 100.0, counts()));
    let mut facts = vec![
        fact("objective", format!("{} over {period}, {kind}", words::exact(reading.objective))),
        wanted("so far", sli, "not measured"),
    ];
    if let Some(whole) = reading.unexcluded {
        let left = whole.budget_remaining.map_or_else(|| "unknown".to_owned(), words::percent);
        let counts = format!("{} of {}", words::count(whole.bad), words::count(whole.total));
        facts.push(fact("unexcluded", format!("{left} left, {counts} bad, with planned work counted in")));
    }
    if let Some(budget) = reading.budget {
        let permits = page.model.burn.evaluator.policy().text(budget.status);
        facts.push(fact("policy", format!("{}: {permits}", words::band(budget.status))));
    }
    let Some(slo) = page.slo else { return facts };
    facts.push(wanted("SLA", slo.sla.map(|sla| words::exact(sla.ratio())), "none written"));
    facts.push(wanted("review", slo.review.map(|date| review(page, date)), "no date written"));
    facts
}

fn review(page: &Page<'_>, date: chrono::NaiveDate) -> String {
    let days = (page.model.now.with_timezone(&page.model.setting.zone).date_naive() - date).num_days();
    match days {
        0 => format!("{date}, today"),
        1.. => format!("{date}, {days} d ago"),
        _ => format!("{date}, in {} d", -days),
    }
}

pub fn people(page: &Page<'_>) -> Vec<Fact> {
    let Some(slo) = page.slo else { return Vec::new() };
    let mut facts = vec![
        fact("service", slo.service.clone()),
        wanted("owner", slo.owner.clone(), "nobody written"),
        wanted("criticality", slo.criticality.clone(), "not written"),
        wanted("runbook", slo.runbook.clone(), "none: an alert will point nowhere"),
    ];
    let labels: Vec<String> = slo.labels.iter().map(|(name, value)| format!("{name}={value}")).collect();
    if !labels.is_empty() {
        facts.push(fact("labels", labels.join(" ")));
    }
    facts.extend(slo.description.as_ref().map(|text| fact("about", text.clone())));
    facts
}

pub fn measurement(page: &Page<'_>) -> Vec<Fact> {
    let reading = page.reading;
    let weighting = match reading.weighting {
        Weighting::Events => "by events",
        Weighting::Time => "by time: the source has no event counts",
    };
    let mut facts = vec![
        fact("coverage", format!("{} of the period was observed", words::percent(reading.coverage))),
        fact("age", words::age(reading.age_s)),
        fact("weighting", weighting),
    ];
    let Some(slo) = page.slo else { return facts };
    if let Some(method) = method(slo) {
        facts.push(fact("method", method));
    }
    if slo.min_events > 0.0 {
        facts.push(fact("guard", format!("no alert below {} events", words::count(slo.min_events))));
    }
    facts.push(fact("source", slo.source.clone().unwrap_or_else(|| "the first one".to_owned())));
    facts.extend(queries(slo));
    facts.push(fact("defined at", format!("{} ({})", slo.defined_at, slo.format.word())));
    facts
}

fn method(slo: &Slo) -> Option<String> {
    match slo.method {
        Method::Occurrences => None,
        Method::Timeslices { target, slice } => {
            let slice = when::short_span(slice);
            Some(format!("{slice} slices, good from {} on", words::exact(target)))
        }
        Method::RatioTimeslices { slice } => Some(format!("mean of {} slices", when::short_span(slice))),
    }
}

fn queries(slo: &Slo) -> Vec<Fact> {
    let names: &[&'static str] = match &slo.sli {
        Sli::Bad { .. } => &["bad", "total"],
        Sli::Good { .. } => &["good", "total"],
        Sli::Ratio { .. } => &["ratio"],
        Sli::Up { .. } => &["up"],
        Sli::Bound { .. } => &["value"],
        Sli::NativeLatency { .. } => &["histogram"],
        Sli::Journey(_) => &[],
    };
    let queries = slo.sli.queries();
    let called = names.iter().copied().chain(std::iter::repeat("query"));
    called.zip(queries).map(|(name, query)| fact(name, query.text())).collect()
}
