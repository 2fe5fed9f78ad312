//! The few entries of a shelf with a question's whole words, on a small shelf of their own. Of the beginning of a
//! word FTS5 gathers every entry of a shelf that has any word like it: dear on a large one, and cheap here.

use rusqlite::Connection;

use super::fault::Fault;
use super::writer::Writer;
use super::{expression, index};
use crate::incident::search::Query;
use crate::incident::{Entry, Event};

/// As many entries are few: to put them on a shelf is still cheaper than to gather.
const FEW: usize = 128;

/// A question whose last word is unfinished, and has company that narrows it down.
pub(super) struct Sieve<'a> {
    index: &'a Connection,
    /// What to match without the last word.
    whole: String,
}

impl<'a> Sieve<'a> {
    /// `None` for a question whose last word has no company.
    pub fn new(index: &'a Connection, query: &Query, incident: Option<i64>) -> Option<Self> {
        Some(Self { index, whole: expression::of_the_whole(query, incident)? })
    }

    /// A small shelf that answers the question as the large one of this number does; `None` where it would
    /// not be small. What `entry` no longer has is left out.
    pub fn shake(
        &self,
        place: u64,
        entry: impl Fn(u64) -> Result<Option<Event>, Fault>,
    ) -> Result<Option<Connection>, Fault> {
        let mut ask = self.index.prepare_cached(&format!(
            "SELECT rowid FROM shelf_{place} WHERE shelf_{place} MATCH ?1 ORDER BY rowid DESC LIMIT {}",
            FEW + 1
        ))?;
        let rows = ask.query_map([&self.whole], |row| row.get::<_, i64>(0))?;
        let rows: Vec<i64> = rows.collect::<Result<_, _>>()?;
        if rows.len() > FEW {
            return Ok(None);
        }
        let small = Connection::open_in_memory()?;
        small.execute_batch(&index::make_shelf(place))?;
        let writer = Writer::new(self.index)?;
        for row in rows {
            if let Some(event) = entry(row.cast_unsigned())? {
                writer.put(&small, place, &Entry::new(event))?;
            }
        }
        Ok(Some(small))
    }
}
