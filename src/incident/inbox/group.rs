//! Alerts in groups, the groups in the order of what users feel: what nobody has taken first, then what
//! belongs to a service whose objective burns, then by severity and number.
//!
//! Each alert has a seat in its group, which is all that its order and the group's numbers are made of: where
//! an alert moves, its seat is changed and nothing else is looked at.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use super::known::{Known, Level, Standing};
use crate::incident::event::AlertGroup;
use crate::text::Time;

/// Alerts of one name in one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub id: AlertGroup,
    pub tally: Tally,
    seats: BTreeSet<Seat>,
    /// Alerts of each level.
    levels: [usize; Level::ALL.len()],
    felt: usize,
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

/// Where an alert stands in its group; the worst first, then the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Seat {
    rank: Rank,
    level: Level,
    began: Reverse<Time>,
    place: usize,
    is_felt: bool,
    is_flapping: bool,
}

/// A [`Standing`] without its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Firing,
    Taken,
    Young,
    Suppressed,
    Over,
}

impl Rank {
    const LIVE: [Self; 4] = [Self::Firing, Self::Taken, Self::Young, Self::Suppressed];

    fn of(standing: &Standing) -> Self {
        match standing {
            Standing::Firing => Self::Firing,
            Standing::Taken => Self::Taken,
            Standing::Young => Self::Young,
            Standing::Suppressed(_) => Self::Suppressed,
            Standing::Over => Self::Over,
        }
    }
}

impl Seat {
    pub(super) fn of(alert: &Known, place: usize) -> Self {
        let is_live = alert.standing.is_live();
        Self {
            rank: Rank::of(&alert.standing),
            level: alert.level,
            began: Reverse(alert.key.starts_at),
            place,
            is_felt: is_live && alert.is_felt,
            is_flapping: is_live && alert.flapping_since.is_some(),
        }
    }
}

impl Tally {
    /// How many stand as one does.
    pub fn of(&self, standing: &Standing) -> usize {
        match Rank::of(standing) {
            Rank::Firing => self.firing,
            Rank::Taken => self.taken,
            Rank::Young => self.young,
            Rank::Suppressed => self.suppressed,
            Rank::Over => self.over,
        }
    }

    pub fn all(&self) -> usize {
        self.firing + self.taken + self.young + self.suppressed + self.over
    }

    fn change(&mut self, seat: &Seat, by: fn(&mut usize)) {
        by(match seat.rank {
            Rank::Firing => &mut self.firing,
            Rank::Taken => &mut self.taken,
            Rank::Young => &mut self.young,
            Rank::Suppressed => &mut self.suppressed,
            Rank::Over => &mut self.over,
        });
        if seat.is_flapping {
            by(&mut self.flapping);
        }
    }
}

impl Group {
    fn empty(id: &AlertGroup) -> Self {
        let levels = [0; Level::ALL.len()];
        Self { id: id.clone(), tally: Tally::default(), seats: BTreeSet::new(), levels, felt: 0 }
    }

    fn change(&mut self, seat: &Seat, by: fn(&mut usize)) {
        self.tally.change(seat, by);
        by(&mut self.levels[seat.level as usize]);
        if seat.is_felt {
            by(&mut self.felt);
        }
    }

    /// Places of its alerts in the inbox, the worst first.
    pub fn members(&self) -> impl Iterator<Item = usize> {
        self.seats.iter().map(|seat| seat.place)
    }

    /// That of its worst alert.
    pub fn level(&self) -> Level {
        let counted = Level::ALL.into_iter().zip(self.levels);
        counted.filter(|(_, count)| *count > 0).map(|(level, _)| level).next().unwrap_or(Level::Info)
    }

    /// Users feel it: the objective of its service burns, or an incident is open on it.
    pub fn is_felt(&self) -> bool {
        self.felt > 0
    }

    /// When the first of those that are live began.
    pub fn since(&self) -> Option<Time> {
        let kinds = Rank::LIVE.into_iter().flat_map(|rank| Level::ALL.map(|level| (rank, level)));
        kinds.filter_map(|kind| self.oldest(kind)).min()
    }

    fn oldest(&self, (rank, level): (Rank, Level)) -> Option<Time> {
        let newest = Reverse(Time::MAX_UTC);
        let first = Seat { rank, level, began: newest, place: 0, is_felt: false, is_flapping: false };
        let oldest = Reverse(Time::MIN_UTC);
        let last = Seat { began: oldest, place: usize::MAX, is_felt: true, is_flapping: true, ..first };
        self.seats.range(first..=last).next_back().map(|seat| seat.began.0)
    }

    fn order(&self) -> impl Ord + use<> {
        let live = self.tally.firing + self.tally.taken;
        (self.seats.first().map(|seat| seat.rank), !self.is_felt(), self.level(), Reverse(live))
    }
}

/// All groups, and what they add up to.
#[derive(Debug, Clone, Default)]
pub(super) struct Groups {
    /// In order, once they are settled.
    all: Vec<Group>,
    places: HashMap<AlertGroup, usize>,
    tally: Tally,
    is_moved: bool,
}

impl Groups {
    /// Gives an alert another seat in its group, or none any more.
    pub(super) fn reseat(&mut self, id: &AlertGroup, was: Option<Seat>, seat: Option<Seat>) {
        if was == seat {
            return;
        }
        let place = self.places.get(id).copied().unwrap_or_else(|| {
            self.places.insert(id.clone(), self.all.len());
            self.all.push(Group::empty(id));
            self.all.len() - 1
        });
        let group = &mut self.all[place];
        if let Some(was) = was {
            group.seats.remove(&was);
            group.change(&was, |count| *count -= 1);
            self.tally.change(&was, |count| *count -= 1);
        }
        if let Some(seat) = seat {
            group.seats.insert(seat);
            group.change(&seat, |count| *count += 1);
            self.tally.change(&seat, |count| *count += 1);
        }
        self.is_moved = true;
    }

    /// Brings them into order after alerts were moved; those without any are gone.
    pub(super) fn settle(&mut self) {
        if !std::mem::take(&mut self.is_moved) {
            return;
        }
        for gone in self.all.extract_if(.., |group| group.seats.is_empty()) {
            self.places.remove(&gone.id);
        }
        // Most stand where they stood: a sort that sees runs does little.
        self.all.sort_by(|one, other| one.order().cmp(&other.order()).then_with(|| one.id.cmp(&other.id)));
        for (at, group) in self.all.iter().enumerate() {
            if let Some(place) = self.places.get_mut(&group.id) {
                *place = at;
            }
        }
    }

    pub(super) fn all(&self) -> &[Group] {
        &self.all
    }

    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    /// The place of a group among them all, in order.
    pub(super) fn place(&self, id: &AlertGroup) -> Option<usize> {
        self.places.get(id).copied()
    }
}
