//! Bringing in what was written elsewhere: read, shown, recorded in one piece.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::context::Context;
use super::output::{Failure, json, remark, say, say_all};
use crate::incident::import::{self, Format, Setting, Source, Told, jsonl};
use crate::incident::intent::{Import as Line, ImportAsk, NewIncident, RefusalKind};
use crate::incident::{Ask, Intent, Ledger, NewEvent, Refusal, Severity};
use crate::io::exports;
use crate::io::journal::{AppendError, Journal};
use crate::text::Time;
use crate::text::when::rfc3339;

/// Lines of a chat, a status page, notes or another journal, into an incident
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  warroom import notes.md -i inc-2026-1121 --dry-run
  warroom import notes.md --new \"checkout was down\" --sev 2 --ended
  warroom import slack-export.zip --only incident-42 -i inc-2026-1121
  warroom timeline --jsonl > lines.jsonl; warroom --data other import lines.jsonl --new copy")]
pub(super) struct Import {
    /// A file, a folder or a zip archive
    file: PathBuf,
    /// What it is
    #[arg(long, default_value = "auto")]
    format: Wanted,
    /// Incident id or a unique prefix [default: the only open one, else the latest]
    #[arg(short, long, value_name = "ID", conflicts_with = "new")]
    incident: Option<String>,
    /// Make a new incident for it; it happened when the first line did
    #[arg(long, value_name = "TITLE")]
    new: Option<String>,
    /// Severity of the new incident, 1 (worst) to 4
    #[arg(long, value_parser = severity, default_value = "3", requires = "new")]
    sev: Severity,
    /// It is over: resolved when its last line happened, unless it says itself when
    #[arg(long, requires = "new")]
    ended: bool,
    /// The channel, or the incident, to read of several
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Show what would be recorded, and record nothing
    #[arg(long)]
    dry_run: bool,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Wanted {
    Auto,
    Slack,
    Markdown,
    Statuspage,
    Jsonl,
}

impl Wanted {
    fn format(self, sources: &[Source]) -> Format {
        match self {
            Self::Auto => Format::of(sources),
            Self::Slack => Format::Slack,
            Self::Markdown => Format::Markdown,
            Self::Statuspage => Format::Statuspage,
            Self::Jsonl => Format::Jsonl,
        }
    }
}

fn severity(text: &str) -> Result<Severity, String> {
    text.parse()
}

impl Import {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let sources = exports::sources(&self.file)?;
        let format = self.format.format(&sources);
        let journal = context.existing_journal()?;
        let none = Ledger::default();
        let ledger = journal.as_ref().map_or(&none, Journal::ledger);
        let mut told =
            import::read(format, &sources, &self.setting(context, ledger)?).map_err(Failure::Usage)?;
        // What names nobody was written by whoever brings it.
        for line in told.lines.iter_mut().filter(|line| line.actor.is_empty()) {
            line.actor.clone_from(&context.who);
        }
        for problem in &told.problems {
            remark(&format!("{}: {problem}", problem.level.word()));
        }
        if self.leave_out_known(ledger, &mut told)? {
            return Ok(ExitCode::SUCCESS);
        }
        let ask = self.ask(context, &told);
        if self.dry_run {
            return self.preview(&told, ledger.judge(&ask, context.now()));
        }
        self.record(context, (&told, &ask))
    }

    /// Leaves out what the incident itself wrote, which an export brings back; whether nothing else is left.
    fn leave_out_known(&self, ledger: &Ledger, told: &mut Told) -> Result<bool, Failure> {
        if self.new.is_some() {
            return Ok(false);
        }
        let known = jsonl::keys(&ledger.timeline(ledger.find(self.incident.as_deref())?));
        let read = told.lines.len();
        told.lines.retain(|line| !known.contains(&line.line.key));
        let known = read - told.lines.len();
        if known > 0 {
            remark(&format!("import: {known} of {read} lines are entries of this incident already"));
        }
        Ok(known > 0 && told.lines.is_empty())
    }

    /// What a document leaves out: the configured zone, the day of the incident it goes to.
    fn setting(&self, context: &Context, ledger: &Ledger) -> Result<Setting, Failure> {
        let zone = context.config()?.config.zone;
        let day = match &self.new {
            Some(_) => None,
            None => {
                Some(ledger.find(self.incident.as_deref())?.declared_at.with_timezone(&zone).date_naive())
            }
        };
        Ok(Setting { zone, day, only: self.only.clone() })
    }

    fn ask(&self, context: &Context, told: &Told) -> Ask {
        let into_new = self.new.clone().map(|title| NewIncident { title, severity: self.sev });
        let began = told.lines.iter().filter_map(|line| line.happened_at).min();
        let happened_at = began.filter(|_| into_new.is_some());
        let import = ImportAsk { into_new, lines: told.lines.clone() };
        let ask = Ask::new(&context.who, Intent::Import(import));
        Ask { incident: self.incident.clone(), happened_at, ..ask }
    }

    fn record(&self, context: &Context, (told, ask): (&Told, &Ask)) -> Result<ExitCode, Failure> {
        let mut journal = context.journal()?;
        let events = match journal.append(ask, context.now()) {
            Err(AppendError::Refused(refusal)) if refusal.kind == RefusalKind::AlreadySaid => {
                remark(&refusal.why);
                return Ok(ExitCode::SUCCESS);
            }
            appended => appended?,
        };
        let id = events.iter().find_map(|event| event.incident.clone()).unwrap_or_default();
        let last = told.lines.iter().filter_map(|line| line.happened_at).max();
        let ended = told.resolved_at.or(last.filter(|_| self.ended));
        if let (Some(at), Some(_)) = (ended, &self.new) {
            let ask = Ask::new(&context.who, Intent::Resolve).about(&id).at(at);
            journal.append(&ask, context.now())?;
        } else if self.new.is_some() && !context.quiet {
            remark(&format!(
                "{id}: is open (if it is over: warroom resolve -i {id} --at TIME, or import --ended)"
            ));
        }
        let recorded = events.iter().filter(|event| event.kind.word() == "imported").count();
        if self.json {
            let read = told.lines.len();
            return json(&serde_json::json!({ "incident": id, "recorded": recorded, "read": read }));
        }
        if !context.quiet {
            remark(&format!("{id}: {recorded} lines recorded"));
        }
        say(&id)
    }

    /// What would be recorded, a line an entry, in the order of the source.
    fn preview(&self, told: &Told, verdict: Result<Vec<NewEvent>, Refusal>) -> Result<ExitCode, Failure> {
        let fresh = match verdict {
            Err(refusal) if refusal.kind == RefusalKind::AlreadySaid => Vec::new(),
            verdict => verdict?,
        };
        let is_new = |line: &&Line| {
            fresh.iter().any(|new| new.dedupe.as_ref().is_some_and(|key| key.ends_with(&line.line.key)))
        };
        let lines: Vec<&Line> = told.lines.iter().filter(is_new).collect();
        if self.json {
            return json(&lines.iter().map(|line| object(line)).collect());
        }
        let held = told.lines.len() - lines.len();
        let mut shown: Vec<String> = lines.iter().map(|line| row(line)).collect();
        shown.push(format!("{} entries would be recorded, {held} are there already", lines.len()));
        say_all(&shown)
    }
}

fn row(line: &Line) -> String {
    let at = line.happened_at.map_or_else(|| "unknown".to_owned(), |at: Time| at.format("%F %T").to_string());
    let star = if line.line.starred { "*" } else { " " };
    format!("{at:<19} {star} {:<13} {:<14} {}", line.actor, line.line.kind, line.line.text)
}

fn object(line: &Line) -> serde_json::Value {
    serde_json::json!({
        "happened_at": line.happened_at.map(rfc3339),
        "actor": line.actor,
        "kind": line.line.kind,
        "text": line.line.text,
        "starred": line.line.starred,
        "struck": line.line.struck,
    })
}
