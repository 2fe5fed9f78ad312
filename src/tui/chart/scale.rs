//! The vertical scale of a chart: from nothing, or logarithmic where the numbers lie far apart.

use super::curve::Curve;
use crate::slo::{Reading, Severity, TierState};

/// Above this many times the lowest threshold a linear scale would press the thresholds into one row.
const LINEAR: f64 = 20.0;
/// Room above the highest number.
const HEADROOM: f64 = 1.15;

/// A tier's factor as a share of bad events.
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    pub ratio: f64,
    pub factor: f64,
    pub severity: Severity,
    pub fires: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Linear,
    /// From this ratio on; smaller ones lie on the ground.
    Log(f64),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    kind: Kind,
    top: f64,
    /// Those that can be exceeded at all, the lowest first.
    pub thresholds: Vec<Threshold>,
}

impl Scale {
    pub fn of(curve: &Curve, reading: &Reading) -> Self {
        let thresholds = thresholds(reading);
        let lowest = thresholds.first().map_or(1.0 - reading.objective, |lowest| lowest.ratio);
        let highest = thresholds.last().map_or(lowest, |highest| highest.ratio);
        let top = (curve.highest().max(highest) * HEADROOM).min(1.0);
        let kind = if top > lowest * LINEAR { Kind::Log(lowest / 10.0) } else { Kind::Linear };
        Self { kind, top, thresholds }
    }

    pub fn is_log(&self) -> bool {
        matches!(self.kind, Kind::Log(_))
    }

    /// Height of a ratio, `0..=1`.
    pub fn height(&self, ratio: f64) -> f64 {
        let height = match self.kind {
            Kind::Linear => ratio / self.top,
            Kind::Log(bottom) => (ratio.max(bottom) / bottom).ln() / (self.top / bottom).ln(),
        };
        height.clamp(0.0, 1.0)
    }

    /// Round numbers worth a label: powers of ten, or of a linear scale its 1, 2 and 5 steps.
    pub fn round(&self) -> Vec<f64> {
        match self.kind {
            Kind::Log(bottom) => {
                let decades = bottom.log10().ceil() as i32..=self.top.log10().floor() as i32;
                decades.map(|decade| 10_f64.powi(decade)).collect()
            }
            Kind::Linear => {
                let step = step(self.top / 3.0);
                (0..=4_i32).map(|at| f64::from(at) * step).filter(|ratio| *ratio <= self.top).collect()
            }
        }
    }
}

/// The next of 1, 2 and 5 times a power of ten that is at least this.
fn step(least: f64) -> f64 {
    let decade = 10_f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * decade).find(|step| *step >= least).unwrap_or(least)
}

fn thresholds(reading: &Reading) -> Vec<Threshold> {
    let mut found: Vec<Threshold> = Vec::new();
    for tier in &reading.alerts {
        let Some(factor) = tier.factor else { continue };
        let ratio = factor * (1.0 - reading.objective);
        let fires = tier.state == TierState::Firing;
        if ratio < 1.0 && ratio > 0.0 {
            found.push(Threshold { ratio, factor, severity: tier.severity, fires });
        }
    }
    found.sort_by(|one, other| one.ratio.total_cmp(&other.ratio));
    found
}
