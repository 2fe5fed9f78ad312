//! A frame as text and as a map of its styles.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;
use warroom::app::{Model, Screen};
use warroom::tui::{Theme, view};

/// Draws the model at a size.
pub fn draw(model: &Model, theme: &Theme, (width, height): (u16, u16)) -> (Buffer, Screen) {
    let mut cells = Buffer::empty(Rect::new(0, 0, width, height));
    let screen = view(model, theme, &mut cells);
    (cells, screen)
}

/// The rows as a terminal shows them; the cell behind a wide character is the character's.
pub fn text(cells: &Buffer) -> String {
    let rows = rows(cells).map(|row| {
        let mut skip = 0;
        let mut line = String::new();
        for cell in row {
            if skip == 0 {
                line.push_str(cell.symbol());
                skip = cell.symbol().width().max(1);
            }
            skip -= 1;
        }
        line.trim_end().to_owned() + "\n"
    });
    rows.collect()
}

/// One letter a style, `.` for plain text, with a legend below.
pub fn styles(cells: &Buffer) -> String {
    let mut known: Vec<String> = Vec::new();
    let mut out = String::new();
    for row in rows(cells) {
        let line: String = row.iter().map(|cell| letter(&look(cell), &mut known)).collect();
        let _ = writeln!(out, "{}", line.trim_end_matches('.'));
    }
    for (index, look) in known.iter().enumerate() {
        let _ = writeln!(out, "{} = {look}", name(index));
    }
    out
}

fn rows(cells: &Buffer) -> impl Iterator<Item = &[Cell]> {
    cells.content.chunks(usize::from(cells.area.width).max(1))
}

fn letter(look: &str, known: &mut Vec<String>) -> char {
    if look.is_empty() {
        return '.';
    }
    let index = known.iter().position(|seen| seen == look).unwrap_or_else(|| {
        known.push(look.to_owned());
        known.len() - 1
    });
    name(index)
}

fn name(index: usize) -> char {
    ('a'..='z').chain('A'..='Z').nth(index).unwrap_or('#')
}

/// The style of a cell in words; empty for plain text. A colour of nothing is no look.
fn look(cell: &Cell) -> String {
    let mut words = Vec::new();
    let blank = cell.symbol() == " ";
    let visible = cell.modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED);
    if cell.fg != Color::Reset && (!blank || visible) {
        words.push(format!("{}", cell.fg));
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {}", cell.bg));
    }
    if !cell.modifier.is_empty() && (!blank || visible) {
        words.push(format!("{:?}", cell.modifier));
    }
    words.join(" ")
}
