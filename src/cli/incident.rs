//! Incident verbs: each one asks the journal the same question the console would.

use std::io::{self, BufRead};
use std::process::ExitCode;

use super::context::Context;
use super::output::{Failure, remark, say, say_all};
use super::verbs::{ChangeCommand, DeployCommand, ImpactCommand, Named, TaskCommand, UrlCommand, Verb};
use super::{roles, update};
use crate::incident::event::{ChangeKind, Edge, Event, Terms};
use crate::incident::intent::ClockAsk;
use crate::incident::{Ask, EventKind, Incident, Intent, Ledger, Role, describe};
use crate::io::journal::{AppendError, Journal};
use crate::text::safe;

pub(super) fn run(context: &Context, verb: Verb) -> Result<ExitCode, Failure> {
    if let Verb::Update(update) = &verb
        && !update.is_plain()
    {
        return update::run(context, update);
    }
    let mut journal = context.journal()?;
    let declares = matches!(verb, Verb::Declare { .. });
    let from_stdin = matches!(&verb, Verb::Note { text, .. } if text.len() == 1 && text[0] == "-");
    let ask = ask(context, journal.ledger(), verb)?;
    if from_stdin {
        return notes_from_stdin(context, &mut journal, &ask);
    }
    let events = journal.append(&ask, context.now())?;
    if declares {
        let id = events.first().and_then(|event| event.incident.clone()).unwrap_or_default();
        freeze(context, &mut journal, &id);
        return say(&id);
    }
    acknowledge(context, &events)?;
    match events.first() {
        Some(Event { incident: Some(id), kind, .. }) if hands_over_command(kind) && !context.quiet => {
            roles::hand_over(context, journal.ledger(), id)
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// The terms of the clocks go with the incident from its declaration on. A configuration that cannot be
/// read stops no declaration: the manual's terms apply.
fn freeze(context: &Context, journal: &mut Journal, id: &str) {
    let Ok(loaded) = context.config() else { return };
    let terms = loaded.config.terms;
    if terms == Terms::default() {
        return;
    }
    let ask = Ask::new(&context.who, Intent::Clock(ClockAsk::Freeze(terms))).about(id);
    // A console that saw the declaration first has said them already.
    if let Err(AppendError::Journal(error)) = journal.append(&ask, context.now()) {
        remark(&error.to_string());
    }
}

fn hands_over_command(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::RoleOffered { role: Role::Ic, .. } | EventKind::RoleAccepted { role: Role::Ic, .. }
    )
}

/// What was written, a line an event, so that nobody has to guess.
pub(super) fn acknowledge(context: &Context, events: &[Event]) -> Result<ExitCode, Failure> {
    if context.quiet {
        return Ok(ExitCode::SUCCESS);
    }
    let line = |event: &Event| {
        let incident = event.incident.as_deref().unwrap_or("-");
        format!("{} {incident} {}", event.seq, describe(&event.kind))
    };
    say_all(&events.iter().map(line).collect::<Vec<_>>())
}

/// Lines as they come, each one written before the next is read. That nobody reads what we say of them
/// does not stop the notes.
fn notes_from_stdin(context: &Context, journal: &mut Journal, ask: &Ask) -> Result<ExitCode, Failure> {
    let Intent::Note { kind, star, .. } = ask.intent else { return Ok(ExitCode::SUCCESS) };
    for line in io::stdin().lock().split(b'\n') {
        let line = line.map_err(|error| Failure::No(format!("stdin: {error} (check what feeds it)")))?;
        let text = safe::decode(&line).trim().to_owned();
        if text.is_empty() {
            continue;
        }
        let note = Ask { intent: Intent::Note { text, kind, star }, ..ask.clone() };
        let events = journal.append(&note, context.now())?;
        match acknowledge(context, &events) {
            Err(Failure::Closed) => {}
            said => _ = said?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What a verb wants, when it happened, and which incident it is about.
pub(super) struct Wish {
    intent: Intent,
    at: Option<String>,
    incident: Option<String>,
}

impl Wish {
    pub(super) fn new(intent: Intent, incident: Option<String>) -> Self {
        Self { intent, at: None, incident }
    }

    fn at(self, at: Option<String>) -> Self {
        Self { at, ..self }
    }
}

/// The question a verb asks.
fn ask(context: &Context, ledger: &Ledger, verb: Verb) -> Result<Ask, Failure> {
    let by = if let Verb::Note { by, .. } = &verb { by.clone() } else { None };
    let wish = wish(context, ledger, verb)?;
    let happened_at = wish.at.map(|text| context.time(&text)).transpose()?;
    let actor = by.unwrap_or_else(|| context.who.clone());
    Ok(Ask { incident: wish.incident, actor, happened_at, intent: wish.intent })
}

fn wish(context: &Context, ledger: &Ledger, verb: Verb) -> Result<Wish, Failure> {
    Ok(match verb {
        Verb::Declare { title, sev: severity, services, ic, drill, found, at } => {
            let title = title.join(" ");
            Wish::new(Intent::Declare { title, severity, services, ic, drill, found }, None).at(at.at)
        }
        Verb::Note { text, kind, star, at, about, .. } => {
            Wish::new(Intent::Note { text: text.join(" "), kind, star }, about.incident).at(at.at)
        }
        Verb::Sev { severity: to, reason, about } => {
            Wish::new(Intent::SetSeverity { to, reason }, about.incident)
        }
        Verb::Phase { phase: to, about } => Wish::new(Intent::SetPhase { to }, about.incident),
        Verb::Role { command } => command.wish(),
        // What may leave has a way of its own.
        Verb::Update(update) => update.wish(),
        Verb::Task { command } => task(command),
        Verb::Mitigated { kind, at, about } => Wish::new(Intent::Mitigate { kind }, about.incident).at(at.at),
        Verb::Impact { command } => impact(context, command)?,
        Verb::Set(set) => Wish::new(Intent::SetFields(set.fields(context)?), set.about.incident),
        Verb::Url { command: UrlCommand::Add { url, kind, about } } => {
            Wish::new(Intent::AddLink { kind, url }, about.incident)
        }
        Verb::Link { other, about } => Wish::new(Intent::Relate { other }, about.incident),
        Verb::Merge { from, into } => Wish::new(Intent::Merge { into }, Some(from)),
        Verb::Resolve { at, named } => Wish::new(Intent::Resolve, named.pick(ledger)?).at(at.at),
        Verb::Close { named } => Wish::new(Intent::Close, named.pick(ledger)?),
        Verb::Reopen { reason, named } => Wish::new(Intent::Reopen { reason }, named.pick(ledger)?),
        Verb::Strike { seq, reason, about } => Wish::new(Intent::Strike { seq, reason }, about.incident),
        Verb::Amend { seq, text, about } => {
            Wish::new(Intent::Amend { seq, text: text.join(" ") }, about.incident)
        }
        Verb::Redact { seq, reason, about } => Wish::new(Intent::Redact { seq, reason }, about.incident),
        Verb::Change { command: ChangeCommand::Mark { kind, service, what, at } } => {
            Wish::new(Intent::MarkChange { kind, service, what }, None).at(at.at)
        }
        Verb::Deploy { command } => deploy(command),
    })
}

fn task(command: TaskCommand) -> Wish {
    match command {
        TaskCommand::Add { text, owner, due, about } => {
            Wish::new(Intent::AddTask { text: text.join(" "), owner, due }, about.incident)
        }
        TaskCommand::Done { number, about } => Wish::new(Intent::FinishTask { number }, about.incident),
        TaskCommand::Decline { number, reason, about } => {
            Wish::new(Intent::DeclineTask { number, reason }, about.incident)
        }
        TaskCommand::Promote { number, about } => Wish::new(Intent::PromoteTask { number }, about.incident),
    }
}

fn impact(context: &Context, command: ImpactCommand) -> Result<Wish, Failure> {
    let (edge, time, about) = match command {
        ImpactCommand::Start { time, about } => (Edge::Start, time, about),
        ImpactCommand::End { time, about } => (Edge::End, time, about),
    };
    Ok(Wish::new(Intent::MarkImpact { edge, at: context.time(&time)? }, about.incident))
}

fn deploy(command: DeployCommand) -> Wish {
    let DeployCommand::Mark { service, version, env, at } = command;
    let what = env.map_or_else(|| version.clone(), |env| format!("{version} to {env}"));
    Wish::new(Intent::MarkChange { kind: ChangeKind::Deploy, service, what }, None).at(at.at)
}

impl Named {
    /// A positional id means the same as `-i`; both, naming two incidents, is a mistake.
    pub(super) fn pick(&self, ledger: &Ledger) -> Result<Option<String>, Failure> {
        let (Some(one), Some(other)) = (&self.id, &self.about.incident) else {
            return Ok(self.id.clone().or_else(|| self.about.incident.clone()));
        };
        if ledger.find(Some(one))?.id == ledger.find(Some(other))?.id {
            return Ok(Some(one.clone()));
        }
        Err(Failure::Usage(format!("incident: {one}: -i names another one, {other} (name it once)")))
    }

    /// The incident that is meant.
    pub(super) fn find<'a>(&self, ledger: &'a Ledger) -> Result<&'a Incident, Failure> {
        Ok(ledger.find(self.pick(ledger)?.as_deref())?)
    }
}
