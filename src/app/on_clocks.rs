//! The clocks on the screen: the bell when one runs over, the ladder, putting one off.

use std::time::Duration;

use super::effect::Effect;
use super::form::{Choice, Confirm, Form, Popup};
use super::model::Model;
use super::notice::Tone;
use super::on_burn::SYSTEM;
use super::on_timeline;
use crate::incident::clock::Stage;
use crate::incident::event::{Level, Terms};
use crate::incident::intent::{ClockAsk, Sending, Sure};
use crate::incident::{Ask, Clock, ClockState, Event, Incident, Intent};
use crate::text::when;

/// Before the name of a level whose answer is to be recorded.
const ANSWER: &str = "answer ";
/// Before the number of a look that is done.
const LOOKED: &str = "looked again ";
const USUAL_SNOOZE: &str = "10m";

/// The clocks that the screen shows, the most urgent first.
pub fn shown(model: &Model) -> Vec<Clock> {
    model.ledger.clocks(model.incident(), model.now)
}

/// Rings once for each clock and round that has run over, of every open incident. A clock that was put
/// off after it rang may ring again: that is another deadline.
pub fn ring(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let open = model.ledger.open().map(|incident| (incident.id.as_str(), incident.clocks(now)));
    let loose = std::iter::once(("", model.ledger.clocks(None, now)));
    let over: Vec<(String, String, crate::text::Time)> = open
        .chain(loose)
        .flat_map(|(id, clocks)| clocks.into_iter().map(move |clock| (id.to_owned(), clock)))
        .filter(|(_, clock)| clock.state(now) == ClockState::Overdue)
        .map(|(id, clock)| (id, clock.name, clock.overdue_at))
        .collect();
    let fresh = over.iter().any(|rung| !model.timeline.rung.contains(rung));
    model.timeline.rung = over.into_iter().collect();
    if fresh { vec![Effect::Bell] } else { Vec::new() }
}

/// The terms that go with an incident from its declaration on; nothing where they are the manual's.
pub fn freeze(model: &Model, event: &Event) -> Option<Effect> {
    let (terms, id) = (&model.setting.outgoing.terms, event.incident.as_ref()?);
    let ask = Ask::new(SYSTEM, Intent::Clock(ClockAsk::Freeze(terms.clone()))).about(id);
    (*terms != Terms::default()).then_some(Effect::Notice(ask))
}

/// The ladder with its states. An answer that is waited for comes first; what stands ready is the call that is due,
/// for nobody is to answer for another by accident.
pub fn ladder(model: &Model) -> Option<Form> {
    let incident = model.incident()?;
    let answers = incident.ladder().into_iter().rev().filter_map(|(level, stage)| match stage {
        Stage::Called { who, .. } => {
            Some(Choice::new(&format!("{ANSWER}{level}"), &format!("{who} is there")))
        }
        _ => None,
    });
    let answers: Vec<Choice> = answers.collect();
    let waiting = answers.len();
    let next = incident.next_level().map_or(0, |level| usize::from(level.number()) - 1);
    let is_due = |stage: &Stage| matches!(stage, Stage::Wanted { due_at, .. } if *due_at <= model.now);
    let calls_now = incident.ladder().iter().any(|(_, stage)| is_due(stage));
    let chosen = if waiting > 0 && !calls_now { 0 } else { waiting + next };
    let calls = incident.ladder().map(|(level, stage)| call(model, incident, level, &stage));
    Some(Form::escalate(answers.into_iter().chain(calls), chosen))
}

fn call(model: &Model, incident: &Incident, level: Level, stage: &Stage) -> Choice {
    let who = incident.stands_on(level).map_or_else(|| "nobody named".to_owned(), str::to_owned);
    let detail = format!("{}, {who}: {}", level.title(), stage.words(model.now));
    Choice::new(&level.to_string(), &detail)
}

/// What the ladder's form asks: `who, why`, both of which may be missing.
pub fn escalation(model: &mut Model, chosen: &str, written: &str) -> Result<Vec<Effect>, String> {
    let (who, why) = match written.split_once(',') {
        Some((who, why)) => (who.trim(), Some(why.trim().to_owned())),
        None => (written.trim(), None),
    };
    let who = Some(who.to_owned()).filter(|who| !who.is_empty());
    if let Some(level) = chosen.strip_prefix(ANSWER) {
        let level = Some(level.parse::<Level>()?);
        let who = who.or_else(|| Some(model.incident()?.stands_on(level?)?.to_owned()));
        return ask(model, ClockAsk::Acknowledge { level, who });
    }
    let level: Level = chosen.parse()?;
    let private = model.incident().is_some_and(|incident| leaves(incident, level) && incident.private);
    let sending = Sending::Out(Sure { private, public: false });
    let wish = ClockAsk::Escalate { level: Some(level), who, why, sending };
    if private {
        // Nobody has said yes yet: the question comes first.
        model.popup = Some(Popup::Confirm(Confirm::leave_private(wish, level)));
        return Ok(Vec::new());
    }
    ask(model, wish)
}

/// Calls them after the question was answered with its word.
pub fn call_confirmed(model: &mut Model, call: ClockAsk) -> Vec<Effect> {
    ask(model, call).unwrap_or_else(|why| {
        model.notices.say(model.now, Tone::Warning, why);
        Vec::new()
    })
}

fn leaves(incident: &Incident, level: Level) -> bool {
    incident.clockwork.terms.rung(level).is_some_and(|rung| rung.target.is_some())
}

fn ask(model: &mut Model, wish: ClockAsk) -> Result<Vec<Effect>, String> {
    let ask = Ask::new(&model.setting.who, Intent::Clock(wish));
    let shown = model.timeline.shown.clone();
    on_timeline::try_append(model, Ask { incident: shown, ..ask })
}

/// The clocks that run, to put one off.
pub fn snooze_form(model: &Model) -> Option<Form> {
    let clocks = shown(model);
    let choices = clocks.iter().map(|clock| Choice::new(&clock.name, &clock.words(model.now)));
    let looks = model.ledger.rechecks.iter();
    let looked = looks.map(|look| Choice::new(&format!("{LOOKED}{}", look.seq), &look.what));
    (!clocks.is_empty()).then(|| Form::snooze(choices.chain(looked), USUAL_SNOOZE))
}

pub fn snooze(model: &mut Model, clock: &str, written: &str) -> Result<Vec<Effect>, String> {
    if let Some(seq) = clock.strip_prefix(LOOKED).and_then(|seq| seq.parse().ok()) {
        return ask(model, ClockAsk::EndRecheck { seq: Some(seq) });
    }
    let length: Duration = when::parse_span(written)?;
    ask(model, ClockAsk::Snooze { clock: clock.to_owned(), length })
}
