//! The journal's thread: a storm is one commit, each ask with its own answer, and an error costs nobody
//! anything but time.

use tokio::sync::mpsc::Receiver;
use warroom::app::Msg;
use warroom::incident::{Ask, Intent};
use warroom::io::clock::Clock;
use warroom::io::journal::Journal;
use warroom::io::runtime::{Told, messages};
use warroom::io::scribe::Scribe;

use crate::{folder, note, raw, said_once, text};

/// What one ticket was told.
#[derive(Debug, PartialEq)]
enum Heard {
    Saved(u64, Vec<String>),
    Refused(u64),
    Unsaved(u64),
    News(Vec<String>),
}

fn next(told: &mut Receiver<Told>) -> Heard {
    loop {
        let msg = told.blocking_recv().and_then(Told::msg).expect("the thread goes on");
        match msg {
            Msg::Appended { ticket, events } => {
                let texts = events.iter().map(|event| text(event).to_owned()).collect();
                return match ticket {
                    Some(ticket) => Heard::Saved(ticket, texts),
                    None => Heard::News(texts),
                };
            }
            Msg::Refused { ticket, .. } => return Heard::Refused(ticket),
            Msg::Unsaved { ticket, .. } => return Heard::Unsaved(ticket),
            Msg::Loaded(_) => {}
            other => panic!("not of the journal: {other:?}"),
        }
    }
}

/// The next word that is final.
fn answer(told: &mut Receiver<Told>) -> Heard {
    std::iter::repeat_with(|| next(told)).find(|heard| !matches!(heard, Heard::Unsaved(_))).unwrap()
}

fn nonsense() -> Ask {
    Ask::new("ana", Intent::Strike { seq: 9_999, reason: "never was".to_owned() })
}

fn saved(ticket: u64, text: &str) -> Heard {
    Heard::Saved(ticket, vec![text.to_owned()])
}

/// A scribe whose first ask waits until the lock on the journal is gone; everything after it queues up.
fn held_up(data: &std::path::Path) -> (Scribe, Receiver<Told>, rusqlite::Connection) {
    drop(Journal::open(data).unwrap());
    let lock = raw(data);
    let (tell, told) = messages();
    let scribe = Scribe::start(data, Clock::wall(), tell).unwrap();
    lock.execute_batch("BEGIN IMMEDIATE").unwrap();
    (scribe, told, lock)
}

#[test]
fn what_waits_is_committed_together_and_each_ask_has_its_own_answer_in_order() {
    let data = folder();
    let (scribe, mut told, lock) = held_up(data.path());
    scribe.append(0, note("first"));
    assert_eq!(next(&mut told), Heard::Unsaved(0), "it is locked");
    scribe.append(1, note("second"));
    scribe.append(2, nonsense());
    for n in 0..500 {
        scribe.notice(said_once(&format!("alert {}", n / 2), "an alert"));
    }
    scribe.append(3, note("last"));
    while next(&mut told) != Heard::Unsaved(3) {}
    lock.execute_batch("ROLLBACK").unwrap();
    assert_eq!(answer(&mut told), saved(0, "first"));
    assert_eq!(answer(&mut told), saved(1, "second"));
    assert_eq!(answer(&mut told), Heard::Refused(2));
    let Heard::Saved(3, texts) = answer(&mut told) else { panic!("not the answer to the last") };
    assert_eq!(texts.len(), 251, "250 alerts, each said once, come before the line that followed them");
    assert_eq!(texts.last().map(String::as_str), Some("last"));
    let journal = Journal::open_read_only(data.path()).unwrap();
    let mut commits: Vec<_> = journal.events().unwrap().iter().map(|event| event.recorded_at).collect();
    commits.dedup();
    assert_eq!(commits.len(), 2, "the first line alone, then one commit for all that waited");
    assert_eq!(journal.verify(None).unwrap().entries, 253);
}

#[tokio::test]
async fn what_was_asked_before_the_console_leaves_is_written() {
    let data = folder();
    let (tell, told) = messages();
    let mut scribe = Scribe::start(data.path(), Clock::wall(), tell).unwrap();
    drop(told);
    for n in 0..3_000 {
        scribe.append(n, note(format!("{n}")));
    }
    assert!(scribe.close().await.is_empty());
    let journal = Journal::open_read_only(data.path()).unwrap();
    let events = journal.events().unwrap();
    assert!(events.iter().map(text).eq((0..3_000).map(|n| n.to_string())), "all, and in order");
}
