//! On the way back to service: triage answered, impact mitigated, what is temporary written down and taken
//! away again, the closing checklist walked.

use std::time::Duration;

use crate::incident::event::{EventKind, Mitigation, Recheck};
use crate::incident::triage::{Answer, Question};
use crate::incident::{Checks, Incident, Refusal};

use crate::text::when::after;

use super::life::{no, only_open};
use super::{Case, Verdict, one_line, utc, words};

/// Until it is looked at again while no user is hurt (field manual, first question of triage).
const LOOK_AGAIN: Duration = Duration::from_mins(10);

impl Case<'_> {
    /// Whether users are hurt is asked before there is an incident; the other questions are about one.
    pub(super) fn triage(&self, question: Question, answer: Answer) -> Verdict {
        let answered = EventKind::TriageAnswered { question, yes: answer.is_yes() };
        if question == Question::UsersHurt && self.ask.incident.is_none() {
            let again = self.looks_again(answer);
            return Ok([answered].into_iter().chain(again).map(|kind| self.event(None, kind)).collect());
        }
        let incident = self.incident()?;
        only_open(incident)?;
        Ok(self.one(incident, answered))
    }

    /// Who answers the first question has looked again, where that was asked; as long as nobody is hurt, the
    /// next look is due.
    fn looks_again(&self, answer: Answer) -> Vec<EventKind> {
        let what = Question::UsersHurt.to_string();
        let asked = self.ledger.rechecks.iter().filter(|look| look.what == what);
        let mut kinds: Vec<EventKind> = asked.map(|look| EventKind::RecheckEnded { seq: look.seq }).collect();
        if !answer.is_yes() {
            let due_at = after(self.now, LOOK_AGAIN);
            kinds.push(EventKind::RecheckSet(Recheck { what, due_at }));
        }
        kinds
    }

    pub(super) fn put_temporary(&self, incident: &Incident, text: &str) -> Verdict {
        let text = one_line(&words("temporary", text, "say what has to go again")?);
        Ok(self.one(incident, put(incident, text)))
    }

    pub(super) fn remove_temporary(&self, incident: &Incident, number: u32) -> Verdict {
        let Some(temporary) = incident.temporaries.iter().find(|temporary| temporary.number == number) else {
            let open: Vec<String> = incident.open_temporaries().map(|open| open.number.to_string()).collect();
            let open = if open.is_empty() { "none is in place".to_owned() } else { open.join(", ") };
            return Err(Refusal::unknown(format!("temporary: {number}: unknown (in place: {open})")));
        };
        match temporary.removed_at {
            Some(at) => {
                Err(no(incident, &format!("temporary {number} was removed at {}", utc(at)), "nothing to do"))
            }
            None => Ok(self.one(incident, EventKind::TemporaryRemoved { number })),
        }
    }

    pub(super) fn check(&self, incident: &Incident, checks: Checks) -> Verdict {
        if checks.is_empty() {
            return Err(no(
                incident,
                "nothing was answered",
                "say --baseline, --data-intact or --temporary, yes or no",
            ));
        }
        Ok(self.one(incident, EventKind::Checked(checks)))
    }

    /// The first mitigation is the one that is measured, until the incident is reopened. What it leaves in
    /// place goes into the ledger by itself: that is what one forgets.
    pub(super) fn mitigate(&self, incident: &Incident, kind: Mitigation) -> Verdict {
        if let Some((at, kind)) = incident.mitigated {
            let what = format!("was mitigated at {} by {kind}", utc(at));
            return Err(no(incident, &what, "strike that entry first if it did not hold"));
        }
        only_open(incident)?;
        let mut events = self.one(incident, EventKind::Mitigated { kind });
        if kind.is_temporary() {
            let text = format!("{kind} that mitigated it");
            events.push(self.event(Some(&incident.id), put(incident, text)));
        }
        Ok(events)
    }
}

fn put(incident: &Incident, text: String) -> EventKind {
    let number = incident.temporaries.iter().map(|put| put.number).max().unwrap_or(0).saturating_add(1);
    EventKind::TemporaryPut { number, text }
}
