//! The timeline pane: what the journal says, and what is not saved yet.

use super::action::Action;
use super::effect::Effect;
use super::form::{Form, Popup};
use super::model::{Model, Pane, Pending};
use super::notice::Tone;
use super::{
    on_alerts, on_burn, on_clocks, on_incidents, on_maintenance, on_outbox, on_postmortem, on_roles,
    on_runbook, on_similar, on_triage, reading,
};
use crate::incident::ledger::{extend_loose_lines, loose_lines};
use crate::incident::timeline::{Folding, Weight, is_late};
use crate::incident::{Ask, Event, EventKind, Incident, Intent, Ledger, Phase};
use crate::text::when;

/// Asks the journal, after asking the same rules on our own copy: a refusal is said at once. A console that
/// only reads asks nothing: whoever writes follows up.
pub fn append(model: &mut Model, ask: Ask) -> Vec<Effect> {
    if model.setting.reads_only {
        return Vec::new();
    }
    match try_append(model, ask) {
        Ok(effects) => effects,
        Err(why) => {
            model.notices.say(model.now, Tone::Warning, why);
            Vec::new()
        }
    }
}

/// As [`append`], but the refusal goes back to the window that asked.
pub fn try_append(model: &mut Model, ask: Ask) -> Result<Vec<Effect>, String> {
    if model.setting.reads_only {
        return Err(reading::WHY.to_owned());
    }
    model.ledger.judge(&ask, model.now).map_err(|refusal| refusal.why)?;
    let ticket = model.timeline.next_ticket;
    model.timeline.next_ticket += 1;
    model.timeline.pending.push(Pending { ticket, ask: ask.clone(), unsaved: None });
    Ok(vec![Effect::Append { ticket, ask }])
}

/// The whole journal, at the start or after words in it were erased: folded, without following up
/// what others already did.
pub fn loaded(model: &mut Model, events: &[Event]) -> Vec<Effect> {
    model.ledger = Ledger::fold(events);
    model.burn.changes.clear();
    on_maintenance::pass_on(model);
    for event in events {
        if let EventKind::ChangeMarked(change) = &event.kind {
            on_burn::mark_change(model, event.sorts_at(), change);
        }
    }
    let mut effects = on_alerts::loaded(model);
    effects.push(on_outbox::deliver(model));
    if model.timeline.shown.is_some() {
        refresh(model);
        return effects;
    }
    let first = on_incidents::first(&model.ledger);
    let Some(id) = first.map(|incident| incident.id.clone()) else {
        refresh(model);
        return effects;
    };
    effects.extend(show(model, id));
    on_runbook::resume(model);
    effects
}

/// New events: folded, shown, and followed up (evidence, runbook, charts).
pub fn appended(model: &mut Model, ticket: Option<u64>, events: &[Event]) -> Vec<Effect> {
    if let Some(ticket) = ticket {
        model.timeline.pending.retain(|pending| pending.ticket != ticket);
    }
    let fresh: Vec<&Event> = events.iter().filter(|event| event.seq > model.ledger.head).collect();
    let mut effects = Vec::new();
    for event in &fresh {
        model.ledger.apply(event);
        effects.extend(follow_up(model, event));
    }
    if fresh.iter().any(|event| on_maintenance::concerns(event)) {
        on_maintenance::pass_on(model);
    }
    if fresh.iter().any(|event| on_outbox::concerns(event)) {
        effects.push(on_outbox::deliver(model));
    }
    if fresh.iter().any(|event| on_alerts::concerns(event)) {
        effects.extend(on_alerts::look(model));
    }
    if !fresh.is_empty() && !extend(model, &fresh) {
        refresh(model);
    }
    if ticket.is_some() {
        go_to_late(model, &fresh);
    }
    effects
}

/// What we wrote of an earlier time stands where it happened, perhaps far above: it is chosen and said.
fn go_to_late(model: &mut Model, fresh: &[&Event]) {
    let is_own = |event: &&&Event| event.incident == model.timeline.shown && is_late(event);
    let Some(seq) = fresh.iter().rfind(is_own).map(|event| event.seq) else { return };
    let entry = model.timeline.place_of(seq).map(|place| &model.timeline.entries[place]);
    let Some(entry) = entry.filter(|entry| entry.weight() == Weight::Word) else { return };
    let at = when::clock_time(entry.event.sorts_at(), model.setting.zone);
    let back = model.setting.keymap.key(Action::Bottom);
    let text = format!("it stands at {at}, where it happened; esc and {back} go back to the newest");
    model.timeline.selected = Some(seq);
    model.notices.say(model.now, Tone::Info, text);
}

/// Adds what came to the lines of the pane; `false` where they have to be made anew.
fn extend(model: &mut Model, fresh: &[&Event]) -> bool {
    let entries = &mut model.timeline.entries;
    let Some(incident) = model.timeline.shown.as_deref().and_then(|id| model.ledger.incident(id)) else {
        return fresh.iter().all(|event| extend_loose_lines(entries, event));
    };
    fresh.iter().all(|event| model.ledger.extend_timeline(incident, entries, event))
}

/// What one new event leads to in the console.
fn follow_up(model: &mut Model, event: &Event) -> Vec<Effect> {
    match &event.kind {
        EventKind::Declared { .. } => declared(model, event),
        // Follow-up comes with the resolution, which keeps its own.
        EventKind::PhaseChanged { to, .. } if *to != Phase::FollowUp => keep_evidence(model, event, "phase"),
        EventKind::Resolved => resolved(model, event),
        EventKind::ChangeMarked(change) => {
            on_burn::mark_change(model, event.sorts_at(), change);
            Vec::new()
        }
        EventKind::RoleOffered { .. } => {
            on_roles::heard(model, event);
            Vec::new()
        }
        _ => {
            on_runbook::recorded(model, event);
            Vec::new()
        }
    }
}

/// What is over is said to be over: that is offered, not done.
fn resolved(model: &mut Model, event: &Event) -> Vec<Effect> {
    if event.incident == model.timeline.shown && event.actor == model.setting.who && !model.setting.reads_only
    {
        let then = on_triage::after_resolution(model);
        model.notices.say(model.now, Tone::Good, format!("resolved; {then}"));
    }
    keep_evidence(model, event, "resolved")
}

/// Whether what somebody else declared leaves the screen to a worse incident that is worked on there.
fn yields(model: &Model, event: &Event) -> bool {
    let declared = event.incident.as_deref().and_then(|id| model.ledger.incident(id));
    event.actor != model.setting.who
        && declared.is_some_and(|declared| on_incidents::outweighs_on_screen(model, declared))
}

/// A declaration takes the screen: its incident is shown, its runbook opened, evidence kept. Never from
/// under somebody who is writing, or the words would land in another incident.
fn declared(model: &mut Model, event: &Event) -> Vec<Effect> {
    let Some(incident) = event.incident.clone() else { return Vec::new() };
    let asks = event.actor == model.setting.who && std::mem::take(&mut model.timeline.asks_how_found);
    let Some(services) = model.ledger.incident(&incident).map(|declared| declared.services.clone()) else {
        return Vec::new();
    };
    let frozen = on_clocks::freeze(model, event);
    model.burn.offers.retain(|slo| {
        let service = model.burn.evaluator.slo(slo).map(|slo| slo.service.clone());
        service.is_none_or(|service| !services.contains(&service))
    });
    let writes = model.typing() && model.incident().is_some_and(Incident::is_open);
    if writes || yields(model, event) {
        let text = on_incidents::elsewhere(model, &incident);
        model.notices.say(model.now, Tone::Warning, text);
        return frozen.into_iter().chain(keep_evidence(model, event, "declared")).collect();
    }
    model.notices.say(model.now, Tone::Good, format!("declared {incident}"));
    on_similar::announce(model, &incident);
    let linked = on_alerts::declared(model, event, &incident);
    let mut effects = show(model, incident);
    if asks && model.popup.is_none() && !model.typing() {
        model.popup = Some(Popup::Form(Form::found_once(model.setting.keymap.key(Action::HowFound))));
    }
    effects.extend(linked);
    effects.extend(on_runbook::open_for(model, &services));
    effects.extend(frozen);
    effects.extend(keep_evidence(model, event, "declared"));
    effects
}

/// Shows an incident: its entries, and its postmortem where one was edited.
pub fn show(model: &mut Model, incident: String) -> Vec<Effect> {
    if model.timeline.shown.as_ref() == Some(&incident) {
        return Vec::new();
    }
    let effects = on_postmortem::leave_incident(model);
    model.timeline.shown = Some(incident.clone());
    // Where nothing is measured the keys that matter now are the incident's.
    if model.desk.focus == Pane::Burn && model.burn.evaluator.slos().next().is_none() {
        model.desk.focus = Pane::Timeline;
    }
    model.timeline.selected = None;
    model.timeline.lines.mark = None;
    model.timeline.lines.folding = Folding::default();
    model.timeline.filter.set("");
    model.timeline.filtering = false;
    refresh(model);
    on_runbook::turn(model);
    let loads = vec![Effect::LoadPostmortem { incident: incident.clone() }, Effect::LoadLetters { incident }];
    [effects, loads].concat()
}

/// Stores what was measured, once for the event that asks for it.
fn keep_evidence(model: &mut Model, event: &Event, moment: &str) -> Vec<Effect> {
    let Some(incident) = event.incident.as_deref().and_then(|id| model.ledger.incident(id)) else {
        return Vec::new();
    };
    let evidence = on_burn::evidence(model, incident, moment);
    if evidence.readings.is_empty() {
        return Vec::new();
    }
    let dedupe = Some(format!("evidence:{}", event.seq));
    let ask = Ask::new(on_burn::SYSTEM, Intent::Record { kind: EventKind::EvidenceKept(evidence), dedupe });
    vec![Effect::Notice(ask.about(incident.id.clone()))]
}

/// Makes the lines of the pane anew from the ledger.
fn refresh(model: &mut Model) {
    model.timeline.lines.stale = true;
    model.timeline.entries = match model.incident() {
        Some(incident) => model.ledger.timeline(incident),
        None => loose_lines(&model.ledger),
    };
    let standing = model.timeline.entries.iter().filter(|entry| !entry.struck);
    model.timeline.amended = standing.filter_map(|entry| entry.amends).collect();
}

/// The journal's rules said no, on newer events than ours.
pub fn refused(model: &mut Model, ticket: u64, why: String) -> Vec<Effect> {
    model.timeline.pending.retain(|pending| pending.ticket != ticket);
    model.notices.say(model.now, Tone::Warning, why);
    Vec::new()
}

pub fn unsaved(model: &mut Model, ticket: u64, why: String) -> Vec<Effect> {
    if let Some(pending) = model.timeline.pending.iter_mut().find(|pending| pending.ticket == ticket) {
        pending.unsaved = Some(why);
    }
    Vec::new()
}
