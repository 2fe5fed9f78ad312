//! Which alerts are to be judged again: those of which something new is known, and those that time alone may
//! change. Of all others the judgement stands.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::Time;

/// Alerts by their places.
#[derive(Debug, Clone, Default)]
pub(super) struct Due {
    moved: BTreeSet<usize>,
    at: BTreeSet<(Time, usize)>,
    planned: BTreeMap<usize, Time>,
}

impl Due {
    /// Something new is known of one.
    pub(super) fn mark(&mut self, place: usize) {
        self.moved.insert(place);
    }

    /// When time alone may change what one amounts to; never of one that is let go of.
    pub(super) fn plan(&mut self, place: usize, at: Option<Time>) {
        let was = match at {
            Some(at) => self.planned.insert(place, at),
            None => self.planned.remove(&place),
        };
        if was == at {
            return;
        }
        self.at.extend(at.map(|at| (at, place)));
        if let Some(was) = was {
            self.at.remove(&(was, place));
        }
    }

    /// Those that are due, in their order. Each is to be planned again.
    pub(super) fn take(&mut self, now: Time) -> BTreeSet<usize> {
        let mut due = std::mem::take(&mut self.moved);
        due.extend(self.at.range(..=(now, usize::MAX)).map(|(_, place)| *place));
        due
    }
}
