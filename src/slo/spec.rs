//! Specification formats: what a team's files say, read into [`Slo`]s.
//!
//! Takes the text of files and never opens one. Formats are told apart by what a document says it is.

mod carried;
mod ids;
pub mod native;
mod openslo;
mod part;
mod promql;
mod pyrra;
mod selector;
mod sloth;
mod span;
mod yaml;

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::slo::{Slo, lint};
use crate::text::{Place, Problem};
pub use ids::Ids;
use openslo::Shelf;
use part::{Part, Report};
use sloth::Catalogues;
use yaml::Node;

/// The period of a file that names none: thirty days.
const MONTH: Duration = Duration::from_hours(30 * 24);

/// One spec file as text.
#[derive(Debug, Clone, Copy)]
pub struct SpecFile<'a> {
    pub file: &'a str,
    pub text: &'a str,
    /// The source that answers its SLOs, by its name in the configuration. A data source that the file
    /// itself names is of another namespace, and is not looked up there.
    pub source: Option<&'a str>,
    /// The period of the SLOs whose format names none.
    pub period: Option<Duration>,
}

/// What files of specs hold together: references across files are resolved.
#[derive(Debug, Clone, Default)]
pub struct Loaded {
    pub slos: Vec<Slo>,
    pub problems: Vec<Problem>,
}

/// A document of one of the files.
#[derive(Debug, Clone, Copy)]
struct Document<'a> {
    root: Part<'a>,
    file: &'a SpecFile<'a>,
}

/// Reads Sloth, Pyrra and OpenSLO files, YAML or JSON, any number of documents in each. What is wrong
/// costs the SLO it is in, never another. Of two SLOs with one id the first stays.
pub fn load(files: &[SpecFile<'_>]) -> Loaded {
    let report = Report::default();
    let trees: Vec<(&SpecFile<'_>, Node)> = files.iter().flat_map(|file| trees(file, &report)).collect();
    let documents: Vec<Document<'_>> = trees
        .iter()
        .flat_map(|(file, node)| {
            flatten(Part::new(file.file, node, &report)).into_iter().map(|root| (root, *file))
        })
        .map(|(root, file)| Document { root, file })
        .collect();
    let (shelf, catalogues) = (Shelf::of(&documents), Catalogues::of(&documents));
    let mut slos = Vec::new();
    for document in &documents {
        document.root.doubt_duplicates();
        slos.extend(read(document, &shelf, &catalogues));
    }
    let mut problems = report.into_problems();
    let slos = distinct(slos, &mut problems);
    problems.extend(slos.iter().flat_map(lint::review));
    sort(&mut problems, files);
    Loaded { slos, problems }
}

/// Keeps the first of SLOs with one id; every other is an error at its place.
pub fn distinct(slos: Vec<Slo>, problems: &mut Vec<Problem>) -> Vec<Slo> {
    let mut ids = Ids::default();
    let mut kept = Vec::with_capacity(slos.len());
    for slo in slos {
        if let Some(problem) = ids.taken(&slo) {
            problems.push(problem);
        } else {
            ids.claim(&slo);
            kept.push(slo);
        }
    }
    kept
}

/// The documents of a file as trees; what cannot be read is a problem of its own.
fn trees<'a>(file: &'a SpecFile<'a>, report: &Report) -> Vec<(&'a SpecFile<'a>, Node)> {
    let mut trees = Vec::new();
    for document in yaml::documents(file.text) {
        match document {
            Ok(node) => trees.push((file, node)),
            Err(yaml::Unreadable { line, column, why }) => {
                let place = Place { file: file.file.to_owned(), line, column };
                let what = format!("the document cannot be read: {why}");
                report.add(Problem::error(place, "not-yaml", what).way_out("mend it; the others are read"));
            }
        }
    }
    if trees.is_empty() && !report.failed() {
        let place = Place::file(file.file);
        report.add(Problem::warning(place, "no-documents", "no document in it").way_out("remove the file"));
    }
    trees
}

/// A list of documents is as good as the documents, and so is a `List` as Kubernetes prints it.
fn flatten(root: Part<'_>) -> Vec<Part<'_>> {
    let is_kubernetes = root.peek("kind").ends_with("List") && root.get("items").is_some_and(Part::is_list);
    let items = if is_kubernetes { root.list("items") } else { root.items() };
    if root.is_list() || is_kubernetes { items } else { vec![root] }
}

fn read(document: &Document<'_>, shelf: &Shelf<'_>, catalogues: &Catalogues) -> Vec<Slo> {
    let Document { root, file } = *document;
    match (root.peek("version"), root.peek("apiVersion"), root.peek("kind")) {
        ("prometheus/v1", ..) => sloth::read(root, sloth::Dialect::File, file, catalogues),
        (_, "sloth.slok.dev/v1", "PrometheusServiceLevel") => {
            sloth::read(root, sloth::Dialect::Resource, file, catalogues)
        }
        (_, "sloth.slok.dev/v1", "AlertWindows") => Vec::new(),
        (_, version, "ServiceLevelObjective") if version.ends_with("v1alpha1") => {
            pyrra::read(root, file).into_iter().collect()
        }
        (_, version, kind) if version.starts_with("openslo") => openslo::read(root, kind, file, shelf),
        (version, api, kind) => {
            unknown(root, [version, api, kind]);
            Vec::new()
        }
    }
}

fn unknown(root: Part<'_>, [version, api, kind]: [&str; 3]) {
    let what = match (version, api, kind) {
        ("", "", "") => "the document says neither version nor apiVersion and kind".to_owned(),
        ("", api, kind) => format!("a document of apiVersion {api:?} and kind {kind:?} is passed over"),
        (version, ..) => format!("a document of version {version:?} is passed over"),
    };
    root.doubt("unknown-kind", what, "Sloth, Pyrra and OpenSLO are read");
}

/// By file, in their order, then by line. What several SLOs share is wrong once.
fn sort(problems: &mut Vec<Problem>, files: &[SpecFile<'_>]) {
    let order: HashMap<&str, usize> =
        files.iter().enumerate().rev().map(|(at, file)| (file.file, at)).collect();
    let key = |Problem { place, what, .. }: &Problem| {
        (order.get(place.file.as_str()).copied(), place.line, place.column, what.clone())
    };
    problems.sort_by_cached_key(key);
    problems.dedup();
}

/// The runbook that annotations name, under the keys that alerts use for it.
fn runbook(annotations: &BTreeMap<String, String>) -> Option<String> {
    let bare = |key: &str| key.rsplit('/').next().unwrap_or(key).replace(['-', '_'], "").to_ascii_lowercase();
    let is_named = |wanted: &str| annotations.iter().find(|(key, _)| bare(key) == wanted);
    let (_, runbook) = is_named("runbook").or_else(|| is_named("runbookurl"))?;
    Some(runbook.trim().to_owned()).filter(|runbook| !runbook.is_empty())
}

/// Who owns an SLO with these labels.
fn owner(labels: &BTreeMap<String, String>) -> Option<String> {
    labels.get("owner").or_else(|| labels.get("team")).cloned()
}
