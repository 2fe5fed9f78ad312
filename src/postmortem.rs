//! The postmortem's draft: a pure function of the incident's events and a template.
//!
//! What the events do not say is said to be unknown; nothing is guessed. The same events give the
//! same bytes, today and in a year.

pub mod draft;
pub mod due;
pub mod facts;
pub mod markdown;
mod words;

pub use draft::draft;
pub use due::due;
pub use facts::Facts;
pub use words::{Moment, Share, Span};

use crate::incident::{Event, Incident, Ledger};
use crate::text::{Problem, Time};

/// The template that stands in where a team has none of its own, and its name.
pub const TEMPLATE: (&str, &str) = ("templates/postmortem.md", include_str!("../templates/postmortem.md"));

/// Drafts an incident as it stands at `as_of`, with the events of its services around it. The template
/// comes with the name that errors call it by.
pub fn draft_now(
    ledger: &Ledger,
    incident: &Incident,
    as_of: Time,
    template: (&str, &str),
) -> Result<String, Problem> {
    let context: Vec<Event> = ledger.context(incident).into_iter().cloned().collect();
    draft(&Facts::gather(incident, &context, as_of), template.0, template.1)
}
