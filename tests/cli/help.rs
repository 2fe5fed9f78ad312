//! Help is a promise: its whole text is kept, and every command has one.

use warroom::incident::Severity;

use crate::cli::home::Home;

/// Names of the commands that a help text lists.
fn listed(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    let names =
        lines.filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}

/// The help of a command and of every command below it, one after the other.
fn tree(home: &Home, words: &[&str]) -> String {
    let help = home.out(&[words, &["--help"]].concat());
    let own = format!("$ warroom {} --help\n{help}", words.join(" "));
    let below = listed(&help);
    let below = below.iter().map(|name| tree(home, &[words, &[name.as_str()]].concat()));
    below.fold(own, |all, one| format!("{all}\n{one}"))
}

#[test]
fn the_whole_text_of_help_is_kept() {
    let home = Home::new();
    let top = home.out(&["--help"]);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| {
        insta::assert_snapshot!("cli_help", top);
        for name in listed(&top) {
            insta::assert_snapshot!(format!("cli_help_{name}"), tree(&home, &[&name]));
        }
    });
}

#[test]
fn the_help_of_severities_is_the_matrix() {
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let help = words(&Home::new().out(&["sev", "--help"]));
    for severity in Severity::ALL {
        let row = format!("{} {} {}", severity.number(), severity.meaning(), severity.obliges());
        assert!(help.contains(&row), "{row}\n{help}");
    }
}

#[test]
fn every_command_says_in_one_line_what_it_does() {
    let home = Home::new();
    let mut helps = vec![home.out(&["--help"])];
    helps.extend(listed(&helps[0]).iter().map(|name| tree(&home, &[name])));
    for help in helps {
        let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        for line in lines.take_while(|line| !line.is_empty()) {
            assert!(!line.starts_with("   ") && line.split_whitespace().count() > 1, "{line}\n{help}");
        }
    }
}

#[test]
fn a_group_without_a_command_shows_its_help_and_fails() {
    let home = Home::new();
    for group in [
        "slo",
        "runbook",
        "postmortem",
        "journal",
        "maintenance",
        "role",
        "task",
        "impact",
        "change",
        "deploy",
    ] {
        let told = home.run(&[group]);
        assert_eq!((told.out.as_str(), told.code), ("", Some(2)), "{group}");
        assert!(told.err.contains(&format!("Usage: warroom {group} [OPTIONS] <COMMAND>")), "{}", told.err);
    }
}

#[test]
fn the_version_is_the_packages() {
    assert_eq!(Home::new().out(&["--version"]), format!("warroom {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn colour_is_used_when_it_is_asked_for() {
    let home = Home::new();
    assert!(home.out(&["--color", "always", "--help"]).contains('\x1b'));
    for plain in [&["--color=never", "--help"][..], &["--color", "auto", "--help"], &["--help"]] {
        assert!(!home.out(plain).contains('\x1b'), "{plain:?}");
    }
}

#[test]
fn completions_and_the_manual_know_every_command() {
    let home = Home::new();
    let texts = [
        home.out(&["completions", "bash"]),
        home.out(&["completions", "zsh"]),
        home.out(&["completions", "fish"]),
        home.out(&["man"]),
    ];
    for name in listed(&home.out(&["--help"])) {
        assert!(
            texts.iter().all(|text| text.contains(&name.replace('-', "\\-")) || text.contains(&name)),
            "{name}"
        );
    }
}
