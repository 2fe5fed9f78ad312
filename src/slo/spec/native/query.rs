//! The queries of an `[[slo]]`: bare selectors, or PromQL with its window.

use crate::slo::Query;
use crate::slo::spec::{promql, selector};
use crate::text::fields::Fields;

/// The query under `key`, if it holds together.
pub(super) fn query(fields: &mut Fields<'_>, key: &str) -> Option<Query> {
    let query = Query::parse(fields.text(key)?);
    let flaw = match &query {
        Query::PromQl(text) => promql::windowed(text).err(),
        Query::Selector(text) => selector::parse(text).err().map(|why| (why, advice(text))),
    };
    match flaw {
        None => {
            for (rule, (what, way_out)) in promql::doubts(query.text()) {
                fields.doubt(key, rule, what, way_out);
            }
            Some(query)
        }
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
