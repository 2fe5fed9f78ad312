//! `slo_files`: which files of SLOs belong to a configuration, and how what they hold joins it.
//!
//! Takes texts that somebody else has read; matches no path, opens no file.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use chrono_tz::Tz;

use super::{Config, SourceKind};
use crate::slo::spec::{self, Ids, Loaded, SpecFile, native};
use crate::slo::{Query, Slo, lint};
use crate::text::fields::{Document, Element, Fields, Item, Report};
use crate::text::problem::{Level, Place, Problem};

const KEYS: &[&str] = &["glob", "source", "period"];

/// Files that hold SLOs, by a glob relative to the configuration's folder.
#[derive(Debug, Clone, PartialEq)]
pub struct SloFiles {
    pub glob: String,
    /// Measures those that name no source themselves; `None` is the first one configured.
    pub source: Option<String>,
    /// Of those whose format has no period of its own.
    pub period: Option<Duration>,
    pub place: Place,
}

pub(super) fn read(root: &mut Fields<'_>) -> Vec<SloFiles> {
    if !root.has("slo_files") {
        return Vec::new();
    }
    let mut files = Vec::new();
    for item in root.items("slo_files") {
        match item {
            Item::Text(glob, place) => {
                files.push(SloFiles { glob: glob.to_owned(), source: None, period: None, place });
            }
            Item::Table(element) => files.extend(entry(root, element)),
        }
    }
    files
}

fn entry(root: &mut Fields<'_>, element: Element<'_>) -> Option<SloFiles> {
    let path = format!("slo_files[{}]", element.index);
    let mut report = Report::default();
    let mut table = Fields::element(root.document, element, path, &mut report);
    table.only(KEYS);
    let glob = table.need_text("glob", "\"slos/**/*.yaml\"").map(str::to_owned);
    let source = table.text("source").map(str::to_owned);
    let period = table.span("period");
    if period.is_some_and(|period| !lint::is_period(period)) {
        table.wrong("period", "bad-value", "a period is 1d to 366d", "write 30d, 28d or 7d (m is minutes)");
    }
    let place = table.place();
    let usable = !report.failed();
    root.report.absorb(report, usable);
    glob.filter(|_| usable).map(|glob| SloFiles { glob, source, period, place })
}

/// Reads the texts of spec files into the configuration. What is wrong with one costs that one.
pub fn with_specs(config: &mut Config, files: &[SpecFile<'_>]) -> Vec<Problem> {
    let Loaded { slos, mut problems } = load(files, config.zone);
    problems.extend(join(config, slos));
    problems
}

/// Reads texts of every format: natives as `[[slo]]` tables, by their ending `.toml`, the others by what
/// they say they are. Calendars of natives that name no zone are those of `zone`.
pub fn load(files: &[SpecFile<'_>], zone: Tz) -> Loaded {
    let (natives, others): (Vec<SpecFile>, Vec<SpecFile>) = files.iter().copied().partition(is_native);
    let mut loaded = spec::load(&others);
    for file in natives {
        let (own, wrong) = native::parse(file.file, file.text, zone);
        let source = file.source.map(str::to_owned);
        let with_source = |slo: Slo| Slo { source: slo.source.or_else(|| source.clone()), ..slo };
        loaded.slos.extend(own.into_iter().map(with_source));
        loaded.problems.extend(wrong);
    }
    loaded
}

/// Whether a file is TOML, by its ending.
pub fn is_native(file: &SpecFile<'_>) -> bool {
    Path::new(file.file).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"))
}

/// Whether a TOML file has `[[slo]]` tables and nothing else, unlike a whole configuration.
pub fn holds_only_slos(file: &SpecFile<'_>) -> bool {
    let document = Document::new(file.file, file.text);
    let Ok(root) = document.parse() else { return true };
    let mut report = Report::default();
    Fields::root(&document, &root, &mut report).keys().all(|key| key == "slo")
}

/// Takes SLOs in: the first of two equal ids stays, and the source of each must exist and be able to
/// answer. What cannot be taken is a problem.
fn join(config: &mut Config, slos: Vec<Slo>) -> Vec<Problem> {
    let mut ids = Ids::default();
    config.slos.iter().for_each(|slo| ids.claim(slo));
    let mut problems = Vec::new();
    for slo in slos {
        let refused = ids.taken(&slo).or_else(|| unanswerable(config, &slo));
        if let Some(problem) = refused {
            problems.push(problem);
        } else {
            ids.claim(&slo);
            config.slos.push(slo);
        }
    }
    problems
}

/// Why no source can answer an SLO as the configuration stands.
pub(super) fn unanswerable(config: &Config, slo: &Slo) -> Option<Problem> {
    slo.indicators().iter().find_map(|asked| {
        let named = asked.source.as_deref();
        let Some(source) = config.source_of(asked) else { return unknown_source(config, slo, named?) };
        if !source.kind.measures() {
            let what =
                format!("slo.{}: source {:?} is an Alertmanager and measures nothing", slo.id, source.name);
            let problem = Problem::error(slo.defined_at.clone(), "alertmanager-measures-nothing", what);
            return Some(problem.way_out("name a prometheus or scrape source"));
        }
        let free = asked.sli.queries().into_iter().any(|query| matches!(query, Query::PromQl(_)));
        (free && !matches!(source.kind, SourceKind::Prometheus { .. })).then(|| {
            let (id, name) = (&slo.id, &source.name);
            let what = format!("slo.{id}: source {name:?} is scraped directly and cannot answer PromQL");
            Problem::error(slo.defined_at.clone(), "promql-on-scrape", what)
                .way_out("write bare selectors, or name a prometheus source")
        })
    })
}

fn unknown_source(config: &Config, slo: &Slo, name: &str) -> Option<Problem> {
    let (what, way_out) = config.stranger(name)?;
    let place = config.origins.get(&format!("slo.{}.source", slo.id)).unwrap_or(&slo.defined_at);
    let what = format!("slo.{}.source: {what}", slo.id);
    Some(Problem::error(place.clone(), "unknown-source", what).way_out(way_out))
}

/// What a file that is broken now held before stays as it was: `problems` say which files are broken.
pub fn keep_of_broken(config: &mut Config, before: &Config, problems: &[Problem]) {
    let broken: BTreeSet<&str> = problems
        .iter()
        .filter(|problem| problem.level == Level::Error)
        .map(|problem| problem.place.file.as_str())
        .collect();
    let lost = before.slos.iter().filter(|slo| broken.contains(slo.defined_at.file.as_str()));
    // What is refused again was refused before.
    let _ = join(config, lost.cloned().collect());
}
