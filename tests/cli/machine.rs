//! What looks at the machine: sources, doctor, watch.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

use crate::cli::home::Home;

/// A page of metrics on a free loopback port, served as long as the test process lives.
fn serve(page: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/metrics", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut asked = [0; 2048];
            let _ = stream.read(&mut asked);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                page.len()
            );
            let _ = stream.write_all(format!("{head}{page}").as_bytes());
        }
    });
    url
}

fn configuration(url: &str) -> String {
    format!(
        "[[source]]\nname = \"direct\"\nkind = \"scrape\"\nurls = [\"{url}\"]\nevery = \"1s\"\n[[slo]]\nid = \"web\"\n\
         service = \"web\"\nobjective = 99.9\nperiod = \"30d\"\nbad = 'r{{code=\"500\"}}'\ntotal = 'r'\n"
    )
}

const PAGE: &str = "# TYPE r counter\nr{code=\"200\"} 10\nr{code=\"500\"} 1\n";

/// A port nobody listens on.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}/metrics", listener.local_addr().expect("an address"))
}

#[test]
fn status_is_the_object_of_the_contract() {
    let home = Home::new();
    home.write("warroom.toml", &configuration(&serve(PAGE)));
    let status = home.json(&["slo", "status", "--json"]);
    let slo = &status["slos"][0];
    let mut keys: Vec<&String> = slo.as_object().expect("an object").keys().collect();
    keys.sort_unstable();
    let expected = [
        "age_s",
        "alerts",
        "bad",
        "budget_remaining",
        "budget_status",
        "burn",
        "coverage",
        "error",
        "exhausted_in_s",
        "id",
        "objective",
        "period_s",
        "service",
        "sli",
        "state",
        "suppressed",
        "total",
        "trend",
        "unexcluded",
        "weighting",
    ];
    assert_eq!(keys, expected);
    assert!(status["at"].as_str().is_some_and(|at| at.ends_with('Z')));
    assert_eq!(
        (&slo["id"], &slo["objective"], &slo["period_s"]),
        (&"web".into(), &0.999.into(), &2_592_000.into())
    );
    assert_eq!(slo["error"], Value::Null);
}

#[test]
fn status_is_exit_3_only_when_nothing_could_be_read() {
    let home = Home::new();
    home.write("warroom.toml", &configuration(&nobody()));
    let told = home.run(&["slo", "status"]);
    assert_eq!(told.code, Some(3), "{told:?}");
    assert!(told.out.contains("no data") && told.out.contains("connection refused"), "{}", told.out);
    let unknown = home.run(&["slo", "status", "weeb"]);
    assert_eq!((unknown.code, unknown.err.as_str()), (Some(2), "slo: weeb: unknown (did you mean web?)\n"));
}

#[test]
fn status_without_slos_is_an_empty_list_and_a_hint() {
    let told = Home::new().run(&["slo", "status", "--json"]);
    assert_eq!(told.code, Some(0));
    assert_eq!(serde_json::from_str::<Value>(&told.out).expect("JSON")["slos"], serde_json::json!([]));
    assert!(told.err.starts_with("slo: none configured (warroom init"), "{}", told.err);
}

#[test]
fn the_state_is_coloured_when_asked_for_and_plain_in_a_pipe() {
    let home = Home::new();
    home.write("warroom.toml", &configuration(&nobody()));
    let colours = |words: &[&str]| home.run(words).out.contains("\u{1b}[");
    assert!(colours(&["--color", "always", "slo", "status"]));
    assert!(!colours(&["slo", "status"]) && !colours(&["--color", "never", "slo", "status"]));
}

#[test]
fn doctor_says_what_is_in_the_way() {
    let home = Home::with_incident();
    let state = |check: &str| {
        let told = home.run(&["doctor", "--json"]);
        let looks: Value = serde_json::from_str(&told.out).expect("JSON");
        let look = looks.as_array().expect("a list").iter().find(|look| look["check"] == check).cloned();
        (look.unwrap_or_default()["state"].as_str().unwrap_or("absent").to_owned(), told.code)
    };
    assert_eq!(state("journal"), ("ok".to_owned(), Some(0)));
    assert_eq!(state("configuration"), ("warn".to_owned(), Some(0)));
    assert_eq!(state("terminal").0, "warn");
    assert_eq!(state("lease").0, "ok");
    home.write("warroom.toml", &configuration(&serve(PAGE)));
    assert_eq!(state("source direct"), ("ok".to_owned(), Some(0)));
    home.write("warroom.toml", &configuration(&nobody()));
    assert_eq!(state("source direct"), ("fail".to_owned(), Some(1)));
    home.write("warroom.toml", "zonne = 1");
    assert_eq!(state("configuration"), ("fail".to_owned(), Some(1)));
}

#[test]
fn watch_tells_what_is_recorded_and_leaves_on_a_signal() {
    let home = Home::with_incident();
    home.write("warroom.toml", &configuration(&serve(PAGE)));
    let mut watching = home.warroom(&["watch"]).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut out = BufReader::new(watching.stdout.take().expect("its output"));
    // Written until it is seen: the watch may still be opening the journal.
    let seen = thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut line = String::new();
            out.read_line(&mut line).map(|_| line)
        });
        while !reading.is_finished() {
            home.out(&["note", "is anybody there"]);
        }
        reading.join().expect("it reads").expect("a line")
    });
    assert!(seen.contains("is anybody there"), "{seen}");
    let sent = Command::new("kill").args(["-TERM", &watching.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    assert_eq!(watching.wait().expect("it ends").code(), Some(143));
    assert!(home.out(&["journal", "verify"]).starts_with("ok: "));
}

#[test]
fn watch_has_nothing_to_do_without_a_source() {
    let told = Home::new().run(&["watch"]);
    let why = "watch: nothing to watch: no source or no slo is configured (warroom init writes a starter)\n";
    assert_eq!((told.code, told.err.as_str()), (Some(2), why));
}
