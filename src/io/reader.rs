//! The journal's thread of a console that only reads: tells what is there and what others add. Takes no
//! lease, appends nothing, makes no file of its own.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use tokio::sync::mpsc::Sender;

use super::journal::{Journal, JournalError};
use super::runtime::Told;
use crate::app::{Msg, reading};
use crate::incident::{Event, EventKind};

/// Between two looks for what others wrote; half a second is promised.
const LOOK: Duration = Duration::from_millis(200);

/// The thread's own state.
pub(super) struct Reader {
    data: PathBuf,
    journal: Journal,
    told: Sender<Told>,
    /// What could not be read at the last look; said once.
    failing: Option<String>,
}

impl Reader {
    /// Opens a journal that is there.
    pub(super) fn open(data: &Path, told: Sender<Told>) -> Result<Self, JournalError> {
        let journal = Journal::open_read_only(data)?;
        Ok(Self { data: data.to_owned(), journal, told, failing: None })
    }

    /// Reads until nobody asks any more. What is asked is refused: nothing of it gets here from a console
    /// that only reads. `ticket` is whom to answer.
    pub(super) fn work<Job>(mut self, jobs: &mpsc::Receiver<Job>, ticket: impl Fn(&Job) -> Option<u64>) {
        self.tell_all();
        loop {
            match jobs.recv_timeout(LOOK) {
                Ok(job) => {
                    let refused = |ticket| Msg::Refused { ticket, why: reading::WHY.to_owned() };
                    ticket(&job).map(refused).into_iter().for_each(|msg| self.tell(msg));
                }
                Err(RecvTimeoutError::Timeout) => self.look(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// What was added since; another file that has got the name is read from its start.
    fn look(&mut self) {
        let read = if self.journal.is_outdated() {
            self.read_anew()
        } else if self.journal.changed() {
            self.journal.catch_up().map(|events| self.tell_new(events))
        } else {
            return;
        };
        let failing = read.err().map(|error| error.to_string());
        if let Some(why) = failing.clone().filter(|_| failing != self.failing) {
            self.tell(Msg::TaskDied { task: "journal".to_owned(), why });
        }
        self.failing = failing;
    }

    fn read_anew(&mut self) -> Result<(), JournalError> {
        self.journal = Journal::open_read_only(&self.data)?;
        self.tell_all();
        Ok(())
    }

    fn tell_new(&self, events: Vec<Event>) {
        if events.iter().any(|event| matches!(event.kind, EventKind::Redacted { .. })) {
            self.tell_all();
        } else if !events.is_empty() {
            self.tell(Msg::Appended { ticket: None, events });
        }
    }

    fn tell_all(&self) {
        match self.journal.events() {
            Ok(events) => self.tell(Msg::Loaded(events)),
            Err(error) => self.tell(Msg::TaskDied { task: "journal".to_owned(), why: error.to_string() }),
        }
    }

    fn tell(&self, msg: Msg) {
        // The console has ended: nobody is left to be told.
        let _ = self.told.blocking_send(msg.into());
    }
}
