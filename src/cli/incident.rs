//! Incident verbs: each one asks the journal the same question the console would.

use std::io::{self, BufRead};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};

use super::context::Context;
use super::output::{Failure, print, say};
use crate::incident::event::{Audience, ChangeKind, Edge, Event, Mitigation, NoteKind};
use crate::incident::{Ask, Intent, Phase, Role, Severity, describe};
use crate::text::when;

/// Which incident a verb is about.
#[derive(Debug, Args)]
pub(super) struct About {
    /// Incident id or a unique prefix [default: the only open one, else the latest]
    #[arg(short, long, value_name = "ID")]
    incident: Option<String>,
}

/// When it happened.
#[derive(Debug, Args)]
pub(super) struct At {
    /// When it happened: RFC 3339, HH:MM, -10m, "yesterday 14:02" [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    at: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Incident {
    /// Declare an incident; prints its id
    Declare {
        title: String,
        /// 1 (worst) to 4
        #[arg(long, value_parser = severity)]
        sev: Severity,
        #[arg(long = "service", value_name = "S")]
        services: Vec<String>,
        /// Incident commander [default: you]
        #[arg(long, value_name = "WHO")]
        ic: Option<String>,
        /// A game day, not the real thing
        #[arg(long)]
        drill: bool,
        #[command(flatten)]
        at: At,
    },
    /// Write a line into the timeline; `-` reads lines from standard input as they come
    Note {
        #[arg(required = true)]
        text: Vec<String>,
        #[arg(long, value_name = "WHO")]
        by: Option<String>,
        /// observation, action, decision, question, communication or task
        #[arg(long, default_value = "observation")]
        kind: NoteKind,
        #[arg(long)]
        star: bool,
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        about: About,
    },
    /// Change the severity
    Sev {
        #[arg(value_parser = severity)]
        severity: Severity,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        about: About,
    },
    /// Move to a phase: detection, triage, mitigation, resolution, follow-up
    Phase {
        phase: Phase,
        #[command(flatten)]
        about: About,
    },
    /// Assign and release roles: ic, deputy, comms, ops, sme, scribe
    Role {
        #[command(subcommand)]
        command: RoleCommand,
    },
    /// Record a status update; restarts the comms clock
    Update {
        text: String,
        /// public, stakeholders or executives
        #[arg(long, default_value = "stakeholders")]
        audience: Audience,
        /// When the next update is promised, e.g. 20m
        #[arg(long, value_parser = span)]
        next: Option<Duration>,
        #[command(flatten)]
        about: About,
    },
    /// Tasks inside the incident
    Task {
        #[command(subcommand)]
        command: TaskCommand,
    },
    /// Mark the impact as mitigated
    Mitigated {
        /// rollback, failover, flag, shed, capacity or hotfix
        #[arg(long)]
        kind: Mitigation,
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        about: About,
    },
    /// Set when the impact began or ended
    Impact {
        #[command(subcommand)]
        command: ImpactCommand,
    },
    /// Set fields of the incident
    Set {
        #[arg(long)]
        title: Option<String>,
        #[arg(long = "service", value_name = "S")]
        services: Vec<String>,
        #[arg(long)]
        impact: Option<String>,
        #[arg(long)]
        private: bool,
        #[command(flatten)]
        about: About,
    },
    /// Resolve the incident; its duration freezes
    Resolve {
        id: Option<String>,
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        about: About,
    },
    /// Close a resolved incident
    Close {
        id: Option<String>,
        #[command(flatten)]
        about: About,
    },
    /// Reopen a resolved or closed incident
    Reopen {
        id: Option<String>,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        about: About,
    },
    /// Strike an entry: it stays listed and no longer counts
    Strike {
        seq: u64,
        #[arg(long)]
        reason: String,
    },
    /// Correct an entry with a new one
    Amend { seq: u64, text: String },
    /// Erase the words of an entry that must not be kept; the chain stays whole
    Redact {
        seq: u64,
        #[arg(long)]
        reason: String,
    },
    /// Changes of services: deploys, configuration, flags, infrastructure, scaling
    Change {
        #[command(subcommand)]
        command: ChangeCommand,
    },
    /// Short for `change mark --kind deploy`
    Deploy {
        #[command(subcommand)]
        command: DeployCommand,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum RoleCommand {
    /// Give a role to somebody
    Assign {
        role: Role,
        who: String,
        /// Why, where somebody else holds the command
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        about: About,
    },
    /// Give a role up
    Release {
        role: Role,
        who: Option<String>,
        #[command(flatten)]
        about: About,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum TaskCommand {
    Add {
        text: String,
        #[arg(long)]
        owner: String,
        /// Due in, e.g. 10m
        #[arg(long = "in", value_parser = span)]
        due: Option<Duration>,
        #[command(flatten)]
        about: About,
    },
    Done {
        number: u32,
        #[command(flatten)]
        about: About,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ImpactCommand {
    Start {
        #[arg(allow_hyphen_values = true)]
        time: String,
        #[command(flatten)]
        about: About,
    },
    End {
        #[arg(allow_hyphen_values = true)]
        time: String,
        #[command(flatten)]
        about: About,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ChangeCommand {
    /// Record a change of a service
    Mark {
        /// deploy, config, flag, infra or scaling
        #[arg(long)]
        kind: ChangeKind,
        service: String,
        what: String,
        #[command(flatten)]
        at: At,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum DeployCommand {
    /// Record a deploy of a service
    Mark {
        service: String,
        version: String,
        /// Environment, e.g. production
        #[arg(long)]
        env: Option<String>,
        #[command(flatten)]
        at: At,
    },
}

fn severity(text: &str) -> Result<Severity, String> {
    text.parse()
}

fn span(text: &str) -> Result<Duration, String> {
    when::parse_span(text)
}

pub(super) fn run(context: &Context, command: Incident) -> Result<ExitCode, Failure> {
    if let Incident::Note { text, .. } = &command
        && text.len() == 1
        && text[0] == "-"
    {
        return notes_from_stdin(context, command);
    }
    let declares = matches!(command, Incident::Declare { .. });
    let ask = ask(context, command)?;
    let events = context.journal()?.append(&ask, context.now())?;
    if declares {
        let id = events.first().and_then(|event| event.incident.clone()).unwrap_or_default();
        return say(&id);
    }
    acknowledge(&events)
}

/// What was written, a line an event, so that nobody has to guess.
fn acknowledge(events: &[Event]) -> Result<ExitCode, Failure> {
    let lines = events.iter().map(|event| {
        let incident = event.incident.as_deref().unwrap_or("-");
        format!("{} {incident} {}", event.seq, describe(&event.kind))
    });
    let text: String = lines.map(|line| format!("{}\n", crate::text::Safe::line(&line))).collect();
    print(&text)
}

/// Lines as they come, each one written before the next is read.
fn notes_from_stdin(context: &Context, command: Incident) -> Result<ExitCode, Failure> {
    let Incident::Note { by, kind, star, about, .. } = command else { return Ok(ExitCode::SUCCESS) };
    let mut journal = context.journal()?;
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| Failure::No(format!("standard input: {error}")))?;
        if line.trim().is_empty() {
            continue;
        }
        let who = by.clone().unwrap_or_else(|| context.who.clone());
        let ask = Ask::new(who, Intent::Note { text: line, kind, star });
        let events = journal.append(&Ask { incident: about.incident.clone(), ..ask }, context.now())?;
        acknowledge(&events)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The question a verb asks.
fn ask(context: &Context, command: Incident) -> Result<Ask, Failure> {
    let mut actor = context.who.clone();
    let (intent, at, about) = match command {
        Incident::Declare { title, sev, services, ic, drill, at } => {
            (Intent::Declare { title, severity: sev, services, ic, drill }, at.at, None)
        }
        Incident::Note { text, by, kind, star, at, about } => {
            actor = by.unwrap_or(actor);
            (Intent::Note { text: text.join(" "), kind, star }, at.at, about.incident)
        }
        Incident::Sev { severity, reason, about } => {
            (Intent::SetSeverity { to: severity, reason }, None, about.incident)
        }
        Incident::Phase { phase, about } => (Intent::SetPhase { to: phase }, None, about.incident),
        Incident::Role { command } => role(command),
        Incident::Update { text, audience, next, about } => {
            (Intent::Update { text, audience, next }, None, about.incident)
        }
        Incident::Task { command } => task(command),
        Incident::Mitigated { kind, at, about } => (Intent::Mitigate { kind }, at.at, about.incident),
        Incident::Impact { command } => impact(context, command)?,
        Incident::Set { title, services, impact, private, about } => {
            let services = (!services.is_empty()).then_some(services);
            let private = private.then_some(true);
            (Intent::SetFields { title, services, impact, private }, None, about.incident)
        }
        Incident::Resolve { id, at, about } => (Intent::Resolve, at.at, named(id, about)?),
        Incident::Close { id, about } => (Intent::Close, None, named(id, about)?),
        Incident::Reopen { id, reason, about } => (Intent::Reopen { reason }, None, named(id, about)?),
        Incident::Strike { seq, reason } => (Intent::Strike { seq, reason }, None, None),
        Incident::Amend { seq, text } => (Intent::Amend { seq, text }, None, None),
        Incident::Redact { seq, reason } => (Intent::Redact { seq, reason }, None, None),
        Incident::Change { command: ChangeCommand::Mark { kind, service, what, at } } => {
            (Intent::MarkChange { kind, service, what }, at.at, None)
        }
        Incident::Deploy { command } => deploy(command),
    };
    let happened_at = at.map(|text| context.time(&text)).transpose()?;
    Ok(Ask { incident: about, actor, happened_at, intent })
}

/// An intent, when it happened, and which incident it is about.
type Parts = (Intent, Option<String>, Option<String>);

fn role(command: RoleCommand) -> Parts {
    match command {
        RoleCommand::Assign { role, who, reason, about } => {
            (Intent::AssignRole { role, who, reason }, None, about.incident)
        }
        RoleCommand::Release { role, who, about } => {
            (Intent::ReleaseRole { role, who }, None, about.incident)
        }
    }
}

fn task(command: TaskCommand) -> Parts {
    match command {
        TaskCommand::Add { text, owner, due, about } => {
            (Intent::AddTask { text, owner, due }, None, about.incident)
        }
        TaskCommand::Done { number, about } => (Intent::FinishTask { number }, None, about.incident),
    }
}

fn impact(context: &Context, command: ImpactCommand) -> Result<Parts, Failure> {
    let (edge, time, about) = match command {
        ImpactCommand::Start { time, about } => (Edge::Start, time, about),
        ImpactCommand::End { time, about } => (Edge::End, time, about),
    };
    Ok((Intent::MarkImpact { edge, at: context.time(&time)? }, None, about.incident))
}

fn deploy(command: DeployCommand) -> Parts {
    let DeployCommand::Mark { service, version, env, at } = command;
    let what = env.map_or_else(|| version.clone(), |env| format!("{version} to {env}"));
    (Intent::MarkChange { kind: ChangeKind::Deploy, service, what }, at.at, None)
}

/// A positional id means the same as `-i`; both, differing, is a mistake.
pub(super) fn named(id: Option<String>, about: About) -> Result<Option<String>, Failure> {
    match (id, about.incident) {
        (Some(one), Some(other)) if one != other => {
            Err(Failure::Usage(format!("incident: {one}: -i names another one, {other} (name it once)")))
        }
        (one, other) => Ok(one.or(other)),
    }
}
