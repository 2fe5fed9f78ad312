//! The model drawn. Views read the model and the theme and write cells; they hold nothing, ask no
//! clock and do no I/O.

mod alerts;
mod asked;
mod burn;
mod chart;
mod chrome;
mod clocks;
mod message;
mod page;
mod paper;
mod picker;
mod popup;
mod postmortem;
mod runbook;
mod search;
pub mod theme;
mod timeline;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::{Model, Pane, Screen};
use paper::Paper;
pub use theme::{Theme, Tone};

/// Draws one frame into `cells`; what comes back is where things are.
///
/// ```text
/// header    severity, title, commander, phase, clocks
/// tabs      where not every pane fits
/// panes     burn on top: user impact first
/// message   the newest notice
/// footer    keys of the focused pane
/// ```
pub fn view(model: &Model, theme: &Theme, cells: &mut Buffer) -> Screen {
    let area = cells.area;
    let mut screen =
        Screen::divide(area, &model.desk, (burn::wish(model, area), model.postmortem.has_text()));
    let mut paper = Paper { cells, theme };
    chrome::header(model, &mut paper, screen.header);
    if let Some(tabs) = screen.tabs {
        chrome::tabs(model, &mut paper, tabs);
    }
    for (pane, area) in screen.panes.clone() {
        let caret = draw_pane(model, &mut paper, pane, area);
        screen.caret = screen.caret.or(caret);
    }
    message::draw(model, &mut paper, screen.message);
    chrome::footer(model, &mut paper, screen.footer);
    if let Some(window) = &model.popup {
        screen.caret = popup::draw(model, window, &mut paper, area);
        screen.unread = popup::unread(window, &paper, area);
    }
    screen
}

fn draw_pane(model: &Model, paper: &mut Paper<'_>, pane: Pane, area: Rect) -> Option<Position> {
    let inside = chrome::frame(model, paper, pane, area);
    if inside.is_empty() {
        return None;
    }
    match pane {
        Pane::Burn => return burn::draw(model, paper, inside),
        Pane::Timeline => return timeline::draw(model, paper, inside),
        Pane::Runbook => runbook::draw(model, paper, inside),
        Pane::Postmortem => return postmortem::draw(model, paper, inside),
    }
    None
}
