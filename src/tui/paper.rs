//! What views write on: cells and a theme. The only way from text to a cell is through [`Safe`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::theme::{Theme, Tone};
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

/// Breaks a line at spaces into pieces of at most `width` cells; a longer word is cut.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let safe = Safe::line(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in safe.split_word_bounds() {
        if line.width() + word.width() <= width {
            line.push_str(word);
            continue;
        }
        if !line.trim().is_empty() {
            lines.push(line.trim_end().to_owned());
        }
        line = String::new();
        push_long(&mut lines, &mut line, word.trim_start(), width);
    }
    if !line.trim().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

fn push_long(lines: &mut Vec<String>, line: &mut String, word: &str, width: usize) {
    for grapheme in word.graphemes(true) {
        if line.width() + grapheme.width() > width {
            lines.push(std::mem::take(line));
        }
        line.push_str(grapheme);
    }
}
