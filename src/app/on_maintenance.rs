//! Planned windows in the console: what the journal plans reaches the evaluator, and one is planned for
//! the selected SLO's service.

use std::time::Duration;

use chrono_tz::Tz;

use super::effect::Effect;
use super::form::{Choice, Form};
use super::model::Model;
use super::notice::Tone;
use super::on_timeline;
use crate::incident::maintenance::{Standing, Window};
use crate::incident::{Ask, Event, EventKind, Intent};
use crate::slo::exclusion::Planned;
use crate::text::Time;
use crate::text::when::{after, clock_time, date_time, parse_end, parse_planned, parse_span};

/// What the first word of a choice is that ends a window.
const END: &str = "end";

/// Whether an event can change what is left out: a window, its end, a correction of either.
pub fn concerns(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::MaintenancePlanned { .. }
            | EventKind::MaintenanceEnded { .. }
            | EventKind::Struck { .. }
            | EventKind::Redacted { .. }
    )
}

/// Tells the evaluator what the journal leaves out now.
pub fn pass_on(model: &mut Model) {
    let exclusions = model.ledger.exclusions();
    model.burn.alerts.planned.clone_from(&exclusions);
    model.burn.evaluator.set_exclusions(exclusions);
}

/// The service of the selected SLO or heading; `None` where there is none.
pub fn service(model: &Model) -> Option<&str> {
    model.burn.service()
}

/// The form of a window for the selected service: a kind to plan, or a window of it to end.
pub fn form(model: &Model) -> Option<Form> {
    let service = service(model)?.to_owned();
    let planned = Planned::ALL.iter().map(|kind| Choice::new(&kind.to_string(), ""));
    let open = |window: &Window| {
        matches!(window.standing(model.now), Standing::Ahead | Standing::Running) && window.ended.is_none()
    };
    let windows = model.ledger.windows_within(&service, Time::MIN_UTC, Time::MAX_UTC);
    let ends =
        windows.iter().filter(|window| open(window)).map(|window| end_choice(window, model.setting.zone));
    Some(Form::maintenance(service, planned.chain(ends)))
}

fn end_choice(window: &Window, zone: Tz) -> Choice {
    let (from, to) = (date_time(window.from, zone), clock_time(window.to, zone));
    Choice::new(
        &format!("{END} {}", window.seq),
        &format!("{} {from} to {to}: {}", window.kind, window.why()),
    )
}

/// Hands the form over. An overlap is said and changes nothing.
pub fn plan(model: &mut Model, service: &str, chosen: &str, written: &str) -> Result<Vec<Effect>, String> {
    let intent = match chosen.strip_prefix(END) {
        Some(seq) => end(seq.trim(), written, model)?,
        None => window(service, chosen.parse()?, written, model)?,
    };
    let overlaps = overlap(model, &intent);
    let effects = on_timeline::try_append(model, Ask::new(&model.setting.who, intent))?;
    if let Some(text) = overlaps {
        model.notices.say(model.now, Tone::Warning, text);
    }
    Ok(effects)
}

/// A line that is empty ends it now; a time on it says when.
fn end(seq: &str, written: &str, model: &Model) -> Result<Intent, String> {
    let seq = seq.parse().map_err(|_| format!("window: {seq}: not a number (choose one)"))?;
    let at = Some(written).filter(|text| !text.is_empty());
    let at = at.map(|text| parse_planned(text, model.now, model.setting.zone)).transpose()?;
    Ok(Intent::EndMaintenance { seq, at })
}

/// `1h database upgrade`: from now; `22:00-23:30 database upgrade`: from then to then.
fn window(service: &str, kind: Planned, written: &str, model: &Model) -> Result<Intent, String> {
    let (stretch, reason) = written.split_once(char::is_whitespace).unwrap_or((written, ""));
    let (from, to) = read_stretch(stretch, model)?;
    let reason = Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    Ok(Intent::PlanMaintenance { kind, service: service.to_owned(), from, to, reason })
}

fn read_stretch(text: &str, model: &Model) -> Result<(Time, Time), String> {
    let (now, zone) = (model.now, model.setting.zone);
    if let Some((from, to)) = text.split_once('-').filter(|(from, _)| !from.is_empty()) {
        let from = parse_planned(from, now, zone)?;
        return Ok((from, parse_end(to, from, now, zone)?));
    }
    let length: Result<Duration, String> = parse_span(text);
    length
        .map(|length| (now, after(now, length)))
        .map_err(|_| format!("when: {text}: not understood (write 1h, or 22:00-23:30, then what for)"))
}

fn overlap(model: &Model, intent: &Intent) -> Option<String> {
    let Intent::PlanMaintenance { service, from, to, .. } = intent else { return None };
    let other = model.ledger.windows_within(service, *from, *to).into_iter().next()?;
    Some(format!("{service}: overlaps window {}, {}; time in both is left out once", other.seq, other.why()))
}
