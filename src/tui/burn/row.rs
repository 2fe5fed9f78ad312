//! One row of the list, and which of its columns fit.

use std::time::Duration;

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::words;
use crate::app::Model;
use crate::app::burn::{Heading, Range, rank};
use crate::slo::{BudgetStatus, Group, Reading, SloState};
use crate::text::when;
use crate::tui::chart;
use crate::tui::paper::{Paper, fit};
use crate::tui::theme::Tone;

/// Windows whose burn has a column; the widest screen shows them all.
const WINDOWS: [(u64, &str); 4] = [(300, "5m"), (3_600, "1h"), (21_600, "6h"), (259_200, "3d")];
const BURN: usize = 8;
const TREND: usize = 8;
const BUDGET: usize = 8;
const BAND: usize = 10;
const GONE: usize = 11;
/// The shortest sparkline worth drawing, and the longest.
const SPARK: (usize, usize) = (8, 48);
/// A sparkline that is shorter gives no room to words in its place.
const ASIDE: usize = 20;
/// The narrowest that a name can be.
const NAME: usize = 8;

/// Which columns fit, from the narrowest screen to the widest; 0 where one does not.
pub struct Columns {
    state: usize,
    name: usize,
    bar: usize,
    band: usize,
    windows: usize,
    trend: usize,
    gone: usize,
    spark: usize,
}

impl Columns {
    /// `longest` is the length of the longest name.
    pub fn fit(width: u16, longest: usize) -> Self {
        let (state, bar, band, windows, trend, gone) = match width {
            150.. => (15, 14, BAND, 4, TREND, GONE),
            110.. => (15, 6, BAND, 2, TREND, GONE),
            78.. => (13, 0, BAND, 2, TREND, 0),
            64.. => (13, 0, BAND, 2, 0, 0),
            52.. => (13, 0, 0, 2, 0, 0),
            _ => (10, 0, 0, 1, 0, 0),
        };
        let mut columns = Self { state, name: 0, bar, band, windows, trend, gone, spark: 0 };
        let free = usize::from(width).saturating_sub(columns.fixed());
        columns.name = free.min(longest).max(NAME);
        let spark = free.saturating_sub(columns.name + 2);
        columns.spark = if spark >= SPARK.0 { spark.min(SPARK.1) } else { 0 };
        columns
    }

    fn fixed(&self) -> usize {
        self.state + 2 + self.bar_and_gap() + BUDGET + self.band + self.pace()
    }

    fn bar_and_gap(&self) -> usize {
        if self.bar > 0 { self.bar + 1 } else { 0 }
    }

    /// Cells of the columns that say how fast the budget burns.
    fn pace(&self) -> usize {
        self.windows * BURN + self.trend + self.gone
    }

    /// Cells right of the name.
    fn after_name(&self) -> usize {
        self.bar_and_gap() + BUDGET + self.band + self.pace() + self.spark
    }
}

/// What a row is drawn with.
pub struct Rows<'a> {
    pub model: &'a Model,
    pub columns: Columns,
    /// Rows of a service stand in a little.
    pub grouped: bool,
}

impl Rows<'_> {
    /// The head; how many of all rows are below it, where that is not all.
    pub fn head(&self, paper: &Paper<'_>, shown: usize, all: usize) -> Line<'static> {
        let columns = &self.columns;
        let name = if shown < all { format!("slo, {shown} of {all}") } else { "slo".to_owned() };
        let mut text = format!("{} {} ", fit("state", columns.state), fit(&name, columns.name));
        text.push_str(&" ".repeat(columns.bar_and_gap()));
        text.push_str(&format!("{:>BUDGET$}", "budget"));
        text.push_str(&" ".repeat(columns.band));
        for (_, label) in WINDOWS.iter().take(columns.windows) {
            text.push_str(&format!("{label:>BURN$}"));
        }
        if columns.trend > 0 {
            text.push_str(&fit("  change", columns.trend));
        }
        if columns.gone > 0 {
            text.push_str(&format!("{:>GONE$}", "gone in"));
        }
        if columns.spark > 0 {
            let range = self.model.burn.range.words();
            let label = if columns.spark < 14 { range.to_owned() } else { format!("burn, last {range}") };
            text.push_str(&format!("  {}", fit(&label, columns.spark)));
        }
        Line::from(paper.span(&text, Tone::Dim))
    }

    pub fn slo(&self, paper: &Paper<'_>, reading: &Reading, chosen: bool) -> Line<'static> {
        let columns = &self.columns;
        let indent = if self.grouped { 2 } else { 0 };
        let group = self.model.burn.evaluator.slo(&reading.slo).map(|slo| &slo.group);
        let name = name(&reading.slo, group, columns.name.saturating_sub(indent));
        let mut spans = vec![
            paper.span(&fit(&words::state(reading), columns.state), words::state_tone(reading)),
            Span::raw(if chosen { ">" } else { " " }),
            Span::raw(" ".repeat(indent)),
            paper.span(&name, if chosen { Tone::Select } else { Tone::Text }),
            Span::raw(" "),
        ];
        let blind = words::is_blind(reading.state);
        spans.extend(self.budget(paper, reading));
        match aside(reading) {
            Some(aside) if blind => {
                spans.push(aside.span(paper, columns.band + columns.pace() + columns.spark));
            }
            Some(aside) if columns.spark < ASIDE => {
                spans.push(self.band(paper, reading));
                spans.push(aside.span(paper, columns.pace() + columns.spark));
            }
            aside => {
                spans.push(self.band(paper, reading));
                spans.extend(self.pace(paper, reading));
                spans.extend(self.trace(paper, reading, aside.as_ref()));
            }
        }
        Line::from(spans)
    }

    /// A service: its worst state, and how many of its rows want eyes.
    pub fn service(&self, paper: &Paper<'_>, heading: &Heading, chosen: bool) -> Line<'static> {
        let Some(worst) = self.model.burn.evaluator.readings().get(heading.worst) else {
            return Line::default();
        };
        let sign = if heading.folded { '+' } else { '-' };
        let name = fit(&format!("{sign} {}", heading.service), self.columns.name);
        let room = self.columns.after_name();
        Line::from(vec![
            paper.span(&fit(&words::state(worst), self.columns.state), words::state_tone(worst)),
            Span::raw(if chosen { ">" } else { " " }),
            paper.span(&name, if chosen { Tone::Select } else { Tone::Title }),
            paper.span(fit(&format!("  {}", counts(heading)), room).trim_end(), Tone::Dim),
        ])
    }

    fn budget(&self, paper: &Paper<'_>, reading: &Reading) -> Vec<Span<'static>> {
        let Some(budget) = reading.budget else {
            let blank = " ".repeat(self.columns.bar_and_gap());
            return vec![paper.span(&format!("{blank}{:>BUDGET$}", "-"), Tone::Dim)];
        };
        let tone = budget_tone(reading, budget.status);
        let mut spans = bar(paper, budget.remaining, self.columns.bar, tone);
        spans.push(paper.span(&format!("{:>7.1}%", budget.remaining * 100.0), tone));
        spans
    }

    fn band(&self, paper: &Paper<'_>, reading: &Reading) -> Span<'static> {
        let status = reading.budget.map(|budget| budget.status);
        let tone = status.map_or(Tone::Dim, |status| budget_tone(reading, status));
        let word = status.map_or("", words::band);
        paper.span(&fit(&format!(" {word}"), self.columns.band), tone)
    }

    /// The burn of each window, how it changes, and when the budget is gone.
    fn pace(&self, paper: &Paper<'_>, reading: &Reading) -> Vec<Span<'static>> {
        let windows = WINDOWS.iter().take(self.columns.windows);
        let mut spans: Vec<Span<'static>> = windows
            .map(|(window, _)| {
                let rate = reading.burn_over(Duration::from_secs(*window));
                paper.span(&format!("{:>BURN$}", words::burn(rate)), words::burn_tone(reading, rate))
            })
            .collect();
        if self.columns.trend > 0 {
            let (text, tone) = words::trend(reading.trend);
            spans.push(paper.span(&fit(&format!(" {text}"), TREND), tone));
        }
        if self.columns.gone > 0 {
            spans.push(paper.span(&format!("{:>GONE$}", gone(reading)), Tone::Text));
        }
        spans
    }

    /// The sparkline; in its place what else has to be said.
    fn trace(&self, paper: &Paper<'_>, reading: &Reading, aside: Option<&Aside>) -> Vec<Span<'static>> {
        let width = self.columns.spark;
        if width == 0 {
            return Vec::new();
        }
        if let Some(aside) = aside {
            return vec![aside.span(paper, width + 2)];
        }
        let mut spans = vec![Span::raw("  ")];
        let span = Range::length(self.model.burn.range);
        let rates = self.model.burn.evaluator.sparkline(&reading.slo, span, width);
        let cell = |rate: &Option<f64>| {
            paper.span(&chart::level(*rate).to_string(), words::burn_tone(reading, *rate))
        };
        spans.extend(rates.iter().map(cell));
        spans
    }
}

/// A bar of a share, filled from the left.
pub fn bar(paper: &Paper<'_>, share: f64, width: usize, tone: Tone) -> Vec<Span<'static>> {
    if width == 0 {
        return Vec::new();
    }
    let filled = ((share.clamp(0.0, 1.0) * width as f64).round() as usize).min(width);
    let full = paper.span(&"━".repeat(filled), tone);
    vec![full, paper.span(&"─".repeat(width - filled), Tone::Dim), Span::raw(" ")]
}

/// When the budget is gone at the burn of the last hour. Beyond the period it refills faster than it is
/// spent.
pub fn gone(reading: &Reading) -> String {
    if reading.budget.is_some_and(|budget| budget.remaining <= 0.0) {
        return "spent".to_owned();
    }
    let within = reading.exhausted_in_s.filter(|left| *left < reading.period_s);
    within.map_or_else(|| "-".to_owned(), |left| when::span(Duration::from_secs(left)))
}

/// What has to be said of a row besides its numbers: what it is, and why.
struct Aside {
    lead: String,
    why: String,
}

impl Aside {
    /// Two blanks and the words, in at most `width` cells; of an address before the reason nothing stays
    /// where both do not fit.
    fn span(&self, paper: &Paper<'_>, width: usize) -> Span<'static> {
        let room = width.saturating_sub(2);
        let why = words::reason(&self.why, room.saturating_sub(self.lead.width()));
        let text = fit(&format!("{}{why}", self.lead), room);
        paper.span(&format!("  {}", text.trim_end()), Tone::Warning)
    }
}

/// Why its numbers are old, why it alerts nobody, why the last poll failed.
fn aside(reading: &Reading) -> Option<Aside> {
    let error = reading.error.as_deref();
    let (lead, why) = match reading.state {
        SloState::Unmeasurable => (String::new(), error.unwrap_or("no source can answer it")),
        SloState::NoData => (String::new(), error.unwrap_or("nothing was measured yet")),
        SloState::Stale => {
            let fired = if rank::firing(reading).is_some() { "FIRED, " } else { "" };
            let lead = format!("{fired}{} old: ", words::age(reading.age_s));
            (lead, error.unwrap_or("no newer samples"))
        }
        _ => match &reading.suppressed {
            Some(why) => ("suppressed: ".to_owned(), why.as_str()),
            None => (String::new(), error?),
        },
    };
    Some(Aside { lead, why: why.to_owned() })
}

/// A budget of which nothing newer is known has no good colour.
fn budget_tone(reading: &Reading, status: BudgetStatus) -> Tone {
    if words::is_blind(reading.state) { Tone::Stale } else { words::band_tone(status) }
}

fn counts(heading: &Heading) -> String {
    let plural = if heading.slos == 1 { "" } else { "s" };
    let mut text = format!("{} SLO{plural}", heading.slos);
    for (number, word) in [(heading.firing, "firing"), (heading.blind, "blind")] {
        if number > 0 {
            text.push_str(&format!(", {number} {word}"));
        }
    }
    text
}

/// An id in exactly `width` cells. Of a group's row the values of its labels stay, which tell it from its
/// sisters; what they are called and the middle of the id go first.
pub fn name(id: &str, group: Option<&Group>, width: usize) -> String {
    let Some(group) = group.filter(|group| !group.is_empty() && id.width() > width) else {
        return fit(id, width);
    };
    let base = id.strip_suffix(&group.to_string()).unwrap_or(id);
    let values: Vec<&str> = group.labels().map(|(_, value)| value).collect();
    let values = format!("{{{}}}", values.join(","));
    let room = width.saturating_sub(values.width());
    if room >= base.width().min(4) {
        return fit(&format!("{}{values}", fit(base, room.min(base.width()))), width);
    }
    fit(&values, width)
}
