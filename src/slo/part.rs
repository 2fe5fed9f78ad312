//! One indicator under measurement: what it was told, and what the windows that end at its newest count
//! hold. An SLO has one; a journey has one for each of its components.

use std::time::Duration;

use super::edge::Edge;
use super::exclusion::Excluded;
use super::history::BUCKET_MS;
use super::intake::Intake;
use super::series::{Counts, Sample, Seam, Series, Span, Sum, millis};
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
    /// Where the windows begin, in the order of the SLO's windows.
    edges: Vec<Edge>,
    seam: Option<Seam>,
    seam_edge: Edge,
    period: Edge,
    /// The state of the series that the edges are copies of: epoch and newest bucket.
    copied: (u64, i64),
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
            edges: Vec::new(),
            seam: None,
            seam_edge: Edge::new(0),
            period: Edge::new(millis(keep)),
            copied: (0, 0),
        }
    }

    /// Whether its counts are counts of `component` too: the same queries to the same source.
    pub fn measures(&self, component: &Component, method: Method) -> bool {
        let asked = (&component.name, &component.sli, &component.source);
        (&self.name, &self.sli, &self.source) == asked && self.method == method
    }

    pub fn set_windows(&mut self, widths: impl Iterator<Item = i64>, period: Duration) {
        self.edges = widths.map(Edge::new).collect();
        self.period = Edge::new(millis(period));
    }

    pub fn observe(&mut self, at: Time, outcome: Result<Sample, String>) {
        let taken = outcome.and_then(|sample| self.intake.take(&self.sli, at, sample));
        self.trouble = taken.err();
        self.follow();
    }

    pub fn restore(&mut self, end: Time, buckets: Vec<Option<Counts>>) {
        self.intake.restore(end, buckets);
        self.follow();
    }

    pub fn newest(&self) -> Option<i64> {
        self.intake.series.newest()
    }

    /// Makes ready for sums up to the newest count.
    pub fn settle(&mut self) {
        self.freshen();
        let edge = &mut self.seam_edge;
        self.seam = self.intake.series.seam(|history, at| edge.at(history, at));
    }

    /// What the window of that place in the SLO's order held, when last settled; it reaches further back
    /// over what is left out.
    pub fn window(&mut self, place: usize, out: Option<&Excluded>) -> Sum {
        let (Some(seam), Some(edge)) = (&self.seam, self.edges.get_mut(place)) else { return Sum::default() };
        if let Some(excluded) = out {
            let span = excluded.window(seam.end, edge.width);
            return self.without(span, excluded);
        }
        let start = seam.end.saturating_sub(edge.width);
        self.intake.series.since(seam, start, |history, at| edge.at(history, at))
    }

    /// What the period held that began at `start`, when last settled.
    pub fn period(&mut self, start: i64) -> Sum {
        let Some(seam) = &self.seam else { return Sum::default() };
        let edge = &mut self.period;
        self.intake.series.since(seam, start, |history, at| edge.at(history, at))
    }

    /// What a stretch held without what is left out of it.
    pub fn without(&self, span: Span, excluded: &Excluded) -> Sum {
        let series: &Series = &self.intake.series;
        excluded.within(span).fold(series.window(span), |sum, out| sum - series.window(out))
    }

    /// Moves the edges on when a bucket was closed, so that no evaluation has to for all SLOs at once.
    fn follow(&mut self) {
        let newest = self.newest().map_or(0, |newest| newest.div_euclid(BUCKET_MS));
        if newest == self.copied.1 {
            return;
        }
        self.copied.1 = newest;
        self.settle();
        for place in 0..self.edges.len() {
            self.window(place, None);
        }
        if let Some(end) = self.newest() {
            self.period(end.saturating_sub(self.period.width));
        }
    }

    fn freshen(&mut self) {
        let epoch = self.intake.series.epoch();
        if self.copied.0 != epoch {
            self.copied.0 = epoch;
            let edges = self.edges.iter_mut().chain([&mut self.seam_edge, &mut self.period]);
            edges.for_each(Edge::forget);
        }
    }
}
