//! The configuration and its files of SLOs are in force as they are saved; a broken one says where and
//! changes nothing.

use std::os::unix::fs::symlink;

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
    console.wait_for("the sound one, and the broken one as it was", |seen| {
        !seen.row("second ").is_empty() && !seen.row("first ").is_empty()
    });
    home.write("config/warroom.toml", &(String::from("zonne = 1\n") + &source + &slo("third", "")));
    console.wait_for_text("warroom.toml:1:1: zonne");
    assert!(console.seen().shows("first ") && !console.seen().shows("third "), "{}", console.text());
    home.write("config/warroom.toml", &(source + &slo("third", "")));
    console
        .wait_for("the third alone", |seen| !seen.row("third ").is_empty() && seen.row("first ").is_empty());
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

/// A folder as a `ConfigMap` is mounted: its files are links over `..data` into a folder with a date.
struct Mount<'a> {
    home: &'a Home,
    versions: u32,
}

impl Mount<'_> {
    fn of<'a>(home: &'a Home, text: &str) -> Mount<'a> {
        let mut mount = Mount { home, versions: 0 };
        mount.update(text);
        symlink("..data/web.toml", home.path("mount/web.toml")).expect("a link");
        mount
    }

    /// Another folder, another link renamed over `..data`, and the folder before goes.
    fn update(&mut self, text: &str) {
        let before = format!("mount/..2026_{}", self.versions);
        self.versions += 1;
        let now = format!("..2026_{}", self.versions);
        self.home.write(&format!("mount/{now}/web.toml"), text);
        symlink(now, self.home.path("mount/..data_tmp")).expect("a link");
        std::fs::rename(self.home.path("mount/..data_tmp"), self.home.path("mount/..data")).expect("a swap");
        let _ = std::fs::remove_dir_all(self.home.path(&before));
    }
}

#[test]
fn a_config_map_that_is_updated_is_read_again_wherever_it_is_linked_from() {
    let server = Server::of_metrics(METRICS);
    let home = Home::new();
    let mut mount = Mount::of(&home, &slo("first", ""));
    std::fs::create_dir(home.path("config/slos")).expect("a folder");
    symlink("../../mount/web.toml", home.path("config/slos/linked.toml")).expect("a link");
    let home = &home;
    home.write("config/warroom.toml", &source(&server.metrics_url()));
    let console = home.console(&[]);
    console.wait_for("the first version", |seen| !seen.row("first ").is_empty());
    // Twice: the second one shows that the new way is watched too.
    mount.update(&slo("second", ""));
    console.wait_for("the second version", |seen| {
        !seen.row("second ").is_empty() && seen.row("first ").is_empty()
    });
    mount.update(&slo("third", ""));
    console.wait_for("the third version", |seen| !seen.row("third ").is_empty());
    drop(console);

    // The mount itself, as the folder that the configuration names.
    home.write(
        "config/warroom.toml",
        &source(&server.metrics_url()).replace("slos/**/*.toml", "../mount/*.toml"),
    );
    let console = home.console(&[]);
    console.wait_for("the third version", |seen| !seen.row("third ").is_empty());
    mount.update(&slo("fourth", ""));
    console.wait_for("the fourth version", |seen| !seen.row("fourth ").is_empty());
    mount.update(&slo("fifth", ""));
    console.wait_for("the fifth version", |seen| !seen.row("fifth ").is_empty());
}

#[test]
fn a_configuration_in_a_config_map_is_read_again() {
    let server = Server::of_metrics(METRICS);
    let source = source(&server.metrics_url());
    let home = Home::new();
    let mut mount = Mount::of(&home, &(source.clone() + &slo("first", "")));
    symlink(home.path("mount/web.toml"), home.path("config/warroom.toml")).expect("a link");
    let console = home.console(&[]);
    console.wait_for("the first version", |seen| !seen.row("first ").is_empty());
    for id in ["second", "third"] {
        mount.update(&(source.clone() + &slo(id, "")));
        console.wait_for(id, |seen| !seen.row(&format!("{id} ")).is_empty());
    }
}

#[test]
fn watch_goes_on_with_an_edited_configuration_and_says_what_is_broken() {
    let (first, second) = (Server::of_metrics(METRICS), Server::of_metrics(METRICS));
    let configuration = |server: &Server, slos: &[&str]| {
        source(&server.metrics_url()) + &slos.iter().map(|id| slo(id, "")).collect::<String>()
    };
    let home = Home::new().configured(&configuration(&first, &["first"]));
    let watch = home.console(&["watch"]);
    first.wait_for_more(1);
    // Another source: it is the one that is asked from now on.
    home.write("config/warroom.toml", &configuration(&second, &["first", "second"]));
    watch.wait_for_text("configuration: read again: 2 SLOs, 1 sources");
    second.wait_for_more(2);
    // A broken one changes nothing, and says where it is broken.
    let broken = String::from("zonne = 1\n") + &configuration(&first, &["first"]);
    home.write("config/warroom.toml", &broken);
    watch.wait_for_text("warroom.toml:1:1: zonne");
    watch.wait_for_text("the configuration before this change stays in force");
    second.wait_for_more(2);
    // A file of SLOs beside it.
    home.write("config/warroom.toml", &configuration(&second, &["first"]));
    watch.wait_for_text("configuration: read again: 1 SLOs, 1 sources");
    home.write("config/slos/more.toml", &slo("third", ""));
    watch.wait_for("two SLOs again", |seen| {
        seen.text().matches("configuration: read again: 2 SLOs, 1 sources").count() == 2
    });
    let mut watch = watch;
    watch.signal(rustix::process::Signal::TERM);
    assert_eq!(watch.exit_code(), 143);
}
