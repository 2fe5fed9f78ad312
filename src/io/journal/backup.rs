//! Copies of the journal: made while others write, and verified before they count.
//!
//! A copy is one plain file; it gets its name only once its chain holds.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::error::Fault;
use super::place::{self, Draft, Existing};
use super::verify::{Flaw, Verified, VerifyError, verify};
use super::{Journal, at, close, connect, connect_read_only, make, schema};

impl Journal {
    /// Copies the journal to `to` (0600) as it is at this moment; the copy is opened again, its chain
    /// verified and on the disk before the file has that name. Returns what the copy holds.
    pub fn backup(&self, to: &Path, existing: Existing) -> Result<Verified, VerifyError> {
        let to = std::path::absolute(to).map_err(at(to))?;
        self.try_backup(&to, existing).map_err(|flaw| flaw.at(&to))
    }

    fn try_backup(&self, to: &Path, existing: Existing) -> Result<Verified, Flaw> {
        let taken = to.try_exists()?;
        if taken && (existing == Existing::Keep || place::Identity::of(to)? == self.identity) {
            return Err(Fault::Exists.into());
        }
        copy_to(&self.db, to, existing)
    }
}

/// Copies what a connection sees into a file that gets its name only once the copy is proved.
pub(super) fn copy_to(db: &Connection, to: &Path, existing: Existing) -> Result<Verified, Flaw> {
    let draft = Draft::beside(to)?;
    let mut copied = connect(draft.path())?;
    copy(db, &mut copied)?;
    schema::write_plain(&copied)?;
    close(copied)?;
    let verified = verify(&connect_read_only(draft.path())?, None)?;
    draft.publish(to, existing)?;
    Ok(verified)
}

/// Fills the empty or missing journal of a data folder from a backup, which is verified first; one
/// that holds entries is left alone, one that is open elsewhere is [`Fault::Busy`].
pub fn restore(from: &Path, data: &Path) -> Result<Verified, VerifyError> {
    let from = std::path::absolute(from).map_err(at(from))?;
    let backup = connect_read_only(&from).map_err(at(&from))?;
    verify(&backup, None).map_err(|flaw| flaw.at(&from))?;
    let journal = place::journal(data).map_err(at(data))?;
    fill(&backup, &journal).map_err(|flaw| flaw.at(&journal))
}

fn fill(backup: &Connection, journal: &Path) -> Result<Verified, Flaw> {
    make(journal)?;
    let mut db = connect(journal)?;
    alone(&db)?;
    schema::check(&db)?;
    let entries: i64 = db.query_row(schema::LAST_SEQ, [], |row| row.get(0))?;
    if entries > 0 {
        return Err(Fault::NotEmpty(entries.cast_unsigned()).into());
    }
    copy(backup, &mut db)?;
    schema::write_ahead(&db)?;
    close(db)?;
    verify(&connect_read_only(journal)?, None)
}

/// Shuts everybody else out until the connection closes.
fn alone(db: &Connection) -> Result<(), Fault> {
    db.query_row(schema::NOBODY_ELSE, [], |_| Ok(()))?;
    db.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
    Ok(())
}

fn copy(from: &Connection, to: &mut Connection) -> Result<(), Fault> {
    match Backup::new(from, to)?.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(Fault::Busy),
    }
}
