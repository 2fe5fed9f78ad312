//! What the configuration says about what is wrong in it: full sentences with their places.

#[path = "support/configuration.rs"]
mod configuration;

use configuration::{check, problems, slo, slo_without};
use warroom::config::{self, Config};
use warroom::text::Level;

fn source(lines: &str) -> String {
    format!("[[source]]\nname = \"prod\"\n{lines}\n")
}

#[test]
fn text_that_is_not_toml_names_the_line() {
    check(&[
        (
            "an open text",
            "zone = \"UTC\n".into(),
            &[
                "error: warroom.toml:1:12: not TOML: invalid basic string, expected `\"` (mend this line; a text stands in quotes)",
            ],
        ),
        (
            "a word without quotes",
            "\n\nzone = UTC\n".into(),
            &[
                "error: warroom.toml:3:8: not TOML: string values must be quoted, expected literal string (mend this line; a text stands in quotes)",
            ],
        ),
        (
            "a key given twice",
            "zone = \"UTC\"\nzone = \"UTC\"\n".into(),
            &["error: warroom.toml:2:1: not TOML: duplicate key (mend this line; a text stands in quotes)"],
        ),
    ]);
}

#[test]
fn a_listener_that_others_reach_wants_a_token_that_is_not_written_down() {
    check(&[
        (
            "no port",
            "[listen]\naddress = \"localhost\"\n".into(),
            &[
                "error: warroom.toml:2:11: listen.address: localhost: is no address with a port (write \"127.0.0.1:9095\")",
            ],
        ),
        (
            "no token",
            "[listen]\naddress = \"0.0.0.0:9095\"\n".into(),
            &[
                "error: warroom.toml:2:11: listen.address: 0.0.0.0:9095: others can reach it, and there is no token (add token_file = \"PATH\", or listen on 127.0.0.1)",
            ],
        ),
        (
            "a token in the file",
            "[listen]\naddress = \"127.0.0.1:9095\"\ntoken = \"x\"\n".into(),
            &[
                "error: warroom.toml:3:9: listen.token: secrets are not written into this file (use token_file = \"PATH\" or token_env = \"NAME\")",
            ],
        ),
        ("with a token", "[listen]\naddress = \"0.0.0.0:9095\"\ntoken_env = \"T\"\n".into(), &[]),
    ]);
}

#[test]
fn unknown_keys_name_the_nearest_known_one_at_every_level() {
    check(&[
        (
            "at the top",
            "zoen = \"UTC\"\n".into(),
            &["error: warroom.toml:1:1: zoen: unknown key (did you mean zone?)"],
        ),
        (
            "nothing near",
            "qqq = 1\n".into(),
            &[
                "error: warroom.toml:1:1: qqq: unknown key (known here: zone, theme, run_only, source, slo, slo_files, budget, values, service, listen, alerts, clocks, escalation, outbox, assist)",
            ],
        ),
        (
            "in a source",
            source("kind = \"prometheus\"\nurl = \"http://h\"\nevrey = \"15s\""),
            &["error: warroom.toml:5:1: source.prod.evrey: unknown key (did you mean every?)"],
        ),
        (
            "in an slo",
            slo("runbok = \"x\""),
            &["error: warroom.toml:12:1: slo.a.runbok: unknown key (did you mean runbook?)"],
        ),
        (
            "in a tier",
            slo(
                "tiers = [{ severity = \"page\", factor = 14.4, long = \"1h\", shrt = \"5m\", short = \"5m\" }]",
            ),
            &["error: warroom.toml:12:59: slo.a.tiers[0].shrt: unknown key (did you mean short?)"],
        ),
        (
            "in a latency",
            slo_without("bad", "").replace(
                "total = 'r_total'",
                "latency = { bukcet = 'b', bucket = 'b', le = 1, total = 'c' }",
            ),
            &["error: warroom.toml:10:13: slo.a.latency.bukcet: unknown key (did you mean bucket?)"],
        ),
    ]);
}

#[test]
fn wrong_types_say_what_is_there_and_what_to_write() {
    check(&[
        (
            "zone",
            "zone = 1\n".into(),
            &["error: warroom.toml:1:8: zone: is an integer (write a text in quotes)"],
        ),
        (
            "one bracket",
            "[source]\nname = \"a\"\n".into(),
            &[
                "error: warroom.toml:1:1: source: is one table, a list is expected (write [[source]], with two brackets)",
            ],
        ),
        (
            "not tables",
            "slo = [1]\n".into(),
            &[
                "warning: warroom.toml:1:7: slo: nothing measures it, there is no [[source]] (add a [[source]] with a name, a kind and a url)",
                "error: warroom.toml:1:7: slo: is an integer (write a list of tables)",
            ],
        ),
        (
            "objective",
            slo_without("objective", "objective = \"99.9\""),
            &["error: warroom.toml:11:13: slo.a.objective: is a string (write a number)"],
        ),
        (
            "values",
            "values = 3\n".into(),
            &["error: warroom.toml:1:10: values: is an integer (write a table)"],
        ),
        (
            "a value",
            "[values.web]\nport = 80\n".into(),
            &["error: warroom.toml:2:8: values.web.port: is an integer (write a text in quotes)"],
        ),
    ]);
}

#[test]
fn zones_are_iana_names() {
    check(&[
        (
            "a slip",
            "zone = \"Europe/Berlni\"\n".into(),
            &[
                "error: warroom.toml:1:8: zone: \"Europe/Berlni\" is no time zone (did you mean Europe/Berlin?)",
            ],
        ),
        (
            "nothing near",
            "zone = \"12345\"\n".into(),
            &[
                "error: warroom.toml:1:8: zone: \"12345\" is no time zone (write an IANA name, like Europe/Berlin)",
            ],
        ),
        (
            "empty",
            "zone = \"\"\n".into(),
            &["error: warroom.toml:1:8: zone: is empty (write a value, or leave the key out)"],
        ),
    ]);
}

#[test]
fn sources_are_complete_bounded_and_unique() {
    let twice = source("kind = \"prometheus\"\nurl = \"http://h\"").repeat(2);
    check(&[
        (
            "nothing but a name",
            source(""),
            &["error: warroom.toml:1:1: source.prod.kind: is missing (add kind = \"prometheus\")"],
        ),
        (
            "no name",
            "[[source]]\nkind = \"prometheus\"\nurl = \"http://h\"\n".into(),
            &["error: warroom.toml:1:1: source[0].name: is missing (add name = \"prod\")"],
        ),
        (
            "unknown kind",
            source("kind = \"promethius\""),
            &[
                "error: warroom.toml:3:8: source.prod.kind: \"promethius\" is unknown (did you mean prometheus?)",
            ],
        ),
        (
            "an alertmanager with what belongs to a prometheus",
            source(
                "kind = \"alertmanager\"\nurl = \"http://h:9093\"\nheartbeat = \"up\"\npartial = \"accept\"",
            ),
            &[
                "error: warroom.toml:5:13: source.prod.heartbeat: an Alertmanager has no series (leave it out)",
                "error: warroom.toml:6:11: source.prod.partial: only a Prometheus says of its answers that data is missing (leave it out)",
            ],
        ),
        (
            "a name twice",
            twice,
            &[
                "error: warroom.toml:6:8: source.prod.name: there is already a source of this name on line 2 (give one of them another name)",
            ],
        ),
    ]);
}

#[test]
fn the_spans_and_addresses_of_a_source_are_bounded() {
    check(&[
        (
            "too often",
            source("kind = \"prometheus\"\nurl = \"http://h\"\nevery = \"0s\""),
            &["error: warroom.toml:5:9: source.prod.every: is out of range (write a span from 1s to 1h)"],
        ),
        (
            "too seldom",
            source("kind = \"prometheus\"\nurl = \"http://h\"\nevery = \"61m\""),
            &["error: warroom.toml:5:9: source.prod.every: is out of range (write a span from 1s to 1h)"],
        ),
        (
            "no span",
            source("kind = \"prometheus\"\nurl = \"http://h\"\nevery = \"15\""),
            &[
                "error: warroom.toml:5:9: source.prod.every: \"15\" is not a span of time (write a number with s, m, h, d or w, like 15s or 30d)",
            ],
        ),
        (
            "a timeout beyond the next poll",
            source("kind = \"prometheus\"\nurl = \"http://h\"\nevery = \"5s\"\ntimeout = \"20s\""),
            &[
                "error: warroom.toml:6:11: source.prod.timeout: is longer than the time between two polls (make it at most every)",
            ],
        ),
        (
            "url on a scrape source",
            source("kind = \"scrape\"\nurl = \"http://h\""),
            &[
                "error: warroom.toml:4:7: source.prod.url: a scrape source has a list (write urls = [\"http://HOST:PORT/metrics\"])",
            ],
        ),
        (
            "an endpoint twice",
            source("kind = \"scrape\"\nurls = [\"http://h/m\", \"http://h/m\"]"),
            &[
                "error: warroom.toml:4:23: source.prod.urls: the address is there twice (keep one: two scrapes of a counter would be counted twice)",
            ],
        ),
        (
            "no endpoints",
            source("kind = \"scrape\"\nurls = []"),
            &["error: warroom.toml:4:8: source.prod.urls: is an empty list (name at least one)"],
        ),
    ]);
}

#[test]
fn addresses_are_http_with_a_host_and_nothing_else() {
    let cases = [
        ("h:9090", "an address starts with http:// or https:// (write http://h:9090)"),
        ("ftp://h", "ftp:// is not spoken here (use http:// or https://)"),
        ("http://", "the address names no host (write http://HOST:PORT)"),
        ("http://:80", "the address names no host (write http://HOST:PORT)"),
        ("http://h:0", "the port is no number from 1 to 65535 (write http://HOST:PORT)"),
        ("http://h:99999", "the port is no number from 1 to 65535 (write http://HOST:PORT)"),
        ("http://h/?a=b", "a server's address ends with its path (leave out everything from ? on)"),
        ("http://h/#a", "a server never sees what follows # (leave it out)"),
        ("http://h h", "an address has no spaces or control characters in it (take them out)"),
        ("http://h<x>", "\"h<x>\" is no host (write a name or an IP address)"),
    ];
    for (url, flaw) in cases {
        let expected = format!("error: warroom.toml:4:7: source.prod.url: {flaw}");
        assert_eq!(problems(&source(&format!("kind = \"prometheus\"\nurl = {url:?}"))), [expected], "{url}");
    }
}

#[test]
fn secrets_are_refused_and_never_repeated() {
    let good = "kind = \"prometheus\"\nurl = \"http://h\"\n";
    let cases = [
        (format!("{good}bearer_token = \"s3cret\""), "bearer_token: secrets are not written into this file"),
        (format!("{good}password = \"s3cret\""), "password: secrets are not written into this file"),
        (
            format!("{good}bearer_token_env = \"s3cret-with-dash\""),
            "is not the name of an environment variable",
        ),
        (
            "kind = \"prometheus\"\nurl = \"http://me:s3cret@h\"".into(),
            "credentials are not written into an address",
        ),
        ("kind = \"prometheus\"\nurl = \"me:s3cret@h\"".into(), "write http:// before it"),
        (format!("{good}bearer_token = {{ inline = \"s3cret\" }}"), "secrets are not written into this file"),
    ];
    for (lines, expected) in cases {
        let found = problems(&source(&lines)).join("\n");
        assert!(found.contains(expected), "{lines}\n{found}");
        assert!(!found.contains("s3cret"), "{found}");
    }
}

#[test]
fn values_that_would_deceive_in_a_command_are_refused() {
    check(&[
        (
            "a line break",
            "[values.web]\nhost = \"a\\nrm -rf /\"\n".into(),
            &[
                "error: warroom.toml:2:8: values.web.host: holds a line break or a hidden character, and would stand in a command (write it as one plain line)",
            ],
        ),
        (
            "a hidden mark",
            "[values.web]\nhost = \"a\\u202eb\"\n".into(),
            &[
                "error: warroom.toml:2:8: values.web.host: holds a line break or a hidden character, and would stand in a command (write it as one plain line)",
            ],
        ),
        (
            "a slip in the service",
            slo("") + "[values.webb]\nhost = \"a\"\n",
            &[
                "warning: warroom.toml:13:1: values.webb: no [[slo]] is about this service (did you mean web?)",
            ],
        ),
    ]);
}

#[test]
fn problems_come_in_the_order_of_the_file_and_are_all_found_at_once() {
    let text = "zone = \"Nowhere/Land\"\n".to_owned()
        + &source("kind = \"nothing\"\nevery = \"2h\"\nevrey = 1")
        + "[[slo]]\nid = \"x\"\n";
    let parsed = config::parse("w.toml", &text, Config::default());
    let lines: Vec<usize> = parsed.problems.iter().map(|problem| problem.place.line).collect();
    assert_eq!(lines, [1, 4, 5, 6, 7, 7, 7, 7]);
    assert!(parsed.problems.iter().all(|problem| problem.level == Level::Error));
    assert_eq!(parsed.errors().count(), 8);
}

#[test]
fn clocks_ladder_and_outbox_say_what_is_wrong_and_repeat_no_secret() {
    let outbox = |lines: &str| format!("[[outbox]]\nname = \"status\"\n{lines}\n");
    check(&[
        (
            "a day that ends before it begins",
            "[clocks]\nhours = \"18:00-08:00\"\n".into(),
            &[
                "error: warroom.toml:2:9: clocks.hours: \"18:00-08:00\" is no working day (write hours = \"09:00-17:00\", the end after the start)",
            ],
        ),
        (
            "a day nobody knows",
            "[clocks]\ndays = [\"mon\", \"noday\"]\n".into(),
            &[
                "error: warroom.toml:2:8: clocks.days: holds what is no day (write days = [\"mon\", \"tue\", \"wed\"])",
            ],
        ),
        (
            "a key beside the known ones",
            "[clocks]\nfirstpost = \"5m\"\n".into(),
            &["error: warroom.toml:2:1: clocks.firstpost: unknown key (did you mean first_post?)"],
        ),
        (
            "a level beyond the ladder",
            "[[escalation]]\nlevel = \"L6\"\n".into(),
            &["error: warroom.toml:2:9: escalation.L6.level: \"L6\" is unknown (one of L1, L2, L3, L4, L5)"],
        ),
        (
            "a target that is not there",
            outbox("kind = \"slack\"\nurl_env = \"HOOK\"")
                + "[[escalation]]\nlevel = \"L1\"\ntarget = \"statsu\"\n",
            &[
                "error: warroom.toml:7:10: escalation.L1.target: no outbox is called \"statsu\" (did you mean status?)",
            ],
        ),
        (
            "an address that is written down",
            outbox("kind = \"slack\"\nurl = \"https://hooks.example/s3cret\"\nurl_env = \"HOOK\""),
            &[
                "error: warroom.toml:4:7: outbox.status.url: secrets are not written into this file (use url_file = \"PATH\" or url_env = \"NAME\" (routing_key_… for PagerDuty))",
            ],
        ),
        (
            "a pager without its key",
            outbox("kind = \"pagerduty\""),
            &[
                "error: warroom.toml:1:1: outbox.status.routing_key_file: is missing (add routing_key_file = \"PATH\")",
            ],
        ),
        (
            "an audience nobody is",
            outbox("kind = \"webhook\"\nurl_env = \"HOOK\"\naudiences = [\"everybody\"]"),
            &[
                "error: warroom.toml:5:13: outbox.status.audiences: holds what is no audience (write a list of public, stakeholders, executives)",
            ],
        ),
    ]);
}
