//! What a Prometheus is asked, and what its answers mean. Pure: text and numbers only.
//!
//! Everything is asked as the increase over one bucket, on the grid of the buckets, so that a month
//! is fetched once and each poll costs two small queries.

use std::time::Duration;

use crate::slo::{Query, Sample, Tile};
use crate::text::{Time, when};

/// Width of a tile: the bucket of the history.
pub(super) const WIDTH: Duration = Duration::from_mins(5);
const WIDTH_S: i64 = 300;
/// The same as PromQL writes it.
const WINDOW: &str = "5m";
/// Tiles of one poll: the hour back from its end, and that end itself.
const POLL_TILES: usize = 13;
/// How far a poll reaches back; what was missed before that is a gap to fill.
pub(super) const REACH: Duration = Duration::from_hours(1);
/// Tiles of the first piece of history (a day), so that the fast windows are there at once, and of
/// every other piece (a week); a server gives at most 11,000 points a series.
const FIRST_PIECE: usize = 288;
const PIECE: usize = 7 * 288;

/// An expression to send, and the factor that makes its value a count of events per tile.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expression {
    pub(super) text: String,
    pub(super) scale: f64,
}

/// Consecutive tiles, the last one ending at `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) end: Time,
    pub(super) tiles: usize,
}

impl Run {
    /// The end of the first tile.
    pub(super) fn start(&self) -> Time {
        let steps = u32::try_from(self.tiles.saturating_sub(1)).unwrap_or(u32::MAX);
        when::before(self.end, WIDTH.saturating_mul(steps))
    }
}

/// The expression for one number per tile.
///
/// A selector becomes the increase of its counters. In PromQL the hole becomes the tile's width; a
/// text that calls `rate` or `irate` and never `increase` gives events per second, and is multiplied
/// by the tile's seconds. That holds for every linear form (sums, differences and multiples of rates).
/// `sum` outside makes one series of whatever labels are left; the line breaks keep a comment at the
/// text's end from eating the bracket.
pub(super) fn expression(query: &Query) -> Result<Expression, String> {
    match query {
        Query::Selector(text) => {
            Ok(Expression { text: format!("sum(increase({text}[{WINDOW}]))"), scale: 1.0 })
        }
        Query::PromQl(text) => {
            let filled = fill_window(text)?;
            let per_second =
                (calls(&filled, "rate") || calls(&filled, "irate")) && !calls(&filled, "increase");
            let scale = if per_second { WIDTH.as_secs_f64() } else { 1.0 };
            Ok(Expression { text: format!("sum(\n{filled}\n)"), scale })
        }
    }
}

/// Replaces `{{.window}}`, blanks inside the braces allowed; any other hole is refused.
fn fill_window(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, hole)) = rest.split_once("{{") {
        let Some((name, after)) = hole.split_once("}}") else {
            return Err(format!("query `{text}`: a `{{{{` is never closed"));
        };
        if name.trim() != ".window" {
            return Err(format!(
                "query `{text}`: unknown `{{{{{name}}}}}` (only {{{{.window}}}} is filled in)"
            ));
        }
        out.push_str(before);
        out.push_str(WINDOW);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// Whether PromQL calls a function; the same word inside quotes, comments or longer names does not count.
fn calls(promql: &str, function: &str) -> bool {
    let code = code_only(promql);
    code.match_indices(function).any(|(at, _)| {
        let before = code.get(..at).and_then(|text| text.chars().next_back());
        let after = code.get(at + function.len()..).unwrap_or_default();
        !before.is_some_and(is_name_part) && after.trim_start().starts_with('(')
    })
}

fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}

/// PromQL without the insides of its quotes and without its comments.
fn code_only(promql: &str) -> String {
    let mut out = String::with_capacity(promql.len());
    let mut chars = promql.chars();
    while let Some(c) = chars.next() {
        match c {
            '#' => drop(chars.by_ref().find(|c| *c == '\n')),
            '"' | '\'' | '`' => skip_quoted(&mut chars, c),
            c => out.push(c),
        }
    }
    out
}

fn skip_quoted(chars: &mut std::str::Chars<'_>, quote: char) {
    while let Some(c) = chars.next() {
        match c {
            '\\' if quote != '`' => drop(chars.next()),
            c if c == quote => return,
            _ => {}
        }
    }
}

/// The newest end of a bucket that is not after `now`.
pub(super) fn closed(now: Time) -> Time {
    let seconds = now.timestamp().div_euclid(WIDTH_S) * WIDTH_S;
    Time::from_timestamp(seconds, 0).unwrap_or(now)
}

/// What one poll asks for. Where a bucket has closed since `filled_to`, the run ends there and so
/// fills closed buckets, the late data of the last hour included; else it is the newest hour.
pub(super) fn poll_run(now: Time, filled_to: Time) -> Run {
    let boundary = closed(now);
    let end = if boundary > filled_to { boundary } else { now };
    Run { end, tiles: POLL_TILES }
}

/// The pieces that cover the buckets after `from` up to `to`, the newest first.
pub(super) fn pieces(from: Time, to: Time) -> Vec<Run> {
    let end = closed(to);
    let mut left = usize::try_from((end - from).num_seconds().max(0) / WIDTH_S).unwrap_or(usize::MAX);
    let mut pieces = Vec::new();
    let mut end = end;
    while left > 0 {
        let size = if pieces.is_empty() { FIRST_PIECE } else { PIECE };
        let run = Run { end, tiles: left.min(size) };
        end = when::before(run.start(), WIDTH);
        left -= run.tiles;
        pieces.push(run);
    }
    pieces
}

/// Tiles of two columns. Without a total a tile is not observed; with a total and without a part the
/// part is zero, since a series that counts what never happened does not exist. What is no count (NaN,
/// a part above its total) goes on as it came: it is judged, and said, where the SLI is known.
pub(super) fn tiles(end: Time, part: &[Option<f64>], total: &[Option<f64>]) -> Sample {
    let tile = |(total, part): (&Option<f64>, &Option<f64>)| {
        total.map(|total| Tile { part: part.unwrap_or(0.0), total })
    };
    Sample::Tiles { end, width: WIDTH, tiles: total.iter().zip(part).map(tile).collect() }
}

#[cfg(test)]
mod tests;
