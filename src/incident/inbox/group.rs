//! Alerts in groups, the groups in the order of what users feel: what nobody has taken first, then what
//! belongs to a service whose objective burns, then by severity and number.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use super::known::{Known, Level, Standing};
use crate::incident::event::AlertGroup;
use crate::text::Time;

/// Alerts of one name in one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub id: AlertGroup,
    /// Places in the inbox's list, the worst first.
    pub members: Vec<usize>,
    pub tally: Tally,
    pub level: Level,
    /// Users feel it: the objective of its service burns, or an incident is open on it.
    pub is_felt: bool,
    /// When the first of those that are live began.
    pub since: Option<Time>,
    worst: Standing,
}

/// How many alerts stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Firing, taken by nobody.
    pub firing: usize,
    pub taken: usize,
    pub young: usize,
    pub suppressed: usize,
    pub over: usize,
    pub flapping: usize,
}

impl Tally {
    pub(super) fn count(&mut self, alert: &Known) {
        let place = match alert.standing {
            Standing::Firing => &mut self.firing,
            Standing::Taken => &mut self.taken,
            Standing::Young => &mut self.young,
            Standing::Suppressed(_) => &mut self.suppressed,
            Standing::Over => &mut self.over,
        };
        *place += 1;
        self.flapping += usize::from(alert.flapping_since.is_some() && alert.standing.is_live());
    }

    pub fn all(&self) -> usize {
        self.firing + self.taken + self.young + self.suppressed + self.over
    }
}

impl Group {
    fn empty(id: &AlertGroup) -> Self {
        Self {
            id: id.clone(),
            members: Vec::new(),
            tally: Tally::default(),
            level: Level::Info,
            is_felt: false,
            since: None,
            worst: Standing::Over,
        }
    }

    fn add(&mut self, place: usize, alert: &Known, felt: &BTreeSet<String>) {
        self.members.push(place);
        self.tally.count(alert);
        self.level = self.level.min(alert.level);
        if rank_of(&alert.standing) < rank_of(&self.worst) {
            self.worst = alert.standing.clone();
        }
        if alert.standing.is_live() {
            let began = alert.key.starts_at;
            self.since = Some(self.since.map_or(began, |since| since.min(began)));
            let on_felt = alert.service.as_ref().is_some_and(|service| felt.contains(service));
            self.is_felt |= on_felt || alert.incident.is_some();
        }
    }

    /// What the worst of them amounts to.
    pub fn worst(&self) -> &Standing {
        &self.worst
    }
}

fn rank_of(standing: &Standing) -> u8 {
    match standing {
        Standing::Firing => 0,
        Standing::Taken => 1,
        Standing::Young => 2,
        Standing::Suppressed(_) => 3,
        Standing::Over => 4,
    }
}

/// All groups of some alerts, in order.
pub(super) fn arranged(alerts: &[Known], felt: &BTreeSet<String>) -> Vec<Group> {
    let mut groups: HashMap<&AlertGroup, Group> = HashMap::new();
    for (place, alert) in alerts.iter().enumerate() {
        groups.entry(&alert.group).or_insert_with(|| Group::empty(&alert.group)).add(place, alert, felt);
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    let worst_first = |group: &Group| {
        let live = group.tally.firing + group.tally.taken;
        (rank_of(&group.worst), !group.is_felt, group.level, Reverse(live))
    };
    groups.sort_unstable_by(|one, other| {
        worst_first(one).cmp(&worst_first(other)).then_with(|| one.id.cmp(&other.id))
    });
    for group in &mut groups {
        group.members.sort_by_key(|place| {
            let alert = &alerts[*place];
            (rank_of(&alert.standing), alert.level, Reverse(alert.key.starts_at))
        });
    }
    groups
}
