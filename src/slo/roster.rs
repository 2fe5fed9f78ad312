//! What a configuration puts under watch: SLOs, how often each is polled, which none can measure.

use std::collections::BTreeMap;
use std::time::Duration;

use super::evaluator::Evaluator;
use super::objective::Slo;
use super::policy::Policy;

/// Everything an evaluator is told by a configuration.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Roster {
    pub slos: Vec<Slo>,
    /// SLOs that no configured source can answer, and why.
    pub unmeasurable: BTreeMap<String, String>,
    /// How often the sources of each SLO are polled.
    pub intervals: BTreeMap<String, Duration>,
    pub policy: Policy,
}

impl Evaluator {
    /// Goes on with another configuration: what is known by its id keeps its history and its states,
    /// as [`Evaluator::set_slos`] says.
    pub fn follow(&mut self, roster: Roster) {
        self.set_slos(roster.slos);
        self.set_policy(roster.policy);
        for (slo, why) in roster.unmeasurable {
            self.unmeasurable(&slo, why);
        }
        for (slo, every) in roster.intervals {
            self.set_interval(&slo, every);
        }
    }
}
