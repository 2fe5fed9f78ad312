//! What surrounds the panes: header, tabs, frames, message line, footer.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Widget};
use unicode_width::UnicodeWidthStr;

use super::paper::{Paper, fit};
use super::theme::Tone;
use crate::app::model::Saved;
use crate::app::{Model, Pane, action, notice};
use crate::incident::clock::ClockState;
use crate::incident::{Incident, Status};
use crate::text::when;

/// The pinned incident: severity, title, commander, services, phase, running time, next update.
pub(super) fn header(model: &Model, paper: &mut Paper<'_>, area: Rect) {
    let first = Rect { height: 1.min(area.height), ..area };
    let right = clock(model, paper);
    let right_width = u16::try_from(right.width()).unwrap_or(0).min(area.width);
    let left = Rect { width: area.width.saturating_sub(right_width + 1), ..first };
    paper.lines(left, [headline(model, paper, left.width)]);
    paper.lines(Rect { x: area.right() - right_width, width: right_width, ..first }, [right]);
    if area.height > 1 {
        let second = Rect { y: area.y + 1, height: 1, ..area };
        paper.lines(second, [facts(model, paper)]);
    }
}

fn headline(model: &Model, paper: &Paper<'_>, width: u16) -> Line<'static> {
    let Some(incident) = model.incident() else { return calm(model, paper) };
    let badge = format!(" {}{} ", incident.severity, if incident.drill { " DRILL" } else { "" });
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
    let mut spans = vec![paper.span(" warroom ", Tone::Focus)];
    match model.burn.offers.last() {
        Some(slo) => {
            spans.push(paper.span(" PAGING ", Tone::Alarm));
            spans.push(paper.span(&format!(" {slo}"), Tone::Danger));
            spans.push(paper.span(", press ", Tone::Text));
            spans.push(paper.span(model.setting.keymap.key(action::Action::Declare), Tone::Key));
            spans.push(paper.span(" to declare an incident", Tone::Text));
        }
        None => spans.push(paper.span("no open incident", Tone::Dim)),
    }
    Line::from(spans)
}

fn clock(model: &Model, paper: &Paper<'_>) -> Line<'static> {
    let mut spans = Vec::new();
    if let Some(speed) = model.setting.demo {
        spans.push(paper.span(&format!(" DEMO clock {speed}x "), Tone::Banner));
        spans.push(Span::raw(" "));
    }
    let zone = model.setting.zone;
    let now = when::clock_time(model.now, zone);
    let name = model.now.with_timezone(&zone).format("%Z").to_string();
    spans.push(paper.span(&format!("{now} {name} "), Tone::Text));
    Line::from(spans)
}

/// The second header line: who commands, where the work stands, which clocks run.
fn facts(model: &Model, paper: &Paper<'_>) -> Line<'static> {
    let Some(incident) = model.incident() else {
        return Line::from(paper.span(&format!(" {}", model.setting.configuration), Tone::Dim));
    };
    let mut spans = Vec::new();
    let mut fact = |name: &str, value: &str, tone: Tone| {
        spans.push(paper.span(&format!(" {name} "), Tone::Dim));
        spans.push(paper.span(value, tone));
        spans.push(Span::raw(" "));
    };
    fact("IC", incident.commander().unwrap_or("nobody"), Tone::Text);
    fact("phase", incident.phase.word(), Tone::Text);
    fact("running", &when::span(incident.duration(model.now)), Tone::Text);
    let update = next_update(model, incident);
    if let Some((text, tone)) = &update {
        fact("comms", text, *tone);
    }
    if incident.mitigated.is_some() && incident.is_open() {
        fact("impact", "mitigated", Tone::Good);
    }
    fact("on", &incident.services.join(", "), Tone::Text);
    for warning in incident.warnings(model.now).iter().take(1) {
        spans.push(paper.span(&format!(" ! {warning}"), Tone::Warning));
    }
    Line::from(spans)
}

fn next_update(model: &Model, incident: &Incident) -> Option<(String, Tone)> {
    let clock = incident.comms_clock(model.now)?;
    let tone = match clock.state {
        ClockState::OnTime => Tone::Text,
        ClockState::Due => Tone::Warning,
        ClockState::Overdue => Tone::Danger,
    };
    Some((clock.words(model.now), tone))
}

/// Names of the panes, where not all of them fit.
pub(super) fn tabs(model: &Model, paper: &mut Paper<'_>, area: Rect) {
    let spans = Pane::ALL.iter().enumerate().flat_map(|(index, pane)| {
        let focused = *pane == model.desk.focus;
        let tone = if focused { Tone::Select } else { Tone::Dim };
        let text = format!(" {} {} ", index + 1, pane.title());
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
    let right = aside(model, pane);
    let room = usize::from(area.width).saturating_sub(name.width() + 4);
    let mut block = Block::bordered()
        .border_style(paper.style(tone))
        .title(Line::from(paper.span(&name, if focused { Tone::Focus } else { Tone::Title })));
    if !right.is_empty() && room > 8 {
        let text = format!(" {} ", fit(&right, room.min(right.width())).trim_end());
        block = block.title(Line::from(paper.span(&text, Tone::Dim)).right_aligned());
    }
    let inside = block.inner(area);
    block.render(area, paper.cells);
    inside
}

/// What a pane says in its upper right corner: how fresh it is.
fn aside(model: &Model, pane: Pane) -> String {
    match pane {
        Pane::Burn => burn_age(model),
        Pane::Timeline => timeline_age(model),
        Pane::Runbook => {
            model.runbook.open.as_ref().map(|open| open.runbook.name.clone()).unwrap_or_default()
        }
        Pane::Postmortem => saved_words(model),
    }
}

fn burn_age(model: &Model) -> String {
    if let Some(done) = model.burn.loading.values().copied().reduce(f32::min) {
        return format!("loading history {:.0} %", done * 100.0);
    }
    let oldest = model.burn.evaluator.readings().iter().filter_map(|reading| reading.age_s).max();
    oldest.map_or_else(|| "no data yet".to_owned(), |age| format!("data {age}s old"))
}

fn timeline_age(model: &Model) -> String {
    let unsaved = model.timeline.pending.iter().filter(|pending| pending.unsaved.is_some()).count();
    if unsaved > 0 {
        return format!("{unsaved} UNSAVED");
    }
    model.timeline.shown.clone().unwrap_or_default()
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

/// The newest notice.
pub(super) fn message(model: &Model, paper: &mut Paper<'_>, area: Rect) {
    let Some(notice) = model.notices.current(model.now) else { return };
    let tone = match notice.tone {
        notice::Tone::Info => Tone::Text,
        notice::Tone::Good => Tone::Good,
        notice::Tone::Warning => Tone::Warning,
        notice::Tone::Danger => Tone::Danger,
    };
    let text = fit(&format!(" {}", notice.text), usize::from(area.width));
    paper.lines(area, [Line::from(paper.span(text.trim_end(), tone))]);
}

/// The keys that matter for what has the keyboard.
pub(super) fn footer(model: &Model, paper: &mut Paper<'_>, area: Rect) {
    let line = if model.timeline.writing {
        hints(paper, &[("enter", "save"), ("esc", "leave"), ("! > ? *", "decision, action, question, star")])
    } else if model.postmortem.writing {
        hints(paper, &[("esc", "leave and save"), ("ctrl-u", "undo"), ("ctrl-r", "redo")])
    } else {
        actions(model, paper, area.width)
    };
    paper.lines(area, [line]);
}

fn hints(paper: &Paper<'_>, pairs: &[(&str, &str)]) -> Line<'static> {
    let spans = pairs.iter().flat_map(|(key, label)| {
        [paper.span(&format!(" {key} "), Tone::Key), paper.span(&format!("{label}  "), Tone::Text)]
    });
    Line::from(spans.collect::<Vec<_>>())
}

fn actions(model: &Model, paper: &Paper<'_>, width: u16) -> Line<'static> {
    let mut used = 0;
    let mut spans = Vec::new();
    for row in action::footer(model.desk.focus) {
        let key = format!(" {} ", model.setting.keymap.key(row.action));
        let label = format!("{}  ", row.label);
        used += key.width() + label.width();
        if used > usize::from(width) {
            break;
        }
        let off = action::disabled(row.action, model).is_some();
        spans.push(paper.span(&key, if off { Tone::Dim } else { Tone::Key }));
        spans.push(paper.span(&label, if off { Tone::Dim } else { Tone::Text }));
    }
    Line::from(spans)
}
