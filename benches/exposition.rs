//! A metrics page of 100,000 lines: split into lines (the floor), parsed whole, parsed for one metric in a
//! hundred as a scrape does it, and matched by a hundred selectors. Rates are lines per second.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use warroom::slo::exposition::{Dialect, Exposition, Sample, parse, parse_only};
use warroom::slo::selector::Selector;

const LINES: usize = 100_000;
const SLOS: usize = 100;

/// Samples of as many metrics as there are SLOs, with three labels each, as an ingress exposes them.
fn page() -> String {
    let mut page = String::with_capacity(LINES * 96);
    for metric in 0..SLOS {
        page.push_str(&format!("# HELP http_requests_{metric}_total Requests.\n"));
        page.push_str(&format!("# TYPE http_requests_{metric}_total counter\n"));
        for series in 0..LINES / SLOS - 2 {
            let code = [200, 404, 500][series % 3];
            page.push_str(&format!(
                "http_requests_{metric}_total{{service=\"checkout-{series}\",method=\"GET\",code=\"{code}\"}} {}\n",
                series * 7919
            ));
        }
    }
    page
}

fn selectors() -> Vec<Selector> {
    let bad = |metric| format!("http_requests_{metric}_total{{code=~\"5..\"}}");
    (0..SLOS).filter_map(|metric| Selector::parse(&bad(metric)).ok()).collect()
}

/// Every line looked at, which no parser can do without.
fn split(page: &str) -> usize {
    page.lines().map(|line| usize::from(line.starts_with('#'))).sum()
}

fn matched(page: &Exposition<'_>, selectors: &[Selector]) -> usize {
    let of = |selector: &Selector| {
        let mine = |sample: &&Sample<'_>| selector.metric().is_none_or(|metric| sample.name == metric);
        page.samples.iter().filter(mine).filter(|sample| selector.matches(sample)).count()
    };
    selectors.iter().map(of).sum()
}

fn exposition(criterion: &mut Criterion) {
    let (page, selectors) = (page(), selectors());
    println!("bytes of the page: {}", page.len());
    let mut group = criterion.benchmark_group("exposition of 100,000 lines");
    group.throughput(Throughput::Elements(LINES as u64));
    group.bench_function("split into lines", |bencher| bencher.iter(|| split(black_box(&page))));
    group.bench_function("parse", |bencher| bencher.iter(|| parse(black_box(&page)).samples.len()));
    group.bench_function("parse, keeping one metric in a hundred", |bencher| {
        let wanted = |sample: &Sample<'_>| sample.name == "http_requests_7_total";
        bencher.iter(|| parse_only(black_box(&page), Dialect::Text, wanted).samples.len());
    });
    let read = parse(&page);
    group.bench_function("match 100 selectors", |bencher| {
        bencher.iter(|| matched(black_box(&read), &selectors));
    });
    group.finish();
}

criterion_group!(benches, exposition);
criterion_main!(benches);
