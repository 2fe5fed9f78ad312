//! The inbox's settings: when an alert counts, when it flaps, which labels say what it is about.

use std::time::Duration;

use super::Heard;
use crate::incident::event::AlertGroup;

/// Labels that say where an alert is, after those of its service.
const PLACES: [&str; 3] = ["cluster", "namespace", "job"];

/// How alerts are judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// How long an alert fires before it counts.
    pub min_duration: Duration,
    /// Turns (begins and ends) within [`flap_window`](Self::flap_window) that make it flap; it stops at a
    /// third of them.
    pub flaps: usize,
    pub flap_window: Duration,
    /// How long one that is over stays in the list.
    pub keep: Duration,
    /// The labels that name the service, the first that is there.
    pub service_labels: Vec<String>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            min_duration: Duration::ZERO,
            flaps: 6,
            flap_window: Duration::from_mins(30),
            keep: Duration::from_mins(15),
            service_labels: ["service", "app", "job"].map(str::to_owned).to_vec(),
        }
    }
}

impl Rules {
    /// A start longer ago than this is no turn of now: a server may know an alert for days.
    pub(super) const TURN_AGE: Duration = Duration::from_hours(24);

    pub fn service<'a>(&self, alert: &'a Heard) -> Option<&'a str> {
        self.service_labels.iter().find_map(|name| alert.label(name))
    }

    /// Its name, and where it is: its service, else its cluster, namespace or job.
    pub fn group(&self, alert: &Heard) -> AlertGroup {
        let own = self.service_labels.iter().map(String::as_str).filter(|name| !PLACES.contains(name));
        let place = own.chain(PLACES).find_map(|name| alert.label(name)).unwrap_or_default();
        AlertGroup { name: alert.name().to_owned(), place: place.to_owned() }
    }
}
