//! A Prometheus server as a source: history once, then two small queries an SLO and poll.
//!
//! What is asked is decided in `question` and `plan`, the asking is done in `asker` and `api`; here are
//! the rounds, the SLOs' places in them, and the filling of history beside them. Nothing is kept but
//! how far it is filled, and which queries were refused.

mod alive;
mod answer;
mod api;
mod asker;
mod batch;
mod history;
mod instants;
mod plan;
mod promql;
mod question;
mod rows;
mod skew;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join;
use tokio::sync::mpsc::UnboundedSender;

pub(super) use self::api::Api;
use self::api::{Completeness, Failure, Leg};
use self::asker::{Asked, Asker, Patience};
use self::batch::Batching;
use self::history::{Gap, History};
pub use self::instants::{Instants, Vector, hour};
use self::plan::{REACH, Run, closed, poll_run};
use self::question::Question;
use self::rows::{Both, samples};
use super::{Answers, Desk, Filled, Poll, Round};
use crate::config::{Source, SourceKind};
use crate::io::clock::Clock;
use crate::slo::telemetry::Heartbeat;
use crate::slo::{Indicator, Sample, Subject};
use crate::text::{Time, when};

/// The server, and the series that shows it to be fed.
pub(super) struct Server {
    pub(super) api: Arc<Api>,
    pub(super) heartbeat: Option<String>,
}

pub(super) async fn run(desk: Desk, server: Server, asked: Vec<Indicator>, filled: &Filled) {
    let api = server.api;
    let now = desk.clock.now();
    let (gaps, wanted) = tokio::sync::mpsc::unbounded_channel();
    let mut legs = Legs::default();
    let every = desk.every;
    let row = |asked: Indicator| {
        // What closed since then the first polls read again, and ask for where it is long.
        let filled_to = filled.end(&asked.id).unwrap_or(closed(now));
        Row::new(asked, every, filled_to, &mut legs)
    };
    let rows: Vec<Row> = asked.into_iter().map(row).collect();
    for row in &rows {
        row.ask_history(&gaps, filled, now);
    }
    let heartbeat = server.heartbeat.map(|series| legs.place(&format!("max(timestamp(\n{series}\n))")));
    let history = History { api: Arc::clone(&api), desk: desk.clone() };
    let batching = Batching::default();
    let poller = Prometheus { api, legs: legs.texts, rows, heartbeat, batching, gaps, is_behind: false };
    join(desk.keep_polling(poller), history.fill_as_told(wanted)).await;
}

/// Whether a Prometheus can be asked for an indicator at all; what it makes of it is its own affair.
pub(super) fn check(asked: &Indicator) -> Result<(), String> {
    Question::new(asked, Duration::from_mins(1)).map(drop)
}

/// What PromQL expressions are worth now: for each its series' labels and values, or why there are
/// none. They are asked in batches, and each fails on its own.
pub async fn instant(source: &Source, clock: Clock, queries: &[String]) -> Vec<Vector> {
    let SourceKind::Prometheus { url } = &source.kind else {
        return queries.iter().map(|_| Err("only a Prometheus answers PromQL".to_owned())).collect();
    };
    Instants::sharing(Arc::new(Api::new(source, url, clock)), clock).ask(queries).await
}

struct Prometheus {
    api: Arc<Api>,
    /// Every expression once, however many rows ask it.
    legs: Vec<String>,
    rows: Vec<Row>,
    /// Which expression tells when the heartbeat series was last seen.
    heartbeat: Option<usize>,
    batching: Batching,
    gaps: UnboundedSender<Gap>,
    /// The last round filled closed buckets: what came after their end is not known yet.
    is_behind: bool,
}

/// Expressions and their places.
#[derive(Debug, Default)]
struct Legs {
    texts: Vec<String>,
    places: HashMap<String, usize>,
}

impl Legs {
    fn place(&mut self, text: &str) -> usize {
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        self.texts.push(text.to_owned());
        self.places.insert(text.to_owned(), self.texts.len() - 1);
        self.texts.len() - 1
    }
}

/// One indicator: its question, or why there is none, and how far its closed buckets are filled.
struct Row {
    asked: Indicator,
    question: Result<Placed, String>,
    filled_to: Time,
}

/// A question and the places of its expressions.
struct Placed {
    question: Arc<Question>,
    part: usize,
    total: usize,
    total_now: usize,
}

impl Placed {
    /// Which expressions are asked over a run: closed buckets are history, whatever has gone since.
    fn places(&self, run: Run) -> [usize; 2] {
        [self.part, if run.is_closed() { self.total } else { self.total_now }]
    }
}

impl Row {
    fn new(asked: Indicator, every: Duration, filled_to: Time, legs: &mut Legs) -> Self {
        let question = Question::new(&asked, every).map(|question| {
            let (part, total) = (legs.place(&question.part.text), legs.place(&question.total.text));
            let total_now = legs.place(&question.total_now);
            Placed { question: Arc::new(question), part, total, total_now }
        });
        Self { asked, question, filled_to }
    }

    /// Wants the whole period, as far as it is not filled.
    fn ask_history(&self, gaps: &UnboundedSender<Gap>, filled: &Filled, now: Time) {
        let from = when::before(closed(now), self.asked.history);
        for (from, to) in filled.missing(&self.asked.id, from, self.filled_to) {
            self.ask_gap(gaps, from, to);
        }
    }

    fn ask_gap(&self, gaps: &UnboundedSender<Gap>, from: Time, to: Time) {
        if let Ok(placed) = &self.question {
            // Nobody fills gaps only when everything ends.
            let _ = gaps.send(Gap { question: Arc::clone(&placed.question), from, to });
        }
    }

    /// Notes that closed buckets were filled, if they were; what lies beyond a poll's reach is asked for.
    fn filled(&mut self, run: Run, gaps: &UnboundedSender<Gap>) -> bool {
        if !run.is_closed() || run.end <= self.filled_to {
            return false;
        }
        let before = std::mem::replace(&mut self.filled_to, run.end);
        if when::since(before, run.end) > REACH {
            self.ask_gap(gaps, before, self.filled_to);
        }
        true
    }

    /// What it was answered over its run.
    fn read(&self, run: Run, answers: &Answered) -> Result<Vec<(Subject, Sample)>, Failure> {
        let placed = self.question.as_ref().map_err(|why| Failure::Refused(why.clone()))?;
        let [part, total] = placed.places(run).map(|place| answers.get(&(run, place)));
        let (Some(part), Some(total)) = (part, total) else {
            return Err(Failure::Troubled("not asked".to_owned()));
        };
        samples(&placed.question, run, &Both { part, total })
    }
}

/// Answers by run and expression.
type Answered = HashMap<(Run, usize), Result<Leg, Failure>>;

impl Prometheus {
    /// Asks what all rows want, each expression once a run.
    async fn ask_all(&mut self, now: Time) -> Answered {
        self.batching.forget(now);
        let mut lessons = Vec::new();
        let mut answered = Answered::new();
        let patience = Patience::default();
        for (run, places) in self.wanted(now) {
            let places: Vec<usize> = places.into_iter().collect();
            let legs: Vec<&str> =
                places.iter().filter_map(|place| self.legs.get(*place).map(String::as_str)).collect();
            let asker = Asker { api: &self.api, patience: &patience, legs: &legs, run };
            let Asked { legs, lessons: learned } = asker.ask_all(&self.batching).await;
            lessons.extend(learned);
            answered.extend(places.into_iter().map(|place| (run, place)).zip(legs));
        }
        self.batching.learn(now, lessons);
        answered
    }

    /// Which expressions are asked over which run. Almost always it is one run for all.
    fn wanted(&self, now: Time) -> BTreeMap<Run, BTreeSet<usize>> {
        let mut wanted: BTreeMap<Run, BTreeSet<usize>> = BTreeMap::new();
        for row in &self.rows {
            if let Ok(placed) = &row.question {
                let run = poll_run(now, row.filled_to);
                wanted.entry(run).or_default().extend(placed.places(run));
            }
        }
        if let Some(heartbeat) = self.heartbeat {
            wanted.entry(newest(now)).or_default().insert(heartbeat);
        }
        wanted
    }

    /// A round in which the server as a whole gave nothing.
    fn failed(&self, why: &str) -> Round {
        let heartbeat = self.heartbeat.map_or(Heartbeat::Unwatched, |_| Heartbeat::Missing);
        Round { heartbeat, ..Round::failed(format!("{}: {why}", self.api.url())) }
    }

    fn heartbeat(&self, now: Time, answers: &Answered) -> Heartbeat {
        let Some(place) = self.heartbeat else { return Heartbeat::Unwatched };
        let seen = || {
            let leg = answers.get(&(newest(now), place))?.as_ref().ok()?;
            let seconds = leg.columns.first()?.values.first().copied().flatten()?;
            Time::from_timestamp_millis((seconds * 1e3) as i64)
        };
        seen().map_or(Heartbeat::Missing, Heartbeat::Seen)
    }

    /// What the server said beside its answers, and about its heartbeat.
    fn warnings(&self, answers: &Answered) -> Vec<String> {
        let mut warnings: BTreeSet<String> = self.api.skew_warning().into_iter().collect();
        for ((_, place), answer) in answers {
            match answer {
                Ok(leg) => warnings.extend(leg.said.warnings.iter().cloned()),
                Err(failure) if Some(*place) == self.heartbeat => {
                    warnings.insert(failure.clone().named("heartbeat").why().to_owned());
                }
                Err(_) => {}
            }
        }
        warnings.into_iter().collect()
    }
}

/// The tile that ends now.
fn newest(now: Time) -> Run {
    Run { end: now, tiles: 1 }
}

impl Poll for Prometheus {
    async fn poll(&mut self, now: Time) -> Round {
        self.is_behind = false;
        if let Some(why) = self.api.held() {
            return self.failed(&why);
        }
        let now = self.api.now(now);
        let answered = self.ask_all(now).await;
        if let Some(why) = all_down(&answered) {
            return self.failed(&why);
        }
        let mut answers = Answers::new();
        for row in &mut self.rows {
            let run = poll_run(now, row.filled_to);
            match row.read(run, &answered) {
                Ok(samples) => {
                    self.is_behind |= row.filled(run, &self.gaps);
                    answers.extend(samples.into_iter().map(|(subject, sample)| (subject, Ok(sample))));
                }
                Err(failure) => answers.push((row.asked.id.clone().into(), Err(failure.why().to_owned()))),
            }
        }
        let heartbeat = self.heartbeat(now, &answered);
        let (warnings, is_partial) = match partial(&answered) {
            Some(why) => ([vec![why], self.warnings(&answered)].concat(), true),
            None => (self.warnings(&answered), false),
        };
        Round { answers: Ok(answers), warnings, heartbeat, is_partial }
    }

    fn has_more(&self) -> bool {
        self.is_behind
    }
}

/// What is said of answers that lack data and are counted.
fn partial(answered: &Answered) -> Option<String> {
    let accepted = answered.values().flatten().filter_map(|leg| match &leg.said.data {
        Completeness::Accepted(why) => Some(why),
        Completeness::Whole | Completeness::Refused(_) => None,
    });
    // The same one, poll by poll.
    accepted.min().map(|why| format!("partial data, counted all the same: {why}"))
}

/// The reason when no query got an answer of any kind: then it is the server, not a query.
fn all_down(answered: &Answered) -> Option<String> {
    let is_answered = |answer: &Result<Leg, Failure>| answer.as_ref().err().is_none_or(Failure::is_of_query);
    if answered.is_empty() || answered.values().any(is_answered) {
        return None;
    }
    // The reason that stopped the asking, where there is one, says most.
    let failures: Vec<&Failure> = answered.values().filter_map(|answer| answer.as_ref().err()).collect();
    let why = failures.iter().find(|failure| matches!(failure, Failure::Down(_) | Failure::Busy(_)));
    why.or(failures.first()).map(|failure| failure.why().to_owned())
}

#[cfg(test)]
mod tests;
