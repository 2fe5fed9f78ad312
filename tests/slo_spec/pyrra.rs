//! Pyrra's objectives, whole and broken.

use warroom::slo::{Objective, Severity, Sli};

use super::{check, only, queries, tiers};

const HEAD: &str = "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata:\n  name: web\n";

fn with(metadata: &str, spec: &str, indicator: &str) -> String {
    format!("{HEAD}{metadata}spec:\n  target: '99.9'\n  window: 4w\n{spec}  indicator:\n{indicator}")
}

const RATIO: &str =
    "    ratio:\n      errors: {metric: 'r_total{code=\"500\"}'}\n      total: {metric: r_total}\n";

fn latency(le: &str) -> String {
    let success = format!("{{metric: 'd_bucket{{job=\"api\"{le}}}'}}");
    with("", "", &format!("    latency:\n      success: {success}\n      total: {{metric: d_count}}\n"))
}

#[test]
fn files_of_any_cluster_load() {
    let versions = ["pyrra.dev/v1alpha1", "v1alpha1", "example.org/v1alpha1"];
    for version in versions {
        let status = "status: {}\n";
        let text = with("  creationTimestamp: null\n", "  description: null\n", RATIO) + status;
        assert_eq!(only(&text.replace("pyrra.dev/v1alpha1", version)).id, "web", "{version}");
    }
    let listed = format!(
        "apiVersion: v1\nkind: List\nitems:\n- {}",
        with("  namespace: shop\n", "", RATIO).trim_end().replace('\n', "\n  ")
    );
    assert_eq!(only(&listed).id, "shop/web");
}

#[test]
fn both_spellings_of_a_bucket_match() {
    let le = |written: &str| queries(&only(&latency(&format!(",le=\"{written}\""))).sli)[0].clone();
    let bucket = |le: &str| format!("selector d_bucket{{job=\"api\",{le}}}");
    assert_eq!(le("1"), bucket("le=~\"1([.]0)?\""));
    assert_eq!(le("1.0"), le("1"));
    assert_eq!(le("0.3"), bucket("le=\"0.3\""));
    assert_eq!(le("1e+06"), bucket("le=~\"1000000([.]0)?|1e[+]06\""));
    assert_eq!(le("2500000"), bucket("le=~\"2500000([.]0)?|2[.]5e[+]06\""));
    assert_eq!(le("5e-05"), bucket("le=~\"0[.]00005|5e-05\""));
}

#[test]
fn the_bucket_stays_where_it_stands() {
    let text = with(
        "",
        "",
        "    latency:\n      success:\n        metric: |\n          d_bucket{ le = \"5\" ,\n            job=~\"a,b}\"}\n      total: {metric: d_count}\n",
    );
    assert_eq!(queries(&only(&text).sli)[0], "selector d_bucket{ le=~\"5([.]0)?\" ,\n  job=~\"a,b}\"}");
}

#[test]
fn an_offset_makes_promql_of_a_selector() {
    let text = with(
        "",
        "",
        &RATIO.replace("\"500\"}", "\"500\"} offset 1m").replace("r_total}\n", "r_total offset 1m}\n"),
    );
    let expected = [
        "increase(r_total{code=\"500\"}[{{.window}}] offset 1m)",
        "increase(r_total[{{.window}}] offset 1m)",
    ];
    assert_eq!(queries(&only(&text).sli), expected);
}

#[test]
fn an_offset_of_a_gauge_or_a_native_histogram_is_kept() {
    let asked = |indicator: &str| queries(&only(&with("", "", indicator)).sli);
    assert_eq!(asked("    bool_gauge: {metric: 'up{job=\"a\"} offset 5m'}\n"), ["up{job=\"a\"} offset 5m"]);
    assert_eq!(asked("    bool_gauge: {metric: 'up{job=\"a\"}'}\n"), ["selector up{job=\"a\"}"]);
    assert_eq!(
        asked("    latencyNative: {latency: 1s, total: {metric: 'd{job=\"a\"} offset 1m'}}\n"),
        ["increase(d{job=\"a\"}[{{.window}}] offset 1m)"]
    );
    assert_eq!(asked("    latencyNative: {latency: 1s, total: {metric: d}}\n"), ["selector d"]);
}

#[test]
fn a_service_is_found_where_it_is_named() {
    let service = |metadata: &str, errors: &str| {
        only(&with(metadata, "", &RATIO.replace("code=\"500\"", errors))).service
    };
    assert_eq!(service("  labels: {pyrra.dev/service: a, service: b}\n", "service=\"c\""), "a");
    assert_eq!(service("  labels: {service: b, app: x}\n", "service=\"c\""), "b");
    assert_eq!(service("", "job=\"d\",service=\"c\""), "c");
    assert_eq!(service("", "job=\"d\""), "d");
    assert_eq!(service("", "job=~\"d.*\""), "web");
}

#[test]
fn alerting_is_turned_off_and_severities_are_renamed() {
    let slo = |alerting: &str| only(&with("", &format!("  alerting: {alerting}\n"), RATIO));
    for off in ["{burnrates: false}", "{disabled: true}"] {
        assert!(!slo(off).alerting, "{off}");
        assert!(slo(off).effective_tiers().is_empty(), "{off}");
    }
    assert_eq!(tiers(&slo("{burnrates: true, absent: false}")).len(), 4);
    let renamed =
        slo("{severities: {fastBurn: critical, mediumBurn: warning, slowBurn: page, longTermBurn: odd}}");
    let expected = [
        "page fast 14 1h/5m 2m",
        "page slow 2 1d/2h 1h",
        "ticket medium 7 6h/30m 15m",
        "ticket long-term 1 4d/6h 3h",
    ];
    assert_eq!(tiers(&renamed), expected);
    assert_eq!(renamed.tiers[1].severity, Severity::Page);
}

#[test]
fn indicators_are_read_with_their_groups() {
    let gauge =
        only(&with("", "", "    bool_gauge: {metric: 'up{job=\"a\"}', grouping: [instance, zone]}\n"));
    assert_eq!((gauge.sli.queries().len(), gauge.by), (1, vec!["instance".to_owned(), "zone".to_owned()]));
    let none = only(&with("", "", "    bool_gauge: {metric: up, grouping: null}\n"));
    assert!(none.by.is_empty());
    let native = only(&with("", "", "    latencyNative: {latency: 1s500ms, total: {metric: d}}\n"));
    assert!(matches!(native.sli, Sli::NativeLatency { within, .. } if within.as_millis() == 1500));
    let annotated = "  annotations: {pyrra.dev/runbook_url: 'https://x/y'}\n  labels: {team: us}\n";
    let slo = only(&with(annotated, "  description: All of it.\n", RATIO));
    assert_eq!(slo.runbook.as_deref(), Some("https://x/y"));
    assert_eq!((slo.owner.as_deref(), slo.description.as_deref()), (Some("us"), Some("All of it.")));
}

#[test]
fn windows_are_prometheus_durations() {
    let hours = |window: &str| only(&with("", "", RATIO).replace("4w", window)).period.as_secs_f64() / 3600.0;
    assert_eq!(["1y", "2w1d", "36h", "1d12h30m", "28d"].map(hours), [8760.0, 360.0, 36.0, 36.5, 672.0]);
}

#[test]
fn what_is_wrong_is_said() {
    let ratio = with("", "", RATIO);
    check(&[
        ("no le", &latency(""), &["error missing-le a.yaml:10: metric: success wants the bucket"]),
        ("le of no number", &latency(",le=\"fast\""), &["error missing-le a.yaml:10"]),
        ("every bucket", &latency(",le=\"+Inf\""), &["error missing-le a.yaml:10"]),
        ("any of some", &latency(",le=~\"1|2\""), &["error missing-le a.yaml:10"]),
        ("target 100", &ratio.replace("'99.9'", "'100'"), &["error objective-100 a.yaml:6"]),
        (
            "target of no number",
            &ratio.replace("'99.9'", "most"),
            &["error wrong-type a.yaml:6: target: \"most\" is no number"],
        ),
        ("a window in months", &ratio.replace("4w", "1M"), &["error bad-duration a.yaml:7: window"]),
        ("a window too short", &ratio.replace("4w", "4h"), &["error bad-period a.yaml:7"]),
        ("a window too long", &ratio.replace("4w", "9999999999y"), &["error bad-duration a.yaml:7"]),
        (
            "no indicator",
            &with("", "", "    other: {}\n"),
            &["error missing-key a.yaml:9: indicator: no indicator"],
        ),
        (
            "a function",
            &ratio.replace("metric: r_total}", "metric: rate(r_total)}"),
            &["error bad-query a.yaml:11: metric: \"(r_total)\" follows the selector"],
        ),
        (
            "errors are total",
            &ratio.replace("'r_total{code=\"500\"}'", "r_total"),
            &["error part-is-total a.yaml:10"],
        ),
        (
            "dead tiers",
            &ratio.replace("99.9", "90"),
            &[
                "warning tier-never-fires a.yaml:1: slo.web.tiers: page fast: factor 14x can never fire: even a total outage burns 10x",
            ],
        ),
    ]);
}

#[test]
fn labels_and_annotations_carry_what_the_format_has_no_keys_for() {
    let spec = "spec:\n  target: '99.9'\n  window: 4w\n  indicator:\n    ratio: {errors: {metric: e}, total: {metric: t}}\n";
    let with = |labels: &str| {
        format!(
            "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {{name: a, labels: {labels}}}\n{spec}"
        )
    };
    let slo = only(&with("{criticality: critical, pyrra.dev/review: 2026-08-01, sla: 99.5%}"));
    assert_eq!(slo.criticality.as_deref(), Some("critical"));
    assert_eq!((slo.review, slo.sla.map(Objective::percent)), ("2026-08-01".parse().ok(), Some(99.5)));
    check(&[
        (
            "unread",
            &with("{criticality: tier-1, review: soon}"),
            &[
                "warning bad-label a.yaml:3: metadata: criticality \"tier-1\" cannot be read",
                "warning bad-label a.yaml:3: metadata: review \"soon\" cannot be read",
            ],
        ),
        ("sla", &with("{sla: 99.9}"), &["warning sla-not-looser a.yaml:1"]),
    ]);
}
