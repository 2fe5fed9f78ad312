//! Handing a role over takes two: one offers, the other accepts. Until then nothing moves, so there is
//! never a moment without a commander, nor one with two.

use crate::incident::event::EventKind;
use crate::incident::state::Offer;
use crate::incident::{Incident, Refusal, Role};

use super::{Case, Verdict, one_line, utc, words};

impl Case<'_> {
    pub(super) fn offer_role(&self, incident: &Incident, role: Role, who: &str) -> Verdict {
        let who = one_line(&words("who", who, "name the person: warroom role offer ROLE WHO")?);
        if incident.holders(role).any(|holder| holder == who) {
            return Err(Refusal::not_allowed(format!("{role}: {who} is {} already (all set)", role.title())));
        }
        if let Some(offer) = incident.offers_to(&who).find(|offer| offer.role == role) {
            let (by, at) = (&offer.by, utc(offer.at));
            return Err(Refusal::not_allowed(format!(
                "{role}: {by} offered it to {who} at {at} ({who} has to accept: warroom role accept {role})"
            )));
        }
        Ok(self.one(incident, EventKind::RoleOffered { role, who }))
    }

    /// Only who was asked accepts, in their own name.
    pub(super) fn accept_role(&self, incident: &Incident, role: Role, why: Option<&str>) -> Verdict {
        let who = one_line(&self.ask.actor);
        if !incident.offers_to(&who).any(|offer| offer.role == role) {
            return Err(not_offered(incident, role, &who));
        }
        let reason = one_seat_each(incident, role, &who, why)?;
        let from = incident.holders(role).next().filter(|_| !role.several()).map(str::to_owned);
        Ok(self.one(incident, EventKind::RoleAccepted { role, who, from, reason }))
    }

    /// Who was asked declines; who asked withdraws.
    pub(super) fn decline_role(&self, incident: &Incident, role: Role, why: Option<&str>) -> Verdict {
        let actor = one_line(&self.ask.actor);
        let concerns = |offer: &&Offer| offer.role == role && (offer.who == actor || offer.by == actor);
        let Some(offer) = incident.offers.iter().find(concerns) else {
            return Err(not_offered(incident, role, &actor));
        };
        let reason = why.map(str::trim).filter(|why| !why.is_empty()).map(str::to_owned);
        Ok(self.one(incident, EventKind::RoleDeclined { role, who: offer.who.clone(), reason }))
    }
}

fn not_offered(incident: &Incident, role: Role, who: &str) -> Refusal {
    let offered = incident.offers.iter().find(|offer| offer.role == role);
    let way_out = offered.map_or_else(
        || format!("ask for it: warroom role offer {role} {who}"),
        |offer| format!("it is offered to {}", offer.who),
    );
    Refusal::not_allowed(format!("{role}: nobody offered it to {who} ({way_out})"))
}

/// On a SEV1 nobody sits on two seats, unless somebody says why; the reason stays visible.
pub(super) fn one_seat_each(
    incident: &Incident,
    role: Role,
    who: &str,
    why: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let reason = why.map(str::trim).filter(|why| !why.is_empty()).map(str::to_owned);
    match incident.second_seat(role, who).filter(|_| reason.is_none()) {
        Some(other) => Err(Refusal::not_allowed(format!(
            "{role}: {who} is {} and SEV1 wants one person a seat (release that one, or say why: --reason WHY)",
            other.role.title()
        ))),
        None => Ok(reason),
    }
}
