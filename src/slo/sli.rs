//! Service level indicators: what is asked of a source, and how an answer is judged good or bad.
//!
//! An SLO has one indicator; a journey has several, each asked for on its own.

use std::time::Duration;

use super::series::Counts;

/// How a source is asked for one number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Query {
    /// A bare vector selector, `name{label="value"}`: the source does with it what the indicator needs.
    Selector(String),
    /// PromQL with the hole `{{.window}}` for the range; only a Prometheus can answer it.
    PromQl(String),
}

impl Query {
    /// Text with a `{{` hole is PromQL, anything else is a bare selector.
    pub fn parse(text: &str) -> Self {
        let text = text.trim().to_owned();
        if text.contains("{{") { Self::PromQl(text) } else { Self::Selector(text) }
    }

    pub fn text(&self) -> &str {
        match self {
            Self::Selector(text) | Self::PromQl(text) => text,
        }
    }
}

/// Which share of a whole a number tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Share {
    Bad,
    Good,
}

/// How a value has to stand to its bound for the moment to be good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    Below,
    AtMost,
    Above,
    AtLeast,
}

impl Op {
    /// As PromQL writes it.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        }
    }

    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Below => value < bound,
            Self::AtMost => value <= bound,
            Self::Above => value > bound,
            Self::AtLeast => value >= bound,
        }
    }
}

/// What is counted. Events weigh by their number; gauges and ratios, which have no events, by time.
#[derive(Debug, Clone, PartialEq)]
pub enum Sli {
    /// Bad events against all events, two counters. Selectors are counters whose increase is taken.
    Bad { bad: Query, total: Query },
    /// Good events against all events; also a classic histogram, its bucket against its count.
    Good { good: Query, total: Query },
    /// A share that something else has computed, `0..1`: a recorded series, or PromQL that divides.
    Ratio { ratio: Query, of: Share },
    /// Gauges that are 1 while all is well; every sample that is 0 is bad.
    Up { gauge: Query },
    /// Values that keep a bound; every sample that does not is bad.
    Bound { value: Query, op: Op, bound: f64 },
    /// A native histogram: what took at most `within` is good. Only a Prometheus can answer it.
    NativeLatency { histogram: Query, within: Duration },
    /// Several indicators as one user journey. Components do not nest.
    Journey(Vec<Component>),
}

/// One indicator of a journey.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Unique in its journey.
    pub name: String,
    /// What its bad share counts for in the journey's, above 0; 1 counts in full.
    pub weight: f64,
    pub sli: Sli,
    /// The source by name; `None` is the SLO's.
    pub source: Option<String>,
}

/// How moments are counted against the budget (OpenSLO's budgeting methods).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Method {
    /// Bad events of all events.
    #[default]
    Occurrences,
    /// Bad slices of all slices; a slice is good when its good share is at least `target` (`0..=1`).
    Timeslices { target: f64, slice: Duration },
    /// The mean of the slices' bad shares.
    RatioTimeslices { slice: Duration },
}

impl Sli {
    /// Every query of it, in the order they are written; those of a journey's components too.
    pub fn queries(&self) -> Vec<&Query> {
        match self {
            Self::Bad { bad: part, total } | Self::Good { good: part, total } => vec![part, total],
            Self::Ratio { ratio: only, .. }
            | Self::Up { gauge: only }
            | Self::Bound { value: only, .. }
            | Self::NativeLatency { histogram: only, .. } => vec![only],
            Self::Journey(components) => {
                components.iter().flat_map(|component| component.sli.queries()).collect()
            }
        }
    }

    /// Its indicators; one that is no journey is its own only component, without a name.
    pub fn components(&self) -> Vec<Component> {
        match self {
            Self::Journey(components) => components.clone(),
            sli => vec![Component { name: String::new(), weight: 1.0, sli: sli.clone(), source: None }],
        }
    }

    /// Whether the first number of its answers counts good or bad.
    pub fn counts(&self) -> Share {
        match self {
            Self::Bad { .. } | Self::Ratio { of: Share::Bad, .. } => Share::Bad,
            _ => Share::Good,
        }
    }

    /// Whether it counts events, so that a busy minute weighs more than a quiet one.
    pub fn has_events(&self) -> bool {
        match self {
            Self::Bad { .. } | Self::Good { .. } | Self::NativeLatency { .. } => true,
            Self::Ratio { .. } | Self::Up { .. } | Self::Bound { .. } => false,
            Self::Journey(components) => components.iter().all(|component| component.sli.has_events()),
        }
    }

    /// What to say where a Prometheus has no samples of it.
    pub fn absence(&self) -> &'static str {
        match self {
            Self::NativeLatency { .. } => {
                "histogram: the source has no native histogram of it (check the query, and whether the server \
                 keeps native histograms: classic buckets are asked for with bucket and le)"
            }
            _ => {
                "total: the source has no recent samples of it (check the query, or whether the target is still scraped)"
            }
        }
    }

    /// How good one sample of a gauge is, `0..=1`; `None` where it is no number, or no gauge is judged.
    pub fn goodness(&self, value: f64) -> Option<f64> {
        let share = match self {
            Self::Up { .. } => f64::from(u8::from(value != 0.0)),
            Self::Bound { op, bound, .. } => f64::from(u8::from(op.holds(value, *bound))),
            Self::Ratio { of: Share::Good, .. } => value,
            Self::Ratio { of: Share::Bad, .. } => 1.0 - value,
            _ => return None,
        };
        value.is_finite().then_some(share)
    }

    /// Bad of total events, from what a source counted.
    pub fn judge(&self, part: f64, total: f64) -> Judged {
        if !is_countable(part) || !is_countable(total) {
            return Judged::Uncountable;
        }
        let part_of_total = part.min(total);
        let bad = match self.counts() {
            Share::Bad => part_of_total,
            Share::Good => total - part_of_total,
        };
        let counts = Counts { bad, total };
        if part > total * (1.0 + OVERSHOOT) { Judged::Capped(counts) } else { Judged::Sound(counts) }
    }
}

/// More events than this in one tile are garbage: next to them a single event could not be told apart.
const COUNTABLE: f64 = 1e15;
/// How far a part may exceed its total, relative, before it is worth a word: sums of floats in a
/// different order differ by less.
const OVERSHOOT: f64 = 1e-9;

/// What two counts are worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Judged {
    Sound(Counts),
    /// The part was more than the total; it was capped at the total.
    Capped(Counts),
    /// NaN, infinite, negative or absurdly large: not a count.
    Uncountable,
}

fn is_countable(count: f64) -> bool {
    (0.0..=COUNTABLE).contains(&count)
}
