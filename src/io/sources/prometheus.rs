//! A Prometheus server as a source: history once, then two small queries an SLO and poll.
//!
//! What is asked is decided in `plan`, the asking is done in `api`; here are the rounds, the SLOs'
//! places in them, and the filling of history beside them. Nothing is kept but how far it is filled.

mod api;
mod history;
mod plan;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use futures_util::future::join;
use futures_util::stream::{self, StreamExt};
use tokio::sync::mpsc::UnboundedSender;

use self::api::{AT_ONCE, Api, Failure};
use self::history::{Gap, History};
use self::plan::{Expression, REACH, Run, closed, expression, poll_run};
use super::http::{Http, shown};
use super::{Desk, Poll, Round, fence};
use crate::slo::telemetry::Heartbeat;
use crate::slo::{Indicator, Sample, Share, Sli, Subject};
use crate::text::{Time, when};

/// Slow answers in a row, without one good one, after which the rest of a round is not asked.
const PATIENCE: usize = AT_ONCE;

pub(super) async fn run(desk: Desk, http: Http, url: &str, asked: Vec<Indicator>) {
    let api = Arc::new(Api::new(http, url));
    let now = desk.clock.now();
    let (gaps, wanted) = tokio::sync::mpsc::unbounded_channel();
    let rows: Vec<Row> = asked.into_iter().map(|asked| Row::new(asked, closed(now))).collect();
    for row in &rows {
        row.ask_history(&gaps, now);
    }
    let history = History { api: Arc::clone(&api), desk: desk.clone() };
    let poller = Prometheus { api, url: shown(url), rows, gaps };
    join(desk.keep_polling(poller), history.fill_as_told(wanted)).await;
}

/// Whether a Prometheus can be asked for an indicator at all; what it makes of it is its own affair.
pub(super) fn check(asked: &Indicator) -> Result<(), String> {
    Question::new(asked).map(drop)
}

struct Prometheus {
    api: Arc<Api>,
    url: String,
    rows: Vec<Row>,
    gaps: UnboundedSender<Gap>,
}

/// One indicator: its question, or why there is none, and how far its closed buckets are filled.
struct Row {
    asked: Indicator,
    question: Result<Arc<Question>, String>,
    filled_to: Time,
}

/// What one indicator asks.
#[derive(Debug)]
struct Question {
    subject: Subject,
    sli: Sli,
    part: Expression,
    total: Expression,
}

/// A sample and what the server said beside it.
type Told = (Sample, Vec<String>);

impl Question {
    fn new(asked: &Indicator) -> Result<Self, String> {
        let (Sli::Bad { bad: part, total } | Sli::Good { good: part, total }) = &asked.sli else {
            return Err("not measured yet".to_owned());
        };
        let (part, total) = (expression(part)?, expression(total)?);
        Ok(Self { subject: asked.id.clone().into(), sli: asked.sli.clone(), part, total })
    }

    /// Two queries, one sample.
    async fn ask(&self, api: &Api, run: Run) -> Result<Told, Failure> {
        let (total, part) = join(api.range(&self.total, run), api.range(&self.part, run)).await;
        let (total, part) = (named("total", total)?, named(self.part_name(), part)?);
        let sample = plan::tiles(run.end, &part.values, &total.values);
        Ok((sample, [total.warnings, part.warnings].concat()))
    }

    /// As `ask`; a panic in there costs this question.
    async fn ask_fenced(&self, api: &Api, run: Run) -> Result<Told, Failure> {
        fence(self.ask(api, run)).await.unwrap_or_else(|fault| Err(Failure::Refused(fault)))
    }

    fn part_name(&self) -> &'static str {
        match self.sli.counts() {
            Share::Bad => "bad",
            Share::Good => "good",
        }
    }
}

/// A refusal names the query that it is about.
fn named<T>(name: &str, answer: Result<T, Failure>) -> Result<T, Failure> {
    answer.map_err(|failure| match failure {
        Failure::Refused(why) => Failure::Refused(format!("{name} query: {why}")),
        other => other,
    })
}

impl Row {
    fn new(asked: Indicator, filled_to: Time) -> Self {
        let question = Question::new(&asked).map(Arc::new);
        Self { asked, question, filled_to }
    }

    /// Wants the whole period.
    fn ask_history(&self, gaps: &UnboundedSender<Gap>, now: Time) {
        self.ask_gap(gaps, when::before(closed(now), self.asked.history));
    }

    fn ask_gap(&self, gaps: &UnboundedSender<Gap>, from: Time) {
        if let Ok(question) = &self.question {
            // Nobody fills gaps only when everything ends.
            let _ = gaps.send(Gap { question: Arc::clone(question), from, to: self.filled_to });
        }
    }

    /// Notes that closed buckets were filled; what lies beyond a poll's reach is asked for.
    fn filled(&mut self, run: Run, gaps: &UnboundedSender<Gap>) {
        if run.end != closed(run.end) || run.end <= self.filled_to {
            return;
        }
        let before = std::mem::replace(&mut self.filled_to, run.end);
        if when::since(before, run.end) > REACH {
            self.ask_gap(gaps, before);
        }
    }
}

impl Prometheus {
    /// One answer a row, with the run that it answers.
    async fn ask_all(&self, now: Time) -> Vec<(Run, Result<Told, Failure>)> {
        let patience = Patience::default();
        let asked = self.rows.iter().map(|row| self.ask(row, now, &patience));
        let asked: Vec<_> = asked.collect();
        stream::iter(asked).buffered(AT_ONCE).collect().await
    }

    async fn ask(&self, row: &Row, now: Time, patience: &Patience) -> (Run, Result<Told, Failure>) {
        let run = poll_run(now, row.filled_to);
        let answer = match (&row.question, patience.lost()) {
            (Err(why), _) => Err(Failure::Refused(why.clone())),
            (Ok(_), Some(lost)) => Err(lost),
            (Ok(question), None) => question.ask_fenced(&self.api, run).await,
        };
        patience.learn(&answer);
        (run, answer)
    }

    fn note_filled(&mut self, answers: &[(Run, Result<Told, Failure>)]) {
        for (row, (run, answer)) in self.rows.iter_mut().zip(answers) {
            if answer.is_ok() {
                row.filled(*run, &self.gaps);
            }
        }
    }
}

impl Poll for Prometheus {
    async fn poll(&mut self, now: Time) -> Round {
        let answers = self.ask_all(now).await;
        self.note_filled(&answers);
        if let Some(why) = all_down(&answers) {
            return Round::failed(format!("{}: {why}", self.url));
        }
        let mut warnings = BTreeSet::new();
        let mut rows = Vec::new();
        for (row, (_, answer)) in self.rows.iter().zip(answers) {
            let sample = answer.map(|(sample, said)| {
                warnings.extend(said);
                sample
            });
            rows.push((row.asked.id.clone().into(), sample.map_err(|failure| failure.why().to_owned())));
        }
        let warnings = warnings.into_iter().collect();
        Round { answers: Ok(rows), warnings, heartbeat: Heartbeat::Unwatched }
    }
}

/// The reason when no query got an answer of any kind: then it is the server, not a query.
fn all_down(answers: &[(Run, Result<Told, Failure>)]) -> Option<String> {
    let is_answered = |answer: &Result<Told, Failure>| matches!(answer, Ok(_) | Err(Failure::Refused(_)));
    if answers.iter().any(|(_, answer)| is_answered(answer)) {
        return None;
    }
    answers.iter().find_map(|(_, answer)| answer.as_ref().err()).map(|failure| failure.why().to_owned())
}

/// Keeps a round short when the server is gone: a thousand SLOs do not each wait for a timeout.
#[derive(Debug, Default)]
struct Patience {
    lost: OnceLock<Failure>,
    slow: AtomicUsize,
    answered: AtomicBool,
}

impl Patience {
    /// Why there is no point in asking on.
    fn lost(&self) -> Option<Failure> {
        self.lost.get().cloned()
    }

    fn learn(&self, answer: &Result<Told, Failure>) {
        match answer {
            Ok(_) | Err(Failure::Refused(_)) => self.answered.store(true, Ordering::Relaxed),
            Err(failure @ Failure::Down(_)) => drop(self.lost.set(failure.clone())),
            Err(failure @ Failure::Troubled(_)) => {
                let slow = self.slow.fetch_add(1, Ordering::Relaxed) + 1;
                if slow >= PATIENCE && !self.answered.load(Ordering::Relaxed) {
                    drop(self.lost.set(failure.clone()));
                }
            }
        }
    }
}
