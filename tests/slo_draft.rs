//! `slo new`: every draft reads back as the SLOs it promises, in whatever form.

#![expect(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::time::Duration;

use chrono::NaiveDate;
use warroom::config::{self, Config};
use warroom::slo::preset::draft::{self, Aspect, Wish};
use warroom::slo::spec::{self, SpecFile};
use warroom::slo::{Format, Sli, Slo};
use warroom::text::Level;

fn wish(preset: &str) -> Wish {
    Wish {
        preset: preset.to_owned(),
        service: "checkout".to_owned(),
        source: None,
        objective: None,
        within: None,
        only: None,
        today: NaiveDate::from_ymd_opt(2026, 8, 22).expect("a date"),
    }
}

/// What our own form reads back to, without an error and with no warning but that nothing measures it.
fn read_back(wish: &Wish) -> Vec<Slo> {
    let text = draft::draft(wish, Format::Native).expect("a draft");
    let parsed = config::parse("new.toml", &text, Config::default());
    let said: Vec<_> = parsed.problems.iter().filter(|problem| problem.rule != "no-source").collect();
    assert!(said.iter().all(|problem| problem.level != Level::Error), "{said:?}\n{text}");
    assert_eq!(said, Vec::<&warroom::text::Problem>::new(), "{text}");
    parsed.config.slos
}

#[test]
fn every_draft_is_an_slo_that_check_has_nothing_against() {
    let mut ids = Vec::new();
    for preset in draft::drafted() {
        for slo in read_back(&wish(preset)) {
            assert_eq!(slo.service, "checkout", "{preset}");
            assert_eq!(slo.owner.as_deref(), Some("team-checkout"));
            assert_eq!(slo.review, NaiveDate::from_ymd_opt(2026, 11, 21), "a quarter ahead");
            assert!(slo.runbook.is_some() && slo.criticality.is_some() && slo.min_events > 0.0);
            ids.push(format!("{preset} {} {}", slo.id, slo.objective.percent()));
        }
    }
    let both = |preset: &str| {
        [format!("{preset} checkout-availability 99.9"), format!("{preset} checkout-latency 95")]
    };
    let expected: Vec<String> = ["http", "http_server", "grpc", "nginx-ingress", "istio"]
        .into_iter()
        .flat_map(both)
        .chain(
            ["job checkout-success 99.9", "queue checkout-waiting 95", "probe checkout-reachable 99.9"]
                .map(str::to_owned),
        )
        .collect();
    assert_eq!(ids, expected);
}

#[test]
fn targets_that_are_named_are_kept() {
    let quick = Wish {
        objective: Some(99.0),
        within: Some(Duration::from_millis(250)),
        only: Some(Aspect::Latency),
        source: Some("prod".to_owned()),
        ..wish("istio")
    };
    let text = draft::draft(&quick, Format::Native).expect("a draft");
    assert!(text.contains("source = \"prod\"") && text.contains("le = \"250\""), "{text}");
    let text = format!("[[source]]\nname = \"prod\"\nkind = \"prometheus\"\nurl = \"http://h:9090\"\n{text}");
    let parsed = config::parse("new.toml", &text, Config::default());
    assert_eq!(parsed.problems, []);
    let [slo] = parsed.config.slos.as_slice() else { panic!("one SLO:\n{text}") };
    assert!((slo.objective.percent() - 99.0).abs() < 1e-9);
    let Sli::Good { good, .. } = &slo.sli else { panic!("a latency") };
    assert!(good.text().contains("le=~\"250([.]0)?\""), "{}", good.text());
}

#[test]
fn what_cannot_be_drafted_says_so() {
    let cases = [
        (
            wish("node"),
            Format::Native,
            "preset: node: nothing can be promised of it (one of http, http_server, grpc, nginx-ingress, istio, job, queue, probe)",
        ),
        (wish("htp"), Format::Native, "preset: htp: nothing can be promised of it (did you mean http?)"),
        (
            Wish { within: Some(Duration::from_secs(1)), ..wish("job") },
            Format::Native,
            "within: job has no latency (leave --within out)",
        ),
        (
            Wish { only: Some(Aspect::Latency), ..wish("probe") },
            Format::Native,
            "only: probe is one promise already (leave --only out)",
        ),
        (
            Wish { objective: Some(0.999), ..wish("http") },
            Format::Native,
            "objective: 0.999 is no percentage to promise (write it like 99.9)",
        ),
        (
            Wish { service: "check_out".to_owned(), ..wish("http") },
            Format::OpenSlo,
            "service: check_out: OpenSLO takes small letters, digits and - (use another format)",
        ),
    ];
    for (wish, format, expected) in cases {
        assert_eq!(draft::draft(&wish, format), Err(expected.to_owned()));
    }
}

/// Service, percent, and whether events are counted: what every form has to say alike.
fn alike(slos: &[Slo]) -> Vec<(String, f64, bool)> {
    slos.iter().map(|slo| (slo.service.clone(), slo.objective.percent(), slo.sli.has_events())).collect()
}

#[test]
fn every_form_reads_back_as_the_same_promises() {
    let periods = [(Format::Sloth, "new.yml"), (Format::OpenSlo, "new.yaml")];
    for preset in draft::drafted() {
        let native = read_back(&wish(preset));
        for (format, file) in periods {
            let text = draft::draft(&wish(preset), format).expect("a draft");
            let period = Some(Duration::from_hours(30 * 24));
            let loaded = spec::load(&[SpecFile { file, text: &text, source: None, period }]);
            assert_eq!(loaded.problems, [], "{text}");
            assert_eq!(alike(&loaded.slos), alike(&native), "{text}");
            assert!(loaded.slos.iter().all(|slo| slo.unmeasurable.is_none() && slo.format == format));
            let ids = |slos: &[Slo]| slos.iter().map(|slo| slo.id.clone()).collect::<Vec<_>>();
            assert_eq!(ids(&loaded.slos), ids(&native), "{text}");
            assert!(loaded.slos.iter().all(|slo| slo.period == Duration::from_hours(30 * 24)));
        }
    }
}

#[test]
fn a_bound_of_nothing_is_refused_and_remarks_stand_below_each_other() {
    let wish = Wish { within: Some(Duration::ZERO), ..wish("http") };
    let why = draft::draft(&wish, Format::Native).expect_err("no bucket ends at 0");
    assert_eq!(why, "within: nothing takes no time (write it like 500ms)");
    let text = draft::draft(&Wish { within: None, ..wish }, Format::Native).expect("a draft");
    let short = text.lines().filter(|line| line.len() > 40 && !line.starts_with("latency"));
    let columns: Vec<_> = short.filter_map(|line| line.get(1..)?.find(" # ")).collect();
    assert!(columns.len() == 12 && columns.iter().all(|column| *column == 33), "{columns:?}\n{text}");
}

#[test]
fn what_a_draft_says_of_review_and_criticality_is_read_back_in_every_form() {
    for format in [Format::Sloth, Format::OpenSlo] {
        let text = draft::draft(&wish("http"), format).expect("a draft");
        let file = SpecFile { file: "new.yaml", text: &text, source: None, period: None };
        let slos = spec::load(&[file]).slos;
        let review = NaiveDate::from_ymd_opt(2026, 11, 21);
        let kept = |slo: &Slo| slo.review == review && slo.criticality.as_deref() == Some("standard");
        assert!(slos.len() == 2 && slos.iter().all(kept), "{slos:#?}");
    }
}
