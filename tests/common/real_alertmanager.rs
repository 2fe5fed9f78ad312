//! A real Alertmanager on a free loopback port, gone when it is dropped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::daemon::daemon;

/// What it writes when it can be asked.
const READY: &str = "Listening on";
const CONFIGURATION: &str =
    "route: {receiver: none, group_by: [alertname, cluster]}\nreceivers: [{name: none}]\n";

pub struct Alertmanager {
    pub url: String,
    process: Child,
    /// Its data, removed with it.
    _folder: TempDir,
}

impl Alertmanager {
    /// Starts one without alerts; `None` where it is not installed and the calling test is to be skipped.
    pub fn start() -> Option<Self> {
        Self::with(CONFIGURATION)
    }

    /// One that posts what it is told to two receivers at an address, soon, and what has ended too.
    pub fn posting(url: &str) -> Option<Self> {
        Self::with(&format!(
            "route:
  receiver: one
  group_by: [alertname, cluster]
  group_wait: 0s
  group_interval: 1s
  routes: [{{receiver: two, continue: true}}, {{receiver: one}}]
receivers:
  - {{name: one, webhook_configs: [{{url: '{url}', send_resolved: true}}]}}
  - {{name: two, webhook_configs: [{{url: '{url}', send_resolved: true}}]}}
"
        ))
    }

    fn with(text: &str) -> Option<Self> {
        let program = daemon("prometheus-alertmanager")?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let configuration = folder.path().join("alertmanager.yml");
        std::fs::write(&configuration, text).expect("a writable folder");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        drop(listener);
        let mut process = Command::new(program)
            .arg(format!("--config.file={}", configuration.display()))
            .arg(format!("--storage.path={}", folder.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"))
            .arg("--cluster.listen-address=")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        wait_until_ready(&mut process);
        Some(Self { url: format!("http://{address}"), process, _folder: folder })
    }

    /// Posts alerts as `name label=value …`; a start or an end is given as `@startsAt=TIME`, `@endsAt=TIME`.
    pub fn post(&self, alerts: &[&str]) {
        let body: Vec<serde_json::Value> = alerts.iter().map(|words| alert(words)).collect();
        let answer = self.ask("POST", "/api/v2/alerts", &serde_json::Value::from(body).to_string());
        assert!(answer.starts_with("HTTP/1.0 200") || answer.starts_with("HTTP/1.1 200"), "{answer}");
    }

    /// The body that it answers a GET with.
    pub fn get(&self, target: &str) -> serde_json::Value {
        let answer = self.ask("GET", target, "");
        let body = answer.split_once("\r\n\r\n").expect("a head and a body").1;
        serde_json::from_str(body).expect("JSON")
    }

    fn ask(&self, method: &str, target: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(self.url.trim_start_matches("http://")).expect("it listens");
        let head = format!("Content-Type: application/json\r\nContent-Length: {}", body.len());
        write!(stream, "{method} {target} HTTP/1.0\r\n{head}\r\n\r\n{body}").expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }
}

fn alert(words: &str) -> serde_json::Value {
    let mut words = words.split_whitespace();
    let mut alert =
        serde_json::json!({"labels": {"alertname": words.next().expect("a name")}, "annotations": {}});
    for (name, value) in words.filter_map(|pair| pair.split_once('=')) {
        match name.strip_prefix('@') {
            Some(field) => alert[field] = value.into(),
            None => alert["labels"][name] = value.into(),
        }
    }
    alert
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads its log until it says that it is ready, and on from there so that it never blocks on it.
fn wait_until_ready(process: &mut Child) {
    let mut log = BufReader::new(process.stderr.take().expect("its log"));
    let mut said = String::new();
    while !said.contains(READY) {
        let count = log.read_line(&mut said).expect("a readable log");
        assert!(count > 0, "alertmanager ended:\n{said}");
    }
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
}
