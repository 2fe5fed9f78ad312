//! What the configuration reads: values, defaults, origins, and what survives a mistake beside it.

use std::time::Duration;

use chrono_tz::Tz;
use proptest::prelude::*;
use warroom::config::{self, Config, Login, Parsed, Secret, SourceKind};
use warroom::incident::event::Audience;
use warroom::slo::spec::native;
use warroom::slo::{Query, Severity, Sli, Slo};

const STARTER: &str = include_str!("../templates/warroom.toml");

fn parse(text: &str) -> Parsed {
    config::parse("warroom.toml", text, Config::default())
}

fn one_slo(lines: &str) -> Slo {
    let text =
        format!("[[slo]]\nid = \"a\"\nservice = \"web\"\nobjective = 99.9\nperiod = \"30d\"\n{lines}\n");
    let (mut slos, problems) = native::parse("slo.toml", &text, Tz::UTC);
    assert_eq!(problems, []);
    slos.remove(0)
}

#[test]
fn the_starter_configuration_has_no_problems() {
    let parsed = parse(STARTER);
    assert_eq!(parsed.problems, []);
    let ids: Vec<&str> = parsed.config.slos.iter().map(|slo| slo.id.as_str()).collect();
    assert_eq!(ids, ["checkout-availability", "checkout-latency"]);
    assert_eq!(parsed.config.values["checkout"]["rollback"], "kubectl rollout undo deployment/checkout");
}

#[test]
fn an_empty_file_is_the_defaults() {
    let parsed = parse("");
    assert_eq!(parsed.problems, []);
    assert_eq!(parsed.config, Config::default());
}

#[test]
fn a_source_has_defaults_and_keeps_only_references_to_secrets() {
    let text = "[[source]]\nname = \"p\"\nkind = \"prometheus\"\nurl = \"https://h:9090/prom/\"\nbearer_token_file = \"t\"\n\
                [[source]]\nname = \"s\"\nkind = \"scrape\"\nurls = [\"http://[::1]:8080/metrics?x=1\"]\nevery = \"5s\"\nbearer_token_env = \"TOKEN_1\"\n";
    let parsed = parse(text);
    assert_eq!(parsed.problems, []);
    let [p, s] = &parsed.config.sources[..] else { panic!("two sources") };
    assert_eq!(p.kind, SourceKind::Prometheus { url: "https://h:9090/prom".into() });
    assert_eq!((p.every, p.timeout), (Duration::from_secs(15), Duration::from_secs(10)));
    assert_eq!(p.access.login, Login::Bearer(Secret::File("t".into())));
    assert_eq!(s.kind, SourceKind::Scrape { urls: vec!["http://[::1]:8080/metrics?x=1".into()] });
    assert_eq!((s.every, s.timeout), (Duration::from_secs(5), Duration::from_secs(5)));
    assert_eq!(s.access.login, Login::Bearer(Secret::Env("TOKEN_1".into())));
}

#[test]
fn every_value_knows_where_it_was_written_and_defaults_come_from_nowhere() {
    let origins = parse(STARTER).config.origins;
    let place = |path: &str| origins.get(path).map(ToString::to_string);
    assert_eq!(place("zone").as_deref(), Some("warroom.toml:7:8"));
    assert_eq!(place("source.prod.every").as_deref(), Some("warroom.toml:20:9"));
    assert_eq!(place("slo.checkout-latency.latency.le").as_deref(), Some("warroom.toml:70:6"));
    assert_eq!(place("values.checkout.rollback").as_deref(), Some("warroom.toml:134:12"));
    assert_eq!(place("source.prod.timeout"), None);
}

#[test]
fn one_bad_slo_costs_that_slo() {
    let text = STARTER.replace("objective = 99\n", "objective = 101\n");
    let parsed = parse(&text);
    let ids: Vec<&str> = parsed.config.slos.iter().map(|slo| slo.id.as_str()).collect();
    assert_eq!((ids, parsed.errors().count()), (vec!["checkout-availability"], 1));
    assert!(!parsed.config.origins.keys().any(|path| path.starts_with("slo.checkout-latency")));
}

#[test]
fn one_bad_source_leaves_its_slos_to_say_that_nothing_measures_them() {
    let text = STARTER.replace("http://127.0.0.1:9090", "ftp://x");
    let parsed = parse(&text);
    assert_eq!((parsed.config.sources.len(), parsed.config.slos.len(), parsed.errors().count()), (0, 2, 1));
}

#[test]
fn text_that_is_not_toml_leaves_the_defaults() {
    let defaults = Config { zone: chrono_tz::Europe::Berlin, ..Config::default() };
    let parsed = config::parse("w.toml", "zone = \n", defaults.clone());
    assert_eq!((parsed.config, parsed.problems.len()), (defaults, 1));
}

#[test]
fn latency_is_the_bucket_under_its_bound_in_both_spellings() {
    let cases = [
        ("b{job=\"x\"}", "\"0.3\"", "b{job=\"x\",le=\"0.3\"}"),
        ("b{job=\"x\",}", "0.30", "b{job=\"x\",le=\"0.3\"}"),
        ("b", "1", "b{le=~\"1([.]0)?\"}"),
        ("b{}", "\"1.0\"", "b{le=~\"1([.]0)?\"}"),
    ];
    for (bucket, le, expected) in cases {
        let slo = one_slo(&format!("latency = {{ bucket = '{bucket}', le = {le}, total = 'c' }}"));
        let expected =
            Sli::Good { good: Query::Selector(expected.into()), total: Query::Selector("c".into()) };
        assert_eq!(slo.sli, expected, "{bucket} {le}");
    }
}

#[test]
fn no_tiers_mean_the_defaults_and_written_tiers_come_the_most_urgent_first() {
    assert_eq!(one_slo("bad = 'b'\ntotal = 't'").tiers, []);
    let slo = one_slo(
        "bad = 'b'\ntotal = 't'\nfor = \"2m\"\ntiers = [\
         { severity = \"ticket\", factor = 1, long = \"3d\", short = \"6h\" },\
         { severity = \"page\", factor = 6, long = \"6h\", short = \"30m\" },\
         { severity = \"page\", factor = 14.4, long = \"1h\", short = \"5m\", for = \"0s\" }]",
    );
    let tiers: Vec<(Severity, f64, u64)> =
        slo.tiers.iter().map(|tier| (tier.severity, tier.factor().unwrap(), tier.hold.as_secs())).collect();
    assert_eq!(tiers, [(Severity::Page, 14.4, 0), (Severity::Page, 6.0, 120), (Severity::Ticket, 1.0, 120)]);
}

#[test]
fn a_for_without_tiers_holds_the_defaults_scaled_to_the_period() {
    let text = "[[slo]]\nid = \"a\"\nservice = \"w\"\nobjective = 99.9\nperiod = \"90d\"\nbad = 'b'\ntotal = 't'\nfor = \"1m\"\n";
    let (slos, _) = native::parse("s.toml", text, Tz::UTC);
    let windows: Vec<(f64, u64, u64, u64)> = slos[0]
        .tiers
        .iter()
        .map(|tier| {
            let (long, short) = tier.windows().unwrap();
            (tier.factor().unwrap(), long.as_secs(), short.as_secs(), tier.hold.as_secs())
        })
        .collect();
    assert_eq!(windows[0], (14.4, 3 * 3600, 900, 60));
    assert_eq!(windows[3], (1.0, 9 * 86400, 18 * 3600, 60));
}

#[test]
fn every_optional_key_of_an_slo_is_kept() {
    let slo = one_slo(
        "good = 'sum(increase(g[{{ .window }}]))'\ntotal = 't'\nmin_events = 100\nsource = \"prod\"\n\
         criticality = \"critical\"\nowner = \"team-web\"\nrunbook = \"high-latency\"\nsla = 99.5",
    );
    assert_eq!(slo.sli.queries()[0], &Query::PromQl("sum(increase(g[{{ .window }}]))".into()));
    assert!((slo.min_events - 100.0).abs() < f64::EPSILON);
    assert_eq!(slo.source.as_deref(), Some("prod"));
    assert_eq!(slo.criticality.as_deref(), Some("critical"));
    assert_eq!(slo.owner.as_deref(), Some("team-web"));
    assert_eq!(slo.runbook.as_deref(), Some("high-latency"));
    assert_eq!(slo.defined_at.to_string(), "slo.toml:1:1");
}

#[test]
fn bare_selectors_are_told_from_what_only_looks_like_one() {
    let verdict = |query: &str| {
        let text = format!(
            "[[slo]]\nid = \"a\"\nservice = \"w\"\nobjective = 99.9\nperiod = \"30d\"\nbad = '''{query}'''\ntotal = 't'\n"
        );
        native::parse("s.toml", &text, Tz::UTC).1.is_empty()
    };
    let good = ["up", "a:b_c", "{job=\"x\"}", "x { a = \"1\" , b!~'2' , }", "x{a=\"\\\"}\"}", "x{a=`\\`}"];
    let bad = [
        "1x",
        "{}",
        "x{a}",
        "x{a=b}",
        "x{a=\"1\"",
        "x{a=\"1\"}[5m]",
        "x{a=\"1\" b=\"2\"}",
        "x + y",
        "x{=\"1\"}",
    ];
    for query in good {
        assert!(verdict(query), "{query}");
    }
    for query in bad {
        assert!(!verdict(query), "{query}");
    }
}

/// Lines that are nearly a configuration: real keys with values of every kind.
fn nearly() -> impl Strategy<Value = String> {
    let header = prop_oneof![
        Just("[[source]]"),
        Just("[[slo]]"),
        Just("[values.web]"),
        Just("[slo.latency]"),
        Just("[[slo.tiers]]"),
        Just("[slo]"),
        Just("")
    ];
    let key = prop_oneof![
        Just("zone"),
        Just("name"),
        Just("kind"),
        Just("url"),
        Just("urls"),
        Just("every"),
        Just("id"),
        Just("bad"),
        Just("total"),
        Just("objective"),
        Just("period"),
        Just("le"),
        Just("bucket"),
        Just("tiers"),
        Just("factor"),
        Just("long"),
        Just("ö"),
        Just("a.b")
    ];
    let value = prop_oneof![
        "[ -~]{0,12}".prop_map(|text| format!("{text:?}")),
        Just("\"é{{.window}\"".to_owned()),
        Just("99.9".to_owned()),
        Just("-0".to_owned()),
        Just("inf".to_owned()),
        Just("0xffffffffffffffff".to_owned()),
        Just("[]".to_owned()),
        Just("[{}]".to_owned()),
        Just("{a=1}".to_owned()),
        Just("\"99999999999999999d\"".to_owned()),
        Just("\"http://[\"".to_owned()),
        Just("1979-05-27".to_owned()),
    ];
    prop::collection::vec((header, key, value), 0..12).prop_map(|lines| {
        let lines = lines.into_iter().map(|(header, key, value)| format!("{header}\n\"{key}\" = {value}"));
        lines.collect::<Vec<String>>().join("\n")
    })
}

proptest! {
    #[test]
    fn no_text_at_all_makes_it_panic(text in "\\PC{0,200}") {
        let parsed = parse(&text);
        prop_assert!(parsed.problems.iter().all(|problem| problem.place.line > 0));
    }

    #[test]
    fn no_configuration_makes_it_panic(text in nearly()) {
        let parsed = parse(&text);
        let lines = text.lines().count() + 1;
        prop_assert!(parsed.problems.iter().all(|problem| (1..=lines).contains(&problem.place.line)));
        prop_assert_eq!(parse(&text), parsed);
    }
}

#[test]
fn clocks_ladder_and_outbox_are_read_over_the_manuals_figures() {
    let text = "zone = \"Europe/Berlin\"\n\
                [clocks]\nhours = \"08:30-18:00\"\ndays = [\"mon\", \"sat\"]\nrespond = { sev1 = \"10m\" }\n\
                first_post = \"5m\"\nexecutives = \"30m\"\npostmortem = \"72h\"\n\
                [[escalation]]\nlevel = \"L3\"\nwho = \"dora\"\ntarget = \"pager\"\nafter = \"0s\"\nacknowledge = \"2m\"\n\
                [[outbox]]\nname = \"pager\"\nkind = \"pagerduty\"\nrouting_key_env = \"PAGER\"\n\
                [[outbox]]\nname = \"status\"\nkind = \"slack\"\nurl_file = \"hook\"\naudiences = [\"public\", \"executives\"]\n";
    let parsed = parse(text);
    assert_eq!(parsed.problems, []);
    let terms = &parsed.config.terms;
    let hours = &terms.hours;
    assert_eq!((hours.zone.as_str(), hours.from, hours.to), ("Europe/Berlin", 510, 1080));
    assert_eq!(hours.days, [chrono::Weekday::Mon, chrono::Weekday::Sat]);
    assert_eq!((terms.respond_sev1_s, terms.respond_sev2_s), (600, 1800));
    assert_eq!((terms.first_post_s, terms.scope_post_s, terms.executives_s), (Some(300), None, Some(1800)));
    assert_eq!(terms.postmortem_s, 72 * 3600);
    let rung = &terms.ladder[0];
    assert_eq!((rung.who.as_deref(), rung.target.as_deref()), (Some("dora"), Some("pager")));
    assert_eq!((rung.after_s, rung.acknowledge_s), (Some(0), Some(120)));
    let [pager, status] = &parsed.config.outbox[..] else { panic!("two targets") };
    assert_eq!(pager.routing_key, Some(Secret::Env("PAGER".into())));
    assert!(
        pager.audiences.is_empty() && status.takes(Audience::Public) && !status.takes(Audience::Stakeholders)
    );
    let mut config = parsed.config.clone();
    config.resolve_paths(std::path::Path::new("/etc/warroom"));
    assert_eq!(config.outbox[1].url, Some(Secret::File("/etc/warroom/hook".into())));
}
