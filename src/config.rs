//! `warroom.toml`: parsed, checked, merged over the defaults, with the place of every value.
//!
//! Takes text, never opens a file; holds references to secrets, never a secret.

pub mod probe;
mod service;
mod source;
mod url;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use chrono_tz::Tz;

pub use self::probe::Probe;
use crate::slo::preset::Service;
use crate::slo::spec::native;
use crate::slo::{Query, Slo};
use crate::text::fields::{Document, Fields, Report};
use crate::text::problem::{self, Level, Place, Problem};
use crate::text::safe;

const KEYS: &[&str] = &["zone", "theme", "source", "slo", "values", "slo_files", "service"];

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
    /// What is asked of services beside their SLOs.
    pub services: Vec<Service>,
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
    /// The bearer token sent with each request, by reference.
    pub bearer: Option<Secret>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceKind {
    /// A Prometheus server's base URL.
    Prometheus { url: String },
    /// Endpoints in text exposition format, scraped directly.
    Scrape { urls: Vec<String> },
    /// Endpoints that are asked the way a customer would.
    Probe(Probe),
}

impl SourceKind {
    /// As the configuration writes it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Prometheus { .. } => "prometheus",
            Self::Scrape { .. } => "scrape",
            Self::Probe(_) => "probe",
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

impl Config {
    /// Makes the paths that a configuration file names relative to the file's own folder.
    pub fn resolve_paths(&mut self, folder: &Path) {
        for source in &mut self.sources {
            if let Some(Secret::File(path)) = &mut source.bearer {
                *path = folder.join(&*path).display().to_string();
            }
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
            services: Vec::new(),
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
    config.zone = fields.zone("zone").unwrap_or(config.zone);
    config.theme = fields.text("theme").map(str::to_owned).or(config.theme);
    let sources = source::read(fields);
    let slos = native::read(fields, config.zone);
    config.slos = slos.into_iter().filter(|slo| answerable(fields, slo, &sources)).collect();
    config.services = service::read(fields, &sources);
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

/// Whether the source of an SLO exists and can answer its queries; says why not.
fn answerable(fields: &mut Fields<'_>, slo: &Slo, sources: &source::Sources) -> bool {
    let problems = &mut fields.report.problems;
    let at = |key: &str| {
        let origin = fields.report.origins.get(&format!("slo.{}.{key}", slo.id));
        origin.unwrap_or(&slo.defined_at).clone()
    };
    if let Some((what, way_out)) = slo.source.as_deref().and_then(|name| sources.stranger(name)) {
        let what = format!("slo.{}.source: {what}", slo.id);
        problems.push(Problem::error(at("source"), "unknown-source", what).way_out(way_out));
        return false;
    }
    let Some(source) = sources.of(slo) else { return true };
    let free = slo.sli.queries().into_iter().any(|query| matches!(query, Query::PromQl(_)));
    if free && matches!(source.kind, SourceKind::Scrape { .. } | SourceKind::Probe(_)) {
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
