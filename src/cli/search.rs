//! `warroom search`: words in the entries of all incidents, by the index beside the journal.

use std::process::ExitCode;

use chrono_tz::Tz;
use clap::Args;

use super::context::Context;
use super::output::{Failure, ListFormat, Shape, json, json_lines, print, remark};
use super::record::{Wanted, head, tail};
use crate::incident::Ledger;
use crate::incident::search::{Found, Hit, Order, Query};
use crate::incident::timeline::Filter;
use crate::io::journal::{Fault as JournalFault, Journal, JournalError};
use crate::io::search::{Fault, Search as Index};
use crate::text::Safe;

/// Bold, and back: found words on a terminal.
const MARK: (&str, &str) = ("\u{1b}[1;33m", "\u{1b}[0m");

/// Entries of all incidents that hold all of the words, the newest first
#[derive(Debug, Args)]
#[command(
    after_help = "Every word is wanted, in the entry or in the title and services of its incident, and one at
least in the entry itself. Of the last word its beginning is enough, from three letters on.

Examples:
  warroom search connection pool exhausted
  warroom search rollback --kind decision --since -30d
  warroom search deadlock --tag db --by ana --ranked --limit 5
  warroom search \"us-east-1\" --jsonl | jq -r '.incident + \" \" + .text'"
)]
pub(super) struct Search {
    /// What is looked for; - and " in a word are letters of it
    #[arg(required = true)]
    words: Vec<String>,
    /// Only in this incident: id or a unique prefix
    #[arg(short, long, value_name = "ID")]
    incident: Option<String>,
    #[command(flatten)]
    wanted: Wanted,
    /// Only what happened since: RFC 3339, HH:MM, -10m, "yesterday 14:02"
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    since: Option<String>,
    /// The best of the newest thousand first
    #[arg(long)]
    ranked: bool,
    /// Most entries that are shown
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    #[command(flatten)]
    format: ListFormat,
}

impl Search {
    pub fn run(&self, context: &Context) -> Result<ExitCode, Failure> {
        let query = self.query(context)?;
        let found = match Index::new(&context.data).find(&query) {
            Err(Fault::Journal(JournalError { fault: JournalFault::Missing, .. })) => Found::default(),
            found => found?,
        };
        if let Some(why) = found.without_index.as_ref().filter(|_| !context.quiet) {
            remark(&format!("search: {why}: searched without it, which takes longer"));
        }
        if found.more && !context.quiet {
            remark(&format!("search: there are more than {} (--limit N shows more)", self.limit));
        }
        let objects = found.hits.iter().map(Hit::to_json);
        match self.format.shape() {
            Shape::Json => json(&objects.collect()),
            Shape::Lines => json_lines(objects),
            Shape::Text => {
                let (zone, paint) = (context.zone(), context.paints());
                print(&found.hits.iter().map(|hit| line(hit, zone, paint)).collect::<String>())
            }
        }
    }

    fn query(&self, context: &Context) -> Result<Query, Failure> {
        let words = self.words.iter().flat_map(|words| words.split_whitespace()).map(str::to_lowercase);
        let query = Query {
            wanted: Filter { words: words.collect(), ..self.wanted.filter() },
            incident: self.incident.as_ref().map(|name| full_id(context, name)).transpose()?,
            since: self.since.as_ref().map(|since| context.time(since)).transpose()?,
            order: if self.ranked { Order::Ranked } else { Order::Newest },
            limit: self.limit,
        };
        query.refusal().map_or(Ok(query), |why| Err(Failure::Usage(why)))
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Journal(error) => error.into(),
            fault => Self::Unreachable(format!("search: {fault} (is there memory left?)")),
        }
    }
}

fn full_id(context: &Context, name: &str) -> Result<String, Failure> {
    let (journal, none) = (context.existing_journal()?, Ledger::default());
    let ledger = journal.as_ref().map_or(&none, Journal::ledger);
    Ok(ledger.find(Some(name))?.id.clone())
}

/// The incident and the entry, its found words marked where that can be seen.
fn line(hit: &Hit, zone: Tz, paint: bool) -> String {
    let entry = &hit.entry;
    let (mark, unmark) = if paint { MARK } else { ("", "") };
    let (mut words, mut at) = (String::new(), 0);
    for found in &hit.marks {
        words.push_str(Safe::line(&entry.text[at..found.start]).as_str());
        words.push_str(&format!("{mark}{}{unmark}", Safe::line(&entry.text[found.clone()])));
        at = found.end;
    }
    words.push_str(Safe::line(&entry.text[at..]).as_str());
    let incident = entry.event.incident.as_deref().unwrap_or("-");
    let before = format!("{incident} {}", head(entry, zone));
    format!("{}{words}{}\n", Safe::line(&before), Safe::line(&tail(entry)))
}
