//! One indicator under measurement: what it was told, and what the windows that end at its newest count
//! hold. An SLO has one; a journey has one for each of its components.

use std::time::Duration;

use smallvec::SmallVec;

use super::edge::Edge;
use super::exclusion::Excluded;
use super::intake::Intake;
use super::period::Period;
use super::plan::Plan;
use super::series::{Sample, Series, Span, Sum};
use super::sli::{Component, Method, Sli};
use crate::text::Time;

/// What the windows of an indicator hold, and the ground they are summed on. All that a look at a row reads
/// is here; the ground lies apart, so that a look at all rows passes it by.
#[derive(Debug, Clone)]
pub struct Part {
    /// What its bad share counts for.
    pub weight: f64,
    /// What the windows of the plan held when last gathered, by their place; the seven of the default tiers
    /// have room here.
    sums: SmallVec<[Sum; 8]>,
    /// The period as far as it was counted, and what it held.
    so_far: Span,
    of_period: Sum,
    pub ground: Box<Ground>,
}

/// An indicator, its counts, and the edges of the windows asked of them.
#[derive(Debug, Clone)]
pub struct Ground {
    /// Empty where the SLO has no components.
    pub name: String,
    pub intake: Intake,
    /// Why the last poll brought nothing, or less than it should.
    pub trouble: Option<String>,
    sli: Sli,
    source: Option<String>,
    method: Method,
    /// Where each window begins, where the newest hour does, and where the period does.
    edges: Vec<Edge>,
    seam: Edge,
    period: Edge,
    /// The epoch of the series that the edges are copies of.
    copied: u64,
}

/// What a part is measured for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub component: &'a Component,
    pub method: Method,
    pub keep: Duration,
    pub pause: Duration,
}

impl Part {
    pub fn new(asked: Asked<'_>) -> Self {
        let Asked { component, method, keep, pause } = asked;
        let ground = Ground {
            name: component.name.clone(),
            intake: Intake::new(method, keep, pause),
            trouble: None,
            sli: component.sli.clone(),
            source: component.source.clone(),
            method,
            edges: Vec::new(),
            seam: Edge::default(),
            period: Edge::default(),
            copied: 0,
        };
        Self {
            weight: component.weight,
            sums: SmallVec::new(),
            so_far: Span { from: 0, to: 0 },
            of_period: Sum::default(),
            ground: Box::new(ground),
        }
    }

    /// Whether its counts are counts of `component` too: the same queries to the same source.
    pub fn measures(&self, component: &Component, method: Method) -> bool {
        let Ground { name, sli, source, method: own, .. } = &*self.ground;
        (name, sli, source) == (&component.name, &component.sli, &component.source) && *own == method
    }

    pub fn observe(&mut self, at: Time, outcome: Result<Sample, String>) {
        let Ground { intake, sli, trouble, .. } = &mut *self.ground;
        *trouble = outcome.and_then(|sample| intake.take(sli, at, sample)).err();
    }

    pub fn newest(&self) -> Option<i64> {
        self.ground.intake.series.newest()
    }

    /// Sums every window of the plan, and the period, up to the newest count. Done where samples arrive, one
    /// indicator at a time, so that an evaluation of all of them only has to look.
    pub fn gather(&mut self, plan: &Plan, period: &Period) {
        self.sums.resize(plan.widths.len(), Sum::default());
        self.ground.freshen(plan.widths.len());
        let Ground { intake, edges, seam, period: start, .. } = &mut *self.ground;
        let series = &intake.series;
        let Some(seam) = series.seam(|history, at| seam.at(history, at)) else { return };
        for ((sum, edge), width) in self.sums.iter_mut().zip(edges).zip(&plan.widths) {
            *sum = series.since(&seam, seam.end.saturating_sub(*width), |history, at| edge.at(history, at));
        }
        self.so_far = period.until(seam.end);
        self.of_period = series.since(&seam, self.so_far.from, |history, at| start.at(history, at));
    }

    /// What the window at a place of the plan held.
    #[inline]
    pub fn window(&self, place: usize) -> Sum {
        self.sums.get(place).copied().unwrap_or_default()
    }

    /// The period as far as it was counted, and what it held.
    #[inline]
    pub fn period(&self) -> (Span, Sum) {
        (self.so_far, self.of_period)
    }

    /// What a stretch held without what is left out of it.
    pub fn without(&self, span: Span, excluded: &Excluded) -> Sum {
        let series: &Series = &self.ground.intake.series;
        excluded.within(span).fold(series.window(span), |sum, out| sum - series.window(out))
    }
}

impl Ground {
    fn freshen(&mut self, windows: usize) {
        let epoch = self.intake.series.epoch();
        if self.copied != epoch || self.edges.len() != windows {
            self.copied = epoch;
            self.edges.clear();
            self.edges.resize(windows, Edge::default());
            (self.seam, self.period) = (Edge::default(), Edge::default());
        }
    }
}
