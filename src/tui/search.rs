//! The windows that lead to other incidents: the search with its hits, and past incidents like this one.

use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::paper::{Paper, fit, wrap};
use super::popup::{first_that_shows, keys, window};
use super::theme::Tone;
use crate::app::Model;
use crate::app::on_search::Searching;
use crate::app::on_similar::{Like, Likes};
use crate::incident::search::{Hit, Order};
use crate::text::Safe;

/// Cells of the columns: when, who, which incident.
const TIME: usize = 17;
const WHO: usize = 9;
const INCIDENT: usize = 34;
/// Below these widths there is no column for the incident, and none for who.
const NARROW: usize = 100;
const SLIM: usize = 60;
/// Letters that stand before the first found word of a line that is too long.
const BEFORE: usize = 16;

pub(super) fn draw(
    model: &Model,
    searching: &Searching,
    paper: &mut Paper<'_>,
    screen: Rect,
) -> Option<Position> {
    let size = (screen.width.saturating_sub(4), screen.height.saturating_sub(4));
    let title = match searching.order {
        Order::Newest => "Search all incidents, the newest first",
        Order::Ranked => "Search all incidents, the best first",
    };
    let inside = window(paper, screen, title, size, Tone::Focus);
    let caret = paper.write_in("search> ", &searching.line, inside);
    let body = Rect { y: inside.y + 1, height: inside.height.saturating_sub(3), ..inside };
    let width = usize::from(body.width);
    let mut lines = said(searching, paper, width);
    let room = usize::from(body.height).saturating_sub(lines.len());
    let first = searching.chosen.saturating_sub(room.saturating_sub(1));
    let shown = searching.hits().iter().enumerate().skip(first).take(room);
    lines.extend(shown.map(|(at, hit)| row(model, hit, paper, (width, at == searching.chosen))));
    paper.lines(body, lines);
    let last = Rect { y: body.bottom(), height: 2.min(inside.height), ..body };
    let other = if searching.order == Order::Newest { "best first" } else { "newest first" };
    let pairs = [("up/down", "choose"), ("enter", "show it"), ("tab", other), ("esc", "close")];
    paper.lines(last, [about(searching, paper, width), keys(paper, &pairs)]);
    caret
}

/// What there is to say above the hits: a hint, a fault, that nothing was found.
fn said(searching: &Searching, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let say = |text: &str, tone| {
        wrap(text, width).iter().map(|piece| Line::from(paper.span(piece, tone))).collect::<Vec<_>>()
    };
    let mut lines = match &searching.found {
        _ if searching.refusal().is_some() => say(&searching.refusal().unwrap_or_default(), Tone::Warning),
        None if searching.answered => say(
            "Words of this and all past incidents; kind:decision, by:ana and tag:db narrow them down.",
            Tone::Dim,
        ),
        None => say("searching", Tone::Dim),
        Some(Err(why)) => say(why, Tone::Danger),
        Some(Ok(found)) => {
            let slow = found.without_index.iter();
            slow.flat_map(|why| say(&format!("{why}: searched without it"), Tone::Warning)).collect()
        }
    };
    if matches!(&searching.found, Some(Ok(found)) if found.hits.is_empty()) {
        lines.extend(say("Nothing found.", Tone::Dim));
    }
    lines
}

/// The chosen hit's incident, and how many there are.
fn about(searching: &Searching, paper: &Paper<'_>, width: usize) -> Line<'static> {
    let Some(hit) = searching.hits().get(searching.chosen) else { return Line::default() };
    let more = if matches!(&searching.found, Some(Ok(found)) if found.more) { " or more" } else { "" };
    let count = format!("{} of {}{more}", searching.chosen + 1, searching.hits().len());
    let incident = hit.entry.event.incident.as_deref().unwrap_or("of no incident");
    let title = hit.title.as_ref().map(|title| format!(": {title}")).unwrap_or_default();
    let text = format!("{count}   {incident}{title}");
    Line::from(paper.span(fit(&text, width).trim_end(), Tone::Dim))
}

fn row(model: &Model, hit: &Hit, paper: &Paper<'_>, (width, chosen): (usize, bool)) -> Line<'static> {
    let entry = &hit.entry;
    let sign = if chosen { "> " } else { "  " };
    let at = entry.event.sorts_at().with_timezone(&model.setting.zone).format("%F %H:%M").to_string();
    let mut head = format!("{sign}{}", fit(&at, TIME));
    if width >= NARROW {
        let incident = entry.event.incident.as_deref().unwrap_or("-");
        head.push_str(&format!("{} ", fit(incident, INCIDENT)));
    }
    if width >= SLIM {
        head.push_str(&format!("{} ", fit(&entry.event.actor, WHO)));
    }
    let struck = if entry.struck { "[struck] " } else { "" };
    head.push_str(struck);
    let room = width.saturating_sub(Safe::line(&head).width());
    if chosen {
        let text = fit(&format!("{head}{}", from_first_mark(hit, room).0), width);
        return Line::from(paper.span(&text, Tone::Select));
    }
    let mut spans = vec![paper.span(&head, Tone::Dim)];
    spans.extend(marked(hit, paper, room));
    Line::from(spans)
}

/// The line's words from where the first found one can be seen, and how many bytes were left out: from the
/// beginning of a word, and no later than what fills the room.
fn from_first_mark(hit: &Hit, room: usize) -> (String, usize) {
    let text = &hit.entry.text;
    let first = hit.marks.first().map_or(0, |mark| mark.start);
    let fits = text.width() <= room || text[..first].width() + 2 * BEFORE <= room;
    let from = if fits { 0 } else { start_of_word(text, before(text, first, room), first) };
    let cut = if from > 0 { "…" } else { "" };
    (format!("{cut}{}", &text[from..]), from)
}

/// Where to begin so that some words stand before the first found one, and the row is full.
fn before(text: &str, first: usize, room: usize) -> usize {
    let some = text[..first].char_indices().rev().take(BEFORE).last().map_or(first, |(at, _)| at);
    let budget = room.saturating_sub(1);
    let mut used = text[some..].width();
    let fitting = text[..some].char_indices().rev().map_while(|(at, letter)| {
        used += letter.width().unwrap_or(0);
        (used <= budget).then_some(at)
    });
    fitting.last().unwrap_or(some)
}

/// The next beginning of a word, where there is one up to `last`.
fn start_of_word(text: &str, from: usize, last: usize) -> usize {
    if from == 0 || text[..from].ends_with(' ') {
        return from;
    }
    text[from..last].find(' ').map_or(from, |space| from + space + 1)
}

/// The words of a hit in at most `room` cells, the found ones lit.
fn marked(hit: &Hit, paper: &Paper<'_>, room: usize) -> Vec<Span<'static>> {
    let text = &hit.entry.text;
    let (_, from) = from_first_mark(hit, room);
    let plain = if hit.entry.struck { Tone::Dim } else { Tone::Text };
    let mut at = from;
    let mut pieces = if from > 0 { vec![("…", plain)] } else { Vec::new() };
    for mark in hit.marks.iter().filter(|mark| mark.start >= from) {
        pieces.extend([(&text[at..mark.start], plain), (&text[mark.clone()], Tone::Key)]);
        at = mark.end;
    }
    pieces.push((&text[at..], plain));
    let mut left = room;
    let mut spans = Vec::new();
    for (piece, tone) in pieces {
        let width = Safe::line(piece).width();
        if width > left {
            spans.push(paper.span(&fit(piece, left), tone));
            break;
        }
        spans.push(paper.span(piece, tone));
        left -= width;
    }
    spans
}

/// Past incidents like the one shown: what, when and how it ended, and why it is here.
pub(super) fn draw_likes(likes: &Likes, paper: &mut Paper<'_>, screen: Rect) {
    let width = screen.width.saturating_sub(4).clamp(40, 110);
    let cells = usize::from(width.saturating_sub(4));
    let blocks: Vec<Vec<Line<'static>>> = likes
        .likes
        .iter()
        .enumerate()
        .map(|(at, like)| block(like, paper, (cells, at == likes.chosen)))
        .collect();
    let rows = blocks.iter().map(Vec::len).sum::<usize>().max(1) + 4;
    let size = (width, u16::try_from(rows).unwrap_or(u16::MAX));
    let inside = window(paper, screen, &likes.title, size, Tone::Focus);
    let body = Rect { height: inside.height.saturating_sub(2), ..inside };
    let first = first_that_shows(&blocks, likes.chosen, usize::from(body.height));
    let mut shown: Vec<Line<'static>> = blocks.into_iter().skip(first).flatten().collect();
    if shown.is_empty() {
        shown.push(Line::from(paper.span("Nothing like it in the journal.", Tone::Dim)));
    }
    paper.lines(body, shown);
    let last = Rect { y: inside.bottom().saturating_sub(1), height: 1.min(inside.height), ..inside };
    paper.lines(last, [keys(paper, &[("up/down", "choose"), ("enter", "show it"), ("esc", "close")])]);
}

fn block(like: &Like, paper: &Paper<'_>, (width, chosen): (usize, bool)) -> Vec<Line<'static>> {
    let sign = if chosen { "> " } else { "  " };
    let head = fit(&format!("{sign}{}", like.what), width);
    let mut lines = vec![Line::from(paper.span(&head, if chosen { Tone::Select } else { Tone::Text }))];
    let ended = format!("{}: {}", like.incident, like.outcome);
    for text in [&ended, &like.why].into_iter().filter(|text| !text.is_empty()) {
        let pieces = wrap(text, width.saturating_sub(4));
        lines.extend(pieces.iter().map(|piece| Line::from(paper.span(&format!("    {piece}"), Tone::Dim))));
    }
    lines
}
