//! The clocks: their terms, the ladder, putting one off, looking again.

use std::time::Duration;

use crate::incident::clock::Clock;
use crate::incident::event::{
    Acknowledgement, Escalation, EventKind, FollowUp, Level, NewEvent, Recheck, Snooze, Terms,
};
use crate::incident::intent::{ClockAsk, Sending};
use crate::incident::outbox;
use crate::incident::{Incident, Refusal};
use crate::text::problem::meant;
use crate::text::when::after;

use super::life::only_open;
use super::{Case, Verdict, one_line, words};

impl Case<'_> {
    pub(super) fn clock(&self, ask: &ClockAsk) -> Verdict {
        match ask {
            ClockAsk::Freeze(terms) => Ok(self.freeze(self.incident()?, terms)),
            ClockAsk::Escalate { level, who, why, sending } => {
                self.escalate(self.incident()?, *level, (who.as_deref(), why.as_deref()), *sending)
            }
            ClockAsk::Acknowledge { level, who } => {
                self.acknowledge(self.incident()?, *level, who.as_deref())
            }
            ClockAsk::Snooze { clock, length } => self.snooze(clock.trim(), *length),
            ClockAsk::Recheck { what, due } => self.recheck(what, *due),
            ClockAsk::EndRecheck { seq } => self.end_recheck(*seq),
        }
    }

    /// Once an incident: what applied when it was declared goes on to apply.
    fn freeze(&self, incident: &Incident, terms: &Terms) -> Vec<NewEvent> {
        let frozen = self.one(incident, EventKind::TermsFrozen(terms.clone()));
        let key = format!("terms:{}", incident.id);
        frozen.into_iter().map(|new| NewEvent { dedupe: Some(key.clone()), ..new }).collect()
    }

    fn escalate(
        &self,
        incident: &Incident,
        level: Option<Level>,
        (who, why): (Option<&str>, Option<&str>),
        sending: Sending,
    ) -> Verdict {
        only_open(incident)?;
        let level = level.or_else(|| incident.next_level()).ok_or_else(|| {
            Refusal::not_allowed(format!(
                "{}: every level was called (name one to call it again)",
                incident.id
            ))
        })?;
        let said = |text: Option<&str>| text.map(one_line).filter(|text| !text.is_empty());
        let who = said(who).or_else(|| incident.stands_on(level).map(str::to_owned)).ok_or_else(|| {
            Refusal::not_allowed(format!(
                "{level}: nobody is named for it (say who: --to WHO; or name them in [[escalation]])"
            ))
        })?;
        let why = said(why).unwrap_or_else(|| level.when().to_owned());
        let target = incident.clockwork.terms.rung(level).and_then(|rung| rung.target.as_deref());
        let mut events = self.one(incident, EventKind::Escalated(Escalation { level, who, why }));
        if let (Some(target), Sending::Out(sure)) = (target, sending) {
            outbox::may_leave(incident, None, sure)?;
            let EventKind::Escalated(step) = &events[0].kind else { return Ok(events) };
            let text = outbox::call(incident, step);
            events.push(self.queue(
                incident,
                target,
                outbox::Words { text, audience: None, level: Some(level) },
            ));
        }
        Ok(events)
    }

    fn acknowledge(&self, incident: &Incident, level: Option<Level>, who: Option<&str>) -> Verdict {
        let Some(level) = level.or_else(|| incident.unanswered_level()) else {
            return Err(Refusal::not_allowed(format!(
                "{}: nobody was called and has not answered (call somebody: warroom escalate)",
                incident.id
            )));
        };
        let Some(step) = incident.steps().rev().find(|step| step.level == level) else {
            return Err(Refusal::not_allowed(format!(
                "{level}: was not called (call it: warroom escalate {level})"
            )));
        };
        if let Some((who, _)) = &step.answered {
            return Err(Refusal::not_allowed(format!("{level}: {who} acknowledged already (nothing to do)")));
        }
        let who = one_line(who.unwrap_or(&self.ask.actor));
        let mut events =
            self.one(incident, EventKind::EscalationAcknowledged(Acknowledgement { level, who }));
        events.extend(self.follow_up(incident, Some(level), FollowUp::Acknowledge));
        Ok(events)
    }

    /// One round, once. A look-again has no incident; its clock is named by its entry.
    fn snooze(&self, name: &str, length: Duration) -> Verdict {
        let recheck = self.ledger.rechecks.iter().find(|recheck| recheck.clock().name == name);
        if let Some(recheck) = recheck {
            return Ok(vec![self.event(None, self.put_off(&recheck.clock(), length)?)]);
        }
        let incident = self.incident()?;
        let clocks = incident.clocks(self.now);
        let clock = clocks.iter().find(|clock| clock.name == name).ok_or_else(|| {
            let names = || clocks.iter().map(|clock| clock.name.as_str());
            let listed = names().collect::<Vec<_>>().join(", ");
            let way_out = meant(name, names(), || format!("running: {listed}"));
            Refusal::unknown(format!("clock: {name}: does not run ({way_out})"))
        })?;
        Ok(self.one(incident, self.put_off(clock, length)?))
    }

    fn put_off(&self, clock: &Clock, length: Duration) -> Result<EventKind, Refusal> {
        let until = after(self.now, length);
        clock.may_wait(self.now, until).map_err(Refusal::not_allowed)?;
        Ok(EventKind::ClockSnoozed(Snooze { clock: clock.name.clone(), round: clock.from, until }))
    }

    fn recheck(&self, what: &str, due: Duration) -> Verdict {
        let what = one_line(&words("recheck", what, "say what is to be looked at again")?);
        let due_at = after(self.now, due);
        Ok(vec![self.event(None, EventKind::RecheckSet(Recheck { what, due_at }))])
    }

    fn end_recheck(&self, seq: Option<u64>) -> Verdict {
        let running: Vec<u64> = self.ledger.rechecks.iter().map(|recheck| recheck.seq).collect();
        let listed = running.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        let seq = match (seq, &running[..]) {
            (Some(seq), running) if running.contains(&seq) => seq,
            (None, [only]) => *only,
            (_, []) => {
                return Err(Refusal::not_allowed("recheck: none runs (set one: warroom recheck add WHAT)"));
            }
            _ => return Err(Refusal::unknown(format!("recheck: name one that runs ({listed})"))),
        };
        Ok(vec![self.event(None, EventKind::RecheckEnded { seq })])
    }
}
