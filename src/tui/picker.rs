//! The window that finds a runbook: what was found, and what the chosen one holds.

use ratatui::layout::{Constraint, Layout, Position, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::paper::{Paper, fit, wrap};
use super::popup::{keys, window};
use super::theme::Tone;
use crate::app::Model;
use crate::app::on_find::Finding;
use crate::runbook::age::Age;
use crate::runbook::find::{Hit, Part};
use crate::runbook::outcome::Outcome;
use crate::runbook::{Runbook, Section, Step};
use crate::text::Safe;

/// From this width on the preview stands beside the list, else below it.
const WIDE: u16 = 100;
/// Cells of the longest name, and of what there is to say of its age.
const NAME: usize = 36;
const AGE: usize = 11;
/// Rows of the preview below the list, of this many; below this height there is none.
const BELOW: (u32, u32) = (2, 5);
const FLAT: u16 = 8;

pub(super) fn draw(
    model: &Model,
    finding: &Finding,
    paper: &mut Paper<'_>,
    screen: Rect,
) -> Option<Position> {
    let size = (screen.width.saturating_sub(4), screen.height.saturating_sub(4));
    let inside = window(paper, screen, "Find a runbook", size, Tone::Focus);
    let caret = paper.write_in("find> ", &finding.line, inside);
    let body =
        Rect { y: inside.y + 1, height: inside.height.saturating_sub(2), ..inside }.intersection(inside);
    let (list, preview) = divide(body);
    draw_list(model, finding, paper, list);
    if let Some(hit) = finding.chosen()
        && let Some(book) = model.runbook.library.get(&hit.runbook)
    {
        draw_preview(model, (finding, hit, book), paper, preview);
    }
    let foot = Rect { y: inside.bottom().saturating_sub(1), height: 1.min(inside.height), ..inside };
    let count = format!("{} of {}", finding.hits.len(), model.runbook.library.books().len());
    let pairs = [("up/down", "choose"), ("enter", "open it"), ("esc", "close"), (count.as_str(), "")];
    paper.lines(foot, [keys(paper, &pairs)]);
    caret
}

/// The list, and the preview beside or below it, a line or a column apart.
fn divide(body: Rect) -> (Rect, Rect) {
    if body.width >= WIDE {
        let [list, _, preview] =
            Layout::horizontal([Constraint::Fill(5), Constraint::Length(2), Constraint::Fill(4)]).areas(body);
        return (list, preview);
    }
    if body.height < FLAT {
        return (body, Rect::default());
    }
    let below = Constraint::Ratio(BELOW.0, BELOW.1);
    let [list, _, preview] =
        Layout::vertical([Constraint::Fill(1), Constraint::Length(1), below]).areas(body);
    (list, preview)
}

fn draw_list(model: &Model, finding: &Finding, paper: &mut Paper<'_>, area: Rect) {
    let (width, room) = (usize::from(area.width), usize::from(area.height));
    if finding.hits.is_empty() {
        let text = if model.runbook.library.books().is_empty() {
            "The runbooks are being read."
        } else {
            "Nothing holds all of these words: fewer letters find more."
        };
        let lines: Vec<Line<'static>> =
            wrap(text, width).iter().map(|piece| Line::from(paper.span(piece, Tone::Dim))).collect();
        return paper.lines(area, lines);
    }
    let first = finding.chosen.saturating_sub(room.saturating_sub(1));
    let shown = finding.hits.iter().enumerate().skip(first).take(room);
    let longest = shown.clone().map(|(_, hit)| Safe::line(&hit.runbook).width()).max().unwrap_or(0);
    let columns = Columns { width, name: longest.min(NAME).min(width / 2) };
    let lines: Vec<Line<'static>> = shown
        .filter_map(|(at, hit)| {
            let book = model.runbook.library.get(&hit.runbook)?;
            Some(row(model, (finding, hit, book), paper, (columns, at == finding.chosen)))
        })
        .collect();
    paper.lines(area, lines);
}

/// Cells of a row, and of the name in it.
#[derive(Clone, Copy)]
struct Columns {
    width: usize,
    name: usize,
}

/// A name with its typed letters lit, a warning of its age, and why it is here.
fn row(
    model: &Model,
    (finding, hit, book): (&Finding, &Hit, &Runbook),
    paper: &Paper<'_>,
    (Columns { width, name }, chosen): (Columns, bool),
) -> Line<'static> {
    let sign = if chosen { "> " } else { "  " };
    let age = fit(&Age::reviewed(book, model.now).warning().unwrap_or_default(), AGE);
    let rest = width.saturating_sub(sign.width() + name + AGE + 2);
    let (said, tone) = said(finding, hit, book);
    let said = fit(&said, rest);
    if chosen {
        let text = format!("{sign}{} {age} {said}", fit(&hit.runbook, name));
        return Line::from(paper.span(&fit(&text, width), Tone::Select));
    }
    let mut spans = vec![paper.span(sign, Tone::Text)];
    spans.extend(lit(&fit(&hit.runbook, name), &hit.marks, paper));
    spans.push(paper.span(&format!(" {age} "), Tone::Stale));
    spans.push(paper.span(&said, tone));
    Line::from(spans)
}

/// What fires and leads here, else where the words stand, else what came of it before and its title.
fn said(finding: &Finding, hit: &Hit, book: &Runbook) -> (String, Tone) {
    if let Some(why) = finding.moment.why(&hit.runbook) {
        return (why.to_owned(), Tone::Danger);
    }
    if let Some(found) = &hit.found {
        let place = found.step.as_ref().map_or_else(String::new, |step| format!(" {step}"));
        let part = if found.step.is_some() { Part::Step } else { found.part };
        return (format!("{}{place}: {}", part.word(), found.text), Tone::Text);
    }
    let helped = helped(finding.moment.outcomes.get(&hit.runbook));
    let helped = helped.map(|helped| format!("{helped}, ")).unwrap_or_default();
    (format!("{helped}{}", book.title), Tone::Dim)
}

fn helped(outcome: Outcome) -> Option<String> {
    (outcome.used > 0).then(|| format!("helped {} of {}", outcome.helped, outcome.used))
}

/// A text with some of its characters lit.
fn lit(text: &str, marks: &[usize], paper: &Paper<'_>) -> Vec<Span<'static>> {
    let letters: Vec<(usize, char)> = text.chars().enumerate().collect();
    let is_lit = |at: &usize| marks.binary_search(at).is_ok();
    let runs = letters.chunk_by(|(one, _), (other, _)| is_lit(one) == is_lit(other));
    runs.map(|run| {
        let tone = if is_lit(&run[0].0) { Tone::Key } else { Tone::Text };
        paper.span(&run.iter().map(|(_, letter)| *letter).collect::<String>(), tone)
    })
    .collect()
}

/// What it is, how old, how useful so far; then its sections and steps, from where the words were found.
fn draw_preview(
    model: &Model,
    (finding, hit, book): (&Finding, &Hit, &Runbook),
    paper: &mut Paper<'_>,
    area: Rect,
) {
    let width = usize::from(area.width);
    let mut lines = vec![(book.title.clone(), Tone::Title)];
    if let Some(why) = finding.moment.why(&hit.runbook) {
        lines.push((why.to_owned(), Tone::Danger));
    }
    let facts = facts(model, book, finding.moment.outcomes.get(&book.name));
    lines.extend(wrap(&facts, width).into_iter().map(|piece| (piece, Tone::Dim)));
    let outline = outline(book);
    let from = hit.found.as_ref().and_then(|found| {
        let wanted = found.step.as_deref();
        outline.iter().position(|line| wanted.is_some() && line.step.as_deref() == wanted)
    });
    if let Some(found) = hit.found.as_ref().filter(|found| found.part == Part::Text) {
        lines.push((format!("\u{201c}{}\u{201d}", found.text), Tone::Key));
    }
    lines.extend(outline.into_iter().skip(from.unwrap_or(0)).map(|line| (line.text, line.tone)));
    let lines: Vec<Line<'static>> = lines
        .iter()
        .take(usize::from(area.height))
        .map(|(text, tone)| Line::from(paper.span(fit(text, width).trim_end(), *tone)))
        .collect();
    paper.lines(area, lines);
}

fn facts(model: &Model, book: &Runbook, outcome: Outcome) -> String {
    let named = |word: &str, keys: [&str; 2]| {
        keys.iter().find_map(|key| book.meta(key)).map(|value| format!("{word} {value}"))
    };
    let aged = |word: &str, age: Age| match age {
        Age::Days(days) if days >= 0 => format!("{word} {days}d ago"),
        Age::Days(_) => format!("{word} in days to come"),
        Age::Missing | Age::Malformed(_) => format!("never {word}"),
    };
    let facts = [
        named("owner", ["owner", "team"]),
        named("service", ["service", "services"]),
        Some(aged("reviewed", Age::reviewed(book, model.now))),
        Some(aged("tested", Age::tested(book, model.now))),
        helped(outcome).map(|helped| format!("{helped} incidents")),
    ];
    facts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A line of the preview, and the step it shows.
struct Outlined {
    text: String,
    tone: Tone,
    step: Option<String>,
}

fn outline(book: &Runbook) -> Vec<Outlined> {
    let mut lines: Vec<Outlined> = book.sections.iter().flat_map(outline_section).collect();
    // What stands above the first heading bears the title, which is there already.
    if lines.first().is_some_and(|line| line.text == book.title) {
        lines.remove(0);
    }
    lines
}

/// Its steps with their commands, or what it begins with.
fn outline_section(section: &Section) -> Vec<Outlined> {
    let plain = |text: &str, tone| Outlined { text: text.to_owned(), tone, step: None };
    let mut lines = vec![plain(&section.title, Tone::Focus)];
    if section.steps.is_empty() {
        let first = section.prose.iter().find(|line| !line.trim().is_empty());
        lines.extend(first.map(|line| plain(&format!("  {}", line.trim()), Tone::Dim)));
    }
    section.steps.iter().for_each(|step| outline_step(step, 1, &mut lines));
    lines
}

fn outline_step(step: &Step, depth: usize, lines: &mut Vec<Outlined>) {
    let margin = "  ".repeat(depth);
    let own = |text: String, tone| Outlined { text, tone, step: Some(step.n.clone()) };
    lines.push(own(format!("{margin}{} {}", step.n, step.title), Tone::Text));
    for command in &step.commands {
        lines.extend(command.text.lines().map(|line| own(format!("{margin}  $ {line}"), Tone::Code)));
    }
    step.children.iter().for_each(|child| outline_step(child, depth + 1, lines));
}
