//! Sources that misbehave cost their own row and nothing else.

use warroom::config::{self, Config};
use warroom::io::clock::Clock;
use warroom::io::history::{self, Book};
use warroom::slo::Counts;
use warroom::slo::keep::Past;
use warroom::text::Time;

use super::home::Home;
use super::server::{Answer, Server, closed_address};

const METRICS: &str = "# TYPE web_requests_total counter\n\
    web_requests_total{code=\"200\"} 900\nweb_requests_total{code=\"500\"} 1\n";

/// A configuration of one SLO a source, each named after it.
fn configuration(sources: &[(&str, &str)]) -> String {
    let source = |(name, url): &(&str, &str)| {
        format!(
            "[[source]]\nname = \"{name}\"\nkind = \"scrape\"\nurls = [\"{url}\"]\nevery = \"1s\"\ntimeout = \"1s\"\n\
             [[slo]]\nid = \"{name}\"\nservice = \"{name}\"\nobjective = 99.9\nperiod = \"30d\"\nsource = \"{name}\"\n\
             bad = 'web_requests_total{{code=\"500\"}}'\ntotal = 'web_requests_total'\n"
        )
    };
    sources.iter().map(source).collect()
}

#[test]
fn a_source_that_is_down_slow_or_no_source_at_all_costs_its_own_row() {
    let good = Server::of_metrics(METRICS);
    let html = Server::of_metrics("<!doctype html><html><body>Sign in</body></html>");
    let slow = Server::start(Answer::Silence);
    let down = format!("http://{}/metrics", closed_address());
    let home = Home::new().configured(&configuration(&[
        ("good", &good.metrics_url()),
        ("html", &html.metrics_url()),
        ("slow", &slow.metrics_url()),
        ("down", &down),
    ]));
    let console = home.console(&[]);
    for (name, words) in [
        ("html", &["HTML", "html"][..]),
        ("slow", &["no answer", "timed out", "slow"]),
        ("down", &["connection", "refused"]),
    ] {
        console.wait_for(&format!("{name} to say why"), |seen| {
            let text = seen.text();
            text.lines()
                .any(|row| row.contains(&format!("{name} ")) && words.iter().any(|word| row.contains(word)))
        });
    }
    console.wait_for("the good one's age", |seen| {
        let row = seen.row("good ");
        !row.contains("never") && row.contains("s ")
    });
    // Keys are heard at once, whatever the sources do.
    home.ok(&["declare", "Cards fail", "--sev", "1"]);
    console.wait_for_text("Cards fail");
    console.keys_until("n", "note>");
}

#[test]
fn a_source_that_comes_back_is_measured_again() {
    let server = Server::start(Answer::Says("503 Service Unavailable", "busy".to_owned()));
    let home = Home::new().configured(&configuration(&[("web", &server.metrics_url())]));
    let console = home.console(&[]);
    console.wait_for("the status", |seen| seen.shows("503"));
    server.answers(Answer::Says("200 OK", METRICS.to_owned()));
    console.wait_for("no more error", |seen| !seen.shows("503") && !seen.row("web ").contains("never"));
}

/// Twelve hours of closed buckets, one event in a thousand bad, as an earlier console kept them.
fn keep_twelve_hours(home: &Home, configuration: &str) {
    let config = config::parse("warroom.toml", configuration, Config::default()).config;
    let (indicator, kept) = history::kept(&config).into_iter().next().expect("something to keep");
    let now = Clock::wall().now().timestamp();
    let closed = now - now % 300;
    let bucket =
        |n: i64| Time::from_timestamp(closed - n * 300, 0).map(|at| (at, Counts { bad: 1.0, total: 1000.0 }));
    let past =
        Past { key: kept.key, subject: indicator.into(), buckets: (1..=144).filter_map(bucket).collect() };
    let mut book = Book::open(&home.data()).expect("a history");
    book.keep(&[past], Clock::wall().now()).expect("written");
}

#[test]
fn a_restart_keeps_the_budget_of_a_scraped_slo() {
    let server = Server::of_metrics(METRICS);
    let configuration = configuration(&[("web", &server.metrics_url())]).replace("99.9", "99");
    let home = Home::new().configured(&configuration);
    keep_twelve_hours(&home, &configuration);
    // One event in a thousand is a tenth of the budget.
    let console = home.console(&[]);
    console.wait_for("the budget of before", |seen| {
        let row = seen.row("web ");
        row.contains("90") && !row.contains("never")
    });
    drop(console);
    let said = home.ok(&["slo", "status", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    let remaining = document["slos"][0]["budget_remaining"].as_f64().expect("a budget");
    assert!((remaining - 0.9).abs() < 1e-6, "{said}");
    let source = &document["sources"][0];
    assert_eq!((source["name"].as_str(), source["state"].as_str()), (Some("web"), Some("sound")), "{said}");
    assert_eq!(source["decides"], true);
    let table = home.ok(&["slo", "status"]);
    assert!(table.contains("last hour") && table.contains("100 %"), "{table}");
}

#[test]
fn the_bands_and_texts_of_a_team_are_in_force() {
    let server = Server::of_metrics(METRICS);
    let own =
        "[budget]\ncaution = 95\nwarning = 92\ncritical = 50\n[budget.policy]\nwarning = \"ask Kim first\"\n";
    let configuration =
        own.to_owned() + &configuration(&[("web", &server.metrics_url())]).replace("99.9", "99");
    let home = Home::new().configured(&configuration);
    keep_twelve_hours(&home, &configuration);
    let said = home.ok(&["slo", "status", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(document["slos"][0]["budget_status"], "warning", "90 % are left: {said}");
    let console = home.console(&[]);
    console.wait_for("the band", |seen| seen.row("web ").contains("90"));
    console.keys("\r");
    console.wait_for("the policy", |seen| seen.shows("warning: ask Kim first"));
}

#[test]
fn an_edit_that_measures_what_was_measured_before_brings_its_past_back() {
    let server = Server::of_metrics(METRICS);
    let before = configuration(&[("web", &server.metrics_url())]).replace("99.9", "99");
    let after = before.replace("code=\"500\"", "code=~\"5..\"");
    let home = Home::new().configured(&before);
    keep_twelve_hours(&home, &after);
    let console = home.console(&[]);
    console.wait_for("the first query, measured", |seen| {
        let row = seen.row("web ");
        row.contains("s ") && !row.contains("never")
    });
    assert!(!console.seen().row("web ").contains("90"), "{}", console.text());
    home.write("config/warroom.toml", &after);
    console.wait_for("the budget that the other query had left", |seen| seen.row("web ").contains("90"));
    drop(console);
    let watch = home.console(&["slo", "status", "--watch"]);
    watch.wait_for("the budget of now", |seen| seen.row("web ").contains("90"));
    home.write("config/warroom.toml", &before);
    watch.wait_for("no budget of the first query", |seen| !seen.row("web ").contains("90"));
    home.write("config/warroom.toml", &after);
    watch.wait_for("the budget again", |seen| seen.row("web ").contains("90"));
}

/// Ten of ten events now, from a Thanos one of whose stores is gone.
fn thanos_without_a_store() -> Server {
    let now = Clock::wall().now().timestamp();
    let series =
        ["0", "1"].map(|leg| format!("{{\"metric\":{{\"warroom\":\"{leg}\"}},\"values\":[[{now},\"10\"]]}}"));
    Server::of_metrics(&format!(
        "{{\"status\":\"success\",\"warnings\":[\"store-3 is gone\"],\"data\":{{\"resultType\":\"matrix\",\"result\":[{}]}}}}",
        series.join(",")
    ))
}

#[test]
fn partial_data_is_refused_unless_the_source_accepts_it_and_then_it_shows() {
    let server = thanos_without_a_store();
    let url = server.metrics_url().replace("/metrics", "");
    let configuration = |partial: &str| {
        format!(
            "[[source]]\nname = \"thanos\"\nkind = \"prometheus\"\nurl = \"{url}\"\nevery = \"1s\"\n{partial}\n\
             [[slo]]\nid = \"web\"\nservice = \"web\"\nobjective = 99\nperiod = \"1d\"\n\
             bad = 'web_requests_total{{code=\"500\"}}'\ntotal = 'web_requests_total'\n"
        )
    };
    let status = |home: &Home| -> serde_json::Value {
        serde_json::from_slice(&home.run(&["slo", "status", "--json"]).stdout).expect("JSON")
    };
    let refusing = status(&Home::new().configured(&configuration("")));
    let why = refusing["slos"][0]["error"].as_str().expect("an error");
    assert!(why.contains("partial = \"accept\"") && refusing["slos"][0]["age_s"].is_null(), "{refusing}");
    assert_eq!(refusing["sources"][0]["partial_data"], false);
    let home = Home::new().configured(&configuration("partial = \"accept\""));
    let accepting = status(&home);
    let (slo, source) = (&accepting["slos"][0], &accepting["sources"][0]);
    assert!(slo["error"].is_null() && slo["total"].as_f64() > Some(0.0), "{accepting}");
    assert_eq!(
        (source["state"].as_str(), source["partial_data"].as_bool()),
        (Some("partial_data"), Some(true))
    );
    assert_eq!(source["warnings"][0], "partial data, counted all the same: store-3 is gone");
    let console = home.console(&[]);
    console.wait_for("the source's row", |seen| {
        seen.shows("partial data") && seen.shows("counted all the same: store-3 is gone")
    });
}

#[test]
fn a_bad_slo_costs_that_slo_and_is_told() {
    let server = Server::of_metrics(METRICS);
    let bad = "\n[[slo]]\nid = \"api\"\nservice = \"api\"\nobjectiv = 99\n";
    let home = Home::new().configured(&(configuration(&[("web", &server.metrics_url())]) + bad));
    let console = home.console(&[]);
    console.wait_for("the sound one, measured", |seen| {
        let row = seen.row("web ");
        row.contains("s ") && !row.contains("never")
    });
    console.keys_until("M", "objectiv");
    drop(console);
    let status = home.run(&["slo", "status", "--json"]);
    let (out, err) = (String::from_utf8_lossy(&status.stdout), String::from_utf8_lossy(&status.stderr));
    assert!(status.status.success() && out.contains("\"web\""), "{out}{err}");
    assert!(err.contains("warroom.toml:") && err.contains("objectiv"), "{err}");
}
