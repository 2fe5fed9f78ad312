//! The window of alerts from outside: groups, the worst first, each with its counts; unfolded its alerts.

use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::paper::{Paper, fit, wrap};
use super::popup::{keys_within, window};
use super::theme::Tone;
use crate::app::alerts::{Alerts, Letters, Row};
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
/// Below these widths there is no column for who took it, and none but the state's.
const NARROW: usize = 90;
const SLIM: usize = 50;
/// The keys of the window; and those that a slim one has room for.
const KEYS: [Key; 9] = [
    ("a", "ack", "take the selected alerts: you are at work on them", true),
    (
        "s",
        "silence",
        "have the Alertmanager call nobody for them; asks how long, and shows what it covers",
        true,
    ),
    ("l", "link", "they belong to the incident on the screen", true),
    ("d", "declare", "declare an incident from them", true),
    ("/", "filter", "show only alerts that hold the words: name, label=value, service, state", false),
    ("enter", "unfold", "show the alerts of a group, or fold them", false),
    ("b", "runbook", "open the runbook they name", false),
    ("u", "unsilence", "end the silence that keeps them quiet; asks first", true),
    ("?", "keys", "these keys", false),
];

/// The key, its label, what it does, and whether it writes.
type Key = (&'static str, &'static str, &'static str, bool);

pub(super) fn draw(model: &Model, paper: &mut Paper<'_>, screen: Rect) -> Option<Position> {
    let size = (screen.width.saturating_sub(4), screen.height.saturating_sub(4));
    let alerts = &model.burn.alerts;
    let tone = if alerts.inbox.tally().firing > 0 { Tone::Danger } else { Tone::Focus };
    let inside = window(paper, screen, &title(alerts), size, tone);
    let body = Rect { height: inside.height.saturating_sub(1), ..inside };
    let width = usize::from(body.width);
    let last = Rect { y: body.bottom(), height: 1.min(inside.height), ..body };
    let keys: Vec<&Key> = KEYS.iter().filter(|key| !(key.3 && model.setting.reads_only)).collect();
    let pairs: Vec<(&str, &str)> = keys.iter().map(|key| (key.0, key.1)).collect();
    paper.lines(last, [keys_within(paper, &pairs, width)]);
    if alerts.letters == Letters::EndKeys {
        let lines = keys.iter().flat_map(|key| key_lines(paper, key, width)).collect::<Vec<_>>();
        paper.lines(body, lines);
        return None;
    }
    let filter = u16::from(alerts.has_filter()).min(body.height);
    let caret = paper.write_in("/ ", &alerts.filter, Rect { height: filter, ..body });
    let body = Rect { y: body.y + filter, height: body.height - filter, ..body };
    let mut lines = doubts(model, paper, width);
    let room = usize::from(body.height).saturating_sub(lines.len() + 1);
    lines.push(Line::from(paper.span(&head(width), Tone::Dim)));
    let found = rows(model, paper, width, room);
    if found.is_empty() && alerts.has_filter() {
        lines.push(Line::from(paper.span("No alert holds these words; esc shows all.", Tone::Warning)));
    }
    lines.extend(found);
    paper.lines(body, lines);
    caret.filter(|_| alerts.letters == Letters::Filter)
}

/// What one key does, wrapped beside its name.
fn key_lines(paper: &Paper<'_>, (key, _, help, _): &Key, width: usize) -> Vec<Line<'static>> {
    let names = std::iter::once(*key).chain(std::iter::repeat(""));
    let line = |(name, piece): (&str, String)| {
        Line::from(vec![paper.span(&fit(name, STATE), Tone::Key), paper.span(&piece, Tone::Text)])
    };
    names.zip(wrap(help, width.saturating_sub(STATE))).map(line).collect()
}

fn title(alerts: &Alerts) -> String {
    let (tally, groups) = (alerts.inbox.tally(), alerts.inbox.groups().len());
    let shown = || alerts.inbox.groups().iter().map(|group| alerts.shown_of(group).len()).sum::<usize>();
    let shown = if alerts.has_filter() { format!(", {} shown", shown()) } else { String::new() };
    match tally.all() {
        0 => "Alerts: none".to_owned(),
        all => format!("Alerts: {}, {all} in {groups} groups{shown}", counts(&tally).join(", ")),
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
    if count == 0 && model.burn.alerts.inbox.alerts().len() == 0 {
        let text =
            "No Alertmanager is configured: add a [[source]] with kind = \"alertmanager\" and its url.";
        lines.push(Line::from(paper.span(fit(text, width).trim_end(), Tone::Dim)));
    }
    lines
}

fn head(width: usize) -> String {
    format!("  {}alert", columns(width, STATE, ["state", "count", "age", "acked by"]))
}

/// State, count or fingerprint, age, who took it: as many as there is room for beside a name.
fn columns(width: usize, state: usize, [word, count, age, who]: [&str; 4]) -> String {
    let cells = [(word, state, 0), (count, COUNT, SLIM), (age, AGE, SLIM), (who, WHO, NARROW)];
    let shown = cells.iter().filter(|(_, _, least)| width >= *least);
    shown.map(|(text, cells, _)| fit(text, *cells)).collect()
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
                Row::Alert(alert) => alert_row(alerts, alerts.inbox.alert(*alert), (width, model.now)),
            };
            Line::from(paper.span(&fit(&text, width), if place == at { Tone::Select } else { tone }))
        })
        .collect()
}

fn group_row(alerts: &Alerts, group: &Group, (width, now): (usize, Time)) -> (String, Tone) {
    let sign = if alerts.is_unfolded(group) { "- " } else { "+ " };
    let age = group.since().map(|since_| rough_span(since(since_, now))).unwrap_or_default();
    let first = alerts.inbox.members(group).next();
    let worst = first.map_or(&Standing::Over, |alert| &alert.standing);
    let who = first.and_then(|alert| alert.taken.as_ref()).map_or("", |taken| taken.by.as_str());
    let all = group.tally.all();
    let shown = if alerts.has_filter() { alerts.shown_of(group).len() } else { all };
    let count = if shown < all { format!("{shown} shown") } else { count(&group.tally, worst) };
    let columns = columns(width, STATE, [worst.word(), &count, &age, who]);
    let says =
        first.and_then(|alert| alert.heard.summary()).map(|text| format!(": {text}")).unwrap_or_default();
    let text = format!("{sign}{columns}{}{}{says}", group.id.title(), notes(group));
    (text, tone(worst, group.level()))
}

/// `3`, or `2/3` where only some stand as the worst does.
fn count(tally: &Tally, worst: &Standing) -> String {
    let (worst, all) = (tally.of(worst), tally.all());
    if worst == all { all.to_string() } else { format!("{worst}/{all}") }
}

/// What else matters of a group, in words.
fn notes(group: &Group) -> String {
    let mut notes = vec![match group.level() {
        Level::Critical => "critical",
        Level::Warning => "warning",
        Level::Info => "info",
    }];
    if group.is_felt() {
        notes.push("users feel it");
    }
    if group.tally.flapping > 0 {
        notes.push("flapping");
    }
    format!(" [{}]", notes.join(", "))
}

fn alert_row(alerts: &Alerts, alert: &Known, (width, now): (usize, Time)) -> (String, Tone) {
    let who = alert.taken.as_ref().map_or("", |taken| taken.by.as_str());
    let print: String = alert.key.fingerprint.chars().take(COUNT - 1).collect();
    let why = match &alert.standing {
        Standing::Suppressed(why) => format!(" ({why})"),
        _ if alert.flapping_since.is_some() => " (flapping)".to_owned(),
        _ => String::new(),
    };
    let age = on_alerts::age(alert, now);
    let columns = columns(width, STATE - 2, [alert.standing.word(), &print, &age, who]);
    (format!("    {columns}{}{why}", differs(alerts, alert)), tone(&alert.standing, alert.level))
}

/// What tells an alert from the others of its group; all its words where it is alone.
fn differs(alerts: &Alerts, alert: &Known) -> String {
    let group = alerts.inbox.groups().iter().find(|group| group.id == alert.group);
    let mut others = group.into_iter().flat_map(|group| alerts.inbox.members(group));
    let Some(other) = others.find(|other| other.key != alert.key) else { return alert.heard.words() };
    let own = alert.heard.labels.iter().filter(|(name, value)| other.heard.labels.get(*name) != Some(value));
    own.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
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
