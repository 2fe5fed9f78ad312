//! One command run with real processes: what it says, what is kept of it, how it ends.

use std::os::unix::fs::PermissionsExt;

use crate::lab::{self, Lab, plan};
use warroom::io::exec::{How, Outcome, StepName, Stream, Survivor};
use warroom::runbook::Risk;
use warroom::text::{Safe, digest};

#[tokio::test(flavor = "multi_thread")]
async fn the_exit_code_is_told_in_words() {
    for (command, how, words) in [
        ("true", How::Exit(0), "exit 0"),
        ("exit 7", How::Exit(7), "exit 7"),
        ("kill -KILL $$", How::Signal(9), "ended by SIGKILL"),
    ] {
        let outcome = Lab::new().run(plan(command)).await;
        assert_eq!(outcome.how, how, "{command}");
        assert_eq!(outcome.how.to_string(), words);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_outputs_come_apart_and_in_full() {
    let mut lab = Lab::new();
    let outcome = lab.run(plan("echo one; echo two >&2; echo three; printf 'no end'")).await;
    assert_eq!(lab.lines(Stream::Out), ["one", "three", "no end"]);
    assert_eq!(lab.lines(Stream::Err), ["two"]);
    assert!(outcome.tail.contains("no end") && outcome.tail.contains("two"));
}

#[tokio::test(flavor = "multi_thread")]
async fn started_comes_first_and_ended_last() {
    let mut lab = Lab::new();
    lab.run(plan("echo x")).await;
    let words: Vec<&str> = lab.said.iter().map(lab::word).collect();
    assert_eq!(words, ["started", "output", "ended"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_spool_holds_what_was_hashed_and_is_private() {
    let mut lab = Lab::new();
    let mut plan = plan("printf 'a\\nb'; printf 'c\\n' >&2");
    plan.data = Some(lab.data());
    let outcome = lab.run(plan).await;
    let path = lab.data().join(outcome.spool.as_deref().expect("a spool"));
    let kept = std::fs::read(&path).expect("the spool");
    assert_eq!(outcome.sha256, digest::sha256(&kept));
    assert_eq!(outcome.bytes, kept.len() as u64);
    assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    let folder = std::fs::metadata(path.parent().expect("spool/")).expect("there");
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spool_that_cannot_be_written_costs_a_note_and_not_the_run() {
    let mut lab = Lab::new();
    let file = lab.data().join("file");
    std::fs::write(&file, "").expect("a file");
    let mut plan = plan("echo ran");
    plan.data = Some(file);
    let outcome = lab.run(plan).await;
    assert_eq!((outcome.how, outcome.spool), (How::Exit(0), None));
    assert!(outcome.notes[0].starts_with("output not kept"), "{:?}", outcome.notes);
    assert_eq!(lab.lines(Stream::Out), ["ran"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_cannot_leave_the_spool_folder() {
    let lab = Lab::new();
    let mut plan = plan("true");
    plan.id = "../../evil".to_owned();
    plan.data = Some(lab.data());
    let outcome = lab.into_run(plan).await;
    assert_eq!(outcome.spool.as_deref(), Some("spool/-..-evil.log"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_input_is_closed_and_there_is_no_terminal() {
    let mut lab = Lab::new();
    let outcome = lab.run(plan("cat; (: </dev/tty) 2>/dev/null && echo tty || echo none")).await;
    assert_eq!(outcome.how, How::Exit(0));
    assert_eq!(lab.lines(Stream::Out), ["none"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_runs_in_its_folder_with_its_variables() {
    let mut lab = Lab::new();
    let mut plan = plan("pwd; echo $SERVICE");
    let folder = lab.data().canonicalize().expect("a folder");
    plan.cwd = Some(folder.clone());
    plan.env = vec![("SERVICE".to_owned(), "checkout".to_owned())];
    lab.run(plan).await;
    assert_eq!(lab.lines(Stream::Out), [folder.display().to_string(), "checkout".to_owned()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_gone_is_a_clear_end() {
    let mut plan = plan("true");
    plan.cwd = Some("/nowhere/at/all".into());
    let outcome = Lab::new().run(plan).await;
    assert_eq!(outcome.how.to_string(), "not started: /nowhere/at/all: no such folder");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_nobody_set_ends_the_command_before_it_acts() {
    let mut lab = Lab::new();
    let outcome = lab.run(plan("echo would remove \"$NO_SUCH_FOLDER\"/*")).await;
    assert_ne!(outcome.how, How::Exit(0));
    assert!(lab.lines(Stream::Out).is_empty());
    assert!(lab.lines(Stream::Err).concat().contains("NO_SUCH_FOLDER"));
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text_and_escape_sequences_are_shown() {
    let mut lab = Lab::new();
    lab.run(plan(r"printf '\xff\xfe ok\n\033]52;c;eA==\007\033[2J\n\xc3'; printf '\xa9\n'")).await;
    let shown: Vec<String> =
        lab.lines(Stream::Out).iter().map(|line| Safe::line(line).into_string()).collect();
    assert_eq!(shown, ["<0xFF><0xFE> ok", "^[]52;c;eA==^G^[[2J", "é"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_masked_in_the_stream_the_spool_the_hash_and_the_command() {
    let mut lab = Lab::with_secrets(["hunter2-typed"]);
    let mut plan = plan("echo hunter2-typed; echo password=swordfish; echo hunter2-typed | base64");
    plan.data = Some(lab.data());
    let outcome = lab.run(plan).await;
    let kept =
        std::fs::read_to_string(lab.data().join(outcome.spool.as_deref().expect("a spool"))).expect("text");
    let streamed = lab.lines(Stream::Out).join("\n");
    for text in [&kept, &streamed, &outcome.tail, &outcome.command] {
        assert!(!text.contains("hunter2") && !text.contains("swordfish"), "{text}");
        assert!(!text.contains("aHVudGVyMi10eXBlZ"), "{text}");
        assert!(text.contains("[redacted:typed]"), "{text}");
    }
    assert_eq!(outcome.sha256, digest::sha256(kept.as_bytes()));
    assert_eq!(outcome.masked.get("typed"), Some(&2));
    assert_eq!(outcome.masked.get("password-assignment"), Some(&1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_stays_small_in_memory_and_a_slow_reader_does_not_stop_it() {
    // Nobody reads while it runs: the channel has room for a few messages only.
    let mut lab = Lab::with_room(4);
    let outcome = lab.run_unread(plan("yes 0123456789012345678901234567890 | head -c 200000000")).await;
    assert_eq!((outcome.how.clone(), outcome.bytes), (How::Exit(0), 200_000_000));
    assert!(outcome.tail.len() < 200 * 64, "the tail has {} bytes", outcome.tail.len());
    assert!(outcome.notes.iter().any(|note| note.ends_with("lines were not shown")), "{:?}", outcome.notes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_twenty_megabytes_is_cut_in_memory_and_whole_on_disk() {
    let mut lab = Lab::new();
    let mut plan = plan("head -c 20000000 /dev/zero | tr '\\0' x; echo");
    plan.data = Some(lab.data());
    let outcome = lab.run(plan).await;
    let lines = lab.lines(Stream::Out);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].len() < 5000 && lines[0].ends_with("bytes cut>"), "{}", lines[0].len());
    let kept = std::fs::metadata(lab.data().join(outcome.spool.expect("a spool"))).expect("there").len();
    assert_eq!((outcome.bytes, kept), (20_000_001, 20_000_001));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_becomes_the_event_of_its_step() {
    let outcome = Lab::new().run(plan("echo done; exit 3")).await;
    let name = StepName {
        runbook: "disk-full".to_owned(),
        step: "4".to_owned(),
        title: "Free space".to_owned(),
        risk: Risk::Change,
        context: Some("ssh host db-1".to_owned()),
    };
    let left = (1..=5).map(|pid| Survivor { pid, command: "sleep 47".to_owned() }).collect();
    let lived_on = Outcome { survivors: left, ..outcome.clone() }.into_step_run(name.clone());
    let words = "exit 3; still running: 1 sleep 47, 2 sleep 47, 3 sleep 47 and 2 more";
    assert_eq!((lived_on.ended.as_str(), lived_on.survivors.len()), (words, 5));
    let event = outcome.into_step_run(name);
    assert_eq!((event.exit, event.ended.as_str(), event.risk.as_str()), (Some(3), "exit 3", "change"));
    assert_eq!((event.tail.as_str(), event.bytes), ("done", 5));
    assert_eq!(event.context.as_deref(), Some("ssh host db-1"));
    assert_eq!(event.cwd, std::env::current_dir().ok().map(|folder| folder.display().to_string()));
    assert_eq!(event.sha256, digest::sha256("done\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hostile_texts_as_output_are_told_harmless() {
    let mut lab = Lab::new();
    let folder = lab.data();
    for (number, what, bytes) in crate::inputs::inputs() {
        let path = folder.join(number.to_string());
        std::fs::write(&path, &bytes).expect("a file");
        let outcome = lab.run(plan(&format!("cat {} >&{}", path.display(), number % 2 + 1))).await;
        assert_eq!(outcome.how, How::Exit(0), "{number} {what}");
        let told = lab.lines(Stream::Out).into_iter().chain(lab.lines(Stream::Err)).chain([outcome.tail]);
        for line in told.flat_map(|text| Safe::lines(&text).map(Safe::into_string).collect::<Vec<_>>()) {
            crate::inputs::assert_inert(&line, &format!("{number} {what}"));
        }
        lab.said.clear();
    }
}
