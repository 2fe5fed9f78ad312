//! The PromQL of the signals. Rates are over five minutes: shorter windows are empty where a target is
//! scraped once a minute and one scrape fails.

use super::Signal;
use crate::slo::preset::{Across, Full, Load, LoadKind, Service, Tick};

const WINDOW: &str = "5m";

/// The instant query of one signal; `None` where the service has no names for it.
pub fn query(service: &Service, signal: Signal) -> Option<String> {
    match signal {
        Signal::Rate => Some(format!("sum({})", rate(&service.counted()?))),
        Signal::Errors => Some(format!("sum({})", rate(service.errors.as_ref()?))),
        Signal::P50 | Signal::P95 | Signal::P99 => percentile(service, signal.quantile()?),
        Signal::Load(place) => service.loads.get(place).map(load),
    }
}

fn rate(selector: &str) -> String {
    format!("rate({selector}[{WINDOW}])")
}

/// Linear inside its bucket, as `histogram_quantile` does it; in seconds.
fn percentile(service: &Service, quantile: f64) -> Option<String> {
    let times = service.duration.as_ref()?;
    let buckets = rate(&times.part("_bucket"));
    let query = format!("histogram_quantile({quantile}, sum by (le) ({buckets}))");
    Some(match times.unit {
        Tick::Seconds => query,
        Tick::Milliseconds => format!("{query} * {}", times.unit.seconds()),
    })
}

fn load(load: &Load) -> String {
    let each = |selector: &String| match load.kind {
        LoadKind::Gauge => selector.clone(),
        LoadKind::Rate => rate(selector),
    };
    let value = each(&load.value);
    let share = match (load.across, &load.full) {
        (Across::Sum, Full::Open) => return format!("sum({value})"),
        (Across::Worst, Full::Open) => return format!("max({value})"),
        (Across::Sum, Full::At(full)) => format!("sum({value}) / {full}"),
        (Across::Worst, Full::At(full)) => format!("{value} / {full}"),
        (Across::Sum, Full::Series(series)) => {
            format!("sum({value}) / ({})", added(series, |one| format!("sum({})", each(one))))
        }
        (Across::Worst, Full::Series(series)) => format!("{value} / ({})", added(series, each)),
    };
    let share = if load.left { format!("1 - {share}") } else { share };
    if load.across == Across::Worst { format!("max({share})") } else { share }
}

fn added(series: &[String], each: impl Fn(&String) -> String) -> String {
    series.iter().map(each).collect::<Vec<_>>().join(" + ")
}
