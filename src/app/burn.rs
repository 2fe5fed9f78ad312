//! The burn pane's state: what is measured, how the list of it is arranged, which SLO is looked into.
//! No drawing, no keys.

pub mod detail;
pub mod list;
pub mod rank;

use std::collections::BTreeMap;

use super::alerts::Alerts;
use crate::slo::keep::Keeper;
use crate::slo::signal::Board;
use crate::slo::{Evaluator, Reading, Telemetry};
use crate::text::Time;

pub use detail::{Baseline, Detail, Range, Section};
pub use list::{Cursor, Heading, List, Row};
pub use rank::Order;

/// Live SLOs.
#[derive(Debug)]
pub struct BurnPane {
    pub evaluator: Evaluator,
    pub telemetry: Telemetry,
    /// Whose measurements outlive the console.
    pub keeper: Keeper,
    /// Alerts from outside.
    pub alerts: Alerts,
    /// Rate, errors, durations and loads of services.
    pub signals: Board,
    pub list: List,
    /// The time range of every chart and sparkline.
    pub range: Range,
    /// The SLO looked into; `None` while the list is shown.
    pub detail: Option<Detail>,
    /// Share of the history that is loaded, by source, while it is loading.
    pub loading: BTreeMap<String, f32>,
    /// SLOs that page while no open incident covers their service, the newest last.
    pub offers: Vec<String>,
    /// Changes of services for the charts, as the journal has them, the newest last.
    pub changes: Vec<ChangeMark>,
}

/// A deploy (or other change) as charts mark it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeMark {
    pub at: Time,
    pub service: String,
    pub what: String,
}

impl BurnPane {
    pub fn new(evaluator: Evaluator) -> Self {
        let mut pane = Self {
            evaluator,
            telemetry: Telemetry::default(),
            keeper: Keeper::default(),
            alerts: Alerts::default(),
            signals: Board::default(),
            list: List::default(),
            range: Range::default(),
            detail: None,
            loading: BTreeMap::new(),
            offers: Vec::new(),
            changes: Vec::new(),
        };
        pane.arrange();
        pane
    }

    /// Puts the rows in order; to be called when readings, order, filter or grouping changed.
    pub fn arrange(&mut self) {
        self.list.arrange(&self.evaluator);
        let gone = |detail: &mut Detail| self.evaluator.slo(&detail.slo).is_none();
        self.detail.take_if(gone);
    }

    /// The reading of the selected row; `None` on a service's heading and in an empty list.
    pub fn selected(&self) -> Option<&Reading> {
        match self.list.row()? {
            Row::Slo(index) => self.evaluator.readings().get(*index),
            Row::Service(_) => None,
        }
    }

    /// The service of the selected row, be it an SLO or a heading.
    pub fn service(&self) -> Option<&str> {
        match self.list.row()? {
            Row::Slo(index) => Some(self.evaluator.readings().get(*index)?.service.as_str()),
            Row::Service(heading) => Some(heading.service.as_str()),
        }
    }

    /// The reading of the SLO looked into.
    pub fn looked_into(&self) -> Option<&Reading> {
        let slo = &self.detail.as_ref()?.slo;
        self.evaluator.readings().iter().find(|reading| reading.slo == *slo)
    }
}
