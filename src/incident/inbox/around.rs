//! What holds for all alerts, beside what is told of each: incidents that are open, windows that are planned,
//! services whose users feel it. Where any of it changes, all alerts are judged anew.

use std::collections::{BTreeMap, BTreeSet};

use super::Scene;
use crate::incident::maintenance;
use crate::slo::exclusion::Exclusion;
use crate::text::Time;

/// By the names of services.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Around {
    /// The newest open incident.
    open: BTreeMap<String, String>,
    /// Why their time does not count now.
    planned: BTreeMap<String, String>,
    /// Their objectives burn.
    felt: BTreeSet<String>,
}

impl Around {
    pub(super) fn of(scene: &Scene<'_>) -> Self {
        let open = scene.ledger.open();
        let open = open.flat_map(|one| one.services.iter().map(|service| (service.clone(), one.id.clone())));
        Self { open: open.collect(), planned: planned(scene.planned, scene.now), felt: scene.felt.clone() }
    }

    pub(super) fn incident(&self, service: Option<&str>) -> Option<&str> {
        self.open.get(service?).map(String::as_str)
    }

    pub(super) fn planned(&self, service: Option<&str>) -> Option<&str> {
        self.planned.get(service?).map(String::as_str)
    }

    pub(super) fn is_felt(&self, service: Option<&str>) -> bool {
        service.is_some_and(|service| self.felt.contains(service))
    }
}

fn planned(planned: &[Exclusion], now: Time) -> BTreeMap<String, String> {
    let running = planned.iter().filter(|window| window.from <= now && now <= window.to);
    let why = |window: &Exclusion| {
        let kind = maintenance::title(window.kind);
        if window.why.is_empty() { kind.to_owned() } else { format!("{kind}: {}", window.why) }
    };
    running.map(|window| (window.service.clone(), why(window))).collect()
}
