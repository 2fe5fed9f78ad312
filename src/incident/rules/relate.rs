//! Incidents that have to do with each other, and incidents that turn out to be one.

use crate::incident::event::{EventKind, Fields};
use crate::incident::{Incident, Refusal};

use super::{Case, Verdict};

impl Case<'_> {
    pub(super) fn relate(&self, incident: &Incident, other: &str) -> Verdict {
        let other = self.ledger.survivor(self.ledger.find(Some(other))?);
        let known = incident.related.contains(&other.id) || other.related.contains(&incident.id);
        if other.id == incident.id || known {
            let why = if known { "related already" } else { "the same incident" };
            return Err(Refusal::not_allowed(format!(
                "{}: {}: {why} (nothing to add)",
                incident.id, other.id
            )));
        }
        Ok(self.one(incident, EventKind::Related { other: other.id.clone() }))
    }

    /// Both stay what they were written; the one that is merged takes no more lines. What a private one goes on
    /// in becomes private with it.
    pub(super) fn merge(&self, incident: &Incident, into: &str) -> Verdict {
        let into = self.ledger.survivor(self.ledger.find(Some(into))?);
        if into.id == incident.id {
            return Err(Refusal::not_allowed(format!(
                "{}: is the same incident, or was merged into it (nothing to merge)",
                incident.id
            )));
        }
        if let Some(closed) = into.closed_at {
            return Err(super::closed_since(into, closed));
        }
        if !incident.is_open() {
            return Err(Refusal::not_allowed(format!(
                "{}: is {} (only an open incident is merged; say that they are related: warroom link)",
                incident.id,
                incident.status.word()
            )));
        }
        let merged = self.event(Some(&incident.id), EventKind::Merged { into: into.id.clone() });
        // What was kept from outside must not become readable by going on elsewhere.
        let closes_in = (incident.private && !into.private).then(|| {
            let private = Fields { private: Some(true), ..Fields::default() };
            self.event(Some(&into.id), EventKind::FieldsSet(private))
        });
        Ok([merged].into_iter().chain(closes_in).collect())
    }
}
