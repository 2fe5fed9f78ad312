//! From columns to samples: what the answers of two expressions mean for one indicator. Pure.

use std::collections::BTreeMap;

use super::answer::Column;
use super::api::{Completeness, Failure, Leg};
use super::plan::{Run, Scaled, tiles};
use super::question::{Expression, Question};
use crate::slo::{Group, Sample, Subject};

/// The answers to a question's two expressions.
pub(super) struct Both<'a> {
    pub(super) part: &'a Result<Leg, Failure>,
    pub(super) total: &'a Result<Leg, Failure>,
}

/// A sample for each group, or one where the question has no groups. The groups of the total are
/// those there are: what has no total was not observed.
///
/// # Errors
/// The first failure, by the name of its query. An answer that says of itself that data is missing is
/// one too: counts that are too small by nobody knows how much would read healthy.
pub(super) fn samples(
    question: &Question,
    run: Run,
    both: &Both<'_>,
) -> Result<Vec<(Subject, Sample)>, Failure> {
    let total = complete(both.total).map_err(|failure| failure.named("total"))?;
    let part = complete(both.part).map_err(|failure| failure.named(question.part_name()))?;
    if question.by.is_empty() {
        let first = |leg: &'_ Leg| leg.columns.first().map_or_else(Vec::new, |column| column.values.clone());
        let (part, total) = (first(part), first(total));
        if !run.is_closed() && total.iter().all(Option::is_none) {
            return Err(Failure::Refused(question.absence.to_owned()));
        }
        let sample = tiles(run, scaled(&part, &question.part), scaled(&total, &question.total));
        return Ok(vec![(question.subject.clone(), sample)]);
    }
    let (parts, totals) = (by_group(&part.columns, &question.by), by_group(&total.columns, &question.by));
    if totals.is_empty() {
        return Err(Failure::Refused(question.absence.to_owned()));
    }
    let sample = |(group, total): (Group, &Column)| {
        let part = parts.get(&group).map_or(&[][..], |column| &column.values);
        let sample = tiles(run, scaled(part, &question.part), scaled(&total.values, &question.total));
        (Subject { group, ..question.subject.clone() }, sample)
    };
    Ok(totals.into_iter().map(sample).collect())
}

/// An answer that may be counted.
pub(super) fn complete(answer: &Result<Leg, Failure>) -> Result<&Leg, Failure> {
    let leg = answer.as_ref().map_err(Clone::clone)?;
    match &leg.said.data {
        Completeness::Whole | Completeness::Accepted(_) => Ok(leg),
        Completeness::Refused(why) => Err(Failure::Troubled(format!(
            "partial data, not counted: {why} (what did not answer may hold the errors; partial = \"accept\" counts it)"
        ))),
    }
}

fn scaled<'a>(values: &'a [Option<f64>], expression: &Expression) -> Scaled<'a> {
    Scaled { values, scale: expression.scale }
}

/// Columns by the labels of their group. A label that a series does not have is empty, as in PromQL.
fn by_group<'a>(columns: &'a [Column], by: &[String]) -> BTreeMap<Group, &'a Column> {
    columns.iter().map(|column| (group(column, by), column)).collect()
}

fn group(column: &Column, by: &[String]) -> Group {
    Group::new(by.iter().map(|name| {
        let value = column.labels.iter().find(|(label, _)| label == name).map(|(_, value)| value.clone());
        (name.clone(), value.unwrap_or_default())
    }))
}

#[cfg(test)]
mod tests;
