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

/// An indicator, its counts, and the edges of the windows asked of them.
#[derive(Debug, Clone)]
pub struct Part {
    /// Empty where the SLO has no components.
    pub name: String,
    /// What its bad share counts for.
    pub weight: f64,
    pub intake: Intake,
    /// Why the last poll brought nothing, or less than it should.
    pub trouble: Option<String>,
    sli: Sli,
    source: Option<String>,
    method: Method,
    /// What the windows of the plan held when last gathered, by their place; the seven of the default tiers
    /// have room here. And where they begin.
    sums: SmallVec<[Sum; 8]>,
    edges: Vec<Edge>,
    seam: Edge,
    /// The period as far as it was counted, what it held, and where it begins.
    so_far: Span,
    of_period: Sum,
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
        Self {
            name: component.name.clone(),
            weight: component.weight,
            intake: Intake::new(method, keep, pause),
            trouble: None,
            sli: component.sli.clone(),
            source: component.source.clone(),
            method,
            sums: SmallVec::new(),
            edges: Vec::new(),
            seam: Edge::default(),
            so_far: Span { from: 0, to: 0 },
            of_period: Sum::default(),
            period: Edge::default(),
            copied: 0,
        }
    }

    /// Whether its counts are counts of `component` too: the same queries to the same source.
    pub fn measures(&self, component: &Component, method: Method) -> bool {
        let asked = (&component.name, &component.sli, &component.source);
        (&self.name, &self.sli, &self.source) == asked && self.method == method
    }

    pub fn observe(&mut self, at: Time, outcome: Result<Sample, String>) {
        let taken = outcome.and_then(|sample| self.intake.take(&self.sli, at, sample));
        self.trouble = taken.err();
    }

    pub fn newest(&self) -> Option<i64> {
        self.intake.series.newest()
    }

    /// Sums every window of the plan, and the period, up to the newest count. Done where samples arrive, one
    /// indicator at a time, so that an evaluation of all of them only has to look.
    pub fn gather(&mut self, plan: &Plan, period: &Period) {
        self.freshen(plan.widths.len());
        let (series, edge) = (&self.intake.series, &mut self.seam);
        let Some(seam) = series.seam(|history, at| edge.at(history, at)) else { return };
        for ((sum, edge), width) in self.sums.iter_mut().zip(&mut self.edges).zip(&plan.widths) {
            *sum = series.since(&seam, seam.end.saturating_sub(*width), |history, at| edge.at(history, at));
        }
        self.so_far = period.until(seam.end);
        let edge = &mut self.period;
        self.of_period = series.since(&seam, self.so_far.from, |history, at| edge.at(history, at));
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
        let series: &Series = &self.intake.series;
        excluded.within(span).fold(series.window(span), |sum, out| sum - series.window(out))
    }

    fn freshen(&mut self, windows: usize) {
        let epoch = self.intake.series.epoch();
        if self.copied != epoch || self.edges.len() != windows {
            self.copied = epoch;
            self.sums.resize(windows, Sum::default());
            self.edges.clear();
            self.edges.resize(windows, Edge::default());
            (self.seam, self.period) = (Edge::default(), Edge::default());
        }
    }
}
