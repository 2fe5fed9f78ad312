//! `history.db`: what a restart keeps, what begins anew, and what a broken or locked file costs.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::mpsc::{Receiver, channel};
use warroom::app::Msg;
use warroom::config::{self, Config};
use warroom::io::clock::Clock;
use warroom::io::history::{self, Book, Fault, Historian, Restored, Start};
use warroom::io::lease::Claim;
use warroom::io::runtime::Told;
use warroom::slo::keep::{Keeper, Kept, Past};
use warroom::slo::{Counter, Counts, Evaluator, Group, Sample, Subject};
use warroom::text::{Problem, Time, when};

const WEB: &str = r#"
[[source]]
name = "pages"
kind = "scrape"
urls = ["http://127.0.0.1:8080/metrics"]
[[source]]
name = "prod"
kind = "prometheus"
url = "http://127.0.0.1:9090"
[[slo]]
id = "web"
service = "web"
objective = 99
period = "30d"
bad = 'requests_total{code="500"}'
total = 'requests_total'
by = ["tenant"]
[[slo]]
id = "elsewhere"
service = "web"
objective = 99
period = "30d"
source = "prod"
bad = 'requests_total{code="500"}'
total = 'requests_total'
"#;

fn configuration(text: &str) -> Config {
    let parsed = config::parse("test.toml", text, Config::default());
    assert_eq!(parsed.problems, []);
    parsed.config
}

fn kept(text: &str) -> BTreeMap<String, Kept> {
    history::kept(&configuration(text))
}

/// A whole hour, so that buckets begin on it.
fn hour() -> Time {
    "2026-11-21T12:00:00Z".parse().expect("a time")
}

fn minutes(count: u64) -> Duration {
    Duration::from_mins(count)
}

fn tenant(name: &str) -> Subject {
    let group = Group::new([("tenant".to_owned(), name.to_owned())]);
    Subject { indicator: "web".to_owned(), group }
}

/// A fleet that is polled once a minute: a hundred requests each, one of them bad.
struct Fleet {
    evaluator: Evaluator,
    keeper: Keeper,
    now: Time,
    count: f64,
}

impl Fleet {
    fn new(now: Time) -> Self {
        let config = configuration(WEB);
        let mut evaluator = Evaluator::new(config.slos.clone());
        evaluator.set_interval("web", minutes(1));
        Self { evaluator, keeper: Keeper::new(history::kept(&config)), now, count: 0.0 }
    }

    fn poll(&mut self) -> Vec<Past> {
        self.now = when::after(self.now, minutes(1));
        self.count += 1.0;
        for name in ["x", "y"] {
            let counter = |value| vec![Counter { series: name.to_owned(), value }];
            let sample = Sample::Counters { part: counter(self.count), total: counter(self.count * 100.0) };
            self.evaluator.observe(tenant(name), self.now, Ok(sample));
        }
        self.evaluator.evaluate(self.now);
        self.keeper.due(&self.evaluator, self.now)
    }
}

fn read(data: &Path, kept: &BTreeMap<String, Kept>, now: Time) -> Vec<Restored> {
    let (past, problem) = history::read(data, kept, now);
    assert_eq!(problem, None);
    past
}

#[test]
fn what_was_measured_is_there_after_a_restart_group_by_group() {
    let data = TempDir::new().expect("a folder");
    let mut book = Book::open(data.path()).expect("a history");
    let mut before = Fleet::new(hour());
    let mut writes = 0;
    for _ in 0..24 * 60 {
        let past = before.poll();
        writes += usize::from(!past.is_empty());
        book.keep(&past, before.now).expect("written");
    }
    book.keep(&before.keeper.rest(&before.evaluator, before.now), before.now).expect("written");
    assert_eq!(writes, 24 * 12 - 1, "once in five minutes");

    let mut after = Fleet::new(before.now);
    for Restored { subject, end, buckets } in read(data.path(), &kept(WEB), before.now) {
        after.evaluator.restore(subject, end, buckets);
    }
    after.evaluator.evaluate(after.now);
    let counts = |fleet: &Fleet| {
        let readings = fleet.evaluator.readings().iter().filter(|reading| reading.slo != "elsewhere");
        readings
            .map(|reading| (reading.slo.clone(), reading.bad.round(), reading.total.round()))
            .collect::<Vec<_>>()
    };
    // The first poll is a beginning: 1,439 minutes are counted.
    assert_eq!(
        counts(&after),
        [(tenant("x").to_string(), 1439.0, 143_900.0), (tenant("y").to_string(), 1439.0, 143_900.0)]
    );
    assert_eq!(counts(&after), counts(&before));
    let budget = |fleet: &Fleet| fleet.evaluator.readings()[0].budget.map(|budget| budget.remaining);
    assert!(budget(&after).is_some() && budget(&after) == budget(&before), "{:?}", budget(&after));

    // And it goes on from there.
    after.poll();
    after.poll();
    let total = counts(&after)[0].2;
    assert!((total - 144_000.0).abs() < 0.5, "{total}");
}

#[test]
fn the_file_is_the_owners_alone() {
    let data = TempDir::new().expect("a folder");
    drop(Book::open(data.path()).expect("a history"));
    let mode = |path: &Path| std::fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let file = data.path().join("history.db");
    assert_eq!(mode(&file), 0o600);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("it is ours");
    drop(Book::open(data.path()).expect("a history"));
    assert_eq!(mode(&file), 0o600);
}

#[test]
fn only_sources_without_a_history_of_their_own_are_kept() {
    assert_eq!(kept(WEB).keys().collect::<Vec<_>>(), ["web"]);
    let journey = "[[source]]\nname = \"p\"\nkind = \"probe\"\nurls = [\"http://h/\"]\n\
        [[slo]]\nid = \"buy\"\nservice = \"web\"\nobjective = 99\nperiod = \"7d\"\n\
        [[slo.journey]]\nname = \"pay\"\nup = \"probe_up\"\n[[slo.journey]]\nname = \"cart\"\nup = \"probe_up\"\n";
    assert_eq!(kept(journey).keys().collect::<Vec<_>>(), ["buy/cart", "buy/pay"]);
}

#[test]
fn an_edit_of_what_is_measured_begins_a_new_history_and_any_other_keeps_it() {
    let key = |text: &str| kept(text)["web"].key.clone();
    let edited = |from: &str, to: &str| {
        assert!(WEB.contains(from), "{from}");
        key(&WEB.replacen(from, to, 1))
    };
    let same = [
        ("objective = 99", "objective = 99.9"),
        ("service = \"web\"", "service = \"shop\""),
        ("period = \"30d\"", "period = \"7d\"\nrunbook = \"x\"\nowner = \"ana\""),
        ("by = [", "min_events = 10\nby = ["),
        ("name = \"pages\"", "name = \"pages\"\nevery = \"30s\""),
    ];
    for (from, to) in same {
        assert_eq!(edited(from, to), key(WEB), "{to}");
    }
    let other = [
        ("code=\"500\"", "code=~\"5..\""),
        ("bad = ", "good = "),
        ("by = [\"tenant\"]", "by = [\"tenant\", \"zone\"]"),
        ("name = \"pages\"", "name = \"sites\""),
        ("127.0.0.1:8080", "127.0.0.1:8081"),
    ];
    for (from, to) in other {
        assert_ne!(edited(from, to), key(WEB), "{to}");
    }
    let probe = |rest: &str| {
        let text = format!(
            "[[source]]\nname = \"p\"\nkind = \"probe\"\nurls = [\"http://h/\"]\n{rest}\n[[slo]]\nid = \"web\"\n\
             service = \"web\"\nobjective = 99\nperiod = \"7d\"\ngood = \"probe_fast_total\"\ntotal = \"probe_requests_total\"\n"
        );
        key(&text)
    };
    assert_ne!(probe("within = \"500ms\""), probe("within = \"300ms\""));
    assert_ne!(probe("expect = 200"), probe("expect = 204"));
    assert_eq!(probe("timeout = \"2s\""), probe(""));
}

/// One bucket that begins `ago` before noon.
fn bucket(ago: Duration) -> Past {
    let counts = Counts { bad: 1.0, total: 10.0 };
    let key = kept(WEB)["web"].key.clone();
    Past { key, subject: tenant("x"), buckets: vec![(when::before(hour(), ago), counts)] }
}

#[test]
fn gaps_stay_gaps_and_nothing_is_read_that_is_too_old_or_not_over() {
    let data = TempDir::new().expect("a folder");
    let mut book = Book::open(data.path()).expect("a history");
    let ago = [minutes(30), minutes(15), minutes(10), minutes(0), Duration::from_hours(31 * 24)];
    book.keep(&ago.map(bucket), hour()).expect("written");
    let past = read(data.path(), &kept(WEB), hour());
    let some = Some(Counts { bad: 1.0, total: 10.0 });
    assert_eq!(past.len(), 1);
    assert_eq!(past[0].end, when::before(hour(), minutes(5)));
    assert_eq!(past[0].buckets, [some, None, None, some, some]);
}

#[test]
fn a_bucket_that_is_written_again_is_replaced_and_four_hundred_days_are_enough() {
    let data = TempDir::new().expect("a folder");
    let mut book = Book::open(data.path()).expect("a history");
    let mut fuller = bucket(minutes(10));
    fuller.buckets[0].1 = Counts { bad: 2.0, total: 20.0 };
    let ancient = bucket(Duration::from_hours(401 * 24));
    book.keep(&[bucket(minutes(10)), fuller, ancient], hour()).expect("written");
    // A process that starts later takes away what is too old.
    drop(book);
    let year = BTreeMap::from([(
        "web".to_owned(),
        Kept { back: Duration::from_hours(500 * 24), ..kept(WEB)["web"].clone() },
    )]);
    Book::open(data.path()).expect("a history").keep(&[], hour()).expect("written");
    let past = read(data.path(), &year, hour());
    assert_eq!(past[0].buckets, [Some(Counts { bad: 2.0, total: 20.0 })]);
}

/// A historian on a data folder, and what it tells.
struct Desk {
    historian: Historian,
    told: Receiver<Told>,
}

impl Desk {
    fn start(data: &Path) -> Self {
        Self::with(data, Claim::on(data))
    }

    fn with(data: &Path, claim: Claim) -> Self {
        let (tell, told) = channel(64);
        let start = Start { data: data.to_owned(), claim, kept: kept(WEB), clock: Clock::wall(), told: tell };
        Self { historian: Historian::start(start), told }
    }

    /// Everything it told until it had ended.
    async fn end(mut self) -> (usize, Vec<Problem>) {
        self.historian.close().await;
        let (mut restored, mut problems) = (0, Vec::new());
        while let Ok(Told::Msg(msg)) = self.told.try_recv() {
            match *msg {
                Msg::Restored { .. } => restored += 1,
                Msg::Problems(told) => problems.extend(told),
                other => panic!("unexpected: {other:?}"),
            }
        }
        (restored, problems)
    }
}

/// A bucket of the last hour by the wall clock.
fn recent() -> Past {
    let now = Clock::wall().now().timestamp();
    let start = Time::from_timestamp(now - now % 300 - 600, 0).expect("a time");
    Past { buckets: vec![(start, Counts { bad: 0.0, total: 5.0 })], ..bucket(minutes(10)) }
}

#[tokio::test]
async fn what_was_just_handed_over_is_told_to_whoever_recalls_it() {
    let data = TempDir::new().expect("a folder");
    let desk = Desk::start(data.path());
    desk.historian.keep(vec![recent()]);
    desk.historian.recall(kept(&WEB.replace("500", "501")));
    desk.historian.recall(kept(WEB));
    assert_eq!(desk.end().await, (1, Vec::new()));
}

#[tokio::test]
async fn what_is_handed_over_is_told_by_the_next_historian() {
    let data = TempDir::new().expect("a folder");
    let first = Desk::start(data.path());
    first.historian.keep(vec![recent()]);
    assert_eq!(first.end().await, (0, Vec::new()));
    assert_eq!(Desk::start(data.path()).end().await, (1, Vec::new()));
}

#[tokio::test]
async fn who_does_not_hold_the_lease_writes_nothing() {
    let data = TempDir::new().expect("a folder");
    let holder = Claim::on(data.path());
    assert!(holder.holds());
    let second = Desk::start(data.path());
    second.historian.keep(vec![recent()]);
    assert_eq!(second.end().await, (0, Vec::new()));
    assert!(!data.path().join("history.db").exists());
    // Within one process the claim is shared.
    let shared = Desk::with(data.path(), holder.clone());
    shared.historian.keep(vec![recent()]);
    assert_eq!(shared.end().await, (0, Vec::new()));
    assert!(data.path().join("history.db").exists());
}

#[tokio::test]
async fn a_broken_file_is_set_aside_with_a_warning_and_a_new_one_begins() {
    let data = TempDir::new().expect("a folder");
    let file = data.path().join("history.db");
    std::fs::write(&file, "this is no database, and long enough that nobody takes it for an empty one")
        .expect("a file");
    let desk = Desk::start(data.path());
    desk.historian.keep(vec![recent()]);
    let (restored, problems) = desk.end().await;
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let about = |costs: &str| {
        format!("{}: the history cannot be read: file is not a database: {costs}", file.display())
    };
    assert_eq!(restored, 0);
    assert_eq!(said, [about("budgets begin anew"), about("set aside, a new one begins")]);
    let aside = std::fs::read(data.path().join("history.db.broken")).expect("the broken one");
    assert!(aside.starts_with(b"this is no database"));
    assert_eq!(Desk::start(data.path()).end().await, (1, Vec::new()));
}

#[tokio::test]
async fn a_file_that_somebody_holds_is_left_alone_and_said() {
    let data = TempDir::new().expect("a folder");
    drop(Book::open(data.path()).expect("a history"));
    let other = rusqlite_holder(data.path());
    let desk = Desk::start(data.path());
    desk.historian.keep(vec![recent()]);
    let (_, problems) = desk.end().await;
    let said: Vec<&str> = problems.iter().map(|problem| problem.what.as_str()).collect();
    assert_eq!(said, ["another process holds the history: budgets begin anew"]);
    drop(other);
    assert!(!data.path().join("history.db.broken").exists());
    assert!(Book::open(data.path()).is_ok());
}

/// Somebody with the whole file to themselves.
fn rusqlite_holder(data: &Path) -> rusqlite::Connection {
    let db = rusqlite::Connection::open(data.join("history.db")).expect("a database");
    db.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;").expect("the lock");
    db
}

#[test]
fn a_file_of_a_later_version_is_not_touched() {
    let data = TempDir::new().expect("a folder");
    drop(Book::open(data.path()).expect("a history"));
    let db = rusqlite::Connection::open(data.path().join("history.db")).expect("a database");
    db.execute_batch("PRAGMA user_version = 7").expect("written");
    drop(db);
    assert!(matches!(Book::open(data.path()), Err(Fault::Newer)));
    let (past, problem) = history::read(data.path(), &kept(WEB), hour());
    assert_eq!(past, []);
    let what = problem.map(|problem| problem.what);
    assert_eq!(what.as_deref(), Some("the history is of a later version of warroom: budgets begin anew"));
}
