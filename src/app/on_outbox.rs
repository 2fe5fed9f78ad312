//! What waits to leave: handed over whenever it changes, and what became of it put on record.

use super::effect::Effect;
use super::form::{Choice, Form};
use super::model::Model;
use super::notice::Tone;
use super::on_burn::SYSTEM;
use super::outgoing::News;
use super::{on_timeline, on_update};
use crate::incident::event::EventKind;
use crate::incident::intent::PostAsk;
use crate::incident::outbox::{Fate, Letter, Queued};
use crate::incident::{Ask, Event, Incident, Intent};
use crate::text::when;

/// Whether an event changes what waits.
pub fn concerns(event: &Event) -> bool {
    matches!(
        event.kind,
        EventKind::PostQueued(_)
            | EventKind::PostSent(_)
            | EventKind::PostFailed(_)
            | EventKind::PostRetried { .. }
            | EventKind::PostDropped(_)
            | EventKind::Redacted { .. }
    )
}

/// Everything that waits now.
pub fn deliver(model: &Model) -> Effect {
    Effect::Deliver(
        model.ledger.waiting_posts().map(|(incident, queued)| Letter::new(incident, queued)).collect(),
    )
}

/// What became of words that leave.
pub fn heard(model: &mut Model, news: News) -> Vec<Effect> {
    match news {
        News::Ended { incident, kind } => return ended(model, incident, *kind),
        News::Delayed { target, attempts, why } => delayed(model, &target, attempts, &why),
        News::Written(outcome) => on_update::written(model, outcome),
        News::Templates(templates) => model.setting.outgoing.templates = templates,
    }
    Vec::new()
}

/// A post has left, or is given up: on record, once.
fn ended(model: &mut Model, incident: Option<String>, kind: EventKind) -> Vec<Effect> {
    if let EventKind::PostFailed(failed) = &kind {
        let text = format!("post {} was given up: {}", failed.post, failed.reason);
        model.notices.say(model.now, Tone::Danger, text);
    }
    let Some(incident) = incident else { return Vec::new() };
    vec![Effect::Notice(Ask::new(SYSTEM, Intent::Record { kind, dedupe: None }).about(incident))]
}

/// Said ever more rarely: the header counts what waits.
fn delayed(model: &mut Model, target: &str, attempts: u32, why: &str) {
    if !attempts.is_power_of_two() {
        return;
    }
    let text = format!("{target} does not take posts, tried {attempts} times: {why}");
    model.notices.say(model.now, Tone::Warning, text);
}

/// How many posts wait, and how many are given up and want a decision.
pub fn backlog(model: &Model) -> (usize, usize) {
    let waiting = model.ledger.waiting_posts().count();
    (waiting, open(model).count() - waiting)
}

fn open(model: &Model) -> impl Iterator<Item = (&Incident, &Queued)> {
    model.ledger.posts().filter(|(_, queued)| queued.is_open())
}

/// The window of the backlog; `None` while nothing is in it.
pub fn window(model: &Model) -> Option<Form> {
    let choice = |(_, queued): (&Incident, &Queued)| {
        let waits = when::rough_span(when::since(queued.at, model.now));
        let words =
            format!("{} to {}, {waits}: {}", queued.fate.words(), queued.post.target, queued.post.text);
        Choice::new(&queued.seq.to_string(), &words)
    };
    let choices: Vec<Choice> = open(model).map(choice).collect();
    (!choices.is_empty()).then(|| Form::outbox(choices))
}

/// Asks what the window says of the chosen post.
pub fn decide(model: &mut Model, chosen: &str, written: &str) -> Result<Vec<Effect>, String> {
    let ask = Ask::new(&model.setting.who, answer(model, chosen, written)?);
    on_timeline::try_append(model, ask)
}

/// What is asked of the chosen post: with a reason it is dropped, without one it is tried again.
fn answer(model: &Model, chosen: &str, written: &str) -> Result<Intent, String> {
    let post: u64 = chosen.parse().map_err(|_| "choose a post".to_owned())?;
    let waits = model.ledger.post(post).is_some_and(|(_, queued)| queued.fate == Fate::Waiting);
    match written {
        "" if waits => Err("it is tried again by itself; write why, to drop it".to_owned()),
        "" => Ok(Intent::Post(PostAsk::Retry { post })),
        reason => Ok(Intent::Post(PostAsk::Drop { post, reason: reason.to_owned() })),
    }
}
