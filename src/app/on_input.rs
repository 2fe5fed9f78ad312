//! Keys and pastes: to whoever owns the keyboard, else through the action table.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::action::{self, Action};
use super::alerts::Letters;
use super::effect::Effect;
use super::form::{Form, Help, Popup};
use super::model::{Model, Pane};
use super::notice::Tone;
use super::on_find::Finding;
use super::on_page::Reading;
use super::on_run::{assist, reveal};
use super::on_search::Searching;
use super::{
    on_burn, on_clocks, on_entries, on_fields, on_find, on_incidents, on_lines, on_maintenance, on_outbox,
    on_popup, on_postmortem, on_query, on_roles, on_runbook, on_scribe, on_similar, on_tasks, on_triage,
    on_update,
};

/// Lines a page key moves.
const PAGE: isize = 10;

/// A key. A window owns it, then a text being written, then the focused pane, then the console.
pub fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    if key.kind == KeyEventKind::Release {
        return Vec::new();
    }
    if model.popup.is_some() {
        return on_popup::key(model, key);
    }
    if model.timeline.writing {
        return on_scribe::key(model, key);
    }
    if model.timeline.filtering {
        return on_entries::key(model, key);
    }
    if model.postmortem.writing {
        return on_postmortem::key(model, key);
    }
    if model.burn.list.filtering {
        return on_burn::key(model, key);
    }
    if assist::stops(model, key) {
        return Vec::new();
    }
    if key.code == KeyCode::Esc && key.modifiers == KeyModifiers::NONE {
        back(model);
        return Vec::new();
    }
    match model.setting.keymap.action(key, model.desk.focus) {
        Some(action) => act(model, action),
        None => Vec::new(),
    }
}

/// A paste goes into the text being written and nowhere else; it never confirms anything.
pub fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    match &mut model.popup {
        Some(Popup::Runbooks(_)) => on_find::paste(model, text),
        Some(Popup::Alerts) if model.burn.alerts.letters == Letters::Filter => {
            model.burn.alerts.filter.paste(text);
        }
        Some(popup) => return on_popup::paste(popup, text),
        None if model.timeline.writing => on_scribe::paste(model, text),
        None if model.timeline.filtering => model.timeline.filter.paste(text),
        None if model.postmortem.writing => on_postmortem::paste(model, text),
        None if model.burn.list.filtering => on_burn::paste(model, text),
        None => {
            let key = model.setting.keymap.key(Action::Note);
            let text = format!("nothing to paste into; press {key} to write a note");
            model.notices.say(model.now, Tone::Info, text);
        }
    }
    Vec::new()
}

/// Carries out an action of the table, or says why it cannot be done now.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Some(why) = action::disabled(action, model) {
        model.notices.say(model.now, Tone::Warning, why);
        return Vec::new();
    }
    match action {
        Action::Quit => return quit(model),
        Action::NextPane => focus(model, model.desk.focus.step(1)),
        Action::PreviousPane => focus(model, model.desk.focus.step(Pane::ALL.len() - 1)),
        Action::ShowBurn => focus(model, Pane::Burn),
        Action::ShowTimeline => focus(model, Pane::Timeline),
        Action::ShowRunbook => focus(model, Pane::Runbook),
        Action::ShowPostmortem => focus(model, Pane::Postmortem),
        Action::Zoom => model.desk.zoomed = !model.desk.zoomed,
        Action::Up => scroll(model, -1),
        Action::Down => scroll(model, 1),
        Action::PageUp => scroll(model, -PAGE),
        Action::PageDown => scroll(model, PAGE),
        Action::Top => scroll(model, isize::MIN),
        Action::Bottom => scroll(model, isize::MAX),
        Action::Note => write_note(model),
        Action::RunStep => on_runbook::run(model),
        Action::AskQuery => return on_query::ask(model),
        Action::StopRun if model.runbook.watch.is_some() => return on_runbook::verify::stop(model),
        Action::StopRun if assist::stop(model) => {}
        Action::StopRun => return vec![Effect::StopRun],
        Action::StepDone | Action::StepSkip | Action::StepFailed => return on_runbook::mark(model, action),
        Action::NextWalk => return on_runbook::next_walk(model),
        Action::DraftPostmortem => return draft(model),
        Action::EditPostmortem => edit(model),
        Action::ExportPostmortem => return on_postmortem::export(model),
        Action::AmendEntry | Action::StrikeEntry | Action::FilterEntries => on_entries::act(model, action),
        Action::Rows(act) => return on_lines::act(model, act),
        Action::Burn(act) => on_burn::act(model, act),
        _ => model.popup = window(model, action),
    }
    Vec::new()
}

/// Esc: what is open in the focused pane is closed first, then the zoom ends.
fn back(model: &mut Model) {
    let closed = match model.desk.focus {
        Pane::Burn => on_burn::back(model),
        Pane::Timeline => on_entries::back(model),
        _ => false,
    };
    if !closed {
        model.desk.zoomed = false;
    }
}

/// The window an action opens.
fn window(model: &Model, action: Action) -> Option<Popup> {
    let incident = model.incident();
    let form = match action {
        Action::Help => return Some(Popup::Help(Help::open())),
        Action::Messages => return Some(Popup::Messages { scroll: 0 }),
        Action::Alerts => return Some(Popup::Alerts),
        Action::Search => return Some(Popup::Search(Searching::open())),
        Action::OpenRunbook => return Some(Popup::Runbooks(Finding::open(model))),
        Action::Similar => return on_similar::open(model).map(Popup::Similar),
        Action::Declare => on_burn::declaration(model),
        Action::SetSeverity => Form::severity(incident?.severity),
        Action::SetPhase => Form::phase(incident?.phase),
        Action::AssignRole => Form::role(),
        Action::OfferRole => Form::offer_role(),
        Action::TakeOver => return on_roles::take_over(model).map(Popup::Confirm),
        Action::PostUpdate => on_update::form(model),
        Action::Escalate => on_clocks::ladder(model)?,
        Action::Snooze => on_clocks::snooze_form(model)?,
        Action::Outbox => on_outbox::window(model)?,
        Action::MarkMitigated => Form::mitigated(),
        Action::HowFound => Form::found(),
        Action::Triage => on_triage::ask(model)?,
        Action::Close if on_tasks::keep_it_open(model) => on_tasks::before_closing(model)?,
        Action::Resolve | Action::Close => return on_triage::walk_checklist(model),
        Action::Tasks => on_tasks::window(model)?,
        Action::Reopen => Form::reopen(incident?),
        Action::Merge => on_incidents::merge_form(model)?,
        Action::Link => Form::link(),
        Action::Temporary => on_triage::ledger(model)?,
        Action::PlanMaintenance => on_maintenance::form(model)?,
        Action::SetFields => on_fields::form(model)?,
        Action::SwitchIncident => on_incidents::form(model),
        Action::Reveal => reveal::form(model, 0)?,
        Action::Decide => on_runbook::decide::ask(model)?,
        Action::ChangeValues => return on_runbook::change(model).map(Popup::Fill),
        Action::ReadWhole => return Reading::open(model).map(Popup::Page),
        _ => return None,
    };
    Some(Popup::Form(form))
}

fn quit(model: &mut Model) -> Vec<Effect> {
    // Who only reads leaves nothing undone.
    let undone = model.any_open() || model.timeline.unsaved() > 0 || !model.timeline.letters.is_empty();
    if model.setting.reads_only || !undone {
        return leave(model);
    }
    model.popup = Some(Popup::Confirm(on_incidents::before_leaving(model)));
    Vec::new()
}

/// Leaves, after the draft is saved.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    let mut effects = on_postmortem::save_all(model);
    effects.push(Effect::Quit);
    effects
}

fn focus(model: &mut Model, pane: Pane) {
    model.desk.focus = pane;
}

fn write_note(model: &mut Model) {
    model.timeline.writing = true;
    model.desk.focus = Pane::Timeline;
}

fn draft(model: &mut Model) -> Vec<Effect> {
    model.desk.focus = Pane::Postmortem;
    on_postmortem::ask_to_draft(model)
}

fn edit(model: &mut Model) {
    on_postmortem::edit(model);
    model.desk.focus = Pane::Postmortem;
}

fn scroll(model: &mut Model, by: isize) {
    match model.desk.focus {
        Pane::Burn => on_burn::scroll(model, by),
        Pane::Timeline => on_lines::scroll(model, by),
        Pane::Runbook => on_runbook::scroll(model, by),
        Pane::Postmortem => on_postmortem::scroll(model, by),
    }
}
