//! The list of SLOs: which rows there are, in which order, and which one is selected. Arranged when
//! something changed, never while it is drawn.

use std::collections::{BTreeSet, HashMap};

use super::rank::{Order, Urgency, worst};
use crate::app::editor::Editor;
use crate::slo::{Evaluator, Reading, Slo};

/// What the selection holds on to: an id, not a place, so that it stays when the order changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    Slo(String),
    Service(String),
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    /// Index into the readings.
    Slo(usize),
    Service(Heading),
}

/// The row above a service's SLOs.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    pub service: String,
    /// Index of the worst of its readings.
    pub worst: usize,
    pub slos: usize,
    pub firing: usize,
    /// No data, stale, frozen or unmeasurable.
    pub blind: usize,
    pub folded: bool,
}

/// How many SLOs there are, and what a filter keeps from sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    pub all: usize,
    pub shown: usize,
    pub firing: usize,
    pub blind: usize,
    /// Firing, and not shown.
    pub firing_hidden: usize,
}

/// The list as it is arranged.
#[derive(Debug, Clone)]
pub struct List {
    pub order: Order,
    pub filter: Editor,
    /// The filter's line owns the keyboard.
    pub filtering: bool,
    pub grouped: bool,
    folded: BTreeSet<String>,
    cursor: Option<Cursor>,
    /// Indexes of all readings, the worst first.
    ranked: Vec<usize>,
    /// Indexes of those that the filter lets through, the worst first.
    worst: Vec<usize>,
    rows: Vec<Row>,
    at: usize,
    tally: Tally,
    longest: usize,
}

impl Default for List {
    fn default() -> Self {
        Self {
            order: Order::default(),
            filter: Editor::line(""),
            filtering: false,
            grouped: false,
            folded: BTreeSet::new(),
            cursor: None,
            ranked: Vec::new(),
            worst: Vec::new(),
            rows: Vec::new(),
            at: 0,
            tally: Tally::default(),
            longest: 0,
        }
    }
}

impl List {
    /// Arranges all rows anew. Sorts only where the order is not the right one already.
    pub fn arrange(&mut self, evaluator: &Evaluator) {
        let readings = evaluator.readings();
        self.rank(readings);
        let filter = Filter::new(&self.filter.text());
        let lets = |index: &usize| filter.lets(&readings[*index], evaluator);
        self.worst = self.ranked.iter().copied().filter(lets).collect();
        self.longest = readings.iter().map(|reading| reading.slo.chars().count()).max().unwrap_or(0);
        self.tally = tally(readings, &self.worst);
        let mut order = self.worst.clone();
        if self.order != Order::Worst {
            order.sort_unstable_by(|one, other| self.order.compare(&readings[*one], &readings[*other]));
        }
        self.rows = if self.grouped {
            self.grouped_rows(&order, readings)
        } else {
            order.into_iter().map(Row::Slo).collect()
        };
        self.find_cursor(readings);
    }

    fn rank(&mut self, readings: &[Reading]) {
        if self.ranked.len() != readings.len() {
            self.ranked = (0..readings.len()).collect();
        }
        let compare = |one: &usize, other: &usize| worst(&readings[*one], &readings[*other]);
        if !self.ranked.is_sorted_by(|one, other| compare(one, other).is_le()) {
            self.ranked.sort_unstable_by(compare);
        }
    }

    /// Services in the order of their first row, each with its rows below unless it is folded.
    fn grouped_rows(&self, order: &[usize], readings: &[Reading]) -> Vec<Row> {
        let mut services: Vec<(&str, Vec<usize>)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for index in order {
            let service = readings[*index].service.as_str();
            let place = *places.entry(service).or_insert(services.len());
            if place == services.len() {
                services.push((service, Vec::new()));
            }
            services[place].1.push(*index);
        }
        let rows = services.into_iter().flat_map(|(service, members)| {
            let heading = self.heading(service, &members, readings);
            let open = if heading.folded { Vec::new() } else { members };
            std::iter::once(Row::Service(heading)).chain(open.into_iter().map(Row::Slo))
        });
        rows.collect()
    }

    fn heading(&self, service: &str, members: &[usize], readings: &[Reading]) -> Heading {
        let count =
            |wanted: fn(&Reading) -> bool| members.iter().filter(|index| wanted(&readings[**index])).count();
        let gravest = members.iter().min_by(|one, other| worst(&readings[**one], &readings[**other]));
        Heading {
            service: service.to_owned(),
            worst: gravest.copied().unwrap_or(0),
            slos: members.len(),
            firing: count(fires),
            blind: count(is_blind),
            folded: self.folded.contains(service),
        }
    }

    /// Where the selected row is now. One that is gone gives its place to the row that took it, one that
    /// a filter hides to the first.
    fn find_cursor(&mut self, readings: &[Reading]) {
        let last = self.rows.len().saturating_sub(1);
        let Some(cursor) = &self.cursor else {
            self.at = 0;
            return;
        };
        let is_it = |row: &Row| match (row, cursor) {
            (Row::Slo(index), Cursor::Slo(id)) => {
                readings.get(*index).is_some_and(|reading| reading.slo == *id)
            }
            (Row::Service(heading), Cursor::Service(name)) => heading.service == *name,
            _ => false,
        };
        self.at =
            self.rows.iter().position(is_it).unwrap_or(if self.has_filter() { 0 } else { self.at.min(last) });
    }

    /// The rows to draw, in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Indexes of the readings that the filter lets through, the worst first.
    pub fn worst(&self) -> &[usize] {
        &self.worst
    }

    /// Place of the selected row.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The selected row. Until somebody chooses one it is the first.
    pub fn row(&self) -> Option<&Row> {
        self.rows.get(self.at)
    }

    /// Whether somebody chose a row.
    pub fn is_walked(&self) -> bool {
        self.cursor.is_some()
    }

    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// Letters of the longest id.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Whether there is a filter or one is being written.
    pub fn has_filter(&self) -> bool {
        self.filtering || !self.filter.is_blank()
    }

    /// Moves the selection by rows.
    pub fn move_by(&mut self, by: isize, readings: &[Reading]) {
        let last = self.rows.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
        self.cursor = self.row().and_then(|row| match row {
            Row::Slo(index) => Some(Cursor::Slo(readings.get(*index)?.slo.clone())),
            Row::Service(heading) => Some(Cursor::Service(heading.service.clone())),
        });
    }

    /// Selects an SLO by its id, wherever it is.
    pub fn select(&mut self, slo: &str, readings: &[Reading]) {
        self.cursor = Some(Cursor::Slo(slo.to_owned()));
        self.find_cursor(readings);
    }

    /// Folds or unfolds the service of the selected row, which then stays selected by its heading.
    pub fn fold(&mut self, readings: &[Reading]) {
        let Some(service) = self.service(readings) else { return };
        if !self.folded.remove(&service) {
            self.folded.insert(service.clone());
        }
        self.cursor = Some(Cursor::Service(service));
    }

    /// Folds every service, or, where all are folded, unfolds every one.
    pub fn fold_all(&mut self, readings: &[Reading]) {
        let services: BTreeSet<String> = readings.iter().map(|reading| reading.service.clone()).collect();
        let all = services.iter().all(|service| self.folded.contains(service));
        self.folded = if all { BTreeSet::new() } else { services };
        if let (Some(service), false) = (self.service(readings), all) {
            self.cursor = Some(Cursor::Service(service));
        }
    }

    /// The service of the selected row.
    fn service(&self, readings: &[Reading]) -> Option<String> {
        match self.row()? {
            Row::Service(heading) => Some(heading.service.clone()),
            Row::Slo(index) => Some(readings.get(*index)?.service.clone()),
        }
    }
}

/// Words that a row must hold, every one somewhere.
struct Filter {
    words: Vec<String>,
}

impl Filter {
    fn new(text: &str) -> Self {
        Self { words: text.to_lowercase().split_whitespace().map(str::to_owned).collect() }
    }

    fn lets(&self, reading: &Reading, evaluator: &Evaluator) -> bool {
        if self.words.is_empty() {
            return true;
        }
        let text = searched(reading, evaluator.slo(&reading.slo));
        self.words.iter().all(|word| text.contains(word))
    }
}

/// What a filter looks at, in small letters: id, service, owner, labels as `name=value`, the state's
/// word, and `suppressed` where it is.
fn searched(reading: &Reading, slo: Option<&Slo>) -> String {
    let mut text = format!("{}\n{}\n{}", reading.slo, reading.service, reading.state.word());
    if reading.suppressed.is_some() {
        text.push_str("\nsuppressed");
    }
    if let Some(slo) = slo {
        let labels = slo.labels.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in labels.chain(slo.group.labels()) {
            text.extend(["\n", name, "=", value]);
        }
        text.extend(["\n", slo.owner.as_deref().unwrap_or_default()]);
    }
    text.to_lowercase()
}

fn tally(readings: &[Reading], shown: &[usize]) -> Tally {
    let firing = readings.iter().filter(|reading| fires(reading)).count();
    let in_sight = shown.iter().filter(|index| fires(&readings[**index])).count();
    Tally {
        all: readings.len(),
        shown: shown.len(),
        firing,
        blind: readings.iter().filter(|reading| is_blind(reading)).count(),
        firing_hidden: firing - in_sight,
    }
}

fn fires(reading: &Reading) -> bool {
    Urgency::of(reading).fires()
}

fn is_blind(reading: &Reading) -> bool {
    matches!(Urgency::of(reading), Urgency::Blind | Urgency::Unmeasurable)
}
