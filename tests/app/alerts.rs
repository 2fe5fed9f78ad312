//! Alerts from outside in the console: told, shown, acknowledged, linked, silenced after a question, led to
//! their runbook, declared from.

use std::time::Duration;

use warroom::app::alerts::Letters;
use warroom::app::form::{Confirm, Popup, Purpose, Question};
use warroom::app::msg::SilenceOutcome;
use warroom::app::{Effect, Msg, Pane};
use warroom::incident::event::AlertChange;
use warroom::incident::inbox::{Batch, Extent, Heard, Hush, Labels, Matcher, SilenceWish, Standing, Told};
use warroom::incident::{EventKind, Weight};
use warroom::runbook::parse;
use warroom::slo::telemetry::ALERTMANAGER;

use crate::desk::{Desk, at};

/// `HostDown service=checkout severity=critical`, firing since 13:59.
fn alert(words: &str) -> Heard {
    let mut words = words.split_whitespace();
    let name = words.next().expect("a name");
    let pairs = words.filter_map(|pair| pair.split_once('=')).chain([("alertname", name)]);
    let labels: Labels = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Heard {
        fingerprint: labels.values().cloned().collect::<Vec<_>>().join("-"),
        starts_at: at("13:59:00"),
        ends_at: None,
        told: Told::Firing,
        labels,
        annotations: Labels::new(),
        generator_url: None,
    }
}

fn tell(desk: &mut Desk, alerts: Vec<Heard>) {
    let (source, at) = ("am".to_owned(), desk.model.now);
    desk.hear(Msg::Alerts(Batch { source, at, extent: Extent::Whole { up_since: None }, alerts }));
}

/// The Alertmanagers that can be asked.
fn servers(desk: &mut Desk, names: &[&str]) {
    let every = Duration::from_secs(15);
    desk.model.burn.telemetry.set_sources(names.iter().map(|name| ((*name).to_owned(), ALERTMANAGER, every)));
}

fn line(desk: &Desk) -> String {
    desk.model.notices.current(desk.model.now).map(|notice| notice.text.clone()).unwrap_or_default()
}

fn told(desk: &Desk, change: AlertChange) -> usize {
    let is_it = |kind: &EventKind| matches!(kind, EventKind::AlertsNoticed(news) if news.change == change);
    desk.events.iter().filter(|event| is_it(&event.kind)).count()
}

#[test]
fn an_alert_rings_once_is_written_down_once_and_its_end_too() {
    let mut desk = Desk::empty();
    tell(&mut desk, vec![alert("HostDown cluster=prod severity=critical")]);
    assert_eq!(line(&desk), "HostDown (prod) fires; a shows the alerts");
    assert!(desk.effects.contains(&Effect::Bell));
    desk.effects.clear();
    for _ in 0..5 {
        tell(&mut desk, vec![alert("HostDown cluster=prod severity=critical")]);
        desk.wait(15);
    }
    assert!(!desk.effects.contains(&Effect::Bell));
    assert_eq!(told(&desk, AlertChange::Fired), 1);
    tell(&mut desk, Vec::new());
    assert_eq!(told(&desk, AlertChange::Resolved), 1);
}

#[test]
fn a_warning_does_not_ring_and_neither_does_what_an_incident_is_open_for() {
    let mut desk = Desk::declared();
    desk.effects.clear();
    tell(&mut desk, vec![alert("Slow severity=warning"), alert("Errors service=checkout severity=critical")]);
    assert!(!desk.effects.contains(&Effect::Bell));
    let own = &desk.model.incident().expect("an incident").timeline;
    assert!(own.iter().any(|entry| entry.text == "Errors (checkout) fires [critical]"));
    assert!(own.iter().all(|entry| !entry.text.contains("Slow")), "of no service of it");
}

#[test]
fn the_selected_group_is_acknowledged_with_one_key_and_may_be_unfolded() {
    let mut desk = Desk::empty();
    tell(
        &mut desk,
        vec![alert("HostDown cluster=prod instance=a"), alert("HostDown cluster=prod instance=b")],
    );
    desk.press(&["a", "enter", "down", "a"]);
    assert_eq!(desk.model.burn.alerts.inbox.tally().taken, 1, "one of the unfolded group");
    desk.press(&["up", "a"]);
    assert_eq!(
        (desk.model.burn.alerts.inbox.tally().taken, desk.model.burn.alerts.inbox.tally().firing),
        (2, 0)
    );
    assert!(matches!(desk.model.popup, Some(Popup::Alerts)), "the window stays");
    let last = desk.events.last().expect("an event");
    assert_eq!((last.actor.as_str(), Weight::of(&last.kind)), ("ana", Weight::Word));
    desk.press(&["a"]);
    assert!(line(&desk).contains("acknowledged already by ana"), "{}", line(&desk));
}

#[test]
fn a_silence_is_sent_after_a_question_that_shows_what_it_covers_and_never_by_enter_or_paste() {
    let mut desk = Desk::empty();
    servers(&mut desk, &["am"]);
    tell(
        &mut desk,
        vec![
            alert("HostDown cluster=prod instance=a"),
            alert("HostDown cluster=prod instance=b"),
            alert("Disk cluster=dev"),
        ],
    );
    desk.press(&["a", "g"]);
    let first = desk.model.burn.alerts.taken().expect("a group").group.title();
    assert_eq!(first, "HostDown (prod)");
    desk.press(&["s", "enter"]);
    let Some(Popup::Form(form)) = &desk.model.popup else { panic!("the form stays: {:?}", desk.model.popup) };
    assert!(form.refused.as_ref().is_some_and(|why| why.contains("no comment")));
    desk.press(&["type:rack is moved", "enter"]);
    let Some(Popup::Confirm(confirm)) = &desk.model.popup else {
        panic!("a question: {:?}", desk.model.popup)
    };
    let shown = confirm.lines.join("\n");
    for wanted in [
        "alertname=\"HostDown\"",
        "cluster=\"prod\"",
        "until 2026-11-21 15:00",
        "covers 2 that",
        "instance=b",
        "rack is moved",
    ] {
        assert!(shown.contains(wanted), "{wanted} in\n{shown}");
    }
    assert!(!shown.contains("Disk"), "{shown}");
    desk.press(&["enter"]);
    desk.hear(Msg::Paste("y".to_owned()));
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Silence { .. })));
    desk.press(&["y"]);
    let Some(Effect::Silence { wish, covered }) = desk.effects.last().cloned() else {
        panic!("it is asked for: {:?}", desk.effects.last())
    };
    assert_eq!((covered, wish.by.as_str(), wish.source.as_str()), (2, "ana", "am"));
    assert!(
        !desk.events.iter().any(|event| matches!(event.kind, EventKind::SilenceMade(_))),
        "not before it is made"
    );
    desk.hear(Msg::Silence(SilenceOutcome::Made { wish, id: "7c1f".to_owned(), covered }));
    let Some(EventKind::SilenceMade(made)) = desk.events.last().map(|event| event.kind.clone()) else {
        panic!("on record: {:?}", desk.events.last())
    };
    assert_eq!((made.id.as_str(), made.comment.as_str(), made.covered), ("7c1f", "rack is moved", 2));
}

#[test]
fn a_silence_is_made_where_one_can_be_made_whoever_posts_the_alert() {
    let table: [(&[&str], Result<&str, &str>); 4] = [
        (&["am"], Ok("am")),
        (&["other"], Ok("other")),
        (&["other", "am"], Ok("am")),
        (&[], Err("no Alertmanager is configured")),
    ];
    for (names, wanted) in table {
        let mut desk = Desk::empty();
        servers(&mut desk, names);
        tell(&mut desk, vec![alert("HostDown cluster=prod")]);
        desk.press(&["a", "s"]);
        match (wanted, &desk.model.popup) {
            (Ok(server), Some(Popup::Form(form))) => {
                assert!(
                    matches!(&form.purpose, Purpose::Silence { source, .. } if source == server),
                    "{names:?}"
                );
            }
            (Err(why), _) => assert!(line(&desk).contains(why), "{}", line(&desk)),
            (wanted, popup) => panic!("{names:?}: {wanted:?}, and {popup:?}"),
        }
    }
}

#[test]
fn a_silence_that_fails_is_said_and_leaves_no_record() {
    let mut desk = Desk::empty();
    let events = desk.events.len();
    desk.hear(Msg::Silence(SilenceOutcome::Failed { why: "am: HTTP 500".to_owned() }));
    assert_eq!((line(&desk).as_str(), desk.events.len()), ("not done: am: HTTP 500", events));
}

#[test]
fn the_silence_that_keeps_an_alert_quiet_is_ended_after_a_question() {
    let mut desk = Desk::empty();
    servers(&mut desk, &["am"]);
    let hush = Hush { silenced_by: vec!["7c1f".to_owned()], ..Hush::default() };
    tell(&mut desk, vec![Heard { told: Told::Suppressed(hush), ..alert("HostDown") }, alert("Disk")]);
    assert_eq!(told(&desk, AlertChange::Suppressed), 1, "suppressed is recorded");
    desk.press(&["a", "g", "u"]);
    assert_eq!(line(&desk), "no silence keeps it quiet");
    desk.press(&["G", "u", "y"]);
    let Some(Effect::Unsilence(ended)) = desk.effects.last().cloned() else {
        panic!("{:?}", desk.effects.last())
    };
    assert_eq!((ended.source.as_str(), ended.id.as_str()), ("am", "7c1f"));
    desk.hear(Msg::Silence(SilenceOutcome::Ended(ended)));
    assert!(matches!(desk.events.last().map(|event| &event.kind), Some(EventKind::SilenceEnded(_))));
}

#[test]
fn an_alert_leads_to_its_runbook_by_address_by_name_or_to_the_address() {
    let by = |name: &str, text: &str| {
        let mut one = alert("Anything");
        one.annotations.insert(name.to_owned(), text.to_owned());
        one
    };
    for one in [
        by("runbook_url", "https://books.example/ops/bad-deploy-rollback.md#start"),
        by("runbook", "bad-deploy-rollback"),
        alert("BadDeployRollback"),
    ] {
        let mut desk = Desk::empty();
        tell(&mut desk, vec![one]);
        desk.press(&["a", "b"]);
        let open = desk.model.runbook.open.as_ref().map(|open| open.runbook.name.as_str());
        assert_eq!((open, desk.model.desk.focus), (Some("bad-deploy-rollback"), Pane::Runbook));
        assert!(desk.model.popup.is_none());
    }
    let mut desk = Desk::empty();
    tell(&mut desk, vec![by("runbook_url", "https://books.example/elsewhere")]);
    desk.press(&["a", "b"]);
    assert_eq!(line(&desk), "no runbook here for Anything; it names https://books.example/elsewhere");
}

#[test]
fn an_incident_declared_from_an_alert_has_its_words_its_service_and_the_alert() {
    let mut desk = Desk::empty();
    let mut one = alert("Errors service=checkout");
    one.annotations.insert("summary".to_owned(), "checkout returns 500s".to_owned());
    tell(&mut desk, vec![one]);
    desk.press(&["a", "d", "enter"]);
    let incident = desk.model.incident().expect("declared");
    assert_eq!(
        (incident.title.as_str(), &incident.services[..]),
        ("checkout returns 500s", &["checkout".to_owned()][..])
    );
    assert!(incident.timeline.iter().any(|entry| matches!(entry.event.kind, EventKind::AlertsLinked(_))));
    desk.wait(2);
    let known = &desk.model.burn.alerts.inbox.alerts()[0];
    assert_eq!(known.incident.as_deref(), desk.model.timeline.shown.as_deref());
}

#[test]
fn an_alert_is_linked_to_the_incident_on_the_screen() {
    let mut desk = Desk::empty();
    tell(&mut desk, vec![alert("Disk")]);
    desk.press(&["a", "l"]);
    assert!(line(&desk).starts_with("no incident to link to"));
    let mut desk = Desk::declared();
    tell(&mut desk, vec![alert("Disk")]);
    desk.press(&["a", "l"]);
    let own = &desk.model.incident().expect("an incident").timeline;
    assert!(own.iter().any(|entry| entry.text == "linked Disk to this incident"));
}

#[test]
fn a_window_of_the_service_suppresses_its_alerts_and_what_still_fires_is_told_after_it() {
    let mut desk = Desk::paging();
    desk.press(&["1", "W", "type:10m new disks", "enter"]);
    tell(&mut desk, vec![alert("Errors service=checkout severity=critical")]);
    assert!(matches!(desk.model.burn.alerts.inbox.alerts()[0].standing, Standing::Suppressed(_)));
    assert_eq!((told(&desk, AlertChange::Suppressed), told(&desk, AlertChange::Fired)), (1, 0));
    desk.wait(11 * 60);
    desk.wait(10);
    assert_eq!(told(&desk, AlertChange::Fired), 1);
}

#[test]
fn ten_thousand_alerts_leave_a_few_lines_and_every_human_line_in_view() {
    let mut desk = Desk::declared();
    desk.press(&["n", "type:users see errors", "enter", "esc"]);
    let storm = |from: usize| -> Vec<Heard> {
        (0..10_000)
            .map(|n| alert(&format!("Name{} instance=i{n} service=checkout", (from + n) % 400)))
            .collect()
    };
    let before = desk.model.timeline.entries.len();
    for round in 0..4 {
        tell(&mut desk, storm(round));
        desk.wait(15);
    }
    desk.press(&["n", "type:rolling back", "enter", "esc"]);
    let shown = &desk.model.timeline.entries;
    assert!(shown.len() - before < 40, "{} lines", shown.len() - before);
    let newest: Vec<&str> = shown.iter().rev().take(30).map(|entry| entry.text.as_str()).collect();
    assert!(newest.contains(&"rolling back"), "{newest:?}");
    assert_eq!(desk.model.burn.alerts.inbox.groups().len(), 400);
}

#[test]
fn what_was_posted_to_a_console_that_died_is_told_once_when_the_journal_is_known() {
    let kept = |alerts: Vec<Heard>| {
        let batch = Batch { source: "posted".to_owned(), at: at("13:59:30"), extent: Extent::Part, alerts };
        Msg::AlertsKept(vec![batch])
    };
    let (fires, came_and_went) = (alert("HostDown severity=critical"), alert("Blip severity=critical"));
    let over = Heard { told: Told::Resolved, ends_at: Some(at("13:59:20")), ..came_and_went };
    let mut desk = Desk::empty();
    desk.hear(kept(vec![fires.clone(), over]));
    assert_eq!(told(&desk, AlertChange::Fired), 0, "what the journal says of them is not known yet");
    desk.hear(Msg::Loaded(Vec::new()));
    assert_eq!((told(&desk, AlertChange::Fired), told(&desk, AlertChange::Resolved)), (2, 1));
    assert_eq!(line(&desk), "HostDown fires; a shows the alerts", "of what is over nobody is called");

    let events = desk.events.clone();
    let mut next = Desk::empty();
    next.hear(Msg::Loaded(events));
    next.hear(kept(vec![fires]));
    next.wait(2);
    assert_eq!(told(&next, AlertChange::Fired), 0, "it is in the journal");
    assert!(!next.effects.contains(&Effect::Bell), "it has rung before");
    assert_eq!(next.model.burn.alerts.inbox.tally().firing, 1);
}

/// Two groups, one of them with alerts of two clusters, and the window open.
fn filtered(typed: &str) -> Desk {
    let mut desk = Desk::empty();
    let alerts = ["HostDown cluster=prod node=a", "HostDown cluster=prod node=b", "DiskFull cluster=prod"];
    tell(&mut desk, alerts.map(alert).to_vec());
    desk.press(&["a", "/", &format!("type:{typed}")]);
    desk
}

#[test]
fn letters_typed_into_the_filter_do_nothing_but_filter() {
    let mut desk = filtered("aldus");
    let seen = desk.events.len();
    assert!(desk.model.burn.alerts.rows().is_empty());
    assert_eq!(desk.model.burn.alerts.filter.text(), "aldus");
    assert!(matches!(desk.model.popup, Some(Popup::Alerts)) && desk.events.len() == seen);
    desk.hear(Msg::Paste("d".to_owned()));
    assert_eq!(desk.model.burn.alerts.filter.text(), "aldusd");
    desk.press(&["esc"]);
    assert_eq!(desk.model.burn.alerts.rows().len(), 2, "all again");
    assert!(matches!(desk.model.popup, Some(Popup::Alerts)), "the window stays");
    desk.press(&["esc"]);
    assert!(desk.model.popup.is_none());
}

#[test]
fn a_filter_finds_name_label_and_state_and_a_group_is_then_what_is_shown_of_it() {
    for (typed, rows) in [("disk", 1), ("node=b", 1), ("firing", 2), ("firing host", 1), ("acked", 0)] {
        assert_eq!(filtered(typed).model.burn.alerts.rows().len(), rows, "{typed}");
    }
    let mut desk = filtered("node=b");
    desk.press(&["enter", "a"]);
    let taken = desk.events.iter().rev().find_map(|event| match &event.kind {
        EventKind::AlertsAcknowledged(taken) => Some(taken.alerts.len()),
        _ => None,
    });
    assert_eq!(taken, Some(1), "the one that is hidden is not taken");
}

#[test]
fn the_window_tells_its_keys_and_the_next_key_acts_on_nothing() {
    let mut desk = filtered("");
    desk.press(&["esc", "?"]);
    let seen = desk.events.len();
    assert_eq!(desk.model.burn.alerts.letters, Letters::EndKeys);
    desk.press(&["a"]);
    assert!(desk.model.burn.alerts.letters == Letters::Act && desk.events.len() == seen);
}

#[test]
fn the_question_before_a_silence_ends_says_what_it_matches_who_made_it_and_until_when() {
    let mut desk = Desk::empty();
    servers(&mut desk, &["am"]);
    let hush = Hush { silenced_by: vec!["7c1f".to_owned()], ..Hush::default() };
    let suppressed = || Heard { told: Told::Suppressed(hush.clone()), ..alert("HostDown") };
    tell(&mut desk, vec![suppressed()]);
    let asked = |desk: &mut Desk| {
        desk.press(&["a", "g", "u"]);
        let Some(Popup::Confirm(confirm)) = &desk.model.popup else { panic!("no question") };
        let lines = confirm.lines.join("\n");
        desk.press(&["esc"]);
        lines
    };
    assert!(asked(&mut desk).contains("It was not made here: am knows"));
    let wish = SilenceWish {
        source: "am".to_owned(),
        matchers: vec![Matcher::parse("alertname=\"HostDown\"").expect("a matcher")],
        ends_at: at("16:00:00"),
        by: "bob".to_owned(),
        comment: "rack is moved".to_owned(),
    };
    desk.hear(Msg::Silence(SilenceOutcome::Made { wish, id: "7c1f".to_owned(), covered: 1 }));
    let lines = asked(&mut desk);
    for wanted in
        ["alertname=\"HostDown\"", "made by bob: rack is moved", "ends by itself at 2026-11-21 16:00"]
    {
        assert!(lines.contains(wanted), "{wanted} in\n{lines}");
    }
}

/// The command of the step that asks for a host, a mount point and a pod, as `r` shows it.
fn filled_by(alerts: Vec<Heard>) -> (Desk, Option<String>) {
    let mut desk = Desk::declared();
    let book = "# Disk\n\n## Fix\n\n1. Look\n\n   ```sh\n   ssh <instance> df -h {{mountpoint}}; echo $POD_NAME\n   ```\n";
    desk.hear(Msg::Runbooks(vec![parse("disk", book)].into()));
    tell(&mut desk, alerts);
    desk.press(&["b", "enter", "3", "r"]);
    let shown = match &desk.model.popup {
        Some(Popup::Confirm(Confirm { question: Question::Run(request), .. })) => {
            Some(request.command.clone())
        }
        _ => None,
    };
    (desk, shown)
}

#[test]
fn labels_of_the_incidents_alerts_fill_a_command_where_they_agree_and_never_change_its_shape() {
    let full = "DiskFull service=checkout severity=critical instance=db-1 mountpoint=/var";
    let (mut desk, shown) = filled_by(vec![
        alert(&format!("{full} pod_name=pg-0")),
        alert("HostDown service=unrelated instance=web-9 pod_name=other"),
    ]);
    assert_eq!(
        shown.as_deref(),
        Some("ssh db-1 df -h /var; echo pg-0"),
        "an alert of another incident says nothing"
    );
    desk.press(&["y"]);
    assert!(
        desk.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Run(request) if Some(&request.command) == shown.as_ref()))
    );

    let (desk, shown) = filled_by(vec![
        alert(&format!("{full} pod_name=pg-0")),
        alert("DiskSlow service=checkout severity=critical instance=db-1 mountpoint=/srv pod_name=pg-0"),
    ]);
    assert_eq!(shown, None);
    let Some(Popup::Fill(filling)) = &desk.model.popup else { panic!("it asks") };
    let asked: Vec<&str> = filling.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(asked, ["mountpoint"], "two alerts say two things, so a person says it");

    for hostile in ["-rf", "a\u{202e}b", "x;reboot"] {
        let (_, shown) = filled_by(vec![alert(&format!("{full} pod_name={hostile}"))]);
        assert_eq!(shown, None, "{hostile}: ssh reads it again, or it would be a flag: a person says it");
    }
}
