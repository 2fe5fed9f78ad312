//! What was masked in the output by its shape, and may be no secret: looked at while it is in memory,
//! by somebody whom the record names.

use crate::app::effect::Effect;
use crate::app::form::{Choice, Form, Popup};
use crate::app::model::Model;
use crate::app::on_timeline;
use crate::incident::event::NoteKind;
use crate::incident::{Ask, Incident, Intent};
use crate::text::redact::Masked;

/// Masked values of a run that are kept; further ones stay masked.
const KEPT: usize = 64;

/// More was masked in the output of the command that runs.
pub fn masked(model: &mut Model, values: Vec<Masked>) -> Vec<Effect> {
    if let Some(run) = &mut model.runbook.run {
        let room = KEPT.saturating_sub(run.masked.len());
        run.masked.extend(values.into_iter().take(room).map(|value| (value, false)));
    }
    Vec::new()
}

/// What was masked, by rule; what somebody looked at shows.
pub fn form(model: &Model, chosen: usize) -> Option<Form> {
    let run = model.runbook.run.as_ref()?;
    let choice = |(at, (masked, seen)): (usize, &(Masked, bool))| {
        let detail = if *seen { masked.reveal() } else { "masked" };
        Choice::new(&format!("{} {}", at + 1, masked.rule), detail)
    };
    Some(Form::reveal(run.masked.iter().enumerate().map(choice), chosen))
}

/// Shows one of them, once it is asked of the journal to say so.
pub fn reveal(model: &mut Model, chosen: usize) -> Result<Vec<Effect>, String> {
    let Some(run) = &model.runbook.run else { return Err("nothing ran".to_owned()) };
    let Some((masked, seen)) = run.masked.get(chosen) else { return Err("nothing is masked".to_owned()) };
    let mut effects = Vec::new();
    if !seen {
        let text = format!(
            "looked at a masked value ({}) in the output of step {} of {}",
            masked.rule, run.step, run.runbook
        );
        let open = |id: &String| model.ledger.incident(id).is_some_and(Incident::is_open);
        let incident = run.incident.clone().or_else(|| model.timeline.shown.clone()).filter(open);
        let Some(incident) = incident else {
            return Err("no open incident to put it on record in; declare one".to_owned());
        };
        let note = Intent::Note { text, kind: NoteKind::Observation, star: false };
        effects = on_timeline::try_append(model, Ask::new(&model.setting.who, note).about(incident))?;
    }
    if let Some((_, seen)) = model.runbook.run.as_mut().and_then(|run| run.masked.get_mut(chosen)) {
        *seen = true;
    }
    model.popup = form(model, chosen).map(Popup::Form);
    Ok(effects)
}
