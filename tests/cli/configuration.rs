//! Which files are in force, and what is said of broken ones.

use crate::cli::home::{Home, Told};
use crate::daemon::skipped;

const BROKEN: &str = "zone = \"Mars/Base\"\nzonne = 1\n";

/// What slo list says when no SLO is configured, and when the file of a place is in force.
fn in_force(home: &Home, words: &[&str], variable: Option<&str>) -> String {
    let mut command = home.warroom(&[words, &["slo", "list", "--json"]].concat());
    if let Some(file) = variable {
        command.env("WARROOM_CONFIG", file);
    }
    let told = Told::from(command.output().expect("it runs"));
    let listed: serde_json::Value = serde_json::from_str(&told.out).unwrap_or_default();
    listed[0]["id"].as_str().unwrap_or("none").to_owned()
}

fn slo(id: &str) -> String {
    format!(
        "[[source]]\nname = \"p\"\nkind = \"prometheus\"\nurl = \"http://127.0.0.1:1\"\n[[slo]]\nid = \"{id}\"\n\
         service = \"s\"\nobjective = 99.9\nperiod = \"30d\"\nbad = 'b'\ntotal = 't'\n"
    )
}

#[test]
fn the_flag_comes_before_the_variable_the_folder_and_the_home() {
    let home = Home::new();
    assert_eq!(in_force(&home, &[], None), "none");
    home.write(".config/warroom/warroom.toml", &slo("home"));
    assert_eq!(in_force(&home, &[], None), "home");
    home.write("warroom.toml", &slo("folder"));
    assert_eq!(in_force(&home, &[], None), "folder");
    home.write("v.toml", &slo("variable"));
    assert_eq!(in_force(&home, &[], Some("v.toml")), "variable");
    assert_eq!(in_force(&home, &[], Some("")), "folder", "an empty variable is none");
    home.write("f.toml", &slo("flag"));
    assert_eq!(in_force(&home, &["--config", "f.toml"], Some("v.toml")), "flag");
}

/// What a stranger left in a folder brings no runbooks unasked; named, or in the user's own place, the
/// same file is trusted.
#[test]
fn a_strangers_configuration_brings_its_runbooks_only_when_it_is_named() {
    let home = Home::new();
    for folder in ["", ".config/warroom/"] {
        home.write(&format!("{folder}warroom.toml"), "zone = \"UTC\"\n");
        home.write(&format!("{folder}runbooks/theirs.md"), "# Theirs\n");
        let path = home.path().join(folder).join("warroom.toml");
        if std::os::unix::fs::chown(&path, Some(65534), None).is_err() {
            return skipped::record("a second user (only root can give files away)");
        }
    }
    let listed = |words: &[&str], variable: &str| {
        let mut command = home.warroom(&[words, &["runbook", "list"]].concat());
        let told = Told::from(command.env("WARROOM_CONFIG", variable).output().expect("it runs"));
        told.out.contains("theirs")
    };
    assert!(!listed(&[], ""), "found here");
    assert!(listed(&["--config", "warroom.toml"], ""), "named by the flag");
    assert!(listed(&[], "warroom.toml"), "named by the variable");
    std::fs::remove_file(home.path().join("warroom.toml")).expect("a file");
    assert!(listed(&[], ""), "in the user's own place");
}

#[test]
fn the_data_folder_is_the_flags_then_the_variables() {
    let home = Home::new();
    let declare = ["declare", "x", "--sev", "4"];
    let mut by_variable = home.warroom(&declare);
    assert!(by_variable.env("WARROOM_DATA", "by-variable").status().expect("it runs").success());
    let mut by_both = home.warroom(&[&["--data", "by-flag"][..], &declare].concat());
    assert!(by_both.env("WARROOM_DATA", "by-variable").status().expect("it runs").success());
    let entries = |data: &str| home.json(&["--data", data, "list", "--json"]).as_array().map(Vec::len);
    assert_eq!((entries("by-variable"), entries("by-flag")), (Some(1), Some(1)));
    assert!(!home.data().exists());
}

#[test]
fn a_broken_configuration_is_exit_2_with_a_line_a_mistake() {
    let home = Home::new();
    home.write("warroom.toml", BROKEN);
    let lines = "warroom.toml:1:8: zone: \"Mars/Base\" is no time zone (write an IANA name, like Europe/Berlin)\n\
                 warroom.toml:2:1: zonne: unknown key (did you mean zone?)";
    for words in [&["slo", "list"][..], &["slo", "status"], &["watch"]] {
        assert_eq!(home.run(words), Told::failed(2, lines), "{words:?}");
    }
    assert_eq!(
        home.run(&["--config", "none.toml", "slo", "list"]),
        Told::failed(2, "none.toml: there is no such file (check the path)")
    );
}

#[test]
fn a_broken_configuration_does_not_stand_between_a_human_and_the_journal() {
    let home = Home::with_incident();
    home.write("warroom.toml", BROKEN);
    assert_eq!(home.run(&["note", "still here"]).code, Some(0));
    assert_eq!(home.run(&["note", "some minutes ago", "--at", "-10m"]).code, Some(0));
    assert_eq!(home.run(&["note", "then", "--at", "2026-01-05T10:01:00Z"]).code, Some(0));
    let guess = home.run(&["note", "which zone?", "--at", "2026-01-05 10:00"]);
    assert_eq!(guess.code, Some(2), "a time is never read in a zone that was only guessed");
    assert!(guess.err.starts_with("warroom.toml:1:8: zone: "), "{}", guess.err);
}

#[test]
fn check_judges_everything_beside_the_configuration() {
    let home = Home::new();
    assert_eq!(
        home.run(&["check"]),
        Told::failed(2, "configuration: none found (warroom init writes a starter)")
    );
    assert_eq!(home.out(&["init"]), "./warroom.toml\n");
    assert!(home.out(&["check"]).contains("slo.checkout-availability.objective  warroom.toml:"));
    assert_eq!(home.json(&["check", "--json"]), serde_json::json!([]));
    home.write("keys.toml", "declre = [\"d\"]\n");
    home.write("themes/night.toml", "nonsense = 1\n");
    let told = home.run(&["check"]);
    assert!(told.out.contains("./keys.toml:1") && told.out.contains("./themes/night.toml"), "{}", told.out);
}

#[test]
fn a_file_that_cannot_be_read_is_named_and_the_others_are_judged() {
    let home = Home::new();
    home.write("bad.toml", BROKEN);
    let told = home.run(&["check", "none.toml", "bad.toml"]);
    assert_eq!(told.err, "none.toml: there is no such file (check the path)\n");
    assert!(told.code == Some(2) && told.out.contains("bad.toml:2:1: error: zonne: unknown key"), "{told:?}");
    std::fs::create_dir(home.path().join("folder.md")).expect("a folder");
    assert_eq!(
        home.run(&["runbook", "lint", "folder.md"]),
        Told::failed(2, "folder.md: is a folder (name a file in it)")
    );
}

#[test]
fn lint_fails_on_errors_and_when_strict_on_warnings_too() {
    let home = Home::new();
    home.write("thin.md", "# Thin\n\nNothing to do here.\n");
    let told = home.run(&["runbook", "lint", "thin.md"]);
    let errors = told.out.lines().filter(|line| line.contains(": error: ")).count();
    assert_eq!(told.code, Some(i32::from(errors > 0)), "{told:?}");
    assert!(told.out.lines().all(|line| line.starts_with("thin.md:")) && !told.out.is_empty(), "{told:?}");
    assert_eq!(home.run(&["runbook", "lint", "thin.md", "--strict"]).code, Some(1));
}

#[test]
fn init_never_overwrites() {
    let home = Home::new();
    assert_eq!(home.out(&["init", "deep/er"]), "deep/er/warroom.toml\n");
    home.write("deep/er/warroom.toml", "zone = \"UTC\"\n");
    let told = home.run(&["init", "deep/er"]);
    let why = "init: deep/er/warroom.toml: is already there (edit it, or init another folder)";
    assert_eq!(told, Told::failed(1, why));
    let kept = std::fs::read_to_string(home.path().join("deep/er/warroom.toml")).expect("still there");
    assert_eq!(kept, "zone = \"UTC\"\n");
}

#[test]
fn a_draft_overwrites_nothing_and_an_export_goes_on_record() {
    let home = Home::with_incident();
    assert_eq!(home.out(&["postmortem", "draft", "--out", "pm.md"]), "pm.md\n");
    let why = "postmortem: pm.md: is already there (name another file: a draft overwrites nothing)";
    assert_eq!(home.run(&["postmortem", "draft", "--out", "pm.md"]), Told::failed(1, why));
    let shown = home.path().canonicalize().expect("a home").join("pm.md").display().to_string();
    assert_eq!(home.out(&["postmortem", "export", "--out", "pm.md"]), format!("{shown}\n"));
    assert!(home.out(&["timeline"]).contains("exported the postmortem to "));
    let nowhere = home.run(&["postmortem", "export", "--out", "no/where.md"]);
    assert_eq!(
        nowhere,
        Told::failed(1, "postmortem: no/where.md: no such file or directory (name another file)")
    );
}
