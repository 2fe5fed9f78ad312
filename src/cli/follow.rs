//! Commands that stay until a signal ends them, and the exit code that says which one did.

use std::future::Future;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use chrono_tz::Tz;
use tokio::time::{MissedTickBehavior, interval};

use super::console::start_runtime;
use super::output::{Failure, Shape};
use super::record::{line, print_entries};
use crate::incident::Entry;
use crate::incident::timeline::Filter;
use crate::io::files::plainly;
use crate::io::journal::Journal;
use crate::io::runtime::Signals;

/// Between two looks at the journal while following it.
const LOOK: Duration = Duration::from_millis(250);

/// What is followed, and how far it was printed.
#[derive(Debug)]
pub(super) struct Following {
    pub id: String,
    pub shape: Shape,
    /// Last entry of the journal that was looked at.
    pub printed: u64,
    /// Which entries are wanted.
    pub filter: Filter,
    /// The zone that times are shown in.
    pub zone: Tz,
}

/// Prints what is added to an incident's timeline until a signal comes.
pub(super) fn follow(mut journal: Journal, mut following: Following) -> Result<ExitCode, Failure> {
    start_runtime()?.block_on(until_signal(async move {
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            if journal.changed() {
                journal.catch_up()?;
                print_new(&journal, &mut following)?;
            }
        }
    }))
}

fn print_new(journal: &Journal, following: &mut Following) -> Result<ExitCode, Failure> {
    let ledger = journal.ledger();
    let entries = ledger.timeline(ledger.find(Some(&following.id))?);
    let wanted = |entry: &&Entry| entry.event.seq > following.printed && following.filter.lets(entry);
    let fresh: Vec<&Entry> = entries.iter().filter(wanted).collect();
    following.printed = ledger.head;
    // A document that never ends is a line an entry.
    let zone = following.zone;
    let shape = if following.shape == Shape::Json { Shape::Lines } else { following.shape };
    print_entries(&fresh, shape, |entry| line(entry, zone))
}

/// Does something until it ends by itself or a signal comes: then the exit code is 128 and the signal.
pub(super) async fn until_signal(
    work: impl Future<Output = Result<ExitCode, Failure>>,
) -> Result<ExitCode, Failure> {
    let mut signals = Signals::listen().map_err(|error| deaf(&error))?;
    tokio::select! {
        done = work => done,
        number = signals.next() => Ok(ExitCode::from(128 + number)),
    }
}

/// Who cannot hear a signal does not begin what only a signal ends.
pub(super) fn deaf(error: &io::Error) -> Failure {
    Failure::Unreachable(format!("signals: {} (too many open files?)", plainly(error)))
}
