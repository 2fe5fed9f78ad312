//! What an `[[slo]]` counts: which of the kinds of indicator is written, and its parts.

use super::query::query;
use super::{journey, latency};
use crate::slo::{Op, Share, Sli, lint};
use crate::text::fields::Fields;

/// Keys that say what is counted; an SLO has one of them, and so has each part of a journey.
const KINDS: &[&str] = &["bad", "good", "ratio", "latency", "up", "value"];
/// The signs of a bound, the longer ones first.
const OPS: [Op; 4] = [Op::AtMost, Op::AtLeast, Op::Below, Op::Above];

/// The indicator of an SLO.
pub(super) fn sli(fields: &mut Fields<'_>) -> Option<Sli> {
    one_of(fields, &[KINDS, &["journey"]].concat())
}

/// The indicator of a journey's part: anything but a journey.
pub(super) fn part(fields: &mut Fields<'_>) -> Option<Sli> {
    one_of(fields, KINDS)
}

fn one_of(fields: &mut Fields<'_>, kinds: &[&'static str]) -> Option<Sli> {
    let given: Vec<&str> = kinds.iter().filter(|key| fields.has(key)).copied().collect();
    match given.as_slice() {
        [] => {
            fields.missing("bad", "'errors_total{service=\"…\"}', and total beside it");
            None
        }
        [only] => {
            refuse_strays(fields, only);
            read(fields, only)
        }
        [first, second, ..] => {
            let what = format!("{first} is given too");
            fields.wrong(second, "bad-value", what, format!("keep one of {}", kinds.join(", ")));
            None
        }
    }
}

fn read(fields: &mut Fields<'_>, kind: &str) -> Option<Sli> {
    match kind {
        "latency" => latency::read(fields),
        "ratio" => ratio(fields),
        "up" => Some(Sli::Up { gauge: query(fields, "up")? }),
        "value" => bound(fields),
        "journey" => journey::read(fields).map(Sli::Journey),
        part => events(fields, part),
    }
}

/// Keys that mean something beside another kind only.
fn refuse_strays(fields: &mut Fields<'_>, kind: &str) {
    let strays = [
        ("total", matches!(kind, "bad" | "good"), "bad or good"),
        ("ratio_of", kind == "ratio", "ratio"),
        ("keeps", kind == "value", "value"),
    ];
    for (key, belongs, to) in strays {
        if fields.has(key) && !belongs {
            let way_out = match (key, kind) {
                ("total", "latency") => "write latency = { bucket, le, total }".to_owned(),
                _ => format!("leave it out, or write {to} in place of {kind}"),
            };
            fields.wrong(key, "bad-value", format!("belongs to {to}, not to {kind}"), way_out);
        }
    }
}

/// `bad` or `good`, with `total`.
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

/// `ratio`, a recorded series or PromQL that divides; the bad share unless `ratio_of` says otherwise.
fn ratio(fields: &mut Fields<'_>) -> Option<Sli> {
    let of = match fields.word("ratio_of", &["bad", "good"]) {
        Some("good") => Share::Good,
        _ => Share::Bad,
    };
    Some(Sli::Ratio { ratio: query(fields, "ratio")?, of })
}

/// `value` that `keeps` a bound.
fn bound(fields: &mut Fields<'_>) -> Option<Sli> {
    let value = query(fields, "value");
    let text = fields.need_text("keeps", "\"< 0.5\"")?;
    let Some((op, bound)) = keeps(text) else {
        let what = format!("{text:?} is no bound");
        fields.wrong("keeps", "bad-value", what, "write <, <=, > or >= and a number, like \"< 0.5\"");
        return None;
    };
    Some(Sli::Bound { value: value?, op, bound })
}

fn keeps(text: &str) -> Option<(Op, f64)> {
    let text = text.trim();
    let (op, rest) = OPS.into_iter().find_map(|op| Some((op, text.strip_prefix(op.sign())?)))?;
    let bound: f64 = rest.trim().parse().ok()?;
    bound.is_finite().then_some((op, bound))
}
