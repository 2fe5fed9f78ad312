//! How an `[[slo]]` counts moments: by events, or by `slices` of time.
//!
//! `slices` with a `slice_target` counts slices that are good or bad as a whole; without one each
//! slice weighs by its bad share.

use std::time::Duration;

use crate::slo::Method;
use crate::text::fields::Fields;

pub(super) fn read(fields: &mut Fields<'_>, period: Duration) -> Method {
    let target = target(fields);
    let Some(slice) = slice(fields, period) else { return Method::Occurrences };
    match target {
        Some(target) => Method::Timeslices { target, slice },
        None => Method::RatioTimeslices { slice },
    }
}

fn slice(fields: &mut Fields<'_>, period: Duration) -> Option<Duration> {
    let slice = fields.span("slices")?;
    if slice < Duration::from_secs(1) || slice >= period {
        let what = "a slice is at least a second, and shorter than the period";
        fields.wrong("slices", "bad-value", what, "write a span like 1m or 5m");
        return None;
    }
    Some(slice)
}

/// The share of a slice that must be good, `0..=1`.
fn target(fields: &mut Fields<'_>) -> Option<f64> {
    let percent = fields.number("slice_target")?;
    if !fields.has("slices") {
        let way_out = "add slices = \"1m\", or leave it out";
        fields.wrong("slice_target", "bad-value", "says nothing without slices", way_out);
    } else if !(percent > 0.0 && percent <= 100.0) {
        let what = format!("{percent} is no percentage of a slice");
        fields.wrong("slice_target", "bad-value", what, "write it like 99");
    }
    Some(percent / 100.0)
}
