//! Service level objectives: from what a source measured to what a person must know.
//!
//! Pure: samples and `now` in, readings and transitions out.

pub mod alert;
pub mod budget;
pub mod burn;
mod counters;
pub mod evaluator;
pub mod exposition;
pub mod history;
mod intake;
mod measured;
pub mod objective;
pub mod reading;
mod recent;
mod scan;
pub mod selector;
pub mod series;
pub mod spec;
mod track;

pub use alert::{Severity, Tier, TierState, Transition};
pub use budget::{Budget, BudgetStatus, Spent};
pub use evaluator::Evaluator;
pub use objective::{Objective, Query, Sli, Slo};
pub use reading::{Burn, Reading, SloState, TierReading, Weighting};
pub use series::{Counter, Counts, Sample, Tile};
