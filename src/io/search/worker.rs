//! The console's searches: one after the other on a thread of their own, and of those that wait only the last.

use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use tokio::sync::mpsc::Sender;

use super::Search;
use crate::app::Msg;
use crate::incident::search::Query;
use crate::io::runtime::Told;

/// A way to ask; nothing here waits. The thread starts with the first question and ends with this.
#[derive(Debug)]
pub struct Finder {
    data: PathBuf,
    told: Sender<Told>,
    asks: Option<mpsc::Sender<Query>>,
}

impl Finder {
    /// Starts nothing yet.
    pub fn new(data: &Path, told: Sender<Told>) -> Self {
        Self { data: data.to_owned(), told, asks: None }
    }

    /// Has a question answered by a message; an earlier one that still waits is forgotten.
    pub fn ask(&mut self, query: Query) {
        let asks = self.asks.take().or_else(|| self.start());
        self.asks = asks.filter(|asks| asks.send(query).is_ok());
        if self.asks.is_none() {
            let why = "too many threads?".to_owned();
            let _ = self.told.try_send(Msg::TaskDied { task: "search".to_owned(), why }.into());
        }
    }

    fn start(&self) -> Option<mpsc::Sender<Query>> {
        let (asks, waiting) = mpsc::channel();
        let (mut search, told) = (Search::new(&self.data), self.told.clone());
        let work = move || {
            while let Ok(first) = waiting.recv() {
                let query = waiting.try_iter().last().unwrap_or(first);
                let outcome = search.find(&query).map_err(|fault| fault.to_string());
                // The console has ended: nobody is left to be told.
                let _ = told.blocking_send(Msg::Found { query, outcome }.into());
            }
        };
        thread::Builder::new().name("search".to_owned()).spawn(work).ok()?;
        Some(asks)
    }
}
