//! What tests of sources share: SLOs in a line, a source on a test server, and waiting for messages.

use std::time::Duration;

use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinHandle;
use warroom::config::{Access, Partial, Source, SourceKind, Turn};
use warroom::io::clock::Clock;
use warroom::io::sources::{Polled, SourceMsg, spawn};
use warroom::slo::sli::Judged;
use warroom::slo::{Counts, Objective, Query, Sample, Sli, Slo, Tile};
use warroom::text::Place;

/// Longest wait for anything that has to happen.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// An SLO of 99.9 % over 30 days that counts bad events.
pub fn bad_slo(id: &str, bad: &str, total: &str) -> Slo {
    Slo {
        defined_at: Place::file("test"),
        ..Slo::new(
            id,
            "web",
            Objective::from_percent(99.9).expect("an objective"),
            Duration::from_hours(30 * 24),
            Sli::Bad { bad: Query::parse(bad), total: Query::parse(total) },
        )
    }
}

/// How a source is asked; change what a test is about.
pub struct Ask {
    pub kind: SourceKind,
    pub slos: Vec<Slo>,
    pub every: Duration,
    pub timeout: Duration,
    pub clock: Clock,
    pub access: Access,
    pub heartbeat: Option<String>,
    pub partial: Partial,
}

impl Ask {
    /// Every 50 ms of the wall clock, with all the time in the world.
    pub fn of(kind: SourceKind, slos: Vec<Slo>) -> Self {
        Self {
            kind,
            slos,
            every: Duration::from_millis(50),
            timeout: PATIENCE,
            clock: Clock::wall(),
            access: Access::default(),
            heartbeat: None,
            partial: Partial::Refuse,
        }
    }

    /// The source that will be asked.
    pub fn source(&self) -> Source {
        Source {
            name: "test".to_owned(),
            kind: self.kind.clone(),
            every: self.every,
            timeout: self.timeout,
            access: self.access.clone(),
            heartbeat: self.heartbeat.clone(),
            partial: self.partial,
            turn: Turn::default(),
        }
    }

    pub fn start(self) -> Heard {
        let source = self.source();
        let (tx, inbox) = channel(16);
        let task = spawn(&source, self.slos.iter().flat_map(Slo::indicators).collect(), self.clock, tx);
        Heard { inbox, task }
    }
}

/// Everything a source says, in order.
pub struct Heard {
    inbox: Receiver<SourceMsg>,
    task: JoinHandle<()>,
}

impl Heard {
    /// Stops listening, upon which the source's task has to end.
    pub async fn leave(self) {
        drop(self.inbox);
        tokio::time::timeout(PATIENCE, self.task).await.expect("it ends").expect("without a panic");
    }

    pub async fn next(&mut self) -> SourceMsg {
        let heard = tokio::time::timeout(PATIENCE, self.inbox.recv()).await;
        heard.expect("a message in time").expect("a living source")
    }

    /// The next poll, whatever else is said before it.
    pub async fn poll(&mut self) -> Polled {
        loop {
            if let SourceMsg::Polled(polled) = self.next().await {
                return polled;
            }
        }
    }

    /// The first poll from now on that satisfies a condition.
    pub async fn poll_until(&mut self, wanted: impl Fn(&Polled) -> bool) -> Polled {
        let search = async {
            loop {
                let polled = self.poll().await;
                if wanted(&polled) {
                    return polled;
                }
            }
        };
        tokio::time::timeout(PATIENCE, search).await.expect("such a poll in time")
    }
}

/// A poll's answer for one SLO.
pub fn answer(polled: &Polled, slo: &str) -> Result<Sample, String> {
    let answers = polled.answers.as_ref().expect("an answering source");
    answers.iter().find(|(subject, _)| subject.to_string() == slo).expect("the SLO").1.clone()
}

/// Bad of total, as an SLI judges a tile; `None` where it is not a count.
pub fn judged(sli: &Sli, tile: Tile) -> Option<Counts> {
    match sli.judge(tile.part, tile.total) {
        Judged::Sound(counts) => Some(counts),
        Judged::Uncountable => None,
        Judged::Capped(_) => panic!("the part is more than the total: {tile:?}"),
    }
}
