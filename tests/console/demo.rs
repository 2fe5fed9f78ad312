//! The main job, as a newcomer does it: from the first burn to the exported postmortem.

use std::path::Path;

use serde_json::Value;

use super::home::{Home, listing};
use super::terminal::{ENTER, ESC, Terminal};

const SLO: &str = "checkout-availability";

#[test]
fn demo_from_page_to_exported_postmortem() {
    let home = Home::new();
    let data = home.data().display().to_string();
    let mut console = home.console(&["demo", "--speed", "30", "--data", &data]);
    a_bad_deploy_pages(&console);
    a_declaration_takes_the_screen(&console);
    the_runbook_rolls_back(&console);
    the_burn_falls(&console);
    people_say_what_they_know(&console);
    it_is_resolved(&console);
    the_postmortem_is_written(&console);
    let exported = the_export_lands_in(&console, &home.work());
    console.keys("q");
    assert_eq!(console.exit_code(), 0);
    console.assert_restored();
    the_export_tells_the_story(&exported);
    the_journal_tells_the_story(&home);
}

fn a_bad_deploy_pages(console: &Terminal) {
    console.wait_for_text("DEMO clock 30x");
    console.wait_for_text("deploy of checkout");
    console.wait_for_text("PAGING");
    assert!(console.text().contains("press d to declare an incident"));
    assert!(console.seen().row(SLO).len() > 1);
    console.wait_for("the firing row", |seen| seen.text().lines().any(fires));
    console.wait_for("the bell", |seen| seen.wrote(b"\x07", 0));
}

fn fires(row: &str) -> bool {
    row.contains("FIRING") && row.contains(SLO)
}

fn a_declaration_takes_the_screen(console: &Terminal) {
    console.keys_until("d", "Declare an incident");
    console.keys_until(ENTER, "declared SEV2");
    console.wait_for_text("IC you");
    // The fitting runbook opens at its first step.
    console.wait_for_text("─ bad-deploy-rollback ");
    console.wait_for_text("> [ ] 1 See what is deployed");
}

/// The step that rolls back, after those before it were run, read or left out.
fn the_runbook_rolls_back(console: &Terminal) {
    console.keys_until("3", "[3 Runbook]");
    run_step(console, "demo-admin");
    console.wait_for_text("step 1 exit 0");
    console.wait_for_text("v2.14.0  6/6 pods");
    // What is to be expected is said in words: a person says whether it came out so.
    console.wait_for_text("> [?] 1 ");
    console.keys_until("x", "> [?] 2 ");
    console.keys_until("x", "Step 2: If nothing changed");
    console.keys("n");
    console.keys(ENTER);
    console.wait_for_text("> [ ] 3 ");
    console.keys_until("-", "> [ ] 4 ");
    console.keys_until("x", "> [ ] 5 Roll");
    run_step(console, "demo-admin rollback");
    console.wait_for_text("step 5 exit 0");
    console.wait_for_text("v2.13.2");
}

/// Asks, tries Enter, which is no yes, and confirms.
fn run_step(console: &Terminal, command: &str) {
    console.keys_until("r", "Run this?");
    console.wait_for("the exact command", |seen| seen.text().contains(command));
    console.keys(ENTER);
    console.confirm();
    console.wait_until_gone("Run this?");
}

fn the_burn_falls(console: &Terminal) {
    console.wait_for("no more firing", |seen| !seen.text().lines().any(fires));
    console.wait_for_text("page recovers");
    console.wait_for("a short burn below budget pace", |seen| {
        let text = seen.text();
        let row = text.lines().find(|row| row.starts_with('│') && row.contains(SLO)).unwrap_or_default();
        !fires(row) && short_burn(row).is_some_and(|burn| burn < 1.0)
    });
}

/// The first burn rate of a row: that of the shortest window.
fn short_burn(row: &str) -> Option<f64> {
    row.split_whitespace().find_map(|word| word.strip_suffix('x')?.parse().ok())
}

fn people_say_what_they_know(console: &Terminal) {
    console.keys_until("n", "note>");
    console.keys("!rolled back, watching");
    console.keys(ENTER);
    console.wait_for_text("!  rolled back, watching");
    console.keys(ESC);
    console.wait_until_gone("note>");
    console.keys_until("u", "Status update");
    console.keys("Checkout works again");
    console.keys(ENTER);
    console.wait_for_text("@  ");
    console.wait_until_gone("Status update");
    console.keys_until("m", "Impact is mitigated by");
    console.keys(ENTER);
    console.wait_for_text("mitigated by rollback");
}

fn it_is_resolved(console: &Terminal) {
    console.keys_until("R", "Are metrics at their baseline?");
    console.keys(ENTER);
    console.wait_for_text("Is all data there and whole?");
    console.keys(ENTER);
    console.wait_for_text("Are temporary mitigations removed?");
    console.keys(ENTER);
    console.wait_for_text("Resolve the incident?");
    console.keys("y");
    console.wait_for("resolved", |seen| {
        seen.screen().rows(0, 40).next().is_some_and(|row| row.contains("resolved"))
    });
}

fn the_postmortem_is_written(console: &Terminal) {
    console.keys_until("p", "fresh draft");
    console.keys_until("e", "leave and save");
    console.keys("Reviewed by a person. ");
    console.wait_for_text("Reviewed by a person.");
    console.wait_for("the save", |seen| seen.row("4 Postmortem").contains(" saved "));
    console.keys(ESC);
    console.wait_until_gone("leave and save");
}

fn the_export_lands_in(console: &Terminal, folder: &Path) -> String {
    console.keys_until("w", "postmortem written to");
    let files = listing(folder);
    assert_eq!(files.len(), 1, "{files:?}");
    std::fs::read_to_string(folder.join(&files[0])).expect("text")
}

fn the_export_tells_the_story(exported: &str) {
    for words in [
        "checkout-availability is burning its error budget",
        "Reviewed by a person.",
        "SEV2",
        "deploy of checkout",
        "rolled back, watching",
        "Checkout works again",
        "mitigated by rollback",
        "exit 0",
        "error budget",
    ] {
        assert!(exported.contains(words), "{words:?} is missing in:\n{exported}");
    }
    let rollback = exported.lines().find(|line| line.contains("ran step 5"));
    assert!(rollback.is_some_and(|line| line.contains("exit 0")), "{exported}");
    let spent =
        exported.lines().find(|line| line.starts_with("| checkout-availability |") && line.contains('%'));
    assert!(spent.is_some(), "the budget that was spent:\n{exported}");
}

fn the_journal_tells_the_story(home: &Home) {
    assert!(home.ok(&["journal", "verify"]).contains("ok"));
    let entries = home.timeline();
    let kinds: Vec<&str> = entries.iter().filter_map(|entry| entry["kind"].as_str()).collect();
    let story = [
        "change_marked",
        "alert_changed",
        "declared",
        "runbook_opened",
        "step_ran",
        "step_marked",
        "step_ran",
        "decision",
        "updated",
        "mitigated",
        "resolved",
        "postmortem_saved",
        "postmortem_exported",
    ];
    let mut rest = kinds.iter();
    for kind in story {
        assert!(rest.any(|known| *known == kind), "{kind} is missing, or out of order, in {kinds:?}");
    }
    let seqs: Vec<u64> = entries.iter().filter_map(|entry| entry["seq"].as_u64()).collect();
    assert_eq!(seqs.len(), entries.len());
    let people = |entry: &&Value| entry["origin"] == "human";
    assert!(entries.iter().filter(people).count() >= 2, "the note and the update are people's words");
}

#[test]
fn the_demo_leaves_nothing_behind() {
    let home = Home::new();
    let mut console = home.console(&["demo", "--speed", "60"]);
    console.wait_for_text("PAGING");
    console.keys_until("d", "Declare an incident");
    console.keys_until(ENTER, "declared SEV2");
    assert_eq!(listing(&home.path("tmp")).len(), 1, "its journal lies in a temporary folder");
    console.keys_until("q", "Leave the console?");
    console.keys("y");
    assert_eq!(console.exit_code(), 0);
    console.assert_restored();
    for folder in ["tmp", "home", "work"] {
        assert_eq!(listing(&home.path(folder)), [""; 0], "{folder}");
    }
    assert!(!home.data().exists());
}
