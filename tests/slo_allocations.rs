//! What a look at many SLOs costs in memory: nothing once it has begun, and a history of 30 days its share.
//!
//! Counts what this thread asks the allocator for, so it is a test crate of its own.

#![expect(unsafe_code, reason = "an allocator can only be counted by being one")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::time::Duration;

use warroom::slo::{Counter, Counts, Evaluator, Objective, Query, Sample, Sli, Slo};
use warroom::text::{Time, when};

const SLOS: usize = 50;
const EVERY: Duration = Duration::from_secs(15);

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call goes to the system's allocator as it came; the counters are plain cells of the thread.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.set(ASKED.get() + 1);
        BYTES.set(BYTES.get().wrapping_add(layout.size()));
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.set(BYTES.get().wrapping_sub(layout.size()));
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

struct Fleet {
    evaluator: Evaluator,
    now: Time,
    count: f64,
}

impl Fleet {
    fn new() -> Self {
        let evaluator = Evaluator::new((0..SLOS).map(slo).collect());
        let mut fleet = Self { evaluator, now: "2026-11-21T12:00:00Z".parse().unwrap(), count: 0.0 };
        for n in 0..SLOS {
            let month = vec![Some(Counts { bad: 1.0, total: 3000.0 }); 8640];
            fleet.evaluator.restore(format!("slo-{n}"), fleet.now, month);
        }
        for _ in 0..250 {
            fleet.poll();
            fleet.evaluator.evaluate(fleet.now);
        }
        fleet
    }

    fn poll(&mut self) {
        self.now = when::after(self.now, EVERY);
        self.count += 150.0;
        for n in 0..SLOS {
            let counter = |value| vec![Counter { series: String::new(), value }];
            let sample = Sample::Counters { part: counter(self.count / 3000.0), total: counter(self.count) };
            self.evaluator.observe(format!("slo-{n}"), self.now, Ok(sample));
        }
    }
}

fn slo(n: usize) -> Slo {
    let sli = Sli::Bad { bad: Query::parse("errors_total"), total: Query::parse("requests_total") };
    let objective = Objective::from_percent(99.9).unwrap();
    Slo::new(format!("slo-{n}"), "shop", objective, Duration::from_hours(720), sli)
}

#[test]
fn a_look_after_a_poll_and_one_between_polls_allocate_nothing() {
    let mut fleet = Fleet::new();
    for poll in 0..45 {
        fleet.poll();
        let before = ASKED.get();
        assert!(fleet.evaluator.evaluate(fleet.now).is_empty());
        let later = when::after(fleet.now, Duration::from_secs(1));
        assert!(fleet.evaluator.evaluate(later).is_empty());
        assert_eq!(ASKED.get() - before, 0, "poll {poll}, across the edges of buckets too");
    }
}

#[test]
fn thirty_days_of_an_slo_with_all_that_belongs_to_it_take_at_most_165_kb() {
    let before = BYTES.get();
    let fleet = Fleet::new();
    let each = BYTES.get().wrapping_sub(before) / SLOS;
    println!("bytes of an SLO of 30 days at a 15 s poll: {each}");
    assert!(each <= 165_000, "{each}");
    assert!(fleet.evaluator.history_bytes("slo-0") < each, "the history is most of it");
}
