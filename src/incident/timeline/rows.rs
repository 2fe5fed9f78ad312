//! A timeline as rows: days apart, runs of the system's lines folded under what people said, threads folded
//! to their last line. Every entry that is wanted is in exactly one row.
//!
//! Rows are kept and read on: an entry at the end costs one row, however long the timeline is.

mod run;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::tally::{Tally, burn_of};
use super::{Entry, Filter, Weight};
use crate::incident::Phase;
use crate::incident::event::{AlertChange, Answer, EventKind};
use crate::slo::{Severity, TierState};
use run::Run;

/// What the rows are made by.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The zone whose midnight parts two days.
    pub zone: Tz,
    /// Things still happen: the system's last line stands by itself.
    pub live: bool,
    /// Which entries are wanted; with one nothing is folded.
    pub filter: Filter,
    pub folding: Folding,
}

/// What is folded and what is not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folding {
    /// Nothing of the system's is folded.
    pub all_open: bool,
    /// Runs that are the other way round, by the number of their first entry.
    pub turned: BTreeSet<u64>,
    /// Threads that are folded to their last line.
    pub threads: BTreeSet<String>,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub shows: Shows,
    /// The phase the incident was in; `None` before its declaration.
    pub phase: Option<Phase>,
    /// The phase began with this row.
    pub begins: bool,
    /// The run it belongs to, or that is folded under it: the number of the run's first entry.
    pub run: Option<u64>,
}

/// What a row shows; entries by their places in the timeline.
#[derive(Debug, Clone, PartialEq)]
pub enum Shows {
    /// A day begins.
    Day(NaiveDate),
    Entry {
        at: usize,
        /// Bookkeeping folded under it.
        under: Range<usize>,
        /// Earlier lines of its thread that are folded into it.
        before: Vec<usize>,
    },
    /// Lines of the system.
    Folded { run: Range<usize>, tally: Tally },
}

impl Row {
    fn of(shows: Shows, phase: Option<Phase>) -> Self {
        Self { shows, phase, begins: false, run: None }
    }

    fn entry(at: usize, phase: Option<Phase>) -> Self {
        Self::of(Shows::Entry { at, under: 0..0, before: Vec::new() }, phase)
    }

    /// The place of the entry that stands for the row; `None` of a day.
    pub fn place(&self) -> Option<usize> {
        match &self.shows {
            Shows::Day(_) => None,
            Shows::Entry { at, .. } => Some(*at),
            Shows::Folded { run, .. } => run.end.checked_sub(1),
        }
    }

    /// The places of all its entries.
    pub fn places(&self) -> Vec<usize> {
        match &self.shows {
            Shows::Day(_) => Vec::new(),
            Shows::Entry { at, under, before } => {
                before.iter().copied().chain([*at]).chain(under.clone()).collect()
            }
            Shows::Folded { run, .. } => run.clone().collect(),
        }
    }

    /// Whether it shows a run and no line.
    pub fn is_folded(&self) -> bool {
        matches!(self.shows, Shows::Folded { .. })
    }

    /// Whether an entry is in it.
    pub fn holds(&self, place: usize) -> bool {
        match &self.shows {
            Shows::Day(_) => false,
            Shows::Entry { at, under, before } => {
                *at == place || under.contains(&place) || before.contains(&place)
            }
            Shows::Folded { run, .. } => run.contains(&place),
        }
    }
}

/// The rows of a timeline, and where reading them stands.
#[derive(Debug)]
pub struct Rows {
    plan: Plan,
    list: Vec<Row>,
    /// Rows that stay as they are; those behind them are of the run at the end.
    closed: usize,
    /// Entries that were read, and the number of the last one.
    read: usize,
    last: Option<u64>,
    day: Option<NaiveDate>,
    phase: Option<Phase>,
    run: Option<Run>,
    /// The firing that the declaration followed.
    opening: Option<usize>,
    /// The last line of each folded thread, and the earlier ones that were met.
    tails: BTreeMap<String, (usize, Vec<usize>)>,
}

impl Rows {
    /// No rows yet.
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            list: Vec::new(),
            closed: 0,
            read: 0,
            last: None,
            day: None,
            phase: None,
            run: None,
            opening: None,
            tails: BTreeMap::new(),
        }
    }

    /// The rows of a whole timeline.
    pub fn of(plan: Plan, entries: &[Entry]) -> Self {
        let mut rows = Self::new(plan);
        rows.opening = opening(entries);
        rows.tails = rows.tails(entries);
        rows.read_on(entries);
        rows
    }

    pub fn rows(&self) -> &[Row] {
        &self.list
    }

    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Brings the rows up to date with a timeline whose entries themselves did not change: reads on where
    /// there are more at its end, else from the beginning.
    pub fn follow(&mut self, entries: &[Entry]) {
        let stands = self.read.checked_sub(1).and_then(|last| entries.get(last));
        let continues = stands.map(|entry| entry.event.seq) == self.last && self.last.is_some();
        let fresh = entries.get(self.read..).unwrap_or_default();
        if continues && !fresh.iter().any(|entry| self.is_folded_thread(entry)) {
            self.read_on(entries);
        } else {
            *self = Self::of(self.plan.clone(), entries);
        }
    }

    fn is_folded_thread(&self, entry: &Entry) -> bool {
        !self.plan.folding.threads.is_empty()
            && entry.thread().is_some_and(|thread| self.plan.folding.threads.contains(&thread))
    }

    /// Where each folded thread ends.
    fn tails(&self, entries: &[Entry]) -> BTreeMap<String, (usize, Vec<usize>)> {
        let folded = &self.plan.folding.threads;
        if folded.is_empty() || !self.plan.filter.is_empty() {
            return BTreeMap::new();
        }
        let threads = entries.iter().enumerate().filter_map(|(at, entry)| Some((entry.thread()?, at)));
        threads
            .filter(|(thread, _)| folded.contains(thread))
            .map(|(name, at)| (name, (at, Vec::new())))
            .collect()
    }

    fn read_on(&mut self, entries: &[Entry]) {
        self.list.truncate(self.closed);
        self.take_out();
        for (at, entry) in entries.iter().enumerate().skip(self.read) {
            self.take(at, entry);
        }
        (self.read, self.last) = (entries.len(), entries.last().map(|entry| entry.event.seq));
        self.closed = self.list.len();
        if let Some(run) = self.run.clone() {
            self.write(&run, self.plan.live);
        }
    }

    fn take(&mut self, at: usize, entry: &Entry) {
        if !self.plan.filter.lets(entry) {
            return;
        }
        let Some(before) = self.before_in_thread(at, entry) else {
            self.close();
            return;
        };
        let day = entry.event.sorts_at().with_timezone(&self.plan.zone).date_naive();
        if self.day.replace(day) != Some(day) {
            self.close();
            self.list.push(Row::of(Shows::Day(day), self.phase));
        }
        if self.folds(at, entry) {
            self.gather(at, entry);
            return;
        }
        self.close();
        let begins = begins(&entry.event.kind);
        self.phase = begins.or(self.phase);
        let shows = Shows::Entry { at, under: 0..0, before };
        self.list.push(Row { begins: begins.is_some(), ..Row::of(shows, self.phase) });
    }

    /// Earlier lines of its folded thread; `None` where it is one of them.
    fn before_in_thread(&mut self, at: usize, entry: &Entry) -> Option<Vec<usize>> {
        if self.tails.is_empty() {
            return Some(Vec::new());
        }
        let Some((tail, before)) = entry.thread().and_then(|thread| self.tails.get_mut(&thread)) else {
            return Some(Vec::new());
        };
        if *tail == at {
            return Some(std::mem::take(before));
        }
        before.push(at);
        None
    }

    /// Whether it goes into a run. What people said never does, nor what began the incident, nor what failed.
    fn folds(&self, at: usize, entry: &Entry) -> bool {
        self.plan.filter.is_empty()
            && entry.weight() < Weight::Word
            && !entry.starred
            && self.opening != Some(at)
            && !has_failed(&entry.event.kind)
            && entry.thread().is_none()
    }

    fn gather(&mut self, at: usize, entry: &Entry) {
        let folding = &self.plan.folding;
        let seq = entry.event.seq;
        let is_open = || folding.all_open != folding.turned.contains(&seq);
        let run = self.run.get_or_insert_with(|| Run::begin(seq, at, is_open()));
        run.take(at, entry);
        if run.open {
            let key = Some(run.key);
            self.list.push(Row { run: key, ..Row::entry(at, self.phase) });
        }
    }

    fn close(&mut self) {
        if let Some(run) = self.run.take() {
            self.write(&run, false);
        }
    }

    /// The rows of a folded run. One fact stands by itself, and so does the last one of a run that goes on;
    /// bookkeeping alone goes under the row before.
    fn write(&mut self, run: &Run, goes_on: bool) {
        if run.open {
            return;
        }
        let Range { start, end } = run.places;
        match run.facts {
            0 if self.put_under(start..end, run.key) => {}
            0 => self.fold(start..end, run.all, run.key),
            1 if start == run.first_fact || self.put_under(start..run.first_fact, run.key) => {
                self.stand(run.first_fact, end, run.key);
            }
            2 if goes_on && start == run.first_fact => {
                self.stand(run.first_fact, run.last_fact, run.key);
                self.stand(run.last_fact, end, run.key);
            }
            _ if goes_on && run.last_fact > start => {
                self.fold(start..run.last_fact, run.earlier, run.key);
                self.stand(run.last_fact, end, run.key);
            }
            _ => self.fold(start..end, run.all, run.key),
        }
    }

    /// A fact that stands by itself, with the bookkeeping behind it.
    fn stand(&mut self, at: usize, end: usize, key: u64) {
        let shows = Shows::Entry { at, under: at + 1..end, before: Vec::new() };
        self.list.push(Row { run: Some(key), ..Row::of(shows, self.phase) });
    }

    fn fold(&mut self, run: Range<usize>, tally: Tally, key: u64) {
        self.list.push(Row { run: Some(key), ..Row::of(Shows::Folded { run, tally }, self.phase) });
    }

    /// Takes from under the last row what the run that goes on had put there.
    fn take_out(&mut self) {
        let key = self.run.as_ref().filter(|run| !run.open).map(|run| run.key);
        if let (Some(_), Some(Row { shows: Shows::Entry { under, .. }, run, .. })) =
            (key, self.list.last_mut())
            && *run == key
        {
            (*under, *run) = (0..0, None);
        }
    }

    /// False where there is no entry before to put it under, or it has a run of its own.
    fn put_under(&mut self, places: Range<usize>, key: u64) -> bool {
        let Some(Row { shows: Shows::Entry { under, .. }, run, .. }) = self.list.last_mut() else {
            return false;
        };
        if run.is_some() {
            return false;
        }
        (*under, *run) = (places, Some(key));
        true
    }
}

/// The phase that begins with an event.
fn begins(kind: &EventKind) -> Option<Phase> {
    match kind {
        EventKind::Declared { .. } => Some(Phase::Detection),
        EventKind::PhaseChanged { to, .. } => Some(*to),
        _ => None,
    }
}

/// What went wrong is read, not counted.
fn has_failed(kind: &EventKind) -> bool {
    match kind {
        EventKind::StepRan(run) => run.exit != Some(0),
        EventKind::StepVerified(verified) => verified.answer != Answer::Yes,
        EventKind::PostFailed(_) => true,
        _ => false,
    }
}

/// The place of the firing that the declaration followed: the last one that pages, else the last one.
fn opening(entries: &[Entry]) -> Option<usize> {
    let declared = entries.iter().position(|entry| matches!(entry.event.kind, EventKind::Declared { .. }))?;
    let before = entries[..declared].iter().enumerate().rev();
    let fires = before.filter(|(_, entry)| match &entry.event.kind {
        EventKind::AlertChanged(change) => change.to == TierState::Firing,
        EventKind::AlertsNoticed(news) => news.change == AlertChange::Fired,
        _ => false,
    });
    let pages = |entry: &Entry| matches!(&entry.event.kind, EventKind::AlertChanged(change) if change.severity == Severity::Page);
    let (mut last, mut paging) = (None, None);
    for (at, entry) in fires {
        last = last.or(Some(at));
        paging = paging.or(pages(entry).then_some(at));
        if paging.is_some() {
            break;
        }
    }
    paging.or(last)
}

/// The burn of the entries of a row, where they say it: of several the worst.
pub fn told_burn(row: &Row, entries: &[Entry]) -> Option<f64> {
    match &row.shows {
        Shows::Day(_) => None,
        Shows::Folded { tally, .. } => tally.burn,
        Shows::Entry { at, under, .. } => {
            let places = std::iter::once(*at).chain(under.clone());
            places.filter_map(|at| burn_of(&entries.get(at)?.event.kind)).reduce(f64::max)
        }
    }
}
