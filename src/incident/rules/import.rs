//! Lines written elsewhere come in as they are: each once, as words that move nothing.

use std::collections::HashSet;

use crate::incident::event::{EventKind, Fields, Imported, NewEvent};
use crate::incident::intent::{Import, ImportAsk, RefusalKind};
use crate::incident::{Incident, Refusal};

use super::{Case, Verdict, one_line, words};

impl Case<'_> {
    /// Into the incident that is meant, or a new one; what it holds already is left out.
    pub(super) fn import(&self, import: &ImportAsk) -> Verdict {
        let Some(new) = &import.into_new else {
            let incident = self.incident()?;
            return self.lines(&incident.id, &import.lines, &keys(incident));
        };
        let held = self.ledger.incidents.iter().find(|incident| holds_all(incident, &import.lines));
        if let Some(held) = held {
            return Err(nothing_new(&held.id));
        }
        let title = one_line(&words("title", &new.title, "say what broke")?);
        let declared =
            EventKind::Declared { title, severity: new.severity, services: Vec::new(), drill: false };
        let mut events = self.declare(declared, None, Fields::default())?;
        let id = events.first().and_then(|event| event.incident.clone()).unwrap_or_default();
        events.extend(self.lines(&id, &import.lines, &HashSet::new())?);
        Ok(events)
    }

    fn lines(&self, id: &str, lines: &[Import], held: &HashSet<&str>) -> Verdict {
        if lines.is_empty() {
            return Err(Refusal::not_allowed("import: no line to record (is it the right format?)"));
        }
        let fresh = lines.iter().filter(|line| !held.contains(line.line.key.as_str()));
        let events: Vec<NewEvent> = fresh.map(|line| self.imported(id, line)).collect();
        if events.is_empty() { Err(nothing_new(id)) } else { Ok(events) }
    }

    fn imported(&self, id: &str, line: &Import) -> NewEvent {
        let kind = EventKind::Imported(Imported { by: self.ask.actor.clone(), ..line.line.clone() });
        NewEvent {
            happened_at: line.happened_at,
            actor: one_line(&line.actor),
            dedupe: Some(Imported::said_once(id, &line.line.key)),
            ..self.event(Some(id), kind)
        }
    }
}

fn keys(incident: &Incident) -> HashSet<&str> {
    incident.timeline.iter().filter_map(|entry| key_of(&entry.event.kind)).collect()
}

fn key_of(kind: &EventKind) -> Option<&str> {
    if let EventKind::Imported(line) = kind { Some(&line.key) } else { None }
}

fn holds_all(incident: &Incident, lines: &[Import]) -> bool {
    let held = keys(incident);
    !lines.is_empty() && lines.iter().all(|line| held.contains(line.line.key.as_str()))
}

fn nothing_new(id: &str) -> Refusal {
    let why = format!("import: every line is in {id} already (nothing to do)");
    Refusal { why, kind: RefusalKind::AlreadySaid }
}
