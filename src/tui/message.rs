//! The message line: the newest notice, what the line being written becomes, what the rules warn about.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::paper::{Paper, fit_way_out};
use super::theme::Tone;
use crate::app::{Action, Model, notice, on_scribe};

/// From this width on the header has room for what the rules warn about.
pub(super) const ROOMY: usize = 160;

/// The newest notice; what the line being written lacks; else what the rules warn about, where the header has no
/// room for it.
pub(super) fn draw(model: &Model, paper: &mut Paper<'_>, area: Rect) {
    let writing = model.timeline.writing.then(|| on_scribe::label(model));
    let notice = model.notices.current(model.now).map(|notice| (notice.text.clone(), tone_of(notice.tone)));
    let is_urgent = |(_, tone): &(String, Tone)| matches!(tone, Tone::Warning | Tone::Danger);
    let said = match writing {
        Some(Err(why)) => Some((why, Tone::Warning)),
        Some(Ok(label)) if label != on_scribe::PLAIN => notice.filter(is_urgent).or(Some((label, Tone::Dim))),
        Some(Ok(_)) => notice,
        None => notice.or_else(|| standing(model, usize::from(area.width))),
    };
    let Some((text, tone)) = said else { return };
    let text = fit_way_out(&format!(" {text}"), usize::from(area.width));
    paper.lines(area, [Line::from(paper.span(&text, tone))]);
}

fn tone_of(tone: notice::Tone) -> Tone {
    match tone {
        notice::Tone::Info => Tone::Text,
        notice::Tone::Good => Tone::Good,
        notice::Tone::Warning => Tone::Warning,
        notice::Tone::Danger => Tone::Danger,
    }
}

/// The gravest warning of the incident on the screen, in a terminal whose header leaves it no room.
fn standing(model: &Model, width: usize) -> Option<(String, Tone)> {
    let warning = model.incident().filter(|_| width < ROOMY)?.warnings(model.now).into_iter().next()?;
    Some((format!("! {}", in_keys(model, &warning)), Tone::Warning))
}

/// A warning whose way out is a key of the console, not a command.
pub(super) fn in_keys(model: &Model, warning: &str) -> String {
    match warning.split_once(" (role assign") {
        Some((what, _)) if model.setting.reads_only => what.to_owned(),
        Some((what, _)) => format!("{what} ({} assigns)", model.setting.keymap.key(Action::AssignRole)),
        None => warning.to_owned(),
    }
}
