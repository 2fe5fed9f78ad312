//! Which SLO comes first: the orders of the list. Compares readings, changes nothing.

use std::cmp::Ordering;
use std::time::Duration;

use crate::slo::{Reading, Severity, SloState, TierState};

/// The window whose burn is the burn now.
pub const NOW: Duration = Duration::from_mins(5);

/// How the list is ordered. Ties go by id, so that rows never trade places without a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// By [`Urgency`], then the fastest burn over 5 m, then the least budget left.
    #[default]
    Worst,
    /// The least budget left first; unknown budgets last.
    Budget,
    /// The fastest burn over 5 m first; unknown ones last.
    Burn,
    /// By id.
    Name,
    /// By service, the worst of each first.
    Service,
}

impl Order {
    const ALL: [Self; 5] = [Self::Worst, Self::Budget, Self::Burn, Self::Name, Self::Service];

    pub fn words(self) -> &'static str {
        match self {
            Self::Worst => "worst first",
            Self::Budget => "least budget first",
            Self::Burn => "fastest burn first",
            Self::Name => "by name",
            Self::Service => "by service",
        }
    }

    #[must_use]
    pub fn next(self) -> Self {
        let here = Self::ALL.iter().position(|order| *order == self).unwrap_or(0);
        Self::ALL[(here + 1) % Self::ALL.len()]
    }

    pub fn compare(self, one: &Reading, other: &Reading) -> Ordering {
        let order = match self {
            Self::Worst => worst(one, other),
            Self::Budget => left(one).total_cmp(&left(other)),
            Self::Burn => burn(other).total_cmp(&burn(one)),
            Self::Name => Ordering::Equal,
            Self::Service => one.service.cmp(&other.service).then_with(|| worst(one, other)),
        };
        order.then_with(|| one.slo.cmp(&other.slo))
    }
}

/// How much a row wants somebody's eyes; the first that holds.
///
/// It follows the precedence of [`SloState`] but for one thing: what burns comes before what cannot be
/// seen. A row that went stale while a tier of it fired still fires: silence resolves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// A page tier fires.
    Page,
    /// A ticket tier fires.
    Ticket,
    Exhausted,
    /// No data, stale or frozen: it may burn unseen.
    Blind,
    /// It fires in planned maintenance, and alerts nobody.
    Suppressed,
    /// Pending, rising or recovering.
    Moving,
    Unmeasurable,
    NoTraffic,
    Ok,
}

impl Urgency {
    pub fn of(reading: &Reading) -> Self {
        match firing(reading) {
            Some(_) if reading.suppressed.is_some() => Self::Suppressed,
            Some(Severity::Page) => Self::Page,
            Some(Severity::Ticket) => Self::Ticket,
            None => Self::of_state(reading.state),
        }
    }

    fn of_state(state: SloState) -> Self {
        match state {
            SloState::Firing => Self::Ticket,
            SloState::Exhausted => Self::Exhausted,
            SloState::NoData | SloState::Stale | SloState::Frozen => Self::Blind,
            SloState::Recovering | SloState::Pending | SloState::Rising => Self::Moving,
            SloState::Unmeasurable => Self::Unmeasurable,
            SloState::NoTraffic => Self::NoTraffic,
            SloState::Ok => Self::Ok,
        }
    }

    /// Whether it alerts somebody now.
    pub fn fires(self) -> bool {
        matches!(self, Self::Page | Self::Ticket)
    }
}

/// The gravest severity of the tiers that fire.
pub fn firing(reading: &Reading) -> Option<Severity> {
    let tiers = reading.alerts.iter().filter(|tier| tier.state == TierState::Firing);
    tiers.map(|tier| tier.severity).max()
}

/// The one order that everything else falls back to.
pub fn worst(one: &Reading, other: &Reading) -> Ordering {
    let urgency = Urgency::of(one).cmp(&Urgency::of(other));
    urgency
        .then_with(|| burn(other).total_cmp(&burn(one)))
        .then_with(|| left(one).total_cmp(&left(other)))
        .then_with(|| one.slo.cmp(&other.slo))
}

/// The burn now; below every burn where it is not known.
fn burn(reading: &Reading) -> f64 {
    reading.burn_over(NOW).unwrap_or(-1.0)
}

/// The share of the budget that is left; above every share where it is not known.
fn left(reading: &Reading) -> f64 {
    reading.budget.map_or(f64::INFINITY, |budget| budget.remaining)
}
