//! `slo status --watch`: a table that stays up to date on a terminal, a line for every change elsewhere.

use std::collections::BTreeMap;
use std::io::{IsTerminal, stdout};
use std::process::ExitCode;
use std::time::Duration;

use tokio::sync::mpsc::Receiver;

use super::heard::Heard;
use super::{Asked, show, status};
use crate::cli::context::Context;
use crate::cli::maintenance::LeftOut;
use crate::cli::output::{self, Failure, print, say_all};
use crate::io::clock::Clock;
use crate::io::feed::Feed;
use crate::io::reload::Reload;
use crate::io::runtime::{self, Told};
use crate::runbook::Library;
use crate::slo::Reading;
use crate::text::{Problem, Time, when};

/// Between two looks at what changed.
const LOOK: Duration = Duration::from_secs(1);
/// Between two JSON documents.
const DOCUMENT: Duration = Duration::from_secs(5);
/// To the first cell, and what is left of the line or of the screen goes.
const HOME: &str = "\x1b[H";
const REST_OF_LINE: &str = "\x1b[K";
const REST_OF_SCREEN: &str = "\x1b[J";

/// Prints until a signal ends it.
pub(super) async fn run(
    context: &Context,
    asked: Asked<'_>,
    problems: Vec<Problem>,
) -> Result<ExitCode, Failure> {
    let (tell, mut told) = runtime::messages();
    let mut heard = Heard::nothing_yet(&asked.config);
    let feed = Feed::start(&asked.config, context.clock, tell.clone());
    status::gather(&mut heard, &mut told, &asked.config, context.clock).await;
    let mut shape = Shape::of(&asked);
    let reload = Reload {
        feed,
        configuration: context.configuration(),
        config: asked.config,
        problems,
        only: asked.only.to_vec(),
        looks: None,
        library: Library::default(),
        porter: None,
        told: tell,
    };
    let _sources = reload.start();
    let mut left_out = LeftOut::new(context);
    loop {
        heard.recall(context);
        left_out.pass_on(&mut heard.evaluator);
        heard.evaluator.evaluate(context.now());
        shape.print(&heard, context)?;
        listen(&mut heard, &mut told, context.clock, shape.pause()).await;
    }
}

async fn listen(heard: &mut Heard, told: &mut Receiver<Told>, clock: Clock, pause: Duration) {
    let _ = tokio::time::timeout(pause, async {
        while let Some(news) = told.recv().await {
            if let Told::Msg(msg) = news {
                heard.hear(*msg, clock.now());
            }
        }
    })
    .await;
}

/// How what changes is shown.
enum Shape {
    /// An object a line.
    Documents,
    /// The table in place.
    Screen,
    /// A line for every change; what each row said last.
    Changes(BTreeMap<String, String>),
}

impl Shape {
    fn of(asked: &Asked<'_>) -> Self {
        match (asked.json, stdout().is_terminal()) {
            (true, _) => Self::Documents,
            (false, true) => Self::Screen,
            (false, false) => Self::Changes(BTreeMap::new()),
        }
    }

    fn pause(&self) -> Duration {
        if matches!(self, Self::Documents) { DOCUMENT } else { LOOK }
    }

    fn print(&mut self, heard: &Heard, context: &Context) -> Result<ExitCode, Failure> {
        match self {
            Self::Documents => output::json_lines([show::document(heard, context.now())]),
            Self::Screen => print(&screen(&show::tables(heard, context))),
            Self::Changes(said) => say_all(&changes(said, heard.evaluator.readings(), context.now())),
        }
    }
}

/// The table over whatever the screen shows, cut to its height.
fn screen(table: &str) -> String {
    let height = crossterm::terminal::size().map_or(usize::MAX, |(_, height)| usize::from(height));
    let lines: Vec<&str> = table.lines().collect();
    let room = if lines.len() >= height { height.saturating_sub(2) } else { lines.len() };
    let mut text = String::from(HOME);
    for line in lines.iter().take(room) {
        text.extend([line, REST_OF_LINE, "\n"]);
    }
    if room < lines.len() {
        text.push_str(&format!("{} more{REST_OF_LINE}\n", lines.len() - room));
    }
    text + REST_OF_SCREEN
}

/// A line for each row whose state is another one than when it was last said.
fn changes(said: &mut BTreeMap<String, String>, readings: &[Reading], now: Time) -> Vec<String> {
    let mut lines = Vec::new();
    for reading in readings {
        let says = show::standing(reading);
        if said.get(&reading.slo) != Some(&says) {
            lines.push(format!("{} {} {}", when::rfc3339(now), show::line(reading), says));
            said.insert(reading.slo.clone(), says);
        }
    }
    let gone: Vec<String> =
        said.keys().filter(|id| readings.iter().all(|reading| reading.slo != **id)).cloned().collect();
    for id in gone {
        said.remove(&id);
        lines.push(format!("{} {id} is no longer watched", when::rfc3339(now)));
    }
    lines
}
