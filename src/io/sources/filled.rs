//! Which closed buckets of a Prometheus's history were passed on, so that polls that begin anew go on
//! where that ends. Pure: asks nobody and opens nothing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Backfill, SourceMsg};
use crate::slo::history::BUCKET_MS;
use crate::slo::{Indicator, Sample, Subject};
use crate::text::{Time, when};

/// Shared by who passes answers on and who asks for more. By the indicator's id.
#[derive(Debug, Clone, Default)]
pub struct Filled(Arc<Mutex<BTreeMap<String, Stretches>>>);

/// The buckets that a message fills, to be noted when all of it was passed on.
#[derive(Debug, Default)]
pub struct News(Vec<(String, i64, i64)>);

/// Stretches of time in milliseconds, the oldest first; none touches another.
#[derive(Debug, Clone, Default, PartialEq)]
struct Stretches(Vec<(i64, i64)>);

impl Filled {
    /// Notes what was passed on.
    pub fn note(&self, news: News) {
        let mut known = self.lock();
        for (indicator, from, to) in news.0 {
            known.entry(indicator).or_default().add(from, to);
        }
    }

    /// What still holds at `now` for whoever goes on: of the indicators that stay, as far back as each was
    /// kept. What is noted here later is not noted there.
    #[must_use]
    pub fn of_those_that_stay<'a>(&self, stay: impl Iterator<Item = &'a Indicator>, now: Time) -> Self {
        let mut known = self.lock();
        let kept = stay.filter_map(|asked| {
            let stretches = known.remove(&asked.id)?;
            let from = when::before(now, asked.history).timestamp_millis();
            Some((asked.id.clone(), stretches.within(from, now.timestamp_millis())))
        });
        Self(Arc::new(Mutex::new(kept.collect())))
    }

    /// Up to where an indicator's newest buckets are known; `None` where nothing is.
    pub(super) fn end(&self, indicator: &str) -> Option<Time> {
        let (_, end) = *self.lock().get(indicator)?.0.last()?;
        Time::from_timestamp_millis(end)
    }

    /// What is missing between two instants, the newest first.
    pub(super) fn missing(&self, indicator: &str, from: Time, to: Time) -> Vec<(Time, Time)> {
        let none = Stretches::default();
        let known = self.lock();
        let known = known.get(indicator).unwrap_or(&none);
        let gaps = known.gaps(from.timestamp_millis(), to.timestamp_millis());
        let time = Time::from_timestamp_millis;
        gaps.into_iter().rev().filter_map(|(from, to)| Some((time(from)?, time(to)?))).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Stretches>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl News {
    /// A piece that failed, or of which more is to come, fills nothing.
    pub fn of(said: &SourceMsg) -> Self {
        match said {
            SourceMsg::Polled(polled) => {
                let answers = polled.answers.iter().flatten();
                Self(answers.filter_map(|(subject, outcome)| stretch(subject, outcome)).collect())
            }
            SourceMsg::Backfill(Backfill { subject, sample, is_last: true, .. }) => {
                Self(stretch(subject, sample).into_iter().collect())
            }
            _ => Self::default(),
        }
    }
}

/// Tiles that fill closed buckets.
fn stretch(subject: &Subject, outcome: &Result<Sample, String>) -> Option<(String, i64, i64)> {
    let Ok(Sample::Tiles { end, width, tiles }) = outcome else { return None };
    let end = end.timestamp_millis();
    let fills = end % BUCKET_MS == 0 && *width == Duration::from_millis(BUCKET_MS.unsigned_abs());
    let count = i64::try_from(tiles.len()).ok()?;
    fills.then(|| (subject.indicator.clone(), end.saturating_sub(count.saturating_mul(BUCKET_MS)), end))
}

impl Stretches {
    fn add(&mut self, mut from: i64, mut to: i64) {
        self.0.retain(|(begin, end)| {
            let is_apart = *end < from || to < *begin;
            if !is_apart {
                (from, to) = (from.min(*begin), to.max(*end));
            }
            is_apart
        });
        let place = self.0.partition_point(|(begin, _)| *begin < from);
        self.0.insert(place, (from, to));
    }

    fn within(self, from: i64, to: i64) -> Self {
        let cut = self.0.into_iter().map(|(begin, end)| (begin.max(from), end.min(to)));
        Self(cut.filter(|(begin, end)| begin < end).collect())
    }

    fn gaps(&self, from: i64, to: i64) -> Vec<(i64, i64)> {
        let (mut gaps, mut next) = (Vec::new(), from);
        for (begin, end) in &self.0 {
            if *begin > next {
                gaps.push((next, (*begin).min(to)));
            }
            next = next.max(*end);
        }
        gaps.push((next, to));
        gaps.retain(|(from, to)| from < to);
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slo::{Method, Query, Sli, Tile};

    fn at(bucket: i64) -> Time {
        Time::from_timestamp_millis(bucket * BUCKET_MS).expect("a time")
    }

    fn piece(end: i64, tiles: usize, is_last: bool) -> SourceMsg {
        let (width, tiles) = (Duration::from_mins(5), vec![Some(Tile { part: 0.0, total: 1.0 }); tiles]);
        let sample = Ok(Sample::Tiles { end: at(end), width, tiles });
        SourceMsg::Backfill(Backfill {
            source: "a".to_owned(),
            subject: "web".into(),
            sample,
            done: 0.0,
            is_last,
        })
    }

    fn asked(history: i64) -> Indicator {
        Indicator {
            id: "web".to_owned(),
            sli: Sli::Bad { bad: Query::parse("bad"), total: Query::parse("all") },
            method: Method::Occurrences,
            by: Vec::new(),
            source: None,
            history: Duration::from_millis((history * BUCKET_MS).unsigned_abs()),
        }
    }

    #[test]
    fn pieces_grow_together_and_what_lies_between_them_is_missing() {
        let filled = Filled::default();
        assert_eq!((filled.end("web"), filled.missing("web", at(0), at(9))), (None, vec![(at(0), at(9))]));
        for (end, tiles) in [(90, 10), (80, 20), (50, 10), (93, 4)] {
            filled.note(News::of(&piece(end, tiles, true)));
        }
        filled.note(News::of(&piece(60, 10, false)));
        assert_eq!(filled.end("web"), Some(at(93)));
        assert_eq!(filled.missing("web", at(0), at(93)), [(at(50), at(60)), (at(0), at(40))]);
        assert_eq!(filled.missing("web", at(45), at(95)), [(at(93), at(95)), (at(50), at(60))]);
        assert_eq!(filled.end("other"), None);
    }

    #[test]
    fn who_stays_goes_on_as_far_back_as_it_was_kept_and_who_changed_knows_nothing() {
        let filled = Filled::default();
        filled.note(News::of(&piece(90, 50, true)));
        let next = filled.of_those_that_stay([asked(30)].iter(), at(90));
        assert_eq!(next.missing("web", at(40), at(90)), [(at(40), at(60))]);
        // A straggler of the polls that ended.
        filled.note(News::of(&piece(60, 20, true)));
        assert_eq!(next.missing("web", at(40), at(90)), [(at(40), at(60))]);
        let none: [Indicator; 0] = [];
        assert_eq!(next.of_those_that_stay(none.iter(), at(90)).end("web"), None);
    }
}
