//! Files that teams really have load unchanged.

use warroom::slo::calendar::{Calendar, Unit};
use warroom::slo::spec::{Loaded, SpecFile, load};
use warroom::slo::{Format, Method, Op, Share, Sli, Slo};

use super::{days, queries, tiers};

fn fixture(name: &str) -> String {
    std::fs::read_to_string(format!("tests/fixtures/slo/{name}")).expect("a fixture")
}

fn loaded(name: &str) -> Loaded {
    let text = fixture(name);
    load(&[SpecFile { file: name, text: &text, source: Some("prod"), period: None }])
}

/// One line an SLO: id, service, percent, days of its period, format, line.
fn lines(slos: &[Slo]) -> Vec<String> {
    let line = |slo: &Slo| {
        let days = slo.period.as_secs() / 86_400;
        let (percent, format, line) = (slo.objective.percent(), slo.format.word(), slo.defined_at.line);
        format!("{} {} {percent} {days}d {format} {line}", slo.id, slo.service)
    };
    slos.iter().map(line).collect()
}

#[test]
fn every_file_loads_with_its_ids_objectives_and_periods() {
    let cases: &[(&str, &[&str])] = &[
        ("sloth/spec/getting-started.yml", &["myservice-requests-availability myservice 99.9 30d sloth 9"]),
        (
            "sloth/spec/home-wifi.yml",
            &[
                "home-wifi-good-wifi-client-satisfaction home-wifi 95 30d sloth 29",
                "home-wifi-risk-wifi-client-satisfaction home-wifi 99.9 30d sloth 45",
            ],
        ),
        (
            "sloth/spec/multifile.yml",
            &[
                "myservice-requests-availability myservice 99.9 30d sloth 10",
                "myservice2-requests-availability myservice2 99.99 30d sloth 42",
            ],
        ),
        ("sloth/spec/raw-home-wifi.yml", &["home-wifi-wifi-client-satisfaction home-wifi 95 30d sloth 22"]),
        ("sloth/spec/openslo-getting-started.yml", &["sloth-slo-my-service my-service 99.9 30d openslo 6"]),
        ("sloth/windows/7d.yaml", &[]),
        (
            "pyrra/spec/nginx.yaml",
            &[
                "monitoring/nginx-api-errors lastfm 99.9 28d pyrra 1",
                "monitoring/nginx-api-latency lastfm 90 28d pyrra 20",
            ],
        ),
        (
            "pyrra/spec/prometheus-probe-success.yaml",
            &["prometheus-blackbox-probe-success prometheus-blackbox-probe-success 99 7d pyrra 1"],
        ),
        ("pyrra/spec/pyrra-connect-latency.yaml", &["monitoring/pyrra-connect-latency pyrra 99 14d pyrra 1"]),
        ("openslo/sdk-v1-slis.yaml", &[]),
        ("openslo/sdk-v1-slos.yaml", &["web-availability web 99.5 7d openslo 1"]),
        ("openslo/spec-occurrences-threshold.yaml", &["search-slo web-shop 99 14d openslo 2"]),
        (
            "openslo/spec-timeslices-calendar.yaml",
            &[
                "service-availability/1 web-availability 99.5 30d openslo 34",
                "service-availability/2 web-availability 99 30d openslo 39",
            ],
        ),
    ];
    for (name, expected) in cases {
        let Loaded { slos, problems } = loaded(name);
        assert_eq!(lines(&slos), *expected, "{name}: {problems:#?}");
        let errors: Vec<_> = problems.iter().filter(|problem| problem.level.word() == "error").collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        assert!(slos.iter().all(|slo| slo.source.as_deref() == Some("prod")), "{name}");
    }
}

#[test]
fn files_count_what_their_queries_say() {
    let good = "http_request_duration_seconds_count{job=\"myservice\"";
    let errors = format!("sum(rate({good},code=~\"(5..|429)\"}}[{{{{.window}}}}]))");
    let total = format!("sum(rate({good}}}[{{{{.window}}}}]))");
    let nginx = "nginx_ingress_controller_request";
    let of = "{namespace=\"lastfm\",ingress=\"lastfm\",service=\"lastfm\"";
    let cases = [
        ("sloth/spec/getting-started.yml", 0, vec![errors, total.clone()]),
        (
            "sloth/spec/openslo-getting-started.yml",
            0,
            vec![format!("sum(rate({good},code!~\"(5..|429)\"}}[{{{{.window}}}}]))"), total],
        ),
        (
            "pyrra/spec/nginx.yaml",
            0,
            vec![format!("selector {nginx}s{of},status=~\"5..\"}}"), format!("selector {nginx}s{of}}}")],
        ),
        (
            "pyrra/spec/nginx.yaml",
            1,
            vec![
                format!("selector {nginx}_duration_seconds_bucket{of},status=~\"5..\",le=~\"1([.]0)?\"}}"),
                format!("selector {nginx}_duration_seconds_count{of}}}"),
            ],
        ),
        ("pyrra/spec/prometheus-probe-success.yaml", 0, vec!["selector probe_success".to_owned()]),
        (
            "openslo/sdk-v1-slos.yaml",
            0,
            vec![
                "selector http_requests{k8s_cluster=\"prod\",component=\"web\",code=~\"2xx|4xx\"}".to_owned(),
                "selector http_requests{k8s_cluster=\"prod\",component=\"web\"}".to_owned(),
            ],
        ),
    ];
    for (name, at, expected) in cases {
        assert_eq!(queries(&loaded(name).slos[at].sli), expected, "{name}");
    }
}

#[test]
fn kinds_of_indicators_are_kept() {
    let sli = |name: &str| loaded(name).slos.remove(0).sli;
    assert!(matches!(sli("sloth/spec/getting-started.yml"), Sli::Bad { .. }));
    assert!(matches!(sli("sloth/spec/raw-home-wifi.yml"), Sli::Ratio { of: Share::Bad, .. }));
    assert!(matches!(sli("sloth/spec/openslo-getting-started.yml"), Sli::Good { .. }));
    assert!(matches!(sli("pyrra/spec/prometheus-probe-success.yaml"), Sli::Up { .. }));
    let native = sli("pyrra/spec/pyrra-connect-latency.yaml");
    assert!(matches!(native, Sli::NativeLatency { within, .. } if within.as_millis() == 200));
    let bound = sli("openslo/spec-occurrences-threshold.yaml");
    assert!(matches!(bound, Sli::Bound { op: Op::Below, bound: 500.0, .. }));
}

#[test]
fn people_labels_and_groups_come_along() {
    let slo = loaded("sloth/spec/getting-started.yml").slos.remove(0);
    assert_eq!(slo.owner.as_deref(), Some("myteam"));
    assert_eq!(
        slo.description.as_deref(),
        Some("Common SLO based on availability for HTTP request responses.")
    );
    assert_eq!(slo.labels.get("tier").map(String::as_str), Some("2"));
    assert_eq!(loaded("pyrra/spec/pyrra-connect-latency.yaml").slos[0].by, ["service", "method"]);
    assert_eq!(loaded("openslo/sdk-v1-slos.yaml").slos[0].owner.as_deref(), Some("team-a,team-b"));
}

#[test]
fn tiers_are_those_of_the_tool_that_owns_the_file() {
    let catalogue =
        ["page quick 14.4 1h/5m", "page slow 6 6h/30m", "ticket quick 3 1d/2h", "ticket slow 1 3d/6h"];
    assert_eq!(tiers(&loaded("sloth/spec/getting-started.yml").slos[0]), catalogue);
    let pyrra = [
        "page fast 14 1h/5m 2m",
        "page medium 7 6h/30m 15m",
        "ticket slow 2 1d/2h 1h",
        "ticket long-term 1 4d/6h 3h",
    ];
    assert_eq!(tiers(&loaded("pyrra/spec/nginx.yaml").slos[0]), pyrra);
    assert_eq!(tiers(&loaded("sloth/spec/openslo-getting-started.yml").slos[0]), catalogue);
}

#[test]
fn calendars_and_slices_are_read() {
    let slo = loaded("openslo/sdk-v1-slos.yaml").slos.remove(0);
    let anchor = chrono::NaiveDate::from_ymd_opt(2022, 1, 1).and_then(|day| day.and_hms_opt(12, 0, 0));
    let calendar = Calendar {
        unit: Unit::Week,
        count: 1,
        anchor: anchor.expect("a time"),
        zone: chrono_tz::America::New_York,
    };
    assert_eq!(slo.calendar, Some(calendar));
    assert_eq!(slo.method, Method::Timeslices { target: 0.95, slice: std::time::Duration::from_mins(1) });
    let month = loaded("openslo/spec-timeslices-calendar.yaml").slos.remove(1);
    assert_eq!(month.calendar, Some(Calendar { unit: Unit::Month, ..calendar }));
    assert_eq!(month.period, days(30));
}

#[test]
fn files_of_other_data_sources_are_listed_and_not_measured() {
    for name in ["openslo/spec-occurrences-threshold.yaml", "openslo/spec-timeslices-calendar.yaml"] {
        for slo in loaded(name).slos {
            let why = slo.unmeasurable.expect("a reason");
            assert_eq!(why, "its data source is of type Any, which no Prometheus answers");
        }
    }
}

#[test]
fn all_files_load_together() {
    let names = [
        "sloth/spec/getting-started.yml",
        "sloth/spec/home-wifi.yml",
        "sloth/spec/multifile.yml",
        "sloth/windows/7d.yaml",
        "pyrra/spec/nginx.yaml",
        "openslo/sdk-v1-slis.yaml",
        "openslo/sdk-v1-slos.yaml",
    ];
    let texts: Vec<String> = names.iter().map(|name| fixture(name)).collect();
    let file = |(file, text): (&&'static str, &String)| (*file, text.clone());
    let pairs: Vec<(&str, String)> = names.iter().zip(&texts).map(file).collect();
    let files: Vec<SpecFile<'_>> = pairs
        .iter()
        .map(|(file, text)| SpecFile { file, text, source: None, period: Some(days(7)) })
        .collect();
    let Loaded { slos, problems } = load(&files);
    // The first SLO of multifile.yml has the id of the one in getting-started.yml.
    assert_eq!(slos.len(), 7);
    let errors: Vec<String> =
        problems.iter().filter(|problem| problem.level.word() == "error").map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "sloth/spec/multifile.yml:10:5: slo.myservice-requests-availability: there is already an SLO of this id in \
          sloth/spec/getting-started.yml:9:5 (give one of them another name, or load one of the files)"
        ]
    );
    let seven = [
        "page quick 13.44 1h/5m",
        "page slow 3.5 6h/30m",
        "ticket quick 1.4 1d/2h",
        "ticket slow 0.98 3d/6h",
    ];
    assert_eq!(tiers(&slos[0]), seven);
    assert!(slos.iter().filter(|slo| slo.format == Format::Sloth).all(|slo| slo.period == days(7)));
}
