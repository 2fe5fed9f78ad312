//! `journey` of an `[[slo]]`: several indicators as one user journey, each with its weight.

use super::{kinds, name};
use crate::slo::Component;
use crate::text::fields::{Fields, Report};

const KEYS: &[&str] = &[
    "name", "weight", "source", "bad", "good", "total", "ratio", "ratio_of", "latency", "up", "value",
    "keeps",
];

/// The parts as written; `None` where one of them is wrong.
pub(super) fn read(fields: &mut Fields<'_>) -> Option<Vec<Component>> {
    let elements = fields.elements("journey");
    if elements.is_empty() && !fields.report.failed() {
        let way_out = "write journey = [{ name, weight, bad, total }, …]";
        fields.wrong("journey", "bad-value", "names no part", way_out);
    }
    let mut parts: Vec<Component> = Vec::with_capacity(elements.len());
    let mut whole = !elements.is_empty();
    for element in elements {
        let path = fields.path(&format!("journey[{}]", element.index));
        let mut report = Report::default();
        let mut table = Fields::element(fields.document, element, path, &mut report);
        let part = part(&mut table, &parts);
        whole &= part.is_some();
        parts.extend(part);
        fields.report.absorb(report, true);
    }
    whole.then_some(parts)
}

fn part(table: &mut Fields<'_>, known: &[Component]) -> Option<Component> {
    table.only(KEYS);
    let name = name(table, "name", "\"payment\"");
    if name.as_ref().is_some_and(|name| known.iter().any(|part| part.name == *name)) {
        table.wrong("name", "duplicate", "another part has this name", "give one of them another name");
    }
    let weight = weight(table);
    let source = table.text("source").map(str::to_owned);
    let sli = kinds::part(table);
    Some(Component { name: name?, weight: weight?, sli: sli?, source })
}

fn weight(table: &mut Fields<'_>) -> Option<f64> {
    if !table.has("weight") {
        return Some(1.0);
    }
    let weight = table.number("weight")?;
    if weight <= 0.0 {
        table.wrong("weight", "bad-value", "a part counts for something", "write a number above 0");
        return None;
    }
    Some(weight)
}
