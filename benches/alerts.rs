//! Ten thousand alerts: a poll's list read, taken in, judged and put in order; a poll that brings nothing
//! new; a look between two polls; a look amid a storm of posts; a frame of their window with a group unfolded.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use warroom::app::form::Popup;
use warroom::app::model::Template;
use warroom::app::{Keymap, Model, Setting};
use warroom::incident::Ledger;
use warroom::incident::event::{AlertNews, Event, EventKind, Origin};
use warroom::incident::inbox::{Batch, Extent, Heard, Inbox, Pace, Rules, Scene, Told, parse};
use warroom::slo::Evaluator;
use warroom::text::Time;
use warroom::tui::{Theme, view};

const ALERTS: usize = 10_000;
const GROUPS: usize = 400;
/// Known in the storm, and told between two looks in it: seven posts of ten repeat, one is new, one ends.
const STORM: usize = 30_000;
const POSTS: usize = 225;
const IN_A_POST: usize = 5;

fn now() -> Time {
    Time::UNIX_EPOCH + chrono::TimeDelta::days(20_000)
}

/// What `GET /api/v2/alerts` answers, about 700 bytes an alert.
fn answer() -> String {
    let alert = |n: usize| {
        format!(
            r#"{{"annotations":{{"summary":"instance {n} does not answer","description":"{}","runbook_url":"https://books.example/down.md"}},
            "endsAt":"2024-10-04T00:05:00.000Z","fingerprint":"{n:016x}","receivers":[{{"name":"web.hook"}}],
            "startsAt":"2024-10-03T23:00:00.000Z","updatedAt":"2024-10-04T00:00:00.000Z","generatorURL":"http://p:9090/graph",
            "status":{{"inhibitedBy":[],"silencedBy":[],"state":"active"}},
            "labels":{{"alertname":"Down{}","cluster":"prod","instance":"host{n}:9100","job":"node","severity":"warning"}}}}"#,
            "x".repeat(160),
            n % GROUPS
        )
    };
    format!("[{}]", (0..ALERTS).map(alert).collect::<Vec<_>>().join(","))
}

fn batch(alerts: Vec<Arc<Heard>>) -> Batch {
    Batch { source: "am".to_owned(), at: now(), extent: Extent::Whole { up_since: None }, alerts }
}

fn look(inbox: &mut Inbox, ledger: &Ledger) -> usize {
    let felt = BTreeSet::new();
    inbox.look(&Scene { ledger, planned: &[], felt: &felt, now: now() }).len()
}

/// An inbox amid a storm, whose alerts are all in the journal.
fn stormy(heard: &[Arc<Heard>]) -> (Inbox, Ledger) {
    let mut inbox = Inbox::by(Rules::default());
    inbox.hear(Batch { extent: Extent::Part, ..batch((0..STORM).map(|n| storm(heard, n).into()).collect()) });
    let changes =
        inbox.look(&Scene { ledger: &Ledger::default(), planned: &[], felt: &BTreeSet::new(), now: now() });
    let mut ledger = Ledger::default();
    let told = Pace::default().tell(changes, now());
    for (seq, (incident, news, at)) in (1..).zip(told) {
        ledger.apply(&noticed(seq, incident, (news, at)));
    }
    look(&mut inbox, &ledger);
    (inbox, ledger)
}

fn noticed(seq: u64, incident: Option<String>, (news, at): (AlertNews, Time)) -> Event {
    Event {
        seq,
        incident,
        happened_at: Some(at),
        recorded_at: now(),
        actor: "warroom".to_owned(),
        origin: Origin::System,
        kind: EventKind::AlertsNoticed(news),
    }
}

fn storm(heard: &[Arc<Heard>], n: usize) -> Heard {
    Heard { fingerprint: format!("{n:016x}"), ..Heard::clone(&heard[n % ALERTS]) }
}

/// What a quarter of a second of it brings.
fn quarter(heard: &[Arc<Heard>]) -> Vec<Batch> {
    let post = |turn: usize| {
        let alert = |n: usize| match turn % 9 {
            0 => storm(heard, STORM + turn * IN_A_POST + n),
            1 => Heard { told: Told::Resolved, ..storm(heard, turn * IN_A_POST + n) },
            _ => storm(heard, turn * IN_A_POST + n),
        };
        Batch { extent: Extent::Part, ..batch((0..IN_A_POST).map(alert).map(Arc::new).collect()) }
    };
    (0..POSTS).map(post).collect()
}

fn model(inbox: Inbox) -> Model {
    let setting = Setting {
        who: "ana".to_owned(),
        zone: chrono_tz::UTC,
        keymap: Keymap::default(),
        reads_only: false,
        runs_only_reads: false,
        assisted: Vec::new(),
        demo: None,
        configuration: String::new(),
        folder: String::new(),
        values: <_>::default(),
        outgoing: warroom::app::outgoing::Outgoing::default(),
    };
    let mut model = Model::new(now(), setting, Evaluator::default(), Template::shipped());
    model.burn.alerts.inbox = inbox;
    model.burn.alerts.fold();
    model.burn.alerts.walk(5);
    model.popup = Some(Popup::Alerts);
    model
}

fn alerts(c: &mut Criterion) {
    let text = answer();
    let heard = parse::alerts(&text).map(|parsed| parsed.alerts).unwrap_or_default();
    let heard: Vec<Arc<Heard>> = heard.into_iter().map(Arc::new).collect();
    let ledger = Ledger::default();
    let mut known = Inbox::by(Rules::default());
    known.hear(batch(heard.clone()));
    look(&mut known, &ledger);

    c.bench_function("read the answer", |b| b.iter(|| black_box(parse::alerts(&text))));
    c.bench_function("the first poll: take in, judge, order, lines", |b| {
        b.iter_batched(
            || (Inbox::by(Rules::default()), batch(heard.clone())),
            |(mut inbox, batch)| {
                inbox.hear(batch);
                let felt = BTreeSet::new();
                let changes = inbox.look(&Scene { ledger: &ledger, planned: &[], felt: &felt, now: now() });
                (Pace::default().tell(changes, now()).len(), inbox)
            },
            BatchSize::LargeInput,
        );
    });
    c.bench_function("a poll that brings nothing new", |b| {
        b.iter_batched(
            || (known.clone(), batch(heard.clone())),
            |(mut inbox, batch)| {
                inbox.hear(batch);
                (look(&mut inbox, &ledger), inbox)
            },
            BatchSize::LargeInput,
        );
    });
    c.bench_function("a look between two polls", |b| b.iter(|| look(&mut known, &ledger)));
    let (model, theme) = (model(known.clone()), Theme::default());
    c.bench_function("a frame of the window, 120x36", |b| {
        b.iter_batched(
            || Buffer::empty(Rect::new(0, 0, 120, 36)),
            |mut cells| black_box(view(&model, &theme, &mut cells)),
            BatchSize::SmallInput,
        );
    });
}

fn posts(c: &mut Criterion) {
    let heard = parse::alerts(&answer()).map(|parsed| parsed.alerts).unwrap_or_default();
    let heard: Vec<Arc<Heard>> = heard.into_iter().map(Arc::new).collect();
    let (stormy, written) = stormy(&heard);
    c.bench_function("a quarter of a second of a storm: taken in", |b| {
        b.iter_batched(
            || (stormy.clone(), quarter(&heard)),
            |(mut inbox, posts)| {
                for post in posts {
                    inbox.hear(post);
                }
                inbox
            },
            BatchSize::LargeInput,
        );
    });
    c.bench_function("the look after it", |b| {
        b.iter_batched(
            || {
                let mut inbox = stormy.clone();
                for post in quarter(&heard) {
                    inbox.hear(post);
                }
                inbox
            },
            |mut inbox| (look(&mut inbox, &written), inbox),
            BatchSize::LargeInput,
        );
    });
}

criterion_group! { name = benches; config = Criterion::default().sample_size(20); targets = alerts, posts }
criterion_main!(benches);
