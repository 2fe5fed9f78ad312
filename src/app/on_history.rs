//! What outlives the console: the past of sources that remember nothing, put back and handed over.

use super::effect::Effect;
use super::model::Model;
use crate::slo::{Counts, Subject};
use crate::text::Time;

/// A stretch of a row's past, its last bucket ending at `end`.
pub fn restored(model: &mut Model, subject: Subject, end: Time, buckets: Vec<Option<Counts>>) -> Vec<Effect> {
    model.burn.evaluator.restore(subject, end, buckets);
    Vec::new()
}

/// What has to be kept now, a few minutes after the last time.
pub fn keep(model: &mut Model) -> Option<Effect> {
    let past = model.burn.keeper.due(&model.burn.evaluator, model.now);
    (!past.is_empty()).then_some(Effect::Keep(past))
}

/// What was not kept yet, before the console ends.
pub fn keep_rest(model: &mut Model) -> Option<Effect> {
    let past = model.burn.keeper.rest(&model.burn.evaluator, model.now);
    (!past.is_empty()).then_some(Effect::Keep(past))
}
