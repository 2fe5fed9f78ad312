//! A real Prometheus with a past that is known to the second: what every kind of indicator makes of it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use crate::real_prometheus::Prometheus;
use crate::rig::{Ask, answer, bad_slo};
use warroom::config::SourceKind;
use warroom::io::clock::Clock;
use warroom::io::sources::{SourceMsg, hour, instant};
use warroom::slo::{Group, Method, Op, Query, Sample, Share, Sli, Slo, Tile};

const STEP: i64 = 15;
const BUCKET: i64 = 300;
/// The trouble lasts two buckets and ends this long before the newest boundary.
const AGO: i64 = 3_600;

/// Two hours up to the newest boundary, in steps that fall on the boundaries.
struct Past {
    boundary: i64,
}

impl Past {
    fn new() -> Self {
        Self { boundary: Clock::wall().now().timestamp().div_euclid(BUCKET) * BUCKET }
    }

    /// Whether an instant lies in the two buckets of trouble.
    fn is_trouble(&self, at: i64) -> bool {
        let end = self.boundary - AGO;
        (end - 2 * BUCKET < at) && (at <= end)
    }

    /// A gauge, by what it is at each instant.
    fn gauge(&self, text: &mut String, name: &str, labels: &str, value: impl Fn(i64) -> f64) {
        for at in self.instants() {
            let _ = writeln!(text, "{name}{{{labels}}} {} {at}", value(at));
        }
    }

    /// A counter, by its growth a step.
    fn counter(&self, text: &mut String, labels: &str, growth: impl Fn(i64) -> f64) {
        let mut count = 0.0;
        for at in self.instants() {
            count += growth(at);
            let _ = writeln!(text, "web_requests_total{{{labels}}} {count} {at}");
        }
    }

    fn instants(&self) -> impl Iterator<Item = i64> {
        let start = self.boundary - 2 * 3_600;
        (0..=(self.boundary - start) / STEP).map(move |step| start + step * STEP)
    }

    fn text(&self) -> String {
        let mut text = String::from("# TYPE lag gauge\n");
        self.gauge(&mut text, "lag", "", |at| if self.is_trouble(at) { 900.0 } else { 100.0 });
        text.push_str("# TYPE recorded gauge\n");
        self.gauge(
            &mut text,
            "recorded",
            "kind=\"steady\"",
            |at| if self.is_trouble(at) { 0.5 } else { 0.01 },
        );
        self.gauge(&mut text, "recorded", "kind=\"quiet\"", |at| {
            if self.is_trouble(at) { f64::NAN } else { 0.01 }
        });
        text.push_str("# TYPE alive gauge\n");
        self.gauge(&mut text, "alive", "instance=\"a\"", |at| f64::from(u8::from(!self.is_trouble(at))));
        self.gauge(&mut text, "alive", "instance=\"b\"", |_| 7.0);
        text.push_str("# TYPE web_requests counter\n");
        // Of five minutes one fails as a whole.
        let fails = |at: i64| (at - 1).div_euclid(60).rem_euclid(5) == 2;
        self.counter(&mut text, "code=\"200\",route=\"/a\"", |at| if fails(at) { 0.0 } else { 150.0 });
        self.counter(&mut text, "code=\"500\",route=\"/a\"", |at| if fails(at) { 150.0 } else { 0.0 });
        self.counter(&mut text, "code=\"200\",route=\"/b\"", |_| 30.0);
        text.push_str("# EOF\n");
        text
    }
}

fn slo(id: &str, sli: Sli) -> Slo {
    Slo { sli, period: Duration::from_mins(110), ..bad_slo(id, "", "") }
}

fn errors(route: &str) -> Sli {
    Sli::Bad {
        bad: Query::parse(&format!("web_requests_total{{code=\"500\"{route}}}")),
        total: Query::parse(&format!("web_requests_total{{{}}}", route.trim_start_matches(','))),
    }
}

fn slos() -> Vec<Slo> {
    let recorded = |kind: &str| Sli::Ratio {
        ratio: Query::parse(&format!("recorded{{kind=\"{kind}\"}}")),
        of: Share::Bad,
    };
    let slice = Duration::from_mins(1);
    let divided = "sum(rate(web_requests_total{code=\"500\"}[{{.window}}])) / sum(rate(web_requests_total[{{.window}}]))";
    vec![
        slo("up", Sli::Up { gauge: Query::parse("alive") }),
        slo("bound", Sli::Bound { value: Query::parse("max(lag)"), op: Op::Below, bound: 500.0 }),
        slo("recorded", recorded("steady")),
        slo("quiet", recorded("quiet")),
        slo("divided", Sli::Ratio { ratio: Query::parse(divided), of: Share::Bad }),
        Slo { method: Method::Timeslices { target: 0.95, slice }, ..slo("slices", errors(",route=\"/a\"")) },
        Slo { method: Method::RatioTimeslices { slice }, ..slo("means", errors(",route=\"/a\"")) },
        Slo {
            method: Method::Timeslices { target: 0.95, slice: Duration::from_mins(10) },
            ..slo("long slices", errors(",route=\"/a\""))
        },
        Slo { by: vec!["route".to_owned()], ..slo("grouped", errors("")) },
        slo(
            "native",
            Sli::NativeLatency {
                histogram: Query::parse("web_duration"),
                within: Duration::from_millis(300),
            },
        ),
    ]
}

/// Tiles by the id of their row and by how many seconds before the boundary they end.
type Tiles = BTreeMap<String, BTreeMap<i64, Tile>>;

async fn history(prometheus: &Prometheus, past: &Past) -> Tiles {
    let kind = SourceKind::Prometheus { url: prometheus.url.clone() };
    let mut heard = Ask { every: Duration::from_secs(15), ..Ask::of(kind, slos()) }.start();
    let mut found = Tiles::new();
    let mut done = 0.0;
    while done < 1.0 {
        let SourceMsg::Backfill(piece) = heard.next().await else { continue };
        done = piece.done;
        let Sample::Tiles { end, tiles, .. } = piece.sample.expect("a piece") else {
            panic!("tiles expected")
        };
        let row = found.entry(piece.subject.to_string()).or_default();
        for (back, tile) in (0..).zip(tiles.into_iter().rev()) {
            let ago = past.boundary - (end.timestamp() - back * BUCKET);
            row.extend(tile.map(|tile| (ago, tile)));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_indicator_counts_what_happened() {
    let past = Past::new();
    let Some(prometheus) = Prometheus::with_past(&past.text()) else { return };
    let found = history(&prometheus, &past).await;
    // A bucket of calm, and one of trouble: part of total.
    let cases = [
        ("up", (40.0, 40.0), (20.0, 40.0)),
        ("bound", (20.0, 20.0), (0.0, 20.0)),
        ("recorded", (3.0, 300.0), (150.0, 300.0)),
        ("quiet", (3.0, 300.0), (0.0, 0.0)),
        ("divided", (300.0 / 6.0, 300.0), (300.0 / 6.0, 300.0)),
        ("slices", (1.0, 5.0), (1.0, 5.0)),
        ("means", (1.0, 5.0), (1.0, 5.0)),
        ("long slices", (1.0, 1.0), (1.0, 1.0)),
        ("grouped{route=\"/a\"}", (600.0, 3_000.0), (600.0, 3_000.0)),
        ("grouped{route=\"/b\"}", (0.0, 600.0), (0.0, 600.0)),
    ];
    for (id, calm, trouble) in cases {
        for (ago, (part, total)) in [(1_800, calm), (AGO, trouble), (AGO + BUCKET, trouble)] {
            let tile = found
                .get(id)
                .and_then(|row| row.get(&ago))
                .unwrap_or_else(|| panic!("{id} {ago}: {found:?}"));
            let near = |ours: f64, theirs: f64| (ours - theirs).abs() <= 0.01 * theirs.max(0.01);
            assert!(
                near(tile.part, part) && near(tile.total, total),
                "{id} {ago}: {tile:?}, not {part} of {total}"
            );
        }
    }
    assert_eq!(found.get("native"), Some(&BTreeMap::new()), "accepted, and nothing is known of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_of_the_moment_keep_their_labels_and_explain_themselves() {
    let past = Past::new();
    let Some(prometheus) = Prometheus::with_past(&past.text()) else { return };
    let source = Ask::of(SourceKind::Prometheus { url: prometheus.url.clone() }, Vec::new()).source();
    let at = past.boundary;
    let queries =
        [format!("alive @ {at}"), "alive{".to_owned(), "nothing".to_owned(), format!("-lag @ {at} < 0")];
    let found = instant(&source, Clock::wall(), &queries).await;
    let labels = |instance: &str| {
        let pairs = [("__name__", "alive"), ("instance", instance)];
        Group::new(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())))
    };
    let mut alive = found[0].clone().expect("values");
    alive.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(alive, [(labels("a"), 1.0), (labels("b"), 7.0)]);
    assert!(found[1].as_ref().is_err_and(|why| why.contains("parse error")), "{:?}", found[1]);
    assert_eq!(found[2], Ok(Vec::new()));
    assert_eq!(found[3], Ok(vec![(Group::default(), -100.0)]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runbooks_query_is_answered_with_its_last_hour() {
    let past = Past::new();
    let Some(prometheus) = Prometheus::with_past(&past.text()) else { return };
    let source = Ask::of(SourceKind::Prometheus { url: prometheus.url.clone() }, Vec::new()).source();
    let mut alive =
        hour(&source, Clock::wall(), &format!("alive @ {}", past.boundary)).await.expect("an answer");
    alive.sort_by(|a, b| a.labels.cmp(&b.labels));
    assert_eq!(alive[0].labels, "{__name__=\"alive\",instance=\"a\"}");
    assert_eq!((alive[1].values.len(), alive[1].now()), (13, Some(7.0)));
    let refused = hour(&source, Clock::wall(), "alive{").await.expect_err("refused");
    assert!(refused.starts_with("promql: ") && refused.contains("parse error"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_server_tells_of_its_heartbeat_and_its_refusals_one_by_one() {
    let past = Past::new();
    let Some(prometheus) = Prometheus::with_past(&past.text()) else { return };
    let kind = SourceKind::Prometheus { url: prometheus.url.clone() };
    let slos = vec![slo("good", errors("")), slo("odd", Sli::Up { gauge: Query::parse("alive{") })];
    let watched = Ask { heartbeat: Some("lag".to_owned()), ..Ask::of(kind, slos) };
    let polled = watched.start().poll_until(|polled| polled.answers.is_ok()).await;
    let why = answer(&polled, "odd").expect_err("refused");
    assert!(why.contains("query: bad_data: "), "{why}");
    assert!(answer(&polled, "good").is_ok());
    let seen = format!("{:?}", polled.heartbeat);
    assert!(seen.starts_with("Seen(") && polled.warnings.is_empty(), "{polled:?}");
}
