//! Keys of the burn pane: through the list, into one SLO and back.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::burn::{BurnPane, Detail, Row, Section};
use crate::app::effect::Effect;
use crate::app::model::{Model, Pane};

/// What can be done in the burn pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BurnAct {
    LookInto,
    Filter,
    Order,
    ByService,
    Fold,
    FoldAll,
    RangeShorter,
    RangeLonger,
    Compare,
    LookBack,
    LookForward,
}

/// Why an action of this pane cannot be done now; `None` when it can.
pub fn disabled(act: BurnAct, pane: &BurnPane) -> Option<&'static str> {
    let looking = pane.detail.is_some();
    match act {
        BurnAct::LookInto if looking => Some("this is the SLO; esc goes back to the list"),
        BurnAct::LookInto if pane.list.row().is_none() => Some("no SLO is selected"),
        BurnAct::Filter | BurnAct::Order | BurnAct::ByService | BurnAct::Fold | BurnAct::FoldAll
            if looking =>
        {
            Some("that is for the list; esc goes back to it")
        }
        BurnAct::Fold | BurnAct::FoldAll if !pane.list.grouped => Some("the list is not by service; press t"),
        BurnAct::Compare | BurnAct::LookBack | BurnAct::LookForward if !looking => {
            Some("that is for one SLO; enter looks into it")
        }
        _ => None,
    }
}

/// Carries out an action of this pane, which takes the focus: help can ask for it from anywhere.
pub fn act(model: &mut Model, act: BurnAct) {
    model.desk.focus = Pane::Burn;
    let pane = &mut model.burn;
    match act {
        BurnAct::LookInto => look_into(pane),
        BurnAct::Filter => pane.list.filtering = true,
        BurnAct::Order => pane.list.order = pane.list.order.next(),
        BurnAct::ByService => pane.list.grouped = !pane.list.grouped,
        BurnAct::Fold => pane.list.fold(pane.evaluator.readings()),
        BurnAct::FoldAll => pane.list.fold_all(pane.evaluator.readings()),
        BurnAct::RangeShorter => pane.range = pane.range.shorter(),
        BurnAct::RangeLonger => pane.range = pane.range.longer(),
        _ => look(pane.detail.as_mut(), act),
    }
    pane.arrange();
}

/// What can be changed about one SLO's page.
fn look(detail: Option<&mut Detail>, act: BurnAct) {
    let Some(detail) = detail else { return };
    match act {
        BurnAct::Compare => detail.baseline = detail.baseline.next(),
        BurnAct::LookBack => detail.look_back(1),
        BurnAct::LookForward => detail.look_back(-1),
        _ => {}
    }
}

/// Opens the selected SLO; of a service, its rows.
fn look_into(pane: &mut BurnPane) {
    match pane.list.row() {
        Some(Row::Service(_)) => pane.list.fold(pane.evaluator.readings()),
        Some(Row::Slo(_)) => {
            pane.detail = pane.selected().map(|reading| Detail::of(&reading.slo));
            // From here on it is chosen: esc comes back to it, wherever it then stands.
            pane.list.move_by(0, pane.evaluator.readings());
        }
        None => {}
    }
}

/// Goes one step back: from an SLO to the list, from a filtered list to the whole one. False where there
/// is nothing to go back from.
pub fn back(model: &mut Model) -> bool {
    let pane = &mut model.burn;
    if pane.detail.take().is_some() {
        return true;
    }
    let filtered = pane.list.has_filter();
    if filtered {
        leave_filter(pane);
    }
    filtered
}

/// A key while the filter is written: the list follows every letter, esc clears it, enter keeps it.
pub fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let pane = &mut model.burn;
    match key.code {
        KeyCode::Esc => leave_filter(pane),
        KeyCode::Enter => pane.list.filtering = false,
        KeyCode::Up => scroll(model, -1),
        KeyCode::Down => scroll(model, 1),
        _ => {
            if pane.list.filter.key(key) {
                pane.arrange();
            }
        }
    }
    Vec::new()
}

/// Pasted text becomes part of the filter.
pub fn paste(model: &mut Model, text: &str) {
    model.burn.list.filter.paste(text);
    model.burn.arrange();
}

fn leave_filter(pane: &mut BurnPane) {
    pane.list.filtering = false;
    pane.list.filter.set("");
    pane.arrange();
}

/// Moves through the list, or through the sections of one SLO; signals that nobody asks for are passed.
pub fn scroll(model: &mut Model, by: isize) {
    let pane = &mut model.burn;
    let service = pane.looked_into().map(|reading| reading.service.as_str());
    let has_signals = service.is_some_and(|service| pane.signals.service(service).is_some());
    match &mut pane.detail {
        Some(detail) => {
            detail.section = detail.section.step(by);
            if detail.section == Section::Signals && !has_signals {
                detail.section = detail.section.step(by.signum());
            }
        }
        None => pane.list.move_by(by, pane.evaluator.readings()),
    }
}
