//! What an answer means, and how long to wait before the next try. Pure arithmetic.

use std::time::Duration;

/// Tries before a target that does not answer is given up: about an hour. Chosen, not measured: after
/// that a person has long looked elsewhere.
pub const GIVE_UP_AFTER: u32 = 16;

const FIRST: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_mins(5);
/// A target that wants to be left alone longer than this is asked again all the same.
const PATIENCE: Duration = Duration::from_hours(1);
/// Share of a pause that chance takes off, so that many posts do not go out in step.
const JITTER: f64 = 0.25;

/// What one try came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Sent,
    /// Later, at the earliest after this.
    Again {
        why: String,
        wait: Option<Duration>,
    },
    /// It will never be taken.
    Never {
        why: String,
    },
}

/// What a status means: 2xx is taken; 408, 425, 429 and 5xx come again; anything else is an answer for
/// good, a redirect too: it would carry the text to somebody nobody named.
pub fn verdict(status: u16, shown: &str, retry_after: Option<Duration>) -> Verdict {
    let why = shown.to_owned();
    match status {
        200..=299 => Verdict::Sent,
        408 | 425 | 429 | 500..=599 => {
            Verdict::Again { why, wait: retry_after.map(|wait| wait.min(PATIENCE)) }
        }
        _ => Verdict::Never { why },
    }
}

/// The pause after so many tries, at least as long as the target asked for. `roll` is a chance in `0..1`.
pub fn pause(attempts: u32, asked: Option<Duration>, roll: f64) -> Duration {
    let grown = FIRST.saturating_mul(1 << attempts.saturating_sub(1).min(16)).min(LONGEST);
    grown.mul_f64(1.0 - JITTER * roll.clamp(0.0, 1.0)).max(asked.unwrap_or_default())
}
