//! Alerts from the command line, against a real Alertmanager; and what is said where there is none.

use std::process::Child;

use serde_json::Value;
use warroom::io::clock::Clock;

use crate::cli::home::{Home, ID, Told};
use crate::real_alertmanager::Alertmanager;

fn source(home: &Home, url: &str) {
    let text = format!("[[source]]\nname = \"am\"\nkind = \"alertmanager\"\nurl = \"{url}\"\n");
    home.write("warroom.toml", &text);
}

/// A server that holds two alerts of one group and one of another, and a home that knows it.
fn posted(home: &Home) -> Option<Alertmanager> {
    let server = Alertmanager::start()?;
    source(home, &server.url);
    server.post(&[
        "HostDown cluster=prod instance=a severity=critical",
        "HostDown cluster=prod instance=b severity=critical",
        "Errors service=checkout severity=warning",
    ]);
    Some(server)
}

fn states(home: &Home) -> Vec<(String, String)> {
    let listed = home.json(&["alert", "list", "--all", "--json"]);
    let text = |alert: &Value, key: &str| alert[key].as_str().expect("a text").to_owned();
    listed.as_array().expect("a list").iter().map(|one| (text(one, "name"), text(one, "state"))).collect()
}

#[test]
fn alerts_are_listed_acknowledged_linked_and_their_end_is_seen() {
    let home = Home::with_incident();
    let Some(server) = posted(&home) else { return };
    let list = home.out(&["alert", "list"]);
    let lines: Vec<&str> = list.lines().collect();
    assert!(lines[0].starts_with("state   count  age"), "{list}");
    assert!(list.contains("FIRING  2") && list.contains("HostDown (prod)"), "{list}");
    let one = home.json(&["alert", "list", "--json"]);
    let errors =
        one.as_array().expect("a list").iter().find(|one| one["name"] == "Errors").expect("it fires");
    assert_eq!((&errors["service"], &errors["incident"]), (&"checkout".into(), &ID.into()));

    let print = errors["fingerprint"].as_str().expect("a fingerprint");
    let told = home.out(&["alert", "ack", &print[..8]]);
    assert_eq!(told, format!("3 {ID} acknowledged Errors (checkout)\n"), "on the incident of its service");
    assert_eq!(home.out(&["alert", "ack", "hostdown"]), "4 - acknowledged 2 alerts of HostDown (prod)\n");
    assert!(states(&home).iter().all(|(_, state)| state == "acknowledged"), "{:?}", states(&home));
    let again = home.run(&["alert", "ack", "HostDown"]);
    assert!(again.code == Some(1) && again.err.contains("acknowledged already by ana"), "{again:?}");

    assert_eq!(
        home.out(&["alert", "link", "HostDown"]),
        format!("5 {ID} linked 2 alerts of HostDown (prod) to this incident\n")
    );
    server.post(&["Errors service=checkout severity=warning @endsAt=2026-01-02T00:00:00Z @startsAt=2026-01-01T00:00:00Z"]);
    let gone = || states(&home).iter().all(|(name, _)| name != "Errors");
    assert!((0..100).any(|_| gone()), "its end is seen");
}

#[test]
fn a_silence_is_shown_made_seen_and_ended() {
    let home = Home::new();
    let Some(server) = posted(&home) else { return };
    let silence = ["alert", "silence", "HostDown", "--for", "2h", "--comment", "rack is moved"];
    let shown = home.run(&silence);
    assert!(shown.code == Some(2) && shown.err.contains("repeat with --yes"), "{shown:?}");
    for line in [
        "  alertname=\"HostDown\"\n",
        "  cluster=\"prod\"\n",
        "covers 2 alerts that fire now:\n",
        " instance=b\n",
    ] {
        assert!(shown.out.contains(line), "{line} in {}", shown.out);
    }
    let dry = home.run(&[&silence[..], &["--dry-run"]].concat());
    assert_eq!((dry.code, dry.err.as_str()), (Some(0), "silence: not made\n"));
    assert_eq!(server.get("/api/v2/silences"), Value::Array(Vec::new()), "nothing was sent");

    let made = home.out(&[&silence[..], &["--yes"]].concat());
    assert!(made.lines().last().is_some_and(|line| line.starts_with("1 - silenced {alertname=")), "{made}");
    let there = server.get("/api/v2/silences");
    assert_eq!((&there[0]["createdBy"], &there[0]["comment"]), (&"ana".into(), &"rack is moved".into()));
    let quiet = || states(&home).iter().filter(|(_, state)| state == "suppressed").count();
    assert!((0..100).any(|_| quiet() == 2), "{:?}", states(&home));
    assert!(!home.out(&["alert", "list"]).contains("HostDown"), "nobody is called for them");

    let id = there[0]["id"].as_str().expect("an id");
    assert!(home.out(&["alert", "silences"]).contains(id));
    assert_eq!(home.out(&["alert", "unsilence", &id[..6]]), format!("2 - ended silence {id} of am\n"));
    assert!((0..100).any(|_| quiet() == 0), "{:?}", states(&home));
    let none = home.run(&["alert", "unsilence", id]);
    assert!(none.code == Some(2) && none.err.contains("none of that id is active"), "{none:?}");
}

#[test]
fn matchers_of_ones_own_are_checked_before_anything_is_sent() {
    let home = Home::new();
    let Some(server) = posted(&home) else { return };
    let silence = |matcher: &str| {
        home.run(&["alert", "silence", "--match", matcher, "--for", "1h", "--comment", "x", "--yes"])
    };
    for (matcher, why) in [
        ("cluster=~.*", "it would cover everything"),
        ("cluster", "no = in it"),
        ("cluster=~(", "cannot be read"),
    ] {
        let told = silence(matcher);
        assert!(told.code == Some(2) && told.err.contains(why), "{matcher}: {told:?}");
    }
    assert_eq!(server.get("/api/v2/silences"), Value::Array(Vec::new()));
    let made = silence("instance=~a|b");
    assert!(made.code == Some(0) && made.out.contains("covers 2 alerts"), "{made:?}");
}

#[test]
fn without_a_server_there_is_a_way_out() {
    let home = Home::new();
    let why =
        "alert: no Alertmanager is configured (add a [[source]] with kind = \"alertmanager\" and its url)";
    assert_eq!(home.run(&["alert", "list"]), Told::failed(2, why));
    source(&home, "http://127.0.0.1:1");
    assert_eq!(
        home.run(&["alert", "list"]),
        Told::failed(3, "source: am: http://127.0.0.1:1: connection refused")
    );
    let told = home.run(&["alert", "ack", "x"]);
    assert!(
        told.code == Some(2) && told.err.contains("alert: x: none of that name or fingerprint fires"),
        "{told:?}"
    );
}

/// A home that listens, and where to.
fn listening(home: &Home) -> String {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = free.local_addr().expect("an address").to_string();
    home.write("warroom.toml", &format!("[listen]\naddress = \"{address}\"\n"));
    address
}

/// A watch that is killed with the test, however it ends: left alone it would outlive the run.
struct Watching(Child);

impl Watching {
    fn start(home: &Home) -> Self {
        Self(home.warroom(&["watch", "-q"]).spawn().expect("it starts"))
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until the journal holds a kind of event whose words have a part in them.
fn wait_for(home: &Home, kind: &str, part: &str) {
    wait_for_some(home, 1, (kind, part));
}

/// Waits until it holds so many.
fn wait_for_some(home: &Home, wanted: usize, (kind, part): (&str, &str)) {
    let is_there = || {
        let told = home.run(&["journal", "export"]).out;
        told.lines().filter(|line| line.contains(kind) && line.contains(part)).count() >= wanted
    };
    // A line may wait half a minute for others of its kind.
    assert!((0..30_000).any(|_| is_there()), "{kind} {part}: {}", home.run(&["journal", "export"]).out);
}

#[test]
fn a_real_alertmanager_posts_and_its_alerts_are_heard_once_acknowledged_and_seen_to_end() {
    let home = Home::with_incident();
    let address = listening(&home);
    let Some(server) = Alertmanager::posting(&format!("http://{address}/alertmanager")) else { return };
    let watching = Watching::start(&home);
    server.post(&["Errors service=checkout severity=critical", "HostDown cluster=prod"]);
    wait_for(&home, "alerts_noticed", "Errors");
    wait_for(&home, "alerts_noticed", "HostDown");
    assert_eq!(states(&home).len(), 2, "without any [[source]]: {:?}", states(&home));

    let told = home.out(&["alert", "ack", "Errors"]);
    assert!(told.ends_with(&format!("{ID} acknowledged Errors (checkout)\n")), "{told}");
    let fired = |name: &str| {
        let told = home.out(&["journal", "export"]);
        told.lines().filter(|line| line.contains("\"fired\"") && line.contains(name)).count()
    };
    assert_eq!((fired("Errors"), fired("HostDown")), (1, 1), "two receivers, one alert");
    let now = Clock::wall().now().format("%FT%T%.3fZ");
    // No start: it is the same time of firing that ends, not one of another day that is told late.
    server.post(&[&format!("Errors service=checkout severity=critical @endsAt={now}")]);
    wait_for(&home, "alerts_noticed", "\"resolved\"");
    drop(watching);
    assert_eq!(states(&home), [("HostDown".to_owned(), "firing".to_owned())], "known without anybody to ask");
    assert!(home.out(&["journal", "verify"]).starts_with("ok: "));
}

#[test]
fn what_is_polled_and_posted_under_one_name_is_one_alert_and_stays_acknowledged() {
    let home = Home::with_incident();
    let address = listening(&home);
    let Some(server) = Alertmanager::posting(&format!("http://{address}/alertmanager?source=am")) else {
        return;
    };
    server.post(&["Errors service=checkout severity=critical"]);
    // Polled once, at the start: what comes later was posted.
    let source =
        format!("name = \"am\"\nkind = \"alertmanager\"\nurl = \"{}\"\nevery = \"1h\"\n", server.url);
    home.write("warroom.toml", &format!("[listen]\naddress = \"{address}\"\n[[source]]\n{source}"));
    let watching = Watching::start(&home);
    wait_for(&home, "alerts_noticed", "Errors");
    home.out(&["alert", "ack", "Errors"]);
    // Of the same group: it is posted together with the first.
    server.post(&["Errors service=checkout severity=critical instance=b"]);
    wait_for_some(&home, 2, ("alerts_noticed", "Errors"));
    drop(watching);
    let told = home.out(&["journal", "export"]);
    assert!(!told.contains("\"resolved\""), "{told}");
    let mut all = states(&home);
    all.sort();
    assert_eq!(all.iter().map(|(_, state)| state.as_str()).collect::<Vec<_>>(), ["acknowledged", "firing"]);
}

#[test]
fn what_the_journal_knows_is_acknowledged_with_nobody_to_ask() {
    let home = Home::with_incident();
    let Some(server) = posted(&home) else { return };
    let watching = Watching::start(&home);
    wait_for(&home, "alerts_noticed", "Errors");
    wait_for(&home, "alerts_noticed", "HostDown");
    drop(watching);
    drop(server);
    let told = home.run(&["alert", "ack", "Errors"]);
    assert!(told.code == Some(0) && told.out.contains("acknowledged Errors (checkout)"), "{told:?}");
    assert!(told.err.contains("connection refused"), "that nobody was asked is said: {told:?}");
    home.write("warroom.toml", "");
    let told = home.out(&["alert", "ack", "hostdown"]);
    assert!(told.contains("acknowledged HostDown (prod)"), "nor is anybody configured: {told}");
}
