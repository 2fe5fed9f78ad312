//! What an `[[slo]]` promises: its objective, and the SLA behind it.

use crate::slo::{Objective, lint};
use crate::text::fields::Fields;

pub(super) fn objective(fields: &mut Fields<'_>) -> Option<Objective> {
    if !fields.has("objective") {
        fields.missing("objective", "99.9");
    }
    let percent = fields.number("objective")?;
    match lint::promise(percent) {
        Ok(objective) => Some(objective),
        Err(flaw) => {
            fields.wrong("objective", flaw.rule, flaw.what, flaw.way_out);
            None
        }
    }
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
