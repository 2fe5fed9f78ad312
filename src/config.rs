//! `warroom.toml`: parsed, checked, merged over the defaults, with the place of every value.
//!
//! Takes text, never opens a file; holds references to secrets, never a secret.

mod access;
mod source;
mod url;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use chrono_tz::Tz;

use crate::slo::spec::native;
use crate::slo::{Query, Slo};
use crate::text::fields::{Document, Fields, Report};
use crate::text::problem::{self, Level, Place, Problem};
use crate::text::safe;

const KEYS: &[&str] = &["zone", "theme", "source", "slo", "values", "slo_files"];

/// What the program was told to do, complete with defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Zone of display; UTC is stored.
    pub zone: Tz,
    /// Theme by name; `None` is the default one.
    pub theme: Option<String>,
    /// In the order of the file; the first one is the default of every SLO.
    pub sources: Vec<Source>,
    pub slos: Vec<Slo>,
    /// Trusted values for the placeholders of runbooks, by service.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Where each value was written, by key path (`source.prod.url`); a default has no entry.
    pub origins: BTreeMap<String, Place>,
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
    pub turn: Turn,
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

impl SourceKind {
    /// Host and port that is polled; of several the first one's.
    fn host(&self) -> Option<String> {
        match self {
            Self::Prometheus { url } => url::host(url),
            Self::Scrape { urls } => url::host(urls.first()?),
        }
    }
}

impl Config {
    /// Makes the paths that a configuration file names relative to the file's own folder.
    pub fn resolve_paths(&mut self, folder: &Path) {
        for path in self.sources.iter_mut().flat_map(|source| source.access.paths()) {
            *path = folder.join(&*path).display().to_string();
        }
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
            values: BTreeMap::new(),
            origins: BTreeMap::new(),
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
    /// What must be mended: a program that starts on these refuses to.
    pub fn errors(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.level == Level::Error)
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
    let mut config = read(&mut Fields::root(&document, &root, &mut report), defaults);
    config.origins = report.origins;
    let mut problems = report.problems;
    problems.sort_by_key(|problem| (problem.place.line, problem.place.column));
    Parsed { config, problems }
}

fn read(fields: &mut Fields<'_>, mut config: Config) -> Config {
    fields.only(KEYS);
    refuse_files(fields);
    config.zone = zone(fields).unwrap_or(config.zone);
    config.theme = fields.text("theme").map(str::to_owned).or(config.theme);
    let sources = source::read(fields);
    let slos = native::read(fields);
    config.slos = slos.into_iter().filter(|slo| answerable(fields, slo, &sources)).collect();
    config.values.extend(values(fields));
    config.sources.extend(sources.usable);
    warn_of_strangers(fields, &config);
    config
}

fn refuse_files(fields: &mut Fields<'_>) {
    if fields.has("slo_files") {
        let what = "this version reads native [[slo]] tables only";
        fields.wrong("slo_files", "not-yet", what, "write each SLO as a [[slo]] in this file");
    }
}

fn zone(fields: &mut Fields<'_>) -> Option<Tz> {
    let name = fields.text("zone")?;
    if let Ok(zone) = name.parse() {
        return Some(zone);
    }
    let way_out = problem::meant(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()), || {
        "write an IANA name, like Europe/Berlin".to_owned()
    });
    fields.wrong("zone", "bad-value", format!("{name:?} is no time zone"), way_out);
    None
}

/// Whether the source of an SLO exists and can answer its queries; says why not.
fn answerable(fields: &mut Fields<'_>, slo: &Slo, sources: &source::Sources) -> bool {
    let problems = &mut fields.report.problems;
    let at = |key: &str| {
        let origin = fields.report.origins.get(&format!("slo.{}.{key}", slo.id));
        origin.unwrap_or(&slo.defined_at).clone()
    };
    if let Some(name) = slo.source.as_deref().filter(|name| !sources.names.contains_key(*name)) {
        let way_out = problem::meant(name, sources.names.keys().map(String::as_str), || {
            format!("add a [[source]] with name = {name:?}")
        });
        let what = format!("slo.{}.source: no source is called {name:?}", slo.id);
        problems.push(Problem::error(at("source"), "unknown-source", what).way_out(way_out));
        return false;
    }
    let Some(source) = sources.of(slo) else { return true };
    let free = slo.sli.queries().into_iter().any(|query| matches!(query, Query::PromQl(_)));
    if free && matches!(source.kind, SourceKind::Scrape { .. }) {
        let what =
            format!("slo.{}: source {:?} is scraped directly and cannot answer PromQL", slo.id, source.name);
        let way_out = "write bare selectors, or name a prometheus source";
        problems.push(Problem::error(slo.defined_at.clone(), "promql-on-scrape", what).way_out(way_out));
        return false;
    }
    true
}

/// `[values.SERVICE]`: placeholder names and what fills them.
fn values(fields: &mut Fields<'_>) -> BTreeMap<String, BTreeMap<String, String>> {
    let Some(mut services) = fields.table("values") else { return BTreeMap::new() };
    let names: Vec<&str> = services.keys().collect();
    names
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), service_values(&mut services, name)?)))
        .collect()
}

fn service_values(services: &mut Fields<'_>, service: &str) -> Option<BTreeMap<String, String>> {
    let mut table = services.table(service)?;
    let keys: Vec<&str> = table.keys().collect();
    let pairs = keys.into_iter().filter_map(|key| Some((key.to_owned(), value(&mut table, key)?)));
    Some(pairs.collect())
}

fn value(table: &mut Fields<'_>, key: &str) -> Option<String> {
    let text = table.text(key)?;
    if text.contains(['\n', '\t']) || safe::deceives(text) {
        let what = "holds a line break or a hidden character, and would stand in a command";
        table.wrong(key, "bad-value", what, "write it as one plain line");
        return None;
    }
    Some(text.to_owned())
}

/// Values for a service that is spelled almost like one an SLO names are a slip.
fn warn_of_strangers(fields: &mut Fields<'_>, config: &Config) {
    let services: Vec<&str> = config.slos.iter().map(|slo| slo.service.as_str()).collect();
    for name in config.values.keys().filter(|name| !services.contains(&name.as_str())) {
        let Some(near) = problem::nearest(name, services.iter().copied()) else { continue };
        let path = format!("values.{name}");
        let Some(place) = fields.report.origins.get(&path).cloned() else { continue };
        let what = format!("{path}: no [[slo]] is about this service");
        let problem =
            Problem::warning(place, "unknown-service", what).way_out(format!("did you mean {near}?"));
        fields.report.problems.push(problem);
    }
}
