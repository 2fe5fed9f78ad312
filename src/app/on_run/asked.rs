//! The window before a command runs: its facts, and what can be done with it besides running it.
//!
//! A read runs on the key that asked for it, pressed again, or on `y`. A change wants `y`, which no
//! asking key is. What destroys wants a typed word. Enter and a paste run nothing.

use std::collections::BTreeSet;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{TIMEOUT_INTERACTIVE, hides, left, risk_of};
use crate::app::action::Action;
use crate::app::editor::Editor;
use crate::app::effect::{Effect, RunRequest};
use crate::app::filling::is_secret;
use crate::app::form::{Confirm, Popup, Question, Rewrite};
use crate::app::model::{Model, Pane};
use crate::app::notice::Tone;
use crate::app::on_popup;
use crate::app::on_runbook::spoken;
use crate::runbook::target::{KUBECTL, Target, Which};
use crate::runbook::{Risk, dry, placeholder, risk, target};
use crate::text::{Safe, when};

/// Stands for the current context until the machine has answered.
const LOOKING: &str = "(the current one; looking it up)";

/// Opens the window, unless the command may not run at all.
pub fn ask(model: &mut Model, request: RunRequest) {
    if let Some(why) = refusal(model, &request) {
        model.notices.say(model.now, Tone::Danger, why);
        return;
    }
    let facts = facts(model, &request);
    model.popup = Some(Popup::Confirm(Confirm::run(request, facts)));
}

/// Why a command is never asked about, nor run.
pub(super) fn refusal(model: &Model, request: &RunRequest) -> Option<String> {
    if hides(&request.command) {
        let text = &request.command;
        return Some(format!("not run, the command holds hidden characters (mend the runbook): {text}"));
    }
    let only_reads = model.setting.runs_only_reads && request.risk > Risk::Read;
    only_reads.then(|| {
        let word = request.risk.word();
        format!("not run: this console runs only what reads, and this is a {word} (run_only = \"read\")")
    })
}

/// What one has to know beside the exact text, by name.
fn facts(model: &Model, request: &RunRequest) -> Vec<(String, String)> {
    let title = spoken(model, &request.title);
    let mut facts = vec![
        ("step".to_owned(), format!("{} {title}", request.step)),
        ("runbook".to_owned(), request.runbook.clone()),
        ("risk".to_owned(), judgement(model, request)),
    ];
    facts.extend(request.targets.iter().map(|target| (target.kind.to_owned(), named(target))));
    let folder = request.carried.folder.clone().unwrap_or_else(|| model.setting.folder.clone());
    facts.push(("in".to_owned(), folder));
    facts.extend(left::words(model).map(|words| ("before".to_owned(), words)));
    facts.push(("timeout".to_owned(), when::span(request.timeout)));
    if request.interactive {
        facts.push(("terminal".to_owned(), "the whole of it, until the command ends".to_owned()));
    }
    facts.extend(carried(request));
    let answers = model.runbook.answers().iter();
    let shown =
        |name: &str, value: &str| if is_secret(name) { "(secret)".to_owned() } else { value.to_owned() };
    facts.extend(answers.map(|(name, value)| (name.clone(), shown(name, value))));
    facts
}

/// The risk, and who says so where the text alone says something else.
fn judgement(model: &Model, request: &RunRequest) -> String {
    let by_text = risk::of(&request.command);
    let mut said = request.risk.word().to_owned();
    if by_text != request.risk {
        said.push_str(&format!(" (so the runbook says; its text alone: {})", by_text.word()));
    }
    if request.edited {
        said.push_str(", edited by you");
    }
    if model.setting.runs_only_reads {
        said.push_str(", only reads run here");
    }
    said
}

fn named(target: &Target) -> String {
    match &target.which {
        Which::Named(name) => name.clone(),
        Which::Current if target.kind == KUBECTL => LOOKING.to_owned(),
        Which::Current => "(the one chosen before; not known here)".to_owned(),
        Which::Elsewhere => "(chosen as it runs; not known here)".to_owned(),
    }
}

/// What earlier blocks left, where there is something.
fn carried(request: &RunRequest) -> Option<(String, String)> {
    let words = request.carried.words();
    (!words.is_empty()).then(|| ("carried".to_owned(), words))
}

/// Asks what the machine has chosen, as soon as a window needs to know.
pub fn look_around(model: &mut Model) -> Option<Effect> {
    let Some(Popup::Confirm(Confirm { question: Question::Run(request), facts, .. })) = &mut model.popup
    else {
        return None;
    };
    let fact = facts.iter_mut().find(|(_, value)| value == LOOKING)?;
    // Asked once: from here on it reads otherwise.
    "(the current one)".clone_into(&mut fact.1);
    Some(Effect::LookAround(request.carried.clone()))
}

/// The machine has answered: the window says it, if it is still there.
pub fn surroundings(model: &mut Model, kubectl: Result<String, String>) -> Vec<Effect> {
    let Some(Popup::Confirm(Confirm { question: Question::Run(request), facts, .. })) = &mut model.popup
    else {
        return Vec::new();
    };
    let current = |target: &&mut Target| target.kind == KUBECTL && target.which == Which::Current;
    let Some(asked) = request.targets.iter_mut().find(current) else { return Vec::new() };
    let said = match kubectl {
        Ok(context) => {
            asked.which = Which::Named(context.clone());
            format!("{context} (the current one)")
        }
        Err(why) => format!("(not known: {why})"),
    };
    if let Some(fact) = facts.iter_mut().find(|(name, value)| name == KUBECTL && value.starts_with('(')) {
        fact.1 = said;
    }
    Vec::new()
}

/// A key of the window that is no answer to its question; what is not ours comes back.
pub fn key(model: &mut Model, confirm: Confirm, key: KeyEvent) -> Result<Vec<Effect>, Box<Confirm>> {
    let Question::Run(request) = &confirm.question else { return Err(Box::new(confirm)) };
    let held = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('e') if held => rewrite(model, request.clone(), confirm),
        KeyCode::Char('d') if held => rehearse(model, request.clone(), confirm),
        KeyCode::Char('t') if held => hand_over(model, request.clone()),
        _ if request.risk == Risk::Read && asks_to_run(model, key) => {
            if !confirm.takes_answers(model.now) {
                return Ok(on_popup::too_early(model, confirm));
            }
            return Ok(super::start(model, request.clone()));
        }
        _ => return Err(Box::new(confirm)),
    }
    Ok(Vec::new())
}

/// Whether it is the key that asks for a run.
fn asks_to_run(model: &Model, key: KeyEvent) -> bool {
    model.setting.keymap.action(key, Pane::Runbook) == Some(Action::RunStep) && key.code != KeyCode::Enter
}

/// The text, to be changed by hand: only where the editor shows it as it is.
fn rewrite(model: &mut Model, request: RunRequest, confirm: Confirm) {
    if Safe::block(&request.command) != request.command {
        let text = "it holds tabs or is too long to be edited here; edit the runbook";
        model.notices.say(model.now, Tone::Warning, text);
        model.popup = Some(Popup::Confirm(confirm));
        return;
    }
    let editor = Editor::page(&request.command);
    model.popup = Some(Popup::Rewrite(Rewrite { request, editor, refused: None }));
}

/// The same without its effect, asked about anew.
fn rehearse(model: &mut Model, request: RunRequest, confirm: Confirm) {
    if let Some(text) = dry::form(&request.command) {
        return reconsider(model, request, text);
    }
    model.notices.say(model.now, Tone::Info, "no dry run of this is known");
    model.popup = Some(Popup::Confirm(confirm));
}

fn hand_over(model: &mut Model, mut request: RunRequest) {
    request.interactive = !request.interactive;
    if request.interactive {
        request.timeout = request.timeout.max(TIMEOUT_INTERACTIVE);
    }
    ask(model, request);
}

/// Another text in place of the one asked about: judged anew.
fn reconsider(model: &mut Model, request: RunRequest, text: String) {
    let (risk, targets) = (risk_of(model, &text), target::of(&text));
    let edited = request.edited || text != request.command;
    ask(model, RunRequest { command: text, risk, targets, edited, ..request });
}

/// A key in the text of a command: ctrl-s asks about what it says now.
pub fn rewrite_key(model: &mut Model, mut rewrite: Rewrite, key: KeyEvent) -> Vec<Effect> {
    if key.code != KeyCode::Char('s') || !key.modifiers.contains(KeyModifiers::CONTROL) {
        rewrite.editor.key(key);
        rewrite.refused = None;
        model.popup = Some(Popup::Rewrite(rewrite));
        return Vec::new();
    }
    let text = rewrite.editor.text().trim_end().to_owned();
    match unready(model, &text) {
        Some(why) => {
            rewrite.refused = Some(why);
            model.popup = Some(Popup::Rewrite(rewrite));
        }
        None => reconsider(model, rewrite.request, text),
    }
    Vec::new()
}

/// Why an edited text cannot be asked about.
fn unready(model: &Model, text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some("nothing to run".to_owned());
    }
    let carried = model.runbook.open.as_ref().map(|open| &open.carried.variables);
    let set: BTreeSet<String> = carried.into_iter().flat_map(|set| set.keys().cloned()).collect();
    let open = placeholder::names(text, &set);
    let values = super::values(model);
    let open: Vec<&String> =
        open.iter().filter(|name| !is_variable(text, name) || values.get(name).is_some()).collect();
    (!open.is_empty()).then(|| {
        let names = open.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        format!("still open: {names} (write the value in)")
    })
}

/// Whether a placeholder stands there as `$NAME`: the shell itself refuses it where nobody set it.
fn is_variable(text: &str, name: &str) -> bool {
    text.contains(&format!("${name}")) || text.contains(&format!("${{{name}}}"))
}
