//! The postmortem's draft: a pure function of the incident's events and a template.
//!
//! What the events do not say is said to be unknown; nothing is guessed. The same events give the
//! same bytes, today and in a year.

pub mod draft;
pub mod due;
pub mod facts;
mod markdown;
mod words;

pub use draft::draft;
pub use due::due;
pub use facts::Facts;
pub use words::{Moment, Share, Span};

/// The template that stands in where a team has none of its own, and its name.
pub const TEMPLATE: (&str, &str) = ("templates/postmortem.md", include_str!("../templates/postmortem.md"));
