//! `doctor`: looks at the machine the way the console would, and says what is in the way.

use std::env;
use std::io::{IsTerminal, stdout};
use std::process::ExitCode;
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::mpsc::channel;

use super::console::start_runtime;
use super::context::Context;
use super::output::{self, Failure, table};
use crate::config::{Config, Source};
use crate::io::clock::Clock;
use crate::io::configuration::Loaded;
use crate::io::feed;
use crate::io::journal::{Fault, Journal, VerifyError};
use crate::io::lease::Lease;
use crate::io::sources::{self, Polled, SourceMsg};
use crate::slo::telemetry::{SourceHealth, TelemetryRow, Trust};

/// What a console needs at the least, in cells.
const SMALLEST: (u16, u16) = (80, 24);
/// Longer than the longest timeout of a source.
const PATIENCE: Duration = Duration::from_secs(65);

/// One look at one thing.
struct Look {
    what: String,
    state: State,
    says: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Ok,
    Warn,
    Fail,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

impl Look {
    fn new(what: impl Into<String>, state: State, says: impl Into<String>) -> Self {
        Self { what: what.into(), state, says: says.into() }
    }

    fn json(&self) -> Value {
        json!({ "check": self.what, "state": self.state.word(), "text": self.says })
    }
}

/// Exit 1 when anything fails; what only warns does not.
pub(super) fn run(context: &Context, as_json: bool) -> Result<ExitCode, Failure> {
    let (configuration, config) = configuration(context);
    let mut looks = vec![terminal(context), configuration, journal(context), lease(context)];
    looks.extend(ask_sources(&config, context.clock)?);
    if as_json {
        output::json(&looks.iter().map(Look::json).collect())?;
    } else {
        let rows =
            looks.iter().map(|look| vec![look.state.word().to_owned(), look.what.clone(), look.says.clone()]);
        table(&["state", "check", "found"], rows)?;
    }
    let failed = looks.iter().any(|look| look.state == State::Fail);
    Ok(ExitCode::from(u8::from(failed)))
}

fn terminal(context: &Context) -> Look {
    let size = stdout().is_terminal().then(crossterm::terminal::size).and_then(Result::ok);
    let Some((width, height)) = size else {
        return Look::new("terminal", State::Warn, "standard output is none: the console does not open here");
    };
    let colours = match (context.color.is_off(), crossterm::style::available_color_count()) {
        (true, _) => "no colour (NO_COLOR or --color never)".to_owned(),
        (false, u16::MAX) => "true colour".to_owned(),
        (false, count) => format!("{count} colours"),
    };
    let mut missing = Vec::new();
    if width < SMALLEST.0 || height < SMALLEST.1 {
        missing.push(format!("smaller than {}x{}: panes show one at a time", SMALLEST.0, SMALLEST.1));
    }
    if !speaks_utf8() {
        missing.push(
            "the locale is not UTF-8: lines and bars may show as garbage (set LC_ALL=C.UTF-8)".to_owned(),
        );
    }
    let state = if missing.is_empty() { State::Ok } else { State::Warn };
    let says = [vec![format!("{width}x{height}"), colours], missing].concat();
    Look::new("terminal", state, says.join(", "))
}

/// As the C library decides: the first of these that is set.
fn speaks_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(|name| env::var(name).ok());
    let locale = locale.into_iter().find(|value| !value.is_empty()).unwrap_or_default().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

fn configuration(context: &Context) -> (Look, Config) {
    let what = "configuration";
    let Some(path) = &context.config_path else {
        let says = "none found (warroom init writes one, warroom demo needs none)";
        return (Look::new(what, State::Warn, says), Config::default());
    };
    match context.config() {
        Ok(Loaded { config, problems }) => {
            let (sources, slos) = (config.sources.len(), config.slos.len());
            let says =
                format!("{}: {sources} sources, {slos} slos, {} warnings", path.display(), problems.len());
            let state = if problems.is_empty() { State::Ok } else { State::Warn };
            (Look::new(what, state, says), config)
        }
        Err(Failure::Usage(why)) => {
            let first = why.lines().next().unwrap_or_default();
            let more = why.lines().count().saturating_sub(1);
            let more =
                if more > 0 { format!(" and {more} more (warroom check shows them)") } else { String::new() };
            (Look::new(what, State::Fail, format!("{first}{more}")), Config::default())
        }
        Err(_) => {
            (Look::new(what, State::Fail, format!("{}: cannot be read", path.display())), Config::default())
        }
    }
}

fn journal(context: &Context) -> Look {
    let what = "journal";
    match Journal::verify_at(&context.data, None) {
        Err(VerifyError::Journal(error)) if matches!(error.fault, Fault::Missing) => {
            let says = format!("none yet in {} (the first declare makes it)", context.data.display());
            Look::new(what, State::Ok, says)
        }
        Err(error) => Look::new(what, State::Fail, error.to_string()),
        Ok(_) if context.journal().is_err() => {
            let says = format!("{}: can be read, not written (check owner and mode)", context.data.display());
            Look::new(what, State::Fail, says)
        }
        Ok(verified) => {
            let says = format!("{}: {} entries, the chain holds", context.data.display(), verified.entries);
            Look::new(what, State::Ok, says)
        }
    }
}

/// Whether somebody writes down what the system notices. Looking at it makes no files.
fn lease(context: &Context) -> Look {
    let what = "lease";
    if !context.data.join("lease").exists() {
        return Look::new(what, State::Ok, "free: the next console or watch takes it");
    }
    match Lease::try_take(&context.data) {
        Ok(Some(_)) => Look::new(what, State::Ok, "free: the next console or watch takes it"),
        Ok(None) => {
            Look::new(what, State::Ok, "held: a console or watch is recording what the system notices")
        }
        Err(error) => Look::new(what, State::Fail, error.to_string()),
    }
}

/// Asks every source once, all at the same time.
fn ask_sources(config: &Config, clock: Clock) -> Result<Vec<Look>, Failure> {
    if config.sources.is_empty() {
        return Ok(Vec::new());
    }
    start_runtime().map(|runtime| {
        runtime.block_on(join_all(config.sources.iter().map(|source| ask(config, source, clock))))
    })
}

async fn ask(config: &Config, source: &Source, clock: Clock) -> Look {
    let what = format!("source {}", source.name);
    let (tx, mut rx) = channel(64);
    let task = sources::spawn(source, feed::asked_of(config, source), clock, tx);
    let first = async {
        loop {
            match rx.recv().await {
                Some(SourceMsg::Polled(polled)) => return Some(polled),
                Some(_) => {}
                None => return None,
            }
        }
    };
    let polled = tokio::time::timeout(PATIENCE, first).await.ok().flatten();
    task.abort();
    match polled {
        Some(polled) => answered(what, &polled, &row(config, source, &polled)),
        None => Look::new(what, State::Fail, "no answer (is it there? check its url)"),
    }
}

/// What one poll says of a source's health.
fn row(config: &Config, source: &Source, polled: &Polled) -> TelemetryRow {
    let mut health = SourceHealth::new(source.name.clone(), source.kind.word(), source.every);
    health.heard(feed::pulse(polled, feed::asked_of(config, source).len()));
    health.row(polled.at)
}

fn answered(what: String, polled: &Polled, row: &TelemetryRow) -> Look {
    let answers = match &polled.answers {
        Ok(answers) => answers,
        Err(why) => return Look::new(what, State::Fail, why),
    };
    let failing = answers.iter().find_map(|(slo, outcome)| Some((slo, outcome.as_ref().err()?)));
    match failing {
        None if row.trust == Trust::NoHeartbeat => {
            Look::new(what, State::Warn, format!("answers, but its heartbeat is {}", row.heartbeat))
        }
        None if !row.error.is_empty() => Look::new(what, State::Warn, format!("answers, but {}", row.error)),
        None => Look::new(what, State::Ok, format!("answers for {} slos", answers.len())),
        Some((slo, why)) => Look::new(what, State::Warn, format!("answers, but not for {slo}: {why}")),
    }
}
