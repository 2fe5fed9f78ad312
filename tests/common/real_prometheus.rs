//! A real Prometheus on a free loopback port, filled with a given past, gone when it is dropped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::daemon::daemon;

/// What Prometheus writes when it can be asked.
const READY: &str = "Server is ready to receive web requests";

pub struct Prometheus {
    pub url: String,
    process: Child,
    /// Its data, removed with it.
    _folder: TempDir,
}

impl Prometheus {
    /// Starts one that holds the samples of an OpenMetrics text; `None` where it is not installed and
    /// the calling test is to be skipped.
    pub fn with_past(openmetrics: &str) -> Option<Self> {
        Self::with_rules(openmetrics, "groups: []\n")
    }

    /// As [`Prometheus::with_past`], evaluating rules every second.
    pub fn with_rules(openmetrics: &str, rules: &str) -> Option<Self> {
        Self::with(openmetrics, rules, &[])
    }

    /// As [`Prometheus::with_rules`], started with arguments besides.
    pub fn with(openmetrics: &str, rules: &str, arguments: &[String]) -> Option<Self> {
        let promtool = daemon("promtool")?;
        Self::configured("", arguments, |folder| {
            create_blocks(&promtool, folder, openmetrics);
            std::fs::write(folder.join("rules.yml"), rules).expect("a writable folder");
        })
    }

    /// One with more configuration, once a folder is filled with its `rules.yml` and its blocks.
    pub fn configured(configuration: &str, arguments: &[String], fill: impl FnOnce(&Path)) -> Option<Self> {
        let prometheus = daemon("prometheus")?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        fill(folder.path());
        let text = format!("global: {{evaluation_interval: 1s}}\nrule_files: [rules.yml]\n{configuration}");
        std::fs::write(folder.path().join("prometheus.yml"), text).expect("a writable folder");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        drop(listener);
        let mut process = start(&prometheus, folder.path(), &address, arguments);
        wait_until_ready(&mut process);
        Some(Self { url: format!("http://{address}"), process, _folder: folder })
    }

    /// The one value that a PromQL expression has at an instant (seconds since 1970); `None` when its
    /// result is empty.
    pub fn value(&self, promql: &str, at: f64) -> Option<f64> {
        let target = format!("/api/v1/query?time={at:.3}&query={}", escape(promql));
        let answer: serde_json::Value = serde_json::from_str(&self.get(&target)).expect("JSON");
        assert_eq!(answer["status"], "success", "{promql}: {answer}");
        answer["data"]["result"][0]["value"][1].as_str().map(|value| value.parse().expect("a number"))
    }

    pub fn get(&self, target: &str) -> String {
        let address = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).expect("it listens");
        write!(stream, "GET {target} HTTP/1.0\r\n\r\n").expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer.split_once("\r\n\r\n").expect("a head and a body").1.to_owned()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn create_blocks(promtool: &Path, folder: &Path, openmetrics: &str) {
    let file = folder.join("past.om");
    std::fs::write(&file, openmetrics).expect("a writable folder");
    let made = Command::new(promtool)
        .args(["tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=168h", "--quiet"])
        .args([&file, &data(folder)])
        .output()
        .expect("promtool starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

fn start(prometheus: &Path, folder: &Path, address: &str, arguments: &[String]) -> Child {
    Command::new(prometheus)
        .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
        .arg(format!("--storage.tsdb.path={}", data(folder).display()))
        .arg(format!("--web.listen-address={address}"))
        .arg("--storage.tsdb.retention.time=60d")
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("prometheus starts")
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// Reads its log until it says that it is ready, and on from there so that it never blocks on it.
fn wait_until_ready(process: &mut Child) {
    let mut log = BufReader::new(process.stderr.take().expect("its log"));
    let mut said = String::new();
    while !said.contains(READY) {
        let count = log.read_line(&mut said).expect("a readable log");
        assert!(count > 0, "prometheus ended:\n{said}");
    }
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
}

/// Percent-encoded, every byte.
pub fn escape(text: &str) -> String {
    text.bytes().flat_map(|byte| format!("%{byte:02X}").into_bytes()).map(char::from).collect()
}
