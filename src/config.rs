//! `warroom.toml`: parsed, checked, merged over the defaults, with the place of every value.
//!
//! Takes text, never opens a file; holds references to secrets, never a secret.

mod access;
mod alerts;
mod assist;
mod budget;
mod clocks;
mod listen;
pub mod outbox;
pub mod probe;
mod service;
mod source;
pub mod specs;
mod url;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use chrono_tz::Tz;

pub use self::listen::Listen;
pub use self::outbox::Target;
pub use self::probe::Probe;
use crate::incident::event::Terms;
use crate::incident::inbox::Rules;
use crate::runbook::stage::Allowed;
use crate::slo::preset::Service;
use crate::slo::spec::native;
use crate::slo::telemetry::ALERTMANAGER;
use crate::slo::{Indicator, Policy, Slo};
use crate::text::fields::{Document, Fields, Report};
use crate::text::problem::{self, Level, Place, Problem};

pub use specs::SloFiles;

const KEYS: &[&str] = &[
    "zone",
    "theme",
    "run_only",
    "source",
    "slo",
    "slo_files",
    "budget",
    "values",
    "service",
    "listen",
    "alerts",
    "clocks",
    "escalation",
    "outbox",
    "assist",
];

/// What the program was told to do, complete with defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Zone of display; UTC is stored.
    pub zone: Tz,
    /// Theme by name; `None` is the default one.
    pub theme: Option<String>,
    /// In the order of the file; the first one that measures is the default of every SLO.
    pub sources: Vec<Source>,
    pub slos: Vec<Slo>,
    /// Files that hold more of them.
    pub slo_files: Vec<SloFiles>,
    /// What a remaining error budget permits.
    pub budget: Policy,
    /// When alerts of an Alertmanager count, and what they are about.
    pub alerts: Rules,
    /// What is asked of services beside their SLOs.
    pub services: Vec<Service>,
    /// Commands of runbooks that do more than read are refused.
    pub runs_only_reads: bool,
    /// Steps of runbooks that may run by themselves.
    pub assisted: Vec<Allowed>,
    /// Trusted values for the placeholders of runbooks, by service.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// What the clocks of an incident run on that is declared now.
    pub terms: Terms,
    /// Where posts go.
    pub outbox: Vec<Target>,
    /// Where other systems post to.
    pub listen: Option<Listen>,
    /// Where each value was written, by key path (`source.prod.url`); a default has no entry.
    pub origins: BTreeMap<String, Place>,
    /// Names of sources that are written but cannot be used, as their problems say.
    pub unusable: BTreeSet<String>,
}

/// Where measurements come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    pub name: String,
    pub kind: SourceKind,
    /// Time between two polls, 1 s to 1 h.
    pub every: Duration,
    /// How long one request may take, 1 s to 1 min, at most `every`.
    pub timeout: Duration,
    /// What its requests carry to be let in.
    pub access: Access,
    /// The series that shows a Prometheus to be fed, a selector; `None` where none is watched.
    pub heartbeat: Option<String>,
    /// What becomes of answers that say of themselves that data is missing.
    pub partial: Partial,
    pub turn: Turn,
}

/// What a source's partial answers are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Partial {
    /// They are not counted: what did not answer may hold the errors.
    #[default]
    Refuse,
    /// They are counted, and it is shown that they are partial.
    Accept,
}

/// A source's place among those that poll the same host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// How many of them come before it.
    pub before: usize,
    /// How many there are, itself included.
    pub of: usize,
}

impl Default for Turn {
    fn default() -> Self {
        Self { before: 0, of: 1 }
    }
}

/// What requests carry to be let in, secrets by reference.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Access {
    pub login: Login,
    /// Headers of every request; no name twice, whatever its case.
    pub headers: Vec<(String, HeaderText)>,
    /// PEM certificates that are trusted besides the system's.
    pub ca_file: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Login {
    #[default]
    None,
    Bearer(Secret),
    Basic {
        username: String,
        password: Secret,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderText {
    Plain(String),
    Secret(Secret),
}

impl Access {
    /// Every file that it names.
    fn paths(&mut self) -> impl Iterator<Item = &mut String> {
        let login = match &mut self.login {
            Login::None => None,
            Login::Bearer(secret) | Login::Basic { password: secret, .. } => secret.path(),
        };
        let headers = self.headers.iter_mut().filter_map(|(_, text)| match text {
            HeaderText::Plain(_) => None,
            HeaderText::Secret(secret) => secret.path(),
        });
        login.into_iter().chain(headers).chain(&mut self.ca_file)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceKind {
    /// A Prometheus server's base URL.
    Prometheus { url: String },
    /// Endpoints in text exposition format, scraped directly.
    Scrape { urls: Vec<String> },
    /// Endpoints that are asked the way a customer would.
    Probe(Probe),
    /// An Alertmanager's base URL. It holds alerts and measures nothing.
    Alertmanager { url: String },
}

impl SourceKind {
    /// As the configuration writes it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Prometheus { .. } => "prometheus",
            Self::Scrape { .. } => "scrape",
            Self::Probe(_) => "probe",
            Self::Alertmanager { .. } => ALERTMANAGER,
        }
    }

    /// Whether SLOs can be asked of it.
    pub fn measures(&self) -> bool {
        !matches!(self, Self::Alertmanager { .. })
    }

    /// Host and port that is polled; of several the first one's.
    fn host(&self) -> Option<String> {
        match self {
            Self::Prometheus { url } | Self::Alertmanager { url } => url::host(url),
            Self::Scrape { urls } | Self::Probe(Probe { urls, .. }) => url::host(urls.first()?),
        }
    }
}

/// Where a secret lies; reading it is the business of whoever needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// A file, relative to the configuration's folder.
    File(String),
    /// A variable of the environment.
    Env(String),
}

impl Secret {
    fn path(&mut self) -> Option<&mut String> {
        match self {
            Self::File(path) => Some(path),
            Self::Env(_) => None,
        }
    }
}

impl Config {
    /// Makes the paths that a configuration file names relative to the file's own folder.
    pub fn resolve_paths(&mut self, folder: &Path) {
        let sources = self.sources.iter_mut().flat_map(|source| source.access.paths());
        let targets = self.outbox.iter_mut().flat_map(Target::paths);
        for path in sources.chain(self.listen.iter_mut().flat_map(Listen::paths)).chain(targets) {
            *path = folder.join(&*path).display().to_string();
        }
    }

    /// The source an indicator is measured by: the one it names, else the first.
    pub fn source_of(&self, asked: &Indicator) -> Option<&Source> {
        self.source(asked.source.as_deref())
    }

    /// The source of a name, without one the first that measures.
    pub fn source(&self, name: Option<&str>) -> Option<&Source> {
        match name {
            Some(name) => self.sources.iter().find(|source| source.name == name),
            None => self.sources.iter().find(|source| source.kind.measures()),
        }
    }

    /// What is wrong with a name that no source has, and the way out.
    pub fn stranger(&self, name: &str) -> Option<(String, String)> {
        let usable = self.sources.iter().map(|source| &source.name);
        let known: Vec<&str> = usable.chain(&self.unusable).map(String::as_str).collect();
        (!known.contains(&name)).then(|| {
            let way_out = problem::meant(name, known, || format!("add a [[source]] with name = {name:?}"));
            (format!("no source is called {name:?}"), way_out)
        })
    }

    /// The sources that hold alerts.
    pub fn alertmanagers(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| !source.kind.measures())
    }

    /// Names of the sources that bring history with them.
    pub fn prometheus_sources(&self) -> impl Iterator<Item = &str> {
        let with_history = |source: &&Source| matches!(source.kind, SourceKind::Prometheus { .. });
        self.sources.iter().filter(with_history).map(|source| source.name.as_str())
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            zone: Tz::UTC,
            theme: None,
            sources: Vec::new(),
            slos: Vec::new(),
            slo_files: Vec::new(),
            budget: Policy::default(),
            alerts: Rules::default(),
            services: Vec::new(),
            runs_only_reads: false,
            assisted: Vec::new(),
            values: BTreeMap::new(),
            terms: Terms::default(),
            outbox: Vec::new(),
            listen: None,
            origins: BTreeMap::new(),
            unusable: BTreeSet::new(),
        }
    }
}

/// A configuration as far as it could be read, and everything wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// What is usable: a bad SLO or source is left out, a bad value keeps its default.
    pub config: Config,
    /// In the order of the file.
    pub problems: Vec<Problem>,
}

impl Parsed {
    /// What has to be mended.
    pub fn errors(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.level == Level::Error)
    }

    /// What has to be mended before anything of the file can be trusted: a program that starts on these
    /// refuses to.
    pub fn grave(&self) -> impl Iterator<Item = &Problem> {
        self.errors().filter(|problem| !problem.contained)
    }

    /// What works, but probably not as meant.
    pub fn warnings(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.level == Level::Warning)
    }
}

/// Reads the text of `warroom.toml` over `defaults`. `file` is its name as problems show it.
///
/// Never fails as a whole: see [`Parsed::errors`]. Text that is not TOML leaves the defaults.
pub fn parse(file: &str, text: &str, defaults: Config) -> Parsed {
    let document = Document::new(file, text);
    let root = match document.parse() {
        Ok(root) => root,
        Err(problems) => return Parsed { config: defaults, problems },
    };
    let mut report = Report::default();
    let config = read(&mut Fields::root(&document, &root, &mut report), defaults);
    let mut problems = report.problems;
    problems.sort_by_key(|problem| (problem.place.line, problem.place.column));
    Parsed { config, problems }
}

fn read(fields: &mut Fields<'_>, mut config: Config) -> Config {
    fields.only(KEYS);
    config.zone = fields.zone("zone").unwrap_or(config.zone);
    config.theme = fields.text("theme").map(str::to_owned).or(config.theme);
    config.runs_only_reads |= fields.word("run_only", &["read"]).is_some();
    config.assisted = assist::read(fields);
    config.budget = budget::read(fields).unwrap_or(config.budget);
    config.alerts = alerts::read(fields, config.alerts);
    let source::Sources { usable, names } = source::read(fields);
    config.sources.extend(usable);
    let is_usable = |name: &String| config.sources.iter().any(|source| source.name == *name);
    config.unusable = names.into_keys().filter(|name| !is_usable(name)).collect();
    config.slo_files = specs::read(fields);
    refuse_unknown_sources(fields, &config);
    let of_the_file = fields.report.problems.len();
    config.slos = native::read(fields, config.zone);
    config.origins = std::mem::take(&mut fields.report.origins);
    let slos = std::mem::take(&mut config.slos);
    for slo in slos {
        match specs::unanswerable(&config, &slo) {
            Some(problem) => fields.report.problems.push(problem),
            None => config.slos.push(slo),
        }
    }
    config.services = service::read(fields, &config);
    config.outbox = outbox::read(fields);
    config.terms = clocks::read(fields, config.zone, &config.outbox);
    config.listen = listen::read(fields);
    // One bad SLO or service costs itself: nobody is to lose sight of the others over it.
    fields.report.problems.iter_mut().skip(of_the_file).for_each(|problem| problem.contained = true);
    config.values.extend(values::read(fields));
    config.origins.append(&mut fields.report.origins);
    values::warn_of_strangers(fields, &config);
    config
}

/// An entry of `slo_files` names a source that is written.
fn refuse_unknown_sources(fields: &mut Fields<'_>, config: &Config) {
    for files in &config.slo_files {
        let stranger = files.source.as_deref().and_then(|name| config.stranger(name));
        fields.report.problems.extend(stranger.map(|(what, way_out)| {
            let what = format!("slo_files: {what}");
            Problem::error(files.place.clone(), "unknown-source", what).way_out(way_out)
        }));
    }
}
