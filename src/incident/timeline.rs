//! The timeline: events as lines that people read.

use super::event::Event;

/// One line of the timeline: an event, and what later events did to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub event: Event,
    /// What happened, in one line of words. Raw: untrusted text inside is not made safe yet.
    pub text: String,
    pub starred: bool,
    /// Happened more than a minute before it was written down.
    pub late: bool,
    /// Struck by a later event; it stays listed.
    pub struck: bool,
    /// The entry that an amendment corrects.
    pub amends: Option<u64>,
}
