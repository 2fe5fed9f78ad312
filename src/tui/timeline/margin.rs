//! The margin: in which phase a line lies, and how fast the budget burned then. Letters and heights say it;
//! colours only repeat it.

use std::time::Duration;

use ratatui::text::Span;

use super::line::Page;
use crate::app::Model;
use crate::incident::timeline::{Row, rows};
use crate::incident::{Incident, Phase};
use crate::slo::{Objective, burn};
use crate::text::{Time, when};
use crate::tui::chart;
use crate::tui::theme::Tone;

/// From these widths on the words keep enough room beside the margin.
const PHASE_FROM: usize = 40;
const BURN_FROM: usize = 90;
/// What of the past a burn is measured over: the short window of the tier that pages first.
const WINDOW: Duration = Duration::from_mins(5);

/// What stands in the margin, one cell each.
pub(super) struct Margin {
    phase: bool,
    burn: bool,
    /// SLOs of the incident's services.
    slos: Vec<(String, Objective)>,
}

impl Margin {
    pub fn of(model: &Model, width: usize) -> Self {
        let Some(incident) = model.incident() else {
            return Self { phase: false, burn: false, slos: Vec::new() };
        };
        let burn = width >= BURN_FROM;
        let slos = if burn { slos(model, incident) } else { Vec::new() };
        Self { phase: width >= PHASE_FROM, burn, slos }
    }

    /// Cells it takes, with the one that keeps it off the words.
    pub fn cells(&self) -> usize {
        let cells = usize::from(self.phase) + usize::from(self.burn);
        if cells > 0 { cells + 1 } else { 0 }
    }

    /// Beside the first line of a row.
    pub fn first(&self, page: &Page<'_>, row: &Row) -> Vec<Span<'static>> {
        let rate = if self.burn { self.rate(page.model, row) } else { None };
        self.spans(page, row, row.begins, rate)
    }

    /// Beside its other lines.
    pub fn more(&self, page: &Page<'_>, row: &Row) -> Vec<Span<'static>> {
        self.spans(page, row, false, None)
    }

    fn spans(&self, page: &Page<'_>, row: &Row, begins: bool, rate: Option<f64>) -> Vec<Span<'static>> {
        let mut spans = Vec::new();
        if self.phase {
            let (sign, tone) = match row.phase {
                Some(phase) if begins => (letter(phase), Tone::Focus),
                Some(_) => ("┊", Tone::Dim),
                None => (" ", Tone::Dim),
            };
            spans.push(page.paper.span(sign, tone));
        }
        if self.burn {
            let tone = if rate.is_some_and(|rate| rate >= 1.0) { Tone::Rising } else { Tone::Dim };
            spans.push(page.paper.span(&chart::level(rate).to_string(), tone));
        }
        if !spans.is_empty() {
            spans.push(Span::raw(" "));
        }
        spans
    }

    /// The worst burn of the incident's services when it happened: measured where that is still known, else as
    /// its own events tell it.
    fn rate(&self, model: &Model, row: &Row) -> Option<f64> {
        let pane = &model.timeline;
        let at = pane.entry_of(row)?.event.happened_at?;
        let rates = self.slos.iter().filter_map(|(slo, objective)| measured(model, (slo, *objective), at));
        rates.reduce(f64::max).or_else(|| rows::told_burn(row, &pane.entries))
    }

    /// What the signs mean that are seen.
    pub fn legend(&self, rows: &[Row]) -> String {
        let mut said: Vec<String> = Vec::new();
        if self.phase {
            let seen = |phase: &Phase| rows.iter().any(|row| row.begins && row.phase == Some(*phase));
            let named = Phase::ALL.into_iter().filter(seen);
            said.extend(named.map(|phase| format!("{} {phase}", letter(phase))));
            if said.is_empty() {
                let last = rows.last().and_then(|row| row.phase);
                said.extend(last.map(|phase| format!("┊ {phase}")));
            }
        }
        if self.burn {
            said.push("▁█ burn".to_owned());
        }
        if said.is_empty() { String::new() } else { format!(" {} ", said.join("  ")) }
    }
}

fn slos(model: &Model, incident: &Incident) -> Vec<(String, Objective)> {
    let slos = model.burn.evaluator.slos().filter(|slo| incident.services.contains(&slo.service));
    slos.map(|slo| (slo.id.clone(), slo.objective)).collect()
}

fn measured(model: &Model, (slo, objective): (&str, Objective), at: Time) -> Option<f64> {
    let held = model.burn.evaluator.slices(slo, when::before(at, WINDOW), at, 1);
    Some(burn::of(burn::error_ratio(held.first()?)?, objective))
}

fn letter(phase: Phase) -> &'static str {
    match phase {
        Phase::Detection => "D",
        Phase::Triage => "T",
        Phase::Mitigation => "M",
        Phase::Resolution => "R",
        Phase::FollowUp => "F",
    }
}
