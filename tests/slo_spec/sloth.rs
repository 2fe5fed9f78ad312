//! Sloth's files and resources, whole and broken.

use warroom::slo::spec::{SpecFile, load};
use warroom::slo::{Severity, Sli, lint};
use warroom::text::when::parse_time;

use super::{check, days, found, only, queries, read, tiers};

/// A file with one SLO; `slo` and `top` are lines more of it and of the service.
fn with(top: &str, slo: &str) -> String {
    format!("version: prometheus/v1\nservice: shop\n{top}slos:\n  - name: web\n    objective: 99.9\n{slo}")
}

const EVENTS: &str =
    "    sli: {events: {error_query: 'rate(bad[{{.window}}])', total_query: 'rate(all[{{.window}}])'}}\n";

#[test]
fn the_resource_is_the_file_in_camel_case() {
    let slo = only(
        "apiVersion: sloth.slok.dev/v1\nkind: PrometheusServiceLevel\nmetadata: {name: x, namespace: y}\nspec:\n  \
         service: shop\n  labels: {owner: us}\n  sloPlugins: {chain: [{id: sloth.dev/core/debug/v1}]}\n  slos:\n    \
         - name: web\n      objective: 99.9\n      sli:\n        events: {errorQuery: 'bad[{{ .window }}]', totalQuery: \
         'all[{{.window}}]'}\n      alerting: {name: Web, ticketAlert: {disable: true}}\n",
    );
    assert_eq!(slo.id, "shop-web");
    assert_eq!(queries(&slo.sli), ["bad[{{.window}}]", "all[{{.window}}]"]);
    assert_eq!(tiers(&slo), ["page quick 14.4 1h/5m", "page slow 6 6h/30m"]);
    let raw = only(
        "{\"apiVersion\": \"sloth.slok.dev/v1\", \"kind\": \"PrometheusServiceLevel\", \"spec\": {\"service\": \"shop\", \
         \"slos\": [{\"name\": \"web\", \"objective\": 99, \"sli\": {\"raw\": {\"errorRatioQuery\": \"r[{{.window}}]\"}}}]}}",
    );
    assert!(matches!(raw.sli, Sli::Ratio { .. }));
}

#[test]
fn labels_may_be_any_scalar_and_the_slo_has_the_last_word() {
    let top = "labels:\n  generated: true\n  actual_le: 0.20\n  tier: 2\n  owner: them\n  none: null\n";
    let slo = only(&with(top, &format!("    labels: {{owner: us, zero: 0x10}}\n{EVENTS}")));
    let labels: Vec<String> = slo.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(labels, ["actual_le=0.20", "generated=true", "owner=us", "tier=2", "zero=0x10"]);
    assert_eq!(slo.owner.as_deref(), Some("us"));
}

#[test]
fn windows_in_queries_may_have_blanks_and_files_other_line_ends() {
    let text = with("", &EVENTS.replace("{{.window}}", "{{   .window }}")).replace('\n', "\r\n");
    assert_eq!(queries(&only(&text).sli), ["rate(bad[{{.window}}])", "rate(all[{{.window}}])"]);
}

#[test]
fn alerts_that_are_off_are_no_tiers() {
    let on = |page: bool, ticket: bool| {
        let off = |on: bool| if on { "{}" } else { "{disable: true}" };
        let alerting =
            format!("    alerting: {{page_alert: {}, ticket_alert: {}}}\n", off(page), off(ticket));
        let slo = only(&with("", &(EVENTS.to_owned() + &alerting)));
        let severities: Vec<Severity> = slo.effective_tiers().iter().map(|tier| tier.severity).collect();
        (slo.alerting, severities)
    };
    assert_eq!(on(true, false), (true, vec![Severity::Page; 2]));
    assert_eq!(on(false, true), (true, vec![Severity::Ticket; 2]));
    assert_eq!(on(false, false), (false, vec![]));
}

#[test]
fn an_slo_without_alerts_misses_no_runbook() {
    let now =
        parse_time("2026-11-21T12:00:00Z", chrono::DateTime::UNIX_EPOCH, chrono_tz::UTC).expect("a time");
    let rules = |alerting: &str| -> Vec<&'static str> {
        let slo = only(&with("", &format!("{EVENTS}    alerting: {alerting}\n")));
        lint::due(&slo, now).iter().map(|problem| problem.rule).collect()
    };
    assert_eq!(rules("{}"), ["no-runbook"]);
    assert_eq!(rules("null"), ["no-runbook"]);
    assert_eq!(rules("{annotations: {runbook: web-down}}"), Vec::<&str>::new());
    assert_eq!(rules("{page_alert: {annotations: {runbook_url: 'https://x'}}}"), Vec::<&str>::new());
    assert_eq!(rules("{page_alert: {disable: true}, ticket_alert: {disable: true}}"), Vec::<&str>::new());
    let slo = only(&with("", &format!("{EVENTS}    alerting: {{annotations: {{runbook: web-down}}}}\n")));
    assert_eq!(slo.runbook.as_deref(), Some("web-down"));
}

#[test]
fn plugins_are_said_and_cost_no_other() {
    let sli = "    sli: {plugin: {id: sloth-common/availability, options: {filter: x}}}\n";
    let slo = only(&with("", sli));
    let why = "the SLI plugin sloth-common/availability is Go code that only Sloth runs";
    assert_eq!(slo.unmeasurable.as_deref(), Some(why));
    let chain = "slo_plugins:\n  chain: [{id: sloth.dev/core/debug/v1}, {id: our.dev/other/v1}]\n";
    assert_eq!(
        found(&[&with(chain, EVENTS)]),
        ["warning plugin-not-run a.yaml:4: slo_plugins: plugins are not run here: our.dev/other/v1"]
    );
}

#[test]
fn a_period_without_a_catalogue_scales_the_windows_of_thirty_days() {
    let text = with("", EVENTS);
    let of = |days_given| {
        let file = SpecFile { file: "a.yaml", text: &text, source: None, period: Some(days(days_given)) };
        let loaded = load(&[file]);
        let said: Vec<&str> = loaded.problems.iter().map(|problem| problem.rule).collect();
        (tiers(&loaded.slos[0]).join(", "), said)
    };
    let month = "page quick 14.4 1h/5m, page slow 6 6h/30m, ticket quick 3 1d/2h, ticket slow 1 3d/6h";
    assert_eq!(of(30), (month.to_owned(), vec![]));
    let four_weeks =
        "page quick 13.44 1h/5m, page slow 5.6 6h/30m, ticket quick 2.8 1d/2h, ticket slow 0.933333333 3d/6h";
    assert_eq!(of(28), (four_weeks.to_owned(), vec![]));
    let two_months = "page quick 14.4 2h/10m, page slow 6 12h/1h, ticket quick 3 2d/4h, ticket slow 1 6d/12h";
    assert_eq!(of(60), (two_months.to_owned(), vec!["no-alert-windows"]));
}

#[test]
fn what_is_wrong_names_its_line_and_costs_its_slo() {
    let error = |query: &str| {
        with(
            "",
            &format!(
                "    sli:\n      events:\n        error_query: {query}\n        total_query: 'a[{{{{.window}}}}]'\n"
            ),
        )
    };
    check(&[
        (
            "objective 100",
            &with("", EVENTS).replace("99.9", "100"),
            &["error objective-100 a.yaml:5: objective: 100 leaves no error budget"],
        ),
        ("objective 0", &with("", EVENTS).replace("99.9", "0"), &["error objective-range a.yaml:5"]),
        (
            "objective nan",
            &with("", EVENTS).replace("99.9", ".nan"),
            &["error wrong-type a.yaml:5: objective: \".nan\" is no number"],
        ),
        (
            "objective a list",
            &with("", EVENTS).replace("99.9", "[1]"),
            &["error wrong-type a.yaml:5: objective: a list stands here"],
        ),
        (
            "no objective",
            &with("", EVENTS).replace("objective", "objetive"),
            &["error missing-key a.yaml:4: slos: objective is missing"],
        ),
        (
            "error is total",
            &error("' a[ {{.window}} ] '"),
            &["error part-is-total a.yaml:8: error_query: is the same query"],
        ),
        (
            "no window",
            &error("rate(x[5m])"),
            &["error missing-window a.yaml:8: error_query: has no {{.window}}"],
        ),
        (
            "other hole",
            &error("'x[{{.range}}]'"),
            &["error bad-query a.yaml:8: error_query: {{.range}} is an unknown hole"],
        ),
        ("empty query", &error("''"), &["error bad-value a.yaml:8: error_query: is empty"]),
        ("no query", &error("null"), &["error missing-key a.yaml:8: events: error_query is missing"]),
        ("no sli", &with("", ""), &["error missing-key a.yaml:4: slos: sli is missing"]),
        (
            "a name with blanks",
            &with("", EVENTS).replace("name: web", "name: a b"),
            &["error bad-value a.yaml:4: name: \"a b\" does not do as a name"],
        ),
        (
            "disable of another type",
            &with("", &format!("{EVENTS}    alerting: {{page_alert: {{disable: 3}}}}\n")),
            &["error wrong-type a.yaml:7: disable: \"3\" is neither true nor false"],
        ),
        (
            "no service",
            &with("", EVENTS).replace("service: shop\n", ""),
            &["error missing-key a.yaml:1: service is missing"],
        ),
        ("no SLOs", "version: prometheus/v1\nservice: shop\n", &["warning no-slos a.yaml:1"]),
        (
            "dead tiers",
            &with("", EVENTS).replace("99.9", "80"),
            &[
                "warning tier-never-fires a.yaml:4: slo.shop-web.tiers: page quick: factor 14.4x can never fire: even a total outage burns 5x",
                "warning tier-never-fires a.yaml:4: slo.shop-web.tiers: page slow: factor 6x can never fire",
            ],
        ),
        (
            "a key twice",
            &with("", &format!("{EVENTS}    objective: 90\n")),
            &["warning duplicate-key a.yaml:7: objective: the key stands on line 5 already"],
        ),
    ]);
}

#[test]
fn one_bad_slo_leaves_the_others() {
    let text = with(
        "",
        &format!(
            "{EVENTS}  - name: api\n    objective: 100\n{EVENTS}  - name: web\n    objective: 99\n{EVENTS}  - 5\n  - name: last\n    objective: 98\n{EVENTS}"
        ),
    );
    let loaded = read(&[&text]);
    let ids: Vec<&str> = loaded.slos.iter().map(|slo| slo.id.as_str()).collect();
    assert_eq!(ids, ["shop-web", "shop-last"]);
    let errors = found(&[&text]);
    assert_eq!(errors.len(), 5, "{errors:#?}");
    assert!(errors[0].starts_with("error objective-100 a.yaml:8"), "{errors:#?}");
    assert!(errors[1].starts_with("error duplicate a.yaml:10"), "{errors:#?}");
}

#[test]
fn a_catalogue_that_will_not_do_says_so_and_is_not_used() {
    let windows = |quick: &str| {
        format!(
            "apiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec:\n  sloPeriod: 30d\n  page:\n    quick: {quick}\n    slow: \
             &w {{errorBudgetPercent: 5, shortWindow: 30m, longWindow: 6h}}\n  ticket: {{quick: *w, slow: *w}}\n"
        )
    };
    let sound = "{errorBudgetPercent: 4, shortWindow: 5m, longWindow: 1h}";
    let service = with("", EVENTS);
    let first = |catalogue: &str| tiers(&read(&[&service, catalogue]).slos[0])[0].clone();
    assert_eq!(first(&windows(sound)), "page quick 28.8 1h/5m");
    assert_eq!(first(&windows("{shortWindow: 5m}")), "page quick 14.4 1h/5m");
    check(&[
        ("sound", &windows(sound), &[]),
        ("nothing of the budget", &windows(&sound.replace('4', "0")), &["error bad-value a.yaml:6: quick"]),
        (
            "windows swapped",
            &windows("{errorBudgetPercent: 4, shortWindow: 1h, longWindow: 5m}"),
            &["error bad-value a.yaml:6"],
        ),
        (
            "no windows",
            &windows("{errorBudgetPercent: 4}"),
            &[
                "error missing-key a.yaml:6: quick: longWindow",
                "error missing-key a.yaml:6: quick: shortWindow",
            ],
        ),
        (
            "too little",
            &windows("{errorBudgetPercent: 0.1, shortWindow: 5m, longWindow: 1h}"),
            &["warning factor-below-one a.yaml:6"],
        ),
        (
            "a duration",
            &windows(sound).replace("30d", "a while"),
            &["error bad-duration a.yaml:4: sloPeriod"],
        ),
        (
            "two of one period",
            &format!("{}---\n{}", windows(sound), windows(sound)),
            &["warning duplicate a.yaml:10"],
        ),
    ]);
}

#[test]
fn a_service_is_named_plainly() {
    let text = "version: prometheus/v1\nservice: \"my {shop}\"\nslos:\n- name: web\n  objective: 99\n  sli:\n    raw:\n      \
                error_ratio_query: sum(rate(a[{{.window}}]))\n";
    check(&[(
        "blanks and braces",
        text,
        &["error bad-value a.yaml:2: service: \"my {shop}\" does not do as a name"],
    )]);
}
