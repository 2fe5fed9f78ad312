//! `warroom runbook run`: a walk without the console, by the console's own rules.
//!
//! Questions go to standard error, what a command prints where the command printed it.

mod asking;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use self::asking::{Ended, Talk};
use super::eval::pair;
use crate::app::model::Template;
use crate::app::outgoing::Outgoing;
use crate::app::{Effect, Keymap, Model, Pane, Setting, on_run, on_runbook};
use crate::cli::console::start_runtime;
use crate::cli::context::Context;
use crate::cli::output::{Failure, remark, say_all};
use crate::cli::verbs::{About, span};
use crate::config::Config;
use crate::incident::Ledger;
use crate::io::journal::Journal;
use crate::io::keyboard::Keyboard;
use crate::io::walker::Walker;
use crate::io::{household, outbox, sources};
use crate::runbook::{Library, Risk, Runbook, Step};
use crate::slo::Evaluator;

/// Walk a runbook here, step by step, by the rules of the console
#[derive(Debug, Args)]
#[command(
    after_help = "Nothing runs before its exact text was shown. A read runs on r or y, a change on y, what destroys
on the typed word; enter alone runs nothing. Ctrl-c stops what runs. The walk is on the record of the
incident; without an open one it leaves no trace. Without a terminal only a step that reads and is named
with --step runs. Exit 1 when a step failed or was refused.

Examples:
  warroom runbook run bad-deploy-rollback
  warroom runbook run disk-full --step 2 --set mount=/var
  warroom runbook run disk-full --dry-run"
)]
pub(crate) struct Run {
    /// A name of the list, or a file
    pub runbook: String,
    #[command(flatten)]
    about: About,
    /// Only this step
    #[arg(long, value_name = "N")]
    step: Option<String>,
    /// A value for a placeholder
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// How long a command may run, whatever the runbook says
    #[arg(long, value_name = "SPAN", value_parser = span)]
    timeout: Option<Duration>,
    /// Print what would run and what it does; run nothing
    #[arg(long = "dry-run")]
    rehearses: bool,
}

impl Run {
    pub fn run(&self, context: &Context, book: &Runbook) -> Result<ExitCode, Failure> {
        if let Some(n) = self.step.as_ref().filter(|n| book.step(n).is_none()) {
            let way_out = format!("warroom runbook show {} lists them", self.runbook);
            return Err(Failure::Usage(format!("runbook: {}: no step {n} ({way_out})", book.name)));
        }
        let config = context.config()?.config;
        if self.rehearses {
            return self.rehearse(context, &config, book);
        }
        if !Keyboard::is_there() && self.step.is_none() {
            let way_out = "name one that reads with --step N, or look with --dry-run";
            let why = "asks before each step, and nobody is there to answer";
            return Err(Failure::No(format!("runbook: {}: {why} ({way_out})", book.name)));
        }
        let journal = context.journal()?;
        let incident = self.incident(journal.ledger())?;
        if incident.is_none() && !context.quiet {
            remark("runbook: no incident is open: nothing of this walk goes on record");
        }
        let model = model(context, &config);
        let secrets = [sources::secrets(&config.sources), outbox::secrets(&config.outbox)].concat();
        let given = household::environment(&context.data, context.config_path.as_deref());
        let ended = start_runtime()?.block_on(async {
            let walker = Walker::new(model, journal, (&context.data, context.clock))?;
            let mut walker = walker.giving(given, &secrets);
            self.open(&mut walker, book, incident, context);
            Ok::<_, Failure>(Box::pin(Talk::new(walker)?.walk(self.step.as_deref())).await)
        })?;
        Ok(code(ended))
    }

    /// The open incident that is meant; `None` where none is open.
    fn incident(&self, ledger: &Ledger) -> Result<Option<String>, Failure> {
        let named = self.about.incident.as_deref();
        if named.is_none() && ledger.open().next().is_none() {
            return Ok(None);
        }
        let incident = ledger.find(named)?;
        if !incident.is_open() {
            let way_out = "reopen it, or leave -i out to walk without a record";
            return Err(Failure::No(format!("incident: {}: no longer open ({way_out})", incident.id)));
        }
        Ok(Some(incident.id.clone()))
    }

    /// Opens the walk where it stands, with the values that were given.
    fn open(&self, walker: &mut Walker, book: &Runbook, incident: Option<String>, context: &Context) {
        let (library, _) = context.user_files().runbooks(&Library::default());
        let books = library.books().iter().cloned();
        walker.model.runbook.library = Library::new(books.chain([Arc::new(book.clone())]));
        walker.model.timeline.shown = incident;
        walker.model.runbook.open = None;
        walker.act(|model| on_runbook::open(model, &book.name));
        walker.act(|model| on_runbook::give(model, self.set.clone()));
        self.stand(&mut walker.model);
    }

    /// At the named step, with the named timeout.
    fn stand(&self, model: &mut Model) {
        let Some(open) = &mut model.runbook.open else { return };
        open.timeout = self.timeout;
        let at = open.walk.steps.iter().position(|step| Some(&step.n) == self.step.as_ref());
        open.walk.current = at.unwrap_or(open.walk.current);
    }

    /// What would run, with what is known of its values.
    fn rehearse(&self, context: &Context, config: &Config, book: &Runbook) -> Result<ExitCode, Failure> {
        let mut model = model(context, config);
        let journal = context.existing_journal()?;
        let none = Ledger::default();
        let ledger = journal.as_ref().map_or(&none, Journal::ledger);
        model.timeline.shown = self.incident(ledger)?;
        model.ledger.clone_from(ledger);
        model.runbook.library = vec![book.clone()].into();
        let _: Vec<Effect> = on_runbook::open(&mut model, &book.name);
        if let Some(open) = &mut model.runbook.open {
            open.answers.extend(self.set.iter().cloned().collect::<BTreeMap<_, _>>());
        }
        let wanted = |step: &&Step| self.step.as_ref().is_none_or(|n| step.n == *n);
        let steps = book.steps().into_iter().map(|placed| placed.step).filter(wanted);
        say_all(&steps.flat_map(|step| rehearsed(&model, step)).collect::<Vec<_>>())
    }
}

/// The console's model without a screen.
fn model(context: &Context, config: &Config) -> Model {
    let setting = Setting {
        who: context.who.clone(),
        zone: config.zone,
        keymap: Keymap::default(),
        reads_only: false,
        runs_only_reads: config.runs_only_reads,
        // Somebody is asked for each step here: nothing runs by itself.
        assisted: Vec::new(),
        demo: None,
        configuration: String::new(),
        folder: std::env::current_dir().unwrap_or_default().display().to_string(),
        values: config.values.clone(),
        outgoing: Outgoing::default(),
    };
    let mut model = Model::new(context.now(), setting, Evaluator::new(Vec::new()), Template::shipped());
    model.desk.focus = Pane::Runbook;
    model
}

fn rehearsed(model: &Model, step: &Step) -> Vec<String> {
    let mut lines = vec![format!("{} {}", step.n, on_runbook::spoken(model, &step.title))];
    for command in &step.commands {
        let preview = on_run::preview_of(model, &step.n, command);
        lines.extend(preview.text.lines().map(|line| format!("    $ {line}")));
        let asks = preview.open.join(", ");
        let asks = if asks.is_empty() { asks } else { format!(", asks for {asks}") };
        lines.push(format!("    {}{asks}", does(preview.risk)));
    }
    lines
}

/// What a command does, in a word that is read at a glance.
fn does(risk: Risk) -> &'static str {
    match risk {
        Risk::Read => "reads",
        Risk::Change => "CHANGES something",
        Risk::Destroy => "DESTROYS something",
    }
}

fn code(ended: Ended) -> ExitCode {
    match ended {
        Ended::Signal(number) => ExitCode::from(128 + number),
        Ended::Unsaved => ExitCode::from(3),
        Ended::Failed => ExitCode::FAILURE,
        Ended::Well => ExitCode::SUCCESS,
    }
}
