//! A draft written down: our own TOML, Sloth's YAML, OpenSLO's YAML.
//!
//! Names of services are plain words (the command line sees to it), so nothing needs escaping.

use super::{Counted, Promise, Wish};
use crate::slo::preset::Histogram;

/// Our own tables, to be put into warroom.toml or a file of SLOs.
pub(super) fn native(wish: &Wish, promises: &[Promise]) -> String {
    let head = format!(
        "# SLOs of {}, drafted from the preset {}. The metric names are guessed: look that they are yours.\n\
         # The targets are where to start; look at a month of data before they are promised.\n",
        wish.service, wish.preset
    );
    promises.iter().map(|promise| native_slo(wish, promise)).fold(head, |text, slo| text + "\n" + &slo)
}

fn native_slo(wish: &Wish, promise: &Promise) -> String {
    let source = wish.source.as_ref().map_or_else(
        || noted("# source = \"prod\"", "the first one of the configuration, unless named"),
        |source| format!("source = \"{source}\"\n"),
    );
    let about = [
        noted(
            &format!("min_events = {}", promise.min_events),
            "fewer events in a window than this page nobody",
        ),
        noted("criticality = \"standard\"", "critical, standard or minor"),
        noted(&format!("owner = \"team-{}\"", wish.service), "the one team that answers for it"),
        format!("runbook = \"{}\"\n", promise.runbook),
        noted(&format!("review = \"{}\"", wish.review()), "then every quarter"),
        noted("# sla = 99.5", "what customers were promised: looser than the objective"),
    ];
    format!(
        "# {}\n[[slo]]\nid = \"{}\"\nservice = \"{}\"\n{source}objective = {}\nperiod = \"30d\"\n{}{}",
        sentence(promise),
        wish.id(promise),
        wish.service,
        promise.percent,
        native_sli(&promise.counted),
        about.concat(),
    )
}

/// A line with a remark behind it, one under the other.
fn noted(line: &str, remark: &str) -> String {
    format!("{line:<34} # {remark}\n")
}

fn sentence(promise: &Promise) -> String {
    format!("{} % of {}.", promise.percent, promise.about)
}

fn native_sli(counted: &Counted) -> String {
    match counted {
        Counted::Bad { bad, total } => format!("bad = '{bad}'\ntotal = '{total}'\n"),
        Counted::Quick { histogram, within } => format!(
            "latency = {{ bucket = '{}', le = \"{}\", total = '{}' }}  # le: a bound that the histogram has\n",
            histogram.part("_bucket"),
            histogram.unit.bound(within.as_secs_f64()),
            histogram.part("_count"),
        ),
        Counted::Probe { gauge } => format!(
            "good = 'sum(sum_over_time({gauge}[{{{{.window}}}}]))'\n\
             total = 'sum(count_over_time({gauge}[{{{{.window}}}}]))'\n"
        ),
    }
}

/// Sloth's `prometheus/v1`; its period is named where its rules are made.
pub(super) fn sloth(wish: &Wish, promises: &[Promise]) -> String {
    let head = format!(
        "# Drafted from the preset {}. The metric names are guessed: look that they are yours.\n\
         version: \"prometheus/v1\"\nservice: \"{}\"\nlabels:\n  owner: \"team-{}\"\nslos:\n",
        wish.preset, wish.service, wish.service
    );
    promises.iter().map(|promise| sloth_slo(wish, promise)).fold(head, |text, slo| text + &slo)
}

fn sloth_slo(wish: &Wish, promise: &Promise) -> String {
    let (bad, total) = promql(&promise.counted);
    format!(
        "  - name: \"{}\"\n    objective: {}\n    description: \"{}\"\n    labels:\n      criticality: \"standard\"\n      \
         review: \"{}\"\n    sli:\n      events:\n        error_query: '{bad}'\n        total_query: '{total}'\n    \
         alerting:\n      name: \"{}\"\n      annotations:\n        runbook: \"{}\"\n      page_alert:\n        labels:\n          \
         severity: \"page\"\n      ticket_alert:\n        labels:\n          severity: \"ticket\"\n",
        promise.what,
        promise.percent,
        sentence(promise),
        wish.review(),
        wish.id(promise),
        promise.runbook,
    )
}

/// OpenSLO v1, a document for each SLO.
pub(super) fn openslo(wish: &Wish, promises: &[Promise]) -> String {
    let documents = promises.iter().map(|promise| openslo_slo(wish, promise));
    documents.collect::<Vec<_>>().join("---\n")
}

fn openslo_slo(wish: &Wish, promise: &Promise) -> String {
    let (bad, total) = promql(&promise.counted);
    let metric = |query: &str| {
        format!(
            "          metricSource:\n            type: Prometheus\n            spec:\n              query: '{query}'\n"
        )
    };
    // A target of 95 % is 0.95, whatever binary fractions make of 95 / 100.
    let target = (promise.percent * 1e10).round() / 1e12;
    format!(
        "# Drafted from the preset {}. The metric names are guessed: look that they are yours.\n\
         apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: {id}\n  displayName: \"{id}\"\n  labels:\n    \
         owner: [\"team-{service}\"]\n    criticality: [\"standard\"]\n  annotations:\n    runbook: \"{}\"\n    review: \"{}\"\n\
         spec:\n  description: \"{}\"\n  service: {service}\n  indicator:\n    metadata:\n      name: {id}-sli\n    spec:\n      \
         ratioMetric:\n        counter: true\n        bad:\n{}        total:\n{}  timeWindow:\n    - duration: 30d\n      \
         isRolling: true\n  budgetingMethod: Occurrences\n  objectives:\n    - displayName: \"{}\"\n      target: {target}\n",
        wish.preset,
        promise.runbook,
        wish.review(),
        sentence(promise),
        metric(&bad),
        metric(&total),
        promise.what,
        id = wish.id(promise),
        service = wish.service,
    )
}

/// Bad events and all events a second, with the hole for the window.
fn promql(counted: &Counted) -> (String, String) {
    let rate = |selector: &str| format!("sum(rate({selector}[{{{{.window}}}}]))");
    match counted {
        Counted::Bad { bad, total } => (rate(bad), rate(total)),
        Counted::Quick { histogram, within } => {
            let (quick, all) = (bucket(histogram, within.as_secs_f64()), rate(&histogram.part("_count")));
            (format!("{all} - {}", rate(&quick)), all)
        }
        Counted::Probe { gauge } => {
            let over = |function: &str| format!("sum({function}({gauge}[{{{{.window}}}}]))");
            (format!("{} - {}", over("count_over_time"), over("sum_over_time")), over("count_over_time"))
        }
    }
}

/// The bucket of a bound; servers write whole bounds as `1` or as `1.0`.
fn bucket(histogram: &Histogram, within_s: f64) -> String {
    let bound = histogram.unit.bound(within_s);
    let le = if bound.fract() == 0.0 { format!("le=~\"{bound}([.]0)?\"") } else { format!("le=\"{bound}\"") };
    let bucket = histogram.part("_bucket");
    format!("{},{le}}}", bucket.trim_end_matches('}'))
}
