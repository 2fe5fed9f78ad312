//! Triage, the ledger of temporary mitigations and the closing checklist: the guided parts of an incident on
//! the command line.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::Context;
use super::incident::acknowledge;
use super::output::{self, Failure, remark, say_all, table};
use super::verbs::{About, Named};
use crate::incident::triage::{Answer, Question, facts};
use crate::incident::{Ask, Check, Checks, Incident, Intent, Ledger};
use crate::io::journal::Journal;
use crate::text::when::rfc3339;

#[derive(Debug, Subcommand)]
pub(super) enum Guide {
    /// The next question of triage with what is known about it; an answer is recorded
    #[command(after_help = "Examples:
  warroom triage            the question, and what each answer leads to
  warroom triage no         answers it, and asks the next one")]
    Triage {
        /// yes or no; who is not sure takes the worse one
        answer: Option<Answer>,
        /// One JSON document
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        about: About,
    },
    /// The ledger of temporary mitigations: what was put in place and has to go again
    Temporary {
        #[command(subcommand)]
        command: TemporaryCommand,
    },
    /// What has to hold before an incident is closed; answers are recorded, and never block
    #[command(after_help = "Example:
  warroom checklist --baseline yes --data-intact yes")]
    Checklist(Checklist),
}

#[derive(Debug, Subcommand)]
pub(super) enum TemporaryCommand {
    /// Write down what was put in place
    Add {
        /// What it is, like: flag new-checkout off
        #[arg(required = true)]
        text: Vec<String>,
        #[command(flatten)]
        about: About,
    },
    /// Say that it is gone again
    Remove {
        /// Its number, as list shows it
        number: u32,
        #[command(flatten)]
        about: About,
    },
    /// What is in place, and what was
    List {
        /// One JSON document
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        named: Named,
    },
}

/// The closing checklist.
#[derive(Debug, Args)]
pub(super) struct Checklist {
    /// Metrics are at their baseline: yes or no
    #[arg(long, value_name = "ANSWER")]
    baseline: Option<Answer>,
    /// All data is there and whole: yes or no
    #[arg(long, value_name = "ANSWER")]
    data_intact: Option<Answer>,
    /// Temporary mitigations are removed: yes or no
    #[arg(long, value_name = "ANSWER")]
    temporary: Option<Answer>,
    #[command(flatten)]
    about: About,
}

pub(super) fn run(context: &Context, guide: Guide) -> Result<ExitCode, Failure> {
    match guide {
        Guide::Triage { answer: Some(answer), about, .. } => {
            answered(context, answer, about.incident.as_deref())
        }
        Guide::Triage { json, about, .. } => ask(context, about.incident.as_deref(), json),
        Guide::Temporary { command: TemporaryCommand::List { json, named } } => list(context, &named, json),
        Guide::Temporary { command: TemporaryCommand::Add { text, about } } => {
            append(context, Intent::PutTemporary { text: text.join(" ") }, about.incident)
        }
        Guide::Temporary { command: TemporaryCommand::Remove { number, about } } => {
            append(context, Intent::RemoveTemporary { number }, about.incident)
        }
        Guide::Checklist(checklist) => walk(context, checklist),
    }
}

fn append(context: &Context, intent: Intent, incident: Option<String>) -> Result<ExitCode, Failure> {
    let ask = Ask { incident, ..Ask::new(&context.who, intent) };
    let events = context.journal()?.append(&ask, context.now())?;
    acknowledge(context, &events)
}

/// The incident whose triage goes on: the one named, else the only open one.
fn in_triage<'a>(ledger: &'a Ledger, named: Option<&str>) -> Result<Option<&'a Incident>, Failure> {
    if named.is_none() && ledger.open().next().is_none() {
        return Ok(None);
    }
    Ok(Some(ledger.find(named)?))
}

fn ask(context: &Context, named: Option<&str>, as_json: bool) -> Result<ExitCode, Failure> {
    let journal = context.existing_journal()?;
    let none = Ledger::default();
    let ledger = journal.as_ref().map_or(&none, Journal::ledger);
    let incident = in_triage(ledger, named)?;
    let question = incident.map_or(Some(Question::UsersHurt), Incident::triage_question);
    let known = match (incident, question) {
        (Some(incident), Some(question)) => facts(question, ledger, incident, context.now()),
        _ => Vec::new(),
    };
    if as_json {
        return output::json(&question_json(incident, question, &known));
    }
    let Some(question) = question else { return output::say("triage was walked to its end") };
    say_all(&[vec![question.to_string()], known, leads(question)].concat())
}

fn leads(question: Question) -> Vec<String> {
    Answer::ALL.map(|answer| format!("  {answer:<4} {}", question.advice(answer))).to_vec()
}

fn question_json(incident: Option<&Incident>, question: Option<Question>, known: &[String]) -> Value {
    let answered = incident.map(|incident| {
        let answers = incident.triage.iter().map(|given| {
            json!({"question": given.question, "answer": given.answer.word(), "by": given.by, "at": rfc3339(given.at)})
        });
        answers.collect::<Vec<_>>()
    });
    json!({
        "incident": incident.map(|incident| incident.id.as_str()),
        "question": question,
        "asks": question.map(Question::asks),
        "yes": question.map(|question| question.advice(Answer::Yes)),
        "no": question.map(|question| question.advice(Answer::No)),
        "known": known,
        "answered": answered.unwrap_or_default(),
    })
}

/// Records the answer, and asks what follows.
fn answered(context: &Context, answer: Answer, named: Option<&str>) -> Result<ExitCode, Failure> {
    let mut journal = context.journal()?;
    let incident = in_triage(journal.ledger(), named)?;
    let question = incident.map_or(Some(Question::UsersHurt), Incident::triage_question);
    let Some(question) = question else {
        return Err(Failure::No("triage: walked to its end (reopen the incident to start again)".to_owned()));
    };
    let ask = Ask {
        incident: incident.map(|incident| incident.id.clone()),
        ..Ask::new(&context.who, Intent::Triage { question, answer })
    };
    let events = journal.append(&ask, context.now())?;
    acknowledge(context, &events)?;
    match question.next(answer) {
        Some(_) if ask.incident.is_none() => output::say("next: warroom declare TITLE --sev N"),
        Some(next) => say_all(&[vec![format!("next: {next}")], leads(next)].concat()),
        None => Ok(ExitCode::SUCCESS),
    }
}

fn list(context: &Context, named: &Named, as_json: bool) -> Result<ExitCode, Failure> {
    let journal = context.existing_journal()?;
    let none = Ledger::default();
    let ledger = journal.as_ref().map_or(&none, Journal::ledger);
    let incident = named.find(ledger)?;
    if as_json {
        return output::json(&incident.show_json(context.now())["temporaries"]);
    }
    let rows = incident.temporaries.iter().map(|put| {
        let removed = put.removed_at.map_or_else(|| "in place".to_owned(), rfc3339);
        vec![put.number.to_string(), rfc3339(put.put_at), removed, put.text.clone()]
    });
    table(&["number", "put", "removed", "what"], rows)
}

/// Without an answer it says how the checklist stands.
fn walk(context: &Context, checklist: Checklist) -> Result<ExitCode, Failure> {
    let is_yes = |answer: Option<Answer>| answer.map(Answer::is_yes);
    let checks = Checks {
        baseline: is_yes(checklist.baseline),
        data: is_yes(checklist.data_intact),
        temporary: is_yes(checklist.temporary),
    };
    if !checks.is_empty() {
        return append(context, Intent::Check(checks), checklist.about.incident);
    }
    let journal = context.reading_journal()?;
    let incident = journal.ledger().find(checklist.about.incident.as_deref())?;
    let line = |check: Check| {
        let found = incident.checks.of(check).map_or("not checked", |found| Answer::from(found).word());
        format!("{} {found}", check.asks())
    };
    let doubts = incident.closing_doubts().into_iter().map(|doubt| format!("warning: {doubt}"));
    say_all(&Check::ALL.into_iter().map(line).chain(doubts).collect::<Vec<_>>())
}

/// What speaks against it, said once it was done: it never blocks.
pub(super) fn warn_of_doubts(context: &Context, ledger: &Ledger, incident: &str) {
    let Some(incident) = ledger.incident(incident).filter(|_| !context.quiet) else { return };
    for doubt in ledger.still_firing(incident).into_iter().chain(incident.closing_doubts()) {
        remark(&format!("warning: {doubt}"));
    }
}
