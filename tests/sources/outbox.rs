//! The outbox against targets that take, refuse, fail, hang and are down; and across restarts.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::timeout;
use warroom::app::Msg;
use warroom::app::outgoing::News;
use warroom::config::{Secret, Target};
use warroom::incident::Intent;
use warroom::incident::event::{Audience, EventKind};
use warroom::incident::intent::{PostAsk, Sure};
use warroom::incident::outbox::{Kind, Letter};
use warroom::io::lease::Claim;
use warroom::io::outbox::Courier;
use warroom::io::runtime::Told;

use crate::hostile::{Manner, Server};
use crate::rig::PATIENCE;
use crate::room::Room;

/// Targets beside a courier, and what it says.
struct Post {
    room: Room,
    courier: Courier,
    told: Receiver<Told>,
    folder: tempfile::TempDir,
}

fn target(folder: &Path, name: &str, url: &str) -> Target {
    let file = folder.join(format!("{name}.url"));
    std::fs::write(&file, format!("{url}\n")).expect("a writable folder");
    let url = Some(Secret::File(file.display().to_string()));
    let audiences = vec![Audience::Stakeholders];
    Target { name: name.to_owned(), kind: Kind::Webhook, url, routing_key: None, audiences }
}

impl Post {
    /// Each target is called as its path on the server.
    fn start(server: &Server, names: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let target = |name: &&str| target(folder.path(), name, &server.at(&format!("/{name}/s3cret")));
        let targets = names.iter().map(target).collect();
        let (tell, told) = channel(64);
        let courier = Courier::start(targets, Claim::on(folder.path()), tell);
        Self { room: Room::declared(), courier, told, folder }
    }

    fn publish(&mut self, text: &str, to: &[&str]) {
        let to = to.iter().map(|&name| name.to_owned()).collect();
        let (audience, sure) = (Audience::Stakeholders, Sure::default());
        self.room.says(Intent::Post(PostAsk::Publish { text: text.into(), audience, next: None, to, sure }));
        self.hand_over();
    }

    fn hand_over(&self) {
        let waiting = self.room.ledger.waiting_posts();
        self.courier.deliver(waiting.map(|(incident, queued)| Letter::new(incident, queued)).collect());
    }

    async fn hear(&mut self) -> Msg {
        let told = timeout(PATIENCE, self.told.recv()).await.expect("in time").expect("it lives");
        told.msg().expect("a message")
    }

    /// The word of the event that the next post ends with.
    async fn ends(&mut self) -> EventKind {
        loop {
            if let Msg::Outgoing(News::Ended { kind, .. }) = self.hear().await {
                return *kind;
            }
        }
    }

    /// Why the next try failed.
    async fn delayed(&mut self) -> String {
        loop {
            if let Msg::Outgoing(News::Delayed { why, .. }) = self.hear().await {
                return why;
            }
        }
    }
}

fn body(asked: &str) -> Value {
    let (_, body) = asked.split_once('?').expect("a body");
    serde_json::from_str(body).expect("JSON")
}

fn key(head: &str) -> String {
    let line = head.lines().find_map(|line| line.strip_prefix("idempotency-key: "));
    line.expect("an idempotency key").to_owned()
}

#[tokio::test]
async fn posts_leave_in_their_order_each_with_a_key_of_its_own() {
    let server = Server::start().await;
    server.set("/status", Manner::ok(""));
    let mut post = Post::start(&server, &["status"]);
    post.publish("first", &["status"]);
    post.publish("second", &["status"]);
    for _ in 0..2 {
        assert!(matches!(post.ends().await, EventKind::PostSent(sent) if sent.attempts == 1));
    }
    let texts: Vec<Value> = server.asked().iter().map(|asked| body(asked)["text"].clone()).collect();
    assert_eq!(texts, ["first", "second"]);
    let keys: Vec<String> = server.heads().iter().map(|head| key(head)).collect();
    assert_ne!(keys[0], keys[1]);
    assert_eq!(body(&server.asked()[0])["key"], keys[0]);
}

#[tokio::test]
async fn a_target_that_fails_is_tried_again_with_the_same_key() {
    let server = Server::start().await;
    server.set("/status", Manner::answer("500 Internal Server Error", "s3cret"));
    let mut post = Post::start(&server, &["status"]);
    post.publish("down", &["status"]);
    assert_eq!(post.delayed().await, "HTTP 500 Internal Server Error");
    server.set("/status", Manner::ok(""));
    assert!(matches!(post.ends().await, EventKind::PostSent(sent) if sent.attempts == 2));
    let keys: Vec<String> = server.heads().iter().map(|head| key(head)).collect();
    assert_eq!((keys.len(), &keys[0]), (2, &keys[1]), "the other side can count it once");
}

#[tokio::test]
async fn a_target_that_wants_to_be_left_alone_is_left_alone_so_long() {
    let server = Server::start().await;
    server.set("/status", Manner::answer_with("429 Too Many Requests", &["Retry-After: 3"], ""));
    let mut post = Post::start(&server, &["status"]);
    post.publish("down", &["status"]);
    assert_eq!(post.delayed().await, "HTTP 429 Too Many Requests");
    server.set("/status", Manner::ok(""));
    // The first pause of its own would be two seconds at the most.
    let early = timeout(Duration::from_millis(2_500), post.told.recv()).await;
    assert!(early.is_err(), "nothing was tried");
    assert!(matches!(post.ends().await, EventKind::PostSent(_)));
}

#[tokio::test]
async fn what_is_refused_for_good_is_given_up_with_the_reason_and_holds_nobody_up() {
    let server = Server::start().await;
    server.set("/status", Manner::answer("403 Forbidden", "no s3cret"));
    let mut post = Post::start(&server, &["status"]);
    post.publish("first", &["status"]);
    post.publish("second", &["status"]);
    for _ in 0..2 {
        let EventKind::PostFailed(failed) = post.ends().await else { panic!("given up") };
        assert_eq!((failed.attempts, failed.reason.as_str()), (1, "HTTP 403 Forbidden"));
    }
}

#[tokio::test]
async fn a_target_that_hangs_holds_up_nobody_else() {
    let server = Server::start().await;
    server.set("/slow", Manner::Hangs);
    server.set("/status", Manner::ok(""));
    let mut post = Post::start(&server, &["slow", "status"]);
    post.publish("first", &["slow", "status"]);
    let sent = post.ends().await;
    let status = post.room.incident().posts[1].seq;
    assert!(matches!(&sent, EventKind::PostSent(sent) if sent.post == status), "{sent:?}");
}

#[tokio::test]
async fn nothing_goes_where_a_redirect_points_and_no_word_tells_the_address() {
    let server = Server::start().await;
    server.set("/status", Manner::redirect(&server.at("/elsewhere")));
    let mut post = Post::start(&server, &["status", "gone"]);
    post.publish("first", &["status"]);
    let EventKind::PostFailed(failed) = post.ends().await else { panic!("given up") };
    assert_eq!(failed.reason, "HTTP 302 Found");
    assert!(server.asked().iter().all(|asked| !asked.starts_with("/elsewhere")));
    // Nobody listens there, and the file may be gone altogether.
    std::fs::write(post.folder.path().join("gone.url"), "http://127.0.0.1:1/s3cret").expect("a file");
    post.publish("second", &["gone"]);
    assert_eq!(post.delayed().await, "connection refused");
    std::fs::remove_file(post.folder.path().join("gone.url")).expect("gone");
    let why = post.delayed().await;
    assert!(why.starts_with("url: ") && !why.contains("s3cret"), "{why}");
}

#[tokio::test]
async fn only_who_holds_the_lease_sends_and_who_takes_it_over_goes_on() {
    let server = Server::start().await;
    server.set("/status", Manner::ok(""));
    let mut post = Post::start(&server, &["status"]);
    let other = Claim::on(post.folder.path());
    assert!(other.holds());
    post.publish("first", &["status"]);
    assert!(timeout(Duration::from_millis(300), post.told.recv()).await.is_err());
    assert_eq!(server.asked().len(), 0);
    other.release();
    assert!(matches!(post.ends().await, EventKind::PostSent(_)));
}

#[tokio::test]
async fn what_was_dropped_is_not_tried_again() {
    let server = Server::start().await;
    server.set("/status", Manner::answer("503 Service Unavailable", ""));
    let mut post = Post::start(&server, &["status"]);
    post.publish("first", &["status"]);
    post.delayed().await;
    let seq = post.room.incident().posts[0].seq;
    post.room.says(Intent::Post(PostAsk::Drop { post: seq, reason: "by phone".into() }));
    server.set("/status", Manner::ok(""));
    post.publish("second", &["status"]);
    let second = post.room.incident().posts[1].seq;
    assert!(matches!(post.ends().await, EventKind::PostSent(sent) if sent.post == second));
}

/// The program on a folder whose configuration names the server's address by file.
struct Cli {
    home: tempfile::TempDir,
}

impl Cli {
    fn new(url: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).expect("a file");
        write(
            "warroom.toml",
            "[[outbox]]\nname = \"status\"\nkind = \"slack\"\nurl_file = \"hook\"\naudiences = [\"public\", \"stakeholders\"]\n\n\
             [[outbox]]\nname = \"pager\"\nkind = \"pagerduty\"\nurl_file = \"pager\"\nrouting_key_env = \"PAGER_KEY\"\n\n\
             [[escalation]]\nlevel = \"L3\"\nwho = \"dora\"\ntarget = \"pager\"\nacknowledge = \"2m\"\n",
        );
        write("hook", &format!("{url}/hook/s3cret"));
        write("pager", &format!("{url}/pager"));
        Self { home }
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_warroom"));
        command.args(words).current_dir(self.home.path()).env_clear();
        command.env("HOME", self.home.path()).env("WARROOM_USER", "ana").env("PAGER_KEY", "R0UTE");
        command.output().expect("the program starts")
    }

    /// Exit code, standard output, standard error.
    fn told(&self, words: &[&str]) -> (Option<i32>, String, String) {
        let ran = tokio::task::block_in_place(|| self.run(words));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert!(!text(&ran.stdout).contains("s3cret") && !text(&ran.stderr).contains("s3cret"), "{ran:?}");
        assert!(!text(&ran.stdout).contains("R0UTE") && !text(&ran.stderr).contains("R0UTE"), "{ran:?}");
        (ran.status.code(), text(&ran.stdout), text(&ran.stderr))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_backlog_outlives_the_program_and_leaves_when_the_target_is_back() {
    let server = Server::start().await;
    server.set("/hook", Manner::answer("503 Service Unavailable", ""));
    let cli = Cli::new(&server.at(""));
    cli.told(&["declare", "cards fail", "--sev", "1"]);
    let (code, _, err) = cli.told(&["update", "cards fail", "--send"]);
    assert_eq!(code, Some(3));
    assert!(err.contains("not sent to status yet: HTTP 503 Service Unavailable"), "{err}");
    let listed: Value = serde_json::from_str(&cli.told(&["outbox", "list", "--json"]).1).expect("JSON");
    assert_eq!((&listed[0]["state"], &listed[0]["target"]), (&"waiting".into(), &"status".into()));
    server.set("/hook", Manner::ok("ok"));
    let (code, out, _) = cli.told(&["outbox", "send"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("sent post"), "{out}");
    assert_eq!(cli.told(&["outbox", "list", "--json"]).1.trim(), "[]");
    let keys: Vec<String> = server.heads().iter().map(|head| key(head)).collect();
    assert_eq!(keys[0], keys[1], "one post, whichever process carries it");
    assert_eq!(body(&server.asked()[1])["text"], "cards fail");
    let journal = cli.told(&["journal", "export"]).1;
    assert!(journal.contains("post_queued") && !journal.contains("127.0.0.1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_level_with_a_target_is_paged_and_its_terms_are_frozen() {
    let server = Server::start().await;
    server.set("/pager", Manner::answer("202 Accepted", "{}"));
    let cli = Cli::new(&server.at(""));
    cli.told(&["declare", "cards fail", "--sev", "1"]);
    // What is edited after the declaration rewrites nothing.
    let config = std::fs::read_to_string(cli.home.path().join("warroom.toml")).expect("a file");
    std::fs::write(cli.home.path().join("warroom.toml"), config.replace("dora", "eve")).expect("a file");
    let (code, out, err) = cli.told(&["escalate", "L3"]);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    let event = body(&server.asked()[0]);
    assert_eq!((&event["routing_key"], &event["event_action"]), (&"R0UTE".into(), &"trigger".into()));
    assert_eq!(event["payload"]["severity"], "critical");
    assert!(
        event["payload"]["summary"]
            .as_str()
            .is_some_and(|words| words.starts_with("dora, you are called as L3"))
    );
    let clocks: Value = serde_json::from_str(&cli.told(&["clocks", "--json"]).1).expect("JSON");
    let clocks = clocks.as_array().expect("a list");
    let answer = clocks.iter().find(|clock| clock["clock"] == "L3").expect("it runs");
    assert_eq!(answer["what"], "answer of L3 (dora)");
    assert!(answer["due_in_s"].as_i64().is_some_and(|left| (60..=120).contains(&left)), "{answer}");
    let (code, ..) = cli.told(&["--as", "dora", "escalate", "ack"]);
    assert_eq!(code, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_public_and_nothing_private_leaves_the_program_unconfirmed() {
    let server = Server::start().await;
    server.set("/hook", Manner::ok("ok"));
    let cli = Cli::new(&server.at(""));
    cli.told(&["declare", "cards fail", "--sev", "2"]);
    let public = ["update", "cards fail", "--audience", "public", "--send"];
    let (code, _, err) = cli.told(&public);
    assert_eq!(code, Some(1));
    assert!(err.contains("(--yes-public)"), "{err}");
    let out = ["update", "cards fail", "--audience", "public", "--out", "post.txt"];
    assert_eq!(cli.told(&out).0, Some(1));
    assert!(!cli.home.path().join("post.txt").exists());
    cli.told(&["set", "--private"]);
    let (code, _, err) = cli.told(&[&public[..], &["--yes-public"]].concat());
    assert_eq!(code, Some(1));
    assert!(err.contains("(--yes-private)"), "{err}");
    assert_eq!(server.asked().len(), 0);
    let (code, ..) = cli.told(&[&public[..], &["--yes-public", "--yes-private"]].concat());
    assert_eq!((code, server.asked().len()), (Some(0), 1));
}
