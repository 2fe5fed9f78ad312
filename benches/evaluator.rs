//! Ten thousand SLOs with the four default tiers and thirty days of history: taking in a poll of all of them,
//! looking at all of them just after it and between two polls. Prints the bytes of one history, and what the
//! look costs an SLO and window.

use std::cell::RefCell;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use warroom::slo::{Counter, Counts, Evaluator, Objective, Query, Sample, Sli, Slo};
use warroom::text::{Time, when};

const SLOS: usize = 10_000;
/// Five minutes to three days, and the period.
const WINDOWS: usize = 8;
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
            let samples = fleet.samples();
            fleet.take(samples);
        }
        fleet
    }

    /// What the next poll of all of them brings.
    fn samples(&mut self) -> Vec<Sample> {
        self.now = when::after(self.now, EVERY);
        self.count += 150.0;
        let counter = |value| vec![Counter { series: String::new(), value }];
        let (part, total) = (self.count / 3000.0, self.count);
        (0..SLOS).map(|_| Sample::Counters { part: counter(part), total: counter(total) }).collect()
    }

    fn take(&mut self, samples: Vec<Sample>) {
        for (id, sample) in self.ids.iter().zip(samples) {
            self.evaluator.observe(id, self.now, Ok(sample));
        }
    }
}

fn evaluate(criterion: &mut Criterion) {
    let fleet = RefCell::new(Fleet::new());
    println!("bytes of history per SLO: {}", fleet.borrow().evaluator.history_bytes("slo-0"));
    criterion.bench_function("take in a poll of 10,000 SLOs", |bencher| {
        let samples = || fleet.borrow_mut().samples();
        bencher.iter_batched(samples, |samples| fleet.borrow_mut().take(samples), BatchSize::PerIteration);
    });
    let poll = || {
        let samples = fleet.borrow_mut().samples();
        fleet.borrow_mut().take(samples);
    };
    let look = |()| {
        let fleet = &mut *fleet.borrow_mut();
        black_box(fleet.evaluator.evaluate(fleet.now))
    };
    let mut group = criterion.benchmark_group("evaluate");
    group.throughput(Throughput::Elements((SLOS * WINDOWS) as u64));
    group.bench_function("10,000 SLOs x 4 tiers after a poll", |bencher| {
        bencher.iter_batched(poll, look, BatchSize::PerIteration);
    });
    group.bench_function("10,000 SLOs x 4 tiers between polls", |bencher| bencher.iter(|| look(())));
    group.finish();
    criterion.bench_function("sparkline of 60 points over an hour", |bencher| {
        let fleet = fleet.borrow();
        bencher.iter(|| black_box(fleet.evaluator.sparkline("slo-7", Duration::from_hours(1), 60)));
    });
}

criterion_group!(benches, evaluate);
criterion_main!(benches);
