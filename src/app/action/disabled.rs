//! Why an action cannot be done now, in words for a tired person.

use super::Action;
use crate::app::model::Model;
use crate::app::{
    on_burn, on_clocks, on_entries, on_incidents, on_maintenance, on_outbox, on_query, on_roles, on_runbook,
    reading,
};
use crate::incident::{Incident, Status};

/// Why not; `None` when it can be done.
pub fn disabled(action: Action, model: &Model) -> Option<&'static str> {
    if model.setting.reads_only && reading::writes(action) {
        return Some(reading::WHY);
    }
    of_the_incident(action, model.incident())
        .or_else(|| of_the_work(action, model))
        .or_else(|| of_what_is_there(action, model))
        .or_else(|| on_entries::disabled(action, &model.timeline))
}

/// What the state of the incident on the screen forbids.
fn of_the_incident(action: Action, incident: Option<&Incident>) -> Option<&'static str> {
    let is = |wanted: Status| incident.is_some_and(|incident| incident.status == wanted);
    match action {
        Action::Note if incident.is_none() => Some("no incident to write into; press d to declare one"),
        Action::PostUpdate if incident.is_none() || is(Status::Closed) => {
            Some("no incident to tell of; press d to declare one")
        }
        Action::SetSeverity
        | Action::SetPhase
        | Action::AssignRole
        | Action::OfferRole
        | Action::MarkMitigated
        | Action::HowFound
        | Action::Resolve
        | Action::Escalate
            if !is(Status::Open) =>
        {
            Some("no open incident; press d to declare one")
        }
        Action::Triage
            if is(Status::Open) && incident.is_some_and(|incident| incident.triage_question().is_none()) =>
        {
            Some("triage was walked to its end; it starts again after a reopening")
        }
        Action::Similar if incident.is_none() => Some("no incident to compare; press d to declare one"),
        Action::SetFields | Action::Temporary if incident.is_none() => {
            Some("no incident; press d to declare one")
        }
        Action::Close if !is(Status::Resolved) => Some("no resolved incident; press R to resolve one"),
        Action::Tasks if incident.is_none_or(|incident| incident.open_tasks().next().is_none()) => {
            Some("no open task; a note like `TODO bob in 10m check dns` gives one")
        }
        Action::Reopen if incident.is_none() || is(Status::Open) => {
            Some("no incident that is over is shown; press i to show one")
        }
        Action::Merge if !is(Status::Open) => Some("only an open incident is merged"),
        Action::Link if incident.is_none() => Some("no incident; press d to declare one"),
        Action::DraftPostmortem if incident.is_none() => Some("no incident to write about"),
        _ => None,
    }
}

/// What the runbook and the draft do not allow now.
fn of_the_work(action: Action, model: &Model) -> Option<&'static str> {
    match action {
        Action::AskQuery if on_query::step(model).is_none() => Some("this step has no PromQL to ask"),
        Action::RunStep if model.runbook.running() => Some("a command is running; ctrl-k stops it"),
        Action::RunStep if on_runbook::asks(model) => None,
        Action::RunStep if model.runbook.watch.is_some() => Some("a bound is watched; ctrl-k stops it"),
        Action::RunStep
            if model.runbook.command().is_none() && on_runbook::verify::bound(model).is_some() =>
        {
            None
        }
        Action::ChangeValues if !on_runbook::changeable(model) => {
            Some("this step's command asks for no value")
        }
        Action::Decide if !on_runbook::decides(model) => Some("this step asks nothing; x marks it done"),
        Action::RunStep if model.runbook.command().is_none() => Some("this step has no command to run"),
        Action::Reveal if model.runbook.run.as_ref().is_none_or(|run| run.masked.is_empty()) => {
            Some("nothing was masked in the output")
        }
        Action::StopRun
            if !model.runbook.running()
                && model.runbook.watch.is_none()
                && model.runbook.announced.is_none() =>
        {
            Some("nothing is running")
        }
        Action::NextWalk if model.runbook.others.is_empty() => Some("no other walk; b opens another runbook"),
        Action::StepDone | Action::StepSkip | Action::StepFailed | Action::ReadWhole
            if model.runbook.open.is_none() =>
        {
            Some("no runbook open; press b to choose one")
        }
        Action::EditPostmortem | Action::ExportPostmortem if !model.postmortem.has_text() => {
            Some("no draft yet; press p")
        }
        _ => None,
    }
}

/// What there has to be something of.
fn of_what_is_there(action: Action, model: &Model) -> Option<&'static str> {
    match action {
        Action::Snooze if on_clocks::shown(model).is_empty() => Some("no clock runs"),
        Action::Outbox if on_outbox::backlog(model) == (0, 0) => Some("nothing waits to leave"),
        Action::TakeOver if on_roles::offered(model).is_none() => Some("no role was offered to you"),
        Action::PlanMaintenance if on_maintenance::service(model).is_none() => Some("no SLO is configured"),
        Action::Burn(act) => on_burn::disabled(act, &model.burn),
        Action::Merge if on_incidents::others(model).is_empty() => Some("no other incident is open"),
        Action::SwitchIncident if model.ledger.incidents.is_empty() => Some("no incident in the journal yet"),
        _ => None,
    }
}
