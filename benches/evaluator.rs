//! A thousand SLOs with the four default tiers and thirty days of history: one `evaluate`, just after
//! every SLO was polled and between two polls. Prints the bytes that one SLO's history takes.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use warroom::slo::{Counter, Counts, Evaluator, Objective, Query, Sample, Sli, Slo};
use warroom::text::{Time, when};

const SLOS: usize = 10_000;
const EVERY: Duration = Duration::from_secs(15);

fn slo(id: String) -> Option<Slo> {
    Some(Slo::new(
        id,
        "shop",
        Objective::from_percent(99.9)?,
        Duration::from_hours(720),
        Sli::Bad { bad: Query::parse("errors_total"), total: Query::parse("requests_total") },
    ))
}

/// The evaluator, its clock and the counter that all SLOs share.
struct Fleet {
    evaluator: Evaluator,
    ids: Vec<String>,
    now: Time,
    count: f64,
}

impl Fleet {
    fn new() -> Self {
        let ids: Vec<String> = (0..SLOS).map(|n| format!("slo-{n}")).collect();
        let evaluator = Evaluator::new(ids.iter().cloned().filter_map(slo).collect());
        let mut fleet =
            Self { evaluator, ids, now: Time::UNIX_EPOCH + chrono::TimeDelta::days(20_000), count: 0.0 };
        for id in &fleet.ids {
            let month = vec![Some(Counts { bad: 1.0, total: 3000.0 }); 8640];
            fleet.evaluator.restore(id, fleet.now, month);
        }
        for _ in 0..250 {
            fleet.poll();
        }
        fleet
    }

    fn poll(&mut self) {
        self.now = when::after(self.now, EVERY);
        self.count += 150.0;
        for id in &self.ids {
            let counter = |value| vec![Counter { series: String::new(), value }];
            let sample = Sample::Counters { part: counter(self.count / 3000.0), total: counter(self.count) };
            self.evaluator.observe(id.as_str(), self.now, Ok(sample));
        }
    }
}

fn evaluate(criterion: &mut Criterion) {
    let mut fleet = Fleet::new();
    println!("bytes of history per SLO: {}", fleet.evaluator.history_bytes("slo-0"));
    let fleet = std::cell::RefCell::new(&mut fleet);
    criterion.bench_function("evaluate 10,000 SLOs x 4 tiers after a poll", |bencher| {
        let evaluate = |()| {
            let fleet = &mut **fleet.borrow_mut();
            black_box(fleet.evaluator.evaluate(fleet.now))
        };
        bencher.iter_batched(|| fleet.borrow_mut().poll(), evaluate, BatchSize::PerIteration);
    });
    criterion.bench_function("evaluate 10,000 SLOs x 4 tiers between polls", |bencher| {
        let fleet = &mut **fleet.borrow_mut();
        bencher.iter(|| black_box(fleet.evaluator.evaluate(fleet.now)));
    });
    criterion.bench_function("sparkline of 60 points over an hour", |bencher| {
        let fleet = &mut **fleet.borrow_mut();
        bencher.iter(|| black_box(fleet.evaluator.sparkline("slo-7", Duration::from_hours(1), 60)));
    });
}

criterion_group!(benches, evaluate);
criterion_main!(benches);
