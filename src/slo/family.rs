//! The rows of one SLO: a single one, or one for each group of its labels.
//!
//! Knows which rows there are; what they measure and what they say is the tracks'.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::group::Group;
use super::objective::Slo;

/// More rows than this nobody reads; a label with so many values is no group.
const MOST_ROWS: usize = 1000;
/// So many of those left out are named.
const NAMED: usize = 3;
/// Poll interval until the source tells its own.
const INTERVAL: Duration = Duration::from_secs(15);

/// One SLO as configured, and where its rows are.
#[derive(Debug, Clone)]
pub struct Family {
    pub spec: Slo,
    /// How often its sources are polled.
    pub interval: Duration,
    /// Why no source can answer it.
    pub unmeasurable: Option<String>,
    /// The row that has no group: the only one of an SLO that is not grouped; of a grouped one it stands
    /// for groups that have no row.
    pub alone: Option<usize>,
    pub groups: BTreeMap<Group, usize>,
    left_out: BTreeSet<Group>,
}

impl Family {
    pub fn new(spec: Slo) -> Self {
        Self {
            spec,
            interval: INTERVAL,
            unmeasurable: None,
            alone: None,
            groups: BTreeMap::new(),
            left_out: BTreeSet::new(),
        }
    }

    /// What is known of its sources goes over from the family it was before the configuration was read again;
    /// whether any of them can answer it is told anew.
    #[must_use]
    pub fn after(self, old: Self) -> Self {
        Self { interval: old.interval, left_out: old.left_out, ..self }
    }

    pub fn is_grouped(&self) -> bool {
        !self.spec.by.is_empty()
    }

    /// The places of all its rows.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.alone.into_iter().chain(self.groups.values().copied())
    }

    /// The row of one of its groups, as an SLO of its own.
    pub fn row(&self, group: &Group) -> Slo {
        Slo { id: group.row_id(&self.spec.id), group: group.clone(), ..self.spec.clone() }
    }

    /// Whether one group more may have a row; else it is remembered as left out.
    pub fn admits(&mut self, group: &Group) -> bool {
        let room = self.groups.len() < MOST_ROWS;
        if !room && self.left_out.len() <= MOST_ROWS {
            self.left_out.insert(group.clone());
        }
        room
    }

    /// Forgets who was left out: there is room again.
    pub fn readmit(&mut self) {
        self.left_out.clear();
    }

    /// What to say of the groups that have no row.
    pub fn overflow(&self) -> Option<String> {
        if self.left_out.is_empty() {
            return None;
        }
        let named: Vec<String> = self.left_out.iter().take(NAMED).map(Group::to_string).collect();
        let more = self.left_out.len().saturating_sub(NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let by = self.spec.by.join(", ");
        Some(format!(
            "groups: more than {MOST_ROWS} of {by}: not measured: {}{more} (group by labels with fewer values)",
            named.join(", ")
        ))
    }
}
