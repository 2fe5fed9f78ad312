//! What is posted to us: taken once and durably, or refused with the reason; never half.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::mpsc::{Receiver, Sender};
use warroom::app::Msg;
use warroom::config::{Listen, Secret};
use warroom::incident::EventKind;
use warroom::io::clock::Clock;
use warroom::io::journal::Journal;
use warroom::io::listener::{Listener, Ways};
use warroom::io::runtime::{self, Told};
use warroom::io::scribe::Scribe;

const CHANGE: &str = r#"{"service": "checkout", "what": "v42", "id": "1"}"#;
const SIGNED: &str = "sha256=786c96414c08e385ee83ec616f91f3662ad35021cf5c1bcd0572cf53f319220a";
const DEPLOYED: &str = include_str!("../fixtures/incident/github-deployment-status.json");

/// A listener on a free port, over a journal of its own.
pub struct Post {
    folder: TempDir,
    listener: Listener,
    scribe: Scribe,
    /// What the loop was told.
    heard: Arc<Mutex<Vec<Msg>>>,
}

async fn hear(mut told: Receiver<Told>, heard: Arc<Mutex<Vec<Msg>>>) {
    while let Some(told) = told.recv().await {
        heard.lock().expect("no panic").extend(told.msg());
    }
}

impl Post {
    pub async fn open(token: Option<&str>) -> Self {
        let (tell, told) = runtime::messages();
        let heard = Arc::default();
        tokio::spawn(hear(told, Arc::clone(&heard)));
        Self { heard, ..Self::telling(token, tell).await }
    }

    /// One whose loop is somebody else's.
    pub async fn telling(token: Option<&str>, tell: Sender<Told>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let token = token.map(|token| {
            let path = folder.path().join("token");
            std::fs::write(&path, token).expect("a token");
            Secret::File(path.display().to_string())
        });
        let scribe = Scribe::start(folder.path(), Clock::wall(), tell.clone()).expect("a journal");
        let listen = Listen { address: "127.0.0.1:0".parse().expect("an address"), token };
        let (intake, data) = (scribe.intake(), folder.path().to_owned());
        let ways = Ways { intake, told: tell, data, clock: Clock::wall() };
        let listener = Listener::start(&listen, ways).await.expect("a free port");
        Self { folder, listener, scribe, heard: Arc::default() }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// What the loop was told so far.
    pub fn heard(&self) -> Vec<Msg> {
        self.heard.lock().expect("no panic").clone()
    }

    /// Status and body of the answer to a post.
    pub async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let address = self.listener.address();
        let mut head = format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
        let kind = [("Content-Type", "application/json")];
        let given = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        for (name, value) in kind.iter().filter(|_| !given).chain(headers) {
            write!(head, "{name}: {value}\r\n").expect("a text");
        }
        let request = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        tokio::task::spawn_blocking(move || ask(address, request.as_bytes())).await.expect("an answer")
    }

    /// The changes on record, as sentences, once the listener has ended.
    async fn changes(self) -> Vec<String> {
        let Self { folder, listener, mut scribe, .. } = self;
        drop(listener);
        assert!(scribe.close().await.is_empty());
        changes(folder.path())
    }
}

fn changes(folder: &Path) -> Vec<String> {
    let journal = Journal::open(folder).expect("the journal");
    let events = journal.events().expect("its events");
    let told = |kind: &EventKind| match kind {
        EventKind::ChangeMarked(change) => Some(change.words()),
        _ => None,
    };
    events.iter().filter_map(|event| told(&event.kind)).collect()
}

fn ask(address: SocketAddr, request: &[u8]) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    // A listener that has heard enough closes before it is told everything.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.split_whitespace().nth(1).and_then(|status| status.parse().ok());
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
    (status.unwrap_or(0), body.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_recorded_once_however_often_it_is_posted() {
    let post = Post::open(None).await;
    let (status, said) = post.post("/change", &[], CHANGE).await;
    assert_eq!((status, said.contains("\"recorded\"")), (200, true), "{said}");
    let (status, said) = post.post("/change", &[], CHANGE).await;
    assert_eq!((status, said.contains("\"known\"")), (200, true), "{said}");
    for _ in 0..2 {
        assert_eq!(
            post.post("/github?service=web+shop", &[("X-GitHub-Event", "deployment_status")], DEPLOYED)
                .await
                .0,
            200
        );
    }
    let (status, said) = post.post("/github", &[], r#"{"zen": "hi"}"#).await;
    assert_eq!((status, said.contains("\"ignored\"")), (200, true), "{said}");
    let expected = ["deploy of checkout: v42", "deploy of web shop: master (f95f852b) to production"];
    assert_eq!(post.changes().await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_has_the_token_is_let_in() {
    let post = Post::open(Some("open sesame")).await;
    for (path, headers) in [
        ("/change", vec![]),
        ("/change", vec![("Authorization", "Bearer wrong")]),
        ("/change?token=wrong", vec![]),
        ("/change", vec![("X-Hub-Signature-256", "sha256=00")]),
        ("/change", vec![("X-Hub-Signature-256", "sha256=\u{fc}")]),
    ] {
        let (status, said) = post.post(path, &headers, CHANGE).await;
        assert_eq!(status, 401, "{path} {headers:?}: {said}");
        assert!(!said.contains("sesame"), "{said}");
    }
    assert_eq!(post.post("/change", &[("Authorization", "bearer open sesame")], CHANGE).await.0, 200);
    let other = CHANGE.replace("v42", "v43").replace("\"1\"", "\"2\"");
    assert_eq!(post.post("/change?token=open%20sesame", &[], &other).await.0, 200);
    assert_eq!(post.changes().await, ["deploy of checkout: v42", "deploy of checkout: v43"]);
}

/// The digest is `printf BODY | openssl dgst -sha256 -hmac 'open sesame'`.
#[tokio::test(flavor = "multi_thread")]
async fn githubs_signature_is_as_good_as_the_token() {
    let post = Post::open(Some("open sesame")).await;
    let signed = [("X-Hub-Signature-256", SIGNED)];
    assert_eq!(post.post("/change", &signed, CHANGE).await.0, 200);
    let forged = CHANGE.replace("v42", "v66");
    assert_eq!(post.post("/change", &signed, &forged).await.0, 401, "another body");
    assert_eq!(post.changes().await, ["deploy of checkout: v42"]);
}

/// Where to, with which headers, which body, and the answer's code.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str, u16);

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_body_is_refused_and_nothing_of_it_is_stored() {
    let post = Post::open(None).await;
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let cases: [Case<'_>; 6] = [
        ("/change", &[], "not json", 422),
        ("/change", &[], &deep, 422),
        ("/change", &[("Content-Type", "text/plain")], CHANGE, 415),
        ("/change", &[("Content-Type", "multipart/form-data; boundary=x")], CHANGE, 415),
        ("/change", &[], "{\"service\": \"a\u{1b}[31m\"}", 422),
        ("/nowhere", &[], CHANGE, 404),
    ];
    for (path, headers, body, expected) in cases {
        let (status, said) = post.post(path, headers, body).await;
        assert_eq!(status, expected, "{path} {headers:?}: {said}");
        assert!(!said.contains('\u{1b}'), "{said:?}");
    }
    assert_eq!(post.changes().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_megabytes_are_refused_before_they_are_read() {
    let post = Post::open(None).await;
    let long = format!("{{\"service\": \"{}\"}}", "a".repeat(50 * 1024 * 1024));
    let (status, _) = post.post("/change", &[], &long).await;
    assert!(status == 413 || status == 0, "{status}: refused, or the connection closed in its face");
    assert_eq!(post.post("/change", &[], CHANGE).await.0, 200, "the next one is heard");
    assert_eq!(post.changes().await, ["deploy of checkout: v42"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_drips_is_given_up_while_others_are_heard() {
    let post = Post::open(None).await;
    let address = post.listener.address();
    let mut slow = TcpStream::connect(address).expect("it listens");
    let head = format!(
        "POST /change HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{{"
    );
    slow.write_all(head.as_bytes()).expect("the head is taken");
    assert_eq!(post.post("/change", &[], CHANGE).await.0, 200, "meanwhile");
    slow.set_read_timeout(Some(Duration::from_mins(1))).expect("a timeout");
    let mut answer = [0; 12];
    slow.read_exact(&mut answer).expect("an answer in the end");
    assert_eq!(&answer, b"HTTP/1.1 408");
    assert_eq!(post.changes().await, ["deploy of checkout: v42"]);
}

/// The journal is the bottleneck of a storm: posts are committed in groups.
#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_posts_is_all_on_record() {
    let post = Post::open(None).await;
    let bodies: Vec<String> = (0..200)
        .map(|id| CHANGE.replace("\"1\"", &format!("\"{id}\"")).replace("v42", &format!("v{id}")))
        .collect();
    let posts = bodies.iter().map(|body| post.post("/change", &[], body));
    let answers = futures_util::future::join_all(posts).await;
    assert!(answers.iter().all(|(status, _)| *status == 200), "{answers:?}");
    let mut told = post.changes().await;
    told.sort_unstable();
    let mut expected: Vec<String> = (0..200).map(|id| format!("deploy of checkout: v{id}")).collect();
    expected.sort_unstable();
    assert_eq!(told, expected);
}
