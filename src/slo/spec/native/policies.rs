//! `policies` of an `[[slo]]`: the field manual's other reasons to alert, by name or as a table.
//!
//! They stand beside the burn-rate tiers and become tiers themselves.

use std::time::Duration;

use super::tiers::{self, Promise};
use crate::slo::{Severity, Test, Tier};
use crate::text::fields::{Element, Fields, Item, Report};
use crate::text::problem::{self, Place, Problem};
use crate::text::when;

const NAMES: &[&str] = &["exhaustion", "consumption", "remaining", "critical", "fortnight"];
const TESTS: &[&str] = &["exhausted_in", "consumed", "remaining"];
const KEYS: &[&str] = &["exhausted_in", "consumed", "remaining", "severity", "over", "name", "for"];

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// The tiers of every policy that is named.
pub(super) fn read(fields: &mut Fields<'_>, promise: Promise) -> Vec<Tier> {
    if !fields.has("policies") {
        return Vec::new();
    }
    let mut tiers = Vec::new();
    for item in fields.items("policies") {
        match item {
            Item::Text(name, place) => tiers.extend(named(fields, name, &place, promise)),
            Item::Table(element) => tiers.extend(written(fields, element, promise)),
        }
    }
    tiers
}

fn named(fields: &mut Fields<'_>, name: &str, place: &Place, promise: Promise) -> Vec<Tier> {
    let tiers = match name {
        "exhaustion" => exhaustion(),
        "consumption" => vec![consumed(0.25), consumed(0.5)],
        "remaining" => vec![remaining(0.1)],
        "fortnight" => {
            vec![Tier::burn(Severity::Ticket, 1.0, DAY * 14, DAY).named("fortnight")]
        }
        "critical" if fields.text("criticality") == Some("critical") => critical(),
        _ => {
            refuse(fields, name, place.clone());
            Vec::new()
        }
    };
    for (long, _) in tiers.iter().filter_map(Tier::windows).filter(|(long, _)| *long > promise.period) {
        let span = when::short_span(long);
        let what =
            format!("{}: {name} looks back {span}, longer than the SLO's period", fields.path("policies"));
        let problem = Problem::warning(place.clone(), "window-beyond-period", what);
        fields.report.problems.push(problem.way_out("leave it out, or lengthen the period"));
    }
    tiers.into_iter().map(|tier| Tier { hold: promise.hold, ..tier }).collect()
}

fn refuse(fields: &mut Fields<'_>, name: &str, place: Place) {
    let path = fields.path("policies");
    let problem = if name == "critical" {
        let what = format!("{path}: \"critical\" is for SLOs of that criticality");
        Problem::error(place, "bad-value", what)
            .way_out("add criticality = \"critical\", or leave the policy out")
    } else {
        let way_out = problem::meant(name, NAMES.iter().copied(), || format!("one of {}", NAMES.join(", ")));
        Problem::error(place, "bad-value", format!("{path}: {name:?} is unknown")).way_out(way_out)
    };
    fields.report.problems.push(problem);
}

/// Gone within a day at the burn of the last hour pages; within two at that of six hours is a ticket.
fn exhaustion() -> Vec<Tier> {
    let tier = |severity, within, over| exhausted_in(severity, Test::ExhaustedIn { within, over }, within);
    vec![tier(Severity::Page, DAY, HOUR), tier(Severity::Ticket, DAY * 2, HOUR * 6)]
}

/// Above 2x for an hour pages; above 4x over the last hour and six hours has come to stay.
fn critical() -> Vec<Tier> {
    let page = |factor, long, short: u64| {
        Tier::burn(Severity::Page, factor, HOUR * long, Duration::from_mins(short))
    };
    vec![page(4.0, 6, 60).named("critical escalates"), page(2.0, 1, 5).named("critical")]
}

fn exhausted_in(severity: Severity, test: Test, within: Duration) -> Tier {
    let name = format!("exhausted in {}h", within.as_secs() / 3600);
    Tier { name, severity, test, hold: Duration::ZERO }
}

fn consumed(share: f64) -> Tier {
    let name = format!("{}% consumed", percent(share));
    Tier { name, severity: Severity::Ticket, test: Test::Consumed { share }, hold: Duration::ZERO }
}

fn remaining(share: f64) -> Tier {
    consumed(1.0 - share).named(format!("{}% remaining", percent(share)))
}

fn percent(share: f64) -> f64 {
    (share * 1e8).round() / 1e6
}

/// `{ exhausted_in }`, `{ consumed }` or `{ remaining }`.
fn written(fields: &mut Fields<'_>, element: Element<'_>, promise: Promise) -> Option<Tier> {
    let path = fields.path(&format!("policies[{}]", element.index));
    let mut report = Report::default();
    let tier = table(&mut Fields::element(fields.document, element, path, &mut report), promise);
    fields.report.absorb(report, true);
    tier
}

fn table(table: &mut Fields<'_>, promise: Promise) -> Option<Tier> {
    table.only(KEYS);
    let given: Vec<&str> = TESTS.iter().filter(|key| table.has(key)).copied().collect();
    let test = match given.as_slice() {
        [only] => *only,
        [] => {
            table.missing("consumed", "25, or exhausted_in = \"24h\", or remaining = 10");
            return None;
        }
        [first, second, ..] => {
            let what = format!("{first} is given too");
            table.wrong(second, "bad-value", what, "write a table for each");
            return None;
        }
    };
    let tier = match test {
        "exhausted_in" => gone_within(table),
        "consumed" => Some(consumed(share(table, "consumed")?)),
        _ => Some(remaining(share(table, "remaining")?)),
    };
    if test != "exhausted_in" && table.has("over") {
        table.wrong("over", "bad-value", "belongs to exhausted_in", "leave it out");
    }
    let severity = tiers::severity(table).unwrap_or(Severity::Ticket);
    let hold = table.span("for").unwrap_or(promise.hold);
    let tier = Tier { severity, hold, ..tier? };
    Some(match table.text("name") {
        Some(name) => tier.named(name),
        None => tier,
    })
}

fn gone_within(table: &mut Fields<'_>) -> Option<Tier> {
    let within = table.span("exhausted_in")?;
    let over = table.span("over");
    for (key, span) in [("exhausted_in", Some(within)), ("over", over)] {
        if span.is_some_and(|span| span < HOUR / 12) {
            table.wrong(key, "bad-value", "is at least 5m", "write a span like 24h or 1h");
        }
    }
    let test = Test::ExhaustedIn { within, over: over.unwrap_or(HOUR) };
    let name = format!("exhausted in {}", when::short_span(within));
    Some(exhausted_in(Severity::Ticket, test, within).named(name))
}

/// A percentage of the budget as a share of it.
fn share(table: &mut Fields<'_>, key: &str) -> Option<f64> {
    let percent = table.number(key)?;
    if !(percent > 0.0 && percent < 100.0) {
        let what = format!("{percent} is no percentage of the budget");
        table.wrong(key, "bad-value", what, "write one between 0 and 100, like 25");
        return None;
    }
    Some(percent / 100.0)
}
