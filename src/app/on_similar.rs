//! Past incidents like the one on the screen: said once at its declaration, listed in a window, shown by Enter.

use crossterm::event::{KeyCode, KeyEvent};

use super::action::Action;
use super::effect::Effect;
use super::form::Popup;
use super::model::Model;
use super::notice::Tone;
use super::on_timeline;
use crate::incident::Incident;
use crate::incident::similar;

/// The window: incidents to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likes {
    pub title: String,
    pub likes: Vec<Like>,
    pub chosen: usize,
}

/// One incident to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    pub incident: String,
    /// Its severity and title.
    pub what: String,
    /// When it was and what ended it; empty of an open one to go back to.
    pub outcome: String,
    pub why: String,
}

/// What the incident on the screen is like, after the open ones to go back to while a past one is shown.
pub fn open(model: &Model) -> Option<Likes> {
    let incident = model.incident()?;
    let back = model.ledger.open().filter(|open| open.id != incident.id && !incident.is_open());
    let back = back.map(|open| Like {
        incident: open.id.clone(),
        what: what(open),
        outcome: "open: back to it".to_owned(),
        why: String::new(),
    });
    let found = similar::to(&model.ledger, incident, model.now);
    let likes = found.iter().map(|like| Like {
        incident: like.incident.id.clone(),
        what: what(like.incident),
        outcome: like.outcome(model.now),
        why: like.why.words(),
    });
    let title = format!("Past incidents like {}", incident.id);
    Some(Likes { title, likes: back.chain(likes).collect(), chosen: 0 })
}

fn what(incident: &Incident) -> String {
    format!("{} {}", incident.severity, incident.title)
}

/// A key in the window.
pub fn key(model: &mut Model, mut likes: Likes, key: KeyEvent) -> Vec<Effect> {
    let last = likes.likes.len().saturating_sub(1);
    match key.code {
        KeyCode::Enter => {
            let chosen = likes.likes.get(likes.chosen).map(|like| like.incident.clone());
            return chosen.map(|chosen| on_timeline::show(model, chosen)).unwrap_or_default();
        }
        KeyCode::Up | KeyCode::Char('k') => likes.chosen = likes.chosen.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => likes.chosen = (likes.chosen + 1).min(last),
        _ => {}
    }
    model.popup = Some(Popup::Similar(likes));
    Vec::new()
}

/// Says once, at its declaration, what an incident looks like; only where much speaks for it.
pub fn announce(model: &mut Model, incident: &str) {
    let Some(declared) = model.ledger.incident(incident) else { return };
    let found = similar::to(&model.ledger, declared, model.now);
    let Some(like) = found.first().filter(|like| like.is_strong()) else { return };
    let key = model.setting.keymap.key(Action::Similar);
    let text = format!(
        "{incident} looks like {}, {} ({}); press {key}",
        like.incident.id,
        like.outcome(model.now),
        like.why.words()
    );
    model.notices.say(model.now, Tone::Info, text);
}
