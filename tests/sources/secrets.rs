//! The tokens of sources: read where the configuration says they lie, handed on to be masked.

use std::time::Duration;

use warroom::config::{Access, HeaderText, Login, Partial, Secret, Source, SourceKind, Turn};
use warroom::io::sources::secrets;

fn source(access: Access) -> Source {
    Source {
        name: "prod".to_owned(),
        kind: SourceKind::Prometheus { url: "http://127.0.0.1:9090".to_owned() },
        every: Duration::from_secs(15),
        timeout: Duration::from_secs(10),
        access,
        heartbeat: None,
        partial: Partial::default(),
        turn: Turn::default(),
    }
}

#[test]
fn secrets_that_can_be_read_are_masked_and_the_others_cost_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str| Secret::File(folder.path().join(name).display().to_string());
    for (name, text) in [("token", "tok-5f1c9e\n"), ("password", "pass-77ab"), ("key", "key-0c1d\r\n")] {
        std::fs::write(folder.path().join(name), text).expect("a secret");
    }
    let bearer = |name: &str| Access { login: Login::Bearer(file(name)), ..Access::default() };
    let basic = Access {
        login: Login::Basic { username: "me".to_owned(), password: file("password") },
        headers: vec![
            ("X-Scope-OrgID".to_owned(), HeaderText::Plain("team-a".to_owned())),
            ("X-Api-Key".to_owned(), HeaderText::Secret(file("key"))),
        ],
        ca_file: None,
    };
    let sources = [bearer("token"), Access::default(), bearer("gone"), basic].map(source);
    assert_eq!(secrets(&sources), ["tok-5f1c9e", "pass-77ab", "key-0c1d"]);
}
