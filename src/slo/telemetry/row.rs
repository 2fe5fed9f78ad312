//! One source's health as text, for whatever shows it: the burn pane, `slo status`, `doctor`.

use super::{Heartbeat, SourceHealth, Trust};
use crate::text::{Time, when};

/// One line of the table of sources. Raw text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelemetryRow {
    pub name: String,
    pub kind: &'static str,
    pub trust: Trust,
    /// In capitals where it gives nothing to go by.
    pub state: &'static str,
    /// `12s`, or `never`.
    pub age: String,
    /// `98 %` of the last hour, or `-` before the first poll.
    pub coverage: String,
    /// Why it gave nothing, or the first thing that was odd; empty when all is well.
    pub error: String,
    /// `seen 4s ago`, `missing`, or `-` where none is watched.
    pub heartbeat: String,
}

impl TelemetryRow {
    pub(super) fn of(source: &SourceHealth, now: Time) -> Self {
        let trust = source.trust(now);
        Self {
            name: source.name.clone(),
            kind: source.kind,
            trust,
            state: trust.word(),
            age: source.age(now).map_or_else(|| "never".to_owned(), when::rough_span),
            coverage: source.coverage().map_or_else(|| "-".to_owned(), percent),
            error: error(source),
            heartbeat: heartbeat(source, now),
        }
    }
}

/// Cut off, not rounded: what is not whole never reads 100 %.
fn percent(share: f64) -> String {
    format!("{} %", (share * 100.0).floor())
}

fn error(source: &SourceHealth) -> String {
    let Some(pulse) = &source.pulse else { return "not polled yet".to_owned() };
    let silent = pulse.asked.saturating_sub(pulse.answered);
    match (&pulse.error, pulse.warnings.first()) {
        (Some(why), _) => why.clone(),
        (None, Some(odd)) => odd.clone(),
        (None, None) if silent > 0 => format!("{silent} of {} indicators have no answer", pulse.asked),
        (None, None) => String::new(),
    }
}

fn heartbeat(source: &SourceHealth, now: Time) -> String {
    match source.pulse.as_ref().map(|pulse| pulse.heartbeat) {
        None | Some(Heartbeat::Unwatched) => "-".to_owned(),
        Some(Heartbeat::Seen(at)) => format!("seen {}", when::ago(at, now)),
        Some(Heartbeat::Missing) => "missing".to_owned(),
    }
}
