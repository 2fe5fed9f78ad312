//! Rows of the timeline as text to paste elsewhere: every line with its whole time and zone.

use chrono_tz::Tz;

use super::model::TimelinePane;
use crate::incident::event::NoteKind;
use crate::incident::timeline::{Row, Shows};
use crate::incident::{Entry, Event};
use crate::postmortem::markdown::escape;
use crate::text::{Safe, Time, when};

/// What it is pasted into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Text,
    Markdown,
}

impl Style {
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "",
            Self::Markdown => " of Markdown",
        }
    }

    /// The ending of a file of it.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Markdown => "md",
        }
    }

    fn line(self, time: &str, words: &str) -> String {
        match self {
            Self::Text => format!("{time}  {}\n", Safe::line(words)),
            Self::Markdown => format!("- **{time}** {}\n", escape(words)),
        }
    }
}

/// The rows, a line each; days are said with every time.
pub fn of(pane: &TimelinePane, rows: &[Row], (style, zone): (Style, Tz)) -> String {
    rows.iter().filter_map(|row| line(pane, row, (style, zone))).collect()
}

fn line(pane: &TimelinePane, row: &Row, (style, zone): (Style, Tz)) -> Option<String> {
    let last = pane.entry_of(row)?;
    let Shows::Folded { run, tally } = &row.shows else {
        return Some(style.line(&time(&last.event, zone), &words(last)));
    };
    let first = pane.entries.get(run.start)?;
    let stretch = format!("{} to {}", time(&first.event, zone), time(&last.event, zone));
    Some(style.line(&stretch, &tally.words()))
}

fn time(event: &Event, zone: Tz) -> String {
    let whole = |at: Time| format!("{} {}", when::date_time(at, zone), at.with_timezone(&zone).format("%Z"));
    event.happened_at.map_or_else(|| "unknown time".to_owned(), whole)
}

fn words(entry: &Entry) -> String {
    let kind = entry.event.kind.note_kind().filter(|kind| *kind != NoteKind::Observation);
    let kind = kind.map(|kind| format!(" ({kind})")).unwrap_or_default();
    let struck = if entry.struck { "[struck] " } else { "" };
    let late = if entry.late { " (late)" } else { "" };
    format!("{}{kind}: {struck}{}{late}", entry.event.actor, entry.text)
}
