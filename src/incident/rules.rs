//! The rules: what may happen next, judged on the events so far. They produce events or refuse with the
//! way out; they change nothing.
//!
//! The same judge stands before every front end and, once more, inside the journal's append.

use std::time::Duration;

use super::event::{Audience, EventKind, Fields, NewEvent, NoteKind, Origin};
use super::intent::{AlertAsk, Ask, Intent, Refusal};
use super::ledger::Ledger;
use super::state::Incident;
use crate::text::Time;
use crate::text::when::{after, date_time};

mod alert;
mod clock;
mod correct;
mod field;
mod handover;
mod import;
mod life;
mod maintenance;
mod people;
mod post;
mod record;
mod relate;
mod restore;

use maintenance::Plan;

/// Clocks of two machines may differ by this much before a given time is called the future.
const SKEW: Duration = Duration::from_mins(5);

type Verdict = Result<Vec<NewEvent>, Refusal>;

impl Ledger {
    /// Asks the rules. The events that would be appended, or why not; nothing changes here.
    pub fn judge(&self, ask: &Ask, now: Time) -> Result<Vec<NewEvent>, Refusal> {
        let case = Case { ledger: self, ask, now };
        words("actor", &ask.actor, "set $WARROOM_USER")?;
        // What was measured brings the instant of its source, whatever that source's clock says.
        if !matches!(ask.intent, Intent::Record { .. } | Intent::Alert(AlertAsk::Notice(_))) {
            case.not_ahead(case.at())?;
        }
        case.judge()
    }
}

/// One ask before the rules: what is asked, on which events, when.
struct Case<'a> {
    ledger: &'a Ledger,
    ask: &'a Ask,
    now: Time,
}

impl Case<'_> {
    fn judge(&self) -> Verdict {
        match &self.ask.intent {
            Intent::Declare { title, severity, services, ic, drill, private, found } => {
                let title = one_line(&words("title", title, "say what is broken")?);
                let (severity, services, drill) = (*severity, names(services), *drill);
                let private = private.then_some(true);
                let set = Fields { found: *found, private, ..Fields::default() };
                self.declare(EventKind::Declared { title, severity, services, drill }, ic.as_deref(), set)
            }
            Intent::Note { text, kind, star } => self.note(self.incident()?, text, (*kind, *star)),
            Intent::SetSeverity { to, reason } => self.set_severity(self.incident()?, *to, reason),
            Intent::SetPhase { to } => self.set_phase(self.incident()?, *to),
            Intent::AssignRole { role, who, reason } => {
                self.assign_role(self.incident()?, *role, who, reason.as_deref())
            }
            Intent::ReleaseRole { role, who } => self.release_role(self.incident()?, *role, who.as_deref()),
            Intent::OfferRole { role, who } => self.offer_role(self.incident()?, *role, who),
            Intent::AcceptRole { role, reason } => {
                self.accept_role(self.incident()?, *role, reason.as_deref())
            }
            Intent::DeclineRole { role, reason } => {
                self.decline_role(self.incident()?, *role, reason.as_deref())
            }
            Intent::Update { text, audience, next } => {
                self.update(self.incident()?, text, (*audience, *next))
            }
            Intent::AddTask { text, owner, due } => self.add_task(self.incident()?, text, owner, *due),
            Intent::FinishTask { number } => self.finish_task(self.incident()?, *number),
            Intent::DeclineTask { number, reason } => self.decline_task(self.incident()?, *number, reason),
            Intent::PromoteTask { number } => self.promote_task(self.incident()?, *number),
            Intent::Mitigate { kind } => self.mitigate(self.incident()?, *kind),
            Intent::Triage { question, answer } => self.triage(*question, *answer),
            Intent::PutTemporary { text } => self.put_temporary(self.incident()?, text),
            Intent::RemoveTemporary { number } => self.remove_temporary(self.incident()?, *number),
            Intent::Check(checks) => self.check(self.incident()?, *checks),
            Intent::SetFields(fields) => self.set_fields(self.incident()?, fields.clone()),
            Intent::Relate { other } => self.relate(self.incident()?, other),
            Intent::Merge { into } => self.merge(self.incident()?, into),
            Intent::AddLink { kind, url } => self.add_link(self.incident()?, *kind, url),
            Intent::MarkImpact { edge, at } => self.mark_impact(self.incident()?, *edge, *at),
            Intent::Resolve => self.resolve(self.incident()?),
            Intent::Close => self.close(self.incident()?),
            Intent::Reopen { reason } => self.reopen(self.incident()?, reason),
            Intent::Strike { seq, reason } => self.strike(*seq, reason),
            Intent::Amend { seq, text } => self.amend(*seq, text),
            Intent::Redact { seq, reason } => self.redact(*seq, reason),
            Intent::MarkChange(change) => self.mark_change(change),
            Intent::PlanMaintenance { kind, service, from, to, reason } => {
                let (service, reason) = (service.as_str(), reason.as_deref());
                self.plan_maintenance(&Plan { kind: *kind, service, from: *from, to: *to, reason })
            }
            Intent::EndMaintenance { seq, at } => self.end_maintenance(*seq, *at),
            Intent::Import(import) => self.import(import),
            Intent::Alert(ask) => self.alert(ask),
            Intent::Record { kind, dedupe } => self.record(kind, dedupe.as_deref()),
            Intent::Clock(ask) => self.clock(ask),
            Intent::Post(ask) => self.post(ask),
        }
    }

    fn note(&self, incident: &Incident, text: &str, (kind, starred): (NoteKind, bool)) -> Verdict {
        let text = words("note", text, "write what happened")?;
        Ok(self.one(incident, EventKind::Noted { text, kind, starred }))
    }

    fn update(
        &self,
        incident: &Incident,
        text: &str,
        (audience, next): (Audience, Option<Duration>),
    ) -> Verdict {
        let text = words("update", text, "say what happens, who is affected, what is done")?;
        let next_s = next.map(|next| next.as_secs());
        Ok(self.one(incident, EventKind::Updated { text, audience, next_s }))
    }

    /// The incident that is meant, if it still takes what is asked. What is asked of one that was merged is
    /// asked of the one it goes on in, except to open it again.
    fn incident(&self) -> Result<&Incident, Refusal> {
        let named = self.ledger.find(self.ask.incident.as_deref())?;
        let reopens = matches!(self.ask.intent, Intent::Reopen { .. });
        let incident = if reopens { named } else { self.ledger.survivor(named) };
        self.still_admits(incident)?;
        Ok(incident)
    }

    /// A closed incident takes late notes and can be reopened; nothing else moves it.
    fn still_admits(&self, incident: &Incident) -> Result<(), Refusal> {
        let late = matches!(
            self.ask.intent,
            Intent::Note { .. } | Intent::Reopen { .. } | Intent::Close | Intent::Import(_)
        );
        let Some(closed) = incident.closed_at.filter(|_| !late) else { return Ok(()) };
        Err(closed_since(incident, closed))
    }

    /// When it happened: as given, else now.
    fn at(&self) -> Time {
        self.ask.happened_at.unwrap_or(self.now)
    }

    fn not_ahead(&self, at: Time) -> Result<(), Refusal> {
        if at <= after(self.now, SKEW) {
            return Ok(());
        }
        let (at, now) = (utc(at), utc(self.now));
        Err(Refusal::not_allowed(format!("time: {at}: has not come yet (it is {now}; give a time that was)")))
    }

    fn one(&self, incident: &Incident, kind: EventKind) -> Vec<NewEvent> {
        vec![self.event(Some(&incident.id), kind)]
    }

    fn event(&self, incident: Option<&str>, kind: EventKind) -> NewEvent {
        NewEvent {
            incident: incident.map(str::to_owned),
            happened_at: Some(self.at()),
            actor: self.ask.actor.clone(),
            origin: origin(&kind),
            kind,
            dedupe: None,
        }
    }
}

/// Who wrote the words (contract, Rulings): people's own lines are human, what the rules say is system.
fn origin(kind: &EventKind) -> Origin {
    match kind {
        EventKind::Noted { .. }
        | EventKind::Updated { .. }
        | EventKind::Amended { .. }
        | EventKind::Imported(_) => Origin::Human,
        _ => Origin::System,
    }
}

fn closed_since(incident: &Incident, closed: Time) -> Refusal {
    let (id, closed) = (&incident.id, utc(closed));
    Refusal::not_allowed(format!(
        "{id}: closed since {closed}: only notes and corrections go in (reopen it: warroom reopen -i {id} --reason WHY)"
    ))
}

/// Text that says something, without the space around it.
fn words(what: &str, text: &str, way_out: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::not_allowed(format!("{what}: empty ({way_out})")));
    }
    Ok(text.to_owned())
}

fn reason(text: &str, way_out: &str) -> Result<String, Refusal> {
    words("reason", text, way_out)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names as given, without blanks and repeats.
fn names(given: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in given.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        if names.iter().all(|known| known != name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// An instant in a refusal: the rules know no zone but UTC and say so.
fn utc(at: Time) -> String {
    format!("{} UTC", date_time(at, chrono_tz::Tz::UTC))
}
