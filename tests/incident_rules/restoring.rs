//! On the way back to service: triage, temporary mitigations, the closing checklist.

use crate::intents::{note, task, text};
use crate::refusal::{no, refused};
use crate::room::{Room, declare};
use warroom::incident::event::{Change, ChangeKind, Mitigation};
use warroom::incident::intent::RefusalKind;
use warroom::incident::triage::{Answer, Question, facts};
use warroom::incident::{Ask, Checks, Incident, Intent, Severity};

fn answer(question: Question, answer: Answer) -> Intent {
    Intent::Triage { question, answer }
}

fn put(what: &str) -> Intent {
    Intent::PutTemporary { text: text(what) }
}

fn in_place(incident: &Incident) -> Vec<(u32, &str)> {
    incident.open_temporaries().map(|put| (put.number, put.text.as_str())).collect()
}

#[test]
fn triage_walks_the_tree_of_the_guide_and_every_answer_is_on_record() {
    use Answer::{No, Yes};
    use Question::{CauseObvious, Postmortem, RecentChange, Restored};
    let mut room = Room::declared();
    let walk = [
        (CauseObvious, No, Some(RecentChange)),
        (RecentChange, Yes, Some(Restored)),
        (Restored, No, Some(CauseObvious)),
        (CauseObvious, Yes, Some(Restored)),
        (Restored, Yes, Some(Postmortem)),
        (Postmortem, Yes, None),
    ];
    for (question, given, next) in walk {
        assert_eq!(room.incident().triage_question(), Some(question));
        room.says(answer(question, given));
        assert_eq!(room.incident().triage_question(), next, "after {question} {given}");
    }
    let told: Vec<&str> = room
        .incident()
        .timeline
        .iter()
        .map(|entry| entry.text.as_str())
        .filter(|text| text.starts_with("triage"))
        .collect();
    assert_eq!(told.len(), walk.len());
    assert_eq!(told[1], "triage: Was anything changed recently? yes: roll it back and verify");
}

#[test]
fn whether_users_are_hurt_is_asked_before_there_is_an_incident() {
    let mut room = Room::empty();
    room.says(answer(Question::UsersHurt, Answer::No));
    assert_eq!((room.events[0].incident.as_deref(), room.ledger.incidents.len()), (None, 0));
    let late = Ask::new("ana", answer(Question::Restored, Answer::Yes));
    refused(&mut room, &late, RefusalKind::NotAllowed, &["none declared yet"]);
}

#[test]
fn a_resolved_incident_is_triaged_again_only_after_it_reopened() {
    let mut room = Room::declared();
    room.says(answer(Question::CauseObvious, Answer::Yes));
    room.says(Intent::Resolve);
    no(&mut room, answer(Question::Restored, Answer::Yes), &["was resolved at", "warroom reopen"]);
    room.says(Intent::Reopen { reason: text("back") });
    assert_eq!(room.incident().triage_question(), Some(Question::CauseObvious));
}

#[test]
fn the_question_of_changes_comes_with_those_of_the_hour_before() {
    let mut room = Room::empty();
    let deploy =
        |what: &str| Intent::MarkChange(Change::new(ChangeKind::Deploy, text("checkout"), text(what)));
    room.says(deploy("v40"));
    room.wait(90);
    room.says(deploy("v41"));
    room.wait(20);
    room.says(declare("Checkout down", Severity::Sev2));
    room.wait(5);
    let known = facts(Question::RecentChange, &room.ledger, room.incident(), room.now);
    assert_eq!(known, ["deploy of checkout: v41, 25m ago"]);
    let mut calm = Room::declared();
    calm.wait(1);
    let known = facts(Question::RecentChange, &calm.ledger, calm.incident(), calm.now);
    assert_eq!(known, ["no change on record in the hour before it, nor since"]);
}

#[test]
fn what_a_mitigation_leaves_in_place_is_in_the_ledger_until_it_is_removed() {
    let mut room = Room::declared();
    room.says(Intent::Mitigate { kind: Mitigation::Flag });
    room.says(put("  twice   the workers "));
    assert_eq!(in_place(room.incident()), [(1, "flag that mitigated it"), (2, "twice the workers")]);
    room.says(Intent::RemoveTemporary { number: 1 });
    assert_eq!(in_place(room.incident()), [(2, "twice the workers")]);
    no(&mut room, Intent::RemoveTemporary { number: 1 }, &["temporary 1 was removed at"]);
    refused(
        &mut room,
        &Ask::new("ana", Intent::RemoveTemporary { number: 9 }),
        RefusalKind::Unknown,
        &["temporary: 9", "in place: 2"],
    );
    no(&mut room, put(" "), &["temporary: empty"]);
}

#[test]
fn a_rollback_and_a_hotfix_leave_nothing_behind() {
    for kind in [Mitigation::Rollback, Mitigation::Hotfix] {
        let mut room = Room::declared();
        room.says(Intent::Mitigate { kind });
        assert_eq!(in_place(room.incident()), []);
    }
}

#[test]
fn the_checklist_warns_of_what_is_wrong_unseen_or_left_and_never_blocks() {
    let mut room = Room::declared();
    room.says(put("flag new-checkout off"));
    room.says(task("call the bank"));
    room.says(Intent::Check(Checks { baseline: Some(false), ..Checks::default() }));
    room.says(Intent::Resolve);
    assert_eq!(
        room.incident().warnings(room.now),
        [
            "metrics are not at their baseline",
            "nobody said whether data was lost or corrupted",
            "temporary mitigation 1 is in place: flag new-checkout off (temporary remove 1)",
            "task 1 is open: call the bank (bob)",
        ]
    );
    room.says(Intent::Check(Checks { baseline: Some(true), data: Some(true), temporary: None }));
    room.says(Intent::RemoveTemporary { number: 1 });
    room.says(Intent::FinishTask { number: 1 });
    assert_eq!(room.incident().warnings(room.now), Vec::<String>::new());
    room.says(Intent::Close);
}

#[test]
fn a_checklist_that_nobody_walked_is_one_warning_and_an_empty_answer_none() {
    let mut room = Room::declared();
    no(&mut room, Intent::Check(Checks::default()), &["nothing was answered", "--baseline"]);
    assert!(room.incident().warnings(room.now).is_empty(), "while it is open");
    room.says(note("all quiet"));
    room.says(Intent::Resolve);
    let [warning] = &room.incident().warnings(room.now)[..] else { panic!("one warning") };
    assert!(warning.contains("nobody walked the closing checklist"), "{warning}");
    room.says(Intent::Close);
    assert!(room.incident().warnings(room.now).is_empty(), "once it is closed");
}

#[test]
fn a_reopened_incident_forgets_its_checklist_and_keeps_its_ledger() {
    let mut room = Room::declared();
    room.says(put("flag off"));
    room.says(Intent::Check(Checks { baseline: Some(true), data: Some(true), temporary: None }));
    room.says(Intent::Resolve);
    room.says(Intent::Reopen { reason: text("back") });
    assert_eq!(room.incident().checks, Checks::default());
    assert_eq!(in_place(room.incident()), [(1, "flag off")]);
}
