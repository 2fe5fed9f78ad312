//! The late joiner's page: what somebody who comes into the room has to know, in plain text to paste.

use std::process::ExitCode;

use serde_json::Value;

use super::context::Context;
use super::output::{Failure, json, say_all};
use crate::incident::event::NoteKind;
use crate::incident::state::Task;
use crate::incident::{Entry, EventKind, Incident, Ledger, Weight};
use crate::text::{Time, when};

/// Decisions, and lines of the timeline, that the page ends with.
const LAST: usize = 5;

pub(super) fn run(
    context: &Context,
    ledger: &Ledger,
    incident: &Incident,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let entries = ledger.timeline(incident);
    let page = Page {
        incident,
        decisions: last(&entries, is_decision),
        news: last(&entries, |entry| !is_decision(entry) && entry.weight() >= Weight::Fact),
        now: context.now(),
    };
    if as_json { json(&page.json()) } else { say_all(&page.lines()) }
}

fn last(entries: &[Entry], wanted: impl Fn(&Entry) -> bool) -> Vec<&Entry> {
    let fitting: Vec<&Entry> = entries.iter().filter(|entry| !entry.struck && wanted(entry)).collect();
    fitting[fitting.len().saturating_sub(LAST)..].to_vec()
}

fn is_decision(entry: &Entry) -> bool {
    matches!(entry.event.kind, EventKind::Noted { kind: NoteKind::Decision, .. })
}

struct Page<'a> {
    incident: &'a Incident,
    decisions: Vec<&'a Entry>,
    news: Vec<&'a Entry>,
    now: Time,
}

impl Page<'_> {
    /// The object of `show`, with the last decisions and what came last besides.
    fn json(&self) -> Value {
        let mut whole = self.incident.show_json(self.now);
        let objects = |entries: &[&Entry]| entries.iter().map(|entry| entry.to_json()).collect::<Value>();
        whole["decisions"] = objects(&self.decisions);
        whole["latest"] = objects(&self.news);
        whole
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = self.head();
        lines.extend(self.people());
        lines.extend(list("Tasks", self.incident.open_tasks().map(|task| self.task(task))));
        lines.extend(list("Decisions", self.decisions.iter().map(|entry| dated(entry))));
        lines.extend(list("Latest", self.news.iter().map(|entry| dated(entry))));
        lines.extend(list("Mind", self.incident.warnings(self.now).into_iter()));
        lines
    }

    fn head(&self) -> Vec<String> {
        let Incident { severity, title, services, status, phase, .. } = self.incident;
        let drill = if self.incident.drill { "DRILL: " } else { "" };
        let on = if services.is_empty() { "no service named".to_owned() } else { services.join(", ") };
        let lasted = when::span(self.incident.duration(self.now));
        let mut lines = vec![
            format!("{drill}{severity} {title}"),
            format!("{} as of {}", self.incident.id, clock(self.now)),
            String::new(),
            format!(
                "State: {}, phase {phase}, {lasted} since {}",
                status.word(),
                clock(self.incident.declared_at)
            ),
            format!("Services: {on}"),
            format!("Impact: {}", self.incident.impact.as_deref().unwrap_or("not described yet")),
        ];
        let mitigated = self.incident.mitigated;
        lines.extend(mitigated.map(|(at, kind)| format!("Mitigated: by {kind} at {}", clock(at))));
        let due = self.incident.comms_clock(self.now);
        lines.extend(due.map(|due| format!("Next: {}", due.words(self.now))));
        lines
    }

    fn people(&self) -> Vec<String> {
        list("People", self.incident.held().map(|tenure| format!("{}: {}", tenure.role.title(), tenure.who)))
    }

    fn task(&self, task: &Task) -> String {
        let due = task.timer(self.now).map(|timer| format!(", {}", timer.words(self.now)));
        format!("{}. {} ({}{})", task.number, task.text, task.owner, due.unwrap_or_default())
    }
}

/// A heading with a line for each item; nothing where there is none.
fn list(heading: &str, items: impl Iterator<Item = String>) -> Vec<String> {
    let items: Vec<String> = items.map(|item| format!("- {item}")).collect();
    if items.is_empty() { Vec::new() } else { [vec![String::new(), format!("{heading}:")], items].concat() }
}

fn dated(entry: &Entry) -> String {
    let at = entry.event.happened_at.map_or_else(|| "unknown time".to_owned(), clock);
    format!("{at} {}: {}", entry.event.actor, entry.text)
}

fn clock(at: Time) -> String {
    at.format("%F %H:%M UTC").to_string()
}
