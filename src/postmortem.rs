//! The postmortem: a draft that is a pure function of the events and an as-of time.

pub mod draft;
pub mod facts;
