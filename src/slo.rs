//! Service level objectives: from what a source measured to what a person must know.
//!
//! Pure: samples and `now` in, readings and transitions out.

pub mod alert;
pub mod budget;
pub mod burn;
pub mod calendar;
mod counters;
mod edge;
pub mod evaluator;
pub mod exclusion;
pub mod exposition;
mod family;
mod gauges;
pub mod group;
mod guard;
mod held;
pub mod history;
mod intake;
pub mod keep;
pub mod lint;
mod measured;
pub mod objective;
pub mod parity;
mod part;
mod period;
mod plan;
pub mod policy;
pub mod preset;
pub mod reading;
mod recent;
pub mod roster;
mod scan;
pub mod selector;
pub mod series;
pub mod signal;
pub mod sli;
mod slicer;
pub mod spec;
pub mod telemetry;
mod track;

pub use alert::{Rule, Severity, Test, Tier, TierState, Transition};
pub use budget::{Budget, BudgetStatus, Spent, Standing};
pub use calendar::Calendar;
pub use evaluator::Evaluator;
pub use exclusion::Exclusion;
pub use group::{Group, Subject};
pub use objective::{Format, Indicator, Objective, Slo};
pub use policy::Policy;
pub use reading::{Burn, Reading, SloState, TierReading, Weighting};
pub use roster::Roster;
pub use series::{Counter, Counts, Sample, Sum, Tile};
pub use sli::{Component, Method, Op, Query, Share, Sli};
pub use telemetry::Telemetry;
