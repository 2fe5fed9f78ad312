//! What an `[[slo]]` promises: its objective, and the SLA behind it.

use crate::slo::Objective;
use crate::text::fields::Fields;

pub(super) fn objective(fields: &mut Fields<'_>) -> Option<Objective> {
    if !fields.has("objective") {
        fields.missing("objective", "99.9");
    }
    let percent = fields.number("objective")?;
    let (what, way_out) = if percent <= 0.0 || percent > 100.0 {
        (
            format!("{percent} is no percentage to promise"),
            "write the percentage of good events, like 99.9".to_owned(),
        )
    } else if percent >= 100.0 {
        (
            "100 leaves no error budget: one bad event breaks it for good".to_owned(),
            "promise less, like 99.99".to_owned(),
        )
    } else if percent <= 1.0 {
        (
            format!("{percent} % promises almost nothing"),
            format!("objectives are in percent: write {}", percent * 100.0),
        )
    } else {
        return Objective::from_percent(percent);
    };
    fields.wrong("objective", "objective-range", what, way_out);
    None
}

pub(super) fn sla(fields: &mut Fields<'_>) -> Option<Objective> {
    let percent = fields.number("sla")?;
    let promised = Objective::from_percent(percent);
    if promised.is_none() {
        let what = format!("{percent} is no percentage to promise");
        fields.wrong("sla", "bad-value", what, "write it like 99.5");
    }
    promised
}
