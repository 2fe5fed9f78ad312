//! Files of SLOs beside the configuration, the budget policy, and what stays when a file breaks.

use std::time::Duration;

use chrono_tz::Tz;
use warroom::config::specs::{keep_of_broken, with_specs};
use warroom::config::{self, Config, Parsed};
use warroom::slo::spec::SpecFile;
use warroom::slo::{BudgetStatus, Format, Policy};

const SOURCES: &str = "[[source]]\nname = \"prod\"\nkind = \"prometheus\"\nurl = \"http://h:9090\"\n\
                       [[source]]\nname = \"direct\"\nkind = \"scrape\"\nurls = [\"http://h/metrics\"]\n";

fn parse(text: &str) -> Parsed {
    config::parse("warroom.toml", text, Config::default())
}

fn configured() -> Config {
    parse(SOURCES).config
}

fn said(text: &str) -> Vec<String> {
    parse(text).problems.iter().map(|problem| format!("{}: {problem}", problem.level.word())).collect()
}

fn native(id: &str, line: &str) -> String {
    format!(
        "[[slo]]\nid = {id:?}\nservice = \"web\"\nobjective = 99.9\nperiod = \"30d\"\nbad = 'b'\ntotal = 't'\n{line}\n"
    )
}

fn sloth(name: &str) -> String {
    format!(
        "version: prometheus/v1\nservice: web\nslos:\n  - name: {name}\n    objective: 99.9\n    sli:\n      events:\n\
         \x20       error_query: sum(rate(e[{{{{.window}}}}]))\n        total_query: sum(rate(t[{{{{.window}}}}]))\n\
         \x20   alerting:\n      name: Web\n"
    )
}

fn file<'a>(file: &'a str, text: &'a str) -> SpecFile<'a> {
    SpecFile { file, text, source: None, period: None }
}

fn ids(config: &Config) -> Vec<&str> {
    config.slos.iter().map(|slo| slo.id.as_str()).collect()
}

#[test]
fn an_entry_is_a_glob_or_a_table() {
    let parsed = parse(&format!(
        "slo_files = [\"slos/**/*.yaml\", {{ glob = \"more/*.yml\", source = \"direct\", period = \"28d\" }}]\n{SOURCES}"
    ));
    assert_eq!(parsed.problems, []);
    let [plain, table] = &parsed.config.slo_files[..] else { panic!("two entries") };
    assert_eq!((plain.glob.as_str(), &plain.source, plain.period), ("slos/**/*.yaml", &None, None));
    assert_eq!(table.glob, "more/*.yml");
    assert_eq!(
        (table.source.as_deref(), table.period),
        (Some("direct"), Some(Duration::from_hours(28 * 24)))
    );
}

#[test]
fn an_entry_that_makes_no_sense_names_its_line() {
    let cases = [
        (
            "slo_files = [1]\n",
            "error: warroom.toml:1:14: slo_files: a text or a table is expected here, not an integer",
        ),
        ("slo_files = []\n", "error: warroom.toml:1:13: slo_files: is an empty list (name at least one)"),
        (
            "slo_files = [{ source = \"prod\" }]\n",
            "error: warroom.toml:1:14: slo_files[0].glob: is missing (add glob = \"slos/**/*.yaml\")",
        ),
        (
            "slo_files = [{ glob = \"a\", period = \"1m\" }]\n",
            "error: warroom.toml:1:37: slo_files[0].period: a period is 1d to 366d (write 30d, 28d or 7d (m is minutes))",
        ),
        (
            "slo_files = [{ glob = \"a\", source = \"prdo\" }]\n",
            "error: warroom.toml:1:14: slo_files: no source is called \"prdo\" (did you mean prod?)",
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(said(&format!("{line}{SOURCES}")), [expected], "{line}");
    }
}

#[test]
fn files_of_different_formats_join_and_the_first_of_two_equal_ids_stays() {
    let mut config = parse(&format!("{SOURCES}{}", native("web-up", ""))).config;
    let (yaml, toml) = (sloth("up") + "---\n" + &sloth("fast"), native("mine", ""));
    let problems = with_specs(&mut config, &[file("slos/web.yaml", &yaml), file("slos/mine.toml", &toml)]);
    assert_eq!(ids(&config), ["web-up", "web-fast", "mine"]);
    assert_eq!(config.slos[1].format, Format::Sloth);
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "slos/web.yaml:4:5: slo.web-up: there is already an SLO of this id in warroom.toml:9:1 (give one of them another name, or load one of the files)"
        ]
    );
}

#[test]
fn an_slo_of_a_file_must_have_a_source_that_can_answer_it() {
    let mut config = configured();
    let natives = native("stray", "source = \"elsewhere\"");
    let text = sloth("up");
    let scraped = SpecFile { source: Some("direct"), ..file("slos/web.yaml", &text) };
    let problems = with_specs(&mut config, &[scraped, file("n.toml", &natives)]);
    assert_eq!(ids(&config), [] as [&str; 0]);
    let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "slos/web.yaml:4:5: slo.web-up: source \"direct\" is scraped directly and cannot answer PromQL (write bare selectors, or name a prometheus source)",
            "n.toml:1:1: slo.stray.source: no source is called \"elsewhere\" (add a [[source]] with name = \"elsewhere\")",
        ]
    );
}

#[test]
fn the_source_and_the_period_of_an_entry_are_for_what_names_none() {
    let mut config = configured();
    let (text, natives) = (sloth("up"), native("own", "source = \"prod\"") + &native("given", ""));
    let weeks = Duration::from_hours(28 * 24);
    let of = |name, text| SpecFile { file: name, text, source: Some("prod"), period: Some(weeks) };
    assert_eq!(with_specs(&mut config, &[of("w.yaml", &text), of("n.toml", &natives)]), []);
    let told: Vec<_> =
        config.slos.iter().map(|slo| (slo.id.as_str(), slo.source.as_deref(), slo.period)).collect();
    let month = Duration::from_hours(30 * 24);
    assert_eq!(
        told,
        [("web-up", Some("prod"), weeks), ("own", Some("prod"), month), ("given", Some("prod"), month)]
    );
}

#[test]
fn what_a_file_held_before_it_broke_stays() {
    let mut before = configured();
    let (good, other) = (sloth("up"), native("mine", ""));
    assert_eq!(with_specs(&mut before, &[file("w.yaml", &good), file("n.toml", &other)]), []);
    let mut after = configured();
    let problems =
        with_specs(&mut after, &[file("w.yaml", "version: [\n"), file("n.toml", &native("theirs", ""))]);
    assert_eq!(ids(&after), ["theirs"]);
    keep_of_broken(&mut after, &before, &problems);
    assert_eq!(
        ids(&after),
        ["theirs", "web-up"],
        "of the broken file; what was taken out of a sound one is gone"
    );
}

#[test]
fn the_budget_policy_has_the_manuals_bands_until_it_is_written() {
    let usual = parse("").config.budget;
    assert_eq!(usual, Policy::default());
    let bands = [
        (0.51, "Healthy"),
        (0.5, "Caution"),
        (0.25, "Warning"),
        (0.1, "Critical"),
        (0.0, "Exhausted"),
        (-1.0, "Exhausted"),
    ];
    for (remaining, band) in bands {
        assert_eq!(format!("{:?}", usual.status(remaining)), band, "{remaining}");
    }
    assert!(usual.text(BudgetStatus::Warning).starts_with("freeze non-critical changes"));
    let parsed = parse("[budget]\ncaution = 80\nwarning = 40\n[budget.policy]\ncaution = \"ask first\"\n");
    assert_eq!(parsed.problems, []);
    let own = parsed.config.budget;
    assert_eq!(
        (own.status(0.8), own.status(0.4), own.status(0.1)),
        (BudgetStatus::Caution, BudgetStatus::Warning, BudgetStatus::Critical)
    );
    assert_eq!(own.text(BudgetStatus::Caution), "ask first");
    assert_eq!(own.text(BudgetStatus::Healthy), usual.text(BudgetStatus::Healthy));
}

#[test]
fn bands_that_do_not_fall_are_refused() {
    let cases = [
        (
            "caution = 20",
            "error: warroom.toml:2:11: budget.caution: the bands do not follow one another (percentages fall: below 100, caution, then warning, then critical, above 0)",
        ),
        (
            "critical = 0",
            "error: warroom.toml:2:12: budget.critical: the bands do not follow one another (percentages fall: below 100, caution, then warning, then critical, above 0)",
        ),
        (
            "exhausted = 0",
            "error: warroom.toml:2:1: budget.exhausted: unknown key (known here: caution, warning, critical, policy)",
        ),
        (
            "policy = { healty = \"x\" }",
            "error: warroom.toml:2:12: budget.policy.healty: unknown key (did you mean healthy?)",
        ),
    ];
    for (line, expected) in cases {
        assert_eq!(said(&format!("[budget]\n{line}\n")), [expected], "{line}");
    }
}

#[test]
fn calendars_of_spec_files_are_of_the_configured_zone() {
    let mut config = parse(&format!("zone = \"Europe/Berlin\"\n{SOURCES}")).config;
    let text = native("mine", "").replace("period = \"30d\"", "calendar = \"month\"");
    assert_eq!(with_specs(&mut config, &[file("n.toml", &text)]), []);
    assert_eq!(config.slos[0].calendar.map(|calendar| calendar.zone), Some(Tz::Europe__Berlin));
}
