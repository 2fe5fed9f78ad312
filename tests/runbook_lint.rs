//! What lint finds, and that the shipped runbooks give it nothing to find.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use std::collections::BTreeSet;

use chrono::{TimeZone, Utc};
use warroom::runbook::{Risk, SectionRole, Values, fill, lint, parse, shipped};
use warroom::text::{Problem, Time};

fn now() -> Time {
    Utc.with_ymd_and_hms(2026, 11, 21, 3, 0, 0).single().expect("a time")
}

fn rules(source: &str) -> Vec<&'static str> {
    lint(&parse("x", source), source, now()).iter().map(|problem| problem.rule).collect()
}

const HEAD: &str = "---\nowner: ops\nreviewed: 2026-11-01\ntested: 2026-11-01\n---\n# T\n";
const TAIL: &str = "\n## Escalation\n\n- page the owner\n";

#[test]
fn each_fault_has_its_rule() {
    let change = "## Fix\n\n1. Restart\n\n   ```sh\n   systemctl restart x\n   ```\n";
    let cases: &[(String, &[&str])] = &[
        (format!("{HEAD}{change}\n2. Check that it runs\n{TAIL}"), &["no-expected-output"]),
        (format!("{HEAD}{change}\n   Expected: nothing\n{TAIL}"), &[]),
        (format!("{HEAD}{change}\n## Verify\n\n1. See it\n{TAIL}"), &["no-expected-output"]),
        (format!("{HEAD}{change}{TAIL}"), &["unverified-change", "no-expected-output"]),
        (format!("{HEAD}{change}\n   Expected: nothing\n"), &["no-escalation"]),
        (format!("# T\n\n1. a\n{TAIL}"), &["no-owner", "no-date", "no-date"]),
        (format!("{}\n1. a\n{TAIL}", HEAD.replace("2026-11-01", "2026-08-01")), &["stale", "stale"]),
        (format!("{}\n1. a\n{TAIL}", HEAD.replace("2026-11-01", "2026-08-23")), &[]),
        (format!("{}\n1. a\n{TAIL}", HEAD.replace("tested: 2026-11-01", "tested: soon")), &["bad-date"]),
        (
            format!("{HEAD}\n1.\n\n   ```sh\n   ls\n   ```\n{TAIL}"),
            &["step-without-title", "no-expected-output"],
        ),
        (
            format!("{HEAD}\n1. a\n\n   ```sh\n   ls \u{202e}x\n   ```\n{TAIL}"),
            &["deceiving-command", "no-expected-output"],
        ),
        (format!("{HEAD}{}{TAIL}", wiped("")), &["destroy-without-verify", "no-expected-output"]),
        (format!("{HEAD}{}{TAIL}", wiped("   Expected: nothing\n")), &[]),
        (
            format!("{HEAD}\n1. If it grows, go to step 7\n2. Otherwise go to step 1\n{TAIL}"),
            &["jump-to-nowhere"],
        ),
        (
            format!(
                "{HEAD}\n## A\n\n1. a\n2. b\n\n## B\n\n1. c\n2. d\n\n## C\n\n1. If it grows, go to step 2\n{TAIL}"
            ),
            &["ambiguous-jump"],
        ),
        (format!("{HEAD}\n## A\n\n1. a\n2. b\n\n## B\n\n1. If it grows, go to step 2\n2. d\n{TAIL}"), &[]),
        (format!("{HEAD}\n1. If it grows, go to [it](#nowhere)\n{TAIL}"), &["jump-to-nowhere"]),
        (format!("{HEAD}\n1. If it grows, go to [it](#escalation); see step 9\n{TAIL}"), &[]),
        (format!("{HEAD}{}{TAIL}", run("echo 'open")), &["broken-command"]),
        (format!("{HEAD}{}{TAIL}", run("echo {{pod")), &["unclosed-placeholder"]),
        (format!("{HEAD}{}{TAIL}", run("kubectl logs <pod -n x")), &["unclosed-placeholder"]),
        (format!("{HEAD}{}{TAIL}", run("kubectl logs <pod> -n {{x}}")), &[]),
        (format!("{}{}{TAIL}", risky("read"), run("systemctl restart x")), &["risks-lowered"]),
        (format!("{}{}{TAIL}", risky("change"), run("rm x")), &["risks-lowered"]),
        (format!("{}{}{TAIL}", risky("read"), run("frobnicate")), &[]),
        (format!("{}{}{TAIL}", risky("destroy"), run("ls")), &[]),
        (String::new(), &["no-steps", "no-owner", "no-date", "no-date", "no-escalation"]),
    ];
    for (source, wanted) in cases {
        assert_eq!(rules(source), *wanted, "{source}");
    }
}

/// A head that says of step 1 what it may do.
fn risky(word: &str) -> String {
    HEAD.replace("owner: ops\n", &format!("owner: ops\ntimeouts:\n  1: 5m\nrisks:\n  1: {word}\n"))
}

fn wiped(expected: &str) -> String {
    format!("## Fix\n\n1. Wipe\n\n   ```sh\n   rm -rf /srv/cache\n   ```\n\n{expected}")
}

/// A step that shows the output of one command.
fn run(command: &str) -> String {
    format!("## Fix\n\n1. Look\n\n   ```sh\n   {command}\n   ```\n\n   Expected: `ok`\n")
}

#[test]
fn a_finding_says_where_and_what_to_do() {
    let said = |source: &str| lint(&parse("disk", source), source, now())[0].to_string();
    let source = format!("{HEAD}\n1. a\n2.\n\n   ```sh\n   ls\n   ```\n   Expected: `x`\n{TAIL}");
    assert_eq!(said(&source), "disk.md:9: step 2 has no title (add text after the number)");
    let source = format!("{HEAD}{}{TAIL}", run("df -h\n   if true; then\n   echo \"x"));
    assert_eq!(
        said(&source),
        "disk.md:14: no shell can read the command of step 1: a double quote is never closed (mend it, or mark \
         the block as text)"
    );
    let without = "# T\n\n1. a\n";
    let all = lint(&parse("x", without), without, now());
    assert!(all.iter().all(|problem| problem.place.line > 0), "every finding has a line: {all:?}");
}

#[test]
fn a_command_that_bash_reads_is_readable_and_one_that_it_refuses_is_not() {
    let whole = [
        "ls | wc -l && df -h || true; sleep 1 &",
        "for pod in $(kubectl get pods -o name); do echo \"$pod\"; done | sort",
        "while ! curl -fsS localhost; do sleep 1; done",
        "if [ -f x ]; then cat x; elif true; then :; else :; fi",
        "case $x in a|b) echo 1;; *) echo 2;; esac",
        "f() { echo \"${1:-none}\"; }; f",
        "cat <<EOF | sort\n$(date) it's \"\nEOF\nls",
        "cat <<-'END'\n\tx\n\tEND",
        "cmd >log 2>&1 </dev/null &>all 2>|x >>y",
        "diff <(ls a) <(ls b)",
        "echo 'it'\\''s' # don't",
        "echo $'a\\'b' \"$(echo \"in\")\" $((1 + (2))) `date`",
        "(cd /tmp && ls)\n{ date; }",
        "grep -c x <<< \"$y\"",
        "ls |\n  wc -l",
        "[[ $a =~ ^(x|y)$ ]] && find . -exec ls {} \\;",
        "X=1 Y=$(date) env",
    ];
    let broken = [
        "echo 'x",
        "echo \"x",
        "echo `date",
        "echo $(date",
        "echo ${x",
        "(ls",
        "ls)",
        "ls | | wc",
        "| ls",
        "ls &&",
        "if true; then ls",
        "fi",
        "for x in 1; do ls",
        "done",
        "case x in a) ls",
        "cat <<EOF\nx",
        "ls >",
        "{ ls",
    ];
    let faulty = |command: &str| {
        let source = format!("{HEAD}## Fix\n\n1. Look\n\n```sh\n{command}\n```\n\nExpected: `ok`\n{TAIL}");
        rules(&source).iter().any(|rule| ["broken-command", "unclosed-placeholder"].contains(rule))
    };
    let refused = |command: &str| {
        let bash = std::process::Command::new("bash").args(["-n", "-c", command]).output().expect("bash");
        // Of a here-document without an end it only warns.
        !bash.status.success() || String::from_utf8_lossy(&bash.stderr).contains("here-document")
    };
    for command in whole {
        assert_eq!((faulty(command), refused(command)), (false, false), "{command}");
    }
    for command in broken {
        assert_eq!((faulty(command), refused(command)), (true, true), "{command}");
    }
}

/// The shipped runbooks that were walked to their end: two in the demo, four on servers of one's own.
const WALKED: [&str; 6] = [
    "bad-deploy-rollback",
    "dependency-outage",
    "dr-exercise",
    "game-day",
    "restore-from-backup",
    "slow-queries",
];

#[test]
fn the_shipped_runbooks_pass() {
    assert!(shipped().len() >= 19);
    for (name, source) in shipped() {
        let runbook = parse(name, source);
        let mut found = lint(&runbook, source, now());
        // What nobody walked says nothing of a test, and lint says so.
        let untested = |problem: &Problem| problem.rule == "no-date" && problem.what.contains("tested");
        found.retain(|problem| WALKED.contains(name) || !untested(problem));
        assert_eq!(found, [], "{name}");
        assert_eq!(runbook.meta("tested").is_some(), WALKED.contains(name), "{name}");
        assert!(runbook.sections.iter().any(|section| section.role == SectionRole::Verify), "{name}");
    }
}

#[test]
fn the_shipped_runbooks_have_every_part_a_newcomer_needs() {
    use SectionRole::{
        Diagnosis, Escalation, Impact, Mitigation, Overview, Prerequisites, Related, Rollback, Verify,
    };
    for (name, source) in shipped() {
        let runbook = parse(name, source);
        let mut roles: Vec<SectionRole> = runbook.sections.iter().map(|section| section.role).collect();
        // A game day ends its fault before it looks at what came of it.
        if roles[5..7] == [Rollback, Verify] {
            roles.swap(5, 6);
        }
        assert_eq!(
            roles,
            [Overview, Impact, Prerequisites, Diagnosis, Mitigation, Verify, Rollback, Escalation, Related],
            "{name}"
        );
        let keys = ["service", "owner", "reviewed", "severity", "timeout"];
        assert!(keys.iter().all(|key| runbook.meta(key).is_some()), "{name}");
        let steps = runbook.steps();
        assert!(steps.iter().any(|placed| placed.step.decision), "{name}");
        for placed in steps {
            let step = placed.step;
            assert!(
                step.commands.is_empty() || step.expect.is_some(),
                "{name}: step {} shows no output",
                step.n
            );
        }
    }
}

#[test]
fn the_steps_that_shipped_runbooks_name_exist() {
    let names: BTreeSet<&str> = shipped().iter().map(|(name, _)| *name).collect();
    for (name, source) in shipped() {
        let runbook = parse(name, source);
        for part in source.split("step ").skip(1) {
            let number: String = part.chars().take_while(char::is_ascii_digit).collect();
            assert!(number.is_empty() || runbook.step(&number).is_some(), "{name} names step {number}");
        }
        let related =
            runbook.sections.iter().find(|section| section.role == SectionRole::Related).expect("related");
        for line in related.prose.iter().filter(|line| !line.is_empty()) {
            assert!(names.contains(line.trim_start_matches("- ")), "{name} points to {line}");
        }
    }
}

/// What is written between backticks behind `go to` or `use`.
fn led_to(source: &str) -> impl Iterator<Item = &str> {
    let behind = |word| source.split(word).skip(1).filter_map(|rest| rest.split('`').next());
    behind("go to `").chain(behind("use `"))
}

#[test]
fn the_runbooks_that_shipped_runbooks_lead_to_ship_too() {
    let names: BTreeSet<&str> = shipped().iter().map(|(name, _)| *name).collect();
    let mut led = 0;
    for (name, source) in shipped() {
        for other in led_to(source) {
            assert!(names.contains(other) && other != *name, "{name} leads to {other}");
            led += 1;
        }
    }
    assert!(led > names.len(), "only {led}");
}

#[test]
fn whatever_destroys_in_a_shipped_runbook_is_looked_at_right_behind() {
    let mut destroyed = 0;
    for (name, source) in shipped() {
        let runbook = parse(name, source);
        let steps = runbook.steps();
        for (at, placed) in steps.iter().enumerate() {
            if placed.step.commands.iter().all(|command| command.risk < Risk::Destroy) {
                continue;
            }
            destroyed += 1;
            let looks = steps[at + 1..].iter().take(2).any(|next| {
                let commands = &next.step.commands;
                !commands.is_empty() && commands.iter().all(|command| command.risk == Risk::Read)
            });
            assert!(at > 2 && looks, "{name}: step {}", placed.step.n);
        }
    }
    assert!(destroyed > 3, "only {destroyed}");
}

#[test]
fn an_alert_leads_to_one_shipped_runbook() {
    let mut known = BTreeSet::new();
    for (name, source) in shipped() {
        let runbook = parse(name, source);
        let alerts = runbook.meta("alerts").unwrap_or_default();
        for alert in alerts.split(", ").filter(|alert| !alert.is_empty()) {
            assert!(known.insert(alert.to_lowercase()), "{name}: {alert} has another runbook too");
        }
    }
    assert!(known.len() > shipped().len(), "{known:?}");
}

#[test]
fn a_shipped_runbook_ends_with_the_bound_that_its_slo_has_to_keep() {
    for (name, source) in shipped().iter().filter(|(name, _)| *name != "shift-handoff") {
        let runbook = parse(name, source);
        let bound = |title: &str| title.contains("`burn 5m < 1 within ");
        assert!(runbook.steps().iter().any(|placed| bound(&placed.step.title)), "{name}");
    }
}

#[test]
fn the_placeholders_of_shipped_runbooks_are_documented_on_top() {
    for (name, source) in shipped() {
        let runbook = parse(name, source);
        let used: BTreeSet<&String> = runbook
            .steps()
            .iter()
            .flat_map(|placed| &placed.step.commands)
            .flat_map(|command| command.placeholders.clone())
            .map(|found| runbook.meta.iter().find(|(key, _)| *key == format!("values.{found}")))
            .map(|documented| &documented.unwrap_or_else(|| panic!("{name}: a value has no line on top")).0)
            .collect();
        assert!(!used.is_empty(), "{name}");
        for (key, _) in runbook.meta.iter().filter(|(key, _)| key.starts_with("values.")) {
            let written = source.contains(&key.replacen("values.", "{{", 1));
            assert!(written, "{name}: {key} is asked for nowhere");
        }
    }
}

#[test]
fn the_rollback_runs_what_the_configuration_says() {
    let (name, source) = shipped().iter().find(|(name, _)| *name == "bad-deploy-rollback").expect("it ships");
    let runbook = parse(name, source);
    let step = runbook.step("5").expect("step 5");
    let text = "warroom demo-admin rollback --url http://127.0.0.1:4711 --service checkout";
    let mut values = Values::default();
    assert_eq!(fill(&step.commands[0], &values), Err(vec!["rollback".to_owned()]));
    values.trusted.insert("rollback".to_owned(), text.to_owned());
    assert_eq!(fill(&step.commands[0], &values).as_deref(), Ok(text));
    assert_eq!(step.commands[0].risk, Risk::Change);
}
