//! One entry as stored: columns, links of the chain, payload. Between events and rows, nothing else.
//!
//! What an append hands back is read from the row it stored, so it equals what a reload reads.

use rusqlite::types::Type;
use rusqlite::{Connection, params};

use super::chain::{self, Hash};
use super::error::Fault;
use super::schema;
use crate::incident::{Event, EventKind, NewEvent, Origin};
use crate::text::{Time, when};

/// The texts of an entry. Times are RFC 3339 in UTC with milliseconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    pub incident: Option<String>,
    pub kind: String,
    pub happened_at: Option<String>,
    pub recorded_at: String,
    pub actor: String,
    pub origin: String,
    pub dedupe: Option<String>,
}

impl Columns {
    /// In the order of the hash.
    pub fn texts(&self) -> [Option<&str>; 7] {
        [
            self.incident.as_deref(),
            Some(&self.kind),
            self.happened_at.as_deref(),
            Some(&self.recorded_at),
            Some(&self.actor),
            Some(&self.origin),
            self.dedupe.as_deref(),
        ]
    }
}

/// The data of an event as JSON, and the random bytes that make its digest unguessable.
#[derive(Debug, Clone, PartialEq)]
pub struct Payload {
    pub salt: [u8; 16],
    pub body: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub seq: u64,
    pub columns: Columns,
    pub digest: Hash,
    pub prev: Hash,
    pub hash: Hash,
    /// `None` once erased.
    pub payload: Option<Payload>,
}

/// The last entry that is known: what the next one is chained to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tip {
    pub seq: u64,
    pub hash: Hash,
    pub recorded_at: Option<Time>,
}

impl Row {
    /// Makes the row that follows `tip`, with fresh salt.
    pub fn seal(new: &NewEvent, now: Time, tip: &Tip) -> Result<Self, Fault> {
        let (kind, data) = new.kind.encode();
        let mut payload = Payload { salt: [0; 16], body: data.to_string() };
        getrandom::fill(&mut payload.salt)?;
        let columns = Columns {
            incident: new.incident.clone(),
            kind,
            happened_at: new.happened_at.map(when::rfc3339),
            recorded_at: when::rfc3339(now),
            actor: new.actor.clone(),
            origin: word(new.origin).to_owned(),
            dedupe: new.dedupe.clone(),
        };
        let (seq, digest) = (tip.seq + 1, chain::digest(&payload));
        let hash = chain::hash(tip.hash, seq, &columns, digest);
        Ok(Self { seq, columns, digest, prev: tip.hash, hash, payload: Some(payload) })
    }

    /// Reads a row of [`schema::ROWS_AFTER`].
    pub fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let columns = Columns {
            incident: row.get(1)?,
            kind: row.get(2)?,
            happened_at: row.get(3)?,
            recorded_at: row.get(4)?,
            actor: row.get(5)?,
            origin: row.get(6)?,
            dedupe: row.get(7)?,
        };
        Ok(Self {
            seq: row.get::<_, i64>(0)?.cast_unsigned(),
            columns,
            digest: Hash(row.get(8)?),
            prev: Hash(row.get(9)?),
            hash: Hash(row.get(10)?),
            payload: read_payload(row)?,
        })
    }

    /// Inserts the entry and its payload.
    pub fn insert(&self, db: &Connection) -> rusqlite::Result<()> {
        let (seq, c) = (self.seq.cast_signed(), &self.columns);
        db.prepare_cached(schema::INSERT_EVENT)?.execute(params![
            seq,
            c.incident,
            c.kind,
            c.happened_at,
            c.recorded_at,
            c.actor,
            c.origin,
            c.dedupe,
            self.digest.0,
            self.prev.0,
            self.hash.0
        ])?;
        if let Some(payload) = &self.payload {
            db.prepare_cached(schema::INSERT_PAYLOAD)?.execute(params![seq, payload.salt, payload.body])?;
        }
        Ok(())
    }

    /// The event that is stored here. A payload that is no JSON any more becomes an unknown kind.
    pub fn event(&self) -> Result<Event, Fault> {
        Told {
            seq: self.seq,
            incident: self.columns.incident.as_deref(),
            kind: &self.columns.kind,
            happened_at: self.columns.happened_at.as_deref(),
            recorded_at: &self.columns.recorded_at,
            actor: &self.columns.actor,
            origin: &self.columns.origin,
            body: self.payload.as_ref().map(|payload| payload.body.as_str()),
        }
        .event()
    }

    pub fn tip(&self) -> Result<Tip, Fault> {
        let recorded_at = Some(time(self.seq, &self.columns.recorded_at)?);
        Ok(Tip { seq: self.seq, hash: self.hash, recorded_at })
    }
}

/// The columns of an entry that its event is made of.
struct Told<'a> {
    seq: u64,
    incident: Option<&'a str>,
    kind: &'a str,
    happened_at: Option<&'a str>,
    recorded_at: &'a str,
    actor: &'a str,
    origin: &'a str,
    body: Option<&'a str>,
}

impl<'a> Told<'a> {
    /// Reads a row of [`schema::EVENTS_AFTER`] where it lies.
    fn read(row: &'a rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get::<_, i64>(0)?.cast_unsigned(),
            incident: row.get_ref(1)?.as_str_or_null()?,
            kind: row.get_ref(2)?.as_str()?,
            happened_at: row.get_ref(3)?.as_str_or_null()?,
            recorded_at: row.get_ref(4)?.as_str()?,
            actor: row.get_ref(5)?.as_str()?,
            origin: row.get_ref(6)?.as_str()?,
            body: row.get_ref(7)?.as_str_or_null()?,
        })
    }

    fn event(&self) -> Result<Event, Fault> {
        let recorded_at = time(self.seq, self.recorded_at)?;
        let happened_at = match self.happened_at {
            Some(same) if same == self.recorded_at => Some(recorded_at),
            other => other.map(|text| time(self.seq, text)).transpose()?,
        };
        Ok(Event {
            seq: self.seq,
            incident: self.incident.map(str::to_owned),
            happened_at,
            recorded_at,
            actor: self.actor.to_owned(),
            origin: if self.origin == word(Origin::Human) { Origin::Human } else { Origin::System },
            kind: self.body.map_or(EventKind::Erased, |body| EventKind::read(self.kind, body)),
        })
    }
}

fn time(seq: u64, text: &str) -> Result<Time, Fault> {
    text.parse().map_err(|_| Fault::Corrupt(format!("entry {seq}: {text:?} is not a time")))
}

/// Hands every event after `after` to `take`, in order; its first error ends it.
pub fn each_event_after<E: From<Fault>>(
    db: &Connection,
    after: u64,
    mut take: impl FnMut(Event) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = db.prepare_cached(schema::EVENTS_AFTER).map_err(Fault::from)?;
    let mut rows = statement.query([after.cast_signed()]).map_err(Fault::from)?;
    while let Some(row) = rows.next().map_err(Fault::from)? {
        take(Told::read(row).map_err(Fault::from)?.event()?)?;
    }
    Ok(())
}

/// The number of the last entry, by its own row or its payload's; `None` where neither can be read.
pub fn last(db: &Connection) -> Option<u64> {
    let ask = |sql| db.query_row(sql, [], |row| row.get::<_, i64>(0)).ok();
    let [entry, payload] = [schema::LAST_SEQ, schema::LAST_PAYLOAD].map(ask);
    entry.max(payload).map(i64::cast_unsigned)
}

/// The event of one entry.
pub fn event_at(db: &Connection, seq: u64) -> Result<Option<Event>, Fault> {
    let mut statement = db.prepare_cached(schema::EVENT_AT)?;
    let mut rows = statement.query([seq.cast_signed()])?;
    rows.next()?.map(|row| Told::read(row)?.event()).transpose()
}

/// What the entry after `seq` is chained to.
pub fn tip_at(db: &Connection, seq: u64) -> Result<Tip, Fault> {
    let (hash, recorded_at): ([u8; 32], String) = db
        .prepare_cached(schema::TIP_AT)?
        .query_row([seq.cast_signed()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Tip { seq, hash: Hash(hash), recorded_at: Some(time(seq, &recorded_at)?) })
}

/// Hands every row after `after` to `take`, in order; an unreadable one as its error.
pub fn each_after<E: From<Fault>>(
    db: &Connection,
    after: u64,
    mut take: impl FnMut(rusqlite::Result<Row>) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = db.prepare_cached(schema::ROWS_AFTER).map_err(Fault::from)?;
    let rows = statement.query_map([after.cast_signed()], Row::read).map_err(Fault::from)?;
    for row in rows {
        take(row)?;
    }
    Ok(())
}

fn read_payload(row: &rusqlite::Row<'_>) -> rusqlite::Result<Option<Payload>> {
    match (row.get(11)?, row.get(12)?) {
        (Some(salt), Some(body)) => Ok(Some(Payload { salt, body })),
        (None, None) => Ok(None),
        _ => Err(rusqlite::Error::InvalidColumnType(12, "body".to_owned(), Type::Null)),
    }
}

fn word(origin: Origin) -> &'static str {
    match origin {
        Origin::Human => "human",
        Origin::System => "system",
    }
}
