//! What an `[[slo]]` counts: `bad` or `good` with `total`, or `latency`.

use super::selector;
use crate::slo::{Query, Sli};
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
    if squeezed(&part) == squeezed(&total) {
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
    if bucket.labels.iter().any(|label| label == "le") {
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

/// The matcher of a bucket's bound. Servers write whole bounds as `1` or as `1.0`: both are meant.
fn le(table: &mut Fields<'_>) -> Option<String> {
    let bound = if table.has("le") {
        bound(table)?
    } else {
        table.missing("le", "\"0.3\"");
        return None;
    };
    if bound.fract() == 0.0 {
        Some(format!("le=~\"{bound}([.]0)?\""))
    } else {
        Some(format!("le=\"{bound}\""))
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

fn squeezed(query: &Query) -> String {
    query.text().split_whitespace().collect()
}
