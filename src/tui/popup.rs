//! The open window, over everything else.

mod fill;
mod letter;
mod run;

use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Widget};
use unicode_width::UnicodeWidthStr;

use super::paper::{Paper, fit, wrap};
use super::theme::Tone;
use crate::app::action::{Scope, TABLE, disabled, row_of};
use crate::app::form::{Choice, Confirm, Form, Help, Popup, Question};
use crate::app::notice;
use crate::app::{Action, Model};
use crate::text::{Safe, when};

/// Cells of the keys in the help, and of the time of a message.
const HELP_KEYS: usize = 16;
const NOTICE_TIME: usize = 10;
/// Cells that the longest reason beside a key needs.
const HELP_WIDTH: u16 = 170;

/// Draws the window; the caret comes back where it has a line to write in.
pub(super) fn draw(model: &Model, popup: &Popup, paper: &mut Paper<'_>, screen: Rect) -> Option<Position> {
    match popup {
        Popup::Help(help) => draw_help(model, help, paper, screen),
        Popup::Form(form) => draw_form(form, paper, screen),
        Popup::Confirm(confirm) => draw_confirm(model, confirm, paper, screen),
        Popup::Rewrite(rewrite) => run::draw_rewrite(rewrite, paper, screen),
        Popup::Letter(text) => letter::draw(model, text, paper, screen),
        Popup::Fill(filling) => fill::draw(filling, paper, screen),
        Popup::Alerts => super::alerts::draw(model, paper, screen),
        Popup::Search(searching) => super::search::draw(model, searching, paper, screen),
        Popup::Similar(likes) => {
            super::search::draw_likes(likes, paper, screen);
            None
        }
        Popup::Asked(asked) => {
            super::asked::draw(asked, paper, screen);
            None
        }
        Popup::Page(reading) => {
            super::page::draw(reading, paper, screen);
            None
        }
        Popup::Runbooks(finding) => super::picker::draw(model, finding, paper, screen),
        Popup::Messages { scroll } => {
            draw_messages(model, *scroll, paper, screen);
            None
        }
    }
}

/// A cleared box in the middle of the screen; what is inside comes back.
pub(super) fn window(paper: &mut Paper<'_>, screen: Rect, title: &str, size: (u16, u16), tone: Tone) -> Rect {
    let width = size.0.min(screen.width);
    let height = size.1.min(screen.height);
    let area = Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 3,
        width,
        height,
    };
    Clear.render(area, paper.cells);
    let title = paper.span(&format!(" {title} "), tone);
    let block = Block::bordered().border_style(paper.style(tone)).title(Line::from(title));
    let inside = block.inner(area);
    block.render(area, paper.cells);
    Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside }
}

pub(super) fn width_of(screen: Rect) -> u16 {
    screen.width.saturating_sub(4).clamp(40, 100)
}

fn draw_form(form: &Form, paper: &mut Paper<'_>, screen: Rect) -> Option<Position> {
    let width = width_of(screen);
    let cells = usize::from(width.saturating_sub(4));
    let about = dim(form.about.iter(), paper, cells);
    let mut after = explained(form, paper, cells);
    after.extend(refusal(form, paper, cells));
    let told = about.len() + after.len();
    let size =
        (width, form_rows(form, choices(form, paper, cells, usize::MAX).len(), told).saturating_add(2));
    let inside = window(paper, screen, &form.title, size, Tone::Focus);
    let last = Rect { y: inside.bottom().saturating_sub(1), height: 1.min(inside.height), ..inside };
    let area = Rect { height: inside.height.saturating_sub(2), ..inside };
    let told = u16::try_from(about.len()).unwrap_or(u16::MAX);
    paper.lines(area, about);
    let mut area = below(area, told);
    let caret = form.line.as_ref().and_then(|(label, editor)| {
        paper.lines(area, [Line::from(paper.span(label, Tone::Dim))]);
        let caret = paper.write_in("> ", editor, below(area, 1));
        area = below(area, 3);
        caret
    });
    let room = usize::from(area.height).saturating_sub(after.len());
    let choices = choices(form, paper, usize::from(area.width), room);
    paper.lines(area, choices.into_iter().chain(after));
    paper.lines(last, [form_keys(form, paper)]);
    caret
}

/// What the chosen answer means. In always the same number of rows: nothing jumps while one chooses.
fn explained(form: &Form, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let Some(text) = form.explained() else { return Vec::new() };
    let mut lines = dim(std::iter::once(text), paper, width);
    lines.resize(2, Line::default());
    lines
}

fn dim<'a, T: AsRef<str> + 'a>(
    texts: impl Iterator<Item = T> + 'a,
    paper: &Paper<'_>,
    width: usize,
) -> Vec<Line<'static>> {
    let pieces = texts.flat_map(|text| wrap(text.as_ref(), width));
    pieces.map(|piece| Line::from(paper.span(&piece, Tone::Dim))).collect()
}

/// Why the last try was refused.
fn refusal(form: &Form, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let pieces = form.refused.iter().flat_map(|why| wrap(why, width));
    pieces.map(|piece| Line::from(paper.span(&piece, Tone::Danger))).collect()
}

/// The choices that fit, the chosen one among them. Those that decide much are wrapped, not cut.
fn choices(form: &Form, paper: &Paper<'_>, width: usize, room: usize) -> Vec<Line<'static>> {
    let label = form.choices.iter().map(|choice| Safe::line(&choice.label).width()).max().unwrap_or(0);
    let label = label.min(width / 2);
    let all: Vec<Vec<Line<'static>>> = form
        .choices
        .iter()
        .enumerate()
        .map(|(index, choice)| {
            let chosen = index == form.chosen;
            let details = details(form, choice, width.saturating_sub(label + 4));
            let signs = [if chosen { "> " } else { "  " }].into_iter().chain(std::iter::repeat("  "));
            let names = [choice.label.as_str()].into_iter().chain(std::iter::repeat(""));
            let tone = if chosen { Tone::Select } else { Tone::Text };
            let line = |((sign, name), detail): ((&str, &str), String)| {
                let text = format!("{sign}{}  {detail}", fit(name, label));
                Line::from(paper.span(&fit(&text, width), tone))
            };
            signs.zip(names).zip(details).map(line).collect()
        })
        .collect();
    let first = first_that_shows(&all, form.chosen, room);
    all.into_iter().skip(first).flatten().take(room).collect()
}

/// What stands beside a choice, a line each.
fn details(form: &Form, choice: &Choice, width: usize) -> Vec<String> {
    if form.explained().is_some() { wrap(&choice.detail, width) } else { vec![choice.detail.clone()] }
}

/// The first block to draw so that the chosen one is seen whole.
pub(super) fn first_that_shows(blocks: &[Vec<Line<'static>>], chosen: usize, room: usize) -> usize {
    let fits = |first: &usize| blocks[*first..=chosen].iter().map(Vec::len).sum::<usize>() <= room;
    if chosen < blocks.len() { (0..=chosen).find(fits).unwrap_or(chosen) } else { 0 }
}

/// Rows inside a form's window: its line, its choices, what is told around them, its keys.
fn form_rows(form: &Form, choices: usize, told: usize) -> u16 {
    let line = if form.line.is_some() { 3 } else { 0 };
    let body = choices + told;
    // The blank row above the keys is there already where nothing stands below the line.
    let keys = if body == 0 { 1 } else { 2 };
    u16::try_from(line + body + keys).unwrap_or(u16::MAX)
}

fn form_keys(form: &Form, paper: &Paper<'_>) -> Line<'static> {
    let mut pairs = vec![("enter", form.purpose.verb()), ("esc", "cancel")];
    if !form.choices.is_empty() {
        pairs.insert(0, ("up/down", "choose"));
    }
    keys(paper, &pairs)
}

pub(super) fn keys(paper: &Paper<'_>, pairs: &[(&str, &str)]) -> Line<'static> {
    let spans = pairs.iter().flat_map(|(key, label)| {
        [paper.span(key, Tone::Key), paper.span(&format!(" {label}   "), Tone::Dim)]
    });
    Line::from(spans.collect::<Vec<_>>())
}

/// Keys in at most `width` cells, closer together where that helps; then the last but one goes first.
pub(super) fn keys_within(paper: &Paper<'_>, pairs: &[(&str, &str)], width: usize) -> Line<'static> {
    let mut pairs = pairs.to_vec();
    let cells = |pairs: &[(&str, &str)], gap: usize| -> usize {
        pairs.iter().map(|(key, label)| key.width() + 1 + Safe::line(label).width() + gap).sum()
    };
    while pairs.len() > 1 && cells(&pairs, 2) > width + 2 {
        pairs.remove(pairs.len() - 2);
    }
    let gap = if cells(&pairs, 3) > width + 3 { 2 } else { 3 };
    let spans = pairs.iter().flat_map(|(key, label)| {
        let label = format!(" {label}{}", " ".repeat(gap));
        [paper.span(key, Tone::Key), paper.span(&label, Tone::Dim)]
    });
    Line::from(spans.collect::<Vec<_>>())
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

/// Exactly what would happen, with nothing hidden; the key that does it is not the key that asked.
fn draw_confirm(model: &Model, confirm: &Confirm, paper: &mut Paper<'_>, screen: Rect) -> Option<Position> {
    let sheet = Sheet::of(confirm, paper, screen);
    let tone = if let Question::Run(request) = &confirm.question { run::tone(request) } else { Tone::Focus };
    let inside = window(paper, screen, &confirm.title, (sheet.width, sheet.rows), tone);
    let room = Rect { height: inside.height.saturating_sub(sheet.foot), ..inside };
    let (above, unread) = (sheet.above, sheet.unread());
    paper.lines(room, sheet.body.into_iter().skip(above));
    if sheet.hidden > 0 {
        let more = Rect { y: room.bottom(), height: 1.min(inside.height), ..room }.intersection(inside);
        let text = format!("{unread} lines more: up and down show them, a larger terminal shows all");
        let tone = if unread > 0 { Tone::Danger } else { Tone::Dim };
        paper.lines(more, [Line::from(paper.span(&text, tone))]);
    }
    let last = Rect { y: inside.bottom().saturating_sub(1), height: 1.min(inside.height), ..inside };
    if let Question::Run(request) = &confirm.question {
        let others = run::other_keys(request, paper);
        paper.lines(Rect { y: last.y.saturating_sub(1), ..last }.intersection(inside), [others]);
    }
    answers(model, confirm, paper, last)
}

/// The keys that answer, or the line for the word that does; the rest has to be read first.
fn answers(model: &Model, confirm: &Confirm, paper: &mut Paper<'_>, last: Rect) -> Option<Position> {
    let (yes, no) = confirm.question.answers();
    if !confirm.takes_answers(model.now) {
        let first = if confirm.seen_at.is_none() { [("down", "read the rest")].as_slice() } else { &[] };
        paper.lines(last, [keys(paper, &[first, &[("esc", no)]].concat())]);
        return None;
    }
    let Some((word, editor)) = &confirm.word else {
        paper.lines(last, [keys(paper, &[(&run::running_keys(model, confirm), yes), ("esc", no)])]);
        return None;
    };
    paper.write_in(&format!("type {word} and press enter to {yes}: "), editor, last)
}

/// Rows of the command asked about that lie below its window, until all of them were shown.
pub(super) fn unread(popup: &Popup, paper: &Paper<'_>, screen: Rect) -> Option<usize> {
    let Popup::Confirm(confirm) = popup else { return None };
    let is_new = matches!(confirm.question, Question::Run(_)) && confirm.seen_at.is_none();
    is_new.then(|| Sheet::of(confirm, paper, screen).unread())
}

/// What stands in a question's window, and how much of it fits.
struct Sheet {
    body: Vec<Line<'static>>,
    width: u16,
    /// With its borders.
    rows: u16,
    /// Rows below the body: a blank one or what else can be done, then the answers.
    foot: u16,
    hidden: usize,
    above: usize,
}

impl Sheet {
    fn of(confirm: &Confirm, paper: &Paper<'_>, screen: Rect) -> Self {
        let width = width_of(screen);
        let foot = if matches!(confirm.question, Question::Run(_)) { 3 } else { 2 };
        let room = usize::from(screen.height.saturating_sub(foot + 2));
        let body = asked(confirm, paper, (usize::from(width.saturating_sub(4)), room));
        let rows = u16::try_from(body.len()).unwrap_or(u16::MAX).saturating_add(foot + 2);
        let hidden = body.len().saturating_sub(room);
        Self { above: confirm.above.min(hidden), body, width, rows, foot, hidden }
    }

    fn unread(&self) -> usize {
        self.hidden - self.above
    }
}

/// What is asked about.
fn asked(confirm: &Confirm, paper: &Paper<'_>, (width, room): (usize, usize)) -> Vec<Line<'static>> {
    if let Question::Run(request) = &confirm.question {
        return run::asked(confirm, request, paper, (width, room));
    }
    let pieces = confirm.lines.iter().flat_map(|line| wrap(line, width));
    pieces.map(|piece| Line::from(paper.span(&piece, Tone::Text))).collect()
}

fn draw_help(model: &Model, help: &Help, paper: &mut Paper<'_>, screen: Rect) -> Option<Position> {
    let found = help.matches();
    let rows = u16::try_from(TABLE.len() + 4).unwrap_or(u16::MAX);
    let width = screen.width.saturating_sub(4).clamp(40, HELP_WIDTH);
    let inside = window(paper, screen, "Keys: type to filter", (width, rows), Tone::Focus);
    let caret = paper.write_in("filter> ", &help.filter, inside);
    let last = Rect { y: inside.bottom().saturating_sub(1), height: 1.min(inside.height), ..inside };
    let area = below(Rect { height: inside.height.saturating_sub(1), ..inside }, 1);
    let room = usize::from(area.height);
    let first = help.chosen.saturating_sub(room.saturating_sub(1));
    let shown = found.iter().enumerate().skip(first).take(room);
    let width = usize::from(area.width);
    let line =
        |(index, action): (usize, &Action)| help_line(model, paper, *action, (index == help.chosen, width));
    let mut lines: Vec<Line<'static>> = shown.map(line).collect();
    if found.is_empty() {
        let text = "nothing is called so; on the command line: warroom --help";
        lines.push(Line::from(paper.span(&fit(text, width), Tone::Warning)));
    }
    paper.lines(area, lines);
    let count = format!("{} of {}", (help.chosen + 1).min(found.len()), found.len());
    paper.lines(
        last,
        [keys(paper, &[("up/down", "choose"), ("enter", "do it"), ("esc", "close"), ("", &count)])],
    );
    caret
}

/// Keys, what they do, where they are heard if not everywhere, and why not now.
fn help_line(
    model: &Model,
    paper: &Paper<'_>,
    action: Action,
    (chosen, width): (bool, usize),
) -> Line<'static> {
    let Some(row) = row_of(action) else { return Line::default() };
    let keys = fit(&model.setting.keymap.keys(action).join(" "), HELP_KEYS);
    let place = match row.scope {
        Scope::In(pane) => format!("{}: ", pane.title().to_lowercase()),
        Scope::Everywhere => String::new(),
    };
    let why = disabled(action, model);
    let reason = why.map(|why| format!(" ({why})")).unwrap_or_default();
    let text = fit(&format!("{place}{}{reason}", row.help), width.saturating_sub(HELP_KEYS + 1));
    if chosen {
        return Line::from(paper.span(&format!("{keys} {text}"), Tone::Select));
    }
    let tone = if why.is_some() { Tone::Dim } else { Tone::Text };
    let key_tone = if why.is_some() { Tone::Dim } else { Tone::Key };
    Line::from(vec![paper.span(&format!("{keys} "), key_tone), paper.span(&text, tone)])
}

fn draw_messages(model: &Model, scroll: usize, paper: &mut Paper<'_>, screen: Rect) {
    let size = (width_of(screen), screen.height.saturating_sub(4).max(5));
    let inside = window(paper, screen, "Messages, the newest first", size, Tone::Focus);
    let area = Rect { height: inside.height.saturating_sub(1), ..inside };
    let width = usize::from(inside.width);
    let notices = model.notices.newest_first().skip(scroll);
    let lines = notices.flat_map(|notice| notice_lines(model, notice, paper, width));
    let mut lines: Vec<Line<'static>> = lines.take(usize::from(area.height)).collect();
    if lines.is_empty() && scroll == 0 {
        lines.push(Line::from(paper.span("No messages yet.", Tone::Dim)));
    }
    paper.lines(area, lines);
    let last = Rect { y: area.bottom(), height: 1.min(inside.height), ..area };
    paper.lines(last, [keys(paper, &[("j k", "scroll"), ("any other key", "close")])]);
}

fn notice_lines(
    model: &Model,
    notice: &notice::Notice,
    paper: &Paper<'_>,
    width: usize,
) -> Vec<Line<'static>> {
    let tone = match notice.tone {
        notice::Tone::Danger => Tone::Danger,
        notice::Tone::Warning => Tone::Warning,
        _ => Tone::Text,
    };
    let times = std::iter::once(when::clock_time(notice.at, model.setting.zone));
    let times = times.chain(std::iter::repeat(String::new()));
    let line = |(time, piece): (String, String)| {
        Line::from(vec![paper.span(&fit(&time, NOTICE_TIME), Tone::Dim), paper.span(&piece, tone)])
    };
    times.zip(wrap(&notice.text, width.saturating_sub(NOTICE_TIME))).map(line).collect()
}
