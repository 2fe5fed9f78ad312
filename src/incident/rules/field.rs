//! What is said of an incident beside its course: its fields, its links.

use crate::incident::event::{EventKind, Fields, LinkKind, Security};
use crate::incident::{Incident, Refusal};

use super::{Case, Verdict, names, one_line, words};

/// A link this long is no link.
const LONGEST_LINK: usize = 2_000;

impl Case<'_> {
    pub(super) fn set_fields(&self, incident: &Incident, mut set: Fields) -> Verdict {
        if set.is_empty() {
            return Err(Refusal::not_allowed(format!(
                "{}: nothing to set (give --title, --service, --impact, --private, --found, --indicators, \
                 --affected-data or --contained-at)",
                incident.id
            )));
        }
        if let Some(contained) = set.security.contained_at {
            self.not_ahead(contained)?;
        }
        set.services = set.services.as_deref().map(names);
        let said = |text: Option<String>, what: &str, way_out: &str| {
            text.map(|text| words(what, &text, way_out)).transpose()
        };
        let title = said(set.title, "title", "say what is broken")?.as_deref().map(one_line);
        let impact = said(set.impact, "impact", "say what users feel")?;
        let indicators = said(set.security.indicators, "indicators", "say what gives the attack away")?;
        let affected_data = said(set.security.affected_data, "affected data", "say which data")?;
        let security = Security { indicators, affected_data, ..set.security };
        Ok(self.one(incident, EventKind::FieldsSet(Fields { title, impact, security, ..set })))
    }

    pub(super) fn add_link(&self, incident: &Incident, kind: LinkKind, url: &str) -> Verdict {
        let url = words("url", url, "paste the whole address")?;
        let scheme = url.split_once("://").is_some_and(|(scheme, rest)| {
            !rest.is_empty()
                && !scheme.is_empty()
                && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
        });
        let clean = url.len() <= LONGEST_LINK && !url.chars().any(|c| c.is_whitespace() || c.is_control());
        if !(scheme && clean) {
            return Err(Refusal::not_allowed(format!(
                "url: {url}: not an address (write it whole, as https://chat.example/incident, without blanks)"
            )));
        }
        if incident.links.iter().any(|link| link.url == url && link.kind == kind) {
            return Err(Refusal::not_allowed(format!("url: {url}: is its {kind} already (nothing to add)")));
        }
        Ok(self.one(incident, EventKind::LinkAdded { kind, url }))
    }
}
