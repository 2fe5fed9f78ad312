//! What came out, beside what was to come out: of a command, and of live data.

use std::time::Duration;

use warroom::incident::event::{Answer, Judged};
use warroom::runbook::bound::Bound;
use warroom::runbook::judge::{self, Diff};
use warroom::runbook::{Step, parse};
use warroom::slo::{Burn, Reading, SloState};

fn step(expect: &str, commands: usize) -> Step {
    let command = "   ```sh\n   kubectl get pods\n   ```\n\n".repeat(commands);
    let indented: Vec<String> = expect.lines().map(|line| format!("   {line}")).collect();
    let text = format!("## A\n\n1. Look\n\n{command}   ```output\n{}\n   ```\n", indented.join("\n"));
    parse("a", &text).step("1").cloned().expect("a step")
}

fn judged(expect: &str, printed: &[&str]) -> Option<Judged> {
    judge::output(&step(expect, 1), printed, true).map(|judgement| judgement.judged)
}

#[test]
fn output_is_as_expected_where_every_line_fits() {
    let cases: &[(&str, &[&str], Judged)] = &[
        ("a b\nc", &["a   b ", "", "c"], Judged::AsExpected),
        ("a\n...\nz", &["a", "m", "n", "z"], Judged::AsExpected),
        ("a\n...\nz", &["a", "z"], Judged::AsExpected),
        ("pod/<name> ready", &["pod/web-1 ready"], Judged::AsExpected),
        ("took ... ms", &["took 12 ms"], Judged::AsExpected),
        ("{{service}} is up", &["checkout is up"], Judged::AsExpected),
        ("a\nb", &["a"], Judged::Different),
        ("a", &["a", "b"], Judged::Different),
        ("pod/<name> ready", &["pod/web-1 failed"], Judged::Different),
        ("a", &[], Judged::Different),
    ];
    for (expect, printed, wanted) in cases {
        assert_eq!(judged(expect, printed), Some(*wanted), "{expect:?} {printed:?}");
    }
}

#[test]
fn what_words_describe_or_was_not_kept_whole_only_a_person_can_judge() {
    let words = "a version that went out within the last hour";
    assert_eq!(judged(words, &["v42"]), Some(Judged::CannotTell));
    let literal = step("a", 1);
    assert_eq!(judge::output(&literal, &["a"], false).map(|known| known.judged), Some(Judged::CannotTell));
    assert_eq!(
        judge::output(&step("a", 2), &["a"], true).map(|known| known.judged),
        Some(Judged::CannotTell)
    );
    let silent = Step { expect: None, ..literal };
    assert_eq!(judge::output(&silent, &["a"], true), None, "nothing is expected: nothing is claimed");
}

#[test]
fn a_difference_is_both_texts_as_one() {
    let told = judge::output(&step("a\nb\nc", 1), &["a", "x", "c"], true).expect("it is judged");
    let (same, missing) = (|text: &str| Diff::Same(text.to_owned()), Diff::Missing("b".to_owned()));
    assert_eq!(told.lines, [same("a"), missing, Diff::Unexpected("x".to_owned()), same("c")]);
}

fn reading(slo: &str, state: SloState, (rate, age_s): (Option<f64>, Option<u64>)) -> Reading {
    let burn = Burn { window_s: 300, rate };
    let mut reading: Reading = serde_json::from_value(serde_json::json!({
        "slo": slo, "service": "checkout", "at": "2026-11-21T14:00:00Z", "objective": 0.999, "period_s": 2_592_000,
        "state": "ok", "sli": null, "budget": null, "burn": [], "exhausted_in_s": null, "bad": 0.0, "total": 0.0,
        "coverage": 1.0, "age_s": age_s, "weighting": "events", "alerts": [], "error": null,
    }))
    .expect("a reading");
    reading.state = state;
    reading.burn.push(burn);
    reading
}

#[test]
fn a_bound_is_found_in_backticks_or_on_a_line_of_its_own() {
    let cases = [
        ("Verify: `checkout burn 5m < 1 within 5m`", Some("checkout burn 5m < 1 within 5m")),
        ("verify: burn 1h below 2.5 within 10m", Some("burn 1h < 2.5 within 10m")),
        ("wait until `slo checkout burn 5m <= 1` holds", Some("checkout burn 5m < 1 within 5m")),
        ("Watch the burn rate of the service: the 5 m window falls first", None),
        ("`burn 5m > 1`", None),
        ("`burn 5m < 0`", None),
        ("`burn 5m < 1 within soon`", None),
        ("`burn 5m < 1 and more`", None),
    ];
    for (text, wanted) in cases {
        assert_eq!(Bound::find(text).map(|bound| bound.to_string()).as_deref(), wanted, "{text}");
    }
}

#[test]
fn a_bound_holds_only_on_live_data_measured_since() {
    let bound = Bound::find("`checkout burn 5m < 1 within 5m`").expect("a bound");
    let cases = [
        (SloState::Ok, (Some(0.4), Some(10)), 60, Some(Answer::Yes)),
        (SloState::Firing, (Some(0.4), Some(10)), 60, Some(Answer::Yes)),
        (SloState::Ok, (Some(0.4), Some(90)), 60, None),
        (SloState::Ok, (Some(2.0), Some(10)), 60, None),
        (SloState::Ok, (Some(2.0), Some(10)), 300, Some(Answer::No)),
        (SloState::Ok, (Some(1.0), Some(10)), 300, Some(Answer::No)),
        (SloState::Stale, (Some(0.4), Some(10)), 300, Some(Answer::Unknown)),
        (SloState::Frozen, (Some(0.4), Some(10)), 60, None),
        (SloState::NoData, (None, None), 300, Some(Answer::Unknown)),
        (SloState::NoTraffic, (None, Some(10)), 300, Some(Answer::Unknown)),
        (SloState::Ok, (Some(0.4), Some(400)), 300, Some(Answer::Unknown)),
    ];
    for (state, measured, waited, wanted) in cases {
        let reading = reading("checkout", state, measured);
        let found = bound.judge(&[&reading], Duration::from_secs(waited));
        assert_eq!(found.answer, wanted, "{state:?} {measured:?} {waited}: {}", found.why);
    }
    assert_eq!(bound.judge(&[], Duration::ZERO).answer, Some(Answer::Unknown));
}

#[test]
fn every_group_of_an_slo_has_to_hold() {
    let bound = Bound::find("`checkout burn 5m < 1`").expect("a bound");
    let of = |slo: &str, rate| reading(slo, SloState::Ok, (Some(rate), Some(5)));
    let (eu, us) = (of("checkout{region=\"eu\"}", 0.2), of("checkout{region=\"us\"}", 3.0));
    assert!(bound.covers(&eu, &[]) && !bound.covers(&of("checkout-latency", 0.1), &[]));
    let found = bound.judge(&[&eu, &us], Duration::from_mins(5));
    assert_eq!((found.answer, found.measured), (Some(Answer::No), Some(3.0)));
    let unnamed = Bound::find("`burn 5m < 1`").expect("a bound");
    assert!(unnamed.covers(&eu, &["checkout".to_owned()]) && !unnamed.covers(&eu, &["search".to_owned()]));
}
