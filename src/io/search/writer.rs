//! What the index keeps of each entry: its words by column, its incident's titles and services, what was struck.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::expression::token;
use super::fault::Fault;
use super::index::{self, SHELF};
use crate::incident::{Entry, Event, EventKind};

const ADD_INCIDENT: &str = "INSERT INTO incidents (number, id, title, about) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (number) DO UPDATE SET title = excluded.title, about = excluded.about";
const INCIDENTS: &str = "SELECT number, id, title, about FROM incidents";
const ADD_STRUCK: &str = "INSERT OR IGNORE INTO struck (seq) VALUES (?1)";

/// Adds entries in order, within a transaction of its caller.
pub(super) struct Writer<'a> {
    db: &'a Connection,
    incidents: HashMap<String, Known>,
    /// The shelf that is there for certain.
    shelf: Option<u64>,
}

/// What the index knows of an incident.
struct Known {
    number: i64,
    title: String,
    /// The words of every title and service it has had so far.
    about: String,
}

impl<'a> Writer<'a> {
    pub fn new(db: &'a Connection) -> Result<Self, Fault> {
        let mut ask = db.prepare(INCIDENTS)?;
        let known = ask.query_map([], |row| {
            Ok((row.get(1)?, Known { number: row.get(0)?, title: row.get(2)?, about: row.get(3)? }))
        })?;
        Ok(Self { db, incidents: known.collect::<Result<_, _>>()?, shelf: None })
    }

    pub fn add(&mut self, event: Event) -> Result<(), Fault> {
        self.follow(&event)?;
        if let EventKind::Struck { seq, .. } = event.kind {
            self.db.prepare_cached(ADD_STRUCK)?.execute([seq.cast_signed()])?;
        }
        let place = event.seq / SHELF;
        if self.shelf != Some(place) {
            self.db.execute_batch(&index::make_shelf(place))?;
            self.shelf = Some(place);
        }
        self.put(self.db, place, &Entry::new(event))
    }

    /// Puts an entry on a shelf, of this index or of another database.
    pub fn put(&self, db: &Connection, place: u64, entry: &Entry) -> Result<(), Fault> {
        let known = entry.event.incident.as_ref().and_then(|id| self.incidents.get(id));
        db.prepare_cached(&index::add_to(place))?.execute(params![
            entry.event.seq.cast_signed(),
            entry.text,
            known.map(|known| &known.about),
            entry.event.actor,
            token(&entry.kind_word()),
            known.map(|known| known.number),
            entry.tags().iter().map(|tag| token(tag)).collect::<Vec<_>>().join(" "),
        ])?;
        Ok(())
    }

    /// Keeps the title that an incident has by now, and the words of all it has had.
    fn follow(&mut self, event: &Event) -> Result<(), Fault> {
        let Some(id) = &event.incident else { return Ok(()) };
        let next = i64::try_from(self.incidents.len()).unwrap_or(i64::MAX);
        match &event.kind {
            EventKind::Declared { title, services, .. } if !self.incidents.contains_key(id) => {
                let about = format!("{title} {}", services.join(" "));
                self.incidents.insert(id.clone(), Known { number: next, title: title.clone(), about });
            }
            EventKind::FieldsSet(set) => {
                let Some(known) = self.incidents.get_mut(id) else { return Ok(()) };
                if let Some(title) = &set.title {
                    known.title.clone_from(title);
                }
                for words in set.title.iter().chain(set.services.iter().flatten()) {
                    known.about.push(' ');
                    known.about.push_str(words);
                }
            }
            _ => return Ok(()),
        }
        if let Some(Known { number, title, about }) = self.incidents.get(id) {
            self.db.prepare_cached(ADD_INCIDENT)?.execute(params![number, id, title, about])?;
        }
        Ok(())
    }
}
