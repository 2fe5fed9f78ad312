//! What the events of an incident say, gathered for a postmortem. Texts are raw.
//!
//! Reads events, decides nothing: what no event says is `None`, and the draft calls it unknown.

mod comms;
mod detection;
mod header;
mod impact;
mod record;
mod timeline;
mod work;

use serde::Serialize;

pub use comms::{Comms, Gap, Sent};
pub use detection::{Detection, Mark, Measure};
pub use header::{Header, Held, SeverityStep};
pub use impact::{Cost, Impact};
pub use timeline::{Row, Timeline};
pub use work::{Candidate, Change, Ran};

use crate::incident::{Event, Incident};
use crate::text::Time;
use record::Record;

pub(super) use header::worst_severity;

/// Everything a template may name. The names of its fields are the template's variables.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    pub header: Header,
    /// Two sentences.
    pub summary: String,
    pub impact: Impact,
    pub detection: Detection,
    pub timeline: Timeline,
    /// Steps of runbooks, in the order they ran or were marked.
    pub ran: Vec<Ran>,
    /// Changes to services shortly before the start and until the resolution.
    pub changes: Vec<Change>,
    /// Every holding of every role.
    pub roles: Vec<Held>,
    pub comms: Comms,
    /// Tasks left open: what action items may grow from.
    pub candidates: Vec<Candidate>,
}

impl Facts {
    /// Gathers the facts of `incident`. `context` are events around it that belong to no incident
    /// (deploys, alerts before the declaration); those of other incidents are passed over.
    ///
    /// `as_of` is where an open incident's spans end; a resolved one does not depend on it.
    pub fn gather(incident: &Incident, context: &[Event], as_of: Time) -> Self {
        let record = Record::new(incident, context, as_of);
        let detection = Detection::of(&record);
        let header = Header::of(&record, &detection);
        let impact = Impact::of(&record);
        Self {
            summary: header::summary(&header, &detection, &impact),
            timeline: Timeline::of(&record, &detection),
            ran: work::ran(&record),
            changes: work::changes(&record, &detection),
            roles: header::held(incident),
            comms: Comms::of(&record),
            candidates: work::candidates(incident),
            header,
            impact,
            detection,
        }
    }
}
