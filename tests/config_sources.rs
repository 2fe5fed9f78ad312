//! What a `[[source]]` may carry to be let in, and what is said where that is wrong.

#[path = "support/configuration.rs"]
mod configuration;

use configuration::{check, problems, slo};
use warroom::config::{self, Access, Config, HeaderText, Login, Secret, Source, Turn};

fn source(lines: &str) -> String {
    format!("[[source]]\nname = \"prod\"\nkind = \"prometheus\"\nurl = \"http://h:9090\"\n{lines}\n")
}

fn sources(text: &str) -> Vec<Source> {
    let parsed = config::parse("warroom.toml", text, Config::default());
    assert_eq!(parsed.problems, [], "{text}");
    parsed.config.sources
}

fn access(lines: &str) -> Access {
    sources(&source(lines)).remove(0).access
}

fn file(path: &str) -> Secret {
    Secret::File(path.to_owned())
}

#[test]
fn logins_headers_and_certificates_are_read_as_references() {
    let plain = |text: &str| HeaderText::Plain(text.to_owned());
    assert_eq!(
        access("basic_auth = { username = \"ana\", password_env = \"PASS_1\" }").login,
        Login::Basic { username: "ana".to_owned(), password: Secret::Env("PASS_1".to_owned()) }
    );
    let lines = "headers = { \"X-Scope-OrgID\" = \"a|b\", Accept-Language = \"en\" }\n\
                 headers_env = { \"X-Api-Key\" = \"KEY\" }\nheaders_file = { Authorization = \"auth\" }\n\
                 ca_file = \"ca.pem\"";
    let expected = [
        ("Accept-Language", plain("en")),
        ("X-Scope-OrgID", plain("a|b")),
        ("X-Api-Key", HeaderText::Secret(Secret::Env("KEY".to_owned()))),
        ("Authorization", HeaderText::Secret(file("auth"))),
    ];
    let read = access(lines);
    assert_eq!(read.headers, expected.map(|(name, text)| (name.to_owned(), text)));
    assert_eq!((read.ca_file.as_deref(), read.login), (Some("ca.pem"), Login::None));
    assert_eq!(access("tenant = \"team-a\"").headers, [("X-Scope-OrgID".to_owned(), plain("team-a"))]);
}

#[test]
fn every_file_is_found_beside_the_configuration() {
    let lines = "basic_auth = { username = \"ana\", password_file = \"p\" }\n\
                 headers_file = { \"X-Api-Key\" = \"k\" }\nca_file = \"ca.pem\"";
    let mut config = config::parse("warroom.toml", &source(lines), Config::default()).config;
    config.resolve_paths(std::path::Path::new("/etc/warroom"));
    let Access { login, headers, ca_file } = &config.sources[0].access;
    assert_eq!(*login, Login::Basic { username: "ana".to_owned(), password: file("/etc/warroom/p") });
    assert_eq!(headers[0].1, HeaderText::Secret(file("/etc/warroom/k")));
    assert_eq!(ca_file.as_deref(), Some("/etc/warroom/ca.pem"));
}

#[test]
fn paths_of_the_large_installations_are_kept() {
    for path in ["/prometheus", "/select/0/prometheus", "/api/prom"] {
        let text = source("").replace("http://h:9090", &format!("http://h:9090{path}/"));
        let kind = sources(&text).remove(0).kind;
        assert_eq!(kind, config::SourceKind::Prometheus { url: format!("http://h:9090{path}") });
    }
}

#[test]
fn a_heartbeat_is_a_selector_of_a_prometheus() {
    let read = sources(&source("heartbeat = 'up{job=\"x\"}'")).remove(0);
    assert_eq!(read.heartbeat.as_deref(), Some("up{job=\"x\"}"));
    check(&[
        (
            "a hole",
            source("heartbeat = 'rate(up[{{.window}}])'"),
            &[
                "error: warroom.toml:5:13: source.prod.heartbeat: no hole is filled here (write a selector: up{job=\"x\"})",
            ],
        ),
        (
            "of a scrape",
            "[[source]]\nname = \"s\"\nkind = \"scrape\"\nurls = [\"http://h/m\"]\nheartbeat = \"up\"\n"
                .to_owned(),
            &[
                "error: warroom.toml:5:13: source.s.heartbeat: a direct scrape has no heartbeat series: it fails when its target does (leave it out)",
            ],
        ),
    ]);
}

#[test]
fn partial_answers_are_refused_unless_the_source_accepts_them() {
    let read = |more: &str| sources(&source(more)).remove(0).partial;
    let read = [read(""), read("partial = \"refuse\""), read("partial = \"accept\"")];
    assert_eq!(read, [config::Partial::Refuse, config::Partial::Refuse, config::Partial::Accept]);
    check(&[
        (
            "another word",
            source("partial = \"maybe\""),
            &["error: warroom.toml:5:11: source.prod.partial: \"maybe\" is unknown (one of refuse, accept)"],
        ),
        (
            "of a scrape",
            "[[source]]\nname = \"s\"\nkind = \"scrape\"\nurls = [\"http://h/m\"]\npartial = \"accept\"\n"
                .to_owned(),
            &[
                "error: warroom.toml:5:11: source.s.partial: only a Prometheus says of its answers that data is missing (leave it out)",
            ],
        ),
    ]);
}

#[test]
fn sources_of_one_host_take_turns() {
    let text = source("")
        + &source("").replace("prod", "other").replace("h:9090", "elsewhere")
        + &source("").replace("prod", "again").replace("http://h", "https://H").replace("9090", "9090/prom");
    let turns: Vec<Turn> = sources(&text).into_iter().map(|source| source.turn).collect();
    assert_eq!(turns, [Turn { before: 0, of: 2 }, Turn { before: 0, of: 1 }, Turn { before: 1, of: 2 }]);
}

#[test]
fn logins_that_contradict_themselves_are_said() {
    let both = "basic_auth = { username = \"a\", password_file = \"p\" }\nbearer_token_file = \"t\"";
    check(&[
        (
            "two logins",
            source(both),
            &[
                "error: warroom.toml:5:14: source.prod.basic_auth: there is a bearer token too (keep the login or the token)",
            ],
        ),
        (
            "two places of one secret",
            source("basic_auth = { username = \"a\", password_file = \"p\", password_env = \"P\" }"),
            &[
                "error: warroom.toml:5:68: source.prod.basic_auth.password_env: the password has two places (keep the file or the variable)",
            ],
        ),
        (
            "no password",
            source("basic_auth = { username = \"a\" }"),
            &[
                "error: warroom.toml:5:14: source.prod.basic_auth.password_file: is missing (add password_file = \"PATH\")",
            ],
        ),
        (
            "no name",
            source("basic_auth = { password_file = \"p\" }"),
            &[
                "error: warroom.toml:5:14: source.prod.basic_auth.username: is missing (add username = \"NAME\")",
            ],
        ),
        (
            "a colon in a name",
            source("basic_auth = { username = \"a:b\", password_file = \"p\" }"),
            &[
                "error: warroom.toml:5:27: source.prod.basic_auth.username: holds a colon, which ends a user's name (leave it out)",
            ],
        ),
    ]);
}

#[test]
fn headers_that_contradict_themselves_are_said() {
    check(&[
        (
            "a tenant twice",
            source("tenant = \"a\"\nheaders = { x-scope-orgid = \"b\" }"),
            &[
                "error: warroom.toml:5:10: source.prod.tenant: headers has an X-Scope-OrgID too (keep one of them)",
            ],
        ),
        (
            "a header twice",
            source("headers = { A = \"1\" }\nheaders_env = { a = \"B\" }"),
            &[
                "error: warroom.toml:6:21: source.prod.headers_env.a: the header is there twice (keep one of them)",
            ],
        ),
        (
            "a login beside a header",
            source("bearer_token_file = \"t\"\nheaders_env = { Authorization = \"A\" }"),
            &[
                "error: warroom.toml:6:15: source.prod.headers_env: Authorization is set by the login too (keep one of them)",
            ],
        ),
        (
            "no name of a header",
            source("headers = { \"a b\" = \"1\" }"),
            &[
                "error: warroom.toml:5:21: source.prod.headers.a b: is no name of a header (write letters, digits and -)",
            ],
        ),
        (
            "a line break in a header",
            source("headers = { a = \"1\\n2\" }"),
            &[
                "error: warroom.toml:5:17: source.prod.headers.a: holds what no header may hold (write plain ASCII on one line)",
            ],
        ),
        (
            "a slip",
            source("basic_auth = { usrname = \"a\", username = \"a\", password_file = \"p\" }"),
            &[
                "error: warroom.toml:5:16: source.prod.basic_auth.usrname: unknown key (did you mean username?)",
            ],
        ),
    ]);
}

#[test]
fn secrets_that_are_written_down_are_refused_and_never_repeated() {
    let cases = [
        "basic_auth = { username = \"a\", password = \"s3cret\" }",
        "basic_auth = \"a:s3cret\"",
        "headers = { Authorization = \"Bearer s3cret\" }",
        "headers = { \"X-Api-Key\" = \"s3cret\" }",
        "headers = { Cookie = \"session=s3cret\" }",
        "headers = { \"X-Auth-Token\" = \"s3cret\" }",
        "headers_env = { \"X-Api-Key\" = \"s3cret-with-dash\" }",
        "headers = \"Authorization: s3cret\"",
        "api_key = \"s3cret\"",
        "token = \"s3cret\"",
    ];
    for lines in cases {
        let found = problems(&source(lines)).join("\n");
        assert!(found.starts_with("error: ") && found.lines().count() == 1, "{lines}\n{found}");
        assert!(!found.contains("s3cret"), "{found}");
    }
}

#[test]
fn a_source_that_cannot_be_let_in_costs_the_source_and_one_sentence() {
    let text = slo("").replace("url = ", "token = \"s3cret\"\nurl = ");
    let expected = "error: warroom.toml:4:9: source.prod.token: secrets are not written into this file (use bearer_token_file = \"PATH\" or bearer_token_env = \"NAME\")";
    assert_eq!(problems(&text), [expected]);
    let parsed = config::parse("warroom.toml", &text, Config::default());
    assert_eq!((parsed.config.sources.len(), parsed.config.slos.len()), (0, 1));
}
