//! The postmortem pane: drafted from the log, edited by people, saved on every pause.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};

use super::effect::Effect;
use super::form::{Confirm, Popup};
use super::model::{Model, Saved, Stranded};
use super::notice::Tone;
use super::on_timeline;
use crate::incident::{Ask, EventKind, Intent};
use crate::postmortem;
use crate::text::{Time, when};

/// A pause in typing that is long enough to save, on the wall.
const PAUSE: Duration = Duration::from_secs(1);
/// Lines taken to be in sight below the first one.
const SIGHT: usize = 12;
/// Time until a failed save is tried again, on the wall.
const RETRY: Duration = Duration::from_secs(5);

/// `p`: a fresh draft. Words a person wrote are never replaced without a yes.
pub fn ask_to_draft(model: &mut Model) -> Vec<Effect> {
    let edited = !matches!(model.postmortem.saved, Saved::Empty | Saved::Fresh);
    let same = model.postmortem.incident == model.timeline.shown;
    if edited && same {
        model.popup = Some(Popup::Confirm(Confirm::redraft()));
        return Vec::new();
    }
    draft(model)
}

/// Drafts from the events as they are now.
pub fn draft(model: &mut Model) -> Vec<Effect> {
    let Some(incident) = model.incident() else { return Vec::new() };
    let id = incident.id.clone();
    let template = &model.postmortem.template;
    let drafted =
        postmortem::draft_now(&model.ledger, incident, model.now, (&template.place.file, &template.text));
    match drafted {
        Ok(text) => {
            put(model, &text);
            model.postmortem.incident = Some(id);
            model.postmortem.saved = Saved::Fresh;
        }
        Err(problem) => model.notices.say(model.now, Tone::Danger, problem.to_string()),
    }
    Vec::new()
}

/// A key in the draft. Esc leaves it.
pub fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    if key.code == KeyCode::Esc {
        return leave(model);
    }
    if model.postmortem.editor.key(key) {
        model.postmortem.saved = Saved::Changed { since: model.now };
    }
    Vec::new()
}

/// Begins to write: where the caret was if that is in sight, else at the top of what is.
pub fn edit(model: &mut Model) {
    let pane = &mut model.postmortem;
    pane.writing = true;
    let seen = pane.top..=pane.top + SIGHT;
    if !seen.contains(&pane.editor.line_number()) {
        pane.editor.go_to(pane.top);
    }
}

/// Back to reading, with the line that was written last in sight.
fn leave(model: &mut Model) -> Vec<Effect> {
    let pane = &mut model.postmortem;
    pane.writing = false;
    let line = pane.editor.line_number();
    if !(pane.top..=pane.top + SIGHT).contains(&line) {
        pane.top = line.saturating_sub(SIGHT / 2);
    }
    save_now(model)
}

/// Replaces the text; it is read from its start.
fn put(model: &mut Model, text: &str) {
    model.postmortem.editor.set(text);
    model.postmortem.top = 0;
}

pub fn paste(model: &mut Model, text: &str) {
    model.postmortem.editor.paste(text);
    model.postmortem.saved = Saved::Changed { since: model.now };
}

/// Saves once the typing pauses, or once a failed save is due again.
pub fn pause(model: &mut Model) -> Vec<Effect> {
    let speed = model.setting.demo.unwrap_or(1.0);
    let mut effects = save_stranded(model, model.now);
    effects.extend(match &model.postmortem.saved {
        Saved::Changed { since } if when::since(*since, model.now) >= PAUSE.mul_f64(speed) => save_now(model),
        Saved::Failed { retry_at, .. } if *retry_at <= model.now => save(model),
        _ => Vec::new(),
    });
    effects
}

/// Tries the texts of other incidents again whose time has come.
fn save_stranded(model: &mut Model, now: Time) -> Vec<Effect> {
    let due = model.postmortem.stranded.extract_if(.., |stranded| stranded.retry_at <= now);
    due.map(|Stranded { incident, text, .. }| Effect::SavePostmortem { incident, text }).collect()
}

/// Saves everything that is in memory only: before leaving.
pub fn save_all(model: &mut Model) -> Vec<Effect> {
    let mut effects = save_stranded(model, Time::MAX_UTC);
    effects.extend(save_now(model));
    effects
}

/// Saves what was changed; nothing to do where nothing was.
pub fn save_now(model: &mut Model) -> Vec<Effect> {
    match model.postmortem.saved {
        Saved::Changed { .. } | Saved::Failed { .. } => save(model),
        _ => Vec::new(),
    }
}

fn save(model: &mut Model) -> Vec<Effect> {
    let Some(incident) = model.postmortem.incident.clone() else { return Vec::new() };
    model.postmortem.saved = Saved::Saving;
    vec![Effect::SavePostmortem { incident, text: model.postmortem.editor.text() }]
}

/// Written: the act goes on record, with the hash of the text.
pub fn saved(model: &mut Model, incident: String, sha256: String, bytes: u64) -> Vec<Effect> {
    if model.postmortem.saved == Saved::Saving && model.postmortem.incident.as_ref() == Some(&incident) {
        model.postmortem.saved = Saved::Saved { at: model.now };
    }
    record(model, incident, EventKind::PostmortemSaved { sha256, bytes })
}

pub fn exported(model: &mut Model, incident: String, path: String, sha256: String) -> Vec<Effect> {
    model.notices.say(model.now, Tone::Good, format!("postmortem written to {path}"));
    record(model, incident, EventKind::PostmortemExported { path, sha256 })
}

fn record(model: &mut Model, incident: String, kind: EventKind) -> Vec<Effect> {
    let ask = Ask::new(&model.setting.who, Intent::Record { kind, dedupe: None });
    on_timeline::append(model, ask.about(incident))
}

/// Not written: the text stays in the pane, or aside where another incident is shown by now, and is
/// tried again.
pub fn unsaved(model: &mut Model, incident: String, text: String, why: String) -> Vec<Effect> {
    model.notices.say(model.now, Tone::Danger, format!("postmortem of {incident} NOT SAVED: {why}"));
    let retry_at = when::after(model.now, RETRY.mul_f64(model.setting.demo.unwrap_or(1.0)));
    if model.postmortem.incident.as_ref() != Some(&incident) {
        model.postmortem.stranded.push(Stranded { incident, text, retry_at });
    } else if model.postmortem.saved == Saved::Saving {
        model.postmortem.saved = Saved::Failed { why, retry_at };
    }
    Vec::new()
}

pub fn failed(model: &mut Model, why: &str) -> Vec<Effect> {
    model.notices.say(model.now, Tone::Danger, format!("postmortem: {why}"));
    Vec::new()
}

/// The edited text from the disk. Only where nothing else was put into the pane meanwhile.
pub fn loaded(model: &mut Model, incident: String, text: Option<String>) -> Vec<Effect> {
    let wanted = model.timeline.shown.as_ref() == Some(&incident) && model.postmortem.saved == Saved::Empty;
    if let (true, Some(text)) = (wanted, text) {
        put(model, &text);
        model.postmortem.incident = Some(incident);
        model.postmortem.saved = Saved::Saved { at: model.now };
    }
    Vec::new()
}

/// Before another incident is shown: what was written is saved, the pane is empty again.
pub fn leave_incident(model: &mut Model) -> Vec<Effect> {
    let effects = save_now(model);
    model.postmortem.incident = None;
    model.postmortem.writing = false;
    model.postmortem.saved = Saved::Empty;
    put(model, "");
    effects
}

/// Exports what the pane shows, saved first.
pub fn export(model: &mut Model) -> Vec<Effect> {
    let Some(incident) = model.postmortem.incident.clone() else { return Vec::new() };
    let mut effects = save_now(model);
    effects.push(Effect::ExportPostmortem { incident, text: model.postmortem.editor.text() });
    effects
}

pub fn scroll(model: &mut Model, by: isize) {
    let last = model.postmortem.editor.lines().len().saturating_sub(1);
    model.postmortem.top = model.postmortem.top.saturating_add_signed(by).min(last);
}
