//! OpenSLO's documents, whole and broken, and what refers to what.

use std::time::Duration;

use warroom::slo::calendar::Unit;
use warroom::slo::{Method, Op, Share, Sli};

use super::{check, days, found, only, queries, read, shown, tiers};

const RATIO: &str = "  indicator:\n    metadata: {name: web-ratio}\n    spec:\n      ratioMetric:\n        counter: true\n        \
                     good: {metricSource: {type: Prometheus, spec: {query: 'sum(good_total)'}}}\n        \
                     total: {metricSource: {type: Prometheus, spec: {query: 'sum(all_total)'}}}\n";
const ROLLING: &str = "  timeWindow: [{duration: 4w, isRolling: true}]\n";
const OBJECTIVES: &str = "  objectives:\n    - target: 0.999\n";

fn with(parts: &[&str]) -> String {
    let head = "apiVersion: openslo/v1\nkind: SLO\nmetadata: {name: web}\nspec:\n  service: shop\n";
    format!("{head}{}", parts.concat())
}

fn ratio(good: &str, total: &str, more: &str) -> String {
    let metric = |query: &str| format!("{{metricSource: {{type: Prometheus, spec: {{query: '{query}'}}}}}}");
    let spec = format!("{{ratioMetric: {{{more}good: {}, total: {}}}}}", metric(good), metric(total));
    with(&[ROLLING, OBJECTIVES, &format!("  indicator: {{metadata: {{name: i}}, spec: {spec}}}\n")])
}

#[test]
fn references_lead_across_files() {
    let slo = with(&[
        ROLLING,
        OBJECTIVES,
        "  indicatorRef: web-sli\n  alertPolicies:\n    - fast\n    - alertPolicyRef: slow\n",
    ]);
    let sli = "- apiVersion: openslo/v1\n  kind: SLI\n  metadata: {name: web-sli}\n  spec:\n    ratioMetric:\n      \
               counter: true\n      bad: {metricSource: {metricSourceRef: main, spec: {query: bad_total}}}\n      \
               total: {metricSource: {metricSourceRef: main, spec: {query: all_total}}}\n- apiVersion: openslo/v1\n  \
               kind: DataSource\n  metadata: {name: main}\n  spec: {type: Prometheus, connectionDetails: {url: x}}\n- \
               apiVersion: openslo/v1\n  kind: Service\n  metadata: {name: shop, labels: {team: [us, them]}}\n";
    let alerts = "apiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: {name: fast, annotations: {runbook: web-down}}\nspec:\n  \
                  alertWhenBreaching: true\n  conditions: [{conditionRef: burns}]\n  notificationTargets: [{targetRef: t}]\n---\n\
                  apiVersion: openslo/v1\nkind: AlertCondition\nmetadata: {name: burns}\nspec:\n  severity: page\n  \
                  condition: {kind: burnrate, op: gte, threshold: 14.4, lookbackWindow: 1h, alertAfter: 5m}\n---\n\
                  apiVersion: openslo/v1\nkind: AlertPolicy\nmetadata: {name: slow}\nspec:\n  conditions:\n    - kind: AlertCondition\n      \
                  metadata: {name: drips}\n      spec: {severity: low, condition: {kind: burnrate, op: gt, threshold: 1, lookbackWindow: 3d}}\n---\n\
                  apiVersion: openslo/v1\nkind: AlertNotificationTarget\nmetadata: {name: t}\nspec: {target: pager}\n";
    let loaded = read(&[&slo, sli, alerts]);
    assert_eq!(loaded.problems, [], "everything is found");
    let [slo] = &loaded.slos[..] else { panic!("{:#?}", loaded.slos) };
    assert!(matches!(slo.sli, Sli::Bad { .. }));
    assert_eq!(queries(&slo.sli), ["selector bad_total", "selector all_total"]);
    assert_eq!(tiers(slo), ["page burns 14.4 1h/5m 5m", "ticket drips 1 3d/6h"]);
    assert_eq!(slo.owner.as_deref(), Some("us,them"));
    assert_eq!(slo.runbook.as_deref(), Some("web-down"));
}

#[test]
fn references_that_lead_nowhere_are_said() {
    check(&[
        (
            "an indicator",
            &with(&[ROLLING, OBJECTIVES, "  indicatorRef: gone\n"]),
            &["error unresolved-reference a.yaml:9: indicatorRef: no SLI of the name \"gone\" is loaded"],
        ),
        (
            "a policy: the defaults watch",
            &with(&[ROLLING, OBJECTIVES, RATIO, "  alertPolicies: [gone]\n"]),
            &["warning unresolved-reference a.yaml:16: alertPolicies: no AlertPolicy"],
        ),
        (
            "a data source",
            &with(&[ROLLING, OBJECTIVES, &RATIO.replacen("type: Prometheus", "metricSourceRef: gone", 1)]),
            &["warning unresolved-reference a.yaml:14: metricSourceRef: no DataSource of the name \"gone\""],
        ),
    ]);
}

#[test]
fn counters_are_increased_and_gauges_added() {
    let asked = |good: &str, total: &str, more: &str| queries(&only(&ratio(good, total, more)).sli);
    assert_eq!(asked("sum(g)", "t{a=\"b\"}", "counter: true, "), ["selector g", "selector t{a=\"b\"}"]);
    assert_eq!(asked("sum(g)", "sum(t)", ""), ["selector g", "selector t"]);
    assert_eq!(
        asked("sum(g) + sum(h)", "t", "")[0],
        "sum(increase(g[{{.window}}])) + sum(increase(h[{{.window}}]))"
    );
    assert_eq!(
        asked("sum(rate(g[5m]))", "sum(rate(t[{{ .window }}]))", ""),
        ["sum(rate(g[{{.window}}]))", "sum(rate(t[{{.window}}]))"]
    );
    assert_eq!(asked("g", "t", "counter: false, ")[0], "sum(sum_over_time(g[{{.window}}]))");
}

#[test]
fn thresholds_and_raw_ratios_are_read() {
    let metric = "{metricSource: {type: prometheus, spec: {query: 'max(lag)'}}}";
    let threshold = only(&with(&[
        ROLLING,
        "  objectives: [{op: lte, value: 200, targetPercent: 99}]\n",
        &format!("  indicator: {{spec: {{thresholdMetric: {metric}}}}}\n"),
    ]));
    let Sli::Bound { value, op: Op::AtMost, bound: 200.0 } = &threshold.sli else {
        panic!("{:?}", threshold.sli)
    };
    assert_eq!((shown(value), threshold.objective.percent()), ("max(lag)".to_owned(), 99.0));
    for (written, of) in [("success", Share::Good), ("failure", Share::Bad)] {
        let raw = format!("  indicator: {{spec: {{ratioMetric: {{rawType: {written}, raw: {metric}}}}}}}\n");
        let slo = only(&with(&[ROLLING, OBJECTIVES, &raw]));
        assert!(matches!(&slo.sli, Sli::Ratio { of: found, .. } if *found == of), "{written}");
    }
}

#[test]
fn methods_are_read_for_each_objective() {
    let minute = Duration::from_mins(1);
    let method = |word: &str, more: &str| {
        let objectives = format!("  budgetingMethod: {word}\n  objectives: [{{target: 0.99{more}}}]\n");
        only(&with(&[ROLLING, &objectives, RATIO])).method
    };
    assert_eq!(method("Occurrences", ""), Method::Occurrences);
    let slices = |slice| Method::Timeslices { target: 0.95, slice };
    assert_eq!(method("Timeslices", ", timeSliceTarget: 0.95, timeSliceWindow: 1m"), slices(minute));
    assert_eq!(method("Timeslices", ", timeSliceTarget: 0.95, timeSliceWindow: 5"), slices(5 * minute));
    assert_eq!(
        method("RatioTimeslices", ", timeSliceWindow: 1h"),
        Method::RatioTimeslices { slice: 60 * minute }
    );
}

#[test]
fn several_objectives_are_several_slos() {
    let objectives = "  objectives:\n    - target: 0.999\n    - target: 1\n    - target: 0.9\n";
    let loaded = read(&[&with(&[ROLLING, objectives, RATIO])]);
    let ids: Vec<String> =
        loaded.slos.iter().map(|slo| format!("{} {}", slo.id, slo.objective.percent())).collect();
    assert_eq!(ids, ["web/1 99.9", "web/3 90"]);
    let rules: Vec<&str> = loaded.problems.iter().map(|problem| problem.rule).collect();
    assert!(rules.contains(&"objective-100"), "{rules:?}");
}

#[test]
fn an_indicator_for_each_objective_makes_a_journey() {
    let part = |name: &str, target: &str, more: &str| {
        let metric =
            |query: &str| format!("{{metricSource: {{type: Prometheus, spec: {{query: {query}}}}}}}");
        let spec = format!("{{ratioMetric: {{good: {}, total: {}}}}}", metric("g"), metric("t"));
        format!("    - {{target: {target}, indicator: {{metadata: {{name: {name}}}, spec: {spec}}}{more}}}\n")
    };
    let parts =
        [part("pay", "0.99", ""), part("cart", "0.999", ", compositeWeight: 2"), part("pay", "0.99", "")];
    let slo = only(&with(&[ROLLING, "  objectives:\n", &parts.concat()]));
    assert_eq!((slo.id.as_str(), slo.objective.percent()), ("web", 99.9));
    let Sli::Journey(components) = &slo.sli else { panic!("{:?}", slo.sli) };
    let shares: Vec<String> =
        components.iter().map(|component| format!("{} {:.6}", component.name, component.weight)).collect();
    // A bad share of 1 % spends the whole of a budget of 1 %: at one of 0.1 % it counts for a tenth.
    assert_eq!(shares, ["pay 0.100000", "cart 2.000000", "pay-2 0.100000"]);
}

#[test]
fn windows_roll_or_follow_a_calendar() {
    let period = |window: &str| {
        let slo = only(&with(&[&format!("  timeWindow: [{window}]\n"), OBJECTIVES, RATIO]));
        (slo.period, slo.calendar.map(|calendar| (calendar.unit, calendar.count)))
    };
    let calendar = "isRolling: false, calendar: {startTime: 2022-01-01 00:00:00, timeZone: Europe/Berlin}";
    assert_eq!(period("{duration: 2w, isRolling: true}"), (days(14), None));
    assert_eq!(period("{duration: 1M, isRolling: true}"), (days(30), None));
    assert_eq!(period("{duration: 48h, isRolling: true}"), (days(2), None));
    assert_eq!(period(&format!("{{duration: 1M, {calendar}}}")), (days(30), Some((Unit::Month, 1))));
    assert_eq!(period(&format!("{{duration: 1Q, {calendar}}}")), (days(90), Some((Unit::Quarter, 1))));
    assert_eq!(period(&format!("{{duration: 1Y, {calendar}}}")), (days(365), Some((Unit::Year, 1))));
    assert_eq!(period(&format!("{{duration: 24h, {calendar}}}")), (days(1), Some((Unit::Day, 1))));
    assert_eq!(only(&with(&[OBJECTIVES, RATIO])).period, days(30));
}

#[test]
fn a_minute_that_means_a_month_is_said() {
    let window = |window: &str| with(&[&format!("  timeWindow: [{window}]\n"), OBJECTIVES, RATIO]);
    let calendar = "calendar: {startTime: 2022-01-01 12:00:00, timeZone: America/New_York}";
    let monthly = window(&format!("{{duration: 1m, isRolling: false, {calendar}}}"));
    assert_eq!(only(&monthly).calendar.map(|calendar| calendar.unit), Some(Unit::Month));
    check(&[
        (
            "on a calendar",
            &monthly,
            &[
                "warning month-as-minute a.yaml:6: duration: 1m is one minute in OpenSLO; a month is 1M: read as",
            ],
        ),
        (
            "rolling",
            &window("{duration: 1m, isRolling: true}"),
            &["error month-as-minute a.yaml:6: duration: 1m is one minute"],
        ),
        (
            "no unit",
            &window("{duration: 30, isRolling: true}"),
            &["error bad-duration a.yaml:6: duration: \"30\""],
        ),
        ("too short", &window("{duration: 1h, isRolling: true}"), &["error bad-period a.yaml:6"]),
        ("no calendar", &window("{duration: 1w, isRolling: false}"), &["warning no-calendar a.yaml:6"]),
        (
            "no zone",
            &window(&format!("{{duration: 1w, {}}}", calendar.replace("New_York", "Nowhere"))),
            &["error bad-value a.yaml:6: timeZone"],
        ),
        (
            "no time",
            &window(&format!("{{duration: 1w, {}}}", calendar.replace("2022-01-01 12:00:00", "soon"))),
            &["error bad-value a.yaml:6: startTime"],
        ),
        (
            "two windows",
            &window("{duration: 1w, isRolling: true}, {duration: 2w}"),
            &["warning second-window a.yaml:6"],
        ),
    ]);
}

#[test]
fn version_one_alpha_counts_units() {
    let text = "apiVersion: openslo/v1alpha\nkind: SLO\nmetadata: {name: web}\nspec:\n  service: shop\n  \
                indicator: {thresholdMetric: {source: Prometheus, queryType: query, query: 'lag{job=\"a\"}'}}\n  \
                timeWindows:\n    - {unit: Week, count: 1, isRolling: false, calendar: {startTime: 2022-01-01 12:00:00, \
                timeZone: America/New_York}}\n  budgetingMethod: Occurrences\n  objectives: [{value: 200.0, op: gt, target: 0.98}]\n";
    let slo = only(text);
    assert!(matches!(slo.sli, Sli::Bound { op: Op::Above, bound: 200.0, .. }));
    assert_eq!((slo.period, slo.calendar.map(|calendar| calendar.unit)), (days(7), Some(Unit::Week)));
    let foreign = only(&text.replace("source: Prometheus", "source: datadog"));
    assert_eq!(
        foreign.unmeasurable.as_deref(),
        Some("its data source is of type datadog, which no Prometheus answers")
    );
}

#[test]
fn version_two_alpha_loads_where_it_is_alike() {
    let text = "- apiVersion: openslo.com/v2alpha\n  kind: SLO\n  metadata: {name: web, labels: {team: us}}\n  spec:\n    \
                service: shop\n    sli:\n      metadata: {name: i}\n      spec:\n        ratioMetric:\n          counter: true\n          \
                good: {dataSourceRef: main, spec: {query: sum(g)}}\n          total: {dataSourceRef: main, spec: {query: sum(t)}}\n    \
                timeWindow: [{duration: 1w, isRolling: true}]\n    budgetingMethod: Occurrences\n    objectives: [{target: 0.99}]\n- \
                apiVersion: openslo.com/v2alpha\n  kind: DataSource\n  metadata: {name: main}\n  spec: {type: prometheus}\n";
    let slo = only(text);
    assert_eq!(
        (queries(&slo.sli), slo.owner.as_deref()),
        (vec!["selector g".to_owned(), "selector t".to_owned()], Some("us"))
    );
    assert_eq!(found(&[text]), Vec::<String>::new());
}

#[test]
fn policies_that_are_silent_make_no_tiers() {
    let policy = |breaching: bool, condition: &str| {
        format!(
            "  alertPolicies:\n    - kind: AlertPolicy\n      metadata: {{name: p}}\n      spec:\n        alertWhenBreaching: {breaching}\n        \
             conditions:\n          - kind: AlertCondition\n            metadata: {{name: c}}\n            spec: {{severity: page, condition: {condition}}}\n"
        )
    };
    let burns = "{kind: burnrate, op: gt, threshold: 2, lookbackWindow: 6h}";
    let slo = |policies: &str| only(&with(&[ROLLING, OBJECTIVES, RATIO, policies]));
    assert_eq!(tiers(&slo(&policy(true, burns))), ["page c 2 6h/30m"]);
    assert!(!slo(&policy(false, burns)).alerting);
    assert_eq!(tiers(&slo("  alertPolicies:\n")).len(), 4, "no policy: the defaults");
    let odd = with(&[ROLLING, OBJECTIVES, RATIO, &policy(true, &burns.replace("gt", "lt"))]);
    assert!(found(&[&odd])[0].starts_with("warning unknown-condition a.yaml:24"), "{:?}", found(&[&odd]));
}

#[test]
fn what_is_wrong_is_said() {
    let whole = with(&[ROLLING, OBJECTIVES, RATIO]);
    check(&[
        ("whole", &whole, &[]),
        ("target 1", &whole.replace("0.999", "1"), &["error objective-100 a.yaml:8: target"]),
        (
            "target in percent",
            &whole.replace("0.999", "99.9"),
            &["error objective-range a.yaml:8: target: 99.9 is more than everything"],
        ),
        (
            "a method",
            &with(&["  budgetingMethod: Sometimes\n", ROLLING, OBJECTIVES, RATIO]),
            &["error bad-value a.yaml:6: budgetingMethod"],
        ),
        (
            "slices without a target",
            &with(&["  budgetingMethod: Timeslices\n", ROLLING, OBJECTIVES, RATIO]),
            &[
                "error missing-key a.yaml:9: objectives: timeSliceTarget",
                "error missing-key a.yaml:9: objectives: timeSliceWindow",
            ],
        ),
        (
            "slices beyond the period",
            &with(&[
                "  budgetingMethod: RatioTimeslices\n",
                ROLLING,
                "  objectives: [{target: 0.9, timeSliceWindow: 5w}]\n",
                RATIO,
            ]),
            &["error slice-beyond-period a.yaml:8"],
        ),
        (
            "no objectives",
            &with(&[ROLLING, RATIO]),
            &["error missing-key a.yaml:5: spec: objectives is missing"],
        ),
        ("no indicator", &with(&[ROLLING, OBJECTIVES]), &["error missing-key a.yaml:5: spec: no indicator"]),
        ("good is total", &ratio("sum(a)", "sum( a)", ""), &["error part-is-total a.yaml:9"]),
        (
            "a kind",
            "apiVersion: openslo/v1\nkind: Wish\n",
            &["warning unknown-kind a.yaml:1: a document of kind \"Wish\""],
        ),
    ]);
}

#[test]
fn a_raw_type_that_nobody_knows_is_not_taken_for_good() {
    let raw = |kind: &str| {
        let raw = "raw: {metricSource: {type: Prometheus, spec: {query: ratio}}}";
        let spec = format!("{{ratioMetric: {{{kind}{raw}}}}}");
        with(&[ROLLING, OBJECTIVES, &format!("  indicator: {{metadata: {{name: i}}, spec: {spec}}}\n")])
    };
    for (kind, of) in
        [("rawType: Failure, ", Share::Bad), ("rawType: success, ", Share::Good), ("", Share::Good)]
    {
        let Sli::Ratio { of: found, .. } = only(&raw(kind)).sli else { panic!("{kind}") };
        assert_eq!(found, of, "{kind}");
    }
    check(&[(
        "a slip",
        &raw("rawType: failed, "),
        &["error bad-value a.yaml:9: rawType: \"failed\" is unknown"],
    )]);
}

#[test]
fn slices_of_a_journey_that_differ_are_said() {
    let metric = |query| format!("{{metricSource: {{type: Prometheus, spec: {{query: {query}}}}}}}");
    let part = |name: &str, target: &str, slices: &str| {
        let ratio =
            format!("{{ratioMetric: {{counter: true, bad: {}, total: {}}}}}", metric("a"), metric("b"));
        format!(
            "    - {{target: {target}, {slices}, indicator: {{metadata: {{name: {name}}}, spec: {ratio}}}}}\n"
        )
    };
    let journey = |one: &str, two: &str| {
        let parts = [part("db", "0.999", one), part("web", "0.99", two)].concat();
        with(&["  budgetingMethod: Timeslices\n", ROLLING, "  objectives:\n", &parts])
    };
    let usual = "timeSliceTarget: 0.9, timeSliceWindow: 1m";
    check(&[
        ("alike", &journey(usual, usual), &[]),
        (
            "others",
            &journey(usual, "timeSliceTarget: 0.95, timeSliceWindow: 5m"),
            &[
                "warning other-slices a.yaml:10: timeSliceTarget: the journey's slices are those of its strictest",
                "warning other-slices a.yaml:10: timeSliceWindow: the journey's slices are those of its strictest",
            ],
        ),
    ]);
    assert_eq!(
        only(&journey(usual, "timeSliceTarget: 0.95, timeSliceWindow: 5m")).method,
        Method::Timeslices { target: 0.9, slice: Duration::from_mins(1) }
    );
}
