//! The queries of an `[[slo]]`: bare selectors, or PromQL with its window.

use super::selector;
use crate::slo::Query;
use crate::text::fields::Fields;

/// The query under `key`, if it holds together.
pub(super) fn query(fields: &mut Fields<'_>, key: &str) -> Option<Query> {
    let query = Query::parse(fields.text(key)?);
    let flaw = match &query {
        Query::PromQl(text) => holes(text).err(),
        Query::Selector(text) => selector::parse(text).err().map(|why| (why, advice(text))),
    };
    match flaw {
        None => Some(query),
        Some((what, way_out)) => {
            fields.wrong(key, "bad-query", what, way_out);
            None
        }
    }
}

fn advice(text: &str) -> &'static str {
    if text.contains(['(', '[']) {
        "PromQL wants {{.window}} where its range stands: sum(increase(x[{{.window}}]))"
    } else {
        "write a bare selector, name{label=\"value\"}, or PromQL with {{.window}}"
    }
}

/// PromQL has at least one `{{.window}}` and no other hole.
fn holes(text: &str) -> Result<(), (String, &'static str)> {
    let mut parts = text.split("{{");
    parts.next();
    for part in parts {
        let hole = part.split_once("}}").map(|(hole, _)| hole.trim());
        match hole {
            Some(".window") => {}
            Some(other) => {
                return Err((format!("{{{{{other}}}}} is an unknown hole"), "only {{.window}} is filled"));
            }
            None => return Err(("a {{ is never closed".to_owned(), "write {{.window}}")),
        }
    }
    Ok(())
}

/// Whether two queries differ in nothing but blanks.
pub(super) fn same(one: &Query, other: &Query) -> bool {
    squeezed(one) == squeezed(other)
}

fn squeezed(query: &Query) -> String {
    query.text().split_whitespace().collect()
}
