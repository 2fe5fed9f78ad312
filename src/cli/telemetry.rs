//! The health of the sources as a table and as JSON: what everything else printed rests on.

use std::time::Duration;

use comfy_table::Color;
use serde_json::{Value, json};

use super::output::table_text;
use crate::slo::Telemetry;
use crate::slo::telemetry::{Heartbeat, SourceHealth, TelemetryRow, Trust};
use crate::text::{Time, when};

/// A row a source; empty where there is none.
pub(super) fn text(telemetry: &Telemetry, now: Time, paint: bool) -> String {
    if telemetry.sources().len() == 0 {
        return String::new();
    }
    let heading = ["state", "source", "kind", "age", "last hour", "heartbeat", "error"];
    let rows = telemetry.rows(now).into_iter().map(|row| (Some(tint(row.trust)), cells(row)));
    table_text(&heading, rows, paint)
}

fn tint(trust: Trust) -> Color {
    match trust {
        Trust::Silent | Trust::Old | Trust::NoHeartbeat => Color::Red,
        Trust::Partial | Trust::PartialData => Color::Yellow,
        Trust::Sound => Color::Green,
    }
}

fn cells(row: TelemetryRow) -> Vec<String> {
    let TelemetryRow { name, kind, trust: _, state, age, coverage, error, heartbeat } = row;
    vec![state.to_owned(), name, kind.to_owned(), age, coverage, heartbeat, error]
}

/// An object a source; what is unknown is null.
pub(super) fn json(telemetry: &Telemetry, now: Time) -> Vec<Value> {
    telemetry.sources().map(|source| object(source, now)).collect()
}

fn object(source: &SourceHealth, now: Time) -> Value {
    let pulse = source.pulse.as_ref();
    let trust = source.trust(now);
    let heartbeat = match pulse.map(|pulse| pulse.heartbeat) {
        Some(Heartbeat::Seen(at)) => Some(when::rfc3339(at)),
        _ => None,
    };
    json!({
        "name": source.name,
        "kind": source.kind,
        "state": trust,
        "decides": source.decides(now),
        "age_s": source.age(now).as_ref().map(Duration::as_secs),
        "coverage": source.coverage(),
        "heartbeat_at": heartbeat,
        "asked": pulse.map(|pulse| pulse.asked),
        "answered": pulse.map(|pulse| pulse.answered),
        "partial_data": pulse.map(|pulse| pulse.is_partial),
        "error": pulse.and_then(|pulse| pulse.error.as_deref()),
        "warnings": pulse.map_or(&[] as &[String], |pulse| pulse.warnings.as_slice()),
    })
}
