//! Guided walks, one question a window: triage while something is wrong, the closing checklist when it is
//! over; and the ledger of what has to go again.

use super::action::Action;
use super::effect::Effect;
use super::form::{Choice, Confirm, Form, Popup};
use super::model::Model;
use super::{on_burn, on_timeline};
use crate::incident::checklist::Temporary;
use crate::incident::triage::{self, Answer, Question};
use crate::incident::{Ask, Check, Checks, Incident, Intent};

/// The next question of triage: of the open incident on the screen, else whether users are hurt.
pub fn ask(model: &Model) -> Option<Form> {
    let open = model.incident().filter(|incident| incident.is_open());
    let question = open.map_or(Some(Question::UsersHurt), Incident::triage_question)?;
    Some(question_form(model, question))
}

fn question_form(model: &Model, question: Question) -> Form {
    let open = model.incident().filter(|incident| incident.is_open());
    let mut about = open.map(|incident| triage::facts(question, &model.ledger, incident, model.now));
    if matches!(question, Question::UsersHurt | Question::Restored) {
        about.get_or_insert_default().extend(measured(model, open));
    }
    let calm = open.and_then(|incident| on_burn::at_baseline(model, &incident.services));
    let ready = |incident| triage::ready(question, &model.ledger, incident, calm, model.now);
    let ready = open.map_or(Answer::Yes, ready);
    let choices = Answer::ALL.map(|answer| Choice::new(answer.word(), question.advice(answer)));
    let chosen = Answer::ALL.iter().position(|answer| *answer == ready).unwrap_or(0);
    Form::triage(question, about.unwrap_or_default(), choices).chosen(chosen)
}

/// What the SLOs say: those of the incident, or all of them before there is one. That none fires means nothing where
/// none is measured.
fn measured(model: &Model, incident: Option<&Incident>) -> Vec<String> {
    let services = incident.map(|incident| incident.services.as_slice());
    let (burning, whose) = match services {
        Some(services) => (on_burn::still_burning(model, services), "no SLO of its services"),
        None => (on_burn::burning(model), "no SLO"),
    };
    let said = if on_burn::measures_any(model, services) { "fires" } else { "is measured" };
    if burning.is_empty() { vec![format!("{whose} {said}")] } else { burning }
}

/// Records an answer and asks what follows; a yes to the first question leads to the declaration.
pub fn answered(model: &mut Model, question: Question, answer: Answer) -> Result<Vec<Effect>, String> {
    let intent = Intent::Triage { question, answer };
    let ask = Ask { incident: open_incident(model), ..Ask::new(&model.setting.who, intent) };
    let declares = ask.incident.is_none() && answer.is_yes();
    let effects = on_timeline::try_append(model, ask)?;
    model.popup = if declares {
        Some(Popup::Form(on_burn::declaration(model)))
    } else {
        question.next(answer).map(|next| Popup::Form(question_form(model, next)))
    };
    Ok(effects)
}

fn open_incident(model: &Model) -> Option<String> {
    model.incident().filter(|incident| incident.is_open()).map(|incident| incident.id.clone())
}

/// The closing checklist from its first line: before the resolution it leads there, after it to closing. What was
/// answered at the resolution and still holds is not asked again.
pub fn walk_checklist(model: &Model) -> Option<Popup> {
    let incident = model.incident()?;
    Some(walk_on(model, incident, Check::ALL.first().copied(), Checks::default()))
}

/// The first line from one on that is to be asked; after the last the question about the whole.
fn walk_on(model: &Model, incident: &Incident, from: Option<Check>, so_far: Checks) -> Popup {
    let rest = std::iter::successors(from, |check| check.next());
    match rest.into_iter().find(|check| asks(model, incident, *check)) {
        Some(check) => Popup::Form(check_form(model, incident, check, so_far)),
        None => Popup::Confirm(ended(model, incident, so_far)),
    }
}

/// Before the resolution everything is asked; after it what nobody answered, what was found wrong, and what
/// speaks otherwise by now.
fn asks(model: &Model, incident: &Incident, check: Check) -> bool {
    let (_, likely) = known(model, incident, check);
    incident.is_open() || incident.checks.of(check) != Some(true) || likely == Some(false)
}

fn check_form(model: &Model, incident: &Incident, check: Check, so_far: Checks) -> Form {
    let (about, likely) = known(model, incident, check);
    let choices = [
        Choice::new("yes", ""),
        Choice::new("no", "goes on record; it does not block"),
        Choice::new("not checked", ""),
    ];
    let end = if incident.is_open() { "resolved" } else { "closed" };
    // What was found before the resolution is not asked anew at the closing.
    Form::check((check, so_far), end, about, choices).chosen(match likely.or(incident.checks.of(check)) {
        Some(true) => 0,
        Some(false) => 1,
        None => 2,
    })
}

/// What is measured or on record about a line of the checklist, and the answer that follows from it.
fn known(model: &Model, incident: &Incident, check: Check) -> (Vec<String>, Option<bool>) {
    match check {
        Check::Baseline => {
            let measured = on_burn::at_baseline(model, &incident.services);
            let said = match measured {
                Some(true) => "the SLOs of its services are calm",
                Some(false) => "not all SLOs of its services are calm",
                None => "not every SLO of its services is measured now: look for yourself",
            };
            let burning = on_burn::still_burning(model, &incident.services);
            let alerts = model.ledger.still_firing(incident);
            let likely = if alerts.is_empty() { measured } else { Some(false) };
            (std::iter::once(said.to_owned()).chain(burning).chain(alerts).collect(), likely)
        }
        Check::Data => {
            let data = incident.security.affected_data.iter();
            (data.map(|data| format!("affected data: {data}")).collect(), None)
        }
        Check::Temporary => {
            let open: Vec<String> = incident.open_temporaries().map(in_place).collect();
            let likely = open.is_empty();
            (if likely { vec!["the ledger is empty".to_owned()] } else { open }, Some(likely))
        }
    }
}

fn in_place(temporary: &Temporary) -> String {
    format!("{}. {}", temporary.number, temporary.text)
}

/// Goes on to the next line; after the last the answers are asked about as a whole.
pub fn checked(model: &mut Model, check: Check, so_far: Checks, chosen: &str) {
    let found = chosen.parse::<Answer>().ok().map(Answer::is_yes);
    let checks = so_far.with(check, found);
    let Some(incident) = model.incident() else { return };
    model.popup = Some(walk_on(model, incident, check.next(), checks));
}

/// The question whether to resolve, or to close, with everything that speaks against it.
fn ended(model: &Model, incident: &Incident, checks: Checks) -> Confirm {
    let mut as_checked = incident.clone();
    as_checked.checks.add(checks);
    let mut doubts = on_burn::still_burning(model, &incident.services);
    doubts.extend(model.ledger.still_firing(incident));
    doubts.extend(as_checked.closing_doubts());
    if !incident.is_open() {
        return Confirm::close(checks, doubts);
    }
    if incident.mitigated.is_none() {
        let key = model.setting.keymap.key(Action::MarkMitigated);
        doubts.push(format!("nobody marked the impact as mitigated ({key} does)"));
    }
    if incident.found.is_none() {
        let key = model.setting.keymap.key(Action::HowFound);
        doubts.push(format!("nobody said how it was found ({key} does)"));
    }
    Confirm::resolve(checks, doubts, format!("then: {}", after_resolution(model)))
}

/// What is left to do once an incident is resolved, with the keys for it.
pub fn after_resolution(model: &Model) -> String {
    let key = |action| model.setting.keymap.key(action);
    let (update, draft, close) = (Action::PostUpdate, Action::DraftPostmortem, Action::Close);
    format!(
        "{} writes the all-clear, {} drafts the postmortem, {} closes it",
        key(update),
        key(draft),
        key(close)
    )
}

/// Records what was found on the checklist, then does what it led to.
pub fn end(model: &mut Model, checks: Checks, intent: Intent) -> Vec<Effect> {
    let shown = model.timeline.shown.clone();
    let intents = (!checks.is_empty()).then_some(Intent::Check(checks)).into_iter().chain([intent]);
    let asks: Vec<Ask> = intents
        .map(|intent| Ask { incident: shown.clone(), ..Ask::new(&model.setting.who, intent) })
        .collect();
    asks.into_iter().flat_map(|ask| on_timeline::append(model, ask)).collect()
}

/// The ledger: a line to write something into it, and what is in place to be taken out.
pub fn ledger(model: &Model) -> Option<Form> {
    let open = model.incident()?.open_temporaries();
    let removes =
        |temporary: &Temporary| Choice::new(&format!("removed {}", temporary.number), &temporary.text);
    Some(Form::temporary(std::iter::once(Choice::new("put", "")).chain(open.map(removes))))
}

/// What the ledger's form asks for.
pub fn temporary(chosen: &str, written: String) -> Result<Intent, String> {
    match chosen.strip_prefix("removed ") {
        Some(number) => number
            .parse()
            .map(|number| Intent::RemoveTemporary { number })
            .map_err(|_| format!("temporary: {number}: not a number (choose one)")),
        None => Ok(Intent::PutTemporary { text: written }),
    }
}
