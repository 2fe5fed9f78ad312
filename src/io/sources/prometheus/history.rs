//! The filling of history, beside the polls: piece by piece, the newest first, several SLOs in each.
//! One request at a time, so that the polls never wait for it.
//!
//! A server that is gone is waited for. A piece that is too much for it is asked for in halves; one
//! that it cannot give is left a gap and said to be one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedReceiver;

use super::api::{Api, Failure, Leg};
use super::batch::MOST_LEGS;
use super::plan::{Run, pieces};
use super::question::Question;
use super::rows::{Both, samples};
use crate::io::sources::{Backfill, Desk, SourceMsg, backoff, chance, fence};
use crate::slo::{Sample, Subject};
use crate::text::Time;

/// Times a piece is asked for while the server answers others.
const TRIES: u32 = 5;
/// Points in one answer, groups not counted: about a megabyte of JSON.
const POINTS: usize = 30_000;

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

/// Questions over one run, asked together.
#[derive(Debug, Clone)]
struct Piece {
    questions: Vec<Arc<Question>>,
    run: Run,
    /// Whether it is the newest of its gap: a question that is refused here is refused for ever.
    is_newest: bool,
}

/// How far the filling is, and what there is no point in asking on.
#[derive(Debug, Default)]
struct Progress {
    all: usize,
    done: usize,
    refused: HashMap<Subject, String>,
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
        let all = work.iter().map(Piece::size).sum();
        let mut progress = Progress { all, ..Progress::default() };
        for piece in work {
            self.fetch(piece, &mut progress).await;
        }
    }

    /// Fetches a piece, its newer half first where it has to be halved.
    async fn fetch(&self, piece: Piece, progress: &mut Progress) {
        let mut waiting = vec![piece];
        while let Some(mut piece) = waiting.pop() {
            self.skip_refused(&mut piece, progress).await;
            if piece.questions.is_empty() {
                continue;
            }
            match self.insist(&piece).await {
                Ok(legs) => self.deliver(&piece, &legs, progress).await,
                Err(failure) => match piece.halves(&failure) {
                    Some(halves) => waiting.extend(halves),
                    None => self.give_up(&piece, &failure, progress).await,
                },
            }
            if self.desk.tx.is_closed() {
                return;
            }
        }
    }

    /// Asks again, ever more rarely, for as long as the server answers nobody; a limited number of
    /// times while it answers others and not this. What can be halved is not insisted on.
    async fn insist(&self, piece: &Piece) -> Result<HashMap<String, Leg>, Failure> {
        let (mut failures, mut tries) = (0, 0);
        let mut answers = self.api.answers();
        loop {
            if let Some((left, _)) = self.api.hold() {
                self.desk.wait(left).await;
            }
            let failure = match fence(self.ask(piece)).await {
                Ok(Ok(legs)) => return Ok(legs),
                Ok(Err(failure)) => failure,
                Err(fault) => Failure::Refused(fault),
            };
            let before = std::mem::replace(&mut answers, self.api.answers());
            tries += u32::from(answers > before);
            failures += 1;
            // A server that answers nobody is no better for smaller questions, unless it is merely slow.
            let less_may_do = matches!(failure, Failure::Slow(_)) || tries > 0;
            let is_less = less_may_do && failures > 1 && piece.can_be_less();
            if failure.is_of_query() || is_less || tries == TRIES || self.desk.tx.is_closed() {
                return Err(failure);
            }
            self.desk.pause(backoff::delay(self.desk.every, failures, chance())).await;
        }
    }

    /// The answers by expression, each asked once.
    async fn ask(&self, piece: &Piece) -> Result<HashMap<String, Leg>, Failure> {
        let mut seen = HashSet::new();
        let texts = piece.questions.iter().flat_map(|asked| [asked.total.text.as_str(), &asked.part.text]);
        let legs: Vec<&str> = texts.filter(|text| seen.insert(*text)).collect();
        let answers = self.api.range(&legs, piece.run).await?;
        Ok(legs.into_iter().map(str::to_owned).zip(answers).collect())
    }

    async fn deliver(&self, piece: &Piece, legs: &HashMap<String, Leg>, progress: &mut Progress) {
        for question in &piece.questions {
            let answer = |text: &String| Ok(legs.get(text).cloned().unwrap_or_default());
            let (part, total) = (answer(&question.part.text), answer(&question.total.text));
            let found = samples(question, piece.run, &Both { part: &part, total: &total });
            let said: Vec<(Subject, Result<Sample, String>)> = match found {
                Ok(samples) => samples.into_iter().map(|(subject, sample)| (subject, Ok(sample))).collect(),
                Err(failure) => vec![(question.subject.clone(), Err(failure.why().to_owned()))],
            };
            self.tell(said, piece.run, progress).await;
        }
    }

    /// A piece that the server cannot give stays a gap, for each of its questions.
    async fn give_up(&self, piece: &Piece, failure: &Failure, progress: &mut Progress) {
        for question in &piece.questions {
            let why = failure.why().to_owned();
            if piece.is_newest && failure.is_of_query() {
                progress.refused.insert(question.subject.clone(), why.clone());
            }
            self.tell(vec![(question.subject.clone(), Err(why))], piece.run, progress).await;
        }
    }

    /// Questions that were refused in their newest piece are not asked in older ones.
    async fn skip_refused(&self, piece: &mut Piece, progress: &mut Progress) {
        for question in std::mem::take(&mut piece.questions) {
            let Some(why) = progress.refused.get(&question.subject).cloned() else {
                piece.questions.push(question);
                continue;
            };
            self.tell(vec![(question.subject.clone(), Err(why))], piece.run, progress).await;
        }
    }

    /// Tells the samples of one question over a run.
    async fn tell(&self, said: Vec<(Subject, Result<Sample, String>)>, run: Run, progress: &mut Progress) {
        let before = progress.done as f32 / progress.all.max(1) as f32;
        progress.done += run.tiles;
        let after = progress.done as f32 / progress.all.max(1) as f32;
        let last = said.len().saturating_sub(1);
        for (at, (subject, sample)) in said.into_iter().enumerate() {
            let (source, is_last) = (self.desk.name.clone(), at == last);
            let done = if is_last { after } else { before };
            self.desk.tell(SourceMsg::Backfill(Backfill { source, subject, sample, done, is_last })).await;
        }
    }
}

impl Piece {
    /// Tiles of all its questions together.
    fn size(&self) -> usize {
        self.questions.len() * self.run.tiles
    }

    /// Two smaller pieces, the newer or first one last, since it is taken from the end; `None` where
    /// less of it would not help, or there is no less.
    fn halves(&self, failure: &Failure) -> Option<[Self; 2]> {
        if let [_, _, ..] = self.questions.as_slice() {
            let (first, second) = self.questions.split_at(self.questions.len() / 2);
            let half = |questions: &[Arc<Question>]| Self { questions: questions.to_vec(), ..self.clone() };
            return Some([half(second), half(first)]);
        }
        if matches!(failure, Failure::Refused(_)) {
            return None;
        }
        let (newer, older) = self.run.halves()?;
        Some([Self { run: older, is_newest: false, ..self.clone() }, Self { run: newer, ..self.clone() }])
    }

    fn can_be_less(&self) -> bool {
        self.questions.len() > 1 || self.run.halves().is_some()
    }
}

/// The pieces of all gaps, by age and not by SLO; those over one run go together.
fn newest_first(gaps: &[Gap]) -> Vec<Piece> {
    let mut work: Vec<(Run, bool, Arc<Question>)> = Vec::new();
    for gap in gaps {
        let runs = pieces(gap.from, gap.to);
        work.extend(runs.into_iter().enumerate().map(|(at, run)| (run, at == 0, Arc::clone(&gap.question))));
    }
    work.sort_by_key(|(run, is_newest, _)| (std::cmp::Reverse(*run), !is_newest));
    let together = work.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    together.flat_map(same_run).collect()
}

fn same_run(work: &[(Run, bool, Arc<Question>)]) -> Vec<Piece> {
    let Some((run, is_newest, _)) = work.first() else { return Vec::new() };
    let most = (POINTS / run.tiles.max(1)).clamp(2, MOST_LEGS) / 2;
    let piece = |chunk: &[(Run, bool, Arc<Question>)]| Piece {
        questions: chunk.iter().map(|(_, _, question)| Arc::clone(question)).collect(),
        run: *run,
        is_newest: *is_newest,
    };
    work.chunks(most).map(piece).collect()
}
