//! The late joiner's page, and what a new commander reads before accepting: what somebody who comes into
//! the room has to know, in plain text to paste.
//!
//! Names and words in it are raw.

use chrono_tz::Tz;
use serde_json::{Value, json};

use super::checklist::Temporary;
use super::event::{NoteKind, Security};
use super::similar::{self, Similar};
use super::state::{Link, Offer, Task};
use super::timeline::threads;
use super::{Entry, Incident, Ledger, Weight};
use crate::text::{Time, when};

/// Decisions, questions, and lines of the timeline, that the page ends with.
const LAST: usize = 5;
/// Similar incidents that it names.
const SIMILAR: usize = 3;

/// What the page is made of.
#[derive(Debug)]
pub struct Brief<'a> {
    incident: &'a Incident,
    decisions: Vec<Entry>,
    questions: Vec<Entry>,
    news: Vec<Entry>,
    /// Threads nobody ended: name, how many lines, the last one.
    threads: Vec<(String, usize, Entry)>,
    /// What it has to do with, and what was merged into it, as lines.
    others: Vec<String>,
    /// Past incidents that an open one is like.
    similar: Vec<Similar<'a>>,
    now: Time,
    zone: Tz,
}

impl<'a> Brief<'a> {
    pub fn new(ledger: &'a Ledger, incident: &'a Incident, now: Time) -> Self {
        let entries = ledger.timeline(incident);
        let asked = |entry: &Entry| is_note(entry, NoteKind::Decision) || is_note(entry, NoteKind::Question);
        Self {
            incident,
            decisions: last(&entries, |entry| is_note(entry, NoteKind::Decision)),
            questions: last(&entries, |entry| is_note(entry, NoteKind::Question)),
            news: last(&entries, |entry| !asked(entry) && entry.weight() >= Weight::Fact),
            threads: open_threads(&entries),
            others: others(ledger, incident),
            similar: if incident.is_open() { similar::to(ledger, incident, now) } else { Vec::new() },
            now,
            zone: Tz::UTC,
        }
    }

    /// The same with its times in a zone, which each of them names; they are in UTC otherwise.
    #[must_use]
    pub fn shown_in(self, zone: Tz) -> Self {
        Self { zone, ..self }
    }

    /// The object of `show`, with the last decisions and what came last besides.
    pub fn json(&self) -> Value {
        let mut whole = self.incident.show_json(self.now);
        let objects = |entries: &[Entry]| entries.iter().map(Entry::to_json).collect::<Value>();
        whole["decisions"] = objects(&self.decisions);
        whole["questions"] = objects(&self.questions);
        whole["latest"] = objects(&self.news);
        let thread = |(name, lines, last): &(String, usize, Entry)| json!({"name": name, "lines": lines, "last": last.to_json()});
        whole["threads"] = self.threads.iter().map(thread).collect();
        whole["similar"] = self.similar.iter().map(Similar::json).collect();
        whole
    }

    pub fn lines(&self) -> Vec<String> {
        let mut lines = self.head();
        lines.extend(self.people());
        let link = |link: &Link| format!("{}: {}", link.kind, link.url);
        lines.extend(list("Links", self.incident.links.iter().map(link)));
        lines.extend(list("Other incidents", self.others.iter().cloned()));
        let similar = self.similar.iter().take(SIMILAR);
        lines.extend(list("Similar", similar.map(|similar| similar.words(self.now))));
        lines.extend(list("Tasks", self.incident.open_tasks().map(|task| self.task(task))));
        lines.extend(list(
            "Temporary, to be removed",
            self.incident.open_temporaries().map(|one| self.temporary(one)),
        ));
        lines.extend(list("Decisions", self.decisions.iter().map(|entry| self.dated(entry))));
        lines.extend(list("Questions", self.questions.iter().map(|entry| self.dated(entry))));
        let thread =
            |(name, lines, last): &(String, usize, Entry)| format!("{name} ({lines}): {}", self.dated(last));
        lines.extend(list("Open threads", self.threads.iter().map(thread)));
        lines.extend(list("Latest", self.news.iter().map(|entry| self.dated(entry))));
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
            format!("{} as of {}", self.incident.id, self.clock(self.now)),
            String::new(),
            format!(
                "State: {}, phase {phase}, {lasted} since {}",
                status.word(),
                self.clock(self.incident.declared_at)
            ),
            format!("Services: {on}"),
            format!("Impact: {}", self.incident.impact.as_deref().unwrap_or("not described yet")),
        ];
        lines.extend(self.incident.found.map(|found| format!("Found by: {found}")));
        lines.extend(self.security());
        let mitigated = self.incident.mitigated;
        lines.extend(mitigated.map(|(at, kind)| format!("Mitigated: by {kind} at {}", self.clock(at))));
        let triage = self.incident.triage_question().filter(|_| self.incident.is_open());
        lines.extend(triage.map(|question| format!("Triage: {question}")));
        lines
            .extend(list("Clocks", self.incident.clocks(self.now).iter().map(|clock| clock.words(self.now))));
        lines
    }

    fn security(&self) -> impl Iterator<Item = String> {
        let Security { indicators, affected_data, contained_at } = self.incident.security.clone();
        let contained = contained_at.map(|at| format!("Contained: {}", self.clock(at)));
        let indicators = indicators.map(|signs| format!("Indicators: {signs}"));
        let data = affected_data.map(|data| format!("Affected data: {data}"));
        [indicators, data, contained].into_iter().flatten()
    }

    fn people(&self) -> Vec<String> {
        let held = self.incident.held().map(|tenure| format!("{}: {}", tenure.role.title(), tenure.who));
        let offered =
            |offer: &Offer| format!("{}: offered to {}, not accepted yet", offer.role.title(), offer.who);
        list("People", held.chain(self.incident.offers.iter().map(offered)))
    }

    fn task(&self, task: &Task) -> String {
        let due = task.timer(self.now).map(|timer| format!(", {}", timer.words(self.now)));
        format!("{}. {} ({}{})", task.number, task.text, task.owner, due.unwrap_or_default())
    }

    fn temporary(&self, temporary: &Temporary) -> String {
        format!("{}. {} (since {})", temporary.number, temporary.text, self.clock(temporary.put_at))
    }

    fn dated(&self, entry: &Entry) -> String {
        let at = entry.event.happened_at.map_or_else(|| "unknown time".to_owned(), |at| self.clock(at));
        format!("{at} {}: {}", entry.event.actor, entry.text)
    }

    /// With the zone: it is read wherever it is pasted.
    fn clock(&self, at: Time) -> String {
        at.with_timezone(&self.zone).format("%F %H:%M %Z").to_string()
    }
}

/// A heading with a line for each item; nothing where there is none.
fn list(heading: &str, items: impl Iterator<Item = String>) -> Vec<String> {
    let items: Vec<String> = items.map(|item| format!("- {item}")).collect();
    if items.is_empty() { Vec::new() } else { [vec![String::new(), format!("{heading}:")], items].concat() }
}

fn open_threads(entries: &[Entry]) -> Vec<(String, usize, Entry)> {
    let open = threads(entries).into_iter().filter(|thread| thread.open);
    open.map(|thread| (thread.name, thread.lines, thread.last.clone())).collect()
}

fn others(ledger: &Ledger, incident: &Incident) -> Vec<String> {
    let merged = ledger.merged_into(incident).map(|other| ("merged into this", other));
    let related = ledger.related_to(incident).filter(|other| other.merged_into.is_none());
    let into = incident.merged_into.as_deref().and_then(|id| ledger.incident(id));
    let all = into.map(|other| ("goes on in", other)).into_iter().chain(merged);
    let all = all.chain(related.map(|other| ("related", other)));
    all.map(|(how, other)| format!("{how}: {} {} {}", other.id, other.severity, other.title)).collect()
}

fn last(entries: &[Entry], wanted: impl Fn(&Entry) -> bool) -> Vec<Entry> {
    let fitting: Vec<&Entry> = entries.iter().filter(|entry| !entry.struck && wanted(entry)).collect();
    fitting[fitting.len().saturating_sub(LAST)..].iter().map(|entry| (*entry).clone()).collect()
}

fn is_note(entry: &Entry, wanted: NoteKind) -> bool {
    entry.event.kind.note_kind() == Some(wanted)
}
