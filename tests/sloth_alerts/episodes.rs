//! What services live through: three quiet days, then errors that are just enough for one alert, for
//! several, or not quite for any. Ten thousand requests a minute, an objective of 99.9 %: a burn rate of 1 is
//! ten errors a minute. Whole numbers only, so that no rounding looks like a reset.

use std::fmt::Write;
use std::time::Duration;

use warroom::slo::Severity;

pub const MINUTE: Duration = Duration::from_mins(1);
/// 2026-11-02T00:00:00Z, a multiple of every bucket.
pub const START: i64 = 1_793_577_600;
/// Quiet minutes that fill the longest window, and some more: errors begin within a bucket, and the first
/// bad minute ends where promtool evaluates.
const LEAD: i64 = 3 * 1_440 + 29;
/// Minutes after the errors, for every short window to empty.
const TAIL: i64 = 480;
/// Minutes before the errors that are compared too.
const BEFORE: i64 = 30;
/// Where the comparison begins, in seconds since 1970.
pub const COMPARED_FROM: i64 = START + (LEAD - BEFORE) * 60;
pub const TOTAL: f64 = 10_000.0;

pub struct Episode {
    /// The service; the first one has the name that the rules were generated for.
    pub job: &'static str,
    /// How many minutes have errors, and how many each.
    pub minutes: i64,
    pub bad: f64,
    pub page: bool,
    pub ticket: bool,
}

const fn episode(job: &'static str, minutes: i64, bad: f64, alerts: (bool, bool)) -> Episode {
    Episode { job, minutes, bad, page: alerts.0, ticket: alerts.1 }
}

pub const EPISODES: &[Episode] = &[
    // An hour at a burn of 14.4 is 8,640 errors: one more pages, by the quick tier alone.
    episode("myservice", 1, 8_641.0, (true, false)),
    episode("almost-quick", 1, 8_639.0, (false, false)),
    // Burn 10 is below 14.4; over six hours it passes 6 after 216 minutes.
    episode("slow", 240, 100.0, (true, false)),
    episode("almost-slow", 215, 100.0, (false, false)),
    // Burn 2 is below 3; over three days it passes 1 after 36 hours.
    episode("creeping", 2_400, 20.0, (false, true)),
    // Burn 5 passes 3 over a day after 14.4 hours, and 1 over three days with it.
    episode("nagging", 960, 50.0, (false, true)),
    episode("tolerable", 2_880, 9.0, (false, false)),
    episode("outage", 30, TOTAL, (true, true)),
];

impl Episode {
    pub fn alerts(&self, severity: Severity) -> bool {
        if severity == Severity::Page { self.page } else { self.ticket }
    }

    pub fn end(&self) -> i64 {
        START + (LEAD + self.minutes + TAIL) * 60
    }

    /// Errors and requests since the start, as counters stand after so many minutes.
    pub fn counters(&self, minute: i64) -> (f64, f64) {
        let bad = self.bad * (minute - LEAD).clamp(0, self.minutes) as f64;
        (bad, TOTAL * minute as f64)
    }

    pub fn last_minute(&self) -> i64 {
        (self.end() - START) / 60
    }

    /// Errors a minute as promtool writes series: start, quiet, errors, quiet.
    pub fn series(&self) -> [(&'static str, String); 2] {
        let (bad, good) = (self.bad, TOTAL - self.bad);
        let spell = |quiet: f64, loud: f64| {
            let at = |minute: i64| quiet * LEAD as f64 + loud * (minute - LEAD) as f64;
            let (loud_from, quiet_from) = (LEAD + 1, LEAD + self.minutes + 1);
            format!(
                "0+{quiet}x{LEAD} {}+{loud}x{} {}+{quiet}x{}",
                at(loud_from),
                self.minutes - 1,
                at(quiet_from - 1) + quiet,
                TAIL - 1
            )
        };
        [("500", spell(0.0, bad)), ("200", spell(TOTAL, good))]
    }
}

/// All episodes as OpenMetrics, a sample a minute.
pub fn openmetrics() -> String {
    let mut text = "# TYPE http_request_duration_seconds summary\n".to_owned();
    for episode in EPISODES {
        for code in ["500", "200"] {
            for minute in 0..=episode.last_minute() {
                let (bad, total) = episode.counters(minute);
                let value = if code == "500" { bad } else { total - bad };
                let at = START + minute * 60;
                let series = format!("{{job=\"{}\",code=\"{code}\"}}", episode.job);
                let _ = writeln!(text, "http_request_duration_seconds_count{series} {value} {at}");
            }
        }
    }
    text + "# EOF\n"
}
