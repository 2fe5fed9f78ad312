//! Automation stages: which step may run by itself, and why another may not.
//!
//! ```text
//! stages:
//!   2: assisted         # step 2: a look that may run by itself where the configuration allows it
//! ```
//!
//! Two people have to want it: the runbook's author marks the step, the owner of the configuration allows it
//! as it stands, by its hash. Nothing here runs anything.

use std::collections::BTreeMap;
use std::fmt;

use super::placeholder::{self, Values};
use super::step::{Command, Risk, Runbook, Step};
use super::walk::{StepStatus, Walk, WalkStep};
use super::{Carried, Library, risk};
use crate::text::{Place, Problem, safe};

/// What marks a step that may run by itself.
pub const ASSISTED: &str = "assisted";
/// What marks one that never does; so does no mark.
pub const MANUAL: &str = "manual";
/// How a hash begins where people read or write one.
pub const PREFIX: &str = "sha256:";

/// How far a step is automated. Changes by themselves are out of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    Manual,
    Assisted,
}

/// A step that the configuration allows to run by itself, as it stood when it was allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    pub runbook: String,
    /// SHA-256 (hex) of the step.
    pub sha256: String,
    /// Where the configuration says so.
    pub place: Place,
}

impl Allowed {
    /// A step as the configuration is to name it.
    pub fn of(runbook: &str, sha256: &str) -> Self {
        Self { runbook: runbook.to_owned(), sha256: sha256.to_owned(), place: Place::file("warroom.toml") }
    }

    /// The lines of `warroom.toml` that allow it.
    pub fn lines(&self) -> [String; 3] {
        let Self { runbook, sha256, .. } = self;
        let step = format!("step = \"{PREFIX}{sha256}\"");
        ["[[assist]]".to_owned(), format!("runbook = {runbook:?}"), step]
    }

    /// Whether no step of its runbook, which is there, is the one that was allowed.
    pub fn is_outdated(&self, library: &Library) -> bool {
        library.get(&self.runbook).is_some_and(|book| self.step(book).is_none())
    }

    /// What there is to say of one that is outdated.
    pub fn outdated(&self) -> Problem {
        let what = format!(
            "assist: {}: the step that is allowed was edited, or is gone: it does not run",
            self.runbook
        );
        let way_out =
            format!("read it; warroom runbook stages {} prints the lines for it as it is now", self.runbook);
        Problem::warning(self.place.clone(), "outdated-assist", what).way_out(way_out)
    }

    /// The step that it allows.
    pub fn step<'a>(&self, book: &'a Runbook) -> Option<&'a Step> {
        let steps = book.steps().into_iter().filter(|_| book.name == self.runbook);
        steps.map(|placed| placed.step).find(|step| step.sha256() == self.sha256)
    }
}

impl Runbook {
    /// How far a step is automated, as the front matter says. A word that is none of ours is no permission.
    pub fn stage_of(&self, step: &str) -> Stage {
        let said = self.meta(&format!("stages.{step}")).unwrap_or(MANUAL);
        if said.eq_ignore_ascii_case(ASSISTED) { Stage::Assisted } else { Stage::Manual }
    }
}

/// All that decides whether the current step of a walk may run by itself.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    pub runbook: &'a Runbook,
    pub walk: &'a Walk,
    pub allowed: &'a [Allowed],
    pub values: &'a Values,
    /// Values that somebody typed on this walk.
    pub typed: &'a BTreeMap<String, String>,
    pub carried: &'a Carried,
    /// Who sits here, and who opened the walk.
    pub who: &'a str,
    pub opened_by: Option<&'a str>,
    /// The walk belongs to an incident that is open.
    pub incident_open: bool,
    /// Nothing is written from here.
    pub reads_only: bool,
    /// Somebody here stopped this step before it ran.
    pub stopped: bool,
}

/// Why a step does not run by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The runbook does not mark it; `allowed` where the configuration would have it.
    Unmarked {
        allowed: bool,
    },
    /// The configuration does not allow it.
    NotAllowed,
    /// The configuration allows a step of this runbook that is no longer there as it was.
    Outdated,
    ReadsOnly,
    NoIncident,
    /// Somebody else opened the walk, or nobody did.
    NotOurs(Option<String>),
    /// It was done, skipped or failed.
    Settled,
    /// A step before it is still open: who only looks ahead starts nothing.
    Earlier(String),
    Unanswered,
    Unjudged,
    NoCommand,
    Interactive,
    /// It was started before, and no end of it is on record.
    Started,
    Stopped,
    /// One that ran by itself failed, and nobody has gone on since.
    Held,
    /// Values that are still open.
    Open(Vec<String>),
    /// A value that somebody typed: whoever types can press a key, too.
    Typed(String),
    /// A value that is a piece of the command, which the step's hash does not cover.
    Piece(String),
    /// An earlier block set what decides which code runs.
    Carried(String),
    Hidden,
    /// Its text does more than read.
    Text(Risk),
    /// The front matter says that it does more than its text does.
    Declared(Risk),
}

impl Refusal {
    /// Whether a person who reads the step wants to hear of it: not of a step that nobody ever meant to run by
    /// itself, nor of one that is over.
    pub fn is_news(&self) -> bool {
        !matches!(self, Self::Unmarked { allowed: false } | Self::Settled)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unmarked { allowed: false } => f.write_str("the runbook does not mark it assisted"),
            Self::Unmarked { allowed: true } => {
                f.write_str("the configuration allows it, the runbook does not mark it assisted")
            }
            Self::NotAllowed => f.write_str("the configuration does not allow it"),
            Self::Outdated => f.write_str("it was edited since the configuration allowed it"),
            Self::ReadsOnly => f.write_str("this console only reads"),
            Self::NoIncident => f.write_str("no incident is open here"),
            Self::NotOurs(Some(who)) => write!(f, "{who} opened this walk"),
            Self::NotOurs(None) => f.write_str("nobody is on record as having opened this walk"),
            Self::Settled => f.write_str("it is no longer open"),
            Self::Earlier(n) => write!(f, "step {n} comes first"),
            Self::Unanswered => f.write_str("it asks a question first"),
            Self::Unjudged => f.write_str("what came out waits to be judged"),
            Self::NoCommand => f.write_str("it has no command"),
            Self::Interactive => f.write_str("it wants the terminal"),
            Self::Started => f.write_str("it was started before, and nobody knows how it ended"),
            Self::Stopped => f.write_str("it was stopped here"),
            Self::Held => f.write_str("one that ran by itself failed; it goes on when you do"),
            Self::Open(names) => write!(f, "nothing known fills {}", names.join(", ")),
            Self::Typed(name) => write!(f, "its {name} was typed by hand"),
            Self::Piece(name) => write!(f, "its {name} is a piece of a command"),
            Self::Carried(name) => write!(f, "an earlier step set {name}, which decides what runs"),
            Self::Hidden => f.write_str("it holds hidden characters"),
            Self::Text(risk) => write!(f, "it does more than read: {}", risk.word()),
            Self::Declared(risk) => {
                write!(f, "the runbook says that it does more than read: {}", risk.word())
            }
        }
    }
}

/// The exact text of the command that may run by itself now, or the first reason why none may.
pub fn may_run(on: &Circumstances<'_>) -> Result<String, Refusal> {
    let step = on.walk.step().ok_or(Refusal::NoCommand)?;
    permitted(on, step)?;
    if on.reads_only {
        return Err(Refusal::ReadsOnly);
    }
    if !on.incident_open {
        return Err(Refusal::NoIncident);
    }
    if on.opened_by != Some(on.who) {
        return Err(Refusal::NotOurs(on.opened_by.map(str::to_owned)));
    }
    ready(on, step)?;
    let placed = on.runbook.steps().get(on.walk.current).map(|placed| placed.step);
    let command = placed.and_then(|placed| placed.commands.get(step.next_command()));
    let text = filled(on, command.ok_or(Refusal::NoCommand)?)?;
    reads(on, step, &text)?;
    Ok(text)
}

/// Both who wrote the runbook and who owns the configuration want it, of this step as it stands.
fn permitted(on: &Circumstances<'_>, step: &WalkStep) -> Result<(), Refusal> {
    let mut of_this = on.allowed.iter().filter(|allowed| allowed.runbook == on.runbook.name);
    let allowed = of_this.clone().any(|allowed| allowed.sha256 == step.sha256);
    match on.runbook.stage_of(&step.n) {
        Stage::Manual => Err(Refusal::Unmarked { allowed }),
        Stage::Assisted if allowed => Ok(()),
        Stage::Assisted if of_this.any(|allowed| allowed.step(on.runbook).is_none()) => {
            Err(Refusal::Outdated)
        }
        Stage::Assisted => Err(Refusal::NotAllowed),
    }
}

/// The step waits for nothing but its command.
fn ready(on: &Circumstances<'_>, step: &WalkStep) -> Result<(), Refusal> {
    let refusals = [
        (step.status != StepStatus::Open, Refusal::Settled),
        (step.asks(), Refusal::Unanswered),
        (step.to_judge, Refusal::Unjudged),
        (step.started.is_some(), Refusal::Started),
        (on.runbook.is_interactive(&step.n), Refusal::Interactive),
        (on.stopped, Refusal::Stopped),
        (on.walk.held, Refusal::Held),
    ];
    if let Some((_, refusal)) = refusals.into_iter().find(|(holds, _)| *holds) {
        return Err(refusal);
    }
    let mut before = on.walk.steps.iter().take(on.walk.current);
    let open = before.find(|step| step.status == StepStatus::Open);
    open.map_or(Ok(()), |step| Err(Refusal::Earlier(step.n.clone())))
}

/// The command with its values, none of which a person typed or is more than a quoted word.
fn filled(on: &Circumstances<'_>, command: &Command) -> Result<String, Refusal> {
    let typed = Values { other: on.typed.clone(), ..Values::default() };
    for name in &command.placeholders {
        if placeholder::is_raw(command, name) {
            return Err(Refusal::Piece(name.clone()));
        }
        if typed.get(name).is_some_and(|value| !value.is_empty()) {
            return Err(Refusal::Typed(name.clone()));
        }
    }
    placeholder::fill(command, on.values).map_err(Refusal::Open)
}

/// The shell reader alone finds that it reads, and the runbook does not say that it does more. What the
/// front matter vouches for is a matter between it and whoever presses the key.
fn reads(on: &Circumstances<'_>, step: &WalkStep, text: &str) -> Result<(), Refusal> {
    if safe::deceives(text) {
        return Err(Refusal::Hidden);
    }
    if let Some(name) = on.carried.variables.keys().find(|name| risk::decides_what_runs(name)) {
        return Err(Refusal::Carried(name.clone()));
    }
    let judged = on.runbook.judge(&step.n, text);
    match (judged.by_text, judged.risk) {
        (Risk::Read, Risk::Read) => Ok(()),
        (Risk::Read, declared) => Err(Refusal::Declared(declared)),
        (by_text, _) => Err(Refusal::Text(by_text)),
    }
}
