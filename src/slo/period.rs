//! The stretch that an error budget is of: the last days, rolling on, or a term of a calendar.

use std::time::Duration;

use super::calendar::{Calendar, Term};
use super::objective::Slo;
use super::series::{Span, millis};
use crate::text::{Time, when};

/// The period of one SLO.
#[derive(Debug, Clone)]
pub struct Period {
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Rolling(Duration),
    /// The term is that of the last look.
    Calendar(Calendar, Term),
}

impl Period {
    /// The period of an SLO; a calendar's is its usual length until the first [`roll`](Self::roll).
    pub fn of(slo: &Slo) -> Self {
        let kind = match slo.calendar {
            None => Kind::Rolling(slo.period),
            Some(calendar) => {
                let start = Time::UNIX_EPOCH;
                Kind::Calendar(calendar, Term { start, end: when::after(start, calendar.usual()) })
            }
        };
        Self { kind }
    }

    /// Goes over to the term that `now` lies in; whether it is another one.
    pub fn roll(&mut self, now: Time) -> bool {
        let Kind::Calendar(calendar, term) = &mut self.kind else { return false };
        if (term.start..term.end).contains(&now) {
            return false;
        }
        *term = calendar.term_at(now);
        true
    }

    pub fn is_calendar(&self) -> bool {
        matches!(self.kind, Kind::Calendar(..))
    }

    /// The whole of it: what a budget is given for.
    pub fn length(&self) -> Duration {
        match &self.kind {
            Kind::Rolling(length) => *length,
            Kind::Calendar(_, term) => when::since(term.start, term.end),
        }
    }

    /// What of it lies before `end`. Empty where that is before the term.
    pub fn until(&self, end: i64) -> Span {
        match &self.kind {
            Kind::Rolling(length) => Span { from: end.saturating_sub(millis(*length)), to: end },
            Kind::Calendar(_, term) => {
                let from = term.start.timestamp_millis();
                Span { from, to: end.clamp(from, term.end.timestamp_millis()) }
            }
        }
    }

    /// Until the budget begins anew; `None` where it rolls on.
    pub fn left(&self, now: Time) -> Option<Duration> {
        match &self.kind {
            Kind::Rolling(_) => None,
            Kind::Calendar(_, term) => Some(when::since(now, term.end)),
        }
    }
}
