//! A page alert of checkout that changes its state.

use warroom::slo::{Severity, TierState, Transition};
use warroom::text::Time;

pub fn alert(from: TierState, to: TierState) -> Transition {
    Transition {
        slo: "checkout-availability".to_owned(),
        service: "checkout".to_owned(),
        at: Time::default(),
        tier: "page quick".to_owned(),
        severity: Severity::Page,
        factor: Some(14.4),
        long_s: Some(3600),
        short_s: Some(300),
        from,
        to,
        long_burn: 62.1,
        short_burn: 0.1 + 0.2,
        bad: 1_234.0,
        total: 20_000.0,
        short_bad: 12.5,
        short_total: 150.0,
        suppressed: None,
        budget_remaining: Some(-0.125),
    }
}
