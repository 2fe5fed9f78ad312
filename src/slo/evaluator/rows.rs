//! Which rows there are: made with the configuration and with the first answer of a group, dropped when
//! a group is long gone.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Asked, Evaluator, Place};
use crate::slo::family::Family;
use crate::slo::group::Group;
use crate::slo::objective::Slo;
use crate::slo::reading::Reading;
use crate::slo::track::Track;

/// A group that is gone for longer, and fires nothing, has no row any more.
const GONE_MS: i64 = 24 * 3_600_000;

/// Plans that are looked through for the same one; a fleet has few.
const MOST_PLANS: usize = 64;

/// A row with what it says.
type Row = (Track, Reading);

/// An SLO with its rows, while the configuration changes.
type Household = (Family, Vec<Row>);

impl Evaluator {
    /// Goes on with these SLOs. One known by its id keeps its rows, their history and the states of the
    /// tiers that stay, unless its queries or its source changed: those counts are of something else.
    pub fn set_slos(&mut self, slos: Vec<Slo>) {
        let mut old = self.dismantle();
        self.asked.clear();
        self.plans.clear();
        for spec in slos {
            let known = old.remove(&spec.id);
            self.settle(spec, known);
        }
        self.index();
    }

    /// The row of an SLO's group, made where `found` is news of it; `None` where it has none.
    pub(super) fn row_of(&mut self, family: usize, group: &Group, found: bool) -> Option<usize> {
        let home = self.families.get_mut(family)?;
        let known = if group.is_empty() { home.alone } else { home.groups.get(group).copied() };
        if known.is_some() || !found {
            return known;
        }
        if !home.admits(group) {
            self.tell_overflow(family);
            return None;
        }
        let row = self.tracks.len();
        self.add_row(family, group);
        self.families[family].groups.insert(group.clone(), row);
        self.unsorted = true;
        Some(row)
    }

    /// Brings the rows in order after groups came or went. An SLO whose groups have rows needs none of its
    /// own, unless it has something to say of those that have not.
    pub(super) fn sort_rows(&mut self) {
        if !std::mem::take(&mut self.unsorted) {
            return;
        }
        let mut rows = self.take_rows();
        rows.retain(|(track, _)| !self.is_spare(track));
        rows.sort_by(|(a, _), (b, _)| (a.family, &a.slo.group).cmp(&(b.family, &b.slo.group)));
        (self.tracks, self.readings) = rows.into_iter().unzip();
        self.index();
    }

    /// Drops the rows of groups that are long gone.
    pub(super) fn drop_gone(&mut self, now: i64) {
        let gone = |track: &Track| {
            !track.slo.group.is_empty()
                && track.age(now).is_some_and(|age| age > GONE_MS)
                && !track.is_firing()
        };
        let rows = self.grouped.iter().flat_map(|family| self.families[*family].groups.values());
        let any = rows.copied().any(|row| gone(&self.tracks[row]));
        if !any {
            return;
        }
        let mut rows = self.take_rows();
        rows.retain(|(track, _)| !gone(track));
        (self.tracks, self.readings) = rows.into_iter().unzip();
        self.index();
        self.families.iter_mut().for_each(Family::readmit);
        self.unsorted = true;
        for family in self.grouped.clone() {
            if self.families[family].rows().next().is_none() {
                self.add_row(family, &Group::default());
            }
        }
    }

    fn is_spare(&self, track: &Track) -> bool {
        let family = &self.families[track.family];
        track.slo.group.is_empty() && !family.groups.is_empty() && family.overflow().is_none()
    }

    fn dismantle(&mut self) -> HashMap<String, Household> {
        let families = std::mem::take(&mut self.families);
        let mut old: Vec<Household> = families.into_iter().map(|family| (family, Vec::new())).collect();
        for row in self.take_rows() {
            old[row.0.family].1.push(row);
        }
        old.into_iter().rev().map(|household| (household.0.spec.id.clone(), household)).collect()
    }

    fn take_rows(&mut self) -> Vec<Row> {
        std::mem::take(&mut self.tracks).into_iter().zip(std::mem::take(&mut self.readings)).collect()
    }

    fn settle(&mut self, spec: Slo, known: Option<Household>) {
        let at = self.families.len();
        let mut family = Family::new(spec);
        let (old, rows) = known.unzip();
        let rows: Vec<Row> =
            rows.into_iter().flatten().filter(|(track, _)| track.measures(&family.spec)).collect();
        if let Some(old) = old.filter(|_| !rows.is_empty()) {
            family = family.after(old);
        }
        let fresh = rows.is_empty();
        self.families.push(family);
        for (mut track, reading) in rows {
            track.family = at;
            track.revise(self.families[at].row(&track.slo.group));
            self.push(track, Some(reading));
        }
        if fresh {
            self.add_row(at, &Group::default());
        }
    }

    fn add_row(&mut self, family: usize, group: &Group) {
        let home = &self.families[family];
        let mut track = Track::new(family, home.row(group), home.interval);
        if let Some(why) = home.unmeasurable.clone().filter(|_| group.is_empty()) {
            track.unmeasurable(why);
        }
        self.push(track, None);
    }

    fn push(&mut self, mut track: Track, old: Option<Reading>) {
        track.set_excluded(self.excluded.get(&track.slo.service).cloned());
        self.share_plan(&mut track);
        let fresh = Reading::no_data(&track.slo);
        let mut reading = match old {
            Some(old) => {
                let Reading { slo, service, objective, period_s, weighting, .. } = fresh;
                Reading { slo, service, objective, period_s, weighting, ..old }
            }
            None => fresh,
        };
        track.lay_out(&mut reading);
        self.tracks.push(track);
        self.readings.push(reading);
    }

    fn share_plan(&mut self, track: &mut Track) {
        if !self.plans.iter().any(|plan| track.share(plan)) && self.plans.len() < MOST_PLANS {
            self.plans.push(Arc::clone(track.plan()));
        }
    }

    /// The row that speaks for groups without one says so.
    fn tell_overflow(&mut self, family: usize) {
        let Some(why) = self.families[family].overflow() else { return };
        if self.families[family].alone.is_none() {
            self.families[family].alone = Some(self.tracks.len());
            self.add_row(family, &Group::default());
            self.unsorted = true;
        }
        if let Some(row) = self.families[family].alone {
            self.tracks[row].fail(&why);
        }
    }

    /// Finds every family, row and indicator again.
    fn index(&mut self) {
        self.asked.clear();
        self.places.clear();
        for (at, family) in self.families.iter_mut().enumerate() {
            family.alone = None;
            family.groups.clear();
            for (id, part) in parts_of(&family.spec, &Group::default()) {
                self.asked.entry(id).or_insert(Asked { family: at, part });
            }
        }
        let grouped = |(at, family): (usize, &Family)| family.is_grouped().then_some(at);
        self.grouped = self.families.iter().enumerate().filter_map(grouped).collect();
        for track in 0..self.tracks.len() {
            self.index_row(track);
        }
    }

    fn index_row(&mut self, at: usize) {
        let track = &self.tracks[at];
        let family = &mut self.families[track.family];
        if track.slo.group.is_empty() {
            family.alone = Some(at);
        } else {
            family.groups.insert(track.slo.group.clone(), at);
        }
        for (id, part) in parts_of(&family.spec, &track.slo.group) {
            self.places.entry(id).or_insert(Place { track: at, part });
        }
    }
}

/// The ids of a row and of its indicators, with the place of each indicator. An SLO with one indicator
/// shares its id with it.
fn parts_of(spec: &Slo, group: &Group) -> Vec<(String, Option<usize>)> {
    let ids = spec.indicators().into_iter().map(|indicator| indicator.id);
    let mut parts: Vec<_> = ids.zip(0..).map(|(id, at)| (group.row_id(&id), Some(at))).collect();
    let own = group.row_id(&spec.id);
    if parts.iter().all(|(id, _)| *id != own) {
        parts.push((own, None));
    }
    parts
}
