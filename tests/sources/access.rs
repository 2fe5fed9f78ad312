//! How a source is let in: logins, headers, tenants; secrets that change, and secrets that are echoed.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::daemon::daemon;
use crate::hostile::{Manner, Server};
use crate::real_prometheus::Prometheus;
use crate::rig::{Ask, bad_slo};
use crate::stub::{Asked, matrix};
use warroom::config::{Access, HeaderText, Login, Secret, SourceKind};
use warroom::slo::Slo;

const API: &str = "/prometheus/api/v1/query_range";

fn well(target: &str) -> String {
    Asked::of(target).answer(|_| Some("10".to_owned()))
}

fn ask(server: &Server, access: Access) -> Ask {
    let slo = Slo { period: Duration::from_secs(1), ..bad_slo("web", "bad_total", "all_total") };
    let kind = SourceKind::Prometheus { url: server.at("/prometheus/") };
    Ask { access, ..Ask::of(kind, vec![slo]) }
}

fn secret(path: &Path) -> Secret {
    Secret::File(path.display().to_string())
}

fn bearer(path: &Path) -> Access {
    Access { login: Login::Bearer(secret(path)), ..Access::default() }
}

/// The value of a header, by its lower-case name.
fn header(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then(|| value.to_owned())
    })
}

#[tokio::test]
async fn requests_carry_the_login_and_the_headers_under_a_path_of_the_server() {
    let server = Server::start().await;
    server.set(API, Manner::Computes(well));
    let folder = tempfile::tempdir().expect("a folder");
    let (password, key) = (folder.path().join("password"), folder.path().join("key"));
    std::fs::write(&password, "open sesame\n").expect("a password");
    std::fs::write(&key, "k-77\n").expect("a key");
    let access = Access {
        login: Login::Basic { username: "ana".to_owned(), password: secret(&password) },
        headers: vec![
            ("X-Scope-OrgID".to_owned(), HeaderText::Plain("team-a".to_owned())),
            ("X-Api-Key".to_owned(), HeaderText::Secret(secret(&key))),
        ],
        ca_file: None,
    };
    let polled = ask(&server, access).start().poll().await;
    assert!(polled.answers.is_ok(), "{polled:?}");
    let head = server.heads().remove(0);
    // ana:open sesame
    assert_eq!(header(&head, "authorization").as_deref(), Some("Basic YW5hOm9wZW4gc2VzYW1l"));
    assert_eq!(header(&head, "x-scope-orgid").as_deref(), Some("team-a"));
    assert_eq!(header(&head, "x-api-key").as_deref(), Some("k-77"));
}

#[tokio::test]
async fn a_token_that_changes_on_disk_is_used_from_then_on() {
    let server = Server::start().await;
    server.set(API, Manner::Computes(well));
    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("token");
    std::fs::write(&token, "first").expect("a token");
    let mut heard = ask(&server, bearer(&token)).start();
    heard.poll().await;
    std::fs::write(&token, "second").expect("a token");
    let used = || server.heads().last().and_then(|head| header(head, "authorization"));
    heard.poll_until(|_| used().as_deref() == Some("Bearer second")).await;
    std::fs::remove_file(&token).expect("it is there");
    let polled = heard.poll_until(|polled| polled.answers.is_err()).await;
    let why = polled.answers.expect_err("no token");
    assert!(why.contains("bearer token: ") && why.contains("No such file"), "{why}");
}

#[tokio::test]
async fn a_refused_token_is_read_again_even_where_its_file_looks_unchanged() {
    let server = Server::start().await;
    server.set(API, Manner::Computes(well));
    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("token");
    std::fs::write(&token, "first").expect("a token");
    let changed = std::fs::metadata(&token).and_then(|file| file.modified()).expect("a date");
    let mut heard = ask(&server, bearer(&token)).start();
    heard.poll().await;
    std::fs::write(&token, "second").expect("a token");
    let file = std::fs::File::options().append(true).open(&token).expect("a file");
    file.set_modified(changed).expect("a date");
    server.set(API, Manner::answer("401 Unauthorized", ""));
    let used =
        |text: &str| server.heads().iter().any(|head| header(head, "authorization").as_deref() == Some(text));
    let polled = heard.poll_until(|_| used("Bearer second")).await;
    let why = polled.answers.expect_err("refused all the same");
    assert!(why.ends_with("HTTP 401 Unauthorized"), "{why}");
}

#[tokio::test]
async fn a_server_that_echoes_a_secret_does_not_make_us_repeat_it() {
    let server = Server::start().await;
    let echo = r#"{"status":"error","errorType":"bad_data","error":"no such user: s3cret-77"}"#;
    server.set(API, Manner::answer("403 Forbidden", echo));
    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("token");
    std::fs::write(&token, "s3cret-77").expect("a token");
    let polled = ask(&server, bearer(&token)).start().poll().await;
    let said = format!("{polled:?}");
    assert!(said.contains("no such user: ***") && !said.contains("s3cret"), "{said}");
}

#[tokio::test]
async fn secrets_are_not_carried_to_another_host() {
    let (server, other) = (Server::start().await, Server::start().await);
    server.set(API, Manner::redirect(&other.at(API)));
    other.set(API, Manner::ok(&matrix("[]")));
    let folder = tempfile::tempdir().expect("a folder");
    let key = folder.path().join("key");
    std::fs::write(&key, "k-77").expect("a key");
    let headers = vec![("X-Api-Key".to_owned(), HeaderText::Secret(secret(&key)))];
    let polled = ask(&server, Access { headers, ..Access::default() }).start().poll().await;
    let why = polled.answers.expect_err("refused");
    assert!(why.contains(&format!("redirects to {}", other.at(API))), "{why}");
    assert!(other.asked().is_empty());
    let polled = ask(&server, Access::default()).start().poll().await;
    assert!(polled.answers.is_ok(), "without secrets it is followed: {polled:?}");
}

/// Runs openssl in a folder.
fn openssl(program: &Path, folder: &Path, arguments: &str) {
    let made = Command::new(program).current_dir(folder).args(arguments.split(' ')).output();
    let made = made.expect("openssl starts");
    assert!(made.status.success(), "{arguments}: {}", String::from_utf8_lossy(&made.stderr));
}

/// A certificate for the loopback address, signed by an authority that nobody knows.
fn certificates(program: &Path, folder: &Path) {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    let authority = "-addext keyUsage=keyCertSign -subj /CN=authority -days 2 -keyout ca.key -out ca.pem";
    openssl(program, folder, &format!("req -x509 {key} {authority}"));
    openssl(program, folder, &format!("req {key} -subj /CN=server -keyout server.key -out server.csr"));
    std::fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        .expect("a file");
    let signing = "-CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem";
    openssl(program, folder, &format!("x509 -req -in server.csr {signing}"));
    let web = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n";
    std::fs::write(folder.join("web.yml"), web).expect("a file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_ones_own_authority_is_trusted_where_its_file_is_named() {
    let Some(program) = daemon("openssl") else { return };
    let folder = tempfile::tempdir().expect("a folder");
    certificates(&program, folder.path());
    let web = format!("--web.config.file={}", folder.path().join("web.yml").display());
    let past = "# TYPE web_requests counter\nweb_requests_total 1 1700000000\n# EOF\n";
    let Some(prometheus) = Prometheus::with(past, "groups: []\n", &[web]) else { return };
    let url = prometheus.url.replace("http://", "https://");
    let trusting = |ca_file: Option<&str>| {
        let ca_file = ca_file.map(|name| folder.path().join(name).display().to_string());
        let slo = bad_slo("web", "bad_total", "all_total");
        let access = Access { ca_file, ..Access::default() };
        Ask { access, ..Ask::of(SourceKind::Prometheus { url: url.clone() }, vec![slo]) }.start()
    };
    assert!(trusting(Some("ca.pem")).poll().await.answers.is_ok());
    let why = trusting(None).poll().await.answers.expect_err("an unknown authority");
    assert!(why.contains("certificate"), "{why}");
    let why = trusting(Some("names")).poll().await.answers.expect_err("no certificate");
    assert!(why.ends_with("names: holds no PEM certificate"), "{why}");
}
