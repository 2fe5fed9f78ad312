//! Alerts from outside as the console holds them: the inbox, what is selected and unfolded in its window,
//! what waits to be written down. No drawing, no keys.

use std::collections::BTreeSet;

use super::editor::Editor;
use crate::incident::event::{AlertGroup, AlertKey, AlertsTaken};
use crate::incident::inbox::{Batch, Group, Inbox, Known, Pace};
use crate::slo::exclusion::Exclusion;
use crate::text::Time;

/// The alerts, and the window on them.
#[derive(Debug, Default)]
pub struct Alerts {
    pub inbox: Inbox,
    pub pace: Pace,
    /// What the journal has planned.
    pub planned: Vec<Exclusion>,
    /// Sources that post to this process: no other may know what they told.
    pub posting: BTreeSet<String>,
    /// What was posted before this console began, until the journal is known.
    pub recalled: Vec<Batch>,
    /// The journal was read.
    pub is_read: bool,
    /// Something was told that nobody has looked at.
    pub is_stale: bool,
    /// When the inbox was looked at last.
    pub looked_at: Option<Time>,
    /// The alerts that the open form declares an incident for.
    pub declaring: Option<AlertsTaken>,
    /// Which are shown: words of name, labels, service and state.
    pub filter: Editor,
    /// What letters do in the window.
    pub letters: Letters,
    unfolded: BTreeSet<AlertGroup>,
    cursor: Option<Cursor>,
    /// The cursor's row when it was last moved: what is there now where its own row has gone.
    at: usize,
}

/// What letters do in the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Letters {
    /// They act on what is selected.
    #[default]
    Act,
    /// They are written into the filter.
    Filter,
    /// They only end the sight of the keys, which are shown in place of the alerts.
    EndKeys,
}

/// A row of the window: a group, or one of its alerts, by their places in the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    Group(usize),
    Alert(usize),
}

/// What is selected, whatever else comes and goes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Cursor {
    Group(AlertGroup),
    Alert(AlertKey),
}

impl Alerts {
    /// The rows of the window, from the top.
    pub fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let words = self.words();
        for (place, group) in self.inbox.groups().iter().enumerate() {
            let mut members = self.held(group, &words).peekable();
            if members.peek().is_none() {
                continue;
            }
            rows.push(Row::Group(place));
            if self.is_unfolded(group) {
                rows.extend(members.map(Row::Alert));
            }
        }
        rows
    }

    /// Places of a group's alerts that the filter lets through.
    pub fn shown_of(&self, group: &Group) -> Vec<usize> {
        self.held(group, &self.words()).collect()
    }

    /// Whether there is a filter or one is being written.
    pub fn has_filter(&self) -> bool {
        self.letters == Letters::Filter || !self.filter.is_blank()
    }

    fn words(&self) -> Vec<String> {
        self.filter.text().to_lowercase().split_whitespace().map(str::to_owned).collect()
    }

    /// Places of a group's alerts that hold all words.
    fn held<'a>(&'a self, group: &'a Group, words: &'a [String]) -> impl Iterator<Item = usize> + 'a {
        let holds = move |place: &usize| words.is_empty() || holds(self.inbox.alert(*place), words);
        group.members().filter(holds)
    }

    pub fn is_unfolded(&self, group: &Group) -> bool {
        self.unfolded.contains(&group.id)
    }

    /// The place of the selected row among these.
    pub fn at(&self, rows: &[Row]) -> usize {
        let is_chosen = |row: &Row| match (&self.cursor, *row) {
            (Some(Cursor::Group(id)), Row::Group(place)) => self.inbox.groups()[place].id == *id,
            (Some(Cursor::Alert(key)), Row::Alert(place)) => self.inbox.alert(place).key == *key,
            _ => false,
        };
        let found = rows.iter().position(is_chosen);
        found.unwrap_or_else(|| self.at.min(rows.len().saturating_sub(1)))
    }

    fn row(&self) -> Option<Row> {
        let rows = self.rows();
        rows.get(self.at(&rows)).copied()
    }

    /// Moves the selection by so many rows.
    pub fn walk(&mut self, by: isize) {
        let rows = self.rows();
        let at = self.at(&rows).saturating_add_signed(by).min(rows.len().saturating_sub(1));
        self.select(rows.get(at).copied());
        self.at = at;
    }

    fn select(&mut self, row: Option<Row>) {
        self.cursor = row.map(|row| match row {
            Row::Group(place) => Cursor::Group(self.inbox.groups()[place].id.clone()),
            Row::Alert(place) => Cursor::Alert(self.inbox.alert(place).key.clone()),
        });
    }

    /// Folds or unfolds the selected group; of an alert the group it is in, which is selected then.
    pub fn fold(&mut self) {
        let id = match self.row() {
            Some(Row::Group(place)) => self.inbox.groups()[place].id.clone(),
            Some(Row::Alert(place)) => self.inbox.alert(place).group.clone(),
            None => return,
        };
        if !self.unfolded.remove(&id) {
            self.unfolded.insert(id.clone());
        }
        self.cursor = Some(Cursor::Group(id));
    }

    /// The selected alerts that are live: one, or those of a group that are shown.
    pub fn chosen(&self) -> Vec<&Known> {
        let places = match self.row() {
            Some(Row::Group(place)) => self.shown_of(&self.inbox.groups()[place]),
            Some(Row::Alert(place)) => vec![place],
            None => Vec::new(),
        };
        places
            .into_iter()
            .map(|place| self.inbox.alert(place))
            .filter(|alert| alert.standing.is_live())
            .collect()
    }

    /// The same as somebody takes or links them.
    pub fn taken(&self) -> Option<AlertsTaken> {
        taken(&self.chosen())
    }
}

/// Whether an alert's name, labels, service or state hold all words.
fn holds(alert: &Known, words: &[String]) -> bool {
    let labels = alert.heard.labels.iter().map(|(name, value)| format!("{name}={value}\n"));
    let mut text: String = labels.collect();
    let service = alert.service.as_deref().unwrap_or_default();
    text.extend([alert.heard.name(), "\n", service, "\n", alert.standing.word(), "\n"]);
    text.push_str(alert.standing.name());
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word))
}

/// Alerts of one group as events name them; `None` of none.
pub fn taken(alerts: &[&Known]) -> Option<AlertsTaken> {
    let first = alerts.first()?;
    let same = alerts.iter().all(|alert| alert.service == first.service);
    Some(AlertsTaken {
        group: first.group.clone(),
        service: first.service.clone().filter(|_| same),
        alerts: alerts.iter().map(|alert| alert.key.clone()).collect(),
    })
}
