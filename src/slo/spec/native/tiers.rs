//! The alert tiers of an `[[slo]]`, and the lints that find tiers which cannot do their work.

use std::time::Duration;

use crate::slo::alert::default_tiers;
use crate::slo::{Objective, Severity, Tier, lint};
use crate::text::fields::{Fields, Report};

const KEYS: &[&str] = &["severity", "factor", "long", "short", "for"];
/// The tiers as written, the most urgent first. Empty: the defaults for the period.
pub(super) fn read(fields: &mut Fields<'_>, objective: Objective, period: Duration) -> Vec<Tier> {
    let hold = fields.span("for");
    if fields.has("tiers") {
        return written(fields, Promise { objective, period, hold: hold.unwrap_or_default() });
    }
    let defaults = default_tiers(period);
    lint_defaults(fields, &defaults, objective);
    match hold {
        Some(hold) => defaults.into_iter().map(|tier| Tier { hold, ..tier }).collect(),
        None => Vec::new(),
    }
}

/// What the tiers of one SLO are judged against.
#[derive(Clone, Copy)]
struct Promise {
    objective: Objective,
    period: Duration,
    hold: Duration,
}

fn written(fields: &mut Fields<'_>, promise: Promise) -> Vec<Tier> {
    let elements = fields.elements("tiers");
    if elements.is_empty() {
        fields.wrong("tiers", "bad-value", "names no tier", "leave it out to have the defaults");
    }
    let mut tiers = Vec::with_capacity(elements.len());
    for element in elements {
        let path = fields.path(&format!("tiers[{}]", element.index));
        let mut report = Report::default();
        tiers.extend(tier(&mut Fields::element(fields.document, element, path, &mut report), promise));
        fields.report.absorb(report, true);
    }
    let factor = |tier: &Tier| tier.factor().unwrap_or_default();
    tiers.sort_by(|a, b| b.severity.cmp(&a.severity).then(factor(b).total_cmp(&factor(a))));
    tiers
}

fn tier(fields: &mut Fields<'_>, promise: Promise) -> Option<Tier> {
    fields.only(KEYS);
    for (key, example) in
        [("severity", "\"page\""), ("factor", "14.4"), ("long", "\"1h\""), ("short", "\"5m\"")]
    {
        if !fields.has(key) {
            fields.missing(key, example);
        }
    }
    let severity = match fields.word("severity", &["page", "ticket"]) {
        Some("page") => Some(Severity::Page),
        word => word.map(|_| Severity::Ticket),
    };
    let (factor, long, short) = (fields.number("factor"), fields.span("long"), fields.span("short"));
    let hold = fields.span("for").unwrap_or(promise.hold);
    let (factor, long, short) = (factor?, long?, short?);
    let tier = Tier { hold, ..Tier::burn(severity?, factor, long, short) };
    lint_factor(fields, &tier, factor, promise.objective);
    lint_windows(fields, long, short, promise.period);
    Some(tier)
}

fn lint_factor(fields: &mut Fields<'_>, tier: &Tier, factor: f64, objective: Objective) {
    if factor <= 0.0 {
        fields.wrong("factor", "bad-value", "a burn rate is above 0", "write a factor like 14.4");
    } else if factor < 1.0 {
        let what = format!("{factor} alerts on a burn that the budget can bear for the whole period");
        fields.doubt("factor", "factor-below-one", what, "write 1 or more");
    } else if !tier.can_fire(objective) {
        let what =
            format!("{factor} can never fire: even a total outage burns {}x", lint::highest_burn(objective));
        fields.doubt("factor", "tier-never-fires", what, "use a smaller factor, or leave the tier out");
    }
}

fn lint_windows(fields: &mut Fields<'_>, long: Duration, short: Duration, period: Duration) {
    if short.is_zero() {
        fields.wrong("short", "bad-value", "a window is longer than nothing", "write a span like 5m");
    } else if short >= long {
        let what = "the short window is not shorter than the long one";
        fields.wrong("short", "bad-value", what, "a twelfth of long is usual");
    }
    if long > period {
        let what = "the window is longer than the SLO's period";
        fields.doubt("long", "window-beyond-period", what, "shorten it, or lengthen the period");
    }
}

fn lint_defaults(fields: &mut Fields<'_>, defaults: &[Tier], objective: Objective) {
    if let Some(dead) = lint::dead_tiers(defaults, objective) {
        let what = format!("the default alert at {dead}");
        fields.doubt("objective", "tier-never-fires", what, "write tiers with smaller factors");
    }
}
