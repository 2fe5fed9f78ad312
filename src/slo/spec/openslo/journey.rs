//! OpenSLO's composite: an SLO whose objectives have an indicator each.
//!
//! The standard adds the burn of the components by weight. A journey has one promise, the strictest of
//! them; a component that promised less counts for the less, by the ratio of the error budgets.

use super::{Shelf, indicator, promise};
use crate::slo::spec::part::Part;
use crate::slo::{Component, Objective, Sli};

pub(super) struct Journey {
    pub(super) sli: Sli,
    pub(super) objective: Objective,
    /// Which objective has it.
    pub(super) strictest: usize,
    pub(super) unmeasurable: Option<String>,
}

pub(super) fn read<'a>(spec: Part<'a>, shelf: &Shelf<'a>) -> Option<Journey> {
    let parts = spec.list("objectives");
    let promises: Vec<Option<Objective>> = parts.iter().map(|part| promise(*part)).collect();
    let promises: Vec<Objective> = promises.into_iter().collect::<Option<_>>()?;
    let budgets = promises.iter().map(|promise| promise.error_budget());
    let (strictest, budget) = budgets.enumerate().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let mut components: Vec<Component> = Vec::with_capacity(parts.len());
    let mut unmeasurable = None;
    for (part, promise) in parts.iter().zip(&promises) {
        let asked = indicator::read(spec, *part, shelf)?;
        unmeasurable = unmeasurable.or(asked.unmeasurable);
        let weight = weight(*part)? * budget / promise.error_budget();
        let name = unused(name(*part), &components);
        components.push(Component { name, weight, sli: asked.sli, source: None });
    }
    Some(Journey { sli: Sli::Journey(components), objective: promises[strictest], strictest, unmeasurable })
}

fn weight(objective: Part<'_>) -> Option<f64> {
    let Some(part) = objective.get("compositeWeight") else { return Some(1.0) };
    let weight = part.number()?;
    if weight <= 0.0 {
        part.wrong("bad-value", "a weight is above 0", "leave it out to have 1");
        return None;
    }
    Some(weight)
}

/// What the indicator or the objective is called.
fn name(objective: Part<'_>) -> String {
    let written = indicator::of(objective);
    let name = match written {
        Some(inline) if inline.is_map() => {
            inline.map("metadata").map_or("", |metadata| metadata.peek("name"))
        }
        Some(reference) => reference.scalar().unwrap_or_default(),
        None => objective.peek("displayName"),
    };
    if name.is_empty() { "part".to_owned() } else { name.to_owned() }
}

fn unused(name: String, taken: &[Component]) -> String {
    let is_taken = |name: &str| taken.iter().any(|component| component.name == name);
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.clone()).chain(numbered).find(|name| !is_taken(name)).unwrap_or(name)
}
