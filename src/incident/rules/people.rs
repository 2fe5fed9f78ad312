//! Who does what: the seats of the incident command system, and the tasks inside an incident.

use std::time::Duration;

use crate::incident::event::EventKind;
use crate::incident::{Incident, Refusal, Role};
use crate::text::when::after;

use super::handover::one_seat_each;
use super::{Case, Verdict, one_line, reason, utc, words};

impl Case<'_> {
    /// One holder per seat, except for experts; taking the commander's seat by force wants a reason.
    pub(super) fn assign_role(
        &self,
        incident: &Incident,
        role: Role,
        who: &str,
        why: Option<&str>,
    ) -> Verdict {
        let who = one_line(&words("who", who, "name the person: warroom role assign ROLE WHO")?);
        if incident.holders(role).any(|holder| holder == who) {
            return Err(Refusal::not_allowed(format!("{role}: {who} is {} already (all set)", role.title())));
        }
        let from = incident.holders(role).next().filter(|_| !role.several()).map(str::to_owned);
        let reason = match (&from, why) {
            (Some(holder), why) if role == Role::Ic => Some(reason(
                why.unwrap_or_default(),
                &format!("{holder} is still commander; taking over wants --reason WHY"),
            )?),
            (_, why) => one_seat_each(incident, role, &who, why)?,
        };
        Ok(self.one(incident, EventKind::RoleAssigned { role, who, from, reason }))
    }

    /// Command is handed over, never dropped.
    pub(super) fn release_role(&self, incident: &Incident, role: Role, who: Option<&str>) -> Verdict {
        let holders: Vec<&str> = incident.holders(role).collect();
        if role == Role::Ic {
            let holder = holders.first().unwrap_or(&"nobody");
            return Err(Refusal::not_allowed(format!(
                "ic: {holder} is still commander: an incident is never without one (hand over: warroom role offer ic WHO)"
            )));
        }
        let who = match (who.map(str::trim), &holders[..]) {
            (_, []) => Err(format!("{role}: nobody holds it (nothing to release)")),
            (None, [only]) => Ok(*only),
            (None, several) => {
                Err(format!("{role}: {} hold it: {} (say who)", several.len(), several.join(", ")))
            }
            (Some(who), holders) => holders
                .iter()
                .find(|holder| **holder == who)
                .copied()
                .ok_or_else(|| format!("{role}: {who} does not hold it ({} does)", holders.join(", "))),
        };
        let who = who.map_err(Refusal::not_allowed)?.to_owned();
        Ok(self.one(incident, EventKind::RoleReleased { role, who }))
    }

    /// A task goes to one person; its timer runs from now, when it is written down.
    pub(super) fn add_task(
        &self,
        incident: &Incident,
        text: &str,
        owner: &str,
        due: Option<Duration>,
    ) -> Verdict {
        let text = words("task", text, "say what is to be done")?;
        let owner = one_line(&words("owner", owner, "a task goes to one person: --owner WHO")?);
        let number = incident.tasks.iter().map(|task| task.number).max().unwrap_or(0).saturating_add(1);
        let due_at = due.map(|due| after(self.now, due));
        Ok(self.one(incident, EventKind::TaskAdded { number, text, owner, due_at }))
    }

    pub(super) fn finish_task(&self, incident: &Incident, number: u32) -> Verdict {
        self.end_task(incident, number, EventKind::TaskDone { number })
    }

    pub(super) fn decline_task(&self, incident: &Incident, number: u32, why: &str) -> Verdict {
        let reason = reason(why, "say why nobody does it: --reason WHY")?;
        self.end_task(incident, number, EventKind::TaskDeclined { number, reason })
    }

    pub(super) fn promote_task(&self, incident: &Incident, number: u32) -> Verdict {
        self.end_task(incident, number, EventKind::TaskPromoted { number })
    }

    /// A task ends once: done, declined, or promoted to an action item.
    fn end_task(&self, incident: &Incident, number: u32, ends: EventKind) -> Verdict {
        let Some(task) = incident.tasks.iter().find(|task| task.number == number) else {
            let open: Vec<String> = incident.open_tasks().map(|task| task.number.to_string()).collect();
            let way_out =
                if open.is_empty() { "none are open".into() } else { format!("open: {}", open.join(", ")) };
            return Err(Refusal::unknown(format!("task: {number}: unknown in {} ({way_out})", incident.id)));
        };
        match task.ended {
            Some((at, how)) => {
                let (how, at) = (how.word(), utc(at));
                Err(Refusal::not_allowed(format!("task: {number}: {how} at {at} (nothing to do)")))
            }
            None => Ok(self.one(incident, ends)),
        }
    }
}
