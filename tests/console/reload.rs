//! The configuration and its files of SLOs are in force as they are saved; a broken one says where and
//! changes nothing.

use super::home::Home;
use super::server::Server;

const METRICS: &str = "# TYPE r_total counter\nr_total{code=\"200\"} 900\nr_total{code=\"500\"} 1\n";

fn source(url: &str) -> String {
    format!(
        "slo_files = [\"slos/**/*.toml\"]\n[[source]]\nname = \"web\"\nkind = \"scrape\"\nurls = [\"{url}\"]\nevery = \"1s\"\n"
    )
}

fn slo(id: &str, more: &str) -> String {
    format!(
        "[[slo]]\nid = \"{id}\"\nservice = \"web\"\nobjective = 99.9\nperiod = \"30d\"\nbad = 'r_total{{code=\"500\"}}'\n\
         total = 'r_total'\n{more}\n"
    )
}

#[test]
fn an_edit_of_the_configuration_is_in_force_as_it_is_saved() {
    let server = Server::of_metrics(METRICS);
    let source = source(&server.metrics_url());
    let home = Home::new().configured(&(source.clone() + &slo("first", "")));
    let console = home.console(&[]);
    console.wait_for("the first row", |seen| seen.row("first ").contains("s "));
    home.write("config/warroom.toml", &(source.clone() + &slo("first", "") + &slo("second", "")));
    console.wait_for_text("configuration read again: 2 SLOs, 1 sources");
    console.wait_for("the second row, measured", |seen| {
        let row = seen.row("second ");
        !row.is_empty() && !row.contains("never")
    });
    home.write("config/warroom.toml", &(source + &slo("second", "")));
    console.wait_for("one row", |seen| seen.row("first ").is_empty() && !seen.row("second ").is_empty());
}

#[test]
fn a_broken_configuration_says_where_and_the_last_good_one_stays() {
    let server = Server::of_metrics(METRICS);
    let source = source(&server.metrics_url());
    let home = Home::new().configured(&(source.clone() + &slo("first", "")));
    let console = home.console(&[]);
    console.wait_for_text("first ");
    home.write("config/warroom.toml", &(source.clone() + &slo("first", "objectve = 1") + &slo("second", "")));
    console.wait_for_text("warroom.toml:14:1: slo.first.objectve");
    assert!(console.seen().shows("first ") && !console.seen().shows("second "));
    home.write("config/warroom.toml", &(source + &slo("first", "") + &slo("second", "")));
    console.wait_for_text("second ");
}

#[test]
fn files_of_slos_come_change_break_and_go() {
    let server = Server::of_metrics(METRICS);
    let home = Home::new().configured(&source(&server.metrics_url()));
    let console = home.console(&[]);
    console.wait_for_text("q quit");
    // The folders are not there yet.
    home.write("config/slos/team/web.toml", &slo("early", ""));
    console.wait_for("the first file", |seen| !seen.row("early ").is_empty());
    home.write("config/slos/other.toml", &slo("late", ""));
    console.wait_for("a file beside it", |seen| !seen.row("late ").is_empty());
    home.write("config/slos/other.toml", "[[slo\n");
    console.wait_for_text("slos/other.toml:1:");
    assert!(!console.seen().row("late ").is_empty(), "what it held stays");
    std::fs::remove_file(home.path("config/slos/other.toml")).expect("a file");
    console.wait_for("the row to go", |seen| seen.row("late ").is_empty());
    assert!(!console.seen().row("early ").is_empty());
}

#[test]
fn slo_status_watch_keeps_its_table_in_place() {
    let server = Server::of_metrics(METRICS);
    let source = source(&server.metrics_url());
    let home = Home::new().configured(&(source.clone() + &slo("first", "")));
    let console = home.console(&["slo", "status", "--watch"]);
    console.wait_for("the first row", |seen| !seen.row("first").is_empty());
    home.write("config/warroom.toml", &(source + &slo("first", "") + &slo("second", "")));
    console.wait_for("the second row below it", |seen| !seen.row("second").is_empty());
    let text = console.text();
    let headings = text.lines().filter(|line| line.starts_with("state") && line.contains(" slo ")).count();
    let firsts = text.lines().filter(|line| line.contains(" first ")).count();
    assert_eq!((headings, firsts), (1, 1), "{text}");
}
