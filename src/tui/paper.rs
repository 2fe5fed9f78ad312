//! What views write on: cells and a theme. The only way from text to a cell is through [`Safe`].

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::theme::{Theme, Tone};
use crate::app::editor::Editor;
use crate::text::Safe;

/// The frame being drawn.
pub(super) struct Paper<'a> {
    pub cells: &'a mut Buffer,
    pub theme: &'a Theme,
}

impl Paper<'_> {
    pub fn style(&self, tone: Tone) -> Style {
        self.theme.style(tone)
    }

    /// Text in a tone, made safe.
    pub fn span(&self, text: &str, tone: Tone) -> Span<'static> {
        Span::styled(Safe::line(text).into_string(), self.style(tone))
    }

    /// Writes lines from the top of `area`; what does not fit is left out.
    pub fn lines<'l>(&mut self, area: Rect, lines: impl IntoIterator<Item = Line<'l>>) {
        for (row, line) in (area.y..area.bottom()).zip(lines) {
            line.render(Rect { y: row, height: 1, ..area }, self.cells);
        }
    }

    /// A prompt and the line behind it; where its caret is.
    pub fn write_in(&mut self, prompt: &str, editor: &Editor, area: Rect) -> Option<Position> {
        if area.is_empty() {
            return None;
        }
        let row = Rect { height: 1, ..area };
        self.lines(row, [Line::from(self.span(prompt, Tone::Focus))]);
        let used = u16::try_from(prompt.len()).unwrap_or(0).min(row.width);
        let line = Rect { x: row.x + used, width: row.width - used, ..row };
        editor.area().render(line, self.cells);
        let caret = editor.caret();
        Some(Position { x: (line.x + caret.x).min(row.right().saturating_sub(1)), y: line.y })
    }
}

/// Cuts or pads text to exactly `width` cells; a cut shows as `…`.
pub(super) fn fit(text: &str, width: usize) -> String {
    let safe = Safe::line(text);
    if safe.width() <= width {
        return format!("{}{}", safe.as_str(), " ".repeat(width - safe.width()));
    }
    let mut out = String::new();
    let mut used = 0;
    for grapheme in safe.graphemes(true) {
        let cells = grapheme.width();
        if used + cells > width.saturating_sub(1) {
            break;
        }
        out.push_str(grapheme);
        used += cells;
    }
    if width > 0 {
        out.push('…');
        used += 1;
    }
    format!("{out}{}", " ".repeat(width.saturating_sub(used)))
}

/// Cuts text to at most `width` cells and keeps its end, where the way out stands: the middle of long paths goes
/// first, then what is before the last bracket or semicolon.
pub(super) fn fit_way_out(text: &str, width: usize) -> String {
    let safe = Safe::line(text).into_string();
    if safe.width() <= width {
        return safe;
    }
    let shorter = safe.split(' ').map(short_path).collect::<Vec<_>>().join(" ");
    let at = shorter.rfind(['(', ';']).unwrap_or(shorter.len());
    let (what, way_out) = shorter.split_at(at);
    if shorter.width() <= width || way_out.width() > width / 2 {
        return fit(&shorter, width).trim_end().to_owned();
    }
    let gap = if way_out.starts_with(';') { "" } else { " " };
    let room = width.saturating_sub(way_out.width() + gap.len());
    format!("{}{gap}{way_out}", fit(what.trim_end(), room).trim_end())
}

/// `/srv/ops/very/long/name.toml` as `/srv/ops…/name.toml`; any other word as it is.
fn short_path(word: &str) -> String {
    const HEAD: usize = 8;
    const TAIL: usize = 20;
    let letters: Vec<char> = word.chars().collect();
    if !word.starts_with('/') || letters.len() <= HEAD + TAIL + 1 {
        return word.to_owned();
    }
    let (head, tail) = (&letters[..HEAD], &letters[letters.len() - TAIL..]);
    format!("{}…{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
}

/// Breaks prose at spaces into pieces of at most `width` cells; only a word that is wider is cut.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in Safe::line(text).split_inclusive(' ') {
        let word = piece.trim_end();
        break_before(word, &mut lines, &mut line, width);
        push_cut(word, &mut lines, &mut line, width);
        if word.len() < piece.len() && line.width() < width {
            line.push(' ');
        }
    }
    lines.push(line);
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// As [`wrap`], with every space kept: for text that has to be read as it is.
pub(super) fn wrap_exact(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in Safe::line(text).split_inclusive(' ') {
        break_before(piece, &mut lines, &mut line, width);
        push_cut(piece, &mut lines, &mut line, width);
    }
    lines.push(line);
    lines
}

/// Ends the line where a word does not fit any more but has room on the next.
fn break_before(word: &str, lines: &mut Vec<String>, line: &mut String, width: usize) {
    let cells = word.trim_end().width();
    if cells <= width && line.width() + cells > width {
        lines.push(std::mem::take(line));
    }
}

fn push_cut(word: &str, lines: &mut Vec<String>, line: &mut String, width: usize) {
    let mut used = line.width();
    for grapheme in word.graphemes(true) {
        if used + grapheme.width() > width && !line.is_empty() {
            lines.push(std::mem::take(line));
            used = 0;
        }
        line.push_str(grapheme);
        used += grapheme.width();
    }
}
