//! The tokens of sources: read where the configuration says they lie, handed on to be masked.

use std::time::Duration;

use warroom::config::{Secret, Source, SourceKind};
use warroom::io::sources::secrets;

fn source(bearer: Option<Secret>) -> Source {
    let kind = SourceKind::Prometheus { url: "http://127.0.0.1:9090".to_owned() };
    let (every, timeout) = (Duration::from_secs(15), Duration::from_secs(10));
    Source { name: "prod".to_owned(), kind, every, timeout, bearer }
}

#[test]
fn tokens_that_can_be_read_are_masked_and_the_others_cost_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("token");
    std::fs::write(&path, "tok-5f1c9e\n").expect("a token");
    let file = |path: &std::path::Path| Some(Secret::File(path.display().to_string()));
    let sources = [source(file(&path)), source(None), source(file(&folder.path().join("gone")))];
    assert_eq!(secrets(&sources), ["tok-5f1c9e"]);
}
