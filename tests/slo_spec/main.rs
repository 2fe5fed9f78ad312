//! What the files of Sloth, Pyrra and OpenSLO say, read into SLOs.
#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests may fail loudly")]
#![expect(clippy::float_cmp, reason = "what is read from a file is what it says, to the bit")]
#![expect(clippy::too_many_lines, reason = "a table of cases is one thought")]

mod fixtures;
mod goldens;
mod hostile;
mod openslo;
mod pyrra;
mod sloth;

use std::time::Duration;

use warroom::slo::spec::{Loaded, SpecFile, load};
use warroom::slo::{Query, Sli, Slo, Test, Tier};
use warroom::text::when::short_span;

/// The texts as files a.yaml, b.yaml and on.
fn read(texts: &[&str]) -> Loaded {
    const NAMES: [&str; 4] = ["a.yaml", "b.yaml", "c.yaml", "d.yaml"];
    let file =
        |(file, text): (&&'static str, &&'static str)| SpecFile { file, text, source: None, period: None };
    // Tests hold their texts for as long as they run.
    let texts: Vec<&'static str> =
        texts.iter().map(|text| &*Box::leak((*text).to_owned().into_boxed_str())).collect();
    let files: Vec<SpecFile<'_>> = NAMES.iter().zip(&texts).map(file).collect();
    load(&files)
}

/// The only SLO of a text that has no errors.
fn only(text: &str) -> Slo {
    let Loaded { slos, problems } = read(&[text]);
    let [slo] = slos.try_into().unwrap_or_else(|slos| panic!("{slos:#?} {problems:#?}"));
    slo
}

/// Everything found, one line each: `level rule line: what`.
fn found(texts: &[&str]) -> Vec<String> {
    let problems = read(texts).problems;
    let line = |problem: &warroom::text::Problem| {
        let warroom::text::Problem { level, rule, what, .. } = problem;
        format!("{} {rule} {}:{}: {what}", level.word(), problem.place.file, problem.place.line)
    };
    problems.iter().map(line).collect()
}

/// Asserts what is found in single texts, each entry the beginning of its line.
fn check(cases: &[(&str, &str, &[&str])]) {
    for (name, text, expected) in cases {
        let found = found(&[text]);
        let fits =
            found.len() == expected.len() && found.iter().zip(*expected).all(|(f, e)| f.starts_with(e));
        assert!(fits, "{name}: {found:#?} is not {expected:#?}");
    }
}

fn shown(query: &Query) -> String {
    match query {
        Query::Selector(text) => format!("selector {text}"),
        Query::PromQl(text) => text.clone(),
    }
}

fn queries(sli: &Sli) -> Vec<String> {
    sli.queries().into_iter().map(shown).collect()
}

/// `page quick 14.4 1h/5m 2m`, the hold only where there is one.
fn tier(tier: &Tier) -> String {
    let Tier { name, test: Test::Burn { factor, long, short }, hold, .. } = tier else {
        panic!("{tier:?} is no burn rate")
    };
    let factor = (factor * 1e9).round() / 1e9;
    let hold = if hold.is_zero() { String::new() } else { format!(" {}", short_span(*hold)) };
    format!("{name} {factor} {}/{}{hold}", short_span(*long), short_span(*short))
}

fn tiers(slo: &Slo) -> Vec<String> {
    slo.effective_tiers().iter().map(tier).collect()
}

fn days(days: u64) -> Duration {
    Duration::from_hours(24 * days)
}
