//! What happened to a chart's service: deploys and other changes, and the marks of its incidents.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::curve::Curve;
use super::{Chart, margin};
use crate::incident::Incident;
use crate::text::Time;
use crate::tui::paper::{Paper, fit};
use crate::tui::theme::Tone;

/// Words of a mark are cut after this many cells.
const LONGEST: usize = 32;

/// Something that happened, at its column.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    pub column: usize,
    sign: char,
    words: String,
    pub tone: Tone,
}

/// All marks of the chart's stretch, the most telling last: the first question is what changed.
pub fn of(chart: &Chart<'_>, curve: &Curve) -> Vec<Mark> {
    let service = &chart.reading.service;
    let mark =
        |at: Time, sign, words: String, tone| Some(Mark { column: curve.column(at)?, sign, words, tone });
    let mut marks = Vec::new();
    let incidents = chart.model.ledger.incidents.iter();
    for incident in incidents.filter(|incident| incident.services.contains(service)) {
        let happened = moments(incident).into_iter();
        marks.extend(happened.filter_map(|(at, sign, words, tone)| mark(at?, sign, words, tone)));
    }
    let changes = chart.model.burn.changes.iter().filter(|change| change.service == *service);
    marks.extend(changes.filter_map(|change| mark(change.at, '▲', change.what.clone(), Tone::Change)));
    marks
}

/// When an incident was declared, mitigated, resolved.
fn moments(incident: &Incident) -> [(Option<Time>, char, String, Tone); 3] {
    let mitigated = incident.mitigated.as_ref().map(|(at, _)| *at);
    [
        (Some(incident.declared_at), '!', format!("{} declared", incident.severity), Tone::Danger),
        (mitigated, '~', "mitigated".to_owned(), Tone::Rising),
        (incident.resolved_at, '=', "resolved".to_owned(), Tone::Good),
    ]
}

/// The marks below the curve, each sign in its column with its words beside it, on at most `most` lines.
/// Words that fit on no line are left out; the sign stays as long as its cell is free.
pub fn lines(paper: &Paper<'_>, marks: &[Mark], curve: &Curve, most: usize) -> Vec<Line<'static>> {
    let width = curve.cells.len();
    let mut rows: Vec<Row> = Vec::new();
    for mark in marks.iter().rev() {
        let places = mark.places(width);
        let spot = places.iter().find_map(|put| Some((rows.iter().position(|row| is_free(row, put))?, put)));
        match spot {
            Some((row, put)) => rows[row].push(put.clone()),
            None if rows.len() < most => rows.push(vec![places[0].clone()]),
            None => {
                let sign = mark.put(mark.column, mark.column, mark.sign.to_string());
                if let Some(row) = rows.iter_mut().find(|row| is_free(row, &sign)) {
                    row.push(sign);
                }
            }
        }
    }
    rows.into_iter().map(|row| line(paper, row)).collect()
}

type Row = Vec<Put>;

/// A mark on a line, its first and its last cell.
#[derive(Clone)]
struct Put {
    from: usize,
    to: usize,
    text: String,
    tone: Tone,
}

/// A cell stays blank between two marks.
fn is_free(row: &Row, put: &Put) -> bool {
    row.iter().all(|other| put.to + 1 < other.from || other.to + 1 < put.from)
}

impl Mark {
    /// Where it may stand with its words: right of the sign, left of it.
    fn places(&self, width: usize) -> Vec<Put> {
        let words = fit(&self.words, LONGEST.min(width / 2));
        let words = words.trim_end();
        let cells = words.width() + 1;
        let right = self.put(self.column, self.column + cells, format!("{} {words}", self.sign));
        let from = self.column.saturating_sub(cells);
        let left = self.put(from, self.column.max(cells), format!("{words} {}", self.sign));
        if self.column + cells < width { vec![right, left] } else { vec![left] }
    }

    fn put(&self, from: usize, to: usize, text: String) -> Put {
        Put { from, to, text, tone: self.tone }
    }
}

fn line(paper: &Paper<'_>, mut row: Row) -> Line<'static> {
    row.sort_by_key(|put| put.from);
    let mut spans = vec![margin()];
    let mut used = 0;
    for put in row {
        spans.push(Span::raw(" ".repeat(put.from.saturating_sub(used))));
        spans.push(paper.span(&put.text, put.tone));
        used = put.to + 1;
    }
    Line::from(spans)
}
