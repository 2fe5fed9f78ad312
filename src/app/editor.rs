//! The one place that knows the text area: one line (prompts, the scribe) or many (the postmortem).
//!
//! The widget draws its own strings, so text is made safe as it goes in. The caret is the terminal's
//! own, for input methods and screen readers.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Position;
use ratatui::style::{Modifier, Style};
use tui_textarea::{CursorMove, DataCursor, TextArea, WrapMode};

use crate::text::Safe;

/// Undo steps kept.
const HISTORY: usize = 500;

/// An editable text.
#[derive(Debug, Clone)]
pub struct Editor {
    area: TextArea<'static>,
    many_lines: bool,
}

impl Default for Editor {
    /// An empty line.
    fn default() -> Self {
        Self::line("")
    }
}

impl Editor {
    /// A single line, the caret at its end.
    pub fn line(text: &str) -> Self {
        Self::new(vec![Safe::line(text).into_string()], false)
    }

    /// A single line that shows dots.
    pub fn secret(text: &str) -> Self {
        let mut line = Self::line(text);
        line.area.set_mask_char('\u{2022}');
        line
    }

    /// A text of many lines, the caret at its start, long lines wrapped.
    pub fn page(text: &str) -> Self {
        let mut lines: Vec<String> = Safe::lines(text).map(Safe::into_string).collect();
        if lines.is_empty() {
            lines.push(String::new());
        }
        Self::new(lines, true)
    }

    fn new(lines: Vec<String>, many_lines: bool) -> Self {
        let mut area = TextArea::new(lines);
        area.set_cursor_line_style(Style::default());
        area.set_cursor_style(Style::default());
        area.set_selection_style(Style::default().add_modifier(Modifier::REVERSED));
        area.set_max_histories(HISTORY);
        if many_lines {
            area.set_wrap_mode(WrapMode::WordOrGlyph);
        } else {
            area.move_cursor(CursorMove::End);
        }
        Self { area, many_lines }
    }

    /// Hears a key; true when the text changed. Keys that would break a single line are refused.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let breaks_line = matches!(key.code, KeyCode::Enter | KeyCode::Tab);
        if breaks_line && !self.many_lines {
            return false;
        }
        self.area.input(key)
    }

    /// Clears the line from its start to the caret, as shells do.
    pub fn clear_to_start(&mut self) {
        self.area.delete_line_by_head();
    }

    /// Inserts pasted text, made safe; a single line takes line breaks as spaces.
    pub fn paste(&mut self, text: &str) {
        let safe = if self.many_lines {
            Safe::block(text)
        } else {
            Safe::line(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_string()
        };
        self.area.insert_str(safe);
    }

    /// Replaces everything.
    pub fn set(&mut self, text: &str) {
        *self = if self.many_lines { Self::page(text) } else { Self::line(text) };
    }

    pub fn text(&self) -> String {
        let mut text = self.area.lines().join("\n");
        if self.many_lines {
            text.push('\n');
        }
        text
    }

    pub fn is_blank(&self) -> bool {
        self.area.lines().iter().all(|line| line.trim().is_empty())
    }

    /// Whether the caret stands behind the last letter.
    pub fn at_end(&self) -> bool {
        let DataCursor(row, column) = self.area.cursor();
        self.area.lines().get(row).is_some_and(|line| column >= line.chars().count())
    }

    pub fn lines(&self) -> &[String] {
        self.area.lines()
    }

    /// The line the caret is in, from 0.
    pub fn line_number(&self) -> usize {
        self.area.cursor().0
    }

    /// Puts the caret at the start of a line, from 0.
    pub fn go_to(&mut self, line: usize) {
        self.area.move_cursor(CursorMove::Jump(u16::try_from(line).unwrap_or(u16::MAX), 0));
    }

    /// The widget to draw.
    pub fn area(&self) -> &TextArea<'static> {
        &self.area
    }

    /// The caret relative to the widget's own corner; meaningful after it was drawn.
    pub fn caret(&self) -> Position {
        let caret = self.area.screen_cursor();
        let (top, left) = self.area.scroll_offset();
        let row = u16::try_from(caret.row).unwrap_or(u16::MAX).saturating_sub(top);
        let column = u16::try_from(caret.col).unwrap_or(u16::MAX).saturating_sub(left);
        Position { x: column, y: row }
    }
}
