//! Gauges of direct scrapes, judged: how good a moment was, all series of a selector together.
//!
//! Never guesses: one value that cannot be judged spoils the poll, as leaving it out would hide a replica.

use super::sli::Sli;

/// Slack on a share, relative: a recorded series that divides may be a hair above 1.
const OVERSHOOT: f64 = 1e-9;

/// The mean goodness of gauges, `0..=1`; `Err` says why there is none.
pub fn goodness(sli: &Sli, values: &[f64]) -> Result<f64, String> {
    if values.is_empty() {
        return Err("gauge: no series matches (check the selector, or why the target stopped exporting it)"
            .to_owned());
    }
    let mut sum = 0.0;
    for value in values {
        sum += one(sli, *value)?;
    }
    Ok(sum / values.len() as f64)
}

fn one(sli: &Sli, value: f64) -> Result<f64, String> {
    let Some(good) = sli.goodness(value) else {
        return Err(format!("gauge: {value} is not a number: this poll is left out (fix the exporter)"));
    };
    if !(-OVERSHOOT..=1.0 + OVERSHOOT).contains(&good) {
        return Err(format!(
            "ratio: {value} is not a share between 0 and 1: this poll is left out (a percentage wants / 100)"
        ));
    }
    Ok(good.clamp(0.0, 1.0))
}
