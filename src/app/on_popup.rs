//! The open window: its keys, and what its answer leads to.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::effect::Effect;
use super::form::{Confirm, Form, Help, Popup, Purpose, Question, RELATED};
use super::model::Model;
use super::notice::Tone;
use super::on_run::{asked, reveal};
use super::{
    on_alerts, on_clocks, on_fields, on_find, on_input, on_maintenance, on_outbox, on_page, on_postmortem,
    on_query, on_roles, on_run, on_runbook, on_scribe, on_search, on_similar, on_tasks, on_timeline,
    on_triage, on_update,
};
use crate::incident::event::{Fields, Found, Mitigation};
use crate::incident::intent::Sure;
use crate::incident::{Ask, Intent, Phase, Severity};

/// A key in the open window. Esc closes it.
pub fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    let leaves = key.code == KeyCode::Esc
        || (key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL));
    let Some(popup) = model.popup.take() else { return Vec::new() };
    if leaves && matches!(popup, Popup::Alerts) && on_alerts::back(model) {
        model.popup = Some(popup);
        return Vec::new();
    }
    if leaves {
        model.burn.alerts.declaring = None;
        declined(model, popup);
        return Vec::new();
    }
    match popup {
        Popup::Help(help) => help_key(model, help, key),
        Popup::Form(form) => form_key(model, form, key),
        Popup::Confirm(confirm) => confirm_key(model, confirm, key),
        Popup::Rewrite(rewrite) => asked::rewrite_key(model, rewrite, key),
        Popup::Letter(letter) => on_update::key(model, letter, key),
        Popup::Messages { scroll } => messages_key(model, scroll, key),
        Popup::Alerts => on_alerts::key(model, key),
        Popup::Fill(filling) => on_runbook::key(model, filling, key),
        Popup::Search(searching) => on_search::key(model, searching, key),
        Popup::Similar(likes) => on_similar::key(model, likes, key),
        Popup::Runbooks(finding) => on_find::key(model, finding, key),
        Popup::Page(reading) => on_page::key(model, reading, key),
        Popup::Asked(asked) => on_query::key(model, asked, key),
    }
}

/// A text that is not let out is still there to be edited; one that is left is kept.
fn declined(model: &mut Model, popup: Popup) {
    match popup {
        Popup::Confirm(Confirm { question: Question::Leave(parcel), .. }) => {
            model.popup = Some(Popup::Letter(parcel.letter()));
        }
        Popup::Letter(letter) => on_update::left(model, &letter),
        _ => {}
    }
}

/// A paste goes into the window's line; a question takes none.
pub fn paste(popup: &mut Popup, text: &str) -> Vec<Effect> {
    match popup {
        Popup::Search(searching) => {
            searching.line.paste(text);
            return searching.ask();
        }
        Popup::Help(help) => help.filter.paste(text),
        Popup::Form(Form { line: Some((_, editor)), .. }) => editor.paste(text),
        Popup::Letter(letter) => letter.editor.paste(text),
        Popup::Rewrite(rewrite) => rewrite.editor.paste(text),
        Popup::Fill(filling) => filling.paste(text),
        _ => {}
    }
    Vec::new()
}

fn messages_key(model: &mut Model, scroll: usize, key: KeyEvent) -> Vec<Effect> {
    let scroll = match key.code {
        KeyCode::Down | KeyCode::Char('j') => scroll + 1,
        KeyCode::Up | KeyCode::Char('k') => scroll.saturating_sub(1),
        _ => return Vec::new(),
    };
    model.popup = Some(Popup::Messages { scroll: scroll.min(model.notices.newest_first().count()) });
    Vec::new()
}

fn help_key(model: &mut Model, mut help: Help, key: KeyEvent) -> Vec<Effect> {
    let found = help.matches();
    match key.code {
        KeyCode::Enter => {
            let chosen = found.get(help.chosen).copied();
            return chosen.map(|action| on_input::act(model, action)).unwrap_or_default();
        }
        KeyCode::Up => help.chosen = help.chosen.saturating_sub(1),
        KeyCode::Down => help.chosen = (help.chosen + 1).min(found.len().saturating_sub(1)),
        _ => {
            if help.filter.key(key) {
                help.chosen = 0;
            }
        }
    }
    model.popup = Some(Popup::Help(help));
    Vec::new()
}

fn form_key(model: &mut Model, mut form: Form, key: KeyEvent) -> Vec<Effect> {
    match key.code {
        KeyCode::Enter => return submit(model, form),
        KeyCode::Up | KeyCode::BackTab => form.move_choice(-1),
        KeyCode::Down | KeyCode::Tab => form.move_choice(1),
        KeyCode::Char('k') if form.line.is_none() => form.move_choice(-1),
        KeyCode::Char('j') if form.line.is_none() => form.move_choice(1),
        KeyCode::Char(letter @ ('y' | 'n' | 'u')) if matches!(form.purpose, Purpose::Decision { .. }) => {
            form.choose_by(letter);
        }
        KeyCode::Char(digit @ '1'..='9') if form.line.is_none() => {
            let wanted = digit as usize - '1' as usize;
            form.chosen = wanted.min(form.choices.len().saturating_sub(1));
        }
        _ => {
            if let Some((_, editor)) = &mut form.line {
                editor.key(key);
            }
        }
    }
    model.popup = Some(Popup::Form(form));
    Vec::new()
}

/// Hands a form over. A refusal keeps it open with what was typed and the reason.
fn submit(model: &mut Model, mut form: Form) -> Vec<Effect> {
    match answer(model, &form) {
        Ok(effects) => effects,
        Err(why) => {
            form.refused = Some(why);
            model.popup = Some(Popup::Form(form));
            Vec::new()
        }
    }
}

fn answer(model: &mut Model, form: &Form) -> Result<Vec<Effect>, String> {
    let chosen = form.choices.get(form.chosen).map(|choice| choice.label.clone()).unwrap_or_default();
    match &form.purpose {
        Purpose::Switch(ids) => {
            let id = ids.get(form.chosen).cloned();
            Ok(id.map(|id| on_timeline::show(model, id)).unwrap_or_default())
        }
        Purpose::Reveal => reveal::reveal(model, form.chosen),
        Purpose::Decision { step } => on_runbook::decide::answered(model, step, &chosen),
        Purpose::Triage(question) => on_triage::answered(model, *question, chosen.parse()?),
        Purpose::Check(check, so_far) => {
            on_triage::checked(model, *check, *so_far, &chosen);
            Ok(Vec::new())
        }
        Purpose::Maintenance { service } => on_maintenance::plan(model, service, &chosen, &form.written()),
        Purpose::Escalate => on_clocks::escalation(model, &chosen, &form.written()),
        Purpose::Snooze => on_clocks::snooze(model, &chosen, &form.written()),
        Purpose::Outbox => on_outbox::decide(model, &chosen, &form.written()),
        Purpose::Update => on_update::open(model, &chosen, form.written()),
        Purpose::Silence { source, matchers } => {
            on_alerts::ask_to_silence(model, (source, matchers), &chosen, form.written())?;
            Ok(Vec::new())
        }
        Purpose::Tasks(numbers) => {
            let number = numbers.get(form.chosen).copied();
            model.popup = number.and_then(|number| on_tasks::ending(model, number)).map(Popup::Form);
            Ok(Vec::new())
        }
        Purpose::Task(number) => on_tasks::end(model, *number, (&chosen, form.written())),
        Purpose::Declare { services, found } => {
            let ask = Ask::new(&model.setting.who, declare(form, &chosen, (services, *found))?);
            let effects = on_timeline::try_append(model, ask)?;
            model.timeline.asks_how_found = found.is_none();
            Ok(effects)
        }
        _ => {
            let ask = Ask::new(&model.setting.who, intent(model, form, &chosen)?);
            // A correction goes where its entry is: that may be beside the incident.
            let corrects = matches!(form.purpose, Purpose::Amend { .. } | Purpose::Strike { .. });
            let shown = model.timeline.shown.clone().filter(|_| !corrects);
            on_timeline::try_append(model, Ask { incident: shown, ..ask })
        }
    }
}

fn declare(
    form: &Form,
    chosen: &str,
    (services, found): (&[String], Option<Found>),
) -> Result<Intent, String> {
    Ok(Intent::Declare {
        title: form.written(),
        severity: chosen.parse::<Severity>()?,
        services: services.to_vec(),
        ic: None,
        drill: false,
        private: false,
        found,
    })
}

fn intent(model: &Model, form: &Form, chosen: &str) -> Result<Intent, String> {
    let written = form.written();
    Ok(match &form.purpose {
        Purpose::Amend { seq } => Intent::Amend { seq: *seq, text: written },
        Purpose::Strike { seq } => Intent::Strike { seq: *seq, reason: written },
        Purpose::Severity => Intent::SetSeverity { to: chosen.parse()?, reason: written },
        Purpose::Phase => Intent::SetPhase { to: chosen.parse::<Phase>()? },
        Purpose::Role => on_roles::assign(model, chosen.parse()?, &written)?,
        Purpose::OfferRole => Intent::OfferRole { role: chosen.parse()?, who: written },
        Purpose::Temporary => on_triage::temporary(chosen, written)?,
        Purpose::Fields => on_fields::intent(chosen, written)?,
        Purpose::KeepSeat(role) => Intent::AcceptRole { role: *role, reason: Some(written) },
        Purpose::Found => {
            Intent::SetFields(Fields { found: Some(chosen.parse::<Found>()?), ..Fields::default() })
        }
        Purpose::Reopen if written.is_empty() => return Err("write what came back".to_owned()),
        Purpose::Reopen => Intent::Reopen { reason: written },
        Purpose::Merge(ids) => Intent::Merge { into: ids.get(form.chosen).cloned().unwrap_or_default() },
        Purpose::Link if written.is_empty() => return Err("write an address or an id".to_owned()),
        Purpose::Link if chosen == RELATED => Intent::Relate { other: written },
        Purpose::Link => Intent::AddLink { kind: chosen.parse()?, url: written },
        _ => Intent::Mitigate { kind: chosen.parse::<Mitigation>()? },
    })
}

/// A yes is `y`, or the whole word where one is asked for; any other key is a no.
fn confirm_key(model: &mut Model, confirm: Confirm, key: KeyEvent) -> Vec<Effect> {
    // A command's window has keys of its own beside the answer.
    match asked::key(model, confirm, key) {
        Ok(effects) => effects,
        Err(confirm) => answer_key(model, *confirm, key),
    }
}

fn answer_key(model: &mut Model, mut confirm: Confirm, key: KeyEvent) -> Vec<Effect> {
    if answers(&confirm, key) && !confirm.takes_answers(model.now) {
        return too_early(model, confirm);
    }
    if let Some((word, editor)) = &mut confirm.word {
        if key.code == KeyCode::Enter && editor.text().trim() == *word {
            return confirmed(model, confirm.question);
        }
        editor.key(key);
        model.popup = Some(Popup::Confirm(confirm));
        return Vec::new();
    }
    let held = key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    match key.code {
        KeyCode::Char('y') if !held => confirmed(model, confirm.question),
        KeyCode::Enter | KeyCode::Up | KeyCode::Down => {
            match key.code {
                KeyCode::Up => confirm.above = confirm.above.saturating_sub(1),
                KeyCode::Down => confirm.above = (confirm.above + 1).min(confirm.lines.len()),
                _ => {}
            }
            model.popup = Some(Popup::Confirm(confirm));
            Vec::new()
        }
        _ => {
            model.notices.say(model.now, Tone::Info, "not done");
            declined(model, Popup::Confirm(confirm));
            Vec::new()
        }
    }
}

/// Whether a key would go into the answer.
fn answers(confirm: &Confirm, key: KeyEvent) -> bool {
    let scrolls = matches!(key.code, KeyCode::Up | KeyCode::Down);
    !scrolls && (confirm.word.is_some() || key.code == KeyCode::Char('y'))
}

/// A key that was typed before one can have read what it would confirm.
pub(super) fn too_early(model: &mut Model, confirm: Confirm) -> Vec<Effect> {
    let why = match confirm.seen_at {
        None => "not yet: down shows the rest of it first",
        Some(_) => "not yet: a key counts once you have seen what it does",
    };
    model.notices.say(model.now, Tone::Info, why);
    model.popup = Some(Popup::Confirm(confirm));
    Vec::new()
}

/// A frame has shown the open question, but for so many rows below its window.
pub fn shown(model: &mut Model, unread: usize) -> Vec<Effect> {
    if let Some(Popup::Confirm(confirm)) = &mut model.popup {
        confirm.shown(unread, model.now);
    }
    Vec::new()
}

fn confirmed(model: &mut Model, question: Question) -> Vec<Effect> {
    match question {
        Question::Run(request) => on_run::start(model, request),
        Question::Quit => on_input::leave(model),
        Question::Redraft => on_postmortem::draft(model),
        Question::Record(lines) => on_scribe::record(model, &lines),
        Question::TakeOver(role) => on_roles::accept(model, role),
        // Who says yes here has read what it means.
        Question::Leave(parcel) => on_update::go(model, parcel, Sure { public: true, private: true }),
        Question::Call(call) => on_clocks::call_confirmed(model, call),
        Question::Resolve(checks) => on_triage::end(model, checks, Intent::Resolve),
        Question::Close(checks) => on_triage::end(model, checks, Intent::Close),
        Question::Silence(wish, covered) => vec![Effect::Silence { wish, covered }],
        Question::Unsilence(ended) => vec![Effect::Unsilence(ended)],
    }
}
