//! The window with the answers to a step's PromQL: each series' value now and its last hour.

use ratatui::layout::Rect;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::paper::{Paper, fit, wrap, wrap_exact};
use super::popup::{keys, window};
use super::theme::Tone;
use crate::app::on_query::{Asked, Question};
use crate::runbook::query::{Series, number};

/// Series of one query that are shown.
const SHOWN: usize = 20;
/// Cells of a value.
const VALUE: usize = 10;

pub(super) fn draw(asked: &Asked, paper: &mut Paper<'_>, screen: Rect) {
    let width = screen.width.saturating_sub(4).clamp(40, 110);
    let cells = usize::from(width.saturating_sub(4));
    let lines: Vec<Line<'static>> =
        asked.questions.iter().flat_map(|question| block(question, paper, cells)).collect();
    let rows = u16::try_from(lines.len() + 4).unwrap_or(u16::MAX);
    let title = format!("Step {}", asked.step);
    let inside = window(paper, screen, &title, (width, rows), Tone::Focus);
    let body = Rect { height: inside.height.saturating_sub(2), ..inside };
    let hidden = lines.len().saturating_sub(usize::from(body.height));
    paper.lines(body, lines.into_iter().skip(asked.above.min(hidden)));
    let last = Rect { y: inside.bottom().saturating_sub(1), height: 1.min(inside.height), ..inside };
    let mut pairs = vec![("P", "ask again"), ("esc", "close")];
    if hidden > 0 {
        pairs.insert(0, ("up/down", "read on"));
    }
    paper.lines(last, [keys(paper, &pairs)]);
}

fn block(question: &Question, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let code = question.query.lines().flat_map(|line| wrap_exact(line, width));
    let mut lines: Vec<Line<'static>> =
        code.map(|piece| Line::from(paper.span(&piece, Tone::Code))).collect();
    let say = |text: &str, tone| {
        wrap(text, width).iter().map(|piece| Line::from(paper.span(piece, tone))).collect::<Vec<_>>()
    };
    match &question.outcome {
        None => lines.extend(say("asked", Tone::Dim)),
        Some(Err(why)) => lines.extend(say(why, Tone::Danger)),
        Some(Ok(series)) if series.is_empty() => lines.extend(say("no series: nothing holds", Tone::Warning)),
        Some(Ok(series)) => {
            lines.extend(series.iter().take(SHOWN).map(|series| row(series, paper, width)));
            if series.len() > SHOWN {
                lines.extend(say(&format!("and {} more series", series.len() - SHOWN), Tone::Warning));
            }
        }
    }
    lines.push(Line::default());
    lines
}

/// What it is worth now, how it came to that in the last hour, and whose it is.
fn row(series: &Series, paper: &Paper<'_>, width: usize) -> Line<'static> {
    let (value, tone) = match series.now() {
        Some(value) => (number(value), Tone::Text),
        None => ("no data".to_owned(), Tone::Stale),
    };
    let spark = series.spark();
    let room = width.saturating_sub(VALUE + spark.width() + 2);
    Line::from(vec![
        paper.span(&format!("{} ", fit(&value, VALUE)), tone),
        paper.span(&format!("{spark} "), Tone::Focus),
        paper.span(fit(&series.labels, room).trim_end(), Tone::Dim),
    ])
}
