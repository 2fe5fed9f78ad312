//! `[values]`: trusted words that fill the placeholders of runbooks, by service.

use std::collections::BTreeMap;

use super::Config;
use crate::text::fields::Fields;
use crate::text::problem::{self, Problem};
use crate::text::safe;

/// `[values.SERVICE]`: placeholder names and what fills them.
pub(super) fn read(fields: &mut Fields<'_>) -> BTreeMap<String, BTreeMap<String, String>> {
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
pub(super) fn warn_of_strangers(fields: &mut Fields<'_>, config: &Config) {
    let services: Vec<&str> = config.slos.iter().map(|slo| slo.service.as_str()).collect();
    for name in config.values.keys().filter(|name| !services.contains(&name.as_str())) {
        let Some(near) = problem::nearest(name, services.iter().copied()) else { continue };
        let path = format!("values.{name}");
        let Some(place) = config.origins.get(&path).cloned() else { continue };
        let what = format!("{path}: no [[slo]] is about this service");
        let problem =
            Problem::warning(place, "unknown-service", what).way_out(format!("did you mean {near}?"));
        fields.report.problems.push(problem);
    }
}
