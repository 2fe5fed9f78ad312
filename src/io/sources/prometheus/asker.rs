//! A round of questions: batch by batch, a few at once, and a refused batch taken apart.
//!
//! Never sends more requests than there are expressions, whatever is refused; gives up on a server that
//! is gone.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures_util::stream::{self, StreamExt};

use super::api::{AT_ONCE, Api, Failure, Leg};
use super::batch::{Batching, Lesson};
use super::plan::Run;
use crate::io::sources::fence;

/// Failures in a row, without one good answer, after which the rest of a round is not asked.
const PATIENCE: usize = AT_ONCE;
/// Requests that any round may take, however few its expressions: enough to find a bad one among them.
const FEW: usize = 16;
/// What expressions are told that a refused neighbour kept from being asked.
const CROWDED_OUT: &str = "not asked this time, a query beside it was refused (the next poll asks again)";

/// What every expression of a round came to, in their order.
pub(super) struct Asked {
    pub(super) legs: Vec<Result<Leg, Failure>>,
    pub(super) lessons: Vec<Lesson>,
}

/// Asks expressions over one run.
pub(super) struct Asker<'a> {
    pub(super) api: &'a Api,
    pub(super) patience: &'a Patience,
    pub(super) legs: &'a [&'a str],
    pub(super) run: Run,
}

/// Positions of expressions that share a request.
struct Batch {
    legs: Vec<usize>,
    known: Known,
    /// Why the batch that it is a half of failed.
    whole: Option<Failure>,
}

/// What is known of a batch before it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Nothing,
    /// It is a half of a refused one, and the other half waits right behind it.
    IsFirstHalf,
    /// One of it is refused, as the good answer to the other half shows.
    IsBad,
}

/// What one batch came to.
#[derive(Default)]
struct Outcome {
    legs: Vec<(usize, Result<Leg, Failure>)>,
    lessons: Vec<Lesson>,
    /// What a batch teaches that was too slow, unless the server was slow with everything.
    of_slowness: Vec<Lesson>,
}

impl Asker<'_> {
    pub(super) async fn ask_all(&self, batching: &Batching) -> Asked {
        let work: Vec<_> =
            batching.batches(self.legs).into_iter().map(|legs| self.ask_fenced(legs)).collect();
        let is_alone = work.len() == 1;
        self.patience.expect(work.len(), self.legs.len());
        let done: Vec<_> = stream::iter(work).buffer_unordered(AT_ONCE).collect().await;
        let lost = || Err(Failure::Troubled("not asked".to_owned()));
        let mut asked = Asked { legs: self.legs.iter().map(|_| lost()).collect(), lessons: Vec::new() };
        for outcome in done {
            asked.lessons.extend(outcome.lessons);
            if is_alone || self.patience.has_answer() {
                asked.lessons.extend(outcome.of_slowness);
            }
            for (at, answer) in outcome.legs {
                if let Some(place) = asked.legs.get_mut(at) {
                    *place = answer;
                }
            }
        }
        asked
    }

    /// A panic costs the batch it comes from.
    async fn ask_fenced(&self, legs: Vec<usize>) -> Outcome {
        let all = legs.clone();
        fence(self.ask(legs)).await.unwrap_or_else(|fault| {
            let mut outcome = Outcome::default();
            outcome.fail(&all, &Failure::Refused(fault));
            outcome
        })
    }

    /// Asks a batch. One that fails is halved until what is bad stands alone. What no request is left
    /// for goes on at the next poll, in smaller company.
    async fn ask(&self, legs: Vec<usize>) -> Outcome {
        let mut outcome = Outcome::default();
        let mut waiting = vec![Batch { legs, known: Known::Nothing, whole: None }];
        while let Some(batch) = waiting.pop() {
            if batch.known == Known::IsBad && batch.legs.len() > 1 {
                waiting.extend(halves(batch));
            } else if batch.whole.is_some() && !self.patience.spare() {
                outcome.lessons.extend(self.lessons(&batch.legs, batch.legs.len()));
                outcome.fail(&batch.legs, &batch.unasked());
            } else {
                self.ask_one(batch, &mut waiting, &mut outcome).await;
            }
        }
        outcome
    }

    async fn ask_one(&self, batch: Batch, waiting: &mut Vec<Batch>, outcome: &mut Outcome) {
        let failure = match self.request(&batch.legs).await {
            Ok(answers) => {
                outcome.legs.extend(batch.legs.into_iter().zip(answers.into_iter().map(Ok)));
                if let Some(other) = waiting.last_mut().filter(|_| batch.known == Known::IsFirstHalf) {
                    other.known = Known::IsBad;
                }
                return;
            }
            Err(failure) => failure,
        };
        let may_be_one = failure.is_of_query() || matches!(failure, Failure::Troubled(_));
        if may_be_one && batch.legs.len() > 1 {
            waiting.extend(halves(Batch { whole: Some(failure), ..batch }));
            return;
        }
        if failure.is_of_query() {
            outcome.lessons.extend(self.lessons(&batch.legs, 1));
        } else if matches!(failure, Failure::Slow(_)) {
            outcome.of_slowness.extend(self.lessons(&batch.legs, batch.legs.len() / 2));
        }
        outcome.fail(&batch.legs, &failure);
    }

    async fn request(&self, legs: &[usize]) -> Result<Vec<Leg>, Failure> {
        if let Some(lost) = self.patience.lost() {
            return Err(lost);
        }
        let texts: Vec<&str> = legs.iter().filter_map(|at| self.legs.get(*at).copied()).collect();
        let answer = self.api.range(&texts, self.run).await;
        self.patience.learn(&answer);
        answer
    }

    fn lessons(&self, legs: &[usize], most: usize) -> impl Iterator<Item = Lesson> {
        let texts = legs.iter().filter_map(|at| self.legs.get(*at));
        texts.map(move |leg| Lesson { leg: (*leg).to_owned(), most })
    }
}

impl Outcome {
    fn fail(&mut self, legs: &[usize], failure: &Failure) {
        self.legs.extend(legs.iter().map(|at| (*at, Err(failure.clone()))));
    }
}

impl Batch {
    /// What to say of it where there was no request left for it.
    fn unasked(&self) -> Failure {
        match &self.whole {
            Some(whole) if self.known == Known::IsBad || !whole.is_of_query() => whole.clone(),
            _ => Failure::Troubled(CROWDED_OUT.to_owned()),
        }
    }
}

/// The later half first: the earlier one is taken from the end.
fn halves(batch: Batch) -> [Batch; 2] {
    let Batch { mut legs, whole, .. } = batch;
    let later = legs.split_off(legs.len() / 2);
    [
        Batch { legs: later, known: Known::Nothing, whole: whole.clone() },
        Batch { legs, known: Known::IsFirstHalf, whole },
    ]
}

/// Keeps a round short: a thousand SLOs do not each wait for a timeout of a server that is gone, nor
/// each ask anew because of a neighbour.
#[derive(Debug, Default)]
pub(super) struct Patience {
    lost: OnceLock<Failure>,
    failed: AtomicUsize,
    answered: AtomicBool,
    /// Expressions of the round, the requests that carry them, and those for taking batches apart.
    expressions: AtomicUsize,
    requests: AtomicUsize,
}

impl Patience {
    /// Notes what a part of the round will take if nothing is refused.
    fn expect(&self, requests: usize, expressions: usize) {
        self.requests.fetch_add(requests, Ordering::Relaxed);
        self.expressions.fetch_add(expressions, Ordering::Relaxed);
    }

    /// Takes one more request, if there may be one.
    fn spare(&self) -> bool {
        let most = self.expressions.load(Ordering::Relaxed).max(FEW);
        let more = |requests| (requests < most).then_some(requests + 1);
        self.requests.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    /// Why there is no point in asking on.
    fn lost(&self) -> Option<Failure> {
        self.lost.get().cloned()
    }

    fn has_answer(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    fn learn<T>(&self, answer: &Result<T, Failure>) {
        match answer {
            Ok(_) => self.answered.store(true, Ordering::Relaxed),
            Err(failure) if failure.is_of_query() => self.answered.store(true, Ordering::Relaxed),
            Err(failure @ (Failure::Down(_) | Failure::Busy(_))) => drop(self.lost.set(failure.clone())),
            Err(failure) => {
                let failed = self.failed.fetch_add(1, Ordering::Relaxed) + 1;
                if failed >= PATIENCE && !self.has_answer() {
                    drop(self.lost.set(failure.clone()));
                }
            }
        }
    }
}
