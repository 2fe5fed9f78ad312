//! The scribe's line: what it would become as one types, what Tab ends a word with, what a paste becomes.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::effect::Effect;
use super::form::{Confirm, Popup};
use super::model::Model;
use super::notice::Tone;
use super::on_timeline::try_append;
use crate::incident::Ask;
use crate::incident::scribe::complete::Vocabulary;
use crate::incident::scribe::{Hearing, Pasted, Said};

/// More lines are a file: `warroom note -` reads it, `warroom import` reads its times.
const PASTED: usize = 200;

/// What an empty line would become.
pub const PLAIN: &str = "note";

/// The line before Tab ended its word, and which of the endings stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    pub line: String,
    pub chosen: usize,
}

/// A key in the scribe's line. Esc leaves it; what was typed stays.
pub fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    if key.code == KeyCode::Tab {
        end_word(model);
        return Vec::new();
    }
    model.timeline.ending = None;
    match key.code {
        KeyCode::Esc => model.timeline.writing = false,
        KeyCode::Enter => return write(model),
        KeyCode::Char('u') if key.modifiers.contains(KeyModifiers::CONTROL) => {
            model.timeline.scribe.clear_to_start();
        }
        _ => {
            model.timeline.scribe.key(key);
        }
    }
    Vec::new()
}

/// Enter on an empty line leaves the line; one that cannot be read or is refused stays to be mended.
fn write(model: &mut Model) -> Vec<Effect> {
    if model.timeline.scribe.is_blank() {
        model.timeline.writing = false;
        return Vec::new();
    }
    let line = model.timeline.scribe.text();
    let written = hearing(model).read(&line).and_then(|said| try_append(model, ask(model, said)));
    match written {
        Ok(effects) => {
            model.timeline.scribe.set("");
            model.timeline.selected = None;
            effects
        }
        Err(why) => {
            model.notices.say(model.now, Tone::Warning, why);
            Vec::new()
        }
    }
}

/// One pasted line joins the scribe's line. Several open a window that shows what each would become;
/// nothing is sent before its own key.
pub fn paste(model: &mut Model, text: &str) {
    // Terminals send the breaks of a paste as returns.
    let lines: Vec<String> =
        text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    match lines.len() {
        0 | 1 => {
            model.timeline.ending = None;
            model.timeline.scribe.paste(text);
        }
        2..=PASTED => {
            let pasted = hearing(model).pasted(&lines);
            let timed = pasted.iter().filter(|one| one.is_timed).count();
            let shown = lines.iter().zip(&pasted).map(|(line, one)| format!("{:<28} {line}", one.label));
            model.popup = Some(Popup::Confirm(Confirm::paste(shown.collect(), timed, lines)));
        }
        many => {
            let text = format!(
                "{many} lines are too many to paste ({PASTED} at most; save them and: warroom note - < FILE)"
            );
            model.notices.say(model.now, Tone::Warning, text);
        }
    }
}

/// Writes pasted lines, an entry each; what cannot be read stands as it is, as the window said.
pub fn record(model: &mut Model, lines: &[String]) -> Vec<Effect> {
    let mut effects = Vec::new();
    for Pasted { said, .. } in hearing(model).pasted(lines) {
        match try_append(model, ask(model, said)) {
            Ok(more) => effects.extend(more),
            Err(why) => model.notices.say(model.now, Tone::Warning, why),
        }
    }
    effects
}

/// What the line would become, or why it cannot be read.
pub fn label(model: &Model) -> Result<String, String> {
    let line = model.timeline.scribe.text();
    if line.trim().is_empty() { Ok(PLAIN.to_owned()) } else { hearing(model).label(&line) }
}

/// What Tab would add behind the caret; nothing while the caret is inside the line.
pub fn suggestion(model: &Model) -> Option<String> {
    let line = model.timeline.scribe.text();
    if !model.timeline.writing || !model.timeline.scribe.at_end() || model.timeline.ending.is_some() {
        return None;
    }
    let whole = endings(model, &line).into_iter().next()?;
    // The name may be spelt with other capitals than were typed.
    let tail: String = whole.chars().skip(line.chars().count()).collect();
    (!tail.trim().is_empty()).then_some(tail)
}

/// Ends the last word; again, with the next of its endings.
fn end_word(model: &mut Model) {
    let (line, chosen) = match model.timeline.ending.take() {
        Some(Ending { line, chosen }) => (line, chosen + 1),
        None => (model.timeline.scribe.text(), 0),
    };
    let endings = endings(model, &line);
    if endings.is_empty() {
        return;
    }
    let chosen = chosen % endings.len();
    model.timeline.scribe.set(&endings[chosen]);
    model.timeline.ending = Some(Ending { line, chosen });
}

fn endings(model: &Model, line: &str) -> Vec<String> {
    let Some(incident) = model.incident() else { return Vec::new() };
    let services = model.burn.evaluator.slos().map(|slo| slo.service.as_str());
    let ladder = model.setting.outgoing.terms.ladder.iter();
    let called = ladder.filter_map(|rung| rung.who.as_deref());
    Vocabulary::of(incident, called, services).complete(line)
}

fn hearing(model: &Model) -> Hearing {
    Hearing::new(model.now, model.setting.zone)
}

fn ask(model: &Model, said: Said) -> Ask {
    let ask = Ask::new(&model.setting.who, said.intent);
    Ask { incident: model.timeline.shown.clone(), happened_at: said.happened_at, ..ask }
}
