//! What surrounds the panes: header, tabs, frames, footer.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget};
use unicode_width::UnicodeWidthStr;

use super::message::{ROOMY, in_keys};
use super::paper::{Paper, fit};
use super::theme::Tone;
use crate::app::action::Row;
use crate::app::form::Popup;
use crate::app::lines::Reckoning;
use crate::app::model::Saved;
use crate::app::{Action, Model, Pane, action, on_burn, on_clocks, on_incidents, on_outbox};
use crate::incident::{Incident, Status};
use crate::text::{Safe, when};

/// From this width on it names what else is open.
const NAMES_OTHERS: usize = 100;
/// Cells that the most urgent clock has to itself.
const CLOCK_CELLS: usize = 24;

/// The pinned incident: severity, title, commander, services, phase, running time, next update.
pub(super) fn header(model: &Model, paper: &mut Paper<'_>, area: Rect) {
    let first = Rect { height: 1.min(area.height), ..area };
    let right = clock(model, paper, area.width);
    let right_width = u16::try_from(right.width()).unwrap_or(0).min(area.width);
    let left = Rect { width: area.width.saturating_sub(right_width + 1), ..first };
    paper.lines(left, [headline(model, paper, left.width)]);
    paper.lines(Rect { x: area.right() - right_width, width: right_width, ..first }, [right]);
    if area.height > 1 {
        let second = Rect { y: area.y + 1, height: 1, ..area };
        paper.lines(second, [facts(model, paper, usize::from(area.width))]);
    }
}

fn headline(model: &Model, paper: &Paper<'_>, width: u16) -> Line<'static> {
    let Some(incident) = model.incident() else { return calm(model, paper) };
    let marks: String = on_incidents::marks(incident).map(|mark| format!(" {mark}")).collect();
    let badge = format!(" {}{marks} ", incident.severity);
    let tone = match incident.status {
        Status::Open if incident.severity.number() <= 2 => Tone::Alarm,
        Status::Open => Tone::Banner,
        _ => Tone::Dim,
    };
    let status = match incident.status {
        Status::Open => String::new(),
        Status::Resolved => " resolved ".to_owned(),
        Status::Closed => " closed ".to_owned(),
    };
    let room = usize::from(width).saturating_sub(badge.width() + status.width() + 1);
    let title = fit(&incident.title, room);
    Line::from(vec![
        paper.span(&badge, tone),
        paper.span(&status, Tone::Good),
        Span::raw(" "),
        paper.span(title.trim_end(), Tone::Focus),
    ])
}

/// No incident: say so, and what would need one.
fn calm(model: &Model, paper: &Paper<'_>) -> Line<'static> {
    let Some(slo) = model.burn.offers.last() else {
        let spans = vec![paper.span(" warroom ", Tone::Focus), paper.span(" no open incident", Tone::Dim)];
        return Line::from(spans);
    };
    if model.setting.reads_only {
        let slo = paper.span(&format!(" {slo}"), Tone::Danger);
        return Line::from(vec![paper.span(" PAGING ", Tone::Alarm), slo]);
    }
    Line::from(vec![
        paper.span(" PAGING ", Tone::Alarm),
        paper.span(&format!(" {slo}, "), Tone::Danger),
        paper.span(model.setting.keymap.key(Action::Declare), Tone::Key),
        paper.span(" declares an incident", Tone::Text),
    ])
}

fn clock(model: &Model, paper: &Paper<'_>, width: u16) -> Line<'static> {
    let mut spans = Vec::new();
    if let Some(speed) = model.setting.demo {
        let word = if width < 100 { "" } else { "clock " };
        spans.push(paper.span(&format!(" DEMO {word}{speed}x "), Tone::Banner));
        spans.push(Span::raw(" "));
    }
    if model.setting.reads_only {
        spans.extend([paper.span(" READ ONLY ", Tone::Banner), Span::raw(" ")]);
    }
    let zone = model.setting.zone;
    let now = when::clock_time(model.now, zone);
    let name = model.now.with_timezone(&zone).format("%Z").to_string();
    spans.push(paper.span(&format!("{now} {name} "), Tone::Text));
    Line::from(spans)
}

/// The second header line: who commands, where the work stands, which clocks run.
fn facts(model: &Model, paper: &Paper<'_>, width: usize) -> Line<'static> {
    let Some(incident) = model.incident() else {
        let text = fit(&format!(" {}", model.setting.configuration), width);
        return Line::from(paper.span(text.trim_end(), Tone::Dim));
    };
    let urgent = urgent(model, paper);
    // The clock stands at the right, in its own room: no fact before it moves when its words change.
    let kept = urgent.as_ref().map_or(0, |clock| clock.width().max(CLOCK_CELLS).min(width));
    let width = width - kept;
    let mut facts = pinned(model, incident, width + kept);
    while facts.iter().map(Fact::width).sum::<usize>() > width && !facts.is_empty() {
        let least = facts.iter().enumerate().max_by_key(|(_, fact)| fact.rank).map_or(0, |(at, _)| at);
        facts.remove(least);
    }
    let room = width.saturating_sub(facts.iter().map(Fact::width).sum());
    let mut spans: Vec<Span<'static>> = facts.iter().flat_map(|fact| fact.spans(paper)).collect();
    spans.extend(warning(model, incident, paper, room));
    if let Some(clock) = urgent {
        let used: usize = spans.iter().map(Span::width).sum();
        spans.push(Span::raw(" ".repeat((width + kept).saturating_sub(used + clock.width()))));
        spans.push(clock);
    }
    Line::from(spans)
}

/// The most urgent of all clocks.
fn urgent(model: &Model, paper: &Paper<'_>) -> Option<Span<'static>> {
    let clock = on_clocks::shown(model).into_iter().next()?;
    let words = Safe::line(&clock.short(model.now)).into_string();
    Some(paper.span(&format!(" {words} "), super::clocks::tone(&clock, model)))
}

/// One fact of the second line; the highest rank goes first where they do not all fit.
struct Fact {
    rank: u8,
    name: &'static str,
    value: String,
    tone: Tone,
}

impl Fact {
    fn width(&self) -> usize {
        self.name.len() + Safe::line(&self.value).width() + 3
    }

    fn spans(&self, paper: &Paper<'_>) -> [Span<'static>; 3] {
        let name = paper.span(&format!(" {} ", self.name), Tone::Dim);
        [name, paper.span(&self.value, self.tone), Span::raw(" ")]
    }
}

fn pinned(model: &Model, incident: &Incident, width: usize) -> Vec<Fact> {
    let fact = |rank, name, value: String| Fact { rank, name, value, tone: Tone::Text };
    let lasts = if incident.is_open() { "running" } else { "lasted" };
    let mut facts = vec![
        fact(1, "IC", incident.commander().unwrap_or("nobody").to_owned()),
        fact(4, "phase", incident.phase.word().to_owned()),
        fact(2, lasts, when::span(Duration::from_secs(incident.duration(model.now).as_secs()))),
    ];
    if incident.mitigated.is_some() && incident.is_open() {
        facts.push(Fact { rank: 3, name: "impact", value: "mitigated".to_owned(), tone: Tone::Good });
    }
    facts.extend(backlog(model));
    facts.extend(others(model, incident, width >= NAMES_OTHERS));
    if !incident.services.is_empty() {
        facts.push(fact(5, "on", incident.services.join(", ")));
    }
    facts
}

/// What else is open: the most pressing of them, and the key that shows it. Where it is worse than the one
/// on the screen it is the last fact to go.
fn others(model: &Model, shown: &Incident, named: bool) -> Option<Fact> {
    let others = on_incidents::others(model);
    let worst = others.first()?;
    let marks: String = on_incidents::marks(worst).map(|mark| format!("{mark} ")).collect();
    let title = fit(&worst.title, 20.min(Safe::line(&worst.title).width()));
    let name = if named { format!("{marks}{title} ") } else { String::new() };
    let key = model.setting.keymap.key(Action::SwitchIncident);
    let value = format!("+{} open: {} {name}({key})", others.len(), worst.severity);
    let leads = !shown.is_open() || !on_incidents::outweighs_on_screen(model, worst);
    let (rank, tone) = if leads { (0, Tone::Danger) } else { (1, Tone::Warning) };
    Some(Fact { rank, name: "", value, tone })
}

/// What waits to leave; what was given up wants a decision.
fn backlog(model: &Model) -> Option<Fact> {
    let (value, tone) = match on_outbox::backlog(model) {
        (0, 0) => return None,
        (waiting, 0) => (format!("{waiting} waiting"), Tone::Text),
        (waiting, given_up) => (format!("{given_up} GIVEN UP, {waiting} waiting"), Tone::Danger),
    };
    Some(Fact { rank: 1, name: "outbox", value, tone })
}

/// What the rules of an incident warn about, as far as there is room.
fn warning(model: &Model, incident: &Incident, paper: &Paper<'_>, room: usize) -> Option<Span<'static>> {
    let warning = incident.warnings(model.now).into_iter().next()?;
    let text = format!(" ! {}", in_keys(model, &warning));
    let fits =
        room >= Safe::line(&text).width() || (room >= 20 && usize::from(paper.cells.area.width) >= ROOMY);
    fits.then(|| paper.span(fit(&text, room).trim_end(), Tone::Warning))
}

/// Names of the panes, where not all of them fit; their numbers alone where even the names do not.
pub(super) fn tabs(model: &Model, paper: &mut Paper<'_>, area: Rect) {
    let names: usize = Pane::ALL.iter().map(|pane| pane.title().len() + 5).sum();
    let narrow = usize::from(area.width) < names;
    let spans = Pane::ALL.iter().enumerate().flat_map(|(index, pane)| {
        let focused = *pane == model.desk.focus;
        let tone = if focused { Tone::Select } else { Tone::Dim };
        let title = if narrow && !focused { "" } else { pane.title() };
        let text = format!(" {} ", format!("{} {title}", index + 1).trim_end());
        [paper.span(&text, tone), Span::raw(" ")]
    });
    let line = Line::from(spans.collect::<Vec<_>>());
    paper.lines(area, [line]);
}

/// A pane's border and titles; what is inside comes back.
pub(super) fn frame(model: &Model, paper: &mut Paper<'_>, pane: Pane, area: Rect) -> Rect {
    let focused = model.desk.focus == pane;
    let tone = if focused { Tone::Focus } else { Tone::Dim };
    let number = Pane::ALL.iter().position(|known| *known == pane).unwrap_or(0) + 1;
    let name =
        if focused { format!("[{number} {}]", pane.title()) } else { format!(" {number} {} ", pane.title()) };
    let right = aside(model, pane, paper.cells.area);
    let room = usize::from(area.width).saturating_sub(name.width() + 4);
    let mut block = Block::bordered()
        .border_style(paper.style(tone))
        .title(Line::from(paper.span(&name, if focused { Tone::Focus } else { Tone::Title })));
    if !right.is_empty() && room > 8 {
        block = block.title(pieces(paper, right, room).right_aligned());
    }
    let inside = block.inner(area);
    block.render(area, paper.cells);
    inside
}

/// Pieces of a title, as many as fit, the first one in any case.
fn pieces(paper: &Paper<'_>, mut pieces: Vec<(String, Tone)>, room: usize) -> Line<'static> {
    let used = |pieces: &[(String, Tone)]| pieces.iter().map(|(text, _)| text.width() + 2).sum::<usize>();
    while pieces.len() > 1 && used(&pieces) > room + 2 {
        pieces.pop();
    }
    let spans = pieces.into_iter().flat_map(|(text, tone)| {
        let text = fit(&text, room.min(text.width()));
        [Span::raw(" "), paper.span(text.trim_end(), tone), Span::raw(" ")]
    });
    Line::from(spans.collect::<Vec<_>>())
}

/// What a pane says in its upper right corner: how fresh it is.
fn aside(model: &Model, pane: Pane, screen: Rect) -> Vec<(String, Tone)> {
    let text = match pane {
        Pane::Burn => return super::burn::aside(model, screen),
        Pane::Timeline => timeline_age(model),
        Pane::Runbook => {
            model.runbook.open.as_ref().map(|open| open.runbook.name.clone()).unwrap_or_default()
        }
        Pane::Postmortem => saved_words(model),
    };
    if text.is_empty() { Vec::new() } else { vec![(text, Tone::Dim)] }
}

fn timeline_age(model: &Model) -> String {
    let unsaved = model.timeline.unsaved();
    if unsaved > 0 {
        return format!("{unsaved} UNSAVED");
    }
    let shown = model.timeline.shown.clone().unwrap_or_default();
    // How the times are to be read; the zone's name is that of the clock above.
    let times = match model.timeline.lines.reckoning {
        Reckoning::Clock => model.now.with_timezone(&model.setting.zone).format("%Z").to_string(),
        Reckoning::FromNow => "from now".to_owned(),
        Reckoning::FromStart => "T+ from declaration".to_owned(),
    };
    format!("{times}  {shown}").trim_end().to_owned()
}

fn saved_words(model: &Model) -> String {
    match &model.postmortem.saved {
        Saved::Empty => String::new(),
        Saved::Fresh => "fresh draft".to_owned(),
        Saved::Changed { .. } | Saved::Saving => "saving".to_owned(),
        Saved::Saved { at } => format!("saved {}", when::clock_time(*at, model.setting.zone)),
        Saved::Failed { .. } => "NOT SAVED".to_owned(),
    }
}

/// The keys that matter for what has the keyboard.
pub(super) fn footer(model: &Model, paper: &mut Paper<'_>, area: Rect) {
    let filters = matches!(model.popup, Some(Popup::Alerts)) && model.burn.alerts.has_filter();
    let line = if filters {
        hints(paper, &[("enter", "keep the filter"), ("esc", "show all")])
    } else if model.popup.is_some() {
        hints(paper, &[("esc", "close the window")])
    } else if model.timeline.writing {
        hints(
            paper,
            &[
                ("enter", "save"),
                ("esc", "leave"),
                ("! > ? * ~ TODO", "kinds"),
                ("@14:02", "time"),
                ("tab", "complete"),
            ],
        )
    } else if model.timeline.filtering {
        hints(paper, &[("enter", "keep"), ("esc", "show all"), ("kind: by: tag: thread:", "or words")])
    } else if model.postmortem.writing {
        hints(paper, &[("esc", "leave and save"), ("ctrl-u", "undo"), ("ctrl-r", "redo")])
    } else {
        actions(model, paper, usize::from(area.width))
    };
    paper.lines(area, [line]);
}

fn hints(paper: &Paper<'_>, pairs: &[(&str, &str)]) -> Line<'static> {
    let spans = pairs.iter().flat_map(|(key, label)| {
        [paper.span(&format!(" {key} "), Tone::Key), paper.span(&format!("{label}  "), Tone::Text)]
    });
    Line::from(spans.collect::<Vec<_>>())
}

fn actions(model: &Model, paper: &Paper<'_>, width: usize) -> Line<'static> {
    let spans = fitting(model, width).into_iter().flat_map(|row| {
        let off = action::disabled(row.action, model).is_some();
        let [key, label] = words(model, row);
        let (key_tone, label_tone) = if off { (Tone::Dim, Tone::Dim) } else { (Tone::Key, Tone::Text) };
        [paper.span(&key, key_tone), paper.span(&label, label_tone)]
    });
    Line::from(spans.collect::<Vec<_>>())
}

/// The rows that fit, without what belongs to the burn pane's other view. What cannot be done now goes first, then from the end; help stays.
fn fitting(model: &Model, width: usize) -> Vec<&'static Row> {
    let mut rows = action::footer(model.desk.focus);
    let of_other_view =
        |action| matches!(action, Action::Burn(act) if on_burn::disabled(act, &model.burn).is_some());
    rows.retain(|row| !of_other_view(row.action));
    let used = |rows: &[&Row]| -> usize {
        rows.iter().flat_map(|row| words(model, row)).map(|text| text.width()).sum()
    };
    while used(&rows) > width {
        let off = |row: &&Row| action::disabled(row.action, model).is_some();
        let spare = rows.iter().rposition(off);
        // A second incident is rare while one is open; what the open one needs is not.
        let busy = model.incident().is_some_and(Incident::is_open);
        let spare = spare.or_else(|| rows.iter().position(|row| busy && row.action == Action::Declare));
        let spare = spare.or_else(|| rows.iter().rposition(|row| row.action != Action::Help));
        rows.remove(spare.unwrap_or(0));
    }
    rows
}

fn words(model: &Model, row: &Row) -> [String; 2] {
    [format!(" {} ", model.setting.keymap.key(row.action)), format!("{}  ", row.label)]
}
