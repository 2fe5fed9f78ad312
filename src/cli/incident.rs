//! Incident verbs: each one asks the journal the same question the console would.

use std::io::{self, BufRead, BufReader, Read};
use std::process::ExitCode;

use super::context::Context;
use super::output::{Failure, remark, say, say_all};
use super::verbs::{ChangeCommand, DeployCommand, ImpactCommand, Named, UrlCommand, Verb};
use super::{roles, triage, update};
use crate::incident::event::{Change, ChangeKind, Edge, Event, NoteKind, Terms};
use crate::incident::intent::ClockAsk;
use crate::incident::scribe::{Hearing, Said, in_thread};
use crate::incident::{Ask, EventKind, Incident, Intent, Ledger, Role, describe};
use crate::io::journal::{AppendError, Journal};
use crate::text::{Time, safe};

/// Bytes of standard input that are taken at a time.
const READ_AT_ONCE: usize = 64 * 1024;

pub(super) fn run(context: &Context, verb: Verb) -> Result<ExitCode, Failure> {
    if let Verb::Update(update) = &verb
        && !update.is_plain()
    {
        return update::run(context, update);
    }
    let mut journal = context.journal()?;
    let declares = matches!(verb, Verb::Declare { .. });
    let dictated = Dictation::of(&verb);
    let ask = ask(context, journal.ledger(), verb)?;
    if let Some(dictation) = dictated {
        return notes_from_stdin(context, &mut journal, (&ask, dictation));
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
        Some(Event {
            incident: Some(id), kind: kind @ (EventKind::Resolved | EventKind::Closed), ..
        }) => {
            triage::warn_of_doubts(context, journal.ledger(), id);
            if *kind == EventKind::Resolved && !context.quiet {
                return say("next: warroom update --all-clear, warroom postmortem draft, warroom close");
            }
            Ok(ExitCode::SUCCESS)
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

/// Lines as they come: those that are there already in one commit, each one said once it is written. That
/// nobody reads what we say of them does not stop the notes.
fn notes_from_stdin(
    context: &Context,
    journal: &mut Journal,
    (ask, dictation): (&Ask, Dictation),
) -> Result<ExitCode, Failure> {
    let mut input = BufReader::with_capacity(READ_AT_ONCE, io::stdin().lock());
    loop {
        let lines = lines_at_once(&mut input)
            .map_err(|error| Failure::No(format!("stdin: {error} (check what feeds it)")))?;
        if lines.is_empty() {
            return Ok(ExitCode::SUCCESS);
        }
        let texts = lines.iter().map(|line| safe::decode(line).trim().to_owned());
        let note = |text: String| {
            let said = dictation.line(context, &text);
            let happened_at = ask.happened_at.or(said.happened_at);
            Ask { intent: said.intent, happened_at, ..ask.clone() }
        };
        let notes: Vec<Ask> = texts.filter(|text| !text.is_empty()).map(note).collect();
        for answer in journal.append_all(&notes, context.now())? {
            match acknowledge(context, &answer?) {
                Err(Failure::Closed) => {}
                said => _ = said?,
            }
        }
    }
}

/// Waits for a line, and takes with it those that came in the same breath. None at the end.
fn lines_at_once(input: &mut BufReader<impl Read>) -> io::Result<Vec<Vec<u8>>> {
    let mut lines = Vec::new();
    while lines.is_empty() || input.buffer().contains(&b'\n') {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        lines.push(line);
    }
    Ok(lines)
}

/// How lines are heard: flags win over their signs.
#[derive(Debug, Clone)]
struct Dictation {
    kind: Option<NoteKind>,
    star: bool,
    plain: bool,
    /// Every line is one of this thread.
    thread: Option<String>,
}

impl Dictation {
    /// `None` where nothing is dictated on standard input.
    fn of(verb: &Verb) -> Option<Self> {
        let Verb::Note { text, kind, star, plain, thread, .. } = verb else { return None };
        let dictation = Self { kind: *kind, star: *star, plain: *plain, thread: thread.clone() };
        (text.len() == 1 && text[0] == "-").then_some(dictation)
    }

    /// Reads a line, and puts it into its thread.
    fn hear(&self, context: &Context, line: &str) -> Result<Said, Failure> {
        self.branch()?;
        Ok(self.read(context, line)?.in_thread(self.thread.as_deref()))
    }

    /// Whether the thread's name is one.
    fn branch(&self) -> Result<(), Failure> {
        let read = self.thread.as_deref().map(|name| in_thread(name, ""));
        read.transpose().map(|_| ()).map_err(Failure::Usage)
    }

    fn read(&self, context: &Context, line: &str) -> Result<Said, Failure> {
        let hearing =
            |zone| Hearing { kind: self.kind, star: self.star, ..Hearing::new(context.now(), zone) };
        if self.plain {
            return Ok(hearing(chrono_tz::Tz::UTC).as_it_stands(line));
        }
        context.read_in_zone(|zone| hearing(zone).read(line))
    }

    /// A line that comes by itself is kept whatever it is: what cannot be read stands as it is.
    fn line(&self, context: &Context, line: &str) -> Said {
        self.hear(context, line).unwrap_or_else(|failure| {
            failure.report();
            Hearing { kind: self.kind, star: self.star, ..Hearing::new(context.now(), chrono_tz::Tz::UTC) }
                .as_it_stands(line)
                .in_thread(self.thread.as_deref())
        })
    }
}

/// What a verb wants, when it happened, and which incident it is about.
pub(super) struct Wish {
    intent: Intent,
    at: Option<String>,
    /// As the words of the note say.
    said_at: Option<Time>,
    incident: Option<String>,
}

impl Wish {
    pub(super) fn new(intent: Intent, incident: Option<String>) -> Self {
        Self { intent, at: None, said_at: None, incident }
    }

    fn at(self, at: Option<String>) -> Self {
        Self { at, ..self }
    }
}

/// The question a verb asks.
fn ask(context: &Context, ledger: &Ledger, verb: Verb) -> Result<Ask, Failure> {
    let by = if let Verb::Note { by, .. } = &verb { by.clone() } else { None };
    let wish = wish(context, ledger, verb)?;
    let happened_at = wish.at.map(|text| context.time(&text)).transpose()?.or(wish.said_at);
    let actor = by.unwrap_or_else(|| context.who.clone());
    Ok(Ask { incident: wish.incident, actor, happened_at, intent: wish.intent })
}

fn wish(context: &Context, ledger: &Ledger, verb: Verb) -> Result<Wish, Failure> {
    Ok(match verb {
        Verb::Declare { title, sev: severity, services, ic, drill, private, found, at } => {
            let title = title.join(" ");
            let intent = Intent::Declare { title, severity, services, ic, drill, private, found };
            Wish::new(intent, None).at(at.at)
        }
        Verb::Note { text, kind, star, plain, thread, at, about, .. } => {
            let said = Dictation { kind, star, plain, thread }.hear(context, &text.join(" "))?;
            let wish = Wish::new(said.intent, about.incident);
            Wish { said_at: said.happened_at, ..wish }.at(at.at)
        }
        Verb::Sev { severity: to, reason, about } => {
            Wish::new(Intent::SetSeverity { to, reason }, about.incident)
        }
        Verb::Phase { phase: to, about } => Wish::new(Intent::SetPhase { to }, about.incident),
        Verb::Role { command } => command.wish(),
        // What may leave has a way of its own.
        Verb::Update(update) => update.wish(),
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
        Verb::Change { command: ChangeCommand::Mark { kind, service, what, back, url, at } } => {
            let change = Change::new(kind, service, what).back(back).url(url);
            Wish::new(Intent::MarkChange(change), None).at(at.at)
        }
        Verb::Deploy { command } => deploy(command),
    })
}

fn impact(context: &Context, command: ImpactCommand) -> Result<Wish, Failure> {
    let (edge, time, about) = match command {
        ImpactCommand::Start { time, about } => (Edge::Start, time, about),
        ImpactCommand::End { time, about } => (Edge::End, time, about),
    };
    Ok(Wish::new(Intent::MarkImpact { edge, at: context.time(&time)? }, about.incident))
}

fn deploy(command: DeployCommand) -> Wish {
    let DeployCommand::Mark { service, version, env, back, url, at } = command;
    let what = env.map_or_else(|| version.clone(), |env| format!("{version} to {env}"));
    let change = Change::new(ChangeKind::Deploy, service, what).back(back).url(url);
    Wish::new(Intent::MarkChange(change), None).at(at.at)
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
