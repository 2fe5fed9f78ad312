//! What a scenario file says.

use std::time::Duration;

use serde::Deserialize;
use warroom::slo::{Counts, SloState, TierState};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    #[expect(dead_code, reason = "for whoever reads the file")]
    about: String,
    #[serde(default)]
    pub slo: Promise,
    /// Days of closed buckets before the first poll.
    #[serde(default)]
    pub history_days: u64,
    /// Events of each bucket of the history.
    #[serde(default)]
    pub history: Counts,
    pub phases: Vec<Phase>,
    pub expect: Vec<Expect>,
    /// All that changed in the run, as `page 14.4: ok > FIRING`, in order.
    pub transitions: Vec<String>,
    /// Tiers that no outage can make fire.
    #[serde(default)]
    pub dead: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Promise {
    pub objective: f64,
    pub counts: Part,
    pub min_events: f64,
    /// `for` of the one tier below; the default tiers where there is none.
    pub hold: Option<String>,
    pub every: String,
}

impl Default for Promise {
    fn default() -> Self {
        Self { objective: 99.9, counts: Part::Bad, min_events: 0.0, hold: None, every: "15s".to_owned() }
    }
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Bad,
    Good,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    #[serde(rename = "for")]
    pub lasts: String,
    /// Events a second.
    #[serde(default)]
    pub total: f64,
    #[serde(default)]
    pub part: f64,
    #[serde(default)]
    pub feed: Feed,
    /// The SLO's file is read again as the phase begins, with other labels and another owner.
    #[serde(default)]
    pub edited: bool,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Feed {
    /// Two processes behind one selector, scraped well.
    #[default]
    Scraped,
    /// As scraped, but the first process restarts as the phase begins.
    Restarted,
    /// As scraped, but the part was never counted: it has no series.
    PartAbsent,
    /// The page is there, the metric is not.
    Absent,
    /// A counter says NaN.
    Nan,
    /// A counter is infinite.
    Infinite,
    /// The target does not answer.
    Refused,
    /// Nobody asks.
    Silent,
    /// Every scrape is told twice.
    Twice,
    /// Every scrape is followed by the one before it, late.
    OutOfOrder,
    /// A Prometheus is asked: an hour of five-minute tiles that end at the poll.
    Prometheus,
    /// Its clock is two minutes ahead of ours.
    Ahead,
    /// Its clock is an hour ahead of ours.
    FarAhead,
    /// Its clock is half a minute behind ours.
    Behind,
    /// Its clock is ten minutes behind ours.
    FarBehind,
    /// It has what happened five minutes ago, and nothing newer yet.
    Late,
    /// It answers with holes: every second tile is missing.
    Partial,
    /// It is down: it does not answer, and has nothing of this time later.
    Down,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    pub at: String,
    pub state: SloState,
    pub tiers: Option<Vec<TierState>>,
    pub remaining: Option<f64>,
    /// `unknown` where too little was observed to speak of it.
    pub budget: Option<String>,
    pub bad: Option<f64>,
    pub total: Option<f64>,
    /// Measured share of the period.
    pub coverage: Option<f64>,
    pub error: Option<String>,
}

/// `1h30m15s` and the like.
pub fn span(text: &str) -> Duration {
    let mut left = text;
    let mut seconds = 0;
    while let Some(at) = left.find(char::is_alphabetic) {
        let unit = match &left[at..=at] {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            other => panic!("{text}: unit {other}"),
        };
        seconds += unit * left[..at].parse::<u64>().unwrap();
        left = &left[at + 1..];
    }
    Duration::from_secs(seconds)
}
