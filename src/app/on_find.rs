//! The window that finds a runbook: asked with every letter, answered at once, what fires now on top.

use crossterm::event::{KeyCode, KeyEvent};

use super::editor::Editor;
use super::effect::Effect;
use super::form::Popup;
use super::model::{Model, Pane};
use super::{on_burn, on_runbook};
use crate::incident::Incident;
use crate::incident::inbox::{Standing, runbook_names};
use crate::runbook::find::{Hit, Moment};
use crate::runbook::outcome::Outcomes;
use crate::slo::SloState;

const PAGE: usize = 10;
/// Alerts that are looked through for what they lead to.
const LOOKED_THROUGH: usize = 200;

/// What is looked for, and what was found of it.
#[derive(Debug, Clone)]
pub struct Finding {
    pub line: Editor,
    pub moment: Moment,
    pub hits: Vec<Hit>,
    pub chosen: usize,
}

impl Finding {
    /// All runbooks, those that something leads to now on top.
    pub fn open(model: &Model) -> Self {
        let mut finding = Self { line: Editor::line(""), moment: moment(model), hits: Vec::new(), chosen: 0 };
        finding.look(model);
        finding
    }

    /// Looks for what stands there now.
    fn look(&mut self, model: &Model) {
        self.hits = model.runbook.library.shelf().find(&self.line.text(), &self.moment);
        self.chosen = 0;
    }

    pub fn chosen(&self) -> Option<&Hit> {
        self.hits.get(self.chosen)
    }

    fn go(&mut self, by: isize) {
        let last = self.hits.len().saturating_sub(1);
        self.chosen = self.chosen.saturating_add_signed(by).min(last);
    }
}

/// A key in the window.
pub fn key(model: &mut Model, mut finding: Finding, key: KeyEvent) -> Vec<Effect> {
    let page = PAGE.cast_signed();
    match key.code {
        KeyCode::Enter => {
            if let Some(name) = finding.chosen().map(|hit| hit.runbook.clone()) {
                model.desk.focus = Pane::Runbook;
                return on_runbook::open(model, &name);
            }
        }
        KeyCode::Up | KeyCode::BackTab => finding.go(-1),
        KeyCode::Down | KeyCode::Tab => finding.go(1),
        KeyCode::PageUp => finding.go(-page),
        KeyCode::PageDown => finding.go(page),
        _ => {
            if finding.line.key(key) {
                finding.look(model);
            }
        }
    }
    model.popup = Some(Popup::Runbooks(finding));
    Vec::new()
}

/// A paste into the window's line.
pub fn paste(model: &mut Model, text: &str) {
    let Some(Popup::Runbooks(mut finding)) = model.popup.take() else { return };
    finding.line.paste(text);
    finding.look(model);
    model.popup = Some(Popup::Runbooks(finding));
}

/// The library was read again: what is open shows it as it is now, the chosen one stays chosen.
pub fn shelved(model: &mut Model) {
    if !matches!(model.popup, Some(Popup::Runbooks(_))) {
        return;
    }
    let Some(Popup::Runbooks(mut finding)) = model.popup.take() else { return };
    let chosen = finding.chosen().map(|hit| hit.runbook.clone());
    finding.look(model);
    finding.chosen = finding.hits.iter().position(|hit| Some(&hit.runbook) == chosen.as_ref()).unwrap_or(0);
    model.popup = Some(Popup::Runbooks(finding));
}

/// What leads to runbooks now: the SLOs of the incident on the screen, then all that burns, then alerts from
/// outside; and what came of each runbook so far.
fn moment(model: &Model) -> Moment {
    let mut moment = Moment { fitting: Vec::new(), outcomes: Outcomes::of(&model.ledger) };
    if let Some(incident) = model.incident().filter(|incident| incident.is_open()) {
        lead_incident(model, incident, &mut moment);
    }
    let evaluator = &model.burn.evaluator;
    for reading in evaluator.readings().iter().filter(|reading| reading.state == SloState::Firing) {
        let runbook = evaluator.slo(&reading.slo).and_then(|slo| slo.runbook.as_deref());
        if let Some(runbook) = runbook {
            moment.lead(runbook, format!("{} burns", reading.slo));
        }
    }
    let fires = |standing: &Standing| matches!(standing, Standing::Firing | Standing::Taken);
    let alerts = model.burn.alerts.inbox.alerts().iter().filter(|alert| fires(&alert.standing));
    for alert in alerts.take(LOOKED_THROUGH) {
        if let Some(runbook) = model.runbook.library.shelf().called(&runbook_names(&alert.heard).0) {
            moment.lead(runbook, format!("{} fires", alert.heard.name()));
        }
    }
    moment
}

fn lead_incident(model: &Model, incident: &Incident, moment: &mut Moment) {
    if let Some(runbook) = on_burn::runbook_for(model, &incident.services) {
        moment.lead(&runbook, format!("of {}, in this incident", incident.services.join(", ")));
    }
}
