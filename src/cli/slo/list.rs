//! `slo list`: what is promised, in which format, where, and what no source can measure.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::output::{self, Failure, table};
use crate::config::Config;
use crate::io::feed;
use crate::slo::calendar::Unit;
use crate::slo::{Calendar, Objective, Slo};
use crate::text::when;

const HEADING: [&str; 7] = ["id", "service", "objective", "period", "format", "defined at", "not measurable"];

pub(super) fn run(config: &Config, as_json: bool) -> Result<ExitCode, Failure> {
    if as_json {
        return output::json(&config.slos.iter().map(|slo| object(config, slo)).collect());
    }
    table(&HEADING, config.slos.iter().map(|slo| row(config, slo)))
}

fn row(config: &Config, slo: &Slo) -> Vec<String> {
    vec![
        slo.id.clone(),
        slo.service.clone(),
        format!("{} %", slo.objective.percent()),
        period(slo),
        slo.format.word().to_owned(),
        slo.defined_at.to_string(),
        feed::unmeasurable(config, slo).unwrap_or_default(),
    ]
}

/// `30d`, or `month` and `2 week` of a calendar.
fn period(slo: &Slo) -> String {
    match &slo.calendar {
        None => when::short_span(slo.period),
        Some(calendar) if calendar.count == 1 => unit(calendar).to_owned(),
        Some(calendar) => format!("{} {}", calendar.count, unit(calendar)),
    }
}

fn unit(calendar: &Calendar) -> &'static str {
    match calendar.unit {
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Quarter => "quarter",
        Unit::Year => "year",
    }
}

fn object(config: &Config, slo: &Slo) -> Value {
    let calendar = slo.calendar.as_ref().map(|calendar| {
        json!({ "unit": unit(calendar), "count": calendar.count, "start": calendar.anchor.to_string(), "zone": calendar.zone.name() })
    });
    json!({
        "id": slo.id,
        "service": slo.service,
        "objective": slo.objective.ratio(),
        "period_s": slo.period.as_secs(),
        "calendar": calendar,
        "format": slo.format.word(),
        "source": slo.source,
        "by": slo.by,
        "criticality": slo.criticality,
        "owner": slo.owner,
        "sla": slo.sla.map(Objective::ratio),
        "review": slo.review.map(|date| date.to_string()),
        "runbook": slo.runbook,
        "file": slo.defined_at.file,
        "line": slo.defined_at.line,
        "unmeasurable": feed::unmeasurable(config, slo),
    })
}
