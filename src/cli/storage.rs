//! What the data folder holds, and the removal of old output and logs: asked for, shown, and recorded where
//! the journal names it.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use serde_json::json;

use super::context::Context;
use super::output::{self, Failure, remark, say, say_all, table};
use crate::incident::event::{EventKind, NoteKind};
use crate::incident::{Ask, Incident, Intent, Ledger};
use crate::io::files::plainly;
use crate::io::journal::Journal;
use crate::io::storage::{self, Held, Part};
use crate::text::when::{before, date_time};

/// The output of a step that still runs is younger.
const YOUNGEST: Duration = Duration::from_hours(24);

pub(super) fn size(context: &Context, as_json: bool) -> Result<ExitCode, Failure> {
    let held = held(context)?;
    let parts = Part::ALL.map(|part| {
        let files: Vec<&Held> = held.iter().filter(|held| held.part == part).collect();
        (part, files.len(), files.iter().map(|held| held.bytes).sum::<u64>())
    });
    if as_json {
        let rows =
            parts.map(|(part, files, bytes)| json!({ "part": word(part), "files": files, "bytes": bytes }));
        return output::json(&json!({ "data": context.data.display().to_string(), "parts": rows }));
    }
    let rows = parts.into_iter().filter(|(_, files, _)| *files > 0);
    let cells = |(part, files, bytes): (Part, usize, u64)| {
        vec![word(part).to_owned(), files.to_string(), bytes.to_string(), grows(part).to_owned()]
    };
    table(&["part", "files", "bytes", "grows with"], rows.map(cells))
}

fn word(part: Part) -> &'static str {
    match part {
        Part::Journal => "journal.db",
        Part::Copies => "journal.db.format-*",
        Part::History => "history.db",
        Part::Search => "search.db",
        Part::Alerts => "alerts.db",
        Part::Spool => "spool/",
        Part::Log => "log/",
        Part::Postmortems => "postmortems/",
        Part::Copied => "updates/, excerpts/",
        Part::Lease => "lease",
        Part::Other => "other",
    }
}

fn grows(part: Part) -> &'static str {
    match part {
        Part::Journal => "every event; nothing is ever deleted from it",
        Part::Copies => "each change of its format; yours to remove",
        Part::History => "SLOs that are scraped or probed; prunes itself to the longest period",
        Part::Search => "the journal's words, once somebody searched; may be removed at any time",
        Part::Alerts => "what was posted to [listen], until it is over",
        Part::Spool => "every step that is run; journal clean --older SPAN",
        Part::Log => "every console; journal clean --older SPAN",
        Part::Postmortems => "every draft; yours",
        Part::Copied => "what you wrote out; yours to remove",
        Part::Lease => "nothing: it says which console polls",
        Part::Other => "nothing of ours",
    }
}

fn held(context: &Context) -> Result<Vec<Held>, Failure> {
    storage::held(&context.data).map_err(|error| failed(&context.data, &error))
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::Unreachable(format!("{}: {} (check its owner and mode)", path.display(), plainly(error)))
}

/// An entry that names a file, and the incident it is in.
struct Named<'a> {
    seq: u64,
    incident: Option<&'a Incident>,
}

/// Shows what would go, or lets it go.
pub(super) fn clean(context: &Context, older: Duration, yes: bool) -> Result<ExitCode, Failure> {
    if older < YOUNGEST {
        let why = "--older: at least 1d (the output of a step that runs is not finished)";
        return Err(Failure::Usage(why.to_owned()));
    }
    let until = before(context.now(), older);
    let mut old = held(context)?;
    old.retain(|held| matches!(held.part, Part::Spool | Part::Log) && held.written_at < until);
    let journal = context.existing_journal()?;
    let named = journal.as_ref().map(|journal| named(journal.ledger())).unwrap_or_default();
    let open = |held: &Held| {
        named.get(held.name.as_str()).is_some_and(|named| named.incident.is_some_and(Incident::is_open))
    };
    let (kept, gone): (Vec<Held>, Vec<Held>) = old.into_iter().partition(open);
    for held in &kept {
        remark(&format!("{}: stays: its incident is open", held.name));
    }
    say_all(&gone.iter().map(|held| line(held, &named)).collect::<Vec<_>>())?;
    let total = format!("{} files, {} bytes", gone.len(), gone.iter().map(|held| held.bytes).sum::<u64>());
    if !yes {
        return say(&format!("{total} would go; nothing was removed (--yes removes them)"));
    }
    // What is gone was announced: first it is recorded, then it goes.
    let asks: Vec<Ask> = gone.iter().filter_map(|held| note(context, held, &named)).collect();
    record(context, &asks)?;
    for held in &gone {
        storage::remove(&context.data, held)
            .map_err(|error| failed(&context.data.join(&held.name), &error))?;
    }
    say(&format!("{total} removed, {} of them noted in the journal", asks.len()))
}

/// The files that entries name.
fn named(ledger: &Ledger) -> BTreeMap<&str, Named<'_>> {
    let own = ledger
        .incidents
        .iter()
        .flat_map(|incident| incident.timeline.iter().map(move |entry| (Some(incident), &entry.event)));
    let all = own.chain(ledger.loose.iter().map(|event| (None, event)));
    all.filter_map(|(incident, event)| match &event.kind {
        EventKind::StepRan(run) => Some((run.spool.as_deref()?, Named { seq: event.seq, incident })),
        _ => None,
    })
    .collect()
}

fn line(held: &Held, named: &BTreeMap<&str, Named<'_>>) -> String {
    let written = date_time(held.written_at, chrono_tz::Tz::UTC);
    let of = named.get(held.name.as_str()).map(|named| {
        let incident = named.incident.map_or("no incident", |incident| incident.id.as_str());
        format!(", the output of entry {} ({incident})", named.seq)
    });
    format!("{} {} bytes, last written {written} UTC{}", held.name, held.bytes, of.unwrap_or_default())
}

/// What the journal says of a file that it names and that goes.
fn note(context: &Context, held: &Held, named: &BTreeMap<&str, Named<'_>>) -> Option<Ask> {
    let Named { seq, incident } = named.get(held.name.as_str())?;
    let text = format!(
        "removed {} ({} bytes), the whole output of entry {seq}; its tail and SHA-256 stay there",
        held.name, held.bytes
    );
    let kind = EventKind::Noted { text, kind: NoteKind::Action, starred: false };
    let ask = Ask::new(&context.who, Intent::Record { kind, dedupe: None });
    Some(match incident {
        Some(incident) => ask.about(&incident.id),
        None => ask,
    })
}

fn record(context: &Context, asks: &[Ask]) -> Result<(), Failure> {
    if asks.is_empty() {
        return Ok(());
    }
    let mut journal: Journal = context.journal()?;
    for answer in journal.append_all(asks, context.now())? {
        answer?;
    }
    Ok(())
}
