//! A page alert of checkout that changes its state.

use warroom::slo::{Severity, TierState, Transition};
use warroom::text::Time;

pub fn alert(from: TierState, to: TierState) -> Transition {
    Transition {
        slo: "checkout-availability".to_owned(),
        service: "checkout".to_owned(),
        at: Time::default(),
        severity: Severity::Page,
        factor: 14.4,
        long_s: 3600,
        short_s: 300,
        from,
        to,
        long_burn: 62.1,
        short_burn: 0.1 + 0.2,
        bad: 1_234.0,
        total: 20_000.0,
        budget_remaining: Some(-0.125),
    }
}
