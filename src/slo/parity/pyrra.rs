//! What Pyrra's rules record: `…:burnrate5m`, `…:increase4w` and the generic `pyrra_…`, by `slo`.
//!
//! Its `burnrate` is the plain ratio of errors, not divided by the budget (pyrra-dev/pyrra#594). Its alerts
//! are told apart by the two windows they carry as labels.

mod alerts;

use std::collections::BTreeMap;
use std::time::Duration;

use super::{CLOSE, CLOSE_SHARE, Ours, Recorded, Row, Tool, Why, is_close, quoted, ratio};
use crate::slo::objective::Slo;
use crate::slo::series::millis;
use crate::text::when;

const BURN: &str = ":burnrate";
const INCREASE: &str = ":increase";

/// What Pyrra records of an SLO and of no group; of a grouped SLO nothing.
pub(super) const PROMISES: [&str; 2] = ["pyrra_objective", "pyrra_window"];

/// Pyrra names an SLO without its namespace.
pub(super) fn query(slo: &Slo) -> String {
    let name = slo.id.rsplit('/').next().unwrap_or_default();
    format!("{{__name__=~\".+:burnrate[0-9].*|.+:increase[0-9].*|pyrra_.+|ALERTS\",slo={}}}", quoted(name))
}

pub(super) fn rows(ours: &Ours<'_>, recorded: &[Recorded]) -> Vec<Row> {
    let all: Vec<&Recorded> = recorded.iter().filter(|series| series.labels.contains_key("slo")).collect();
    if ours.is_alone_split(&all) {
        let what = "error ratio (burnrate)".to_owned();
        return vec![Row { tool: Tool::Pyrra, what, ours: None, theirs: None, why: Some(Why::NotSplit) }];
    }
    let own = ours.own(&all);
    let mut rows = burns(ours, &own);
    rows.extend(increases(ours, &own));
    rows.extend(objective(ours, &own));
    rows.extend(availability(ours, &own));
    rows.extend(alerts::rows(ours, &own, &burn_windows(&own)));
    rows
}

/// The values of the series whose name has `kind` and a window after it, by name and window.
fn windowed<'a>(own: &[&'a Recorded], kind: &str) -> BTreeMap<(Duration, &'a str), Vec<f64>> {
    let mut found: BTreeMap<(Duration, &str), Vec<f64>> = BTreeMap::new();
    for series in own {
        let Some((metric, window)) = series.name().split_once(kind) else { continue };
        let Ok(window) = when::parse_span(window) else { continue };
        found.entry((window, metric)).or_default().push(series.value);
    }
    found
}

fn burn_windows(own: &[&Recorded]) -> Vec<Duration> {
    windowed(own, BURN).into_keys().map(|(window, _)| window).collect()
}

fn burns(ours: &Ours<'_>, own: &[&Recorded]) -> Vec<Row> {
    let row = |((window, _), values): ((Duration, &str), Vec<f64>)| {
        if let [theirs] = values[..] {
            return burn(ours, window, theirs);
        }
        let (own, why) = (ratio(ours.window(window)), Some(Why::Split(values.len())));
        Row { tool: Tool::Pyrra, what: burn_name(window), ours: own, theirs: None, why }
    };
    windowed(own, BURN).into_iter().map(row).collect()
}

fn burn_name(window: Duration) -> String {
    format!("error ratio {} (burnrate)", when::short_span(window))
}

fn burn(ours: &Ours<'_>, window: Duration, theirs: f64) -> Row {
    let held = ours.window(window);
    let own = ratio(held);
    let coverage = held.coverage(millis(window));
    let why = match own {
        None => (!theirs.is_nan()).then_some(Why::NotMeasured),
        Some(_) if theirs.is_nan() => Some(Why::NanAfterNoTraffic),
        Some(own) if is_close(own, theirs, CLOSE) => None,
        Some(_) if coverage < 0.99 => Some(Why::PartlyMeasured(coverage)),
        Some(_) => Some(Why::Delay(None)),
    };
    Row { tool: Tool::Pyrra, what: burn_name(window), ours: own, theirs: Some(theirs), why }
}

/// The events of a window, where the series is of the metric that our total counts; their sum, as it is
/// recorded by every label that the selectors match loosely. Those with an `le` count the fast ones only.
fn increases(ours: &Ours<'_>, own: &[&Recorded]) -> Vec<Row> {
    let total = ours.slo.sli.queries().last().map_or("", |query| query.text());
    let whole: Vec<&Recorded> = own.iter().copied().filter(|series| series.label("le").is_empty()).collect();
    let found = windowed(&whole, INCREASE).into_iter();
    let ours_too = found.filter(|((_, metric), _)| counts(total, metric));
    ours_too.map(|((window, _), values)| increase(ours, window, values.iter().sum())).collect()
}

/// Whether a total counts a metric that Pyrra calls without its suffix.
fn counts(total: &str, metric: &str) -> bool {
    let name = total.split('{').next().unwrap_or_default().trim();
    let bare = ["_total", "_count", "_bucket"].iter().find_map(|suffix| name.strip_suffix(suffix));
    bare.unwrap_or(name) == metric
}

fn increase(ours: &Ours<'_>, window: Duration, theirs: f64) -> Row {
    let held = ours.window(window);
    let own = (held.observed_ms > 0.0).then_some(held.total);
    let coverage = held.coverage(millis(window));
    let why = match own {
        None => Some(Why::NotMeasured),
        Some(own) if is_close(own, theirs, CLOSE) => None,
        Some(_) if coverage < 0.99 => Some(Why::PartlyMeasured(coverage)),
        Some(_) => Some(Why::Extrapolated),
    };
    let what = format!("events {} (increase)", when::short_span(window));
    Row { tool: Tool::Pyrra, what, ours: own, theirs: Some(theirs), why }
}

fn value(own: &[&Recorded], name: &str) -> Option<f64> {
    own.iter().find(|series| series.name() == name).map(|series| series.value)
}

fn objective(ours: &Ours<'_>, own: &[&Recorded]) -> Option<Row> {
    let (theirs, promised) = (value(own, "pyrra_objective")?, ours.slo.objective.ratio());
    let why = (!is_close(promised, theirs, 1e-9)).then_some(Why::OtherObjective(theirs));
    let what = "objective".to_owned();
    Some(Row { tool: Tool::Pyrra, what, ours: Some(promised), theirs: Some(theirs), why })
}

fn availability(ours: &Ours<'_>, own: &[&Recorded]) -> Option<Row> {
    let theirs = value(own, "pyrra_availability")?;
    let period = value(own, "pyrra_window").and_then(|window| Duration::try_from_secs_f64(window).ok());
    let off = |sli: f64| (sli - theirs).abs() / ours.error_budget();
    let why = match (ours.reading.sli, period.filter(|period| *period != ours.slo.period)) {
        (None, _) => Some(Why::NotMeasured),
        (Some(_), _) if theirs.is_nan() => Some(Why::NanAfterNoTraffic),
        (Some(sli), _) if off(sli) <= CLOSE_SHARE => None,
        (_, Some(period)) => Some(Why::OtherPeriod(period)),
        _ if ours.reading.coverage < 0.99 => Some(Why::PartlyMeasured(ours.reading.coverage)),
        _ => Some(Why::Extrapolated),
    };
    let what = "availability".to_owned();
    Some(Row { tool: Tool::Pyrra, what, ours: ours.reading.sli, theirs: Some(theirs), why })
}
