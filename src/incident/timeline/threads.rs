//! Threads: what an investigation tried beside the main line. `~db pool is exhausted` is a line of `db`,
//! `~db end` ends it, the next one opens it again. Computed from the words, as tags are.

use std::collections::BTreeMap;

use super::Entry;
use crate::incident::event::EventKind;
use crate::incident::scribe::{ends_thread, thread};

/// A branch of the investigation.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread<'a> {
    /// In small letters.
    pub name: String,
    pub lines: usize,
    /// The line that says how it stands.
    pub last: &'a Entry,
    /// Its last line did not end it.
    pub open: bool,
}

impl Entry {
    /// The thread it is a line of, in small letters; `None` on the main line.
    pub fn thread(&self) -> Option<String> {
        Some(thread(said(&self.event.kind)?)?.0.to_lowercase())
    }

    /// Whether it ends its thread.
    pub fn ends_thread(&self) -> bool {
        said(&self.event.kind).is_some_and(ends_thread)
    }
}

/// The words that somebody wrote and that may begin with a thread.
fn said(kind: &EventKind) -> Option<&str> {
    match kind {
        EventKind::Noted { text, .. }
        | EventKind::TaskAdded { text, .. }
        | EventKind::Amended { text, .. } => Some(text),
        EventKind::Imported(line) => Some(&line.text),
        _ => None,
    }
}

/// The threads of a timeline, the one that was last written in first. Struck lines do not count.
pub fn threads(entries: &[Entry]) -> Vec<Thread<'_>> {
    let mut found: BTreeMap<String, (usize, Thread<'_>)> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate().filter(|(_, entry)| !entry.struck) {
        let Some(name) = entry.thread() else { continue };
        let open = !entry.ends_thread();
        let lines = found.get(&name).map_or(0, |(_, thread)| thread.lines) + 1;
        found.insert(name.clone(), (at, Thread { name, lines, last: entry, open }));
    }
    let mut threads: Vec<_> = found.into_values().collect();
    threads.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    threads.into_iter().map(|(_, thread)| thread).collect()
}
