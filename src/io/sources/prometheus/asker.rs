//! A round of questions: batch by batch, a few at once, and a refused batch taken apart.
//!
//! Never asks more requests than there are expressions, whatever is refused; gives up on a server that
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

type Outcomes = Vec<(usize, Result<Leg, Failure>)>;

impl Asker<'_> {
    pub(super) async fn ask_all(&self, batching: &Batching) -> Asked {
        let work: Vec<_> =
            batching.batches(self.legs).into_iter().map(|batch| self.ask_fenced(batch)).collect();
        let done: Vec<_> = stream::iter(work).buffer_unordered(AT_ONCE).collect().await;
        let lost = || Err(Failure::Troubled("not asked".to_owned()));
        let mut asked = Asked { legs: self.legs.iter().map(|_| lost()).collect(), lessons: Vec::new() };
        for (outcomes, lessons) in done {
            asked.lessons.extend(lessons);
            for (at, outcome) in outcomes {
                if let Some(place) = asked.legs.get_mut(at) {
                    *place = outcome;
                }
            }
        }
        asked
    }

    /// A panic costs the batch it comes from.
    async fn ask_fenced(&self, legs: Vec<usize>) -> (Outcomes, Vec<Lesson>) {
        let all = legs.clone();
        fence(self.ask(legs))
            .await
            .unwrap_or_else(|fault| (of_all(&all, &Failure::Refused(fault)), Vec::new()))
    }

    /// Asks a batch. A refused one is halved until what is refused stands alone, with no more requests
    /// than it has expressions.
    async fn ask(&self, legs: Vec<usize>) -> (Outcomes, Vec<Lesson>) {
        let mut requests = legs.len();
        let (mut outcomes, mut lessons) = (Vec::new(), Vec::new());
        let is_shared = legs.len() > 1;
        let mut waiting = vec![Batch { legs, known: Known::Nothing }];
        while let Some(Batch { legs, known }) = waiting.pop() {
            if known == Known::IsBad && legs.len() > 1 {
                waiting.extend(halves(legs));
                continue;
            }
            if requests == 0 {
                outcomes.extend(of_all(&legs, &Failure::Troubled(CROWDED_OUT.to_owned())));
                continue;
            }
            requests -= 1;
            match self.request(&legs).await {
                Ok(answers) => {
                    outcomes.extend(legs.into_iter().zip(answers.into_iter().map(Ok)));
                    if let Some(other) = waiting.last_mut().filter(|_| known == Known::IsFirstHalf) {
                        other.known = Known::IsBad;
                    }
                }
                Err(failure) if failure.is_of_query() && legs.len() > 1 => waiting.extend(halves(legs)),
                Err(failure) => {
                    lessons.extend(self.lesson(&legs, &failure, is_shared));
                    outcomes.extend(of_all(&legs, &failure));
                }
            }
        }
        (outcomes, lessons)
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

    fn lesson(&self, legs: &[usize], failure: &Failure, is_shared: bool) -> Option<Lesson> {
        match (legs, failure) {
            ([alone], failure) if failure.is_of_query() && is_shared => {
                self.legs.get(*alone).map(|leg| Lesson::Alone((*leg).to_owned()))
            }
            ([_, _, ..], Failure::Troubled(_)) => Some(Lesson::TooLarge),
            _ => None,
        }
    }
}

/// The later half first: the earlier one is taken from the end.
fn halves(mut legs: Vec<usize>) -> [Batch; 2] {
    let later = legs.split_off(legs.len() / 2);
    [Batch { legs: later, known: Known::Nothing }, Batch { legs, known: Known::IsFirstHalf }]
}

fn of_all(legs: &[usize], failure: &Failure) -> Outcomes {
    legs.iter().map(|at| (*at, Err(failure.clone()))).collect()
}

/// Keeps a round short when the server is gone: a thousand SLOs do not each wait for a timeout.
#[derive(Debug, Default)]
pub(super) struct Patience {
    lost: OnceLock<Failure>,
    slow: AtomicUsize,
    answered: AtomicBool,
}

impl Patience {
    /// Why there is no point in asking on.
    fn lost(&self) -> Option<Failure> {
        self.lost.get().cloned()
    }

    fn learn<T>(&self, answer: &Result<T, Failure>) {
        match answer {
            Ok(_) | Err(Failure::Refused(_) | Failure::TooMuch(_)) => {
                self.answered.store(true, Ordering::Relaxed);
            }
            Err(failure @ (Failure::Down(_) | Failure::Busy(_))) => drop(self.lost.set(failure.clone())),
            Err(failure @ Failure::Troubled(_)) => {
                let slow = self.slow.fetch_add(1, Ordering::Relaxed) + 1;
                if slow >= PATIENCE && !self.answered.load(Ordering::Relaxed) {
                    drop(self.lost.set(failure.clone()));
                }
            }
        }
    }
}
