//! The journal's format: every kind is read back as it was written, and what is unknown survives.

#[path = "support/alert.rs"]
mod alert;
#[path = "support/kinds.rs"]
mod kinds;
#[path = "support/run.rs"]
mod run;

use serde_json::{Value, json};
use warroom::incident::timeline::describe;
use warroom::incident::{EventKind, Weight};
use warroom::slo::TierState;
use warroom::text::Time;

#[test]
fn every_kind_reads_back_as_it_was_written() {
    for (kind, _) in kinds::all() {
        let (word, data) = kind.encode();
        let stored = serde_json::to_string(&data).unwrap_or_default();
        let read: Value = serde_json::from_str(&stored).unwrap_or_default();
        assert_eq!(EventKind::decode(&word, read), kind, "{word} as {stored}");
        assert_eq!(EventKind::read(&word, &stored), kind, "{word} as {stored}");
    }
}

#[test]
fn every_kind_is_told_in_a_sentence_of_its_own() {
    for (kind, sentence) in kinds::all() {
        assert_eq!(describe(&kind), sentence);
    }
}

#[test]
fn the_stored_form_of_the_kinds_does_not_change() {
    let stored: Vec<String> = kinds::all()
        .iter()
        .map(|(kind, _)| kind.encode())
        .map(|(word, data)| format!("{word} {data}"))
        .collect();
    insta::assert_snapshot!(stored.join("\n"));
}

#[test]
fn unknown_event_kind_survives_reload() {
    let data = json!({"deep": [1, {"x": null}]});
    let read = EventKind::decode("moon_phase", data.clone());
    assert_eq!(read, EventKind::Unknown { kind: "moon_phase".into(), data: data.clone() });
    assert_eq!(read.encode(), ("moon_phase".to_owned(), data));
}

#[test]
fn a_known_kind_with_unreadable_data_survives_as_unknown() {
    for data in [Value::Null, json!({}), json!({"title": 7}), json!("x"), json!([1])] {
        let read = EventKind::decode("declared", data.clone());
        assert_eq!(read.encode(), ("declared".to_owned(), data));
    }
}

/// Reading from the stored text is a short cut, and says the same as the way over values.
#[test]
fn stored_text_reads_as_its_value_does_whatever_it_is() {
    let odd = [
        "null",
        "{}",
        "[]",
        "7",
        "\"x\"",
        " {\"number\": 3} ",
        "{\"number\":3,\"number\":4}",
        "{\"number\":-1}",
        "{\"text\":\"\\u0000 \\ud83d\\ude00\",\"kind\":\"decision\"}",
        "{\"seq\":1e2,\"reason\":\"\"}",
    ];
    for word in ["noted", "task_done", "resolved", "struck", "erased", "moon_phase", ""] {
        for text in odd {
            let value = serde_json::from_str(text).expect("it is JSON");
            assert_eq!(EventKind::read(word, text), EventKind::decode(word, value), "{word} {text}");
        }
    }
}

#[test]
fn stored_text_that_is_no_json_is_kept_as_it_is_and_smuggles_nothing_in() {
    for text in ["", "{", "{\"number\":3}, \"kind\": \"closed\"", "{\"number\":3} {\"number\":4}", "\u{0}"] {
        let kept = EventKind::Unknown { kind: "task_done".to_owned(), data: Value::from(text) };
        assert_eq!(EventKind::read("task_done", text), kept, "{text:?}");
    }
}

#[test]
fn a_field_of_a_newer_version_does_not_make_an_event_unreadable() {
    let data = json!({"number": 3, "approved_by": "ana"});
    assert_eq!(EventKind::decode("task_done", data), EventKind::TaskDone { number: 3 });
}

/// As version 0.1 stored them: no name of the tier, no short window's counts, bare numbers.
#[test]
fn alerts_and_evidence_of_the_first_version_are_still_read() {
    let alert = r#"{"at":"2026-11-21T13:40:00.123Z","bad":1234.0,"budget_remaining":-0.125,"factor":14.4,"from":"pending","long_burn":62.1,"long_s":3600,"service":"checkout","severity":"page","short_burn":0.30000000000000004,"short_s":300,"slo":"checkout-availability","to":"firing","total":20000.0}"#;
    let EventKind::AlertChanged(change) = decoded("alert_changed", alert) else { panic!("an alert") };
    assert_eq!((change.factor, change.long_s, change.short_s), (Some(14.4), Some(3600), Some(300)));
    assert_eq!((change.tier.as_str(), change.suppressed.as_deref()), ("", None));
    assert!(change.pages(), "it still counts as a page");
    let told = describe(&EventKind::AlertChanged(change));
    assert!(told.starts_with("checkout-availability page fires: 62.1x over 1h, 0.3x over 5m"), "{told}");

    let evidence = r#"{"moment":"declared","at":"2026-11-21T13:40:00.123Z","readings":[{"slo":"a","service":"checkout","at":"2026-11-21T13:40:00.123Z","objective":0.999,"period_s":2592000,"state":"firing","sli":0.99,"budget":{"remaining":0.5,"status":"warning"},"burn":[{"window_s":300,"rate":1.5}],"exhausted_in_s":null,"bad":1.0,"total":2.0,"coverage":1.0,"age_s":3,"weighting":"events","alerts":[{"severity":"page","factor":14.4,"long_s":3600,"short_s":300,"state":"firing"}],"error":null}],"spent":[]}"#;
    let EventKind::EvidenceKept(kept) = decoded("evidence_kept", evidence) else { panic!("evidence") };
    assert_eq!(kept.readings[0].alerts[0].factor, Some(14.4));
}

fn decoded(word: &str, stored: &str) -> EventKind {
    EventKind::decode(word, serde_json::from_str(stored).unwrap_or_default())
}

#[test]
fn words_and_decisions_outweigh_facts_and_facts_outweigh_bookkeeping() {
    let weight_of = |word: &str| {
        let all = kinds::all();
        all.iter().find(|(kind, _)| kind.word() == word).map(|(kind, _)| Weight::of(kind))
    };
    for word in ["noted", "declared", "severity_changed", "resolved", "updated", "struck"] {
        assert_eq!(weight_of(word), Some(Weight::Word), "{word}");
    }
    for word in ["alert_changed", "change_marked", "maintenance_planned", "step_ran", "moon_phase"] {
        assert_eq!(weight_of(word), Some(Weight::Fact), "{word}");
    }
    for word in ["evidence_kept", "postmortem_saved", "erased"] {
        assert_eq!(weight_of(word), Some(Weight::Quiet), "{word}");
    }
    let rising = alert::alert(TierState::Ok, TierState::Rising);
    assert_eq!(Weight::of(&EventKind::AlertChanged(rising)), Weight::Quiet);
    let recovering = alert::alert(TierState::Firing, TierState::Recovering);
    assert_eq!(Weight::of(&EventKind::AlertChanged(recovering)), Weight::Fact);
    assert_eq!(Weight::of(&EventKind::StepRan(run::run("stopped", Time::default()))), Weight::Fact);
}
