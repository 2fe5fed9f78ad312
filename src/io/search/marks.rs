//! Where the words of a question stand in the lines that were found. The lines' own small index says so: the
//! large one keeps no text.

use std::ops::Range;

use rusqlite::{Connection, params};

use super::expression;
use super::fault::Fault;
use super::index::TOKENS;

/// What FTS5 puts around a word; no line holds these any more when it is asked.
const OPENS: char = '\u{1}';
const CLOSES: char = '\u{2}';

/// The marks of each line, in the lines' order: bytes, in order, apart.
pub(super) fn of(lines: &[&str], words: &[String]) -> Result<Vec<Vec<Range<usize>>>, Fault> {
    let db = Connection::open_in_memory()?;
    db.execute_batch(&format!("CREATE VIRTUAL TABLE lines USING fts5(text, tokenize = \"{TOKENS}\")"))?;
    let mut put = db.prepare("INSERT INTO lines (rowid, text) VALUES (?1, ?2)")?;
    for (row, line) in (0_i64..).zip(lines) {
        // Bytes keep their places.
        put.execute(params![row, line.replace([OPENS, CLOSES, '\0'], " ")])?;
    }
    let mut marks = vec![Vec::new(); lines.len()];
    let mut ask = db.prepare("SELECT rowid, highlight(lines, 0, ?2, ?3) FROM lines WHERE lines MATCH ?1")?;
    let found = ask
        .query_map(params![expression::of_any(words), OPENS.to_string(), CLOSES.to_string()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })?;
    for line in found {
        let (row, marked) = line?;
        if let Some(marks) = usize::try_from(row).ok().and_then(|row| marks.get_mut(row)) {
            *marks = ranges(&marked);
        }
    }
    Ok(marks)
}

/// The places of what stands between the signs, counted as if there were no signs.
fn ranges(marked: &str) -> Vec<Range<usize>> {
    let (mut ranges, mut at, mut from) = (Vec::new(), 0, 0);
    for c in marked.chars() {
        match c {
            OPENS => from = at,
            CLOSES => ranges.push(from..at),
            c => at += c.len_utf8(),
        }
    }
    ranges
}
