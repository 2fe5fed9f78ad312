//! The window of the search: asked with every letter, answered when the answer comes, and from a hit to its
//! line in its incident.

use crossterm::event::{KeyCode, KeyEvent};

use super::editor::Editor;
use super::effect::Effect;
use super::form::Popup;
use super::model::{Model, Pane};
use super::notice::Tone;
use super::on_timeline;
use crate::incident::search::{Found, Hit, Order, Query};
use crate::incident::timeline::Filter;

/// Most hits of the window.
const SHOWN: usize = 100;
const PAGE: usize = 10;

/// What is looked for, and what was found of it so far.
#[derive(Debug, Clone)]
pub struct Searching {
    /// Words, and kind:decision, by:ana, tag:db.
    pub line: Editor,
    pub order: Order,
    /// The last answer; while another one is awaited it stays on the screen.
    pub found: Option<Result<Found, String>>,
    /// The answer is the one to what stands there now.
    pub answered: bool,
    pub chosen: usize,
}

impl Searching {
    pub fn open() -> Self {
        let (line, order) = (Editor::line(""), Order::Newest);
        Self { line, order, found: None, answered: true, chosen: 0 }
    }

    fn query(&self) -> Query {
        let wanted = Filter::parse(&self.line.text());
        Query { wanted, order: self.order, limit: SHOWN, ..Query::default() }
    }

    pub fn hits(&self) -> &[Hit] {
        match &self.found {
            Some(Ok(found)) => &found.hits,
            _ => &[],
        }
    }

    /// Why the words that stand there cannot be looked for; nothing while there are none.
    pub fn refusal(&self) -> Option<String> {
        self.query().refusal().filter(|_| !self.line.is_blank())
    }

    /// Asks for what stands there now.
    pub fn ask(&mut self) -> Vec<Effect> {
        let query = self.query();
        self.answered = query.refusal().is_some();
        if self.answered {
            self.found = None;
            return Vec::new();
        }
        vec![Effect::Search(query)]
    }
}

/// A key in the window.
pub fn key(model: &mut Model, mut searching: Searching, key: KeyEvent) -> Vec<Effect> {
    let last = searching.hits().len().saturating_sub(1);
    let mut effects = Vec::new();
    match key.code {
        KeyCode::Enter => {
            let hit = searching.hits().get(searching.chosen).cloned();
            if let Some(hit) = hit {
                return show(model, &hit);
            }
        }
        KeyCode::Up => searching.chosen = searching.chosen.saturating_sub(1),
        KeyCode::Down => searching.chosen = (searching.chosen + 1).min(last),
        KeyCode::PageUp => searching.chosen = searching.chosen.saturating_sub(PAGE),
        KeyCode::PageDown => searching.chosen = (searching.chosen + PAGE).min(last),
        KeyCode::Tab => {
            searching.order = if searching.order == Order::Newest { Order::Ranked } else { Order::Newest };
            effects = searching.ask();
        }
        _ => {
            if searching.line.key(key) {
                effects = searching.ask();
            }
        }
    }
    model.popup = Some(Popup::Search(searching));
    effects
}

/// An answer. One to other words than stand there now is too late.
pub fn found(model: &mut Model, query: &Query, outcome: Result<Found, String>) -> Vec<Effect> {
    if let Some(Popup::Search(searching)) = &mut model.popup
        && searching.query() == *query
    {
        searching.found = Some(outcome);
        searching.answered = true;
        searching.chosen = 0;
    }
    Vec::new()
}

/// Shows the incident of a hit and chooses its line there; what belongs to none is chosen where it is shown.
fn show(model: &mut Model, hit: &Hit) -> Vec<Effect> {
    let seq = hit.entry.event.seq;
    let effects = match &hit.entry.event.incident {
        Some(incident) if model.ledger.incident(incident).is_some() => {
            on_timeline::show(model, incident.clone())
        }
        _ => Vec::new(),
    };
    model.timeline.filter.set("");
    if model.timeline.entries.iter().any(|entry| entry.event.seq == seq) {
        model.timeline.selected = Some(seq);
        model.desk.focus = Pane::Timeline;
    } else {
        let text = format!("line {seq} belongs to no incident: {}", hit.entry.text);
        model.notices.say(model.now, Tone::Info, text);
    }
    effects
}
