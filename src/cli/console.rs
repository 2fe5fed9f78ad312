//! The console: on the configuration, or on the demo's simulated fleet.

use std::env;
use std::io::{IsTerminal, stdin, stdout};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{Receiver, Sender};
use tracing_subscriber::EnvFilter;

use super::args::{Color, Global};
use super::context::{Context, named_user};
use super::output::{Failure, remark, say};
use crate::app::model::Template;
use crate::app::outgoing::Outgoing;
use crate::app::{Model, Msg, Setting};
use crate::config::Config;
use crate::incident::Ask;
use crate::io::clock::Clock;
use crate::io::configuration::{Configuration, Loaded};
use crate::io::demo::{self, Fleet, Scenario};
use crate::io::feed::{self, Feed};
use crate::io::files::{self, UserFiles};
use crate::io::history;
use crate::io::household;
use crate::io::listener::{Porter, Ways};
use crate::io::looks::{Looks, Wanted};
use crate::io::outbox;
use crate::io::outside::Outside;
use crate::io::reload::Reload;
use crate::io::runtime::{self, Ended, Start, Told};
use crate::io::scribe::Scribe;
use crate::io::sources;
use crate::runbook::Library;
use crate::slo::Slo;
use crate::slo::keep::Keeper;
use crate::text::Problem;

/// Seed of the demo's noise: every demo tells the same story.
const SEED: u64 = 7;

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// What goes wrong
    #[arg(long, default_value = "bad-deploy", value_parser = scenarios())]
    scenario: Scenario,
    /// How much faster than the wall the demo's clock runs
    #[arg(long, default_value_t = 12.0, value_parser = speed)]
    speed: f64,
}

fn scenarios() -> impl TypedValueParser<Value = Scenario> {
    PossibleValuesParser::new(Scenario::ALL.map(Scenario::name)).try_map(|name| name.parse::<Scenario>())
}

fn speed(text: &str) -> Result<f64, String> {
    let speed: f64 = text.trim_end_matches('x').parse().map_err(|_| "not a number".to_owned())?;
    if (1.0..=120.0).contains(&speed) { Ok(speed) } else { Err("use 1 to 120".to_owned()) }
}

#[derive(Debug, Args)]
pub(super) struct Admin {
    #[arg(value_parser = admin_actions())]
    action: demo::Action,
    #[arg(long)]
    url: String,
    #[arg(long)]
    service: String,
}

/// What the runbooks of the demo do.
fn admin_actions() -> impl TypedValueParser<Value = demo::Action> {
    PossibleValuesParser::new(["status", "rollback", "failover"]).try_map(|name| name.parse::<demo::Action>())
}

/// Opens the console on the configuration in force.
pub(super) fn open(context: &Context) -> Result<ExitCode, Failure> {
    open_as(context, false)
}

/// Opens the console on a journal that others write; nothing is written from there.
pub(super) fn view(context: &Context) -> Result<ExitCode, Failure> {
    open_as(context, true)
}

fn open_as(context: &Context, reads_only: bool) -> Result<ExitCode, Failure> {
    demand_terminal()?;
    let Loaded { config, problems } = context.config()?;
    let configuration = context.config_path.as_ref().map_or_else(
        || "no configuration (warroom init writes one, warroom demo needs none)".to_owned(),
        |path| format!("configuration {}", path.display()),
    );
    let launch = Launch {
        who: context.who.clone(),
        data: context.data.clone(),
        clock: context.clock,
        color: context.color,
        reads_only,
        demo: None,
        configuration,
        file: context.configuration(),
        files: context.user_files(),
        problems,
    };
    start_runtime()?.block_on(async {
        let (tell, told) = runtime::messages();
        Box::pin(launch.run(config, tell, told)).await
    })
}

/// Opens the console on the simulated fleet. Nothing is left behind, unless a data folder is named.
pub(super) fn demo(global: &Global, demo: &Demo) -> Result<ExitCode, Failure> {
    demand_terminal()?;
    let folder = Folder::new(global.data.clone())?;
    let clock = Clock::scaled(demo.speed);
    let launch = Launch {
        who: global.who.clone().or_else(named_user).unwrap_or_else(|| "you".to_owned()),
        data: folder.path().to_owned(),
        clock,
        color: global.color,
        reads_only: false,
        demo: Some(demo.speed),
        configuration: "the demo's simulated fleet: api, checkout, search, auth, worker".to_owned(),
        file: None,
        files: UserFiles::new(None),
        problems: Vec::new(),
    };
    let runtime = start_runtime()?;
    runtime.block_on(async {
        let (tell, told) = runtime::messages();
        let (changes, _story) = Feed::of_changes(tell.clone());
        let fleet = Fleet::start(clock, SEED, demo.scenario, changes)
            .await
            .map_err(|error| Failure::Unreachable(format!("demo fleet: {error} (is loopback up?)")))?;
        let config = with_admin(demo::config(&fleet.url()), &fleet.url());
        let (slos, past) = (config.slos.clone(), tell.clone());
        // Beside the first frame, not before it.
        tokio::task::spawn_blocking(move || prefill(&slos, clock, &past));
        Box::pin(launch.run(config, tell, told)).await
    })
}

/// Thirty days of the fleet's past, so that budgets mean something.
fn prefill(slos: &[Slo], clock: Clock, tell: &Sender<Told>) {
    for slo in slos {
        let past = Msg::History { subject: slo.id.as_str().into(), sample: demo::history(slo, clock.now()) };
        // The console has ended.
        let _ = tell.blocking_send(past.into());
    }
}

/// Trusted values for the runbooks: our own executable is the fleet's admin tool.
fn with_admin(mut config: Config, url: &str) -> Config {
    let program = env::current_exe().map_or_else(|_| "warroom".to_owned(), |path| path.display().to_string());
    let program = shell_word(&program);
    for slo in &config.slos {
        let call =
            |action: &str| format!("{program} demo-admin {action} --url {url} --service {}", slo.service);
        let values = config.values.entry(slo.service.clone()).or_default();
        for (name, action) in
            [("deploy_status", "status"), ("rollback", "rollback"), ("failover", "failover")]
        {
            values.insert(name.to_owned(), call(action));
        }
        let neighbour = format!("{program} demo-admin rollback --url {url} --service worker");
        let addresses = [
            ("host", "localhost".to_owned()),
            ("metrics_url", format!("{url}/metrics")),
            ("url", format!("{url}/metrics")),
            ("health_url", format!("{url}/identity/health")),
            ("rollback_neighbour", neighbour),
        ];
        values.extend(addresses.map(|(name, value)| (name.to_owned(), value)));
    }
    config
}

/// A path as one word of a shell.
fn shell_word(path: &str) -> String {
    format!("'{}'", path.replace('\'', "'\\''"))
}

/// The demo's admin tool, which its runbook steps call.
pub(super) fn demo_admin(admin: &Admin) -> Result<ExitCode, Failure> {
    let said = demo::admin(&admin.url, admin.action.clone(), &admin.service, |line| {
        let _ = say(line);
    });
    start_runtime()?.block_on(said).map(|()| ExitCode::SUCCESS).map_err(Failure::Unreachable)
}

fn demand_terminal() -> Result<(), Failure> {
    if stdin().is_terminal() && stdout().is_terminal() {
        return Ok(());
    }
    let hint = "console: standard input and output must be a terminal (for scripts: warroom slo status, list, timeline)";
    Err(Failure::Usage(hint.to_owned()))
}

pub(super) fn start_runtime() -> Result<Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::Unreachable(format!("runtime: {error} (too many threads or open files?)")))
}

/// The demo's data folder: the one named, or a temporary one that goes with the demo.
enum Folder {
    Named(PathBuf),
    Temporary(TempDir),
}

impl Folder {
    fn new(named: Option<PathBuf>) -> Result<Self, Failure> {
        let made = match named {
            Some(path) => files::make_private_dir(&path).map(|()| Self::Named(path)),
            None => tempfile::Builder::new().prefix("warroom-demo-").tempdir().map(Self::Temporary),
        };
        made.map_err(|error| {
            Failure::Unreachable(format!(
                "data folder: {} (name one that can be written with --data)",
                files::plainly(&error)
            ))
        })
    }

    fn path(&self) -> &Path {
        match self {
            Self::Named(path) => path,
            Self::Temporary(folder) => folder.path(),
        }
    }
}

/// Everything a console is started with but its configuration.
struct Launch {
    who: String,
    data: PathBuf,
    clock: Clock,
    color: Color,
    reads_only: bool,
    demo: Option<f64>,
    configuration: String,
    /// What is read again when it changes.
    file: Option<Configuration>,
    files: UserFiles,
    problems: Vec<Problem>,
}

impl Launch {
    async fn run(
        self,
        config: Config,
        tell: Sender<Told>,
        told: Receiver<Told>,
    ) -> Result<ExitCode, Failure> {
        let scribe = self.scribe(&tell)?;
        let wanted = Wanted { theme: config.theme.clone(), colourless: self.color.is_off() };
        let looks = Looks::load(&self.files, &wanted);
        let model = self.model(&config, &looks);
        for msg in [looks.problems, self.problems.clone()].map(Msg::Problems) {
            // The channel is all but empty yet.
            let _ = tell.try_send(msg.into());
        }
        let secrets = [sources::secrets(&config.sources), outbox::secrets(&config.outbox)].concat();
        let (kept, targets) = (history::kept(&config), config.outbox.clone());
        let named = self.file.as_ref().map(|file| file.path.clone());
        let (intake, data) = (scribe.intake(), self.data.clone());
        let ways = Ways { intake, told: tell.clone(), data, clock: self.clock };
        let reload = Reload {
            feed: Feed::start(&config, self.clock, tell.clone()),
            configuration: self.file,
            config,
            problems: self.problems,
            only: Vec::new(),
            looks: Some((self.files, wanted)),
            library: Library::default(),
            porter: (!self.reads_only).then(|| Porter::new(ways)),
            told: tell.clone(),
        };
        let servers = reload.feed.alertmanagers();
        let answerers = reload.feed.answerers();
        let _sources = reload.start();
        let mut outside =
            Outside::new(scribe, &self.data, self.clock, tell).masking(&secrets).asking(answerers);
        if !self.reads_only {
            let given = household::environment(&self.data, named.as_deref());
            outside = outside.silencing(servers).posting(&targets).giving(given);
        }
        // The demo makes its own past; who only reads keeps none.
        if self.demo.is_none() && !self.reads_only {
            outside = outside.keeping(&self.data, self.clock, kept);
        }
        let start = Start { model, theme: looks.theme.unwrap_or_default(), clock: self.clock };
        let (ended, unsaved) = Box::pin(runtime::run(start, told, outside))
            .await
            .map_err(|error| Failure::No(format!("terminal: {error} (is it still there?)")))?;
        Ok(leave((ended, unsaved)))
    }

    /// The journal's thread, and the log where one is kept: a console that only reads makes no file.
    fn scribe(&self, tell: &Sender<Told>) -> Result<Scribe, Failure> {
        if self.reads_only {
            return Ok(Scribe::reading(&self.data, tell.clone())?);
        }
        start_log(&self.data);
        Ok(Scribe::start(&self.data, self.clock, tell.clone())?)
    }

    fn model(&self, config: &Config, looks: &Looks) -> Model {
        let setting = Setting {
            who: self.who.clone(),
            zone: config.zone,
            keymap: looks.keymap.clone().unwrap_or_default(),
            reads_only: self.reads_only,
            runs_only_reads: config.runs_only_reads,
            assisted: config.assisted.clone(),
            demo: self.demo,
            configuration: self.configuration.clone(),
            folder: env::current_dir().unwrap_or_default().display().to_string(),
            values: config.values.clone(),
            outgoing: Outgoing {
                terms: config.terms.clone(),
                targets: config.outbox.clone(),
                templates: looks.wordings.clone(),
                copies: takes_copies(),
            },
        };
        let template = looks.template.clone().unwrap_or_else(Template::shipped);
        let mut model = Model::new(self.clock.now(), setting, feed::evaluator(config), template);
        model.burn.signals.set_services(feed::services(config));
        model.burn.telemetry.set_sources(feed::sources(config));
        model.burn.keeper = Keeper::new(history::kept(config));
        model.burn.alerts.inbox.judge_by(config.alerts.clone());
        model
    }
}

/// Whether this terminal is known to put into its clipboard what a program hands it (OSC 52): others
/// refuse, or ask first, or are configured not to.
pub(super) fn takes_copies() -> bool {
    let named = |name: &str, known: &[&str]| {
        env::var(name).is_ok_and(|value| known.iter().any(|known| value.to_lowercase().contains(known)))
    };
    named("TERM", &["kitty", "alacritty", "foot", "ghostty", "wezterm"])
        || named("TERM_PROGRAM", &["wezterm", "ghostty", "kitty", "alacritty"])
}

/// The exit code of a loop that ended; what the journal could not take is shown where it is not lost.
pub(super) fn leave((ended, unsaved): (Ended, Vec<Ask>)) -> ExitCode {
    for ask in &unsaved {
        remark(&format!("not saved: {}", ask.words()));
    }
    match ended {
        Ended::Left if unsaved.is_empty() => ExitCode::SUCCESS,
        Ended::Left => ExitCode::from(3),
        Ended::Signal(number) => ExitCode::from(128 + number),
    }
}

/// Logs go to a file of the data folder: the screen is taken. Without one the console runs all the
/// same.
fn start_log(data: &Path) {
    let folder = data.join("log");
    let opened = files::make_private_dir(&folder).and_then(|()| files::open_log(&folder.join("warroom.log")));
    if let Ok(file) = opened {
        let filter =
            EnvFilter::try_from_env("WARROOM_LOG").unwrap_or_else(|_| EnvFilter::new("warroom=info"));
        let log =
            tracing_subscriber::fmt().with_writer(Mutex::new(file)).with_ansi(false).with_env_filter(filter);
        // A second console in one process (tests) keeps the first one's log.
        let _ = log.try_init();
    }
}
