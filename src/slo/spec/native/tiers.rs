//! The alert tiers of an `[[slo]]`, and the lints that find tiers which cannot do their work.

use std::time::Duration;

use crate::slo::{Objective, Severity, Tier};
use crate::text::fields::{Fields, Report};

const KEYS: &[&str] = &["severity", "factor", "long", "short", "for"];
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The SRE Workbook's tiers for 30 days (field manual §1): severity, factor, long and short window.
const WORKBOOK: [(Severity, f64, u64, u64); 4] = [
    (Severity::Page, 14.4, HOUR, 5 * MINUTE),
    (Severity::Page, 6.0, 6 * HOUR, 30 * MINUTE),
    (Severity::Ticket, 3.0, DAY, 2 * HOUR),
    (Severity::Ticket, 1.0, 3 * DAY, 6 * HOUR),
];

/// The tiers as written, the most urgent first. Empty: the defaults for the period.
pub(super) fn read(fields: &mut Fields<'_>, objective: Objective, period: Duration) -> Vec<Tier> {
    let hold = fields.span("for");
    if fields.has("tiers") {
        return written(fields, Promise { objective, period, hold: hold.unwrap_or_default() });
    }
    lint_defaults(fields, objective);
    match hold {
        Some(hold) => defaults(period, hold),
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
    tiers.sort_by(|a, b| b.severity.cmp(&a.severity).then(b.factor.total_cmp(&a.factor)));
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
    let tier = Tier { severity: severity?, factor: factor?, long: long?, short: short?, hold };
    lint_factor(fields, tier.factor, promise.objective);
    lint_windows(fields, &tier, promise.period);
    Some(tier)
}

fn lint_factor(fields: &mut Fields<'_>, factor: f64, objective: Objective) {
    if factor <= 0.0 {
        fields.wrong("factor", "bad-value", "a burn rate is above 0", "write a factor like 14.4");
    } else if factor < 1.0 {
        let what = format!("{factor} alerts on a burn that the budget can bear for the whole period");
        fields.doubt("factor", "factor-below-one", what, "write 1 or more");
    } else if never_fires(factor, objective) {
        let what = format!("{factor} can never fire: even a total outage burns {}x", highest_burn(objective));
        fields.doubt("factor", "tier-never-fires", what, "use a smaller factor, or leave the tier out");
    }
}

fn lint_windows(fields: &mut Fields<'_>, tier: &Tier, period: Duration) {
    if tier.short.is_zero() {
        fields.wrong("short", "bad-value", "a window is longer than nothing", "write a span like 5m");
    } else if tier.short >= tier.long {
        let what = "the short window is not shorter than the long one";
        fields.wrong("short", "bad-value", what, "a twelfth of long is usual");
    }
    if tier.long > period {
        let what = "the window is longer than the SLO's period";
        fields.doubt("long", "window-beyond-period", what, "shorten it, or lengthen the period");
    }
}

fn lint_defaults(fields: &mut Fields<'_>, objective: Objective) {
    let dead: Vec<String> = WORKBOOK
        .iter()
        .filter(|tier| never_fires(tier.1, objective))
        .map(|tier| tier.1.to_string())
        .collect();
    if dead.is_empty() {
        return;
    }
    let what = format!(
        "the default alert at {}x can never fire: even a total outage burns {}x",
        dead.join("x and "),
        highest_burn(objective)
    );
    fields.doubt("objective", "tier-never-fires", what, "write tiers with smaller factors");
}

/// A window of nothing but bad events burns at `1 / budget`; a tier fires strictly above its factor.
fn never_fires(factor: f64, objective: Objective) -> bool {
    factor * objective.error_budget() >= 1.0 - 1e-9
}

fn highest_burn(objective: Objective) -> f64 {
    (10.0 / objective.error_budget()).round() / 10.0
}

/// The default tiers with a `for`: windows scaled with the period, factors as they are.
fn defaults(period: Duration, hold: Duration) -> Vec<Tier> {
    let scale = period.as_secs_f64() / (30 * DAY) as f64;
    let scaled = |seconds: u64| Duration::from_secs((seconds as f64 * scale).round() as u64);
    WORKBOOK
        .iter()
        .map(|&(severity, factor, long, short)| Tier {
            severity,
            factor,
            long: scaled(long),
            short: scaled(short),
            hold,
        })
        .collect()
}
