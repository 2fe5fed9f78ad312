//! Our own lines: `timeline --jsonl` and `journal export`. What comes back is what went out: the same
//! entries, at the same instants, in the same order.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::Deserialize;
use serde_json::Value;

use crate::incident::event::{Event, EventKind, Imported};
use crate::incident::intent::Import;
use crate::incident::{Entry, Origin};
use crate::text::{Place, Problem, Time};

use super::{Setting, Source, Told, key, line};

/// An object of either form.
#[derive(Debug, Deserialize)]
struct Row {
    seq: u64,
    #[serde(default)]
    incident: Option<String>,
    #[serde(default)]
    happened_at: Option<Time>,
    recorded_at: Time,
    actor: String,
    kind: String,
    /// Not in an export: there the data say it.
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    data: Value,
    /// As an export stores it; not there where it was redacted.
    #[serde(default)]
    payload: Option<String>,
    #[serde(default)]
    starred: bool,
    #[serde(default)]
    struck: bool,
    #[serde(default)]
    amends: Option<u64>,
}

impl Row {
    /// A row of an export as the timeline tells it.
    fn told(self) -> Self {
        if self.text.is_some() {
            return self;
        }
        let event = Event {
            seq: self.seq,
            incident: self.incident.clone(),
            happened_at: self.happened_at,
            recorded_at: self.recorded_at,
            actor: self.actor.clone(),
            origin: Origin::Human,
            kind: match self.payload {
                Some(_) => EventKind::decode(&self.kind, self.data.clone()),
                None => EventKind::Erased,
            },
        };
        let entry = Entry::new(event);
        let (kind, starred, struck) = (entry.kind_word(), entry.starred, entry.struck);
        Self { kind, starred, struck, amends: entry.amends, text: Some(entry.text), ..self }
    }

    /// Where a line of unknown time stood: where its own source had it, else where it was recorded.
    fn stands_at(&self) -> Time {
        let there = self.data.get("stands_at").and_then(Value::as_str).and_then(|at| at.parse().ok());
        there.unwrap_or(self.recorded_at)
    }

    fn key(&self) -> String {
        let text = self.text.as_deref().unwrap_or_default();
        key_of((self.seq, self.recorded_at), &self.actor, (&self.kind, text))
    }
}

/// Reads the entries of one incident.
///
/// # Errors
/// Several incidents where none was named, and a text without any entry.
pub fn read(source: &Source, setting: &Setting) -> Result<Told, String> {
    let (rows, problems) = rows(source);
    let ids: BTreeSet<&str> = rows.iter().filter_map(|row| row.incident.as_deref()).collect();
    let ids: Vec<&str> =
        ids.into_iter().filter(|id| setting.only.as_ref().is_none_or(|only| only == id)).collect();
    let id = match ids[..] {
        [] if rows.iter().any(|row| row.incident.is_some()) || rows.is_empty() => {
            return Err(format!("{}: no entry of such an incident in it (see --only)", source.name));
        }
        [] => None,
        [id] => Some(id.to_owned()),
        _ => {
            return Err(format!(
                "{}: holds {} incidents (name one with --only: {})",
                source.name,
                ids.len(),
                ids.join(", ")
            ));
        }
    };
    // A timeline shows what belongs to no incident because it lies around this one; an export shows all.
    let around = rows.iter().any(|row| row.text.is_some());
    let rows: Vec<Row> = rows
        .into_iter()
        .filter(|row| if row.incident.is_none() { around || id.is_none() } else { row.incident == id })
        .map(Row::told)
        .collect();
    let resolved_at = resolved_at(&rows);
    Ok(Told { lines: lines(&rows, &source.name), problems, resolved_at })
}

/// When it was resolved, unless it was reopened after that.
fn resolved_at(rows: &[Row]) -> Option<Time> {
    let turn = |row: &&Row| matches!(row.kind.as_str(), "resolved" | "reopened");
    let last = rows.iter().filter(turn).max_by_key(|row| row.seq)?;
    (last.kind == "resolved").then(|| last.happened_at.unwrap_or(last.recorded_at))
}

/// The keys that an incident's own entries would have as lines of an export: these are here already.
pub fn keys(entries: &[Entry]) -> HashSet<String> {
    let key = |entry: &Entry| {
        let (Event { seq, recorded_at, actor, .. }, kind) = (&entry.event, entry.kind_word());
        key_of((*seq, *recorded_at), actor, (&kind, &entry.text))
    };
    entries.iter().map(key).collect()
}

fn key_of((seq, recorded_at): (u64, Time), actor: &str, (kind, text): (&str, &str)) -> String {
    key(&["jsonl", &seq.to_string(), &recorded_at.to_rfc3339(), actor, kind, text])
}

fn lines(rows: &[Row], from: &str) -> Vec<Import> {
    let keys: HashMap<u64, String> = rows.iter().map(|row| (row.seq, row.key())).collect();
    let struck: HashSet<u64> = rows.iter().filter_map(strikes).collect();
    rows.iter()
        .map(|row| {
            let line = Imported {
                starred: row.starred,
                struck: row.struck || struck.contains(&row.seq),
                key: row.key(),
                amends: row.amends.and_then(|seq| keys.get(&seq).cloned()),
                stands_at: row.happened_at.is_none().then(|| row.stands_at()),
                ..line(&row.kind, row.text.clone().unwrap_or_default(), from)
            };
            Import { happened_at: row.happened_at, actor: row.actor.clone(), line }
        })
        .collect()
}

fn strikes(row: &Row) -> Option<u64> {
    (row.kind == "struck").then(|| row.data.get("seq")?.as_u64())?
}

/// Every row. A line that cannot be read costs that line.
fn rows(source: &Source) -> (Vec<Row>, Vec<Problem>) {
    if let Ok(rows) = serde_json::from_str::<Vec<Row>>(&source.text) {
        return (rows, Vec::new());
    }
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for (index, text) in source.text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        match serde_json::from_str(text) {
            Ok(row) => rows.push(row),
            Err(error) => {
                let place = Place::line(&source.name, index + 1);
                let what = format!("left out: {error}");
                problems.push(
                    Problem::warning(place, "unreadable", what).way_out("is it a line of timeline --jsonl?"),
                );
            }
        }
    }
    (rows, problems)
}
