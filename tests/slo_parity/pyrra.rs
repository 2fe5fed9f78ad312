//! A real Prometheus that runs rules named and written as Pyrra names and writes them, and Sloth's own with
//! a label to group by; both beside ours.

use std::path::Path;

use super::*;

const DAYS: i64 = 28;
/// One request in twenty-five has failed on route /a for so long.
const OUTAGE_S: i64 = 3 * 3_600;
/// For a recorded series or an alert to appear.
const PATIENCE: Duration = Duration::from_mins(2);
/// Pyrra's windows of 28 days: factor, long, short, for.
const ALERTS: [(f64, &str, &str, &str); 4] =
    [(14.0, "1h", "5m", "2m"), (7.0, "6h", "30m", "15m"), (2.0, "1d", "2h", "1h"), (1.0, "4d", "6h", "3h")];

fn is_outage(now: i64, at: i64) -> bool {
    at > now - OUTAGE_S
}

/// Requests a second by route, and of them the share that fails.
fn past(now: i64) -> String {
    let mut text = String::from("# TYPE http_requests counter\n");
    for (route, rate) in [("/a", 100.0), ("/b", 50.0)] {
        for code in ["200", "500"] {
            let mut count = 0.0;
            for at in (now - DAYS * 86_400 - 600..=now).step_by(60) {
                let bad = if is_outage(now, at) && route == "/a" { 0.04 } else { 0.000_2 };
                count += 60.0 * rate * if code == "500" { bad } else { 1.0 - bad };
                let labels = format!("job=\"shop\",route=\"{route}\",code=\"{code}\"");
                let _ = writeln!(text, "http_requests_total{{{labels}}} {count:.2} {at}");
            }
        }
    }
    text.push_str("# TYPE ALERTS_FOR_STATE gauge\n");
    for (slo, labels) in [("shop-errors", ""), ("shop-routes", ",route=\"/a\"")] {
        for (active_s, (long, short)) in [(7_800, ("1h", "5m")), (3_000, ("6h", "30m"))] {
            let labels = format!("alertname=\"ErrorBudgetBurn\",{}{labels}", alert_labels(slo, long, short));
            for at in (now - 1_800..now).step_by(60) {
                let _ = writeln!(text, "ALERTS_FOR_STATE{{{labels}}} {} {at}", now - active_s);
            }
        }
    }
    text + "# EOF\n"
}

fn alert_labels(slo: &str, long: &str, short: &str) -> String {
    format!("job=\"shop\",slo=\"{slo}\",long=\"{long}\",short=\"{short}\",severity=\"critical\"")
}

/// The groups of rules of one SLO; the generic ones only where it is not grouped.
fn rules(slo: &str, by: &str) -> String {
    let sum =
        |keep: &str| match [by, keep].iter().filter(|name| !name.is_empty()).copied().collect::<Vec<_>>()[..]
        {
            [] => "sum".to_owned(),
            ref names => format!("sum by ({})", names.join(", ")),
        };
    let (total, bad) = ("http_requests_total{job=\"shop\"", ",code=~\"5..\"");
    let labels = format!("labels: {{job: shop, slo: {slo}}}");
    let mut text = format!("- name: {slo}\n  rules:\n");
    for window in ["5m", "30m", "1h", "2h", "6h", "1d", "4d"] {
        let rate = |matcher: &str| format!("{}(rate({total}{matcher}}}[{window}]))", sum(""));
        let _ = writeln!(text, "  - record: http_requests:burnrate{window}\n    {labels}");
        let _ = writeln!(text, "    expr: {} / {}", rate(bad), rate(""));
    }
    for (factor, long, short, hold) in ALERTS {
        let over = |window| {
            format!("http_requests:burnrate{window}{{job='shop',slo='{slo}'}} > ({factor} * (1-0.999))")
        };
        let labels = format!("{{{}}}", alert_labels(slo, long, short).replace('=', ": "));
        let _ = writeln!(text, "  - alert: ErrorBudgetBurn\n    for: {hold}\n    labels: {labels}");
        let _ = writeln!(text, "    expr: {} and {}", over(short), over(long));
    }
    let _ = writeln!(
        text,
        "- name: {slo}-increase\n  rules:\n  - record: http_requests:increase4w\n    {labels}"
    );
    let _ = writeln!(text, "    expr: {}(increase({total}}}[4w]))", sum("code"));
    if by.is_empty() {
        let whole = format!("http_requests:increase4w{{job='shop',slo='{slo}'");
        let _ = writeln!(text, "- name: {slo}-generic\n  rules:");
        for (name, expr) in [
            ("pyrra_objective", "0.999".to_owned()),
            ("pyrra_window", (DAYS * 86_400).to_string()),
            ("pyrra_availability", format!("1 - sum({whole}{bad}}} or vector(0)) / sum({whole}}})")),
        ] {
            let _ = writeln!(text, "  - record: {name}\n    labels: {{slo: {slo}}}\n    expr: {expr}");
        }
    }
    text
}

/// The two SLOs as Pyrra has them, and the first in our own words with a tier that waits for nothing.
fn home(url: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a home");
    let spec = |name: &str, grouping: &str| {
        format!(
            "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\n\
             metadata: {{name: {name}, namespace: monitoring}}\nspec:\n  target: '99.9'\n  window: 4w\n  \
             indicator:\n    ratio:\n      errors: {{metric: 'http_requests_total{{job=\"shop\",code=~\"5..\"}}'}}\n      \
             total: {{metric: 'http_requests_total{{job=\"shop\"}}'}}\n{grouping}"
        )
    };
    let grouped = spec("shop-routes", "      grouping: [route]\n");
    write(home.path(), "slos.yaml", &format!("{}---\n{grouped}", spec("shop-errors", "")));
    let config = format!(
        "slo_files = [\"slos.yaml\"]\n[[source]]\nname = \"prod\"\nkind = \"prometheus\"\nurl = \"{url}\"\n\
         [[slo]]\nid = \"shop-errors\"\nservice = \"shop\"\nobjective = 99.9\nperiod = \"28d\"\n\
         bad = 'http_requests_total{{job=\"shop\",code=~\"5..\"}}'\ntotal = 'http_requests_total{{job=\"shop\"}}'\n\
         tiers = [{{ name = \"wake\", severity = \"page\", factor = 14, long = \"1h\", short = \"5m\" }}]\n"
    );
    write(home.path(), "warroom.toml", &config);
    home
}

fn write(home: &Path, name: &str, text: &str) {
    std::fs::write(home.join(name), text).expect("a writable home");
}

/// `ours theirs: why` of a number of an SLO.
fn said(document: &Value, slo: &str, what: &str) -> String {
    let row = row(document, slo, what);
    let number = |side: &str| row[side].as_f64().map_or_else(|| "-".to_owned(), |number| number.to_string());
    format!("{} {}: {}", number("ours"), number("theirs"), row["why"].as_str().unwrap_or("same"))
}

fn row<'a>(document: &'a Value, slo: &str, what: &str) -> &'a Value {
    let slos = document["parity"].as_array().expect("SLOs");
    let found = slos.iter().find(|one| one["slo"] == slo);
    let rows = found.unwrap_or_else(|| panic!("{slo}: {slos:#?}"))["rows"].as_array().expect("rows");
    rows.iter().find(|row| row["what"] == what).unwrap_or_else(|| panic!("{what}: {rows:#?}"))
}

fn wait_for(prometheus: &Prometheus, promql: &str) {
    let began = Clock::wall().now();
    while prometheus.value(promql, Clock::wall().now().timestamp() as f64).is_none() {
        assert!((Clock::wall().now() - began).num_seconds() < PATIENCE.as_secs().cast_signed(), "{promql}");
        std::thread::yield_now();
    }
}

const SAME: [&str; 8] = [
    "error ratio 30m (burnrate)",
    "error ratio 1h (burnrate)",
    "error ratio 2h (burnrate)",
    "error ratio 6h (burnrate)",
    "error ratio 1d (burnrate)",
    "error ratio 4d (burnrate)",
    "events 28d (increase)",
    "error ratio 5m (burnrate)",
];

#[test]
fn pyrras_rules_and_alerts_stand_beside_ours() {
    let start = Clock::wall().now().timestamp();
    let rules = format!("groups:\n{}{}", rules("shop-errors", ""), rules("shop-routes", "route"));
    let restoring = ["--rules.alert.for-grace-period=1s".to_owned()];
    let Some(prometheus) = Prometheus::with(&past(start), &rules, &restoring) else { return };
    for slo in ["shop-errors", "shop-routes"] {
        wait_for(&prometheus, &format!("ALERTS{{slo=\"{slo}\",alertstate=\"firing\",long=\"6h\"}}"));
    }
    wait_for(&prometheus, "pyrra_availability");
    let home = home(&prometheus.url);
    let document = parity(home.path());
    let [errors, a, b] = ["shop-errors", "shop-routes{route=\"/a\"}", "shop-routes{route=\"/b\"}"]
        .map(|id| format!("monitoring/{id}"));
    for slo in [&errors, &a, &b] {
        for what in SAME {
            assert_eq!(row(&document, slo, what)["same"], true, "{slo}: {:#?}", row(&document, slo, what));
        }
    }
    for what in ["objective", "availability"] {
        assert_eq!(row(&document, &errors, what)["same"], true, "{:#?}", row(&document, &errors, what));
    }
    for slo in [&errors, &a] {
        let passed = "1 1: same";
        assert_eq!(said(&document, slo, "page fast fires (1h/5m)"), passed, "{slo}: its for, in history");
        assert_eq!(said(&document, slo, "page medium fires (6h/30m)"), passed, "{slo}: its for, in history");
        assert_eq!(said(&document, slo, "ticket long-term fires (4d/6h)"), "0 0: same", "{slo}");
    }
    assert_eq!(said(&document, &b, "page fast fires (1h/5m)"), "0 0: same", "the other route");
    assert_eq!(said(&document, "shop-errors", "wake fires (1h/5m)"), "1 1: same", "without a for");
    assert_eq!(
        said(&document, "shop-errors", "alert fires (6h/30m)"),
        "- 1: their alert has other windows, factors or a for"
    );
}

/// Sloth's rules with a query that keeps a label, as its users write them.
#[test]
fn sloths_grouped_series_stand_beside_the_rows_of_their_groups() {
    let start = Clock::wall().now().timestamp();
    let past = past(start).replace("http_requests", "http_request_duration_seconds");
    let past = past.replace("seconds_total{job=\"shop\"", "seconds_count{job=\"myservice\"");
    let past = past.replace(
        "# TYPE http_request_duration_seconds counter",
        "# TYPE http_request_duration_seconds_count unknown",
    );
    let grouped = RULES.replace("sum(rate(", "sum by (route) (rate(");
    let Some(prometheus) = Prometheus::with_rules(&past, &grouped) else { return };
    wait_for(&prometheus, &format!("slo:sli_error:ratio_rate3d{{sloth_id=\"{SLOTH_ID}\",route=\"/b\"}}"));
    wait_for(&prometheus, &format!("ALERTS{{sloth_id=\"{SLOTH_ID}\",alertstate=\"firing\"}}"));
    let home = tempfile::tempdir().expect("a home");
    let config = format!(
        "[[source]]\nname = \"prod\"\nkind = \"prometheus\"\nurl = \"{}\"\n[[slo]]\nid = \"{SLOTH_ID}\"\nservice = \"myservice\"\n\
         objective = 99.9\nperiod = \"30d\"\nby = [\"route\"]\n\
         bad = 'http_request_duration_seconds_count{{job=\"myservice\",code=~\"(5..|429)\"}}'\n\
         total = 'http_request_duration_seconds_count{{job=\"myservice\"}}'\n",
        prometheus.url
    );
    write(home.path(), "warroom.toml", &config);
    let document = parity(home.path());
    let [a, b] = ["/a", "/b"].map(|route| format!("{SLOTH_ID}{{route=\"{route}\"}}"));
    for slo in [&a, &b] {
        for what in ["error ratio 30m", "error ratio 1h", "error ratio 6h", "error ratio 1d", "error budget"]
        {
            assert_eq!(row(&document, slo, what)["same"], true, "{slo}: {:#?}", row(&document, slo, what));
        }
    }
    assert_eq!(said(&document, &a, "page fires"), "1 1: same");
    assert_eq!(said(&document, &b, "page fires"), "0 0: same");
}
