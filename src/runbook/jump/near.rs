//! Which step a number means where the file counts from 1 more than once: the one of the same list, else of the
//! same section, else the first in the file.

use crate::runbook::step::{Runbook, Step};

/// How far a step lies from the one that speaks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Distance {
    List,
    Section,
    File,
}

/// The step that the file calls by a number, seen from the step `from`.
pub(super) fn nearest<'a>(runbook: &'a Runbook, from: &str, n: &str) -> Option<&'a Step> {
    called(runbook, from, n).into_iter().min_by_key(|(distance, _)| *distance).map(|(_, step)| step)
}

/// The steps that a number may mean as well as the one that is taken; empty where there is no doubt.
pub fn rivals<'a>(runbook: &'a Runbook, from: &str, n: &str) -> Vec<&'a Step> {
    let mut called = called(runbook, from, n);
    let least = called.iter().map(|(distance, _)| *distance).min();
    called.retain(|(distance, _)| Some(*distance) == least);
    called.into_iter().skip(1).map(|(_, step)| step).collect()
}

/// Every step that the file calls by a number, in its order.
fn called<'a>(runbook: &'a Runbook, from: &str, n: &str) -> Vec<(Distance, &'a Step)> {
    let own = lists(runbook).find(|(_, _, top)| holds(top, from)).map(|(section, list, _)| (section, list));
    let mut found = Vec::new();
    for (section, list, top) in lists(runbook) {
        let distance = match own {
            Some(own) if own == (section, list) => Distance::List,
            Some((own, _)) if own == section => Distance::Section,
            _ => Distance::File,
        };
        found.extend(written(top, n).map(|step| (distance, step)));
    }
    found
}

/// The steps of the sections, each with the section and the list in it that it belongs to: a number that does not
/// go on from the one before begins another list.
fn lists(runbook: &Runbook) -> impl Iterator<Item = (usize, usize, &Step)> {
    runbook.sections.iter().enumerate().flat_map(|(section, of)| {
        let mut list = (0, 0);
        of.steps.iter().map(move |step| {
            if let Ok(number) = step.written.parse::<u64>() {
                list = (list.0 + usize::from(number <= list.1), number);
            }
            (section, list.0, step)
        })
    })
}

fn holds(step: &Step, n: &str) -> bool {
    step.n == n || step.children.iter().any(|child| holds(child, n))
}

/// The step or the one below it that the file calls so.
fn written<'a>(step: &'a Step, n: &str) -> Option<&'a Step> {
    if step.written == n {
        return Some(step);
    }
    step.children.iter().find_map(|child| written(child, n))
}
