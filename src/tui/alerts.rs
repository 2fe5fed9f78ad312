//! The window of alerts from outside: groups, the worst first, each with its counts; unfolded its alerts.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::paper::{Paper, fit};
use super::popup::{keys, window};
use super::theme::Tone;
use crate::app::alerts::{Alerts, Row};
use crate::app::{Model, on_alerts};
use crate::incident::inbox::{Group, Known, Level, Standing, Tally};
use crate::slo::telemetry::ALERTMANAGER;
use crate::text::Time;
use crate::text::when::{rough_span, since};

/// Cells of the columns: state, count or fingerprint, age, who took it.
const STATE: usize = 13;
const COUNT: usize = 9;
const AGE: usize = 8;
const WHO: usize = 14;
/// Below this width nobody has a column of their own.
const NARROW: usize = 90;

pub(super) fn draw(model: &Model, paper: &mut Paper<'_>, screen: Rect) {
    let size = (screen.width.saturating_sub(4), screen.height.saturating_sub(4));
    let alerts = &model.burn.alerts;
    let tone = if alerts.inbox.tally().firing > 0 { Tone::Danger } else { Tone::Focus };
    let inside = window(paper, screen, &title(alerts), size, tone);
    let body = Rect { height: inside.height.saturating_sub(1), ..inside };
    let width = usize::from(body.width);
    let mut lines = doubts(model, paper, width);
    let room = usize::from(body.height).saturating_sub(lines.len() + 1);
    lines.push(Line::from(paper.span(&head(width), Tone::Dim)));
    lines.extend(rows(model, paper, width, room));
    paper.lines(body, lines);
    let last = Rect { y: body.bottom(), height: 1.min(inside.height), ..body };
    let pairs = [
        ("enter", "unfold"),
        ("a", "ack"),
        ("s", "silence"),
        ("u", "unsilence"),
        ("l", "link"),
        ("b", "runbook"),
        ("d", "declare"),
        ("esc", "close"),
    ];
    let pairs = if width < NARROW { &pairs[1..] } else { &pairs[..] };
    let line = if width < NARROW { tight(paper, pairs) } else { keys(paper, pairs) };
    paper.lines(last, [line]);
}

/// Keys with one space after each.
fn tight(paper: &Paper<'_>, pairs: &[(&str, &str)]) -> Line<'static> {
    let spans = pairs
        .iter()
        .flat_map(|(key, label)| [paper.span(key, Tone::Key), paper.span(&format!(" {label} "), Tone::Dim)]);
    Line::from(spans.collect::<Vec<_>>())
}

fn title(alerts: &Alerts) -> String {
    let (tally, groups) = (alerts.inbox.tally(), alerts.inbox.groups().len());
    match tally.all() {
        0 => "Alerts: none".to_owned(),
        all => format!("Alerts: {}, {all} in {groups} groups", counts(&tally).join(", ")),
    }
}

/// What there is of each standing, the worst first.
fn counts(tally: &Tally) -> Vec<String> {
    let parts = [
        (tally.firing, "FIRING"),
        (tally.taken, "acked"),
        (tally.young, "young"),
        (tally.suppressed, "suppressed"),
        (tally.over, "resolved"),
        (tally.flapping, "flapping"),
    ];
    parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect()
}

/// What the list cannot be trusted for: a server that says nothing is no quiet.
fn doubts(model: &Model, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let servers = model.burn.telemetry.sources().filter(|source| source.kind == ALERTMANAGER);
    let mut lines = Vec::new();
    let mut count = 0;
    for source in servers {
        count += 1;
        if source.trust(model.now).is_usable() {
            continue;
        }
        let row = source.row(model.now);
        let why = source.pulse.as_ref().and_then(|pulse| pulse.error.clone()).unwrap_or_default();
        let text = format!("{} is {}: what is below may be old. {why}", source.name, row.state);
        lines.push(Line::from(paper.span(fit(&text, width).trim_end(), Tone::Danger)));
    }
    if count == 0 && model.burn.alerts.inbox.alerts().is_empty() {
        let text =
            "No Alertmanager is configured: add a [[source]] with kind = \"alertmanager\" and its url.";
        lines.push(Line::from(paper.span(fit(text, width).trim_end(), Tone::Dim)));
    }
    lines
}

fn head(width: usize) -> String {
    let who = if width < NARROW { String::new() } else { fit("acked by", WHO) };
    format!("  {}{}{}{who}alert", fit("state", STATE), fit("count", COUNT), fit("age", AGE))
}

/// The rows that fit, the selected one in the middle.
fn rows(model: &Model, paper: &Paper<'_>, width: usize, room: usize) -> Vec<Line<'static>> {
    let alerts = &model.burn.alerts;
    let rows = alerts.rows();
    let at = alerts.at(&rows);
    let first = at.saturating_sub(room / 2).min(rows.len().saturating_sub(room));
    let shown = rows.iter().enumerate().skip(first).take(room);
    shown
        .map(|(place, row)| {
            let (text, tone) = match row {
                Row::Group(group) => group_row(alerts, &alerts.inbox.groups()[*group], (width, model.now)),
                Row::Alert(alert) => alert_row(&alerts.inbox.alerts()[*alert], (width, model.now)),
            };
            Line::from(paper.span(&fit(&text, width), if place == at { Tone::Select } else { tone }))
        })
        .collect()
}

fn group_row(alerts: &Alerts, group: &Group, (width, now): (usize, Time)) -> (String, Tone) {
    let sign = if alerts.is_unfolded(group) { "- " } else { "+ " };
    let age = group.since.map(|since_| rough_span(since(since_, now))).unwrap_or_default();
    let all = alerts.inbox.alerts();
    let first = group.members.first().map(|place| &all[*place]);
    let who = first.and_then(|alert| alert.taken.as_ref()).map(|taken| taken.by.clone()).unwrap_or_default();
    let who = if width < NARROW { String::new() } else { fit(&who, WHO) };
    let state = fit(group.worst().word(), STATE);
    let count = fit(&count(group), COUNT);
    let says =
        first.and_then(|alert| alert.heard.summary()).map(|text| format!(": {text}")).unwrap_or_default();
    let more = notes(group);
    let text = format!("{sign}{state}{count}{}{who}{}{more}{says}", fit(&age, AGE), group.id.title());
    (text, tone(group.worst(), group.level))
}

/// `3`, or `2/3` where only some stand as the worst does.
fn count(group: &Group) -> String {
    let Tally { firing, taken, young, suppressed, over, .. } = group.tally;
    let worst = match group.worst() {
        Standing::Firing => firing,
        Standing::Taken => taken,
        Standing::Young => young,
        Standing::Suppressed(_) => suppressed,
        Standing::Over => over,
    };
    let all = group.tally.all();
    if worst == all { all.to_string() } else { format!("{worst}/{all}") }
}

/// What else matters of a group, in words.
fn notes(group: &Group) -> String {
    let mut notes = Vec::new();
    if group.level == Level::Critical {
        notes.push("critical");
    }
    if group.is_felt {
        notes.push("felt");
    }
    if group.tally.flapping > 0 {
        notes.push("flapping");
    }
    if notes.is_empty() { String::new() } else { format!(" [{}]", notes.join(", ")) }
}

fn alert_row(alert: &Known, (width, now): (usize, Time)) -> (String, Tone) {
    let who = alert.taken.as_ref().map(|taken| taken.by.clone()).unwrap_or_default();
    let who = if width < NARROW { String::new() } else { fit(&who, WHO) };
    let print = alert.key.fingerprint.chars().take(COUNT - 1).collect::<String>();
    let print = fit(&print, COUNT);
    let why = match &alert.standing {
        Standing::Suppressed(why) => format!(" ({why})"),
        _ if alert.flapping_since.is_some() => " (flapping)".to_owned(),
        _ => String::new(),
    };
    let age = fit(&on_alerts::age(alert, now), AGE);
    let text =
        format!("    {}{print}{age}{who}{}{why}", fit(alert.standing.word(), STATE - 2), alert.heard.words());
    (text, tone(&alert.standing, alert.level))
}

fn tone(standing: &Standing, level: Level) -> Tone {
    match standing {
        Standing::Firing if level == Level::Critical => Tone::Danger,
        Standing::Firing => Tone::Warning,
        Standing::Taken => Tone::Text,
        Standing::Young => Tone::Rising,
        Standing::Suppressed(_) => Tone::Stale,
        Standing::Over => Tone::Good,
    }
}

/// What the burn pane says of alerts that nobody has taken.
pub(super) fn aside(model: &Model) -> Option<(String, Tone)> {
    let waiting = model.burn.alerts.inbox.tally().firing;
    let key = model.setting.keymap.key(crate::app::Action::Alerts);
    let text = match waiting {
        0 => return None,
        1 => format!("1 alert to ack ({key})"),
        count => format!("{count} alerts to ack ({key})"),
    };
    Some((text, Tone::Danger))
}
