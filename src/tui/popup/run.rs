//! The window before a command runs, and the one in which its text is changed by hand.

use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use super::{below, keys, width_of, window};
use crate::app::Model;
use crate::app::action::Action;
use crate::app::effect::RunRequest;
use crate::app::form::{Confirm, Question, Rewrite};
use crate::runbook::{Risk, dry};
use crate::text::Safe;
use crate::tui::paper::{Paper, fit, wrap, wrap_exact};
use crate::tui::theme::Tone;

/// Rows of the window in which a text is changed.
const ROWS: u16 = 20;

/// The exact text, then what one has to know beside it; that first where not all of it can be seen at once. A
/// command keeps every character; those that are not ASCII stand out, since they may look like others.
pub(super) fn asked(
    confirm: &Confirm,
    request: &RunRequest,
    paper: &Paper<'_>,
    (width, room): (usize, usize),
) -> Vec<Line<'static>> {
    let pieces = confirm.lines.iter().flat_map(|line| wrap_exact(line, width));
    let mut lines: Vec<Line<'static>> = pieces.map(|piece| marked(&piece, paper)).collect();
    if !request.command.is_ascii() {
        let text = "! letters outside ASCII are marked: read them twice";
        lines.extend(wrap(text, width).iter().map(|piece| Line::from(paper.span(piece, Tone::Warning))));
    }
    let name = confirm.facts.iter().map(|(name, _)| Safe::line(name).width()).max().unwrap_or(0).min(20);
    let facts = confirm.facts.iter().flat_map(|fact| fact_lines(fact, name, paper, width));
    let facts: Vec<Line<'static>> = facts.collect();
    let fits = lines.len() + 1 + facts.len() <= room;
    let (first, then) = if fits { (lines, facts) } else { (facts, lines) };
    [first, vec![Line::default()], then].concat()
}

pub(super) fn tone(request: &RunRequest) -> Tone {
    match request.risk {
        Risk::Read => Tone::Focus,
        Risk::Change => Tone::Warning,
        Risk::Destroy => Tone::Danger,
    }
}

/// What else can be done than run it.
pub(super) fn other_keys(request: &RunRequest, paper: &Paper<'_>) -> Line<'static> {
    let terminal = if request.interactive { "without a terminal" } else { "with the terminal" };
    let mut pairs = vec![("ctrl-e", "edit"), ("ctrl-t", terminal)];
    if dry::form(&request.command).is_some() {
        pairs.insert(1, ("ctrl-d", "dry run instead"));
    }
    keys(paper, &pairs)
}

/// The keys that run it.
pub(super) fn running_keys(model: &Model, confirm: &Confirm) -> String {
    let again = model.setting.keymap.key(Action::RunStep);
    match &confirm.question {
        Question::Run(request) if request.risk == Risk::Read => format!("y {again}"),
        _ => "y".to_owned(),
    }
}

fn marked(piece: &str, paper: &Paper<'_>) -> Line<'static> {
    let runs = piece.chars().collect::<Vec<_>>();
    let runs = runs.chunk_by(|a, b| a.is_ascii() == b.is_ascii());
    let spans = runs.map(|run| {
        let tone = if run.iter().all(char::is_ascii) { Tone::Code } else { Tone::Alarm };
        paper.span(&run.iter().collect::<String>(), tone)
    });
    Line::from(spans.collect::<Vec<_>>())
}

fn fact_lines(
    (name, value): &(String, String),
    column: usize,
    paper: &Paper<'_>,
    width: usize,
) -> Vec<Line<'static>> {
    let names = std::iter::once(name.as_str()).chain(std::iter::repeat(""));
    let pieces = wrap(value, width.saturating_sub(column + 2));
    let line = |(name, piece): (&str, String)| {
        let name = paper.span(&format!("{}  ", fit(name, column)), Tone::Dim);
        Line::from(vec![name, paper.span(&piece, Tone::Text)])
    };
    names.zip(pieces).map(line).collect()
}

pub(super) fn draw_rewrite(rewrite: &Rewrite, paper: &mut Paper<'_>, screen: Rect) -> Option<Position> {
    let title = format!("Step {}: change the command, then look at it again", rewrite.request.step);
    let inside = window(paper, screen, &title, (width_of(screen), ROWS), tone(&rewrite.request));
    let text = Rect { height: inside.height.saturating_sub(2), ..inside };
    rewrite.editor.area().render(text, paper.cells);
    let why = rewrite.refused.as_deref().unwrap_or_default();
    let why = Line::from(paper.span(&fit(why, usize::from(inside.width)), Tone::Danger));
    let last = [why, keys(paper, &[("ctrl-s", "look at it again"), ("esc", "leave it")])];
    paper.lines(below(inside, inside.height.saturating_sub(2)), last);
    let caret = rewrite.editor.caret();
    let (x, y) = (text.x + caret.x, text.y + caret.y);
    (y < text.bottom()).then(|| Position { x: x.min(text.right().saturating_sub(1)), y })
}
