//! Updates that were begun and not sent, as the disk has them: leaving and crashing cost no words of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::form::Popup;
use crate::app::model::Model;
use crate::app::notice::Tone;
use crate::text::Time;
use crate::text::when::since;

/// At most so often, on the wall: every letter is one change.
const PAUSE: Duration = Duration::from_secs(1);

/// Texts by incident and by what is said to whom.
type Letters = BTreeMap<(String, String), String>;

/// What the disk has, and since when.
#[derive(Debug, Default)]
pub struct Kept {
    letters: Letters,
    at: Option<Time>,
}

/// Hands on what changed, now and then.
pub fn tick(model: &mut Model) -> Vec<Effect> {
    let recent = |at: Time| at <= model.now && since(at, model.now) < PAUSE;
    if model.timeline.letters_kept.at.is_some_and(recent) { Vec::new() } else { keep(model) }
}

/// Hands on whatever the disk does not have yet, all texts of an incident together.
pub fn keep(model: &mut Model) -> Vec<Effect> {
    let written = written(model);
    let kept = &model.timeline.letters_kept.letters;
    if written == *kept {
        return Vec::new();
    }
    let is_other = |key: &&(String, String)| written.get(*key) != kept.get(*key);
    let changed: BTreeSet<&String> =
        written.keys().chain(kept.keys()).filter(is_other).map(|(incident, _)| incident).collect();
    let effects = changed.into_iter().map(|incident| {
        let own = written.iter().filter(|((id, _), _)| id == incident);
        let letters = own.map(|((_, saying), text)| (saying.clone(), text.clone())).collect();
        Effect::KeepLetters { incident: incident.clone(), letters }
    });
    let effects = effects.collect();
    model.timeline.letters_kept = Kept { letters: written, at: Some(model.now) };
    effects
}

/// What was left, and what is being written now.
fn written(model: &Model) -> Letters {
    let mut written = model.timeline.letters.clone();
    if let Some(Popup::Letter(letter)) = &model.popup
        && letter.is_edited()
    {
        written.insert(letter.key(), letter.editor.text());
    }
    written
}

/// What the disk has of an incident; what was written since is newer.
pub fn loaded(model: &mut Model, incident: &str, letters: BTreeMap<String, String>) -> Vec<Effect> {
    if letters.is_empty() {
        return Vec::new();
    }
    for (saying, text) in letters {
        let key = (incident.to_owned(), saying);
        model.timeline.letters_kept.letters.insert(key.clone(), text.clone());
        model.timeline.letters.entry(key).or_insert(text);
    }
    let key = model.setting.keymap.key(Action::PostUpdate).to_owned();
    model.notices.say(model.now, Tone::Info, format!("an update is written and not sent: {key} opens it"));
    Vec::new()
}
