//! Alerts from outside: batches in, lines of the timeline out; the keys of their window.

mod filter;
mod quiet;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent};

use super::alerts::Letters;
use super::effect::Effect;
use super::form::{Confirm, Form, Popup};
use super::model::{Model, Pane};
use super::msg::SilenceOutcome;
use super::notice::Tone;
use super::on_burn::SYSTEM;
use super::{Action, on_runbook, on_timeline, reading};
use crate::incident::event::{AlertChange, AlertKey, AlertsTaken, Event, SilenceEnded, SilenceMade};
use crate::incident::inbox::silence::{common, server_of};
use crate::incident::inbox::{
    Batch, Change, Extent, Heard, Known, Level, Matcher, Scene, SilenceWish, Told, Words, runbook_names,
    without_ended,
};
use crate::incident::{AlertAsk, Ask, EventKind, Intent};
use crate::slo::SloState;
use crate::slo::telemetry::ALERTMANAGER;
use crate::text::when::{after, date_time, parse_span, since, span};
use crate::text::{Time, when};

pub use filter::back;

/// Between two looks at alerts that nobody has told anything new of.
const LOOK: Duration = Duration::from_secs(1);
/// How long a silence may be, the second one proposed.
const SPANS: [&str; 7] = ["30m", "1h", "2h", "4h", "8h", "1d", "3d"];
/// Alerts that a question names before it counts the rest.
const NAMED: usize = 8;
/// Alerts of a group that are looked through for a runbook.
const LOOKED_THROUGH: usize = 100;
const PAGE: isize = 10;

/// What a source says. A whole answer comes now and then; posts may come a thousand a second, and are looked at
/// together with the next tick.
pub fn heard(model: &mut Model, batch: Batch) -> Vec<Effect> {
    let alerts = &mut model.burn.alerts;
    if batch.extent == Extent::Part {
        alerts.is_stale = true;
        if !alerts.posting.contains(&batch.source) {
            alerts.posting.insert(batch.source.clone());
        }
        alerts.inbox.hear(batch);
        return Vec::new();
    }
    alerts.inbox.hear(batch);
    look(model)
}

/// What was posted to a console before this one: taken in when the journal is known, or it would ring again for
/// everything.
pub fn recalled(model: &mut Model, kept: Vec<Batch>) -> Vec<Effect> {
    model.burn.alerts.recalled.extend(kept);
    if model.burn.alerts.is_read { recall(model) } else { Vec::new() }
}

/// The journal is known.
pub fn loaded(model: &mut Model) -> Vec<Effect> {
    model.burn.alerts.is_read = true;
    model.burn.alerts.inbox.judge_anew();
    recall(model)
}

/// What is over by the journal is left out. First the rest fires, then it ends where it did: one that came and went
/// just before a console died is told as both.
fn recall(model: &mut Model) -> Vec<Effect> {
    let kept = std::mem::take(&mut model.burn.alerts.recalled);
    let kept = without_ended(kept, &model.ledger);
    if kept.is_empty() {
        return Vec::new();
    }
    let firing = |alert: &Arc<Heard>| Arc::new(Heard { told: Told::Firing, ..Heard::clone(alert) });
    let mut changes = Vec::new();
    let started =
        |batch: &Batch| Batch { alerts: batch.alerts.iter().map(firing).collect(), ..batch.clone() };
    for batches in [kept.iter().map(started).collect(), kept] {
        for batch in batches {
            heard(model, batch);
        }
        changes.extend(judge(model));
    }
    let ended: BTreeSet<AlertKey> = resolved(&changes).map(|change| change.key.clone()).collect();
    let news: Vec<Change> = changes.iter().filter(|change| !ended.contains(&change.key)).cloned().collect();
    let mut effects = announce(model, &news);
    effects.extend(tell(model, changes));
    effects
}

fn resolved(changes: &[Change]) -> impl Iterator<Item = &Change> {
    changes.iter().filter(|change| change.change == AlertChange::Resolved)
}

/// Time alone makes alerts count, ends windows and lets lines out that waited.
pub fn tick(model: &mut Model) -> Vec<Effect> {
    let recent = |at: Time| at <= model.now && since(at, model.now) < LOOK;
    let alerts = &model.burn.alerts;
    if !alerts.is_stale && (alerts.inbox.alerts().len() == 0 || alerts.looked_at.is_some_and(recent)) {
        return Vec::new();
    }
    look(model)
}

/// Whether an event changes what alerts amount to: somebody took or linked them, or took that back.
pub fn concerns(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::AlertsAcknowledged(_)
            | EventKind::AlertsLinked(_)
            | EventKind::MaintenancePlanned { .. }
            | EventKind::MaintenanceEnded { .. }
            | EventKind::Struck { .. }
    )
}

/// Judges all of them anew; what changed is said here and told to the journal.
pub fn look(model: &mut Model) -> Vec<Effect> {
    let changes = judge(model);
    let mut effects = announce(model, &changes);
    effects.extend(tell(model, changes));
    effects
}

fn judge(model: &mut Model) -> Vec<Change> {
    let readings = model.burn.evaluator.readings().iter();
    let felt: BTreeSet<String> =
        readings.filter(|one| one.state == SloState::Firing).map(|one| one.service.clone()).collect();
    let alerts = &mut model.burn.alerts;
    let scene = Scene { ledger: &model.ledger, planned: &alerts.planned, felt: &felt, now: model.now };
    (alerts.looked_at, alerts.is_stale) = (Some(model.now), false);
    alerts.inbox.look(&scene)
}

/// Hands on what may be told now.
fn tell(model: &mut Model, changes: Vec<Change>) -> Vec<Effect> {
    let told = model.burn.alerts.pace.tell(changes, model.now);
    told.into_iter().map(|line| write(model, line)).collect()
}

/// Hands on what was to wait: nobody is there to wait any more.
pub fn tell_rest(model: &mut Model) -> Vec<Effect> {
    let told = model.burn.alerts.pace.rest();
    told.into_iter().map(|line| write(model, line)).collect()
}

/// A line for the journal. Of what was posted to this process no other may know, whoever holds the lease.
fn write(model: &Model, (incident, news, at): Words) -> Effect {
    let is_posted = model.burn.alerts.posting.contains(&news.source);
    let ask = Ask::new(SYSTEM, Intent::Alert(AlertAsk::Notice(news))).at(at);
    let ask = Ask { incident, ..ask };
    if is_posted { Effect::Record(ask) } else { Effect::Notice(ask) }
}

/// What began to fire, in one notice; the bell where any of it is critical and nobody is at work on it.
fn announce(model: &mut Model, changes: &[Change]) -> Vec<Effect> {
    let is_new = |change: &&Change| change.change == AlertChange::Fired && change.is_first;
    let fired: Vec<&Change> = changes.iter().filter(is_new).collect();
    let Some(first) = fired.first() else { return Vec::new() };
    let more = match fired.len() {
        1 => String::new(),
        2 => " and 1 alert more".to_owned(),
        count => format!(" and {} alerts more", count - 1),
    };
    let key = model.setting.keymap.key(Action::Alerts);
    let verb = if fired.len() == 1 { "fires" } else { "fire" };
    let text = format!("{}{more} {verb}; {key} shows the alerts", first.group.title());
    let calls = |change: &&Change| {
        change.incident.is_none() && Level::of(change.severity.as_deref()) == Level::Critical
    };
    let is_loud = fired.iter().any(calls);
    model.notices.say(model.now, if is_loud { Tone::Danger } else { Tone::Warning }, text);
    if is_loud { vec![Effect::Bell] } else { Vec::new() }
}

/// A key in the window.
pub fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    model.popup = Some(Popup::Alerts);
    match model.burn.alerts.letters {
        Letters::Act => {}
        Letters::Filter => {
            filter::key(&mut model.burn.alerts, key);
            return Vec::new();
        }
        Letters::EndKeys => {
            model.burn.alerts.letters = Letters::Act;
            return Vec::new();
        }
    }
    if model.setting.reads_only && matches!(key.code, KeyCode::Char('a' | 'l' | 's' | 'u' | 'd')) {
        model.notices.say(model.now, Tone::Warning, reading::WHY);
        return Vec::new();
    }
    let alerts = &mut model.burn.alerts;
    match key.code {
        KeyCode::Up | KeyCode::Char('k') => alerts.walk(-1),
        KeyCode::Down | KeyCode::Char('j') => alerts.walk(1),
        KeyCode::PageUp => alerts.walk(-PAGE),
        KeyCode::PageDown => alerts.walk(PAGE),
        KeyCode::Home | KeyCode::Char('g') => alerts.walk(isize::MIN),
        KeyCode::End | KeyCode::Char('G') => alerts.walk(isize::MAX),
        KeyCode::Enter | KeyCode::Char(' ') => alerts.fold(),
        KeyCode::Char('/') => alerts.letters = Letters::Filter,
        KeyCode::Char('?') => alerts.letters = Letters::EndKeys,
        KeyCode::Char('a') => return about_chosen(model, AlertAsk::Acknowledge, None),
        KeyCode::Char('l') => return link(model),
        KeyCode::Char('s') => open_form(model),
        KeyCode::Char('u') => ask_to_end(model),
        KeyCode::Char('b') => return open_runbook(model),
        KeyCode::Char('d') => declare(model),
        _ => {}
    }
    Vec::new()
}

fn about_chosen(
    model: &mut Model,
    ask: fn(AlertsTaken) -> AlertAsk,
    incident: Option<String>,
) -> Vec<Effect> {
    let Some(taken) = model.burn.alerts.taken() else { return Vec::new() };
    let ask = Ask::new(&model.setting.who, Intent::Alert(ask(taken)));
    on_timeline::append(model, Ask { incident, ..ask })
}

fn link(model: &mut Model) -> Vec<Effect> {
    let Some(shown) = model.timeline.shown.clone() else {
        model.notices.say(model.now, Tone::Warning, "no incident to link to; d declares one from the alert");
        return Vec::new();
    };
    about_chosen(model, AlertAsk::Link, Some(shown))
}

/// `s`: what is to be matched is what the selected alerts have in common.
fn open_form(model: &mut Model) {
    let chosen = model.burn.alerts.chosen();
    let Some(first) = chosen.first() else { return };
    let form = server_for(model, &chosen).map(|server| {
        let title = format!("Silence {}", first.group.title());
        let matchers = common(chosen.iter().map(|alert| &*alert.heard));
        Form::silence(title, (server, matchers), &SPANS)
    });
    match form {
        Ok(form) => model.popup = Some(Popup::Form(form)),
        Err(why) => model.notices.say(model.now, Tone::Warning, why),
    }
}

/// The Alertmanager that some alerts are silenced in.
fn server_for(model: &Model, alerts: &[&Known]) -> Result<String, String> {
    let sources = model.burn.telemetry.sources();
    let servers: Vec<&str> =
        sources.filter(|source| source.kind == ALERTMANAGER).map(|source| source.name.as_str()).collect();
    server_of(alerts.iter().flat_map(|alert| alert.sources()).map(String::as_str), &servers)
}

/// Shows exactly what would be silenced, with a key of its own to do it.
pub fn ask_to_silence(
    model: &mut Model,
    (source, matchers): (&str, &[Matcher]),
    length: &str,
    comment: String,
) -> Result<(), String> {
    let ends_at = after(model.now, parse_span(length)?);
    let (source, by) = (source.to_owned(), model.setting.who.clone());
    let wish = SilenceWish { source, matchers: matchers.to_vec(), ends_at, by, comment };
    wish.check(model.now)?;
    let live = model.burn.alerts.inbox.alerts().filter(|alert| alert.standing.is_live());
    let covered: Vec<String> =
        wish.covered(live.map(|alert| &*alert.heard)).iter().map(|one| one.words()).collect();
    let ends = format!("{} {}", date_time(ends_at, model.setting.zone), model.setting.zone);
    let mut lines = vec!["It matches alerts with all of:".to_owned()];
    lines.extend(wish.words().into_iter().map(|matcher| format!("  {matcher}")));
    lines.push(format!("until {ends}, {length} from now, in {}", wish.source));
    lines.push(format!("because: {}", wish.comment));
    lines.push(match covered.len() {
        0 => "It covers none that fires now.".to_owned(),
        1 => "It covers 1 that fires now:".to_owned(),
        count => format!("It covers {count} that fire now:"),
    });
    lines.extend(covered.iter().take(NAMED).map(|alert| format!("  {alert}")));
    let more = covered.len().saturating_sub(NAMED);
    lines.extend((more > 0).then(|| format!("  and {more} more")));
    model.popup = Some(Popup::Confirm(Confirm::silence(wish, covered.len(), lines)));
    Ok(())
}

/// `u`: the silence that keeps the selected alert quiet.
fn ask_to_end(model: &mut Model) {
    let chosen = model.burn.alerts.chosen();
    let silence = chosen.iter().find_map(|alert| match &alert.heard.told {
        Told::Suppressed(hush) => {
            Some((server_for(model, &[alert]).ok()?, hush.silenced_by.first()?.clone()))
        }
        _ => None,
    });
    match silence {
        Some((source, id)) => {
            let about = quiet::about(model, &source, &id);
            model.popup = Some(Popup::Confirm(Confirm::unsilence(SilenceEnded { source, id }, about)));
        }
        None => model.notices.say(model.now, Tone::Info, "no silence keeps it quiet"),
    }
}

/// `b`: the runbook of the selected alert, by the address or name it carries, else by its own name; of a
/// group that of the first which has one.
fn open_runbook(model: &mut Model) -> Vec<Effect> {
    let chosen = model.burn.alerts.chosen();
    let Some(first) = chosen.first() else { return Vec::new() };
    let looked_through = chosen.iter().take(LOOKED_THROUGH).map(|alert| runbook_names(&alert.heard));
    let (names, addresses): (Vec<Vec<String>>, Vec<Option<String>>) = looked_through.unzip();
    let shelf = model.runbook.library.shelf();
    let Some(name) = names.iter().find_map(|names| shelf.called(names)).map(str::to_owned) else {
        let text = match addresses.into_iter().flatten().next() {
            Some(address) => format!("no runbook here for {}; it names {address}", first.heard.name()),
            None => format!("{} names no runbook, and none here is called so", first.heard.name()),
        };
        model.notices.say(model.now, Tone::Warning, text);
        return Vec::new();
    };
    model.popup = None;
    model.desk.focus = Pane::Runbook;
    on_runbook::open(model, &name)
}

/// `d`: the form, filled from the alert; what is declared gets the alerts linked.
fn declare(model: &mut Model) {
    let Some(taken) = model.burn.alerts.taken() else { return };
    let chosen = model.burn.alerts.chosen();
    let summary = chosen.first().and_then(|alert| alert.heard.summary()).map(str::to_owned);
    let title = summary.unwrap_or_else(|| taken.group.title());
    let services = taken.service.iter().cloned().collect();
    model.popup = Some(Popup::Form(Form::declare(&title, services).found_by_alert()));
    model.burn.alerts.declaring = Some(taken);
}

/// An incident was declared: by us from an alert, the alert belongs to it.
pub fn declared(model: &mut Model, event: &Event, incident: &str) -> Vec<Effect> {
    if event.actor != model.setting.who {
        return Vec::new();
    }
    let Some(taken) = model.burn.alerts.declaring.take() else { return Vec::new() };
    let ask = Ask::new(&model.setting.who, Intent::Alert(AlertAsk::Link(taken))).about(incident);
    on_timeline::append(model, ask)
}

/// What an Alertmanager made of a silence: what is done goes on record, signed by who asked.
pub fn answered(model: &mut Model, outcome: SilenceOutcome) -> Vec<Effect> {
    let (by, text, ask) = match outcome {
        SilenceOutcome::Made { wish, id, covered } => {
            let length = span(since(model.now, wish.ends_at));
            let matchers = wish.words();
            let text = format!("silenced for {length}: {}", matchers.join(", "));
            let SilenceWish { source, ends_at, by, comment, .. } = wish;
            let made = SilenceMade { source, id, matchers, ends_at, comment, covered: covered as u64 };
            (by, text, AlertAsk::Silenced(made))
        }
        SilenceOutcome::Ended(ended) => {
            let text = format!("ended silence {}", ended.id);
            (model.setting.who.clone(), text, AlertAsk::Unsilenced(ended))
        }
        SilenceOutcome::Failed { why } => {
            model.notices.say(model.now, Tone::Danger, format!("not done: {why}"));
            return Vec::new();
        }
    };
    model.notices.say(model.now, Tone::Good, text);
    let ask = Ask::new(by, Intent::Alert(ask));
    on_timeline::append(model, Ask { incident: at_work(model), ..ask })
}

/// The incident on the screen, while it is open.
fn at_work(model: &Model) -> Option<String> {
    model.incident().filter(|incident| incident.is_open()).map(|incident| incident.id.clone())
}

/// How long ago an alert began, for eyes.
pub fn age(alert: &Known, now: Time) -> String {
    when::rough_span(since(alert.key.starts_at, alert.over_at.unwrap_or(now)))
}
