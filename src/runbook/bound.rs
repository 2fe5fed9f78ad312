//! A bound on live data that a step names: `checkout burn 5m < 1 within 5m`. Judged from readings alone;
//! without live data the answer is that nobody can tell.

use std::fmt;
use std::time::Duration;

use crate::incident::event::Answer;
use crate::slo::{Reading, SloState};
use crate::text::when::{parse_span, short_span, span};

/// How long a bound is waited for unless it says so.
const WITHIN: Duration = Duration::from_mins(5);

/// A burn rate that has to be below a limit, over a window, within a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// The objective; `None` means those of the incident's services.
    pub slo: Option<String>,
    pub window: Duration,
    /// The burn rate has to be below this; 1 spends the budget exactly.
    pub below: f64,
    pub within: Duration,
}

/// What live data says of a bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// `None` while there still is time to wait.
    pub answer: Option<Answer>,
    /// The highest burn rate measured.
    pub measured: Option<f64>,
    /// In words what is measured, or what is missing.
    pub why: String,
}

impl Bound {
    /// The first bound that a text names, in backticks or on a line of its own.
    pub fn find(text: &str) -> Option<Self> {
        let spans = text.split('`').skip(1).step_by(2);
        spans.chain(text.lines()).find_map(Self::parse)
    }

    /// `[verify:] [slo] [ID] burn WINDOW < LIMIT [within SPAN]`.
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace().peekable();
        while let Some(word) = words.peek() {
            if !["verify", "verify:", "slo", "-", "*"].contains(&word.to_lowercase().as_str()) {
                break;
            }
            words.next();
        }
        let first = words.next()?;
        let slo = (first != "burn").then(|| first.to_owned());
        if slo.is_some() && words.next()? != "burn" {
            return None;
        }
        let window = parse_span(words.next()?).ok()?;
        if !["<", "<=", "below", "under"].contains(&words.next()?) {
            return None;
        }
        let below: f64 = words.next()?.trim_end_matches([',', '.', 'x']).parse().ok()?;
        let within = match words.next() {
            None => WITHIN,
            Some("within") => parse_span(words.next()?.trim_end_matches(['.', ','])).ok()?,
            Some(_) => return None,
        };
        let sound = below.is_finite() && below > 0.0 && words.next().is_none();
        sound.then_some(Self { slo, window, below, within })
    }

    /// Whether a reading is one that the bound speaks of. `services` are those of the incident.
    pub fn covers(&self, reading: &Reading, services: &[String]) -> bool {
        match &self.slo {
            Some(slo) => {
                let group = reading.slo.strip_prefix(slo.as_str());
                group.is_some_and(|group| group.is_empty() || group.starts_with('{'))
            }
            None => services.contains(&reading.service),
        }
    }

    /// What the readings say after so long. Only what was measured since the wait began counts.
    pub fn judge(&self, readings: &[&Reading], waited: Duration) -> Finding {
        let is_up = waited >= self.within;
        if readings.is_empty() {
            let what = self.slo.as_deref().unwrap_or("an SLO of the incident's services");
            let why = format!("{what} is not measured here");
            return Finding { answer: Some(Answer::Unknown), measured: None, why };
        }
        let burns: Vec<Option<f64>> = readings.iter().map(|reading| self.live(reading, waited)).collect();
        let measured = burns.iter().flatten().copied().reduce(f64::max);
        let missing =
            readings.iter().zip(&burns).find(|(_, burn)| burn.is_none()).map(|(reading, _)| *reading);
        let over = measured.is_some_and(|burn| burn >= self.below);
        let answer = match (over, missing) {
            (false, None) => Some(Answer::Yes),
            _ if !is_up => None,
            (true, _) => Some(Answer::No),
            (false, Some(_)) => Some(Answer::Unknown),
        };
        Finding { answer, measured, why: self.words(measured, missing.filter(|_| !over), waited) }
    }

    /// The burn rate of a reading that is alive and was measured since.
    fn live(&self, reading: &Reading, waited: Duration) -> Option<f64> {
        let blind = matches!(
            reading.state,
            SloState::Unmeasurable | SloState::NoData | SloState::Stale | SloState::Frozen
        );
        let fresh = reading.age_s.is_some_and(|age| age <= waited.as_secs());
        reading.burn_over(self.window).filter(|_| fresh && !blind)
    }

    fn words(&self, measured: Option<f64>, missing: Option<&Reading>, waited: Duration) -> String {
        let waited = span(waited);
        match (measured, missing) {
            (_, Some(reading)) => {
                let window = short_span(self.window);
                let state = reading.state.word();
                format!("no live burn over {window} of {} ({state}) after {waited}", reading.slo)
            }
            (Some(burn), None) => format!("burn {burn:.1} after {waited}"),
            (None, None) => format!("nothing measured after {waited}"),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(slo) = &self.slo {
            write!(f, "{slo} ")?;
        }
        write!(f, "burn {} < {} within {}", short_span(self.window), self.below, short_span(self.within))
    }
}
