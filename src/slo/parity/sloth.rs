//! What Sloth's rules record: `slo:sli_error:ratio_rate5m` and its like, by `sloth_id`.

use std::time::Duration;

use super::{CLOSE, CLOSE_SHARE, MARK, Ours, Recorded, Row, Tool, Why, firing, is_close, quoted, ratio};
use crate::slo::alert::{Severity, TierState};
use crate::slo::objective::Slo;
use crate::slo::series::{Sum, millis};
use crate::text::when;

const RATIO: &str = "slo:sli_error:ratio_rate";
const OBJECTIVE: &str = "slo:objective:ratio";
const BUDGET: &str = "slo:error_budget:ratio";
const DAYS: &str = "slo:time_period:days";
/// What Sloth records of an SLO and of no group.
pub(super) const PROMISES: [&str; 3] = [OBJECTIVE, BUDGET, DAYS];
const REMAINING: &str = "slo:period_error_budget_remaining:ratio";
/// The windows that Sloth records beside the period's, for whatever tiers.
const WINDOWS: [&str; 7] = ["5m", "30m", "1h", "2h", "6h", "1d", "3d"];

/// Every recorded series of an SLO; when the youngest of them was evaluated; whether it was recorded
/// when the period began.
pub(super) fn query(slo: &Slo) -> String {
    let id = format!("sloth_id={}", quoted(&slo.id));
    let newest = format!("{RATIO}5m{{{id}}}");
    let marked =
        |query: &str, mark: &str| format!("label_replace({query}, \"{MARK}\", \"{mark}\", \"\", \"\")");
    [
        format!("{{__name__=~\"slo:.+|ALERTS\",{id}}}"),
        marked(&format!("timestamp({newest})"), "evaluated"),
        marked(&format!("{newest} offset {}", when::short_span(slo.period)), "began"),
    ]
    .join(" or ")
}

/// What Sloth says of one SLO.
struct Theirs<'a> {
    recorded: Vec<&'a Recorded>,
    /// How long before our reading its rules ran.
    age: Option<Duration>,
    /// Its rules ran at the beginning of the period already.
    began: bool,
    /// It records one series where we have groups.
    not_split: bool,
}

pub(super) fn rows(ours: &Ours<'_>, recorded: &[Recorded]) -> Vec<Row> {
    let all: Vec<&Recorded> =
        recorded.iter().filter(|series| series.labels.contains_key("sloth_id")).collect();
    let own = ours.own(&all).into_iter();
    let (marked, plain): (Vec<_>, Vec<_>) = own.partition(|series| !series.mark().is_empty());
    if plain.is_empty() {
        return Vec::new();
    }
    let evaluated = marked.iter().find(|series| series.mark() == "evaluated");
    let theirs = Theirs {
        age: evaluated.map(|series| {
            let age_s = ours.at().timestamp_millis() as f64 / 1e3 - series.value;
            Duration::try_from_secs_f64(age_s).unwrap_or_default()
        }),
        began: marked.iter().any(|series| series.mark() == "began"),
        not_split: ours.is_alone_split(&all),
        recorded: plain,
    };
    let mut rows = theirs.ratios(ours);
    rows.push(theirs.budget(ours));
    rows.push(theirs.remaining(ours));
    rows.extend([Severity::Page, Severity::Ticket].map(|severity| theirs.alert(ours, severity)));
    rows.retain(|row| row.ours.is_some() || row.theirs.is_some());
    rows
}

impl Theirs<'_> {
    fn value(&self, name: &str) -> Option<f64> {
        self.recorded.iter().find(|series| series.name() == name).map(|series| series.value)
    }

    /// The length of its period.
    fn period(&self) -> Option<Duration> {
        let days = self.value(DAYS).filter(|days| *days > 0.0)?;
        Duration::try_from_secs_f64(days * 86_400.0).ok()
    }

    /// A row for each window that is recorded or should be, the shortest first.
    fn ratios(&self, ours: &Ours<'_>) -> Vec<Row> {
        let found = self.recorded.iter().filter_map(|series| series.name().strip_prefix(RATIO));
        let mut windows: Vec<Duration> =
            found.chain(WINDOWS).filter_map(|text| when::parse_span(text).ok()).collect();
        windows.push(self.period().unwrap_or(ours.slo.period));
        windows.sort_unstable();
        windows.dedup();
        windows.into_iter().map(|window| self.ratio(ours, window)).collect()
    }

    fn ratio(&self, ours: &Ours<'_>, window: Duration) -> Row {
        let (theirs, split) = self.only(|name| is_window(name, window));
        let held = ours.window(window);
        let own = ratio(held);
        let why = match (own, theirs) {
            (_, None) => Some(split.unwrap_or_else(|| self.missing())),
            (None, Some(theirs)) => (!theirs.is_nan()).then_some(Why::NotMeasured),
            (Some(_), Some(theirs)) if theirs.is_nan() => Some(Why::NanAfterNoTraffic),
            (Some(own), Some(theirs)) if is_close(own, theirs, CLOSE) => None,
            _ => Some(self.why(ours, window, held)),
        };
        let what = format!("error ratio {}", when::short_span(window));
        Row { tool: Tool::Sloth, what, ours: own, theirs, why }
    }

    /// The value of the only series of a name; of several none, and that.
    fn only(&self, is_name: impl Fn(&str) -> bool) -> (Option<f64>, Option<Why>) {
        let found: Vec<f64> =
            self.recorded.iter().filter(|series| is_name(series.name())).map(|series| series.value).collect();
        match found[..] {
            [] => (None, None),
            [value] => (Some(value), None),
            [..] => (None, Some(Why::Split(found.len()))),
        }
    }

    /// Why a series is not there.
    fn missing(&self) -> Why {
        match self.not_split {
            true => Why::NotSplit,
            false if !self.has_ratios() => Why::ErrorsAbsent,
            false => Why::NotRecorded,
        }
    }

    fn has_ratios(&self) -> bool {
        self.recorded.iter().any(|series| series.name().starts_with(RATIO))
    }

    /// Why two numbers over a window differ.
    fn why(&self, ours: &Ours<'_>, window: Duration, held: Sum) -> Why {
        let is_period = self.period().unwrap_or(ours.slo.period) == window;
        let coverage = held.coverage(millis(window));
        match self.age {
            _ if is_period && !self.began => Why::Younger,
            _ if coverage < 0.99 => Why::PartlyMeasured(coverage),
            _ if is_period => Why::MeanOfRatios,
            Some(age) if !age.is_zero() => Why::Delay(Some(age)),
            _ => Why::Unexplained,
        }
    }

    fn budget(&self, ours: &Ours<'_>) -> Row {
        let theirs = self.value(BUDGET);
        let own = ours.error_budget();
        let why = match theirs {
            None => Some(Why::NotRecorded),
            Some(theirs) if is_close(own, theirs, 1e-6) => None,
            Some(theirs) => Some(Why::OtherObjective(self.value(OBJECTIVE).unwrap_or(1.0 - theirs))),
        };
        Row { tool: Tool::Sloth, what: "error budget".to_owned(), ours: Some(own), theirs, why }
    }

    fn remaining(&self, ours: &Ours<'_>) -> Row {
        let own = ours.reading.budget.map(|budget| budget.remaining);
        let (theirs, split) = self.only(|name| name == REMAINING);
        let why = match (own, theirs) {
            (_, None) => Some(split.unwrap_or_else(|| self.missing())),
            (None, Some(_)) => Some(Why::NotMeasured),
            (Some(_), Some(theirs)) if theirs.is_nan() => Some(Why::NanAfterNoTraffic),
            (Some(own), Some(theirs)) if (own - theirs).abs() <= CLOSE_SHARE => None,
            _ => Some(self.why_remaining(ours)),
        };
        Row { tool: Tool::Sloth, what: "budget remaining".to_owned(), ours: own, theirs, why }
    }

    fn why_remaining(&self, ours: &Ours<'_>) -> Why {
        let objective =
            self.value(OBJECTIVE).filter(|theirs| !is_close(ours.slo.objective.ratio(), *theirs, 1e-9));
        match (objective, self.period().filter(|period| *period != ours.slo.period)) {
            (Some(objective), _) => Why::OtherObjective(objective),
            (None, Some(period)) => Why::OtherPeriod(period),
            (None, None) => self.why(ours, ours.slo.period, ours.window(ours.slo.period)),
        }
    }

    /// Whether its alert of a severity fires; without the series it does not.
    fn alert(&self, ours: &Ours<'_>, severity: Severity) -> Row {
        let fires = |series: &&Recorded| {
            series.name() == "ALERTS"
                && series.label("alertstate") == "firing"
                && series.label("sloth_severity") == severity.word()
        };
        let any = self.recorded.iter().any(fires);
        let theirs = (!self.not_split).then(|| f64::from(u8::from(any)));
        let tiers = ours.tiers(severity);
        let own = firing(&tiers);
        let why = match (own, theirs) {
            (_, None) => Some(Why::NotSplit),
            (None, _) => Some(Why::Frozen),
            (Some(own), Some(theirs)) if (own - theirs).abs() < 0.5 => None,
            (Some(_), Some(_)) if any && tiers.contains(&TierState::Pending) => Some(Why::Waiting),
            _ if self.age.is_some_and(|age| !age.is_zero()) => Some(Why::Delay(self.age)),
            _ => Some(Why::OtherTiers),
        };
        let what = format!("{} fires", severity.word());
        Row { tool: Tool::Sloth, what, ours: own, theirs, why }
    }
}

fn is_window(name: &str, window: Duration) -> bool {
    let recorded = name.strip_prefix(RATIO).and_then(|text| when::parse_span(text).ok());
    recorded == Some(window)
}
