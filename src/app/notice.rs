//! Messages to the person: shown for a while, kept to be read again.

use std::collections::VecDeque;
use std::time::Duration;

use crate::text::{Time, when};

/// How long a notice stays on the message line.
const SHOWN: Duration = Duration::from_secs(8);
/// Notices kept to be read again.
const KEPT: usize = 200;

/// How much a notice matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    Info,
    Good,
    Warning,
    Danger,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    pub at: Time,
    pub tone: Tone,
    /// Raw text; made safe where it is drawn.
    pub text: String,
}

/// The queue of notices: the newest is on the message line, all can be read again.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Notices {
    all: VecDeque<Notice>,
    /// On a demo's clock time runs faster; a notice stays as long for the eye.
    speed: f64,
}

impl Notices {
    /// Notices on a clock that runs `speed` times as fast as the wall.
    pub fn at_speed(speed: f64) -> Self {
        Self { speed, ..Self::default() }
    }

    pub fn say(&mut self, at: Time, tone: Tone, text: impl Into<String>) {
        let text = text.into();
        if self.all.back().is_some_and(|last| last.text == text && last.tone == tone) {
            self.all.pop_back();
        }
        self.all.push_back(Notice { at, tone, text });
        if self.all.len() > KEPT {
            self.all.pop_front();
        }
    }

    /// The notice to show now. Danger stays on the line twice as long.
    pub fn current(&self, now: Time) -> Option<&Notice> {
        let speed = self.speed.max(1.0);
        self.all.back().filter(|notice| {
            let stay = if notice.tone == Tone::Danger { SHOWN * 2 } else { SHOWN };
            when::since(notice.at, now) < stay.mul_f64(speed)
        })
    }

    /// All that are kept, the newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &Notice> {
        self.all.iter().rev()
    }
}
