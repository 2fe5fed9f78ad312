//! `latency` of an `[[slo]]`: a bucket of a classic histogram, or a native one and its bound.

use std::time::Duration;

use super::query::query;
use crate::slo::spec::selector;
use crate::slo::{Query, Sli};
use crate::text::fields::Fields;

const CLASSIC: &[&str] = &["bucket", "le", "total"];
const NATIVE: &[&str] = &["histogram", "within"];

/// `{bucket, le, total}` or `{histogram, within}`.
pub(super) fn read(fields: &mut Fields<'_>) -> Option<Sli> {
    let mut table = fields.table("latency")?;
    if NATIVE.iter().any(|key| table.has(key)) { native(&mut table) } else { classic(&mut table) }
}

/// Good is what took at most `within`; only a Prometheus can say it.
fn native(table: &mut Fields<'_>) -> Option<Sli> {
    table.only(NATIVE);
    for (key, example) in
        [("histogram", "'request_duration_seconds{service=\"…\"}'"), ("within", "\"300ms\"")]
    {
        if !table.has(key) {
            table.missing(key, example);
        }
    }
    let (histogram, within) = (query(table, "histogram"), within(table));
    Some(Sli::NativeLatency { histogram: histogram?, within: within? })
}

fn within(table: &mut Fields<'_>) -> Option<Duration> {
    let within = table.span("within")?;
    if within.is_zero() {
        table.wrong("within", "bad-value", "nothing takes no time", "write a span like 300ms");
        return None;
    }
    Some(within)
}

/// Good is what fell into the buckets up to `le`.
fn classic(table: &mut Fields<'_>) -> Option<Sli> {
    table.only(CLASSIC);
    let bucket = bare(table, "bucket", "'request_duration_seconds_bucket{service=\"…\"}'");
    let total = bare(table, "total", "'request_duration_seconds_count{service=\"…\"}'");
    let le = le(table);
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
