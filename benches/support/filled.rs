//! A journal as teams make it: notes, alerts, deploys, tasks, lines that come late, lines that are struck.

use std::path::Path;

use warroom::incident::event::{Change, ChangeKind, NoteKind};
use warroom::incident::{Ask, EventKind, Intent, Severity};
use warroom::io::journal::Journal;
use warroom::slo::{Severity as AlertSeverity, TierState, Transition};
use warroom::text::Time;

pub fn at(second: usize) -> Time {
    Time::from_timestamp(1_795_000_000 + second.cast_signed() as i64, 0).unwrap()
}

pub fn note(text: String) -> EventKind {
    EventKind::Noted { text, kind: NoteKind::Observation, starred: false }
}

pub fn recorded(kind: EventKind) -> Ask {
    Ask::new("ana", Intent::Record { kind, dedupe: None })
}

/// Makes a journal of so many entries in so many incidents; `say` is what its notes read.
pub fn fill(data: &Path, (entries, incidents): (usize, usize), say: fn(usize) -> String) {
    let mut journal = Journal::open(data).unwrap();
    let declare = |n: usize| Intent::Declare {
        title: format!("service {n} is down"),
        severity: Severity::Sev2,
        services: vec![format!("service-{n}")],
        ic: None,
        drill: false,
        private: false,
        found: None,
    };
    let declared: Vec<Ask> = (0..incidents).map(|n| Ask::new("ana", declare(n))).collect();
    let answers = journal.append_all(&declared, at(0)).unwrap();
    let ids: Vec<String> =
        answers.into_iter().map(|said| said.unwrap()[0].incident.clone().unwrap()).collect();
    for from in (journal.ledger().head as usize..entries).step_by(10_000) {
        let until = (from + 10_000).min(entries);
        let asks: Vec<Ask> = (from..until).map(|n| entry(n, &ids, say)).collect();
        for answer in journal.append_all(&asks, at(from)).unwrap() {
            answer.unwrap();
        }
    }
}

/// Entry `n`, in one of the incidents as if by chance.
fn entry(n: usize, ids: &[String], say: fn(usize) -> String) -> Ask {
    let service = (n * 7_919) % ids.len();
    let about = |ask: Ask| ask.about(&ids[service]);
    match n % 100 {
        // Each costs a look at the whole incident, so there are few of them.
        _ if n % 10_000 == 5_026 => {
            Ask::new("ana", Intent::Strike { seq: n as u64 - 20, reason: "wrong".to_owned() })
        }
        0 => {
            let what = format!("v{n}");
            recorded(EventKind::ChangeMarked(Change::new(
                ChangeKind::Deploy,
                format!("service-{service}"),
                what,
            )))
        }
        1..20 => about(recorded(EventKind::AlertChanged(transition(n)))).at(at(n)),
        20..25 => about(recorded(note(say(n)))).at(at(n.saturating_sub(900))),
        25 => {
            let (text, owner) = ("look at the queue".to_owned(), "bob".to_owned());
            about(Ask::new("ana", Intent::AddTask { text, owner, due: None }))
        }
        _ => about(recorded(note(say(n)))).at(at(n)),
    }
}

fn transition(n: usize) -> Transition {
    Transition {
        slo: "checkout-availability".to_owned(),
        service: "checkout".to_owned(),
        at: at(n),
        tier: "page quick".to_owned(),
        severity: AlertSeverity::Page,
        factor: Some(14.4),
        long_s: Some(3_600),
        short_s: Some(300),
        from: TierState::Ok,
        to: TierState::Firing,
        long_burn: 21.5,
        short_burn: 33.25,
        bad: 120.0,
        total: 4_000.0,
        short_bad: 60.0,
        short_total: 500.0,
        suppressed: None,
        budget_remaining: Some(0.75),
    }
}
