//! What a Prometheus is asked about an indicator: two expressions, a part and its total. Pure text.
//!
//! Everything is counted over one tile, so that a month is fetched once and a poll costs two numbers.

use std::time::Duration;

use super::alive::alive;
use super::plan::WIDTH_S;
use super::promql::{aggregate, duration, fill_window, is_per_second, loosen_bounds};
use crate::slo::{Indicator, Method, Query, Share, Sli, Subject};

/// An expression to send, and the factor that makes its value a count per tile.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expression {
    pub(super) text: String,
    pub(super) scale: f64,
}

/// What one indicator asks. Of both answers a tile is made: `part` of `total`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question {
    pub(super) subject: Subject,
    pub(super) by: Vec<String>,
    /// What the part counts, for words.
    pub(super) share: Share,
    /// What to say where no group answers.
    pub(super) absence: &'static str,
    pub(super) part: Expression,
    pub(super) total: Expression,
    /// The total where anything of it is still there: what the newest tile is asked for.
    pub(super) total_now: String,
}

impl Question {
    /// `every` is how often it will be asked: gauges are sampled at least once a minute, and as often
    /// as they are asked for where that is more.
    pub(super) fn new(asked: &Indicator, every: Duration) -> Result<Self, String> {
        let tile = Window { seconds: WIDTH_S, step: step(every) };
        let counts = Counting { sli: &asked.sli, by: &asked.by };
        let Pair { part, total } = match asked.method {
            Method::Occurrences => counts.over(tile)?,
            Method::Timeslices { target, slice } => counts.slices(tile, slice, Some(target))?,
            Method::RatioTimeslices { slice } => counts.slices(tile, slice, None)?,
        };
        let (subject, by) = (asked.id.clone().into(), asked.by.clone());
        let (share, absence) = (asked.sli.counts(), asked.sli.absence());
        let total_now = alive(&asked.sli, &asked.by)
            .map_or_else(|| total.text.clone(), |alive| alive.behind(&total.text));
        Ok(Self { subject, by, share, absence, part, total, total_now })
    }

    pub(super) fn part_name(&self) -> &'static str {
        match self.share {
            Share::Bad => "bad",
            Share::Good => "good",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Pair {
    part: Expression,
    total: Expression,
}

impl Pair {
    fn of(scale: f64, part: String, total: String) -> Self {
        Self { part: Expression { text: part, scale }, total: Expression { text: total, scale } }
    }
}

/// A stretch of time that ends at the instant asked for, and how often gauges are looked at inside it.
#[derive(Debug, Clone, Copy)]
struct Window {
    seconds: u64,
    step: u64,
}

impl Window {
    fn range(self) -> String {
        duration(self.seconds)
    }

    /// The range of a subquery that looks at each of its steps once: a second short of the window,
    /// since servers differ in whether the window's first instant belongs to it (before Prometheus 3 it
    /// does).
    fn steps(self) -> String {
        format!("[{}:{}]", duration(self.seconds - 1), duration(self.step))
    }
}

/// The longest step that divides a minute and is not longer than the time between two polls.
fn step(every: Duration) -> u64 {
    [60, 30, 20, 15, 12, 10, 6, 5, 4, 3, 2].into_iter().find(|step| *step <= every.as_secs()).unwrap_or(1)
}

/// What is counted, and by which labels.
#[derive(Debug, Clone, Copy)]
struct Counting<'a> {
    sli: &'a Sli,
    by: &'a [String],
}

impl Counting<'_> {
    /// Part and total over a window.
    ///
    /// Gauges and ratios that are NaN are left out of the part. Of a gauge they are no sample; of a
    /// ratio they are time without traffic, which the total counts as nothing.
    fn over(self, window: Window) -> Result<Pair, String> {
        match self.sli {
            Sli::Bad { bad: part, total } | Sli::Good { good: part, total } => {
                Ok(Pair { part: self.events(part, window)?, total: self.events(total, window)? })
            }
            Sli::Up { gauge } => self.samples(gauge, "!= bool 0", window),
            Sli::Bound { value, op, bound } => {
                self.samples(value, &format!("{} bool {bound}", op.sign()), window)
            }
            Sli::Ratio { ratio, .. } => self.ratio(ratio, window),
            Sli::NativeLatency { histogram, within } => self.native(histogram, *within, window),
            Sli::Journey(_) => Err("a journey is asked for by its components".to_owned()),
        }
    }

    /// The events of one query.
    ///
    /// A selector becomes the increase of its counters. PromQL that gives events per second is
    /// multiplied by the window's seconds; that holds for every linear form (sums, differences and
    /// multiples of rates).
    fn events(self, query: &Query, window: Window) -> Result<Expression, String> {
        let sum = aggregate("sum", self.by);
        Ok(match query {
            Query::Selector(text) => {
                let text = format!("{sum}(increase({}[{}]))", loosen_bounds(text), window.range());
                Expression { text, scale: 1.0 }
            }
            Query::PromQl(_) => {
                let filled = filled(query, window)?;
                let scale = if is_per_second(&filled) { window.seconds as f64 } else { 1.0 };
                Expression { text: format!("{sum}(\n{filled}\n)"), scale }
            }
        })
    }

    /// Samples that keep a condition, of all samples; NaN and infinite ones are none.
    fn samples(self, gauge: &Query, condition: &str, window: Window) -> Result<Pair, String> {
        let (sum, steps) = (aggregate("sum", self.by), window.steps());
        let finite = format!("((\n{}\n) > -Inf < Inf)", filled(gauge, window)?);
        let part = format!("{sum}(sum_over_time(({finite} {condition}){steps}))");
        Ok(Pair::of(1.0, part, format!("{sum}(count_over_time({finite}{steps}))")))
    }

    /// A ratio weighed by the seconds in which it is a number. A recorded one is looked at step by
    /// step; PromQL with a hole tells of its whole window at once.
    fn ratio(self, ratio: &Query, window: Window) -> Result<Pair, String> {
        let sum = aggregate("sum", self.by);
        let value = format!("(\n{}\n)", filled(ratio, window)?);
        let (part, total) = (format!("{value} > -Inf"), format!("{value} > bool -Inf"));
        Ok(match ratio {
            Query::PromQl(_) => {
                Pair::of(window.seconds as f64, format!("{sum}({part})"), format!("{sum}({total})"))
            }
            Query::Selector(_) => {
                let summed = |inner| format!("{sum}(sum_over_time(({inner}){}))", window.steps());
                Pair::of(window.step as f64, summed(part), summed(total))
            }
        })
    }

    /// What a native histogram counted up to a bound. The fraction of no observations is NaN, and left
    /// out.
    fn native(self, histogram: &Query, within: Duration, window: Window) -> Result<Pair, String> {
        let Expression { text, scale } = self.events(histogram, window)?;
        let count = format!("histogram_count({text})");
        let part = format!("histogram_fraction(0, {}, {text}) * {count} > -Inf", within.as_secs_f64());
        Ok(Pair::of(scale, part, count))
    }

    /// Slices of a tile instead of events: how many keep the target, or without a target the sum of
    /// their shares; of how many there were. A slice without traffic is none.
    ///
    /// Slices longer than a tile are judged at each tile's end, over the slice that ends there.
    fn slices(self, tile: Window, slice: Duration, target: Option<f64>) -> Result<Pair, String> {
        let window = slice_window(tile, slice)?;
        let share = self.over(window)?.share();
        let part = match (target, self.sli.counts()) {
            (None, _) => format!("{share} > -Inf"),
            (Some(target), Share::Good) => format!("{share} >= bool {target}"),
            (Some(target), Share::Bad) => format!("(1 - {share}) < bool {target}"),
        };
        let some = format!("{share} > -Inf");
        if window.seconds >= tile.seconds {
            return Ok(Pair::of(1.0, part, format!("{}({some})", aggregate("count", self.by))));
        }
        let steps = Window { step: window.seconds, ..tile }.steps();
        let part = format!("sum_over_time(({part}){steps})");
        Ok(Pair::of(1.0, part, format!("count_over_time(({some}){steps})")))
    }
}

impl Pair {
    /// The part as a share of the total; 0 where there is a total and no part, since a series that
    /// counts what never happened does not exist. NaN without traffic.
    fn share(self) -> String {
        let Self { part, total } = self;
        let factor = part.scale / total.scale;
        let times = if (factor - 1.0).abs() < f64::EPSILON { String::new() } else { format!(" * {factor}") };
        format!("((({}){times} or 0 * ({total})) / ({total}))", part.text, total = total.text)
    }
}

/// The window of one slice, or why slices of that length cannot be counted in tiles.
fn slice_window(tile: Window, slice: Duration) -> Result<Window, String> {
    let seconds = slice.as_secs();
    let fits = slice.subsec_nanos() == 0
        && seconds > 0
        && (tile.seconds.is_multiple_of(seconds) || seconds.is_multiple_of(tile.seconds));
    if !fits {
        let said = if slice.subsec_nanos() == 0 { duration(seconds) } else { format!("{slice:?}") };
        return Err(format!(
            "time slices of {said} neither divide 5 minutes nor are a multiple of them (write 1m, 5m or 10m)"
        ));
    }
    Ok(Window { seconds, step: gcd(tile.step, seconds) })
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// A query with its hole filled and its bounds loosened.
fn filled(query: &Query, window: Window) -> Result<String, String> {
    Ok(loosen_bounds(&fill_window(query.text(), &window.range())?))
}

#[cfg(test)]
mod tests;
