//! The page of one SLO: what users feel first, then the curve, then alerts, then what it is. In a wide
//! pane the curve stands on the left and the panels on the right.

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{alerts, facts, head, signals};
use crate::app::Model;
use crate::app::burn::{Detail, Section};
use crate::slo::{Reading, Slo};
use crate::tui::chart::{self, Chart};
use crate::tui::paper::Paper;
use crate::tui::theme::Tone;

/// From this width on there are two columns.
const TWO_COLUMNS: u16 = 110;
/// Cells of the right column, at the least and at the most.
const RIGHT: (u16, u16) = (62, 84);
/// Cells that a panel's lines stand in.
const INDENT: usize = 2;
/// Rows of a chart beyond which it teaches nothing more.
const CHART: u16 = 24;

/// What the page is about.
pub struct Page<'a> {
    pub model: &'a Model,
    pub reading: &'a Reading,
    pub slo: Option<&'a Slo>,
    pub detail: Option<&'a Detail>,
}

/// A titled block of the page.
struct Panel {
    section: Section,
    title: &'static str,
    lines: Vec<Line<'static>>,
}

pub fn draw(model: &Model, reading: &Reading, paper: &mut Paper<'_>, area: Rect) {
    let slo = model.burn.evaluator.slo(&reading.slo);
    let page = Page { model, reading, slo, detail: model.burn.detail.as_ref() };
    if area.width >= TWO_COLUMNS {
        page.two_columns(paper, area);
    } else {
        page.one_column(paper, area);
    }
}

/// Every panel below the curve, in the order in which one wants to know. A service without signals has
/// no panel for them.
fn panels(page: &Page<'_>, paper: &Paper<'_>, width: usize) -> Vec<Panel> {
    let panel = |section, title, lines| Panel { section, title, lines };
    let width = width.saturating_sub(INDENT);
    let facts = |facts| facts::lines(facts, paper, width);
    let signals = signals::lines(page.model, paper, &page.reading.service, width);
    let signals = (!signals.is_empty()).then(|| panel(Section::Signals, "signals", signals));
    let others = [
        panel(Section::Alerts, "alerts", alerts::lines(page, paper, width)),
        panel(Section::Promise, "promise", facts(facts::promise(page))),
        panel(Section::People, "people", facts(facts::people(page))),
        panel(Section::Measurement, "measurement", facts(facts::measurement(page))),
    ];
    signals.into_iter().chain(others).collect()
}

impl Page<'_> {
    fn section(&self) -> Section {
        self.detail.map_or(Section::Now, |detail| detail.section)
    }

    fn two_columns(&self, paper: &mut Paper<'_>, area: Rect) {
        let area = below(area, self.head(paper, area));
        let right = (area.width * 2 / 5).clamp(RIGHT.0, RIGHT.1);
        self.chart(paper, Rect { width: area.width - right - 2, ..area });
        let right = Rect { x: area.right() - right, width: right, ..area };
        let lines = self.panels(paper, usize::from(right.width), usize::from(right.height));
        paper.lines(right, lines);
    }

    /// Head, curve and panels below each other while the first section is looked at or all of it fits;
    /// else the state's line and the panels from the section on.
    fn one_column(&self, paper: &mut Paper<'_>, area: Rect) {
        let width = usize::from(area.width);
        let all = self.panels(paper, width, usize::MAX);
        let head = head::lines(self, paper, width).len();
        let fits = usize::from(area.height) >= head + usize::from(chart::ROWS) + all.len();
        if self.section() > Section::Now && !fits {
            paper.lines(area, [head::state(self, paper, width)]);
            let rest = below(area, 1);
            let lines = self.panels(paper, width, usize::from(rest.height));
            paper.lines(rest, lines);
            return;
        }
        let rest = below(area, self.head(paper, area));
        let panels = if fits { all.len() } else { self.reading.alerts.len() + 1 };
        let wanted = rest.height.saturating_sub(u16::try_from(panels).unwrap_or(u16::MAX));
        let rows = wanted.clamp(chart::ROWS.min(rest.height), CHART);
        self.chart(paper, Rect { height: rows.min(rest.height), ..rest });
        paper.lines(below(rest, rows), all);
    }

    fn head(&self, paper: &mut Paper<'_>, area: Rect) -> u16 {
        let lines = head::lines(self, paper, usize::from(area.width));
        let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.height);
        paper.lines(area, lines);
        rows
    }

    fn chart(&self, paper: &mut Paper<'_>, area: Rect) {
        let lead = self.title(paper, Section::Now, "");
        Chart::of(self.model, self.reading, self.detail).draw(paper, area, lead);
    }

    /// The panels as lines, at most `room` of them where that is less than all: then from the section on
    /// that is looked at.
    fn panels(&self, paper: &Paper<'_>, width: usize, room: usize) -> Vec<Line<'static>> {
        let panels = panels(self, paper, width);
        let rows = |panels: &[Panel]| panels.iter().map(|panel| panel.lines.len() + 1).sum::<usize>();
        let looked_at = panels.iter().position(|panel| panel.section >= self.section()).unwrap_or(0);
        let last = (0..panels.len()).find(|first| rows(&panels[*first..]) <= room).unwrap_or(panels.len());
        let first = looked_at.min(last);
        let gap = usize::from(rows(&panels) + panels.len() <= room && room < usize::MAX);
        let lines = panels.into_iter().skip(first).flat_map(|panel| {
            let title = self.title(paper, panel.section, panel.title);
            std::iter::once(title)
                .chain(panel.lines.into_iter().map(indented))
                .chain(vec![Line::default(); gap])
        });
        lines.collect()
    }

    /// A section's title; a sign and a tone say which one is looked at.
    fn title(&self, paper: &Paper<'_>, section: Section, title: &str) -> Line<'static> {
        let here = self.section() == section;
        let (sign, tone) = if here { ("> ", Tone::Focus) } else { ("  ", Tone::Title) };
        Line::from(vec![paper.span(sign, Tone::Focus), Span::styled(title.to_owned(), paper.style(tone))])
    }
}

fn indented(mut line: Line<'static>) -> Line<'static> {
    line.spans.insert(0, Span::raw(" ".repeat(INDENT)));
    line
}

fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
