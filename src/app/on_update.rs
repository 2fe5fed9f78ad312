//! A status update before it goes: the exact text to be edited, then recorded, copied, written or sent.

pub mod kept;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::action::Action;
use super::effect::Effect;
use super::form::{Choice, Confirm, Form, Letter, Parcel, Popup, Way};
use super::model::Model;
use super::notice::Tone;
use super::on_timeline;
use crate::incident::event::Audience;
use crate::incident::intent::{PostAsk, Sure};
use crate::incident::outbox::may_leave;
use crate::incident::wording::{self, Moment, Saying};
use crate::incident::{Ask, Incident, Intent};

/// Before an audience that is told that it is over.
const ALL_CLEAR: &str = "all-clear to ";

/// Whom to tell; what is over is said to be over.
pub fn form(model: &Model) -> Form {
    let over = model.incident().is_some_and(|incident| !incident.is_open());
    let audiences = || Audience::ALL.iter().rev();
    let choice = |saying: String, what: &str| {
        let kept = if kept(model, &saying).is_some() { "your text is kept" } else { what };
        Choice::new(&saying, kept)
    };
    let updates = audiences().map(|audience| choice(audience.to_string(), ""));
    let clears = audiences().map(|audience| choice(format!("{ALL_CLEAR}{audience}"), "it is over"));
    if over { Form::update(clears) } else { Form::update(updates) }
}

/// What was written of the incident shown and neither sent nor thrown away.
fn kept<'a>(model: &'a Model, saying: &str) -> Option<&'a String> {
    let shown = model.timeline.shown.clone()?;
    model.timeline.letters.get(&(shown, saying.to_owned()))
}

/// The window is left: an edited text stays for the next time.
pub fn left(model: &mut Model, letter: &Letter) {
    if letter.is_edited() {
        model.timeline.letters.insert(letter.key(), letter.editor.text());
        let key = model.setting.keymap.key(Action::PostUpdate).to_owned();
        let text = format!("not sent; the text is kept, {key} opens it again");
        model.notices.say(model.now, Tone::Info, text);
    } else {
        model.timeline.letters.remove(&letter.key());
    }
}

/// Opens the text to be edited: that of the template, or words that were typed in its place. Words for an audience that
/// nothing is sent to are recorded at once, and it is said that they went nowhere.
pub fn open(model: &mut Model, chosen: &str, words: String) -> Result<Vec<Effect>, String> {
    let audience: Audience = chosen.trim_start_matches(ALL_CLEAR).parse()?;
    let targets = model.setting.outgoing.targets_for(audience);
    if !words.is_empty() && targets.is_empty() {
        return record(model, audience, words);
    }
    let Some(incident) = model.incident() else { return Err("no incident to tell of".to_owned()) };
    let template = template(model, incident, chosen, audience)?;
    let mut letter = Letter::new(incident.id.clone(), (audience, chosen.to_owned()), targets, &template);
    match kept(model, chosen) {
        // Neither the words typed now nor those that were left are lost.
        Some(text) => letter.editor.set(format!("{words}\n\n{text}").trim_start()),
        None if !words.is_empty() => letter.editor.set(&words),
        None => {}
    }
    if kept(model, chosen).is_some() {
        let text = "this is your text as you left it; ctrl-t throws it away and takes the template";
        model.notices.say(model.now, Tone::Info, text);
    }
    model.popup = Some(Popup::Letter(letter));
    Ok(Vec::new())
}

fn template(model: &Model, incident: &Incident, chosen: &str, audience: Audience) -> Result<String, String> {
    let saying = if chosen.starts_with(ALL_CLEAR) { Saying::AllClear } else { Saying::Update(audience) };
    let moment = Moment { now: model.now, zone: model.setting.zone, next: None };
    let text = wording::draft(incident, moment, model.setting.outgoing.templates.of(saying));
    text.map_err(|problem| problem.to_string())
}

fn record(model: &mut Model, audience: Audience, text: String) -> Result<Vec<Effect>, String> {
    let incident = model.incident().map(|incident| incident.id.clone());
    let ask = Ask::new(&model.setting.who, Intent::Update { text, audience, next: None });
    let effects = on_timeline::try_append(model, Ask { incident, ..ask })?;
    let text = format!("recorded, sent to nobody: no [[outbox]] takes what is for {audience}");
    model.notices.say(model.now, Tone::Info, text);
    Ok(effects)
}

/// A key in the text. What leaves wants its confirmations first.
pub fn key(model: &mut Model, mut letter: Letter, key: KeyEvent) -> Vec<Effect> {
    let way = match key.code {
        KeyCode::Char('s') if key.modifiers.contains(KeyModifiers::CONTROL) => Way::Send,
        KeyCode::Char('y') if key.modifiers.contains(KeyModifiers::CONTROL) => Way::Copy,
        KeyCode::Char('o') if key.modifiers.contains(KeyModifiers::CONTROL) => Way::Write,
        _ => {
            if key.code == KeyCode::Char('t') && key.modifiers.contains(KeyModifiers::CONTROL) {
                letter.editor.set(&letter.template);
            } else {
                letter.editor.key(key);
            }
            model.popup = Some(Popup::Letter(letter));
            return Vec::new();
        }
    };
    let Some(incident) = model.ledger.incident(&letter.incident) else { return Vec::new() };
    // A text that goes nowhere is only recorded.
    let leaves = way != Way::Send || !letter.targets.is_empty();
    if leaves && may_leave(incident, Some(letter.audience), Sure::default()).is_err() {
        model.popup = Some(Popup::Confirm(Confirm::leave(incident, letter.parcel(way))));
        return Vec::new();
    }
    go(model, letter.parcel(way), Sure::default())
}

/// Records the text, and does with it what was asked for.
pub fn go(model: &mut Model, parcel: Parcel, sure: Sure) -> Vec<Effect> {
    let (text, audience) = (parcel.text.clone(), parcel.audience);
    let to = if parcel.way == Way::Send { parcel.targets.clone() } else { Vec::new() };
    let publish = PostAsk::Publish { text, audience, next: None, to, sure };
    let ask = Ask::new(&model.setting.who, Intent::Post(publish)).about(&parcel.incident);
    match on_timeline::try_append(model, ask) {
        Err(why) => {
            model.notices.say(model.now, Tone::Warning, why);
            model.popup = Some(Popup::Letter(parcel.letter()));
            Vec::new()
        }
        Ok(effects) => {
            model.timeline.letters.remove(&(parcel.incident.clone(), parcel.saying.clone()));
            let (tone, said) = said(model, &parcel);
            model.notices.say(model.now, tone, said);
            effects.into_iter().chain(out(parcel)).collect()
        }
    }
}

/// What is done with the text beside recording and queueing it.
fn out(parcel: Parcel) -> Option<Effect> {
    let Parcel { incident, audience, text, way, .. } = parcel;
    match way {
        Way::Copy => Some(Effect::Copy(text)),
        Way::Write => Some(Effect::WriteUpdate { incident, audience, text }),
        Way::Send => None,
    }
}

fn said(model: &Model, parcel: &Parcel) -> (Tone, String) {
    match parcel.way {
        Way::Send if !parcel.targets.is_empty() => {
            (Tone::Good, format!("update recorded; queued for {}", parcel.targets.join(", ")))
        }
        Way::Copy if model.setting.outgoing.copies => (Tone::Good, "update recorded and copied".to_owned()),
        Way::Copy => (Tone::Warning, UNKNOWN_TERMINAL.to_owned()),
        Way::Send | Way::Write => (Tone::Good, "update recorded".to_owned()),
    }
}

const UNKNOWN_TERMINAL: &str = "update recorded; copied, if this terminal takes copies from programs (it is not known to; ctrl-o writes a file)";

pub fn written(model: &mut Model, outcome: Result<String, String>) {
    match outcome {
        Ok(path) => model.notices.say(model.now, Tone::Good, format!("written to {path}")),
        Err(why) => model.notices.say(model.now, Tone::Danger, format!("not written: {why}")),
    }
}

/// The confirmations that words about an incident want, as lines of a question.
pub fn stakes(incident: &Incident, audience: Audience) -> Vec<String> {
    let private =
        incident.private.then(|| "The incident is PRIVATE: this takes words of it outside.".to_owned());
    let public = (audience == Audience::Public).then(|| "Everybody will be able to read it.".to_owned());
    private.into_iter().chain(public).collect()
}
