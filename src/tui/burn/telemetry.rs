//! The sources at the pane's foot: one line while all is well, one each where not.

use ratatui::text::Line;

use super::words;
use crate::app::Model;
use crate::slo::telemetry::{Heartbeat, SourceHealth, Trust};
use crate::text::{Time, when};
use crate::tui::paper::{Paper, fit};
use crate::tui::theme::Tone;

/// Lines for at most `most` rows; none where no source is configured.
pub fn lines(model: &Model, paper: &Paper<'_>, width: usize, most: usize) -> Vec<Line<'static>> {
    let telemetry = &model.burn.telemetry;
    let mut troubled: Vec<&SourceHealth> =
        telemetry.sources().filter(|source| source.trust(model.now) != Trust::Sound).collect();
    if telemetry.sources().len() == 0 || most == 0 {
        return Vec::new();
    }
    if troubled.is_empty() {
        return vec![well(model, paper, width)];
    }
    troubled.sort_by_key(|source| source.trust(model.now));
    let mut lines: Vec<Line<'static>> =
        troubled.iter().map(|source| line(paper, source, model.now, width)).collect();
    if lines.len() > most {
        lines.truncate(most - 1);
        lines.push(rest(paper, &troubled[most - 1..], model.now, width));
    }
    lines
}

/// Sources that have no line of their own.
fn rest(paper: &Paper<'_>, sources: &[&SourceHealth], now: Time, width: usize) -> Line<'static> {
    let names: Vec<String> =
        sources.iter().map(|source| format!("{} {}", source.name, source.trust(now).word())).collect();
    let text = format!("?  {} sources: {}", sources.len(), names.join(", "));
    Line::from(paper.span(fit(&text, width).trim_end(), Tone::Warning))
}

/// How many lines there are without a bound.
pub fn rows(model: &Model) -> usize {
    let sources = model.burn.telemetry.sources();
    let any = usize::from(sources.len() > 0);
    sources.filter(|source| source.trust(model.now) != Trust::Sound).count().max(any)
}

/// Whether a source is in trouble.
pub fn is_troubled(model: &Model) -> bool {
    model.burn.telemetry.sources().any(|source| source.trust(model.now) != Trust::Sound)
}

fn well(model: &Model, paper: &Paper<'_>, width: usize) -> Line<'static> {
    let now = model.now;
    let mut sources = model.burn.telemetry.sources();
    let text = match (sources.len(), sources.next()) {
        (1, Some(source)) => {
            let age = words::age(age(source, now));
            format!("source {} ({}) ok, answered {age} ago{}", source.name, source.kind, answers(source))
        }
        (count, _) => {
            let oldest = model.burn.telemetry.sources().filter_map(|source| age(source, now)).max();
            format!("{count} sources ok, the oldest answer {} ago", words::age(oldest))
        }
    };
    Line::from(paper.span(&fit(&text, width), Tone::Dim))
}

fn line(paper: &Paper<'_>, source: &SourceHealth, now: Time, width: usize) -> Line<'static> {
    let trust = source.trust(now);
    let (sign, tone) = if trust.is_usable() { ("~ ", Tone::Warning) } else { ("? ", Tone::Alarm) };
    let state = fit(&format!("{sign} {}", trust.word()), 15);
    let age = match age(source, now) {
        Some(age) => format!("last answer {} ago", words::age(Some(age))),
        None => "never answered".to_owned(),
    };
    let said = [heartbeat(source, now), trouble(source)].into_iter().flatten();
    let said: String = said.map(|text| format!(", {text}")).collect();
    let text = format!(" source {} ({}), {age}{}{said}", source.name, source.kind, answers(source));
    Line::from(vec![paper.span(&state, tone), paper.span(&fit(&text, width.saturating_sub(15)), Tone::Text)])
}

fn age(source: &SourceHealth, now: Time) -> Option<u64> {
    source.age(now).map(|age| age.as_secs())
}

/// How much of what was asked has an answer.
fn answers(source: &SourceHealth) -> String {
    let pulse = source.pulse.as_ref().filter(|pulse| pulse.asked > 0);
    pulse.map_or_else(String::new, |pulse| format!(", {} of {} indicators", pulse.answered, pulse.asked))
}

fn heartbeat(source: &SourceHealth, now: Time) -> Option<String> {
    match source.pulse.as_ref()?.heartbeat {
        Heartbeat::Unwatched => None,
        Heartbeat::Missing => Some("heartbeat gone".to_owned()),
        Heartbeat::Seen(at) if at > now => {
            Some(format!("heartbeat {} ahead of our clock", when::rough_span(when::since(now, at))))
        }
        Heartbeat::Seen(at) => Some(format!("heartbeat {} old", when::rough_span(when::since(at, now)))),
    }
}

fn trouble(source: &SourceHealth) -> Option<String> {
    let pulse = source.pulse.as_ref()?;
    pulse.error.clone().or_else(|| pulse.warnings.first().cloned())
}
