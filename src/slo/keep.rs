//! Which measurements outlive the process: those of sources that remember nothing themselves.
//!
//! Says what is kept, under which key and when. Never opens a file.

use std::collections::BTreeMap;
use std::time::Duration;

use super::evaluator::Evaluator;
use super::group::Subject;
use super::objective::{Indicator, Slo};
use super::series::Counts;
use super::sli::{Component, Method, Share, Sli};
use crate::text::{Time, digest, when};

/// Between two times of keeping: a closed bucket's width.
const EVERY: Duration = Duration::from_mins(5);

/// How one indicator is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Digest of what is measured: another key is another history.
    pub key: String,
    /// How far back a poll may still change closed buckets.
    pub late: Duration,
    /// How much past is wanted back.
    pub back: Duration,
}

/// Closed buckets of one row, by their start; gaps are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    pub key: String,
    pub subject: Subject,
    pub buckets: Vec<(Time, Counts)>,
}

/// The indicators that are kept, and up to when that was done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Keeper {
    kept: BTreeMap<String, Kept>,
    done: Option<Time>,
}

impl Keeper {
    pub fn new(kept: BTreeMap<String, Kept>) -> Self {
        Self { kept, done: None }
    }

    /// Goes on with other indicators after the configuration changed. Those that were not kept under
    /// their key until now come back: what was kept of them before is wanted.
    pub fn follow(&mut self, kept: BTreeMap<String, Kept>) -> BTreeMap<String, Kept> {
        let before = std::mem::replace(&mut self.kept, kept);
        let is_new = |(id, kept): &(&String, &Kept)| before.get(*id).is_none_or(|old| old.key != kept.key);
        self.kept.iter().filter(is_new).map(|(id, kept)| (id.clone(), kept.clone())).collect()
    }

    /// Whether an indicator is kept under this key now.
    pub fn keeps(&self, indicator: &str, key: &str) -> bool {
        self.kept.get(indicator).is_some_and(|kept| kept.key == key)
    }

    /// What is to be kept now: nothing but every five minutes.
    pub fn due(&mut self, evaluator: &Evaluator, now: Time) -> Vec<Past> {
        match self.done {
            Some(done) if done <= now && when::since(done, now) < EVERY => Vec::new(),
            None => {
                self.done = Some(now);
                Vec::new()
            }
            Some(_) => self.rest(evaluator, now),
        }
    }

    /// What was not kept yet, and what may have changed since it was.
    pub fn rest(&mut self, evaluator: &Evaluator, now: Time) -> Vec<Past> {
        let Some(done) = self.done.replace(now) else { return Vec::new() };
        let subjects = evaluator.slos().flat_map(subjects);
        let past = subjects.filter_map(|subject| {
            let Kept { key, late, .. } = self.kept.get(&subject.indicator)?;
            let from = when::before(done.min(now), *late + EVERY);
            let closed = evaluator.buckets(&subject.to_string(), from, now).into_iter();
            let buckets: Vec<_> = closed.filter_map(|(start, counts)| Some((start, counts?))).collect();
            (!buckets.is_empty()).then(|| Past { key: key.clone(), subject, buckets })
        });
        past.collect()
    }
}

/// What a row's history is addressed by: the row, or each component of a journey.
fn subjects(row: &Slo) -> Vec<Subject> {
    let group = row.group.to_string();
    let id = row.id.strip_suffix(&group).unwrap_or(&row.id);
    let subject = |indicator| Subject { indicator, group: row.group.clone() };
    match &row.sli {
        Sli::Journey(parts) => parts.iter().map(|part| subject(format!("{id}/{}", part.name))).collect(),
        _ => vec![subject(id.to_owned())],
    }
}

/// The key of an indicator at a source that `source` describes. Labels, owners, objectives and alerts
/// are no part of it: an edit of them keeps the history.
pub fn key(asked: &Indicator, source: &[&str]) -> String {
    let method = match asked.method {
        Method::Occurrences => "occurrences".to_owned(),
        Method::Timeslices { target, slice } => format!("timeslices {target} {}", slice.as_secs()),
        Method::RatioTimeslices { slice } => format!("ratio timeslices {}", slice.as_secs()),
    };
    let own = words(&asked.sli).into_iter().chain([method, asked.by.join(",")]);
    let all: Vec<String> = own.chain(source.iter().map(ToString::to_string)).collect();
    // Lengths first, so that no two lists of words read alike.
    digest::sha256(all.iter().map(|word| format!("{}:{word}", word.len())).collect::<String>())
}

/// An indicator in words that stay the same from version to version.
fn words(sli: &Sli) -> Vec<String> {
    let kind = match sli {
        Sli::Bad { .. } => "bad".to_owned(),
        Sli::Good { .. } => "good".to_owned(),
        Sli::Ratio { of: Share::Good, .. } => "ratio good".to_owned(),
        Sli::Ratio { of: Share::Bad, .. } => "ratio bad".to_owned(),
        Sli::Up { .. } => "up".to_owned(),
        Sli::Bound { op, bound, .. } => format!("bound {} {bound}", op.sign()),
        Sli::NativeLatency { within, .. } => format!("native latency {}", within.as_millis()),
        Sli::Journey(parts) => parts.iter().flat_map(part_words).collect::<Vec<_>>().join("\n"),
    };
    let queries = sli.queries().into_iter().map(|query| query.text().to_owned());
    std::iter::once(kind).chain(queries).collect()
}

fn part_words(part: &Component) -> Vec<String> {
    let own = [part.name.clone(), part.weight.to_string(), part.source.clone().unwrap_or_default()];
    own.into_iter().chain(words(&part.sli)).collect()
}
