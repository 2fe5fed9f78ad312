//! Finding a runbook: by what is typed of it, by what fires now, by what helped before.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use proptest::prelude::*;
use warroom::incident::event::{Mitigation, Opened, Standing, StepMark, StepOutcome};
use warroom::incident::{Ask, EventKind, Intent, Ledger, Severity};
use warroom::runbook::age::Age;
use warroom::runbook::find::{Hit, Moment, Part};
use warroom::runbook::outcome::{Outcome, Outcomes};
use warroom::runbook::{Library, Shelf, parse};
use warroom::text::Time;

fn at(clock: &str) -> Time {
    format!("2026-11-21T{clock}:00Z").parse().expect("a time")
}

const LIBRARY: [(&str, &str); 7] = [
    (
        "disk-full",
        "---\nservice: storage\nreviewed: 2026-11-01\n---\n# Disk full\n\n## Fix\n\n1. Empty the trash\n\n   ```sh\n   journalctl --vacuum-size=1G\n   ```\n",
    ),
    ("high-latency", "# Slow answers\n\n## Diagnosis\n\n1. Look at p99\n"),
    (
        "KubePodNotReady",
        "---\nreviewed: 2026-08-01\n---\n# KubePodNotReady\n\n## Meaning\n\nA pod has no IP.\n",
    ),
    (
        "redis-memory",
        "---\nalert: RedisMemoryHigh\nservice: cache, sessions\n---\n# Memory of the cache\n\n## Verify the eviction\n\n1. Watch it\n",
    ),
    ("replication-lag", "# Replica behind\n\n## Mitigation\n\n1. Drain the replica\n\nÄrger mit dem WAL\n"),
    ("dns", "# Names do not resolve\n\nCheck the resolver, the disk of the server, its latency.\n"),
    ("dependency-kit-ask", "# Odds\n\nNothing of note.\n"),
];

fn shelf() -> Shelf {
    Shelf::new(&LIBRARY.map(|(name, source)| parse(name, source)))
}

fn find(words: &str) -> Vec<Hit> {
    shelf().find(words, &Moment::default())
}

fn names(words: &str) -> Vec<String> {
    find(words).into_iter().map(|hit| hit.runbook).collect()
}

#[test]
fn what_is_typed_finds_the_runbook_that_was_meant_first() {
    let cases: &[(&str, &[&str])] = &[
        ("disk", &["disk-full", "dns"]),
        ("DISK full", &["disk-full"]),
        ("hlat", &["high-latency"]),
        ("kpnr", &["KubePodNotReady"]),
        ("podready", &["KubePodNotReady"]),
        ("lication", &["replication-lag"]),
        ("redismem", &["redis-memory"]),
        ("memoryhigh", &["redis-memory"]),
        ("sessions", &["redis-memory"]),
        ("eviction", &["redis-memory"]),
        ("vacuum-size", &["disk-full"]),
        ("trash journalctl", &["disk-full"]),
        ("resolver", &["dns"]),
        ("ärger", &["replication-lag"]),
        ("latency", &["high-latency", "dns"]),
        ("nowhere", &[]),
        ("disk nowhere", &[]),
    ];
    for (words, wanted) in cases {
        assert_eq!(names(words), *wanted, "{words}");
    }
}

#[test]
fn letters_that_only_happen_to_be_there_find_nothing() {
    assert!(!names("disk").contains(&"dependency-kit-ask".to_owned()));
    assert_eq!(names("xq"), Vec::<String>::new());
    let credentials = Shelf::new(&[parse("IRP-CredCompromise", "# Credentials\n")]);
    assert_eq!(credentials.find("redis", &Moment::default()), []);
}

#[test]
fn a_hit_says_where_the_words_stand() {
    let parts = |words: &str| {
        let hit = find(words).into_iter().next().expect("a hit");
        hit.found.map(|found| (found.part, found.text, found.step))
    };
    let (some, step) = (|part, text: &str| (part, text.to_owned()), Some("1".to_owned()));
    let cases = [
        ("disk", None),
        ("memoryhigh", Some((some(Part::Alert, "RedisMemoryHigh"), None))),
        ("sessions", Some((some(Part::Service, "sessions"), None))),
        ("eviction", Some((some(Part::Section, "Verify the eviction"), None))),
        ("trash", Some((some(Part::Step, "Empty the trash"), step.clone()))),
        ("vacuum", Some((some(Part::Text, "journalctl --vacuum-size=1G"), step))),
    ];
    for (words, wanted) in cases {
        assert_eq!(parts(words), wanted.map(|((part, text), step)| (part, text, step)), "{words}");
    }
    assert_eq!(find("hlat")[0].marks, [0, 5, 6, 7], "letters of the name that are lit");
}

#[test]
fn what_fires_now_is_on_top_and_what_helped_before_comes_next() {
    let mut ledger = Ledger::default();
    for (number, helped) in [(0, "replication-lag"), (1, "replication-lag"), (2, "disk-full")] {
        walked(&mut ledger, number, &[helped], Some(helped));
    }
    walked(&mut ledger, 3, &["disk-full", "dns"], None);
    let mut moment = Moment { outcomes: Outcomes::of(&ledger), fitting: Vec::new() };
    assert_eq!(moment.outcomes.get("replication-lag"), Outcome { used: 2, helped: 2 });
    assert_eq!(moment.outcomes.get("disk-full"), Outcome { used: 2, helped: 1 });
    assert_eq!(moment.outcomes.get("dns"), Outcome { used: 1, helped: 0 });
    moment.lead("high-latency", "checkout-latency burns");
    moment.lead("dns", "DnsDown fires");
    moment.lead("dns", "said again");
    let all: Vec<String> = shelf().find("", &moment).into_iter().map(|hit| hit.runbook).collect();
    assert_eq!(
        all,
        [
            "high-latency",
            "dns",
            "replication-lag",
            "KubePodNotReady",
            "dependency-kit-ask",
            "disk-full",
            "redis-memory"
        ]
    );
    assert_eq!(moment.why("dns"), Some("DnsDown fires"));
    let typed: Vec<String> = shelf().find("re", &moment).into_iter().map(|hit| hit.runbook).collect();
    assert_eq!(typed[0], "replication-lag", "of two that hold the letters alike, what helped: {typed:?}");
}

#[test]
fn one_success_promises_less_than_nine_of_ten_and_no_use_more_than_none() {
    let promise = |used, helped| Outcome { used, helped }.promise();
    assert!(promise(10, 9) > promise(1, 1));
    assert!(promise(1, 1) > promise(0, 0));
    assert!(promise(0, 0) > promise(3, 0));
    assert_eq!(promise(0, 0), 500);
}

/// An incident in which runbooks are opened, a step of one ends well, and it is mitigated after.
fn walked(ledger: &mut Ledger, number: u32, opened: &[&str], helped: Option<&str>) {
    let declare = Intent::Declare {
        title: format!("trouble {number}"),
        severity: Severity::Sev2,
        services: Vec::new(),
        ic: None,
        drill: false,
        private: false,
        found: None,
    };
    let open =
        |name: &&str| EventKind::RunbookOpened(Opened { name: (*name).to_owned(), ..Opened::default() });
    let done = |name: &str| {
        EventKind::StepMarked(StepMark {
            runbook: name.to_owned(),
            step: "1".to_owned(),
            title: "it".to_owned(),
            outcome: StepOutcome::Done,
            standing: Standing::default(),
        })
    };
    say(ledger, &Ask::new("ana", declare), at("14:00"));
    let id = ledger.incidents.last().expect("declared").id.clone();
    let kinds: Vec<EventKind> = opened.iter().map(open).chain(helped.map(done)).collect();
    for kind in kinds {
        say(ledger, &Ask::new("ana", Intent::Record { kind, dedupe: None }).about(&id), at("14:05"));
    }
    say(ledger, &Ask::new("ana", Intent::Mitigate { kind: Mitigation::Rollback }).about(&id), at("14:10"));
}

fn say(ledger: &mut Ledger, ask: &Ask, now: Time) {
    for new in ledger.judge(ask, now).expect("the rules admit it") {
        let event = warroom::incident::Event {
            seq: ledger.head + 1,
            incident: new.incident,
            happened_at: new.happened_at,
            recorded_at: now,
            actor: new.actor,
            origin: new.origin,
            kind: new.kind,
        };
        ledger.apply(&event);
    }
}

#[test]
fn what_is_still_open_and_what_was_a_drill_says_nothing_of_use() {
    let mut ledger = Ledger::default();
    walked(&mut ledger, 0, &["disk-full"], Some("disk-full"));
    ledger.incidents[0].drill = true;
    assert_eq!(Outcomes::of(&ledger), Outcomes::default());
    ledger.incidents[0].drill = false;
    ledger.incidents[0].mitigated = None;
    assert_eq!(Outcomes::of(&ledger), Outcomes::default());
}

#[test]
fn an_alert_finds_its_runbook_by_file_title_or_front_matter() {
    let called = |name: &str| shelf().called(&[name.to_owned()]).map(str::to_owned);
    assert_eq!(called("redismemoryhigh").as_deref(), Some("redis-memory"));
    assert_eq!(called("kubepodnotready").as_deref(), Some("KubePodNotReady"));
    assert_eq!(called("slowanswers").as_deref(), Some("high-latency"));
    assert_eq!(called("redis"), None);
    assert_eq!(called(""), None);
}

#[test]
fn a_runbook_is_stale_after_ninety_days_without_a_review() {
    let age = |line: &str| {
        let source = format!("---\n{line}\n---\n# T\n");
        Age::reviewed(&parse("x", &source), at("03:00")).warning()
    };
    assert_eq!(age("reviewed: 2026-08-23"), None, "90 days");
    assert_eq!(age("reviewed: 2026-08-22").as_deref(), Some("stale 91d"));
    assert_eq!(age("Last Reviewed: 2026-11-20"), None);
    assert_eq!(age("owner: x").as_deref(), Some("no review"));
    assert_eq!(age("reviewed: soon").as_deref(), Some("no review"));
}

/// A letter in lower case where that is one letter of as many bytes, else itself: what a look at every letter does.
fn small(text: &str) -> String {
    let one = |c: char| {
        let mut small = c.to_lowercase();
        let first = small.next().filter(|first| small.next().is_none() && first.len_utf8() == c.len_utf8());
        first.unwrap_or(c)
    };
    text.chars().map(one).collect()
}

proptest! {
    #[test]
    fn the_quick_search_finds_what_a_look_at_every_line_finds(
        books in prop::collection::vec(prop::collection::vec("[a-cA-CäÄßİſ0-1]{1,3}( [a-cA-CäÄßİſ0-1]{1,4}){0,3}", 1..4), 1..5),
        wanted in "[a-cA-CäÄßİſ0-1]{1,3}",
    ) {
        // Names that no such word fits.
        let library: Vec<_> = books
            .iter()
            .enumerate()
            .map(|(at, lines)| parse(&format!("zz{at}"), &format!("# zzz\n\n{}\n", lines.join("\n\n"))))
            .collect();
        let found: Vec<String> =
            Shelf::new(&library).find(&wanted, &Moment::default()).into_iter().map(|hit| hit.runbook).collect();
        let digit = |at: usize| wanted == at.to_string();
        let plain: Vec<String> = books
            .iter()
            .enumerate()
            .filter(|(at, lines)| digit(*at) || lines.iter().any(|line| small(line).contains(&small(&wanted))))
            .map(|(at, _)| format!("zz{at}"))
            .collect();
        let mut sorted = found.clone();
        sorted.sort();
        prop_assert_eq!(sorted, plain, "{}", wanted);
    }
}

#[test]
fn a_library_is_one_of_each_name_in_their_order() {
    let library = Library::from(vec![parse("b", "# Old\n"), parse("a", "# A\n"), parse("b", "# New\n")]);
    let titles: Vec<&str> = library.books().iter().map(|book| book.title.as_str()).collect();
    assert_eq!(titles, ["A", "New"], "the later one of a name counts");
    assert_eq!(library.get("b").map(|book| book.title.as_str()), Some("New"));
    assert_eq!(library.get("c"), None);
    assert_eq!(library.shelf().find("new", &Moment::default()).len(), 1);
}
