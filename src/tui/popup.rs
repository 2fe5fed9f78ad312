//! The open window, over everything else.

use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

use super::paper::{Paper, fit, wrap};
use super::theme::Tone;
use crate::app::action::{disabled, row_of};
use crate::app::editor::Editor;
use crate::app::form::{Confirm, Form, Help, Popup, Question};
use crate::app::notice;
use crate::app::{Action, Model};
use crate::runbook::Risk;
use crate::text::{safe, when};

/// Draws the window; the caret comes back where it has a line to write in.
pub(super) fn draw(model: &Model, popup: &Popup, paper: &mut Paper<'_>, screen: Rect) -> Option<Position> {
    match popup {
        Popup::Help(help) => draw_help(model, help, paper, screen),
        Popup::Form(form) => draw_form(form, paper, screen),
        Popup::Confirm(confirm) => draw_confirm(confirm, paper, screen),
        Popup::Messages { scroll } => {
            draw_messages(model, *scroll, paper, screen);
            None
        }
    }
}

/// A cleared box in the middle of the screen; what is inside comes back.
fn window(paper: &mut Paper<'_>, screen: Rect, title: &str, size: (u16, u16), tone: Tone) -> Rect {
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

fn width_of(screen: Rect) -> u16 {
    (screen.width * 4 / 5).clamp(40, 90)
}

fn draw_form(form: &Form, paper: &mut Paper<'_>, screen: Rect) -> Option<Position> {
    let width = width_of(screen);
    let rows = form_rows(form);
    let inside = window(paper, screen, &form.title, (width, rows + 2), Tone::Focus);
    let mut area = inside;
    let mut caret = None;
    if let Some((label, editor)) = &form.line {
        paper.lines(area, [Line::from(paper.span(label, Tone::Dim))]);
        caret = write_in(editor, paper, Rect { y: area.y + 1, height: 1, ..area }.intersection(inside));
        area = below(area, 3);
    }
    let room = usize::from(area.height).saturating_sub(2 + usize::from(form.refused.is_some())).max(1);
    let first = form.chosen.saturating_sub(room.saturating_sub(1));
    let shown = form.choices.iter().enumerate().skip(first).take(room);
    let label = form.choices.iter().map(|choice| choice.label.chars().count()).max().unwrap_or(0);
    let lines: Vec<Line<'static>> = shown
        .map(|(index, choice)| {
            let sign = if index == form.chosen { "> " } else { "  " };
            let text = format!("{sign}{}  {}", fit(&choice.label, label), choice.detail);
            let tone = if index == form.chosen { Tone::Select } else { Tone::Text };
            Line::from(paper.span(&fit(&text, usize::from(area.width)), tone))
        })
        .collect();
    let used = u16::try_from(lines.len()).unwrap_or(0);
    paper.lines(area, lines);
    let mut end = below(area, used);
    if let Some(why) = &form.refused {
        paper.lines(end, [Line::from(paper.span(why, Tone::Danger))]);
        end = below(end, 1);
    }
    paper.lines(below(end, u16::from(!form.choices.is_empty())), [form_keys(form, paper)]);
    caret
}

/// Rows inside a form's window: its line, its choices, why it was refused, its keys.
fn form_rows(form: &Form) -> u16 {
    let line = if form.line.is_some() { 3 } else { 0 };
    let choices = if form.choices.is_empty() { 0 } else { form.choices.len() + 1 };
    u16::try_from(line + choices + usize::from(form.refused.is_some()) + 1).unwrap_or(u16::MAX - 2)
}

fn form_keys(form: &Form, paper: &Paper<'_>) -> Line<'static> {
    let mut pairs = vec![("enter", "do it"), ("esc", "cancel")];
    if !form.choices.is_empty() {
        pairs.insert(0, ("up/down", "choose"));
    }
    keys(paper, &pairs)
}

fn keys(paper: &Paper<'_>, pairs: &[(&str, &str)]) -> Line<'static> {
    let spans = pairs.iter().flat_map(|(key, label)| {
        [paper.span(key, Tone::Key), paper.span(&format!(" {label}   "), Tone::Dim)]
    });
    Line::from(spans.collect::<Vec<_>>())
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

fn write_in(editor: &Editor, paper: &mut Paper<'_>, area: Rect) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    editor.area().render(area, paper.cells);
    let caret = editor.caret();
    Some(Position { x: (area.x + caret.x).min(area.right().saturating_sub(1)), y: area.y })
}

/// Exactly what would run, with nothing hidden; the key that runs it is not the key that asked.
fn draw_confirm(confirm: &Confirm, paper: &mut Paper<'_>, screen: Rect) -> Option<Position> {
    let width = width_of(screen);
    let tone = match &confirm.question {
        Question::Run(request) if request.risk == Risk::Destroy => Tone::Danger,
        Question::Run(request) if request.risk == Risk::Change => Tone::Warning,
        _ => Tone::Focus,
    };
    let text_width = usize::from(width.saturating_sub(4));
    let is_run = matches!(confirm.question, Question::Run(_));
    let body: Vec<Line<'static>> = confirm
        .lines
        .iter()
        .flat_map(|line| {
            wrap(line, text_width).into_iter().map(|piece| (piece, suspicious(line))).collect::<Vec<_>>()
        })
        .map(|(piece, odd)| {
            let tone = if odd {
                Tone::Alarm
            } else if is_run {
                Tone::Code
            } else {
                Tone::Text
            };
            Line::from(paper.span(&piece, tone))
        })
        .collect();
    let rows = u16::try_from(body.len()).unwrap_or(u16::MAX);
    let inside = window(paper, screen, &confirm.title, (width, rows.saturating_add(5)), tone);
    paper.lines(Rect { height: inside.height.saturating_sub(2), ..inside }, body);
    let last = Rect { y: inside.bottom().saturating_sub(1), height: 1, ..inside };
    let Some((word, editor)) = &confirm.word else {
        let line = keys(paper, &[("y", "yes"), ("esc", "no")]);
        paper.lines(last, [line]);
        return None;
    };
    let prompt = format!("type {word} and press enter: ");
    let prompt_width = u16::try_from(prompt.len()).unwrap_or(0).min(last.width);
    paper.lines(last, [Line::from(paper.span(&prompt, Tone::Danger))]);
    write_in(editor, paper, Rect { x: last.x + prompt_width, width: last.width - prompt_width, ..last })
}

/// A line that holds characters which hide or reorder what it says, or letters from other scripts.
fn suspicious(line: &str) -> bool {
    safe::deceives(line)
}

fn draw_help(model: &Model, help: &Help, paper: &mut Paper<'_>, screen: Rect) -> Option<Position> {
    let found = help.matches();
    let rows = u16::try_from(found.len() + 5).unwrap_or(u16::MAX);
    let inside = window(
        paper,
        screen,
        "Keys: type to filter, enter does the line",
        (width_of(screen), rows),
        Tone::Focus,
    );
    let caret = write_in(&help.filter, paper, Rect { height: 1.min(inside.height), ..inside });
    let area = below(inside, 2);
    let first = help.chosen.saturating_sub(usize::from(area.height).saturating_sub(1));
    let shown = found.iter().enumerate().skip(first).take(usize::from(area.height));
    let lines: Vec<Line<'static>> =
        shown.map(|(index, action)| help_line(model, paper, *action, index == help.chosen)).collect();
    paper.lines(area, lines);
    caret
}

fn help_line(model: &Model, paper: &Paper<'_>, action: Action, chosen: bool) -> Line<'static> {
    let Some(row) = row_of(action) else { return Line::default() };
    let keys = model.setting.keymap.keys(action).join(" ");
    let why = disabled(action, model);
    let tone = match (chosen, why) {
        (true, _) => Tone::Select,
        (false, Some(_)) => Tone::Dim,
        (false, None) => Tone::Text,
    };
    let reason = why.map(|why| format!("  ({why})")).unwrap_or_default();
    Line::from(vec![
        paper.span(&fit(&keys, 15), if chosen { Tone::Select } else { Tone::Key }),
        paper.span(&format!("{}{reason}", row.help), tone),
    ])
}

fn draw_messages(model: &Model, scroll: usize, paper: &mut Paper<'_>, screen: Rect) {
    let height = screen.height.saturating_sub(4).max(5);
    let inside = window(
        paper,
        screen,
        "Messages: j k scroll, any other key closes",
        (width_of(screen), height),
        Tone::Focus,
    );
    let text_width = usize::from(inside.width).saturating_sub(10);
    let lines: Vec<Line<'static>> = model
        .notices
        .newest_first()
        .skip(scroll)
        .flat_map(|notice| {
            let time = when::clock_time(notice.at, model.setting.zone);
            let tone = match notice.tone {
                notice::Tone::Danger => Tone::Danger,
                notice::Tone::Warning => Tone::Warning,
                _ => Tone::Text,
            };
            let pieces = wrap(&notice.text, text_width);
            let times = std::iter::once(time).chain(std::iter::repeat(String::new()));
            times
                .zip(pieces)
                .map(|(time, piece)| {
                    Line::from(vec![
                        Span::styled(fit(&time, 10), paper.style(Tone::Dim)),
                        paper.span(&piece, tone),
                    ])
                })
                .collect::<Vec<_>>()
        })
        .take(usize::from(inside.height))
        .collect();
    paper.lines(inside, lines);
}
