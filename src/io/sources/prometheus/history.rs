//! The filling of history, beside the polls: piece by piece, the newest first.
//!
//! A server that is gone is waited for; a piece that it cannot give is left a gap and said to be one.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt};
use tokio::sync::mpsc::UnboundedReceiver;

use super::Question;
use super::api::{AT_ONCE, Api, Failure};
use super::plan::{Run, pieces};
use crate::io::sources::{Backfill, Desk, SourceMsg, backoff, chance};
use crate::slo::{Sample, Subject};
use crate::text::Time;

/// Pieces fetched at once, two requests each: at least as many are left for the polls.
const PIECES_AT_ONCE: usize = (AT_ONCE - 1) / 2;
/// Times a piece is asked for while the server answers others.
const TRIES: u32 = 5;

/// Buckets of one SLO to be filled: those after `from` up to `to`.
#[derive(Debug)]
pub(super) struct Gap {
    pub(super) question: Arc<Question>,
    pub(super) from: Time,
    pub(super) to: Time,
}

pub(super) struct History {
    pub(super) api: Arc<Api>,
    pub(super) desk: Desk,
}

struct Piece {
    question: Arc<Question>,
    run: Run,
}

impl History {
    /// Fills gaps until nobody is left to ask for one. Those that wait are filled together, so that
    /// the newest piece of every SLO comes before the second of any.
    pub(super) async fn fill_as_told(&self, mut gaps: UnboundedReceiver<Gap>) {
        let mut waiting = Vec::new();
        while gaps.recv_many(&mut waiting, usize::MAX).await > 0 {
            self.fill(newest_first(&waiting)).await;
            waiting.clear();
        }
    }

    async fn fill(&self, work: Vec<Piece>) {
        let count = work.len() as f32;
        let jobs: Vec<_> = work.into_iter().map(|piece| self.fetch(piece)).collect();
        let mut fetched = stream::iter(jobs).buffer_unordered(PIECES_AT_ONCE);
        let mut done = 0.0;
        while let Some((subject, sample)) = fetched.next().await {
            done += 1.0;
            let source = self.desk.name.clone();
            self.desk
                .tell(SourceMsg::Backfill(Backfill { source, subject, sample, done: done / count }))
                .await;
        }
    }

    async fn fetch(&self, piece: Piece) -> (Subject, Result<Sample, String>) {
        (piece.question.subject.clone(), self.insist(&piece).await)
    }

    /// Asks again, ever more rarely, for as long as the server answers nobody; a limited number of
    /// times while it answers others and not this.
    async fn insist(&self, piece: &Piece) -> Result<Sample, String> {
        let (mut failures, mut tries) = (0, 0);
        let mut answers = self.api.answers();
        loop {
            let failure = match piece.question.ask_fenced(&self.api, piece.run).await {
                Ok((sample, _)) => return Ok(sample),
                Err(failure) => failure,
            };
            let before = std::mem::replace(&mut answers, self.api.answers());
            tries += u32::from(answers > before);
            failures += 1;
            let is_final = matches!(failure, Failure::Refused(_)) || tries == TRIES;
            if is_final || self.desk.tx.is_closed() {
                return Err(failure.why().to_owned());
            }
            self.desk.pause(backoff::delay(self.desk.every, failures, chance())).await;
        }
    }
}

/// The pieces of all gaps, by age and not by SLO.
fn newest_first(gaps: &[Gap]) -> Vec<Piece> {
    let piece = |gap: &Gap, run| Piece { question: Arc::clone(&gap.question), run };
    let mut work: Vec<Piece> =
        gaps.iter().flat_map(|gap| pieces(gap.from, gap.to).into_iter().map(|run| piece(gap, run))).collect();
    work.sort_by_key(|piece| std::cmp::Reverse(piece.run.end));
    work
}
