//! The window before a command: its facts, the keys that run it and those that do not, its text edited.

use warroom::app::effect::RunRequest;
use warroom::app::form::{Confirm, Popup};
use warroom::app::{Effect, Msg};
use warroom::runbook::{Carried, Risk, Variable, parse};

use crate::desk::Desk;

/// The front matter and one step's command.
fn asked_about(front: &str, command: &str) -> Desk {
    let mut desk = Desk::declared();
    let text = format!("---\n{front}\n---\n## Fix\n\n1. Do it\n\n   ```sh\n   {command}\n   ```\n");
    desk.hear(Msg::Runbooks(vec![parse("book", &text)].into()));
    desk.press(&["b", "enter", "3"]);
    desk.effects.clear();
    desk.press(&["r"]);
    desk
}

fn started(desk: &Desk) -> Option<&RunRequest> {
    desk.effects.iter().find_map(|effect| match effect {
        Effect::Run(request) => Some(request),
        _ => None,
    })
}

fn window(desk: &Desk) -> &Confirm {
    match &desk.model.popup {
        Some(Popup::Confirm(confirm)) => confirm,
        other => panic!("no window: {other:?}"),
    }
}

/// Whether the notice on the screen has these words.
fn says(desk: &Desk, words: &str) -> bool {
    desk.model.notices.current(desk.model.now).is_some_and(|notice| notice.text.contains(words))
}

fn fact(desk: &Desk, name: &str) -> Option<String> {
    window(desk).facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

#[test]
fn a_read_runs_on_its_key_a_change_on_another_and_destruction_on_a_word() {
    let cases: &[(&str, &[&str], bool)] = &[
        ("df -h", &["r"], true),
        ("df -h", &["y"], true),
        ("df -h", &["enter"], false),
        ("mv a b", &["y"], true),
        ("mv a b", &["r"], false),
        ("mv a b", &["r", "r", "r"], false),
        ("mv a b", &["enter", "enter"], false),
        ("rm a", &["y"], false),
        ("rm a", &["r", "enter"], false),
        ("rm a", &["type:destro", "enter"], false),
        ("rm a", &["type:destroy", "enter"], true),
    ];
    for (command, keys, runs) in cases {
        let mut desk = asked_about("owner: ana", command);
        desk.press(keys);
        assert_eq!(started(&desk).is_some(), *runs, "{command} {keys:?}");
    }
}

#[test]
fn no_paste_runs_anything() {
    for command in ["df -h", "mv a b", "rm a"] {
        let mut desk = asked_about("owner: ana", command);
        for pasted in ["r", "y", "y\n", "destroy\n", "destroy\r"] {
            desk.hear(Msg::Paste(pasted.to_owned()));
        }
        desk.press(&["enter"]);
        assert!(started(&desk).is_none(), "{command}");
    }
}

#[test]
fn the_window_names_the_cluster_as_soon_as_the_machine_has_answered() {
    let mut desk = asked_about("owner: ana", "kubectl -n pay get pods");
    assert!(desk.effects.contains(&Effect::LookAround(Carried::default())));
    assert_eq!(fact(&desk, "namespace").as_deref(), Some("pay"));
    desk.hear(Msg::Surroundings(Ok("prod, cluster eu-1".to_owned())));
    assert_eq!(fact(&desk, "kubectl context").as_deref(), Some("prod, cluster eu-1 (the current one)"));
    desk.press(&["y"]);
    let asks = desk.effects.iter().filter(|effect| matches!(effect, Effect::LookAround(_)));
    assert_eq!(asks.count(), 1);
    assert!(started(&desk).is_some());
}

#[test]
fn a_cluster_that_nobody_knows_is_said_to_be_unknown() {
    let mut desk = asked_about("owner: ana", "kubectl get pods");
    desk.hear(Msg::Surroundings(Err("no kubeconfig".to_owned())));
    assert_eq!(fact(&desk, "kubectl context").as_deref(), Some("(not known: no kubeconfig)"));
}

#[test]
fn a_runbook_that_knows_a_program_better_is_quoted() {
    let desk = asked_about("risks:\n  1: read", "frobnicate");
    assert_eq!(fact(&desk, "risk").as_deref(), Some("read (so the runbook says; its text alone: change)"));
}

#[test]
fn an_edited_command_is_judged_anew_and_says_so() {
    let mut desk = asked_about("risk: read", "df -h");
    desk.press(&["ctrl-e", "type:rm a; ", "ctrl-s"]);
    assert_eq!(window(&desk).lines, ["rm a; df -h"]);
    assert_eq!(fact(&desk, "risk").as_deref(), Some("destroy, edited by you"));
    desk.press(&["y", "enter"]);
    assert!(started(&desk).is_none(), "it wants the word now");
    desk.press(&["backspace", "type:destroy", "enter"]);
    let request = started(&desk).expect("it runs");
    assert_eq!(
        (request.command.as_str(), request.risk, request.edited),
        ("rm a; df -h", Risk::Destroy, true)
    );
}

#[test]
fn an_edited_command_with_an_open_placeholder_is_not_asked_about() {
    let mut desk = asked_about("owner: ana", "df -h");
    desk.press(&["ctrl-e", "type:ls {{pod}}; ", "ctrl-s"]);
    let Some(Popup::Rewrite(rewrite)) = &desk.model.popup else { panic!("the text is still there") };
    assert_eq!(rewrite.refused.as_deref(), Some("still open: pod (write the value in)"));
    desk.press(&["esc"]);
    assert!(desk.model.popup.is_none() && started(&desk).is_none());
}

#[test]
fn a_dry_run_takes_the_place_of_a_change_and_reads() {
    let mut desk = asked_about("owner: ana", "kubectl delete pod x");
    desk.press(&["ctrl-d"]);
    assert_eq!(window(&desk).lines, ["kubectl delete pod x --dry-run=server"]);
    desk.press(&["r"]);
    assert_eq!(started(&desk).map(|request| request.risk), Some(Risk::Read));
}

#[test]
fn a_console_for_reads_runs_no_change() {
    let mut desk = Desk::declared();
    desk.model.setting.runs_only_reads = true;
    let text = "## Fix\n\n1. Do it\n\n   ```sh\n   mv a b\n   ```\n\n2. Look\n\n   ```sh\n   df -h\n   ```\n";
    desk.hear(Msg::Runbooks(vec![parse("book", text)].into()));
    desk.press(&["b", "enter", "3", "r"]);
    assert!(desk.model.popup.is_none());
    let said = desk.model.notices.current(desk.model.now).expect("a notice").text.clone();
    assert!(said.starts_with("not run: this console runs only what reads"), "{said}");
    desk.press(&["down", "r", "ctrl-e", "type:rm x; ", "ctrl-s"]);
    assert!(desk.model.popup.is_none(), "an edit is no way around it");
    desk.press(&["r", "r"]);
    assert_eq!(started(&desk).map(|request| request.command.as_str()), Some("df -h"));
}

#[test]
fn what_a_block_left_is_shown_and_given_to_the_next_of_its_walk() {
    let mut desk = asked_about("owner: ana", "df -h");
    desk.press(&["y"]);
    let token = Variable { value: "s3cret".to_owned(), shown: "[redacted:x]".to_owned(), exported: true };
    let left =
        Carried { folder: Some("/srv/app".to_owned()), variables: [("TOKEN".to_owned(), token)].into() };
    desk.hear(Msg::Carried(left.clone()));
    desk.model.runbook.run = None;
    desk.effects.clear();
    desk.press(&["r"]);
    assert_eq!(fact(&desk, "in").as_deref(), Some("/srv/app"));
    assert_eq!(fact(&desk, "carried").as_deref(), Some("TOKEN=[redacted:x]"));
    desk.press(&["y"]);
    assert_eq!(started(&desk).map(|request| &request.carried), Some(&left));
    assert!(!format!("{:?}", desk.effects).contains("s3cret"), "no value is printed by accident");
    desk.model.runbook.run = None;
    let other = "## Fix\n\n1. Look\n\n   ```sh\n   uptime\n   ```\n";
    desk.hear(Msg::Runbooks(vec![parse("other", other)].into()));
    desk.press(&["b", "enter", "3", "r"]);
    assert_eq!(window(&desk).lines, ["uptime"]);
    assert_eq!(fact(&desk, "carried"), None, "another walk starts clean");
}

#[test]
fn a_step_can_be_given_the_terminal() {
    let mut desk = asked_about("interactive: 1\ntimeout: 5m", "vi x");
    assert!(fact(&desk, "terminal").is_some());
    desk.press(&["ctrl-t"]);
    assert_eq!(fact(&desk, "terminal"), None);
    desk.press(&["ctrl-t", "y"]);
    assert_eq!(started(&desk).map(|request| request.interactive), Some(true));
}

#[test]
fn what_was_masked_can_be_looked_at_and_that_is_on_record() {
    let mut desk = asked_about("owner: ana", "df -h");
    desk.press(&["y"]);
    let redactor = warroom::text::redact::Redactor::new();
    let mut window = warroom::text::redact::Window::new(&redactor);
    window.push("build_token=20261121build7\n");
    let masked = window.take_masked();
    assert_eq!(masked.len(), 1);
    desk.hear(Msg::Masked(masked));
    desk.press(&["v"]);
    let shown = |desk: &Desk| match &desk.model.popup {
        Some(Popup::Form(form)) => form.choices[0].detail.clone(),
        other => panic!("no form: {other:?}"),
    };
    assert_eq!(shown(&desk), "masked");
    let before = desk.events.len();
    desk.press(&["enter", "enter"]);
    assert_eq!(shown(&desk), "20261121build7");
    let said: Vec<String> = desk.events[before..].iter().map(|event| format!("{:?}", event.kind)).collect();
    assert_eq!(said.len(), 1, "once");
    assert!(
        said[0].contains("looked at a masked value (secret-assignment) in the output of step 1 of book"),
        "{said:?}"
    );
    assert!(!said[0].contains("20261121build7"), "the value itself is not on record");
}

#[test]
fn what_is_typed_before_it_can_be_seen_runs_nothing() {
    for (command, keys) in [
        ("df -h", ["r", "y"].as_slice()),
        ("df -h", &["r", "r"]),
        ("mv a b", &["r", "y"]),
        ("rm a", &["r", "type:destroy", "enter"]),
    ] {
        let mut desk = asked_about("owner: ana", command);
        desk.press(&["esc"]);
        desk.rush(keys);
        assert!(started(&desk).is_none(), "{command}: no frame has shown it");
        desk.hear(Msg::Shown { unread: 0 });
        desk.rush(&keys[1..]);
        assert!(started(&desk).is_none(), "{command}: nobody reads as fast");
        assert!(window(&desk).word.as_ref().is_none_or(|(_, line)| line.text().is_empty()), "{command}");
        desk.wait(1);
        desk.rush(&keys[1..]);
        assert!(started(&desk).is_some(), "{command}");
    }
}

#[test]
fn a_command_longer_than_the_window_is_read_to_its_end_first() {
    let mut desk = asked_about("owner: ana", "mv a b");
    desk.press(&["esc"]);
    desk.rush(&["r"]);
    desk.hear(Msg::Shown { unread: 40 });
    desk.wait(60);
    desk.rush(&["y"]);
    assert!(started(&desk).is_none() && says(&desk, "down shows the rest"), "its end was never shown");
    desk.rush(&["down"]);
    desk.hear(Msg::Shown { unread: 0 });
    desk.wait(1);
    desk.rush(&["up", "y"]);
    assert!(started(&desk).is_some(), "what was read stays read");
}

#[test]
fn a_value_typed_as_secret_is_dots_before_it_runs() {
    let mut desk = asked_about("owner: ana", "login --as ana '{{password}}' \"{{password}}\" {{pod}}");
    desk.press(&["type:it's $3cret", "tab", "type:web-0", "enter"]);
    let lines = &window(&desk).lines;
    assert_eq!(lines, &["login --as ana '••••••' \"••••••\" web-0"]);
    desk.press(&["y"]);
    assert!(started(&desk).is_some_and(|run| run.command.contains("3cret")), "it runs with the value");
}

#[test]
fn a_step_is_not_judged_while_its_command_runs() {
    let mut desk = asked_about("owner: ana", "mv a b");
    desk.press(&["y"]);
    for key in ["x", "-", "!"] {
        desk.press(&[key]);
        assert!(says(&desk, "still runs"), "{key}");
        let step = desk.model.runbook.open.as_ref().and_then(|open| open.walk.step()).expect("a step");
        assert_eq!(step.n, "1", "{key}");
    }
}
