//! What an `[[slo]]` counts: `bad` or `good` with `total`, or `latency`.

use crate::slo::spec::{promql, selector};
use crate::slo::{Query, Sli, lint};
use crate::text::fields::Fields;

const LATENCY_KEYS: &[&str] = &["bucket", "le", "total"];

pub(super) fn sli(fields: &mut Fields<'_>) -> Option<Sli> {
    let given: Vec<&str> = ["bad", "good", "latency"].into_iter().filter(|key| fields.has(key)).collect();
    match given.as_slice() {
        [] if fields.has("ratio") => None,
        [] => {
            fields.missing("bad", "'errors_total{service=\"…\"}', and total beside it");
            None
        }
        ["latency"] => latency(fields),
        [part] => events(fields, part),
        [first, second, ..] => {
            let what = format!("{first} is given too");
            fields.wrong(second, "bad-value", what, "keep one of bad, good and latency");
            None
        }
    }
}

fn events(fields: &mut Fields<'_>, key: &str) -> Option<Sli> {
    let part = query(fields, key);
    if !fields.has("total") {
        fields.missing("total", "'requests_total{service=\"…\"}'");
    }
    let (part, total) = (part?, query(fields, "total")?);
    if lint::is_same(&part, &total) {
        let fate = if key == "bad" { "every event would be bad" } else { "no event would ever be bad" };
        let what = format!("is the same query as total: {fate}");
        fields.wrong(key, "part-is-total", what, format!("select only the {key} events"));
        return None;
    }
    Some(if key == "bad" { Sli::Bad { bad: part, total } } else { Sli::Good { good: part, total } })
}

/// `latency = {bucket, le, total}`: good is what fell into the buckets up to `le`.
fn latency(fields: &mut Fields<'_>) -> Option<Sli> {
    if fields.has("total") {
        fields.wrong("total", "bad-value", "belongs inside latency", "write latency = { bucket, le, total }");
    }
    let mut table = fields.table("latency")?;
    table.only(LATENCY_KEYS);
    let bucket = bare(&mut table, "bucket", "'request_duration_seconds_bucket{service=\"…\"}'");
    let total = bare(&mut table, "total", "'request_duration_seconds_count{service=\"…\"}'");
    let le = le(&mut table);
    let (bucket, total, le) = (bucket?, total?, le?);
    if bucket.of("le").next().is_some() {
        table.wrong("bucket", "bad-value", "already has an le", "leave it to le = \"0.3\"");
        return None;
    }
    if bucket.text == total.text {
        table.wrong(
            "bucket",
            "part-is-total",
            "is the same query as total",
            "total is the _count of the histogram",
        );
        return None;
    }
    Some(Sli::Good { good: Query::Selector(bucket.with(&le)), total: Query::Selector(total.text) })
}

fn bare(table: &mut Fields<'_>, key: &str, example: &str) -> Option<selector::Selector> {
    let text = table.need_text(key, example)?;
    match selector::parse(text) {
        Ok(selector) => Some(selector),
        Err(why) => {
            table.wrong(key, "bad-selector", why, "write a bare selector, name{label=\"value\"}");
            None
        }
    }
}

fn le(table: &mut Fields<'_>) -> Option<String> {
    if table.has("le") {
        bound(table).map(selector::le_matcher)
    } else {
        table.missing("le", "\"0.3\"");
        None
    }
}

/// `le` as a number or as the text of one.
fn bound(table: &mut Fields<'_>) -> Option<f64> {
    let bound = if table.is_text("le") { table.text("le")?.parse().ok() } else { Some(table.number("le")?) };
    let bound = bound.filter(|bound| bound.is_finite() && *bound > 0.0);
    if bound.is_none() {
        table.wrong("le", "bad-value", "is no bound of a bucket", "write its seconds, like \"0.3\"");
    }
    bound
}

fn query(fields: &mut Fields<'_>, key: &str) -> Option<Query> {
    let query = Query::parse(fields.text(key)?);
    let flaw = match &query {
        Query::PromQl(text) => promql::windowed(text).err(),
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
