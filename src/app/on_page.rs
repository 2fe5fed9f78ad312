//! The window that shows all of a runbook: also what no step says, above it, between its sections, in its
//! comments.

use crossterm::event::{KeyCode, KeyEvent};

use super::effect::Effect;
use super::form::Popup;
use super::model::Model;
use crate::runbook::page::{self, Line};

const PAGE: usize = 10;

/// A runbook's page, and how far down one has read.
#[derive(Debug, Clone)]
pub struct Reading {
    pub title: String,
    pub lines: Vec<Line>,
    /// The first line in sight.
    pub top: usize,
    /// Where the walk stands.
    pub here: Option<String>,
}

impl Reading {
    /// The open runbook, from the section of its current step on; `None` where none is open.
    pub fn open(model: &Model) -> Option<Self> {
        let open = model.runbook.open.as_ref()?;
        let lines = page::page(&open.runbook);
        let here = open.step().map(|step| step.n.clone());
        let mut reading = Self { title: open.runbook.name.clone(), lines, top: 0, here };
        let own = reading.lines.iter().position(|line| line.step.is_some() && line.step == reading.here);
        let above = own.map(|own| reading.section_above(own));
        // The first section is read from the top of the page: what stands before it belongs to it.
        reading.top = above.filter(|above| reading.section_above(*above) > 0).unwrap_or(0);
        Some(reading)
    }

    /// The line of the section's heading above a line; 0 above the first one.
    fn section_above(&self, at: usize) -> usize {
        self.lines[..at].iter().rposition(|line| line.kind == page::Kind::Section).unwrap_or(0)
    }

    fn section_below(&self, at: usize) -> usize {
        let mut below = self.lines.iter().enumerate().skip(at + 1);
        below.find(|(_, line)| line.kind == page::Kind::Section).map_or(at, |(place, _)| place)
    }

    fn go(&mut self, by: isize) {
        self.top = self.top.saturating_add_signed(by).min(self.lines.len().saturating_sub(1));
    }
}

/// A key in the window; one that reads nothing closes it.
pub fn key(model: &mut Model, mut reading: Reading, key: KeyEvent) -> Vec<Effect> {
    let page = PAGE.cast_signed();
    match key.code {
        KeyCode::Down | KeyCode::Char('j') => reading.go(1),
        KeyCode::Up | KeyCode::Char('k') => reading.go(-1),
        KeyCode::PageDown | KeyCode::Char(' ') => reading.go(page),
        KeyCode::PageUp => reading.go(-page),
        KeyCode::Home | KeyCode::Char('g') => reading.top = 0,
        KeyCode::End | KeyCode::Char('G') => reading.go(isize::MAX),
        KeyCode::Tab => reading.top = reading.section_below(reading.top),
        KeyCode::BackTab => reading.top = reading.section_above(reading.top),
        _ => return Vec::new(),
    }
    model.popup = Some(Popup::Page(reading));
    Vec::new()
}
