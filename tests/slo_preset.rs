//! `[[service]]`: what a few names come to, and what is said about names that come to nothing.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test that cannot go on says so by panicking"
)]

use warroom::config::{self, Config};
use warroom::slo::preset::{self, Names, Service};
use warroom::slo::selector::Selector;
use warroom::slo::signal::{Signal, query};

const SOURCE: &str = "[[source]]\nname = \"prod\"\nkind = \"prometheus\"\nurl = \"http://h:9090\"\n";

fn parsed(service: &str) -> (Vec<Service>, Vec<String>) {
    let text = format!("{SOURCE}[[service]]\n{service}\n");
    let parsed = config::parse("warroom.toml", &text, Config::default());
    let said = parsed.problems.iter().map(ToString::to_string).collect();
    (parsed.config.services, said)
}

fn good(text: &str) -> Service {
    let (mut services, problems) = parsed(text);
    assert_eq!(problems, Vec::<String>::new(), "{text}");
    services.pop().expect("a service")
}

/// Every signal of a service with its PromQL.
fn asked(service: &Service) -> Vec<(String, String)> {
    let signals = Signal::of(service).into_iter();
    signals.map(|signal| (signal.word(), query(service, signal).expect("a query"))).collect()
}

#[test]
fn a_preset_and_a_name_are_enough() {
    let service = good("name = \"checkout\"\npreset = \"http\"");
    let rate = |selector: &str| format!("rate({selector}[5m])");
    let percentile = |q: &str| {
        let buckets = rate("http_request_duration_seconds_bucket{service=\"checkout\"}");
        format!("histogram_quantile({q}, sum by (le) ({buckets}))")
    };
    let expected = [
        ("rate", format!("sum({})", rate("http_requests_total{service=\"checkout\"}"))),
        ("errors", format!("sum({})", rate("http_requests_total{service=\"checkout\",code=~\"5..\"}"))),
        ("p50", percentile("0.5")),
        ("p95", percentile("0.95")),
        ("p99", percentile("0.99")),
    ];
    assert_eq!(asked(&service), expected.map(|(word, promql)| (word.to_owned(), promql)));
}

#[test]
fn labels_are_named_where_a_house_has_its_own() {
    let service = good("name = \"a\"\npreset = \"http\"\nlabels = { service = \"app\", code = \"status\" }");
    assert_eq!(service.errors.as_deref(), Some("http_requests_total{app=\"a\",status=~\"5..\"}"));
    let service = good("name = \"a\"\npreset = \"http\"\nmatch = 'app=\"a\", zone=~\"eu.*\",'");
    assert_eq!(service.requests.as_deref(), Some("http_requests_total{app=\"a\", zone=~\"eu.*\"}"));
}

#[test]
fn what_is_written_wins_over_the_preset() {
    let service = good(
        "name = \"a\"\npreset = [\"http\", \"process\"]\nrequests = 'hits_total'\n\
         saturation = [ { name = \"cpu\", value = 'cpu_ratio', full = 1 } ]",
    );
    assert_eq!((service.requests.as_deref(), service.errors.as_deref()), (Some("hits_total"), None));
    assert_eq!(service.duration.expect("of the preset").base, "http_request_duration_seconds{service=\"a\"}");
    let names: Vec<&str> = service.loads.iter().map(|load| load.name.as_str()).collect();
    assert_eq!(names, ["cpu", "memory", "open files"]);
    assert_eq!(service.loads[0].value, "cpu_ratio");
}

#[test]
fn loads_are_asked_as_they_are_meant() {
    let cases = [
        ("value = 'q'", "sum(q)"),
        ("value = 'q', across = \"worst\"", "max(q)"),
        ("value = 'c_total', kind = \"rate\"", "sum(rate(c_total[5m]))"),
        ("value = 'c_total', kind = \"rate\", full = 4", "sum(rate(c_total[5m])) / 4"),
        ("value = 'used', full = 'max'", "max(used / (max))"),
        ("value = 'used', full = 'max', across = \"sum\"", "sum(used) / (sum(max))"),
        ("value = 'free', full = 'max', left = true", "max(1 - free / (max))"),
        (
            "value = 'hits_total', kind = \"rate\", full = ['hits_total', 'misses_total']",
            "sum(rate(hits_total[5m])) / (sum(rate(hits_total[5m])) + sum(rate(misses_total[5m])))",
        ),
    ];
    for (text, expected) in cases {
        let service = good(&format!("name = \"a\"\nsaturation = [ {{ name = \"x\", {text} }} ]"));
        assert_eq!(query(&service, Signal::Load(0)).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn every_preset_gives_selectors_that_a_scrape_can_answer_too() {
    let names = Names { service: "checkout".to_owned(), ..Names::default() };
    let mut count = 0;
    for name in preset::names() {
        let preset = preset::find(name).expect("it is listed");
        assert_eq!(preset.has_requests(), preset.errors(&names).is_some(), "{name}");
        let times = preset.duration(&names);
        let loads = preset.loads(&names);
        let texts = [preset.requests(&names), preset.errors(&names)]
            .into_iter()
            .flatten()
            .chain(times.iter().flat_map(|times| [times.part("_bucket"), times.part("_count")]))
            .chain(loads.iter().map(|load| load.value.clone()));
        for text in texts {
            count += 1;
            assert!(Selector::parse(&text).is_ok() && !text.contains('<'), "{name}: {text}");
            assert!(text.contains("=\"checkout\""), "{name}: {text}");
        }
    }
    assert_eq!(count, 38, "selectors of all presets together");
}

#[test]
fn milliseconds_are_known_by_their_name_or_said() {
    let istio = good("name = \"a\"\npreset = \"istio\"");
    let p99 = query(&istio, Signal::P99).expect("a query");
    assert!(p99.starts_with("histogram_quantile(0.99, ") && p99.ends_with(" * 0.001"), "{p99}");
    let said = good("name = \"a\"\nduration = 'latency'\nduration_unit = \"ms\"");
    assert!(query(&said, Signal::P50).expect("a query").ends_with(" * 0.001"));
}

#[test]
fn a_service_without_sense_is_said_with_its_place_and_the_way_out() {
    let cases: [(&str, &[&str]); 17] = [
        ("preset = \"http\"", &["warroom.toml:5:1: service[0].name: is missing (add name = \"checkout\")"]),
        (
            "name = \"a\"",
            &[
                "warroom.toml:5:1: service.a.preset: is missing (add preset = \"http\", or requests, duration and saturation in your own names)",
            ],
        ),
        (
            "name = \"a\"\npreset = \"htpt\"",
            &["warroom.toml:7:10: service.a.preset: \"htpt\" is unknown (did you mean http?)"],
        ),
        (
            "name = \"a\"\npreset = [\"http\", \"xyz\"]",
            &[
                "warroom.toml:7:10: service.a.preset: \"xyz\" is unknown (one of http, http_server, grpc, nginx-ingress, istio, node, process, postgres-pool, hikaricp, redis)",
            ],
        ),
        (
            "name = \"a\"\npreset = \"http\"\nrequest = 'x'",
            &["warroom.toml:8:1: service.a.request: unknown key (did you mean requests?)"],
        ),
        (
            "name = \"a\"\nrequests = 'sum(rate(x[5m]))'",
            &[
                "warroom.toml:7:12: service.a.requests: at character 4: `sum(` is a PromQL function: a scrape takes a bare selector (write a bare selector, name{label=\"value\"}; rates are taken for you)",
            ],
        ),
        (
            "name = \"a\"\nerrors = 'x'",
            &[
                "warroom.toml:7:10: service.a.errors: are a share of nothing: requests is missing (add requests, the counter of all of them)",
            ],
        ),
        (
            "name = \"a\"\nduration = 'x_bucket{a=\"b\"}'",
            &[
                "warroom.toml:7:12: service.a.duration: is one part of a histogram, its _bucket (write x alone)",
            ],
        ),
        (
            "name = \"a\"\npreset = \"http\"\nsource = \"prd\"",
            &["warroom.toml:8:10: service.a.source: no source is called \"prd\" (did you mean prod?)"],
        ),
        (
            "name = \"a\"\nrequests = 'x'\nmatch = 'a=\"b\"'",
            &[
                "warroom.toml:8:9: service.a.match: changes a preset, and none is named (add preset, or leave it out)",
            ],
        ),
        (
            "name = \"a\"\npreset = \"http\"\nmatch = 'a'",
            &[
                "warroom.toml:8:9: service.a.match: no matchers: `=`, `!=`, `=~` or `!~` expected, `}` found (write them as in a selector: app=\"checkout\",namespace=\"shop\")",
            ],
        ),
        (
            "name = \"a\"\npreset = \"http\"\nlabels = { code = \"a b\" }",
            &[
                "warroom.toml:8:19: service.a.labels.code: \"a b\" is no label (write the label's name, like app)",
            ],
        ),
        (
            "name = \"a\"\npreset = \"http\"\nlogs = \"https://l/?q={{svc}}\"",
            &[
                "warroom.toml:8:8: service.a.logs: {{svc}} is an unknown hole (one of {{service}}, {{from}}, {{to}}, {{from_ms}}, {{to_ms}})",
            ],
        ),
        (
            "name = \"a\"\npreset = \"http\"\ntraces = \"t/{{service}}\"",
            &["warroom.toml:8:10: service.a.traces: is no address to open (write https://HOST/PATH)"],
        ),
        (
            "name = \"a\"\nsaturation = [ { name = \"x\", value = 'v', left = true } ]",
            &[
                "warroom.toml:7:50: service.a.saturation.x.left: is left of what? full is missing (add full, what there is in all)",
            ],
        ),
        (
            "name = \"a\"\nsaturation = [ { name = \"x\", value = 'v', full = 0 } ]",
            &[
                "warroom.toml:7:50: service.a.saturation.x.full: nothing fits into it (write how much is full, above 0)",
            ],
        ),
        (
            "name = \"a\"\nsaturation = [ { name = \"x\", value = 'v' }, { name = \"x\", value = 'w' } ]",
            &[
                "warroom.toml:7:54: service.a.saturation.x.name: there is already one called \"x\" (give one of them another name)",
            ],
        ),
    ];
    for (text, expected) in cases {
        let (services, said) = parsed(text);
        assert_eq!(said, expected, "{text}");
        assert_eq!(services, [], "{text}: a broken service is not asked for");
    }
}

#[test]
fn a_probe_tells_nothing_of_a_service() {
    let text = "[[source]]\nname = \"out\"\nkind = \"probe\"\nurls = [\"http://h/\"]\n[[service]]\nname = \"a\"\npreset = \"http\"\n";
    let parsed = config::parse("warroom.toml", text, Config::default());
    let said: Vec<String> = parsed.problems.iter().map(ToString::to_string).collect();
    let expected = "warroom.toml:5:1: service.a.source: \"out\" is a probe, which has no metrics of a service (name a prometheus or a scrape source)";
    assert_eq!(said, [expected]);
}

#[test]
fn of_two_services_of_one_name_the_first_stays() {
    let (services, said) =
        parsed("name = \"a\"\npreset = \"http\"\n[[service]]\nname = \"a\"\npreset = \"grpc\"");
    assert_eq!(
        said,
        [
            "warroom.toml:9:8: service.a.name: there is already a service of this name on line 6 (write both into one table)"
        ]
    );
    assert_eq!(services.len(), 1);
    assert!(services[0].requests.as_deref().is_some_and(|text| text.starts_with("http_requests_total")));
}
