//! How the timeline's lines are shown: what is folded, how times are written, what is marked.

use chrono_tz::Tz;

use super::model::{Model, TimelinePane};
use crate::incident::event::{AlertChange, NoteKind};
use crate::incident::timeline::{Filter, Folding, Plan, Row, Rows};
use crate::incident::{Entry, EventKind, Incident};
use crate::slo::TierState;

/// The rows, and how they came about.
#[derive(Debug)]
pub struct Lines {
    pub rows: Rows,
    pub folding: Folding,
    pub reckoning: Reckoning,
    /// The entry that a marked range begins with.
    pub mark: Option<u64>,
    /// What was last jumped to.
    pub jump: Jump,
    /// Entries were changed in themselves: the rows are made anew.
    pub stale: bool,
}

impl Default for Lines {
    fn default() -> Self {
        let plan = Plan { zone: Tz::UTC, live: true, filter: Filter::default(), folding: Folding::default() };
        Self {
            rows: Rows::new(plan),
            folding: Folding::default(),
            reckoning: Reckoning::Clock,
            mark: None,
            jump: Jump::Decision,
            stale: false,
        }
    }
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reckoning {
    /// `14:02:07`, in the display zone.
    Clock,
    /// `-12m`, from now.
    FromNow,
    /// `T+08:14`, from the declaration.
    FromStart,
}

impl Reckoning {
    /// The next way; without a declaration nothing is reckoned from it.
    #[must_use]
    pub fn next(self, declared: bool) -> Self {
        match self {
            Self::Clock => Self::FromNow,
            Self::FromNow if declared => Self::FromStart,
            _ => Self::Clock,
        }
    }
}

/// A kind of line that can be jumped to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Jump {
    Decision,
    Star,
    Update,
    Phase,
    Alert,
}

impl Jump {
    pub fn word(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Star => "starred line",
            Self::Update => "update",
            Self::Phase => "change of phase",
            Self::Alert => "alert",
        }
    }

    pub fn fits(self, entry: &Entry) -> bool {
        let kind = &entry.event.kind;
        match self {
            Self::Decision => kind.note_kind() == Some(NoteKind::Decision),
            Self::Star => entry.starred,
            Self::Update => matches!(kind, EventKind::Updated { .. }),
            Self::Phase => matches!(kind, EventKind::PhaseChanged { .. } | EventKind::Declared { .. }),
            Self::Alert => match kind {
                EventKind::AlertChanged(change) => [change.from, change.to].contains(&TierState::Firing),
                EventKind::AlertsNoticed(news) => news.change != AlertChange::Suppressed,
                _ => false,
            },
        }
    }
}

/// Brings the rows up to date with entries, filter, zone and folding. To be called after every message: where
/// nothing changed it costs next to nothing.
pub fn arrange(model: &mut Model) {
    let live = model.incident().is_none_or(Incident::is_open);
    let zone = model.setting.zone;
    let TimelinePane { entries, lines, filter, .. } = &mut model.timeline;
    let filter = Filter::parse(&filter.text());
    let plan = Plan { zone, live, filter, folding: lines.folding.clone() };
    if std::mem::take(&mut lines.stale) || *lines.rows.plan() != plan {
        lines.rows = Rows::of(plan, entries);
    } else {
        lines.rows.follow(entries);
    }
}

impl TimelinePane {
    pub fn rows(&self) -> &[Row] {
        self.lines.rows.rows()
    }

    /// The entry that stands for a row; `None` of a day.
    pub fn entry_of(&self, row: &Row) -> Option<&Entry> {
        self.entries.get(row.place()?)
    }

    /// The lines that are shown, in order; of a folded run the last one.
    pub fn visible(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.rows().iter().filter_map(|row| self.entry_of(row))
    }

    /// The place of an entry. Most stand in the order of their numbers: only one that came late makes us look
    /// through all of them.
    pub fn place_of(&self, seq: u64) -> Option<usize> {
        let guess = self.entries.partition_point(|entry| entry.event.seq < seq);
        let is_it = |entry: &Entry| entry.event.seq == seq;
        let guessed = self.entries.get(guess).is_some_and(is_it).then_some(guess);
        guessed.or_else(|| self.entries.iter().rposition(is_it))
    }

    /// The row that an entry is in.
    pub fn row_of(&self, seq: u64) -> Option<usize> {
        let place = self.place_of(seq)?;
        self.rows().iter().rposition(|row| row.holds(place))
    }

    /// The chosen row, while it is shown; without one the newest is followed.
    pub fn chosen_row(&self) -> Option<usize> {
        self.row_of(self.selected?)
    }

    /// The chosen line; `None` on a folded run.
    pub fn chosen(&self) -> Option<&Entry> {
        let row = &self.rows()[self.chosen_row()?];
        if row.is_folded() { None } else { self.entry_of(row) }
    }

    /// The marked rows, from and up to; of a row that is only chosen that one.
    pub fn marked(&self) -> Option<std::ops::RangeInclusive<usize>> {
        let chosen = self.chosen_row()?;
        let mark = self.lines.mark.and_then(|seq| self.row_of(seq)).unwrap_or(chosen);
        Some(mark.min(chosen)..=mark.max(chosen))
    }
}
