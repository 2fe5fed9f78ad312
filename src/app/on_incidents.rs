//! Which incident is shown, and what is said of the others: the list to choose from, the ones that are open
//! besides, the question before leaving.

use std::cmp::Reverse;

use super::action::Action;
use super::form::{Choice, Confirm, Form};
use super::model::Model;
use crate::incident::{Incident, Ledger, Status};
use crate::text::Time;
use crate::text::when::{rough_span, since};

/// Open incidents, the one that wants somebody most first: real before drill, then the worst, then the newest.
pub fn pressing(ledger: &Ledger) -> Vec<&Incident> {
    let mut open: Vec<&Incident> = ledger.open().collect();
    open.sort_by_key(|incident| weight(incident));
    open
}

fn weight(incident: &Incident) -> impl Ord + use<> {
    (incident.drill, incident.severity, Reverse(incident.declared_at))
}

/// Whether the incident on the screen wants somebody more than another one.
pub fn outweighs_on_screen(model: &Model, other: &Incident) -> bool {
    let shown = model.incident().filter(|shown| shown.is_open() && shown.id != other.id);
    shown.is_some_and(|shown| weight(shown) < weight(other))
}

/// What a console shows first: the most pressing, else the one declared last.
pub fn first(ledger: &Ledger) -> Option<&Incident> {
    pressing(ledger).first().copied().or(ledger.incidents.last())
}

/// Open incidents that are not on the screen, the most pressing first.
pub fn others(model: &Model) -> Vec<&Incident> {
    let shown = model.timeline.shown.as_deref();
    pressing(&model.ledger).into_iter().filter(|incident| shown != Some(incident.id.as_str())).collect()
}

/// The list to choose from: open ones first, then the newest; the one shown is chosen.
pub fn form(model: &Model) -> Form {
    let over = model.ledger.incidents.iter().rev().filter(|incident| !incident.is_open());
    let all: Vec<&Incident> = pressing(&model.ledger).into_iter().chain(over).collect();
    let shown = model.timeline.shown.as_deref();
    let at = all.iter().position(|incident| shown == Some(incident.id.as_str())).unwrap_or(0);
    let ids = all.iter().map(|incident| incident.id.clone()).collect();
    Form::switch(ids, all.into_iter().map(|incident| choice(incident, model.now))).chosen(at)
}

fn choice(incident: &Incident, now: Time) -> Choice {
    let age = rough_span(since(incident.declared_at, now));
    let head = format!("{:<8} {} {age:>4}", state(incident), incident.severity);
    let marks = marks(incident).map(|mark| format!(" {mark}"));
    let title = format!("{}   {}", incident.title, incident.id);
    Choice::new(&format!("{head}{}", marks.collect::<String>()), &title)
}

/// In one word; what was merged is over as well.
fn state(incident: &Incident) -> &'static str {
    match incident.status {
        _ if incident.merged_into.is_some() => "merged",
        Status::Open => "open",
        Status::Resolved => "resolved",
        Status::Closed => "closed",
    }
}

/// The open incidents that the one shown may turn out to be.
pub fn merge_form(model: &Model) -> Option<Form> {
    let others = others(model);
    let ids = others.iter().map(|incident| incident.id.clone()).collect();
    let choices = others.into_iter().map(|incident| choice(incident, model.now));
    Some(Form::merge(model.incident()?, ids, choices))
}

/// What one must not overlook about an incident.
pub fn marks(incident: &Incident) -> impl Iterator<Item = &'static str> + use<> {
    let (drill, private) = (incident.drill, incident.private);
    drill.then_some("DRILL").into_iter().chain(private.then_some("PRIVATE"))
}

/// The question before leaving: it names everything that is open.
pub fn before_leaving(model: &Model) -> Confirm {
    let open = pressing(&model.ledger);
    let one = open.len() == 1;
    let line = |incident: &&Incident| {
        let marks: String = marks(incident).map(|mark| format!("{mark} ")).collect();
        format!("{} {marks}{} is open: {}", incident.severity, incident.id, incident.title)
    };
    let clocks = if one { "Its clocks go on without you." } else { "Their clocks go on without you." };
    let then = (!open.is_empty()).then(|| clocks.to_owned());
    let unsent = match model.timeline.letters.len() {
        0 => None,
        1 => Some("1 update is written and not sent; it is kept.".to_owned()),
        count => Some(format!("{count} updates are written and not sent; they are kept.")),
    };
    Confirm::quit(open.iter().map(line).chain(then).chain(unsent).collect(), model.timeline.unsaved())
}

/// How a declaration that does not take the screen is said.
pub fn elsewhere(model: &Model, incident: &str) -> String {
    format!("{incident} was declared; press {} to show it", model.setting.keymap.key(Action::SwitchIncident))
}
