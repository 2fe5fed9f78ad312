//! Raw counters of direct scrapes turned into what happened between two polls.
//!
//! Resets are handled series by series, before anything is summed: in a sum, one process that restarts
//! hides behind another that counts on.

use std::collections::HashMap;
use std::time::Duration;

use super::series::{Counter, Span, millis};

/// How long a series that is gone is remembered. One that comes back later counts as born.
const REMEMBERED: Duration = Duration::from_hours(24);

/// What two consecutive polls of one SLO differ by; `part` and `total` as the queries count them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    pub span: Span,
    pub part: f64,
    pub total: f64,
}

/// The counters of one SLO as the last good poll saw them.
#[derive(Debug, Clone, Default)]
pub struct Counters {
    polled: Option<i64>,
    targets: Targets,
    part: Side,
    total: Side,
}

impl Counters {
    /// The growth since the last good poll. `Ok(None)` where that cannot be known: at first sight, and
    /// after a pause longer than `pause` milliseconds (what happened meanwhile is real, but nobody
    /// knows when). `Err` says why the poll is worthless; the next good one then spans it.
    pub fn poll(&mut self, at: i64, sample: &Scrape<'_>, pause: i64) -> Result<Option<Growth>, String> {
        sample.check()?;
        let last = self.polled.replace(at);
        self.targets.see(sample.part.iter().chain(sample.total), at, pause);
        let watched = |counter: &Counter| self.targets.were_there(counter, at);
        let part = self.part.growth(sample.part, at, pause, watched);
        let total = self.total.growth(sample.total, at, pause, watched);
        let span = last.map(|from| Span { from, to: at });
        let span = span.filter(|span| span.from < at && at - span.from <= pause);
        Ok(span.map(|span| Growth { span, part, total }))
    }
}

/// The two sets of counters of one poll.
#[derive(Debug, Clone, Copy)]
pub struct Scrape<'a> {
    pub part: &'a [Counter],
    pub total: &'a [Counter],
}

impl Scrape<'_> {
    /// One counter that is not a number spoils the poll: leaving it out would count too few unnoticed.
    fn check(&self) -> Result<(), String> {
        let mut all = self.part.iter().chain(self.total);
        if let Some(odd) = all.find(|counter| !(counter.value.is_finite() && counter.value >= 0.0)) {
            return Err(format!(
                "counter: {}: {} is not a count (this poll is left out; fix the exporter)",
                odd.series, odd.value
            ));
        }
        if self.total.is_empty() {
            return Err(
                "total: no series matches (check the selector, or why the target stopped exporting it)"
                    .to_owned(),
            );
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    value: f64,
    at: i64,
}

/// Since when and until when each target that gave any of the counters was there without a long pause.
#[derive(Debug, Clone, Default)]
struct Targets(HashMap<String, (i64, i64)>);

impl Targets {
    fn see<'a>(&mut self, counters: impl Iterator<Item = &'a Counter>, at: i64, pause: i64) {
        let mut before = None;
        for target in counters.map(Counter::target) {
            // A page's series come one after the other.
            if before.replace(target) == Some(target) {
                continue;
            }
            match self.0.get_mut(target) {
                Some((_, last)) if at - *last <= pause => *last = at,
                Some(stay) => *stay = (at, at),
                None => _ = self.0.insert(target.to_owned(), (at, at)),
            }
        }
        self.0.retain(|_, (_, last)| at - *last <= millis(REMEMBERED));
    }

    /// Whether the target of a counter was there before the poll at `at`.
    fn were_there(&self, counter: &Counter, at: i64) -> bool {
        self.0.get(counter.target()).is_some_and(|(came, _)| *came < at)
    }
}

/// The series that one query matches, each with its last value.
#[derive(Debug, Clone, Default)]
pub(super) struct Side(HashMap<String, Seen>);

impl Side {
    /// The sum of what each series grew by. `watched` says of a counter whether its target was there
    /// before this poll.
    pub(super) fn growth(
        &mut self,
        counters: &[Counter],
        at: i64,
        pause: i64,
        watched: impl Fn(&Counter) -> bool,
    ) -> f64 {
        let growth = counters.iter().map(|counter| self.one(counter, at, pause, &watched)).sum();
        let remembered = millis(REMEMBERED);
        self.0.retain(|_, seen| at - seen.at <= remembered);
        growth
    }

    /// A value below the last one is a restarted process that counts from zero, so all of it is new.
    /// A series never seen was born since the last poll, at zero too: an error counter often appears
    /// with its first error. That holds where its target was watched; what a target that comes late has
    /// counted before nobody knows the time of. One that was away (an endpoint that did not answer) counts
    /// on from where it was, and after a long pause, like the source as a whole, from where it is: counting
    /// an endpoint's whole life as new would page, or hide an outage. A series that is gone adds nothing.
    fn one(&mut self, counter: &Counter, at: i64, pause: i64, watched: impl Fn(&Counter) -> bool) -> f64 {
        let now = Seen { value: counter.value, at };
        let Some(seen) = self.0.get_mut(&counter.series) else {
            self.0.insert(counter.series.clone(), now);
            return if watched(counter) { counter.value } else { 0.0 };
        };
        let last = std::mem::replace(seen, now);
        if at - last.at > pause {
            return 0.0;
        }
        if counter.value >= last.value { counter.value - last.value } else { counter.value }
    }
}
