//! Runbooks as teams write them, read into sections, steps and commands.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

#[path = "runbook_parse/queries.rs"]
mod queries;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use warroom::runbook::{Risk, Runbook, SectionRole, Step, parse};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/runbooks")
}

fn fixture(name: &str) -> Runbook {
    parse(name, &std::fs::read_to_string(folder().join(format!("{name}.md"))).expect("the fixture"))
}

fn titles(runbook: &Runbook) -> Vec<String> {
    runbook.steps().iter().map(|placed| format!("{} {}", placed.step.n, placed.step.title)).collect()
}

fn commands(step: &Step) -> Vec<&str> {
    step.commands.iter().map(|command| command.text.as_str()).collect()
}

/// Section, step, command and what is expected, one line each.
fn outline(source: &str) -> String {
    let mut out = String::new();
    for section in parse("x", source).sections {
        writeln!(out, "# {}", section.title).expect("a string");
        section.steps.iter().for_each(|step| draw(step, 1, &mut out));
    }
    out
}

fn draw(step: &Step, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    let mark = if step.decision { "?" } else { "" };
    writeln!(out, "{pad}{}{mark} {}", step.n, step.title).expect("a string");
    for command in &step.commands {
        writeln!(out, "{pad}  $ {}", command.text.replace('\n', " / ")).expect("a string");
    }
    if let Some(expect) = &step.expect {
        writeln!(out, "{pad}  = {}", expect.replace('\n', " / ")).expect("a string");
    }
    step.children.iter().for_each(|child| draw(child, depth + 1, out));
}

#[test]
fn every_real_runbook_yields_steps() {
    let table = std::fs::read_to_string(folder().join("expected.tsv")).expect("the table");
    let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows.len(), 24);
    for row in rows {
        let [file, h2, fences, items, ..] = row.as_slice() else { panic!("{row:?}") };
        let runbook = fixture(file.trim_end_matches(".md"));
        let number = |cell: &str| cell.parse::<usize>().expect("a number");
        let steps = runbook.steps();
        assert!(!steps.is_empty(), "{file}");
        // A heading is a section, or where it numbers itself a step.
        let source = std::fs::read_to_string(folder().join(file)).expect("the fixture");
        let headings: Vec<bool> = source.lines().map(|line| line.starts_with('#')).collect();
        let numbered = steps.iter().filter(|placed| headings[placed.step.line - 1]).count();
        let headed = runbook.sections.len() + numbered;
        assert!(headed >= number(h2), "{file}: {headed} sections and numbered headings");
        assert!(steps.len() >= number(items), "{file}: {} steps for {items} items", steps.len());
        let commands =
            steps.iter().map(|placed| placed.step.commands.iter().filter(|c| c.lang != "inline").count());
        assert!(commands.sum::<usize>() <= number(fences), "{file}");
    }
}

#[test]
fn every_step_of_a_real_runbook_has_a_number_of_its_own_and_a_line_of_the_file() {
    for entry in std::fs::read_dir(folder()).expect("fixtures") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let source = std::fs::read_to_string(&path).expect("text");
        let runbook = parse("x", &source);
        let mut numbers: Vec<&str> = runbook.steps().iter().map(|placed| placed.step.n.as_str()).collect();
        let count = numbers.len();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), count, "{}", path.display());
        let lines = source.lines().count();
        assert!(
            runbook.steps().iter().all(|placed| (1..=lines).contains(&placed.step.line)),
            "{}",
            path.display()
        );
    }
}

#[test]
fn transcripts_in_lists_become_commands_and_carry_their_variables() {
    let runbook = fixture("kubevirt__VirtAPIDown");
    let third = runbook.step("3").expect("step 3");
    assert_eq!(third.title, "Check the status of the `virt-api` pods");
    assert_eq!(commands(third), ["kubectl -n $NAMESPACE get pods -l kubevirt.io=virt-api"]);
    assert_eq!(third.commands[0].risk, Risk::Read);
    assert!(third.commands[0].placeholders.is_empty(), "step 2 sets it");
    assert_eq!(third.line, 39);
    assert!(!titles(&runbook).iter().any(|title| title.contains("OKD Help")), "a link is no step");
}

#[test]
fn a_pipe_into_a_removal_destroys_and_a_placeholder_stays_open() {
    let runbook = fixture("openshift__NodeFilesystemSpaceFillingUp");
    let first = runbook.step("1").expect("step 1");
    assert_eq!(first.commands[0].placeholders, ["instance label from alert"]);
    assert_eq!(runbook.step("2").expect("step 2").commands[0].risk, Risk::Destroy);
}

#[test]
fn shell_blocks_outside_lists_are_steps_named_by_the_sentence_before_them() {
    let runbook = fixture("openshift__KubePodNotReady");
    assert_eq!(
        titles(&runbook),
        [
            "1 To diagnose the cause of the issue, start by reviewing the status of the affected pod",
            "2 If the pod is in a `Running` state, review the logs for the pod",
            "3 Mitigation",
        ]
    );
    let second = runbook.step("2").expect("step 2");
    assert!(second.decision && second.prose.join(" ").contains("multiple containers"));
}

#[test]
fn a_file_of_nothing_but_a_link_is_one_step_to_do_by_hand() {
    let runbook = fixture("prom-operator__NodeRAIDDiskFailure");
    assert_eq!(runbook.meta("title"), Some("Node RAID Disk Failure"));
    assert_eq!(titles(&runbook), ["1 NodeRAIDDiskFailure"]);
    assert!(runbook.steps()[0].step.prose.concat().contains("{{< ref"), "directives are shown");
    assert_eq!(fixture("govuk__incident-what-to-do").steps().len(), 1);
}

#[test]
fn output_that_is_shown_is_what_to_expect() {
    let runbook = fixture("gitlab__sentry-is-down");
    let step =
        runbook.steps().into_iter().find(|placed| placed.step.title.starts_with("Login")).expect("it").step;
    assert_eq!(commands(step), ["sudo supervisorctl status"]);
    assert!(step.expect.as_deref().is_some_and(|expect| expect.starts_with("sentry-cron")));
}

#[test]
fn text_that_a_renderer_hides_is_kept() {
    let runbook = fixture("scoutflo__ServiceAccountNotFound-rbac");
    assert!(runbook.step("1").expect("step 1").title.contains("<pod-name>"));
    let hidden = parse("x", "## Fix\n\nDelete <pod> now. <!-- not in prod -->\n");
    assert_eq!(hidden.steps()[0].step.prose, ["Delete <pod> now. <!-- not in prod -->"]);
}

#[test]
fn sections_are_told_from_their_headings() {
    let cases = [
        ("Meaning", SectionRole::Overview),
        ("User impact", SectionRole::Impact),
        ("Before you begin", SectionRole::Prerequisites),
        ("Possible checks", SectionRole::Diagnosis),
        ("Part 2 - Detect & Analyze", SectionRole::Diagnosis),
        ("Resolution", SectionRole::Mitigation),
        ("Verify the rollback", SectionRole::Verify),
        ("How to roll back", SectionRole::Rollback),
        ("Escalation procedures", SectionRole::Escalation),
        ("See also", SectionRole::Related),
        ("Prefixes", SectionRole::Other),
    ];
    for (heading, role) in cases {
        let runbook = parse("x", &format!("# Title\n\n## {heading}\n\n1. do\n"));
        assert_eq!(runbook.sections[0].role, role, "{heading}");
    }
}

#[test]
fn a_heading_below_another_inherits_its_role() {
    let runbook = parse("x", "# T\n## Mitigation\n### Slow disk\ntext\n### Verify\ntext\n## Notes\ntext\n");
    let roles: Vec<SectionRole> = runbook.sections.iter().map(|section| section.role).collect();
    assert_eq!(
        roles,
        [SectionRole::Mitigation, SectionRole::Mitigation, SectionRole::Verify, SectionRole::Other]
    );
}

#[test]
fn lists_cut_by_a_block_go_on() {
    let source = "## Fix\n\n1. One:\n\n```sh\nls\n```\n\n1. Two:\n\n```sh\ndf\n```\n\n3. Three\n";
    assert_eq!(outline(source), "# Fix\n  1 One\n    $ ls\n  2 Two\n    $ df\n  3 Three\n");
}

#[test]
fn numbers_of_the_file_hold_where_no_two_steps_share_one() {
    let source = "## Check\n1. a\n2. b\n\n## Fix\n\nRun it:\n\n```sh\nls\n```\n\n3. c\n   1. d\n   2. e\n\n## Escalation\n- call\n";
    assert_eq!(
        outline(source),
        "# Check\n  1 a\n  2 b\n# Fix\n  2a Run it\n    $ ls\n  3 c\n    3.1 d\n    3.2 e\n# Escalation\n  3a call\n"
    );
}

#[test]
fn steps_are_counted_anew_where_two_share_a_number() {
    assert_eq!(outline("## Check\n1. a\n2. b\n## Fix\n1. c\n"), "# Check\n  1 a\n  2 b\n# Fix\n  3 c\n");
}

#[test]
fn numbered_headings_and_task_items_are_steps() {
    let source =
        "# T\n## Step 1: Drain\n```sh\nls\n```\n## Step 2: Wait\nlong\n## Fix\n- [ ] tick\n- [x] tock\n";
    assert_eq!(outline(source), "# T\n  1 Drain\n    $ ls\n  2 Wait\n# Fix\n  2a tick\n  2b tock\n");
}

#[test]
fn bullets_are_steps_where_there_is_nothing_better() {
    assert_eq!(outline("## Diagnosis\n- a\n- b\n"), "# Diagnosis\n  1 a\n  2 b\n");
    assert_eq!(outline("## Diagnosis\n- a\n\n```sh\nls\n```\n"), "# Diagnosis\n  1 Diagnosis\n    $ ls\n");
    assert_eq!(outline("## Overview\n- a\n## Fix\nby hand\n"), "# Overview\n# Fix\n  1 Fix\n");
}

#[test]
fn fences_are_told_apart() {
    let cases = [
        ("bash", "ls", true),
        ("console", "$ ls", true),
        ("console", "node_filesystem_free_bytes", false),
        ("", "kubectl get pods", true),
        ("", "FOO=1 ./run.sh", true),
        ("", "some log line", false),
        ("text", "kubectl get pods", false),
        ("sql", "select 1", false),
        ("yaml", "a: b", false),
        ("python", "print(1)", false),
        ("sh", "", false),
    ];
    for (lang, text, is_command) in cases {
        let runbook = parse("x", &format!("## Fix\n\n1. do\n\n   ```{lang}\n   {text}\n   ```\n"));
        assert_eq!(!runbook.steps()[0].step.commands.is_empty(), is_command, "{lang} {text}");
    }
}

#[test]
fn transcripts_split_into_command_and_output() {
    let cases = [
        ("$ ls\na\nb", "ls", Some("a\nb")),
        ("$ a \\\n  b\nout", "a \\\n  b", Some("out")),
        ("$ cat <<EOF\nx\nEOF\nout", "cat <<EOF\nx\nEOF", Some("out")),
        ("$ echo 'a\nb'\nout", "echo 'a\nb'", Some("out")),
        ("$ a\nx\n$ b\ny", "a\nb", Some("x\ny")),
        ("root@db-1:~# ls\nx", "ls", Some("x")),
        ("[me@host dir]$ ls", "ls", None),
        ("(venv)me@host:~/x$ ls", "ls", None),
        ("$HOME/bin/x", "$HOME/bin/x", None),
        ("# note\n$ ls", "# note\nls", None),
    ];
    for (text, command, expect) in cases {
        let runbook = parse("x", &format!("## Fix\n\nRun:\n\n```shell\n{text}\n```\n"));
        let step = runbook.steps()[0].step;
        assert_eq!((commands(step), step.expect.as_deref()), (vec![command], expect), "{text}");
    }
}

#[test]
fn what_to_expect_is_found_in_every_way_it_is_written() {
    let before = "## Fix\n\n1. do\n\n   ```sh\n   ls\n   ```\n\n";
    let cases = [
        ("   ```output\n   a\n   ```\n", "a"),
        ("   Expected: `Running`\n", "`Running`"),
        ("   You should see:\n\n   ```json\n   {}\n   ```\n", "{}"),
        ("   The output should look so:\n\n   ```\n   a\n   b\n   ```\n", "a\nb"),
    ];
    for (after, expect) in cases {
        let runbook = parse("x", &format!("{before}{after}"));
        assert_eq!(runbook.steps()[0].step.expect.as_deref(), Some(expect), "{after}");
        assert_eq!(runbook.steps()[0].step.commands.len(), 1);
    }
}

#[test]
fn decisions_ask() {
    for title in ["If it grows, wait", "When red", "Otherwise, go on", "**Unless** it helps", "Else"] {
        assert!(parse("x", &format!("1. {title}\n")).steps()[0].step.decision, "{title}");
    }
    assert!(!parse("x", "1. Iffy things\n").steps()[0].step.decision);
}

#[test]
fn a_command_named_in_a_title_is_offered() {
    let runbook =
        parse("x", "## Check\n1. Check via `kubectl get pods -n <ns>`\n2. Look at `serviceAccountName`\n");
    let first = &runbook.step("1").expect("step 1").commands[0];
    assert_eq!((first.lang.as_str(), first.text.as_str()), ("inline", "kubectl get pods -n <ns>"));
    assert!(runbook.step("2").expect("step 2").commands.is_empty());
}

#[test]
fn front_matter_is_flat_and_only_at_the_top() {
    let source = "---\ntitle: \"A: b\"\nreviewed: 2026-01-02\ntags:\n  - x\n  - y\nvalues:\n  pod: the pod\n---\n# T\n1. a\n";
    let runbook = parse("x", source);
    let pairs: Vec<(&str, &str)> =
        runbook.meta.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(
        pairs,
        [
            ("title", "A: b"),
            ("reviewed", "2026-01-02"),
            ("tags", "x, y"),
            ("values", ""),
            ("values.pod", "the pod")
        ]
    );
    assert_eq!((runbook.title.as_str(), runbook.step("1").map(|step| step.line)), ("T", Some(11)));
    assert!(parse("x", "---\nno: end\n").meta.is_empty());
}

#[test]
fn the_runbook_can_raise_the_risk_of_its_commands_and_never_lower_it() {
    let raised = parse("x", "---\nrisk: change\n---\n1. a\n\n   ```sh\n   ls\n   ```\n");
    assert_eq!(raised.steps()[0].step.commands[0].risk, Risk::Change);
    assert_eq!((raised.risk_of("ls"), raised.risk_of("rm x")), (Risk::Change, Risk::Destroy));
    let lowered = parse("x", "---\nrisk: read\n---\n1. a\n\n   ```sh\n   rm x\n   ```\n");
    assert_eq!(lowered.steps()[0].step.commands[0].risk, Risk::Destroy);
}

#[test]
fn line_ends_of_windows_change_nothing_but_the_hash() {
    let unix = "---\nowner: x\n---\n# T\n## Fix\n1. a\n\n   ```sh\n   ls\n   df\n   ```\n";
    let (one, two) = (parse("x", unix), parse("x", &unix.replace('\n', "\r\n")));
    assert_eq!((&one.meta, &one.sections), (&two.meta, &two.sections));
    assert_ne!(one.sha256, two.sha256);
}

#[test]
fn depth_without_end_is_read_without_harm() {
    let quotes = ">".repeat(20_000) + " text";
    let list = (0..400).map(|depth| "   ".repeat(depth) + "1. a").collect::<Vec<_>>().join("\n");
    for source in [quotes, list, "[".repeat(20_000), "`".repeat(20_001)] {
        let steps = parse("x", &source).steps().len();
        assert!((1..=400).contains(&steps), "{steps}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_runbook(text in any::<String>()) {
        parse("x", &text);
    }

    #[test]
    fn markdown_noise_yields_unique_numbers(lines in proptest::collection::vec(
        "(#{1,4} (Step )?[1-9.]{0,3} ?[a-zA-Z]{0,9}|[1-9]\\. [a-z `]{0,12}|   [-1] ?[.] [a-z]{1,5}|- (\\[ \\] )?[a-z]{0,6}|```(sh|output|)?|\\$ ls|   \\$ ls|> [a-z]{0,5}|[a-zA-Z:. ]{0,20}|---|\\| a \\| b \\||<b>|)", 0..30)) {
        let source = lines.join("\n");
        let runbook = parse("x", &source);
        let steps = runbook.steps();
        let mut numbers: Vec<&str> = steps.iter().map(|placed| placed.step.n.as_str()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        prop_assert_eq!(numbers.len(), steps.len(), "{}", source);
        prop_assert!(!numbers.contains(&""));
    }
}
