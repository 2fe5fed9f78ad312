//! A small web server for the console's sources: one answer for every request, until told otherwise.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// Longest wait for requests that have to come.
const PATIENCE: Duration = Duration::from_mins(2);

/// What every request gets.
#[derive(Clone)]
pub enum Answer {
    /// Status line and body.
    Says(&'static str, String),
    /// The request is read and nothing comes back.
    Silence,
}

/// Serves as long as the test runs.
pub struct Server {
    pub address: String,
    answer: Arc<Mutex<Answer>>,
    asked: Arc<(Mutex<usize>, Condvar)>,
}

impl Server {
    pub fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let answer = Arc::new(Mutex::new(answer));
        let (current, asked) = (Arc::clone(&answer), Arc::new((Mutex::new(0), Condvar::new())));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let answer = current.lock().expect("no panic").clone();
                *count.0.lock().expect("no panic") += 1;
                count.1.notify_all();
                std::thread::spawn(move || serve(stream, &answer));
            }
        });
        Self { address, answer, asked }
    }

    /// Metrics in text exposition.
    pub fn of_metrics(text: &str) -> Self {
        Self::start(Answer::Says("200 OK", text.to_owned()))
    }

    pub fn metrics_url(&self) -> String {
        format!("http://{}/metrics", self.address)
    }

    /// Waits until it was asked so many times more.
    pub fn wait_for_more(&self, times: usize) {
        let (asked, news) = &*self.asked;
        let asked = asked.lock().expect("no panic");
        let enough = *asked + times;
        let (asked, waited) =
            news.wait_timeout_while(asked, PATIENCE, |asked| *asked < enough).expect("no panic");
        assert!(!waited.timed_out(), "asked {asked} times, not {enough}");
    }

    pub fn answers(&self, answer: Answer) {
        *self.answer.lock().expect("no panic") = answer;
    }
}

/// A port that nobody listens on.
pub fn closed_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").to_string()
}

/// One request, one answer. Whoever asked may be gone by then.
fn serve(mut stream: TcpStream, answer: &Answer) {
    let mut head = Vec::new();
    let mut chunk = [0; 4096];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut chunk) {
            Ok(count) if count > 0 => head.extend_from_slice(&chunk[..count]),
            _ => return,
        }
    }
    match answer {
        Answer::Says(status, body) => {
            let length = body.len();
            let _ = write!(
                stream,
                "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
        }
        // Until the asker hangs up.
        Answer::Silence => while stream.read(&mut chunk).is_ok_and(|count| count > 0) {},
    }
}
