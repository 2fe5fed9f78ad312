//! Appending: judged again on the newest entries, inserted, committed; or refused.
//!
//! Nothing is told as saved before it is: events are returned only once the commit is on the disk.

use std::slice;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::error::{AppendError, Fault, JournalError};
use super::row::{Row, Tip};
use super::{Folded, Journal, at, schema};
use crate::incident::intent::RefusalKind;
use crate::incident::{Ask, Event, EventKind, NewEvent, Refusal};
use crate::io::search;
use crate::text::Time;

/// What one ask of a burst came to.
pub type Answer = Result<Vec<Event>, Refusal>;

impl Journal {
    /// Appends what the rules make of one ask, and returns the new events as stored.
    ///
    /// The rules judge it on every entry that any process has committed. `now` becomes the time of
    /// recording, in milliseconds; where it lies before the last entry's, that one's is taken, so
    /// recorded times never run backwards. A dedupe key that was said before is a [`Refusal`] of kind
    /// [`RefusalKind::AlreadySaid`]. On an error nothing was appended, and the ask may be repeated:
    /// see [`AppendError::is_passing`].
    pub fn append(&mut self, ask: &Ask, now: Time) -> Result<Vec<Event>, AppendError> {
        let answers = self.append_all(slice::from_ref(ask), now)?;
        answers.into_iter().next().unwrap_or_else(|| Ok(Vec::new())).map_err(AppendError::Refused)
    }

    /// Appends a burst in one transaction; one answer an ask, in order. An ask that is refused leaves
    /// the others standing; an error is an error of all.
    pub fn append_all(&mut self, asks: &[Ask], now: Time) -> Result<Vec<Answer>, JournalError> {
        self.try_append(asks, now).map_err(at(&self.path))
    }

    fn try_append(&mut self, asks: &[Ask], now: Time) -> Result<Vec<Answer>, Fault> {
        self.wipe();
        self.still_there()?;
        let (answers, redacts) = self.commit(asks, now)?;
        if redacts {
            self.unwiped = true;
            search::forget(&self.path);
            self.refold()?;
            self.wipe();
        }
        Ok(answers)
    }

    /// Commits the burst and folds it; says whether an entry was redacted, by it or by others since.
    fn commit(&mut self, asks: &[Ask], now: Time) -> Result<(Vec<Answer>, bool), Fault> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let redacts = self.folded.catch_up(&tx)?;
        unshortened(&tx, &self.folded.tip)?;
        let written = Burst::new(&tx, &mut self.folded, now).write_all(asks);
        match written.and_then(|written| tx.commit().map(|()| written).map_err(Fault::from)) {
            Ok(written) => {
                written.unfolded.iter().for_each(|event| self.folded.ledger.apply(event));
                self.folded.tip = written.tip;
                Ok((written.answers, redacts || written.redacts))
            }
            Err(fault) => {
                self.forget_unwritten();
                Err(fault)
            }
        }
    }

    /// What was folded and then not committed never was: the fold begins anew, now or with the next call.
    fn forget_unwritten(&mut self) {
        if self.folded.ledger.head > self.folded.tip.seq {
            self.folded = Folded::default();
            let _ = self.refold();
        }
    }

    /// An entry that goes into a file without a name would be lost with this process.
    fn still_there(&self) -> Result<(), Fault> {
        match super::Identity::of(&self.path) {
            Ok(found) if found == self.identity => Ok(()),
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Err(Fault::Moved),
        }
    }
}

/// Entries in the making: all of one transaction.
struct Burst<'a> {
    db: &'a Transaction<'a>,
    /// Its ledger runs ahead of its tip while the burst is written.
    folded: &'a mut Folded,
    now: Time,
    written: Written,
}

/// What a burst wrote.
struct Written {
    answers: Vec<Answer>,
    tip: Tip,
    redacts: bool,
    /// Of the last ask: the ledger sees an ask's events only when another one is judged on them, so that
    /// an ask alone is not folded before it is safe.
    unfolded: Vec<Event>,
}

impl<'a> Burst<'a> {
    fn new(db: &'a Transaction<'a>, folded: &'a mut Folded, now: Time) -> Self {
        let now = folded.tip.recorded_at.map_or(now, |last| last.max(now));
        let written = Written { answers: Vec::new(), tip: folded.tip, redacts: false, unfolded: Vec::new() };
        Self { db, folded, now, written }
    }

    fn write_all(mut self, asks: &[Ask]) -> Result<Written, Fault> {
        for ask in asks {
            let answer = self.answer(ask)?;
            self.written.answers.push(answer);
        }
        Ok(self.written)
    }

    fn answer(&mut self, ask: &Ask) -> Result<Answer, Fault> {
        for event in self.written.unfolded.drain(..) {
            self.folded.ledger.apply(&event);
        }
        let news = match self.folded.ledger.judge(ask, self.now) {
            Ok(news) => news,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let news = unsaid(self.db, news)?;
        if let Some(refusal) = objection(self.db, &news)? {
            return Ok(Err(refusal));
        }
        let events = news.iter().map(|new| self.write(new)).collect::<Result<Vec<_>, _>>()?;
        self.written.unfolded.extend(events.iter().cloned());
        Ok(Ok(events))
    }

    fn write(&mut self, new: &NewEvent) -> Result<Event, Fault> {
        let row = Row::seal(new, self.now, &self.written.tip)?;
        row.insert(self.db)?;
        let event = row.event()?;
        if let EventKind::Redacted { seq, .. } = event.kind {
            self.db.execute(schema::ERASE_PAYLOAD, [seq.cast_signed()])?;
            self.written.redacts = true;
        }
        self.written.tip = row.tip()?;
        Ok(event)
    }
}

/// Without the imported lines that are stored already: those the rules see are left out before, one whose
/// text was redacted since is not brought back.
fn unsaid(db: &Connection, news: Vec<NewEvent>) -> Result<Vec<NewEvent>, Fault> {
    let mut left = Vec::with_capacity(news.len());
    for new in news {
        let imported = matches!(new.kind, EventKind::Imported(_));
        if !imported || said(db, &[], &new)?.is_none() {
            left.push(new);
        }
    }
    Ok(left)
}

/// What only the stored entries can tell against an ask.
fn objection(db: &Connection, news: &[NewEvent]) -> Result<Option<Refusal>, Fault> {
    for (index, new) in news.iter().enumerate() {
        let refusal = match &new.kind {
            EventKind::Erased => Some(Refusal::not_allowed("an erased entry cannot be written again")),
            EventKind::Redacted { seq, .. } => unerasable(db, *seq)?,
            _ => None,
        };
        let refusal = refusal.or(said(db, &news[..index], new)?);
        if refusal.is_some() {
            return Ok(refusal);
        }
    }
    Ok(None)
}

fn said(db: &Connection, before: &[NewEvent], new: &NewEvent) -> Result<Option<Refusal>, Fault> {
    let Some(key) = &new.dedupe else {
        return Ok(None);
    };
    let again = before.iter().any(|other| other.dedupe == new.dedupe);
    let taken = again || db.prepare_cached(schema::DEDUPE_TAKEN)?.query_row([key], |row| row.get(0))?;
    let why = || format!("already in the journal: {key}: nothing to do");
    Ok(taken.then(|| Refusal { why: why(), kind: RefusalKind::AlreadySaid }))
}

/// Why the payload of an entry cannot be erased.
fn unerasable(db: &Connection, seq: u64) -> Result<Option<Refusal>, Fault> {
    let found: Option<(String, bool)> = db
        .query_row(schema::KIND_AND_KEPT, [seq.cast_signed()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match found {
        None => Some(Refusal::unknown(format!("no entry {seq} (see `warroom timeline` for the numbers)"))),
        Some((_, false)) => Some(Refusal::not_allowed(format!("entry {seq} is redacted already"))),
        Some((kind, _)) if kind == "redacted" => Some(Refusal::not_allowed(format!(
            "entry {seq} records a redaction and stays, so that the gap it left is explained"
        ))),
        Some(_) => None,
    })
}

/// Refuses to chain to an entry that is not there any more.
fn unshortened(db: &Connection, tip: &Tip) -> Result<(), Fault> {
    let last: i64 = db.query_row(schema::LAST_SEQ, [], |row| row.get(0))?;
    if last.cast_unsigned() == tip.seq {
        return Ok(());
    }
    Err(Fault::Corrupt(format!("it ends at entry {last}, and there were {} a moment ago", tip.seq)))
}
