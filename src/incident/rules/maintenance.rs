//! Planned windows: what may be left out of the numbers, and for how long. A stretch that has already
//! begun wants a reason: it takes back what was counted.

use std::time::Duration;

use crate::incident::Refusal;
use crate::incident::event::{EventKind, NewEvent};
use crate::incident::maintenance::{Standing, Window};
use crate::incident::timeline::LATE;
use crate::slo::exclusion::Planned;
use crate::text::Time;
use crate::text::when::{before, since, span};

use super::{Case, Verdict, one_line, reason, utc, words};

/// The longest window: a budget's usual period. Beyond it nothing would be measured at all.
const LONGEST: Duration = Duration::from_hours(30 * 24);

/// A window as it is asked for.
pub(super) struct Plan<'a> {
    pub kind: Planned,
    pub service: &'a str,
    pub from: Time,
    pub to: Time,
    pub reason: Option<&'a str>,
}

impl Case<'_> {
    /// It lies on the timeline where it was agreed on, or where it began if that was earlier.
    pub(super) fn plan_maintenance(&self, plan: &Plan<'_>) -> Verdict {
        let service = one_line(&words("service", plan.service, "name whose time is planned")?);
        let Plan { kind, from, to, .. } = *plan;
        length(from, to)?;
        let reason = self.agreed(plan)?;
        let planned = self.event(None, EventKind::MaintenancePlanned { kind, service, from, to, reason });
        Ok(vec![NewEvent { happened_at: Some(from.min(self.now)), ..planned }])
    }

    fn agreed(&self, plan: &Plan<'_>) -> Result<Option<String>, Refusal> {
        let given = plan.reason.map(str::trim).filter(|given| !given.is_empty());
        if plan.from < before(self.now, LATE) {
            let way_out = format!(
                "it began at {}: say why that time does not count, --reason WHY, or give a later --from",
                utc(plan.from)
            );
            return reason(given.unwrap_or_default(), &way_out).map(Some);
        }
        Ok(given.map(str::to_owned))
    }

    /// Ends a window early, or cancels one that has not begun. The event stays, and so does the plan.
    pub(super) fn end_maintenance(&self, seq: u64, at: Option<Time>) -> Verdict {
        let window = self.window(seq)?;
        let at = at.unwrap_or(self.now);
        still_open(&window, at)?;
        let ended = self.event(None, EventKind::MaintenanceEnded { seq, at });
        Ok(vec![NewEvent { happened_at: Some(at.min(self.now)), ..ended }])
    }

    fn window(&self, seq: u64) -> Result<Window, Refusal> {
        let known = self.ledger.loose.iter().any(|event| event.seq == seq);
        self.ledger.window(seq).ok_or_else(|| {
            let what = if known { "is no planned window" } else { "unknown" };
            Refusal::unknown(format!("entry: {seq}: {what} (warroom maintenance list shows them)"))
        })
    }
}

fn length(from: Time, to: Time) -> Result<(), Refusal> {
    if to <= from {
        let (from, to) = (utc(from), utc(to));
        let what = format!("window: it cannot begin at {from} and end at {to}");
        return Err(Refusal::not_allowed(format!("{what} (give a later --to, or --for 30m)")));
    }
    let length = since(from, to);
    if length > LONGEST {
        let what = format!("window: {} long, more than {}", span(length), span(LONGEST));
        return Err(Refusal::not_allowed(format!("{what} (plan it in parts, or mend --to)")));
    }
    Ok(())
}

fn still_open(window: &Window, at: Time) -> Result<(), Refusal> {
    let refuse = |what: &str, way_out: &str| {
        Err(Refusal::not_allowed(format!("entry {}: {what} ({way_out})", window.seq)))
    };
    if window.standing(at) == Standing::Struck {
        return refuse("is struck", "it counts no more; nothing to end");
    }
    if let Some(ended) = window.ended {
        return refuse(&format!("was ended at {}", utc(ended)), "strike that entry first to end it anew");
    }
    if at >= window.to {
        return refuse(&format!("ends by itself at {}", utc(window.to)), "give an earlier --at");
    }
    Ok(())
}
