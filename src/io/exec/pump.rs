//! Both outputs of a run: read, decoded, masked, hashed, spooled, cut into lines and told.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::decode::Decoder;
use super::spool::Spool;
use super::tail::{Lines, Tail};
use super::{ExecMsg, Stream};
use crate::io::clock::Clock;
use crate::text::digest;
use crate::text::redact::{Counts, Masked, Redactor, Window};

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;
/// Lines that may wait for the screen; older ones are dropped and counted.
const WAITING: usize = 2_000;
/// Lines in one message.
const BATCH: usize = 500;
/// Bytes in one message, so that a screen that stands still holds a bounded many of them.
const BATCH_BYTES: usize = 64 * 1024;
/// How long lines wait for more to join them.
const GATHER: Duration = Duration::from_millis(30);
/// What may still be read once the time after the end is up: more than pipes hold.
const AFTERMATH: usize = 1024 * 1024;

/// Where the run's output goes, and until when it is read.
pub(super) struct Wiring {
    pub run: String,
    pub hello: ExecMsg,
    pub redactor: Arc<Redactor>,
    pub clock: Clock,
    pub out: mpsc::Sender<ExecMsg>,
    /// Set once the command is over: nobody waits longer than until then for more output.
    pub until: watch::Receiver<Option<Instant>>,
    pub spool: Option<Spool>,
}

/// What the output amounted to.
pub(super) struct Record {
    pub sha256: String,
    pub bytes: u64,
    pub tail: String,
    pub spool: Option<String>,
    pub masked: Counts,
    pub notes: Vec<String>,
}

/// One of the two outputs on its way through the filters.
struct Pipe<'r, R> {
    stream: Stream,
    /// `None` once there is nothing more to read. Dropping it breaks the pipe for whoever holds it.
    reader: Option<R>,
    decoder: Decoder,
    window: Window<'r>,
    lines: Lines,
    /// Bytes read after the time was up.
    after: usize,
    /// The reading was given up while somebody still could write.
    held: bool,
}

/// Lines on their way to the screen.
#[derive(Default)]
struct Outbox {
    /// The run's first message, until there is room for it.
    hello: Option<ExecMsg>,
    lines: VecDeque<(Stream, String)>,
    skipped: u64,
    /// When something began to wait, or was last refused.
    since: Option<Instant>,
}

struct Sink {
    run: String,
    clock: Clock,
    out: mpsc::Sender<ExecMsg>,
    outbox: Outbox,
    hash: Sha256,
    bytes: u64,
    tail: Tail,
    spool: Option<Spool>,
    /// Which stream wrote last, and whether its last line is still open.
    last: Option<(Stream, bool)>,
}

/// Reads both outputs to their ends, or until the time is up.
pub(super) async fn run<O, E>(wiring: Wiring, stdout: Option<O>, stderr: Option<E>) -> Record
where
    O: AsyncRead + Unpin,
    E: AsyncRead + Unpin,
{
    let Wiring { run, hello, redactor, clock, out, mut until, spool } = wiring;
    let mut sink = Sink {
        run,
        clock,
        out,
        outbox: Outbox { hello: Some(hello), ..Outbox::default() },
        hash: Sha256::new(),
        bytes: 0,
        tail: Tail::default(),
        spool,
        last: None,
    };
    sink.tell();
    let mut first = Pipe::new(Stream::Out, stdout, &redactor);
    let mut second = Pipe::new(Stream::Err, stderr, &redactor);
    let (mut one, mut two) = (vec![0; CHUNK], vec![0; CHUNK]);
    while first.is_open() || second.is_open() {
        let deadline = *until.borrow_and_update();
        let due = sink.outbox.due();
        tokio::select! {
            read = first.read(&mut one, deadline), if first.is_open() => first.take(read, &one, deadline, &mut sink).await,
            read = second.read(&mut two, deadline), if second.is_open() => second.take(read, &two, deadline, &mut sink).await,
            _ = until.changed(), if deadline.is_none() => {}
            () = sleep_until(due), if sink.outbox.waits() => sink.tell(),
        }
    }
    let held = first.held || second.held;
    let mut masked = first.finish(&mut sink).await;
    for (rule, count) in second.finish(&mut sink).await {
        *masked.entry(rule).or_default() += count;
    }
    sink.finish(masked, held).await
}

/// How a read ended.
enum Read {
    Bytes(usize),
    End,
    /// The time is up and somebody still holds the pipe.
    Held,
}

impl<'r, R: AsyncRead + Unpin> Pipe<'r, R> {
    fn new(stream: Stream, reader: Option<R>, redactor: &'r Redactor) -> Self {
        Self {
            stream,
            reader,
            decoder: Decoder::default(),
            window: Window::new(redactor),
            lines: Lines::default(),
            after: 0,
            held: false,
        }
    }

    fn is_open(&self) -> bool {
        self.reader.is_some()
    }

    async fn read(&mut self, buffer: &mut [u8], deadline: Option<Instant>) -> Read {
        let Some(reader) = &mut self.reader else { return Read::End };
        let read = reader.read(buffer);
        let count = match deadline {
            None => read.await,
            Some(deadline) => match timeout_at(deadline, read).await {
                Ok(count) => count,
                Err(_) => return Read::Held,
            },
        };
        match count {
            Ok(0) | Err(_) => Read::End,
            Ok(count) => Read::Bytes(count),
        }
    }

    async fn take(&mut self, read: Read, buffer: &[u8], deadline: Option<Instant>, sink: &mut Sink) {
        let Read::Bytes(count) = read else {
            self.held = matches!(read, Read::Held);
            self.reader = None;
            return;
        };
        let text = self.decoder.push(&buffer[..count]);
        let ready = self.window.push(&text);
        sink.masked(self.window.take_masked());
        sink.take(self.stream, &ready, &mut self.lines).await;
        if deadline.is_some_and(|deadline| Instant::now() > deadline) {
            self.after += count;
        }
        if self.after >= AFTERMATH {
            self.held = true;
            self.reader = None;
        }
    }

    async fn finish(mut self, sink: &mut Sink) -> Counts {
        let rest = self.decoder.finish();
        let mut ready = self.window.push(&rest);
        ready.push_str(&self.window.finish());
        sink.masked(self.window.take_masked());
        sink.take(self.stream, &ready, &mut self.lines).await;
        sink.line(self.stream, self.lines.finish());
        self.window.into_counts()
    }
}

impl Outbox {
    fn waits(&self) -> bool {
        self.hello.is_some() || !self.lines.is_empty()
    }

    /// When what waits should be told.
    fn due(&self) -> Instant {
        self.since.unwrap_or_else(Instant::now) + GATHER
    }

    fn push(&mut self, stream: Stream, line: String) {
        self.since.get_or_insert_with(Instant::now);
        if self.lines.len() == WAITING {
            self.lines.pop_front();
            self.skipped += 1;
        }
        self.lines.push_back((stream, line));
    }

    /// The next lines of one stream.
    fn batch(&mut self) -> Option<(Stream, Vec<String>)> {
        let stream = self.lines.front()?.0;
        let mut bytes = 0;
        let fits = |(from, line): &&(Stream, String)| {
            bytes += line.len();
            *from == stream && bytes <= BATCH_BYTES
        };
        let count = self.lines.iter().take(BATCH).take_while(fits).count().max(1);
        Some((stream, self.lines.drain(..count).map(|(_, line)| line).collect()))
    }
}

impl Sink {
    async fn take(&mut self, stream: Stream, text: &str, lines: &mut Lines) {
        if text.is_empty() {
            return;
        }
        // A line of one stream never continues one of the other.
        if self.last.is_some_and(|(from, open)| open && from != stream) {
            self.keep("\n").await;
        }
        self.last = Some((stream, !text.ends_with('\n')));
        self.keep(text).await;
        let whole = lines.push(text);
        self.tail.extend(&whole);
        // They are told in their time, not as fast as they come: a screen keeps no more of a flood than what waits.
        for line in whole {
            self.outbox.push(stream, line);
        }
    }

    /// Tells what was masked, if there is room; it is a convenience, and the counts are kept anyway.
    fn masked(&mut self, values: Vec<Masked>) {
        if !values.is_empty() {
            let _ = self.out.try_send(ExecMsg::Masked { run: self.run.clone(), values });
        }
    }

    fn line(&mut self, stream: Stream, line: Option<String>) {
        let Some(line) = line else { return };
        self.tail.extend(std::slice::from_ref(&line));
        self.outbox.push(stream, line);
    }

    async fn keep(&mut self, text: &str) {
        self.hash.update(text.as_bytes());
        self.bytes += text.len() as u64;
        if let Some(spool) = &mut self.spool {
            spool.push(text).await;
        }
    }

    /// Tells the screen what waits, as far as it has room.
    fn tell(&mut self) {
        while self.outbox.waits() {
            let Ok(room) = self.out.try_reserve() else {
                self.outbox.since = Some(Instant::now());
                return;
            };
            if let Some(hello) = self.outbox.hello.take() {
                room.send(hello);
            } else if let Some((stream, lines)) = self.outbox.batch() {
                let skipped = std::mem::take(&mut self.outbox.skipped);
                let (run, at) = (self.run.clone(), self.clock.now());
                room.send(ExecMsg::Output { run, stream, at, lines, skipped });
            }
        }
        self.outbox.since = None;
    }

    async fn finish(mut self, masked: Counts, held: bool) -> Record {
        self.tell();
        let mut notes = Vec::new();
        if held {
            notes.push("a process it left behind still holds its output".to_owned());
        }
        let unseen = self.outbox.lines.len() as u64 + self.outbox.skipped;
        if unseen > 0 {
            notes.push(format!("{unseen} lines were not shown"));
        }
        let mut spool = None;
        if let Some(file) = self.spool {
            let (name, wrong) = file.finish().await;
            spool = Some(name);
            notes.extend(wrong);
        }
        let sha256 = digest::hex(&self.hash.finalize());
        Record { sha256, bytes: self.bytes, tail: self.tail.text(), spool, masked, notes }
    }
}
