//! What one alert amounts to: by what is told of it, by what the journal says of it, by what holds for all, and
//! by the clock; and when the clock alone may change that.

use super::around::Around;
use super::known::{Known, Said, Standing};
use super::{AGAIN, Rules, Scene};
use crate::incident::alert_book::AlertBook;
use crate::incident::event::AlertChange;
use crate::incident::inbox::heard::{Hush, Told};
use crate::text::Time;
use crate::text::when::{after, before, since};

impl Known {
    /// Judges it anew.
    pub(super) fn judge(&mut self, rules: &Rules, around: &Around, scene: &Scene<'_>) {
        self.watch_turns(rules, scene.now);
        self.recall(&scene.ledger.alerts, scene.now);
        let service = self.service.as_deref();
        self.incident = self.incident.take().or_else(|| around.incident(service).map(str::to_owned));
        self.is_felt = self.incident.is_some() || around.is_felt(service);
        self.standing = self.stands(rules, around.planned(service), scene.now);
    }

    /// Begins or ends to flap: it takes more turns to begin than it may have to end.
    fn watch_turns(&mut self, rules: &Rules, now: Time) {
        let from = before(now, rules.flap_window);
        while self.turns.front().is_some_and(|turn| *turn < from) {
            self.turns.pop_front();
        }
        if self.turns.len() >= rules.flaps {
            self.flapping_since = self.flapping_since.or_else(|| self.turns.front().copied());
        } else if self.turns.len() <= rules.flaps / 3 {
            self.flapping_since = None;
        }
    }

    /// What the journal says of it. What was told and is not in it after a while is told again: another
    /// process may have been the one to write it down, and be gone.
    fn recall(&mut self, book: &AlertBook, now: Time) {
        let story = book.story(&self.key);
        self.taken = story.and_then(|story| story.taken()).cloned();
        if let (None, Some(since)) = (&self.taken, self.flapping_since) {
            // Who took it while it flaps has taken the next time too.
            self.taken = book.taken_since(&self.key.fingerprint, since).cloned();
        }
        self.incident = story.and_then(|story| story.incident()).map(str::to_owned);
        let is_written = |change| story.is_some_and(|story| story.has_said(change));
        self.said.iter_mut().for_each(|said| said.is_written = is_written(said.change));
        self.said.retain(|said| said.is_written || since(said.at, now) < AGAIN);
        for change in AlertChange::ALL {
            if is_written(change) && !self.has_said(change) {
                self.said.push(Said { change, at: now, is_written: true });
                self.is_announced |= change == AlertChange::Fired;
            }
        }
    }

    /// `planned` is why its service's time does not count now.
    fn stands(&self, rules: &Rules, planned: Option<&str>, now: Time) -> Standing {
        let told = match &self.heard.told {
            Told::Suppressed(hush) => Some(suppressed(hush)),
            _ => None,
        };
        match planned.map(str::to_owned).or(told) {
            _ if self.over_at.is_some() => Standing::Over,
            Some(why) => Standing::Suppressed(why),
            None if self.taken.is_some() => Standing::Taken,
            None if since(self.key.starts_at, now) < rules.min_duration => Standing::Young,
            None => Standing::Firing,
        }
    }

    pub(super) fn has_said(&self, change: AlertChange) -> bool {
        self.said.iter().any(|said| said.change == change)
    }

    /// What is to be told of it and was not yet.
    pub(super) fn news(&self) -> Option<AlertChange> {
        let told = |change| self.has_said(change);
        let change = match self.standing {
            Standing::Firing | Standing::Taken if !told(AlertChange::Fired) => AlertChange::Fired,
            Standing::Suppressed(_) if !told(AlertChange::Suppressed) => AlertChange::Suppressed,
            Standing::Over if told(AlertChange::Fired) && !told(AlertChange::Resolved) => {
                AlertChange::Resolved
            }
            _ if self.flapping_since.is_some() && !told(AlertChange::Flapping) => AlertChange::Flapping,
            _ => return None,
        };
        Some(change)
    }

    /// It was told here, whoever writes it down.
    pub(super) fn say(&mut self, change: AlertChange, now: Time) {
        self.said.push(Said { change, at: now, is_written: false });
        self.is_announced |= change == AlertChange::Fired;
    }

    /// Whether it is over for so long that it is let go of: not while it flaps, for its turns are wanted still,
    /// and not before it was told that it is over.
    pub(super) fn is_old(&self, rules: &Rules, now: Time) -> bool {
        self.over_at.is_some_and(|over| since(over, now) > rules.keep)
            && self.flapping_since.is_none()
            && self.news().is_none()
    }

    /// The first instant at which what was judged may change by itself: it is no longer too young, its turns
    /// are too long ago to flap, it is over for long enough, or the journal should have had what was told.
    pub(super) fn changes_by_itself_at(&self, rules: &Rules) -> Option<Time> {
        let grown = (self.standing == Standing::Young).then(|| after(self.key.starts_at, rules.min_duration));
        let calm = self.flapping_since.and_then(|_| self.calms_down_at(rules));
        let old = self.over_at.filter(|_| self.flapping_since.is_none()).map(|over| after(over, rules.keep));
        let unwritten = self.said.iter().filter(|said| !said.is_written).map(|said| after(said.at, AGAIN));
        [grown, calm, old].into_iter().flatten().chain(unwritten).min()
    }

    /// When so few turns are left in the window that it no longer flaps, where it does not turn again. A turn
    /// goes only after those before it.
    fn calms_down_at(&self, rules: &Rules) -> Option<Time> {
        let too_many = self.turns.len().saturating_sub(rules.flaps / 3);
        self.turns.iter().take(too_many).max().map(|turn| after(*turn, rules.flap_window))
    }
}

fn suppressed(hush: &Hush) -> String {
    let by: Vec<&str> = [&hush.silenced_by, &hush.inhibited_by, &hush.muted_by]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    if by.is_empty() { hush.word().to_owned() } else { format!("{} by {}", hush.word(), by.join(", ")) }
}
