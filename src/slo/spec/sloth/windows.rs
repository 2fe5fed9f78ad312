//! Sloth's catalogues of alert windows: its own for 28 and 30 days, others from `AlertWindows`.
//!
//! A catalogue says what share of the budget an alert is worth; the factor follows from the period.

use std::time::Duration;

use crate::slo::spec::part::Part;
use crate::slo::spec::{Document, span};
use crate::slo::{Severity, Tier};
use crate::text::when;

/// Periods that Sloth has windows for itself.
const OWN: [Duration; 2] = [Duration::from_hours(28 * 24), Duration::from_hours(30 * 24)];
const TIERS: [(&str, &str, Severity); 4] = [
    ("page", "quick", Severity::Page),
    ("page", "slow", Severity::Page),
    ("ticket", "quick", Severity::Ticket),
    ("ticket", "slow", Severity::Ticket),
];

/// Tiers by the period that they are meant for.
#[derive(Debug, Default)]
pub(in crate::slo::spec) struct Catalogues(Vec<(Duration, Vec<Tier>)>);

/// One alert of a catalogue.
#[derive(Clone, Copy)]
struct Window {
    percent: f64,
    long: Duration,
    short: Duration,
}

impl Catalogues {
    /// The catalogues of all files; of two for one period the first counts.
    pub(in crate::slo::spec) fn of(documents: &[Document<'_>]) -> Self {
        let mut found = Self::default();
        let is_catalogue = |root: &Part<'_>| {
            root.peek("apiVersion") == "sloth.slok.dev/v1" && root.peek("kind") == "AlertWindows"
        };
        for root in documents.iter().map(|document| document.root).filter(is_catalogue) {
            let Some((period, tiers)) = catalogue(root) else { continue };
            if found.0.iter().any(|(known, _)| *known == period) {
                let what = format!("there are already alert windows for {}", when::short_span(period));
                root.doubt("duplicate", what, "keep one of them");
            } else {
                found.0.push((period, tiers));
            }
        }
        found
    }

    /// The tiers for a period: a file's, else Sloth's own; `None` where neither has any.
    pub(super) fn tiers(&self, period: Duration) -> Option<Vec<Tier>> {
        let loaded = self.0.iter().find(|(known, _)| *known == period);
        let own = || OWN.contains(&period).then(|| own().map(|(n, window)| window.tier(n, period)).to_vec());
        loaded.map(|(_, tiers)| tiers.clone()).or_else(own)
    }
}

impl Window {
    /// Burns `percent` of the period's budget within the long window (SRE Workbook, chapter 5).
    fn tier(self, at: usize, period: Duration) -> Tier {
        let (kind, pace, severity) = TIERS[at];
        let factor = self.percent / 100.0 * (period.as_secs_f64() / self.long.as_secs_f64());
        Tier::burn(severity, factor, self.long, self.short).named(format!("{kind} {pace}"))
    }
}

/// The windows that Sloth has built in.
fn own() -> [(usize, Window); 4] {
    let window = |percent, hours, minutes| Window {
        percent,
        long: Duration::from_hours(hours),
        short: Duration::from_mins(minutes),
    };
    [(0, window(2.0, 1, 5)), (1, window(5.0, 6, 30)), (2, window(10.0, 24, 120)), (3, window(10.0, 72, 360))]
}

fn catalogue(root: Part<'_>) -> Option<(Duration, Vec<Tier>)> {
    let spec = root.need_map("spec", "{sloPeriod: 7d}")?;
    let period = spec.need("sloPeriod", "7d")?.span(span::prometheus)?;
    let tiers: Vec<Tier> = (0..TIERS.len()).filter_map(|at| tier(spec, at, period)).collect();
    // A catalogue with a hole would take an alert away from every SLO of its period.
    (tiers.len() == TIERS.len()).then_some((period, tiers))
}

fn tier(spec: Part<'_>, at: usize, period: Duration) -> Option<Tier> {
    let (kind, pace, _) = TIERS[at];
    let part = spec.need_map(kind, "{quick: …, slow: …}")?;
    let part = part.need_map(pace, "{errorBudgetPercent: 2, shortWindow: 5m, longWindow: 1h}")?;
    let percent = part.need("errorBudgetPercent", "2").and_then(Part::number);
    let long = part.need("longWindow", "1h").and_then(|part| part.span(span::prometheus));
    let short = part.need("shortWindow", "5m").and_then(|part| part.span(span::prometheus));
    let (percent, long, short) = (percent?, long?, short?);
    if percent <= 0.0 || short.is_zero() || short >= long || period.is_zero() {
        let what = "an alert needs a share of the budget, and a short window within a long one";
        part.wrong("bad-value", what, "write like {errorBudgetPercent: 2, shortWindow: 5m, longWindow: 1h}");
        return None;
    }
    let tier = Window { percent, long, short }.tier(at, period);
    doubt(part, &tier, period);
    Some(tier)
}

fn doubt(part: Part<'_>, tier: &Tier, period: Duration) {
    let factor = tier.factor().unwrap_or_default();
    if factor < 1.0 {
        let what = format!("alerts at {factor}x, a burn that the budget can bear for the whole period");
        part.doubt("factor-below-one", what, "ask for a larger share, or a shorter long window");
    }
    if tier.windows().is_some_and(|(long, _)| long > period) {
        part.doubt("window-beyond-period", "the long window is longer than the period", "shorten it");
    }
}
