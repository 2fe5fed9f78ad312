//! A web server that answers exactly what a test tells it to, byte for byte.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The first byte of a client that begins to speak TLS.
const TLS_HANDSHAKE: u8 = 0x16;

/// What to do with a request, by its target.
pub type Decision = fn(&str) -> Manner;

/// What a path does with a request.
#[derive(Debug, Clone)]
pub enum Manner {
    /// Sends these bytes and closes.
    Says(Vec<u8>),
    /// Answers 200 with a body made from the request's target.
    Computes(fn(&str) -> String),
    /// Decides anew for each request, by its target.
    Decides(Decision),
    /// Answers 500, but nothing before so many requests have been under way at once.
    Gathers(usize),
    /// Reads the request and never answers.
    Hangs,
    /// Sends a correct head and then megabytes of comment lines, as many as given, without a length.
    Floods(usize),
}

impl Manner {
    /// A complete answer with a status line and a body.
    pub fn answer(status: &str, body: &str) -> Self {
        let length = body.len();
        Self::Says(
            format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")
                .into_bytes(),
        )
    }

    /// The same, with header lines of its own.
    pub fn answer_with(status: &str, headers: &[&str], body: &str) -> Self {
        let (length, lines) = (body.len(), headers.join("\r\n"));
        Self::Says(
            format!(
                "HTTP/1.1 {status}\r\nConnection: close\r\n{lines}\r\nContent-Length: {length}\r\n\r\n{body}"
            )
            .into_bytes(),
        )
    }

    pub fn ok(body: &str) -> Self {
        Self::answer("200 OK", body)
    }

    /// A head that promises more than comes.
    pub fn broken_off(body: &str) -> Self {
        let promised = body.len() * 2;
        Self::Says(format!("HTTP/1.1 200 OK\r\nContent-Length: {promised}\r\n\r\n{body}").into_bytes())
    }

    pub fn redirect(to: &str) -> Self {
        Self::Says(
            format!("HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
                .into_bytes(),
        )
    }
}

/// The newest last.
type Manners = Arc<Mutex<Vec<(String, Manner)>>>;

/// Serves until it is dropped.
pub struct Server {
    url: String,
    manners: Manners,
    asked: Arc<Mutex<Vec<Request>>>,
    at_once: Arc<Load>,
    task: JoinHandle<()>,
}

/// One request as it came.
#[derive(Debug, Clone, Default)]
struct Request {
    /// The target; of a posted form the form too, after a question mark.
    target: String,
    head: String,
}

/// Requests under way, and the most there ever were.
#[derive(Debug, Default)]
struct Load {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Server {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (manners, asked, at_once) = (Manners::default(), Arc::default(), Arc::default());
        let task =
            tokio::spawn(accept(listener, Arc::clone(&manners), Arc::clone(&asked), Arc::clone(&at_once)));
        Self { url, manners, asked, at_once, task }
    }

    /// Sets what happens from now on to requests whose target, as sent, contains a text. The newest
    /// setting that applies wins; requests that none applies to are answered 404.
    pub fn set(&self, part_of_target: &str, manner: Manner) {
        self.manners.lock().expect("no panic").push((part_of_target.to_owned(), manner));
    }

    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The request targets so far, in the order they came; a posted form follows its target after a
    /// question mark.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").iter().map(|request| request.target.clone()).collect()
    }

    /// The heads of the requests so far, in the order they came.
    pub fn heads(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").iter().map(|request| request.head.clone()).collect()
    }

    /// The most requests that were under way at once.
    pub fn most_at_once(&self) -> usize {
        self.at_once.most.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, manners: Manners, asked: Arc<Mutex<Vec<Request>>>, load: Arc<Load>) {
    let mut talks = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (manners, asked, load) = (Arc::clone(&manners), Arc::clone(&asked), Arc::clone(&load));
        talks.spawn(async move {
            let now = load.now.fetch_add(1, Ordering::SeqCst) + 1;
            load.most.fetch_max(now, Ordering::SeqCst);
            talk(stream, &manners, &asked, &load).await;
        });
    }
}

/// One request, one answer, and the connection is closed.
async fn talk(mut stream: TcpStream, manners: &Manners, asked: &Mutex<Vec<Request>>, load: &Load) {
    let request = read_request(&mut stream).await;
    let target = request.target.clone();
    asked.lock().expect("no panic").push(request);
    let mut manner = manner_for(&target, manners);
    if let Manner::Decides(decide) = manner {
        manner = decide(&target);
    }
    if let Manner::Computes(body) = manner {
        manner = Manner::ok(&body(&target));
    }
    let _ = match manner {
        Manner::Computes(_) | Manner::Decides(_) => Ok(()),
        Manner::Says(bytes) => {
            load.now.fetch_sub(1, Ordering::SeqCst);
            stream.write_all(&bytes).await
        }
        Manner::Gathers(count) => {
            while load.most.load(Ordering::SeqCst) < count {
                tokio::task::yield_now().await;
            }
            load.now.fetch_sub(1, Ordering::SeqCst);
            stream.write_all(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n").await
        }
        Manner::Hangs => std::future::pending().await,
        Manner::Floods(megabytes) => flood(&mut stream, megabytes).await,
    };
    let _ = stream.shutdown().await;
    // What is still coming is read, or closing would reset the connection under the answer.
    let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
}

fn manner_for(target: &str, manners: &Manners) -> Manner {
    let manners = manners.lock().expect("no panic");
    let found = manners.iter().rev().find(|(part, _)| target.contains(part));
    found.map_or_else(|| Manner::answer("404 Not Found", ""), |(_, manner)| manner.clone())
}

async fn flood(stream: &mut TcpStream, megabytes: usize) -> std::io::Result<()> {
    stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").await?;
    let megabyte = "# nothing to see here, go on, go on\n".repeat(29_128);
    for _ in 0..megabytes {
        stream.write_all(megabyte.as_bytes()).await?;
    }
    Ok(())
}

/// A request, read to the end of its body; an empty one when TLS is spoken.
async fn read_request(stream: &mut TcpStream) -> Request {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let end = bytes.windows(4).position(|end| end == b"\r\n\r\n").map(|at| at + 4);
        if let Some(end) = end.filter(|end| bytes.len() >= end + body_length(&bytes[..*end])) {
            return request(&bytes[..end], &bytes[end..]);
        }
        match stream.read(&mut chunk).await {
            Ok(count) if count > 0 => bytes.extend_from_slice(&chunk[..count]),
            _ => return request(&bytes, b""),
        }
        if bytes.first() == Some(&TLS_HANDSHAKE) {
            return Request::default();
        }
    }
}

fn body_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    length.map_or(0, |length| length.trim().parse().expect("a length"))
}

fn request(head: &[u8], body: &[u8]) -> Request {
    let head = String::from_utf8_lossy(head).into_owned();
    let target = head.split_whitespace().nth(1).unwrap_or_default();
    let question = if body.is_empty() { "" } else { "?" };
    Request { target: format!("{target}{question}{}", String::from_utf8_lossy(body)), head }
}
