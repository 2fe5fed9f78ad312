//! What an incident commander is warned about. It warns, it never blocks.
//!
//! Names in the sentences are raw.

use std::time::Duration;

use super::event::EventKind;
use super::state::{Incident, Offer};
use super::{Phase, Role, Severity, Status};
use crate::text::Time;
use crate::text::when::{rough_span, since};

/// A SEV1 longer than this wants somebody who can take over.
const LONG: Duration = Duration::from_hours(1);

impl Incident {
    /// Standing warnings, the gravest first; once resolved what speaks against closing it, and then none.
    pub fn warnings(&self, now: Time) -> Vec<String> {
        match self.status {
            Status::Open => self.standing(now),
            Status::Resolved => self.closing_doubts(),
            Status::Closed => Vec::new(),
        }
    }

    fn standing(&self, now: Time) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.severity.wants_full_roster() {
            warnings.extend(self.empty_seats());
            warnings.extend(self.doubled_seats());
            warnings.extend(self.deputy_due(now));
        }
        warnings.extend(self.unanswered(now));
        warnings.extend(self.commander_executes());
        warnings.extend(self.not_resolved());
        warnings.extend(self.no_services());
        warnings
    }

    /// The deputy has a warning of their own, an hour later.
    fn empty_seats(&self) -> Option<String> {
        let empty: Vec<&str> = Role::ALL
            .into_iter()
            .filter(|role| *role != Role::Deputy && self.holders(*role).next().is_none())
            .map(Role::word)
            .collect();
        let seats = empty.join(", ");
        (!empty.is_empty())
            .then(|| format!("SEV1 wants every seat filled, still empty: {seats} (role assign)"))
    }

    fn doubled_seats(&self) -> Vec<String> {
        let seated = |role| self.holders(role).map(move |who| (who, role));
        let seats: Vec<(&str, Role)> = Role::ALL.into_iter().flat_map(seated).collect();
        let mut people: Vec<&str> = seats.iter().map(|(who, _)| *who).collect();
        people.sort_unstable();
        people.dedup();
        let roles_of = |person: &str| -> Vec<&str> {
            seats.iter().filter(|(who, _)| *who == person).map(|(_, role)| role.word()).collect()
        };
        people
            .into_iter()
            .map(|person| (person, roles_of(person)))
            .filter(|(_, roles)| roles.len() > 1)
            .map(|(person, roles)| {
                let why = self.exception(person).map(|why| format!(" ({why})")).unwrap_or_default();
                format!("{person} is {} at once: SEV1 wants one person a seat{why}", roles.join(" and "))
            })
            .collect()
    }

    /// Why somebody sits on two seats, as it was said last.
    fn exception(&self, person: &str) -> Option<&str> {
        let mut held = self.tenures.iter().rev().filter(|held| held.to.is_none() && held.who == person);
        held.find_map(|held| held.reason.as_deref())
    }

    fn unanswered(&self, now: Time) -> Vec<String> {
        let waiting = |offer: &Offer| {
            let Offer { role, who, .. } = offer;
            let since = rough_span(since(offer.at, now));
            format!("{role} was offered to {who} {since} ago: not accepted yet (role accept {role})")
        };
        self.offers.iter().map(waiting).collect()
    }

    fn deputy_due(&self, now: Time) -> Option<String> {
        let open_for = since(self.recorded_at, now);
        let due = open_for > LONG && self.holders(Role::Deputy).next().is_none();
        due.then(|| "more than an hour of SEV1: a deputy is due (role assign deputy WHO)".to_owned())
    }

    /// On small incidents one person may do both.
    fn commander_executes(&self) -> Option<String> {
        let commander = self.commander().filter(|_| self.severity <= Severity::Sev2)?;
        let runs = |entry: &super::Entry| {
            matches!(&entry.event.kind, EventKind::StepRan(run) if !run.assisted)
                && !entry.struck
                && entry.event.actor == commander
        };
        self.timeline.iter().any(runs).then(|| {
            format!(
                "{commander} runs steps while commanding: let somebody else execute (role assign ops WHO)"
            )
        })
    }

    fn not_resolved(&self) -> Option<String> {
        (self.phase == Phase::FollowUp)
            .then(|| "in follow-up but not resolved: its time still runs (resolve)".to_owned())
    }

    fn no_services(&self) -> Option<String> {
        self.services.is_empty().then(|| {
            "no service named: alerts and deploys stay off its timeline (set --service NAME)".to_owned()
        })
    }
}
