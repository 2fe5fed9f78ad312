//! The timeline pane: what happened, in order, and the scribe's line below it.

use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use super::clocks;
use super::paper::{Paper, fit, wrap};
use super::theme::Tone;
use crate::app::Model;
use crate::app::model::Pending;
use crate::app::on_burn::SYSTEM;
use crate::app::on_scribe;
use crate::incident::event::{AlertChange, NoteKind};
use crate::incident::{Entry, EventKind, Origin};
use crate::slo::TierState;
use crate::text::{Safe, when};

/// Cells of the time column and of the actor column.
const TIME: usize = 9;
const ACTOR: usize = 8;
/// Below this width the actor has no column of its own: the words need the room.
const NARROW: usize = 64;
/// Below this height the entries need every row.
const ROOM_FOR_CLOCKS: u16 = 6;

pub(super) fn draw(model: &Model, paper: &mut Paper<'_>, area: Rect) -> Option<Position> {
    let scribe_rows = u16::from(area.height >= 3);
    let clock_rows = clocks_row(model, paper, area);
    let area = Rect { y: area.y + clock_rows, height: area.height - clock_rows, ..area };
    let filter_rows = u16::from(model.timeline.has_filter() && area.height >= 5);
    let list = Rect { y: area.y + filter_rows, height: area.height - scribe_rows - filter_rows, ..area };
    let filter_caret = if filter_rows > 0 { filter(model, paper, Rect { height: 1, ..area }) } else { None };
    let width = usize::from(area.width);
    let pending: Vec<Line<'static>> =
        model.timeline.pending.iter().flat_map(|pending| unsaved(paper, pending, width)).collect();
    let room = usize::from(list.height).saturating_sub(pending.len());
    let mut lines = shown(model, paper, width, room);
    if lines.is_empty() && pending.is_empty() {
        lines = nothing(model, paper);
    }
    lines.extend(pending);
    paper.lines(list, lines);
    if scribe_rows == 0 {
        return None;
    }
    let caret = scribe(model, paper, Rect { y: list.bottom(), height: 1, ..area });
    filter_caret.or(caret)
}

/// One row above the entries for the clocks, where there is room for it; it stays while an incident is
/// shown, so that nothing jumps when the last clock stops.
fn clocks_row(model: &Model, paper: &mut Paper<'_>, area: Rect) -> u16 {
    let line = clocks::line(model, paper, usize::from(area.width));
    let row = u16::from(area.height >= ROOM_FOR_CLOCKS && (line.is_some() || model.incident().is_some()));
    paper.lines(Rect { height: row, ..area }, line);
    row
}

/// The filter's line; its caret while it is written.
fn filter(model: &Model, paper: &mut Paper<'_>, area: Rect) -> Option<Position> {
    let filtering = model.timeline.filtering;
    let prompt = if filtering { "filter> " } else { "filter: " };
    let caret = paper.write_in(prompt, &model.timeline.filter, area);
    caret.filter(|_| filtering)
}

/// The last entries that fit, the newest at the bottom; or those around the chosen one, a third of them
/// after it. Built from there, so that a long log costs no more than a screen.
fn shown(model: &Model, paper: &Paper<'_>, width: usize, room: usize) -> Vec<Line<'static>> {
    let pane = &model.timeline;
    let Some(chosen) = pane.chosen() else {
        let newest = pane.visible().rev().map(|entry| lines_of(paper, entry, width));
        return upwards(newest, room);
    };
    let key = |entry: &Entry| (entry.event.sorts_at(), entry.event.seq);
    let at = key(chosen);
    let block = |entry: &Entry| {
        let lines = lines_of(paper, entry, width);
        if entry.event.seq == chosen.event.seq { lit(paper, &lines, width) } else { lines }
    };
    let after: Vec<&Entry> = pane.visible().rev().take_while(|entry| key(entry) > at).collect();
    let below: Vec<Line<'static>> = fitting(after.into_iter().rev().map(block), room / 3).concat();
    let above = pane.visible().rev().skip_while(|entry| key(entry) > at).map(block);
    let mut lines = upwards(above, room - below.len());
    lines.extend(below);
    lines
}

/// Blocks from the last one up, as many as fit whole, in reading order.
fn upwards(blocks: impl Iterator<Item = Vec<Line<'static>>>, room: usize) -> Vec<Line<'static>> {
    fitting(blocks, room).into_iter().rev().flatten().collect()
}

/// As many blocks as fit whole.
fn fitting(blocks: impl Iterator<Item = Vec<Line<'static>>>, room: usize) -> Vec<Vec<Line<'static>>> {
    let mut used = 0;
    let fits = |block: &Vec<Line<'static>>| {
        used += block.len();
        used <= room
    };
    blocks.take_while(fits).collect()
}

/// The lines of the chosen entry, lit as one.
fn lit(paper: &Paper<'_>, lines: &[Line<'static>], width: usize) -> Vec<Line<'static>> {
    let text = |line: &Line<'static>| line.spans.iter().map(|span| span.content.as_ref()).collect::<String>();
    lines.iter().map(|line| Line::from(paper.span(&fit(&text(line), width), Tone::Select))).collect()
}

fn nothing(model: &Model, paper: &Paper<'_>) -> Vec<Line<'static>> {
    if model.timeline.has_filter() {
        return vec![Line::from(paper.span("No line fits; esc shows all.", Tone::Dim))];
    }
    let declare = model.setting.keymap.key(crate::app::Action::Declare);
    let lines = ["Nothing has happened yet.".to_owned(), format!("{declare} declares an incident.")];
    lines.iter().map(|text| Line::from(paper.span(text, Tone::Dim))).collect()
}

/// One entry: time, actor, sign, and its text wrapped beside them.
fn lines_of(paper: &Paper<'_>, entry: &Entry, width: usize) -> Vec<Line<'static>> {
    let (sign, tone) = look(entry);
    let tone = if entry.struck { Tone::Dim } else { tone };
    let mut head = front(paper, entry, width);
    head.push(paper.span(&format!("{sign} "), tone));
    let margin: usize = head.iter().map(Span::width).sum();
    let who = inline_actor(entry, width);
    let mut wrapped = wrap(&format!("{who}{}", words(entry)), width.saturating_sub(margin)).into_iter();
    let first = wrapped.next().unwrap_or_default();
    let (name, rest) =
        first.split_at_checked(who.len()).filter(|(name, _)| *name == who).unwrap_or(("", &first));
    head.push(paper.span(name, actor_tone(entry.event.origin)));
    head.push(paper.span(rest, tone));
    let more = wrapped.map(|text| Line::from(vec![Span::raw(" ".repeat(margin)), paper.span(&text, tone)]));
    std::iter::once(Line::from(head)).chain(more).collect()
}

/// The columns before the sign.
fn front(paper: &Paper<'_>, entry: &Entry, width: usize) -> Vec<Span<'static>> {
    let event = &entry.event;
    let time =
        event.happened_at.map_or_else(|| "unknown ".to_owned(), |at| when::clock_time(at, chrono_tz::UTC));
    let mut spans = vec![paper.span(&fit(&time, TIME), Tone::Dim)];
    if width >= NARROW {
        // The last cell keeps a long name off the sign.
        let actor = format!("{} ", fit(&event.actor, ACTOR - 1));
        spans.push(paper.span(&actor, actor_tone(event.origin)));
    }
    spans
}

/// Who it was, before the words, where there is no column for it; what the system
/// noticed, and words that begin with the name, need none.
fn inline_actor(entry: &Entry, width: usize) -> String {
    let event = &entry.event;
    let named = event.actor == SYSTEM || entry.text.starts_with(&event.actor);
    if width >= NARROW || named {
        return String::new();
    }
    format!("{}: ", Safe::line(&event.actor))
}

fn words(entry: &Entry) -> String {
    match (entry.struck, entry.late) {
        (true, _) => format!("[struck] {}", entry.text),
        (false, true) => format!("{} (late)", entry.text),
        _ if matches!(entry.event.kind, EventKind::Imported(_)) => format!("{} (imported)", entry.text),
        _ => entry.text.clone(),
    }
}

fn actor_tone(origin: Origin) -> Tone {
    match origin {
        Origin::Human => Tone::Title,
        Origin::System => Tone::System,
    }
}

/// A sign and a tone for what kind of line it is.
fn look(entry: &Entry) -> (&'static str, Tone) {
    if entry.starred {
        return ("* ", Tone::Focus);
    }
    match &entry.event.kind {
        EventKind::Noted { kind, .. } => note_look(*kind),
        EventKind::Imported(_) => note_look(entry.event.kind.note_kind().unwrap_or(NoteKind::Observation)),
        EventKind::Updated { .. } => ("@ ", Tone::Action),
        EventKind::AlertChanged(transition) => match transition.to {
            TierState::Firing => ("!!", Tone::Danger),
            TierState::Ok => ("ok", Tone::Good),
            _ => ("~ ", Tone::Rising),
        },
        EventKind::AlertsNoticed(news) => match news.change {
            AlertChange::Fired => ("!!", Tone::Danger),
            AlertChange::Resolved => ("ok", Tone::Good),
            _ => ("~ ", Tone::Rising),
        },
        EventKind::AlertsAcknowledged(_) => ("> ", Tone::Action),
        EventKind::ChangeMarked(_) => ("^ ", Tone::Change),
        EventKind::StepRan(_) | EventKind::StepMarked { .. } => ("$ ", Tone::Code),
        EventKind::Declared { .. } => ("##", Tone::Danger),
        EventKind::Resolved | EventKind::Mitigated { .. } => ("ok", Tone::Good),
        _ => ("- ", Tone::System),
    }
}

fn note_look(kind: NoteKind) -> (&'static str, Tone) {
    match kind {
        NoteKind::Decision => ("! ", Tone::Decision),
        NoteKind::Action => ("> ", Tone::Action),
        NoteKind::Question => ("? ", Tone::Warning),
        NoteKind::Communication => ("@ ", Tone::Action),
        _ => ("  ", Tone::Human),
    }
}

/// What the journal has not acknowledged yet; once a try failed it says so until it is saved.
fn unsaved(paper: &Paper<'_>, pending: &Pending, width: usize) -> Vec<Line<'static>> {
    let words = pending.ask.words();
    match &pending.unsaved {
        None => vec![Line::from(paper.span(&fit(&format!("saving   {words}"), width), Tone::Dim))],
        Some(why) => {
            let pieces = wrap(&format!("UNSAVED  {words} ({why})"), width);
            pieces.iter().map(|piece| Line::from(paper.span(piece, Tone::Danger))).collect()
        }
    }
}

/// The scribe's line; its caret when somebody writes.
fn scribe(model: &Model, paper: &mut Paper<'_>, area: Rect) -> Option<Position> {
    let writing = model.timeline.writing;
    let key = model.setting.keymap.key(crate::app::Action::Note);
    let (prompt, tone) = match (writing, on_scribe::label(model)) {
        (false, _) => (format!("{key} note  "), Tone::Dim),
        (true, Ok(label)) => (format!("{label}> "), Tone::Focus),
        (true, Err(why)) => (format!("{why}> "), Tone::Warning),
    };
    // The words being written keep half of the room.
    let half = usize::from(area.width / 2).max(8);
    let prompt =
        if prompt.width() > half { format!("{}> ", fit(&prompt, half - 2).trim_end()) } else { prompt };
    let prompt_width = u16::try_from(prompt.width()).unwrap_or(0).min(area.width);
    paper.lines(area, [Line::from(paper.span(&prompt, tone))]);
    let line = Rect { x: area.x + prompt_width, width: area.width - prompt_width, ..area };
    model.timeline.scribe.area().render(line, paper.cells);
    if !writing {
        return None;
    }
    let caret = model.timeline.scribe.caret();
    let x = line.x + caret.x;
    if let Some(tail) = on_scribe::suggestion(model) {
        let rest = Rect { x: x.min(line.right()), width: line.right().saturating_sub(x), ..line };
        paper.lines(rest, [Line::from(paper.span(&tail, Tone::Dim))]);
    }
    Some(Position { x: x.min(line.right().saturating_sub(1)), y: line.y })
}
