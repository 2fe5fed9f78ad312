//! What outlives the console: the past of sources that remember nothing, put back and handed over.

use super::effect::Effect;
use super::model::Model;
use crate::slo::{Counts, Subject};
use crate::text::Time;

/// A stretch of a row's past, its last bucket ending at `end`.
#[derive(Debug)]
pub struct Stretch {
    pub subject: Subject,
    pub end: Time,
    pub buckets: Vec<Option<Counts>>,
}

/// Puts back what was kept under a key, unless something else is measured by now.
pub fn restored(model: &mut Model, key: &str, stretch: Stretch) -> Vec<Effect> {
    let Stretch { subject, end, buckets } = stretch;
    if model.burn.keeper.keeps(&subject.indicator, key) {
        model.burn.evaluator.restore(subject, end, buckets);
    }
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
