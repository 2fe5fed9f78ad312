//! What users feel, in a sentence: so many requests failed, jobs were lost, moments were bad.

use crate::app::Model;
use crate::slo::preset::Tick;
use crate::slo::{Query, Reading, Sli, Sum};

use super::words;

/// What an SLO counts, and what is bad about the bad ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `None` where no events are counted, but time.
    noun: Option<&'static str>,
    verb: String,
}

/// What the name of a counter says that it counts.
const NOUNS: [(&str, &str); 5] = [
    ("request", "requests"),
    ("job", "jobs"),
    ("message", "messages"),
    ("quer", "queries"),
    ("probe", "probes"),
];

impl Subject {
    pub fn of(model: &Model, reading: &Reading) -> Self {
        let sli = model.burn.evaluator.slo(&reading.slo).map(|slo| &slo.sli);
        let (noun, verb) = match sli {
            Some(Sli::Bad { total, .. }) => (Some(noun(total)), "failed".to_owned()),
            Some(Sli::Good { good, total }) => (Some(noun(total)), slow(good)),
            Some(Sli::NativeLatency { histogram, within }) => {
                (Some(noun(histogram)), format!("took longer than {}s", within.as_secs_f64()))
            }
            Some(sli) if sli.has_events() => (Some("events"), "were bad".to_owned()),
            _ => (None, "was bad".to_owned()),
        };
        Self { noun, verb }
    }

    pub fn noun(&self) -> &'static str {
        self.noun.unwrap_or("measurements")
    }

    /// `1,240 of 41,000 requests failed`, without a full stop.
    pub fn sentence(&self, sum: &Sum) -> String {
        if sum.observed_ms <= 0.0 && sum.total <= 0.0 {
            return "nothing was measured".to_owned();
        }
        if sum.total <= 0.0 {
            return format!("no {}", self.noun());
        }
        match self.noun {
            Some(noun) => {
                format!("{} of {} {noun} {}", words::count(sum.bad), words::count(sum.total), self.verb)
            }
            None => format!("{} of the time {}", words::percent(sum.bad / sum.total), self.verb),
        }
    }
}

fn noun(total: &Query) -> &'static str {
    let text = total.text().to_lowercase();
    NOUNS.iter().find(|(part, _)| text.contains(part)).map_or("events", |(_, noun)| noun)
}

/// Of a histogram's bucket what it is to be slower than its bound.
fn slow(good: &Query) -> String {
    let text = good.text();
    let metric = text.split('{').next().unwrap_or_default().trim();
    let tick = Tick::of(metric.strip_suffix("_bucket").unwrap_or(metric));
    bound(text).map_or_else(
        || "failed".to_owned(),
        |bound| {
            let seconds = (bound * tick.seconds() * 1e9).round() / 1e9;
            format!("took longer than {seconds}s")
        },
    )
}

/// The bucket that a query asks for, also where its bound is written for every spelling, `1([.]0)?`.
fn bound(text: &str) -> Option<f64> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (at, le) = text.match_indices("le=").find(|(at, _)| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        !before.is_some_and(is_name)
    })?;
    let value = text.get(at + le.len()..)?.trim_start_matches('~').strip_prefix('"')?.split('"').next()?;
    value.replace("[.]", ".").split(['(', '|']).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_said_in_seconds_however_it_is_written() {
        let cases = [
            ("x_seconds_bucket{le=\"0.3\"}", "took longer than 0.3s"),
            ("x_seconds_bucket{le=~\"1([.]0)?\",job=\"a\"}", "took longer than 1s"),
            ("x_seconds_bucket{le=~\"0[.]00001|1e-05\"}", "took longer than 0.00001s"),
            ("istio_request_duration_milliseconds_bucket{le=\"500\"}", "took longer than 0.5s"),
            ("sum(rate(x_ms_bucket{handle=\"7\",le=\"300\"}[{{.window}}]))", "took longer than 0.3s"),
            ("good_total{handle=\"7\"}", "failed"),
        ];
        for (query, said) in cases {
            assert_eq!(slow(&Query::parse(query)), said, "{query}");
        }
    }
}
