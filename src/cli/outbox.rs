//! The outbox from the command line: what waits, try it, drop it.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::Value;

use super::console::start_runtime;
use super::context::Context;
use super::incident::acknowledge;
use super::output::{Failure, json, remark, table};
use crate::config::Target;
use crate::incident::intent::PostAsk;
use crate::incident::outbox::{Letter, Queued, Verdict};
use crate::incident::{Ask, Event, EventKind, Incident, Intent, Ledger};
use crate::io::journal::Journal;
use crate::io::lease::Claim;
use crate::io::outbox::{Desk, outcome};
use crate::text::when;

/// Who writes what the system did.
const SYSTEM: &str = crate::app::on_burn::SYSTEM;

#[derive(Debug, Subcommand)]
pub(super) enum Outbox {
    /// What waits to leave, or was given up
    List {
        /// Also what was sent or dropped
        #[arg(long)]
        all: bool,
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// Try everything that waits once, unless a console or a watch is at it
    Send,
    /// Try again what was given up
    Retry {
        /// Number of the post, as list shows it
        post: u64,
    },
    /// Do not send it
    #[command(after_help = "Example:
  warroom outbox drop 12 --reason \"told them by phone\"")]
    Drop {
        /// Number of the post, as list shows it
        post: u64,
        /// Why not
        #[arg(long)]
        reason: String,
    },
}

pub(super) fn run(context: &Context, command: Outbox) -> Result<ExitCode, Failure> {
    let wish = match command {
        Outbox::List { all, json } => return list(context, all, json),
        Outbox::Send => {
            let mut journal = context.journal()?;
            return send(context, &mut journal);
        }
        Outbox::Retry { post } => PostAsk::Retry { post },
        Outbox::Drop { post, reason } => PostAsk::Drop { post, reason },
    };
    let mut journal = context.journal()?;
    let about = match wish {
        PostAsk::Retry { post } | PostAsk::Drop { post, .. } => journal.ledger().post(post),
        PostAsk::Publish { .. } => None,
    };
    let incident = about.map(|(incident, _)| incident.id.clone());
    let ask = Ask { incident, ..Ask::new(&context.who, Intent::Post(wish)) };
    let events = journal.append(&ask, context.now())?;
    acknowledge(context, &events)?;
    carry(context, &mut journal, &events)
}

fn list(context: &Context, all: bool, as_json: bool) -> Result<ExitCode, Failure> {
    let journal = context.existing_journal()?;
    let none = Ledger::default();
    let ledger = journal.as_ref().map_or(&none, Journal::ledger);
    let posts: Vec<(&Incident, &Queued)> =
        ledger.posts().filter(|(_, queued)| all || queued.is_open()).collect();
    if as_json {
        return json(&posts.iter().map(|(incident, queued)| queued.to_json(&incident.id)).collect::<Value>());
    }
    let row = |(incident, queued): &(&Incident, &Queued)| {
        let age = when::rough_span(when::since(queued.at, context.now()));
        let (to, text) = (queued.post.target.clone(), queued.post.text.clone());
        vec![queued.seq.to_string(), incident.id.clone(), to, age, queued.fate.words(), text]
    };
    table(&["post", "incident", "to", "age", "state", "text"], posts.iter().map(row))
}

/// What was queued just now goes out, where nobody else is there to carry it.
pub(super) fn carry(context: &Context, journal: &mut Journal, events: &[Event]) -> Result<ExitCode, Failure> {
    let waits =
        |event: &Event| matches!(event.kind, EventKind::PostQueued(_) | EventKind::PostRetried { .. });
    if events.iter().any(waits) { send(context, journal) } else { Ok(ExitCode::SUCCESS) }
}

/// One try each. What does not go out now waits for a console, a watch or the next send.
fn send(context: &Context, journal: &mut Journal) -> Result<ExitCode, Failure> {
    let claim = Claim::on(&context.data);
    if !claim.holds() {
        if !context.quiet {
            remark("outbox: a console or a watch is running and carries it");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let targets = context.config()?.config.outbox;
    let waiting: Vec<Letter> =
        journal.ledger().waiting_posts().map(|(incident, queued)| Letter::new(incident, queued)).collect();
    let mut all_went = true;
    for (letter, verdict) in start_runtime()?.block_on(try_all(&targets, waiting)) {
        all_went &= verdict == Verdict::Sent;
        settle(context, journal, &letter, verdict)?;
    }
    Ok(if all_went { ExitCode::SUCCESS } else { ExitCode::from(3) })
}

/// A target that did not take one post is not asked for the next: none overtakes another.
async fn try_all(targets: &[Target], waiting: Vec<Letter>) -> Vec<(Letter, Verdict)> {
    let desk = Desk::default();
    let mut tried: Vec<(Letter, Verdict)> = Vec::new();
    for letter in waiting {
        let name = &letter.queued.post.target;
        let blocked = tried.iter().any(|(other, verdict)| {
            other.queued.post.target == *name && matches!(verdict, Verdict::Again { .. })
        });
        let verdict = match targets.iter().find(|target| target.name == *name) {
            None => {
                let why = format!("no [[outbox]] is called {name:?}");
                Verdict::Again { why, wait: None }
            }
            Some(_) if blocked => continue,
            Some(target) => desk.attempt(target, &letter).await,
        };
        tried.push((letter, verdict));
    }
    tried
}

fn settle(
    context: &Context,
    journal: &mut Journal,
    letter: &Letter,
    verdict: Verdict,
) -> Result<(), Failure> {
    let (post, to) = (letter.queued.seq, &letter.queued.post.target);
    if let Verdict::Again { why, .. } = &verdict {
        remark(&format!(
            "post: {post}: not sent to {to} yet: {why} (it waits: a console, a watch or warroom outbox send tries again)"
        ));
        return Ok(());
    }
    let kind = outcome(post, 1, verdict);
    let ask = Ask::new(SYSTEM, Intent::Record { kind, dedupe: None }).about(&letter.incident);
    let events = journal.append(&ask, context.now())?;
    acknowledge(context, &events).map(drop)
}
