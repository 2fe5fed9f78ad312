//! An incident as JSON: the object of `list` and the fuller one of `show` (contract). The command line
//! and the console share them.
//!
//! Text in it is raw: JSON writers escape it.

use serde_json::{Value, json};

use super::Role;
use super::checklist::Temporary;
use super::state::{Ending, Incident, Offer, Task, Tenure, Update};
use super::triage::Question;
use crate::text::Time;
use crate::text::when::rfc3339;

impl Incident {
    /// The object of `list --json`.
    pub fn summary_json(&self) -> Value {
        json!({
            "id": self.id,
            "title": self.title,
            "severity": self.severity,
            "phase": self.phase,
            "status": self.status,
            "ic": self.commander(),
            "services": self.services,
            "declared_at": rfc3339(self.declared_at),
            "resolved_at": self.resolved_at.map(rfc3339),
            "drill": self.drill,
        })
    }

    /// The object of `show --json`: the summary, and everything else that its state holds.
    pub fn show_json(&self, now: Time) -> Value {
        let mut whole = self.summary_json();
        let more = json!({
            "private": self.private,
            "declared_by": self.declared_by,
            "recorded_at": rfc3339(self.recorded_at),
            "closed_at": self.closed_at.map(rfc3339),
            "duration_s": self.duration(now).as_secs(),
            "impact": self.impact,
            "found": self.found,
            "indicators": self.security.indicators,
            "affected_data": self.security.affected_data,
            "contained_at": self.security.contained_at.map(rfc3339),
            "links": self.links.iter().map(|link| json!({"kind": link.kind, "url": link.url})).collect::<Value>(),
            "related": self.related,
            "merged_into": self.merged_into,
            "impact_start": self.impact_start.map(rfc3339),
            "impact_end": self.impact_end.map(rfc3339),
            "mitigated": self.mitigated.map(|(at, kind)| json!({"at": rfc3339(at), "kind": kind})),
            "triage": self.triage_question().map(Question::asks),
            "temporaries": self.temporaries.iter().map(temporary_json).collect::<Value>(),
            "checks": {"baseline": self.checks.baseline, "data": self.checks.data, "temporary": self.checks.temporary},
            "roles": self.roles_json(),
            "offers": self.offers.iter().map(offer_json).collect::<Vec<_>>(),
            "tenures": self.tenures.iter().map(Tenure::to_json).collect::<Vec<_>>(),
            "tasks": self.tasks.iter().map(|task| task_json(task, now)).collect::<Vec<_>>(),
            "updates": self.updates.iter().map(update_json).collect::<Vec<_>>(),
            "update_clock": self.update_clock_json(now),
            "clocks": self.clocks(now).iter().map(|clock| clock.to_json(now)).collect::<Value>(),
            "posts": self.posts.iter().map(|post| post.to_json(&self.id)).collect::<Value>(),
            "warnings": self.warnings(now),
            "entries": self.timeline.len(),
        });
        if let (Value::Object(whole), Value::Object(more)) = (&mut whole, more) {
            whole.extend(more);
        }
        whole
    }

    fn roles_json(&self) -> Value {
        let holders = |role: Role| self.holders(role).collect::<Value>();
        Role::ALL.into_iter().map(|role| (role.word().to_owned(), holders(role))).collect()
    }

    fn update_clock_json(&self, now: Time) -> Option<Value> {
        let clock = self.comms_clock(now)?;
        Some(json!({
            "due_at": rfc3339(clock.due_at),
            "overdue_at": rfc3339(clock.overdue_at),
            "state": clock.state,
        }))
    }
}

impl Tenure {
    pub fn to_json(&self) -> Value {
        let Self { role, who, reason, .. } = self;
        let (from, to) = (rfc3339(self.from), self.to.map(rfc3339));
        json!({"role": role, "who": who, "from": from, "to": to, "reason": reason})
    }
}

fn offer_json(offer: &Offer) -> Value {
    json!({"role": offer.role, "who": offer.who, "by": offer.by, "at": rfc3339(offer.at)})
}

fn task_json(task: &Task, now: Time) -> Value {
    json!({
        "number": task.number,
        "text": task.text,
        "owner": task.owner,
        "added_at": rfc3339(task.added_at),
        "due_at": task.due_at.map(rfc3339),
        "done_at": task.ended.filter(|(_, how)| *how == Ending::Done).map(|(at, _)| rfc3339(at)),
        "ended_at": task.ended.map(|(at, _)| rfc3339(at)),
        "ended": task.ended.map(|(_, how)| how),
        "overdue": task.timer(now).is_some_and(|timer| now >= timer.due_at),
    })
}

fn temporary_json(temporary: &Temporary) -> Value {
    let Temporary { number, text, put_at, removed_at } = temporary;
    json!({"number": number, "text": text, "put_at": rfc3339(*put_at), "removed_at": removed_at.map(rfc3339)})
}

fn update_json(update: &Update) -> Value {
    json!({
        "at": rfc3339(update.at),
        "audience": update.audience,
        "next_s": update.next.map(|next| next.as_secs()),
    })
}
