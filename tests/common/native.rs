//! A service whose request durations are a native histogram: in protobuf for a server that asks for it,
//! in text with classic buckets for one that does not.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use crate::real_prometheus::Prometheus;

pub const HISTOGRAM: &str = "request_duration_seconds";
const PROTOBUF: &str =
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited";

/// Requests of one route by how long they took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Requests {
    /// No time at all: the zero bucket.
    pub instant: u64,
    /// In the bucket that ends at 250 ms.
    pub fast: u64,
    /// In the bucket from [`SLOW_FROM`] to 1 s.
    pub slow: u64,
}

/// Buckets grow by the eighth root of two.
const SCHEMA: i64 = 3;
const FAST_BUCKET: i64 = -16;
const SLOW_BUCKET: i64 = 0;
/// 2^(-1/8) seconds.
pub const SLOW_FROM: f64 = 0.917_004_043_204_671_3;

impl Requests {
    fn count(self) -> u64 {
        self.instant + self.fast + self.slow
    }

    fn grow(&mut self, by: Self) {
        self.instant += by.instant;
        self.fast += by.fast;
        self.slow += by.slow;
    }
}

/// A route, all its requests so far, and those that every scrape finds new.
#[derive(Debug)]
struct Route {
    name: &'static str,
    so_far: Requests,
    each: Requests,
}

/// Serves its page until it is dropped.
pub struct Service {
    /// `host:port`.
    pub address: String,
    routes: Arc<Mutex<Vec<Route>>>,
    ended: Arc<AtomicBool>,
    task: Option<JoinHandle<()>>,
}

impl Service {
    /// Routes with a long past, far from zero; nothing is new until [`Service::each_scrape`] says so.
    pub fn start(routes: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let past = Requests { instant: 10_000, fast: 900_000, slow: 40_000 };
        let route = |name: &&'static str| Route { name, so_far: past, each: Requests::default() };
        let routes: Arc<Mutex<Vec<Route>>> = Arc::new(Mutex::new(routes.iter().map(route).collect()));
        let ended = Arc::new(AtomicBool::new(false));
        let (own, end) = (Arc::clone(&routes), Arc::clone(&ended));
        let task = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                // A client that is gone is no concern of ours.
                let _ = stream.and_then(|stream| answer(stream, &own));
            }
        });
        Self { address, routes, ended, task: Some(task) }
    }

    /// An empty Prometheus that scrapes it every second; `None` where it is not installed.
    pub fn prometheus(&self, arguments: &[&str]) -> Option<Prometheus> {
        let scrape = format!(
            "scrape_configs:\n\
             - {{job_name: web, scrape_interval: 1s, scrape_timeout: 1s, static_configs: [{{targets: ['{}']}}]}}\n",
            self.address
        );
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        Prometheus::configured(&scrape, &arguments, |folder| {
            std::fs::write(folder.join("rules.yml"), "groups: []\n").expect("a writable folder");
        })
    }

    /// From now on every scrape finds so many requests more.
    pub fn each_scrape(&self, name: &str, each: Requests) {
        let mut routes = self.routes.lock().expect("no panic");
        routes.iter_mut().find(|route| route.name == name).expect("a route").each = each;
    }

    /// The process starts anew and counts from zero.
    pub fn restart(&self) {
        let mut routes = self.routes.lock().expect("no panic");
        routes.iter_mut().for_each(|route| route.so_far = Requests::default());
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(&self.address);
        let _ = self.task.take().map(JoinHandle::join);
    }
}

fn answer(mut stream: TcpStream, routes: &Mutex<Vec<Route>>) -> std::io::Result<()> {
    let mut head = BufReader::new(&stream).lines();
    let mut wants_protobuf = false;
    while let Some(line) = head.next().transpose()?.filter(|line| !line.is_empty()) {
        let line = line.to_ascii_lowercase();
        wants_protobuf |= line.starts_with("accept:") && line.contains("google.protobuf");
    }
    let mut routes = routes.lock().expect("no panic");
    routes.iter_mut().for_each(|route| route.so_far.grow(route.each));
    let (kind, body) = if wants_protobuf {
        (PROTOBUF, protobuf(&routes))
    } else {
        ("text/plain; version=0.0.4", text(&routes))
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    )?;
    stream.write_all(&body)
}

fn text(routes: &[Route]) -> Vec<u8> {
    let mut text = format!("# TYPE {HISTOGRAM} histogram\n");
    for Route { name, so_far, .. } in routes {
        let all = so_far.count();
        for (le, count) in [("0.25", so_far.instant + so_far.fast), ("1", all), ("+Inf", all)] {
            let _ = writeln!(text, "{HISTOGRAM}_bucket{{route=\"{name}\",le=\"{le}\"}} {count}");
        }
        let _ = writeln!(text, "{HISTOGRAM}_sum{{route=\"{name}\"}} {all}");
        let _ = writeln!(text, "{HISTOGRAM}_count{{route=\"{name}\"}} {all}");
    }
    text.into_bytes()
}

/// One `MetricFamily`, its length before it.
fn protobuf(routes: &[Route]) -> Vec<u8> {
    const TYPE_HISTOGRAM: u64 = 4;
    let mut family = Message::default();
    family.bytes(1, HISTOGRAM.as_bytes());
    family.bytes(2, b"How long requests took.");
    family.varint(3, TYPE_HISTOGRAM);
    for Route { name, so_far, .. } in routes {
        let (mut metric, mut label) = (Message::default(), Message::default());
        label.bytes(1, b"route");
        label.bytes(2, name.as_bytes());
        metric.bytes(1, &label.0);
        metric.bytes(7, &histogram(*so_far).0);
        family.bytes(4, &metric.0);
    }
    let mut delimited = Message::default();
    delimited.number(family.0.len() as u64);
    delimited.0.extend(family.0);
    delimited.0
}

fn histogram(requests: Requests) -> Message {
    let Requests { instant, fast, slow } = requests;
    let [fast, slow] = [fast, slow].map(u64::cast_signed);
    let mut histogram = Message::default();
    histogram.varint(1, requests.count());
    histogram.double(2, requests.count() as f64 * 0.2);
    histogram.varint(5, zigzag(SCHEMA));
    histogram.double(6, 1e-9);
    histogram.varint(7, instant);
    // The offset of a span is counted from the end of the one before it.
    for offset in [FAST_BUCKET, SLOW_BUCKET - FAST_BUCKET - 1] {
        let mut span = Message::default();
        span.varint(1, zigzag(offset));
        span.varint(2, 1);
        histogram.bytes(12, &span.0);
    }
    for delta in [fast, slow - fast] {
        histogram.varint(13, zigzag(delta));
    }
    histogram
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

/// A protobuf message as it is written, field by field.
#[derive(Debug, Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, field: u64, number: u64) {
        self.number(field << 3);
        self.number(number);
    }

    fn double(&mut self, field: u64, number: f64) {
        self.number(field << 3 | 1);
        self.0.extend(number.to_le_bytes());
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.number(field << 3 | 2);
        self.number(bytes.len() as u64);
        self.0.extend(bytes);
    }

    /// Seven bits a byte, the lowest first.
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }
}
