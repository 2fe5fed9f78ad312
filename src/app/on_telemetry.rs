//! Whether the screen may be trusted: sources that turn are said once, and a page in doubt offers nothing.

use super::model::Model;
use super::notice::Tone;
use crate::slo::telemetry::{Pulse, Trust};

/// How a source's poll went.
pub fn heard(model: &mut Model, source: &str, pulse: Pulse) {
    model.burn.telemetry.heard(source, pulse);
}

/// Says which sources turned since the last look.
pub fn watch(model: &mut Model) {
    for turn in model.burn.telemetry.turned(model.now) {
        let source = &turn.source;
        let (tone, text) = match turn.trust {
            Trust::Silent => {
                (Tone::Warning, format!("source {source} gives nothing: its SLOs decide nothing"))
            }
            Trust::Old => {
                (Tone::Warning, format!("source {source} has been silent too long: its SLOs decide nothing"))
            }
            Trust::NoHeartbeat => {
                (Tone::Warning, format!("source {source} has no heartbeat: its SLOs decide nothing"))
            }
            Trust::Partial | Trust::PartialData | Trust::Sound => {
                (Tone::Good, format!("source {source} is trusted again"))
            }
        };
        model.notices.say(model.now, tone, text);
    }
}

/// Why nothing may be decided by itself on an SLO now: the first of its sources that is not trusted.
pub fn doubt(model: &Model, slo: &str) -> Option<String> {
    let telemetry = &model.burn.telemetry;
    if telemetry.sources().len() == 0 {
        return None;
    }
    let indicators = model.burn.evaluator.slo(slo)?.indicators();
    let distrusted =
        indicators.iter().find(|asked| !telemetry.decides(asked.source.as_deref(), model.now))?;
    match telemetry.source(distrusted.source.as_deref()) {
        Some(source) => Some(format!("source {} is {}", source.name, source.trust(model.now).word())),
        None => Some("its source is unknown".to_owned()),
    }
}
