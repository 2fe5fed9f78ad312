//! The runbook pane: the steps above, the current step's command and its output below.

use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::paper::{Paper, fit, wrap};
use super::theme::Tone;
use crate::app::model::{OpenRunbook, Run};
use crate::app::{Action, Model, on_run, on_runbook};
use crate::incident::event::{Answer, Judged};
use crate::runbook::judge::Diff;
use crate::runbook::walk::{StepStatus, WalkStep};
use crate::runbook::{Command, Risk, Section, Step, Walk};
use crate::text::when;

/// Below this many rows only the current step fits.
const SPLIT_ROWS: u16 = 9;
/// Rows of the list: enough to see the step before and the step after.
const LIST_ROWS: u16 = 3;
/// Lines of a section's own words that stand above its first step.
const FOLDED: usize = 2;

pub(super) fn draw(model: &Model, paper: &mut Paper<'_>, area: Rect) {
    let Some(open) = &model.runbook.open else { return closed(model, paper, area) };
    if area.height < SPLIT_ROWS {
        return detail(model, open, paper, area);
    }
    let wanted = u16::try_from(rows(&open.walk).len()).unwrap_or(u16::MAX);
    let list_rows = wanted.min((area.height * 2 / 5).max(LIST_ROWS));
    let [list, rule, below] =
        Layout::vertical([Constraint::Length(list_rows), Constraint::Length(1), Constraint::Min(0)])
            .areas(area);
    steps(model, &open.walk, paper, list);
    let line = between(model, usize::from(rule.width));
    paper.lines(rule, [Line::from(paper.span(&line, Tone::Dim))]);
    detail(model, open, paper, below);
}

fn closed(model: &Model, paper: &mut Paper<'_>, area: Rect) {
    let key = model.setting.keymap.key(Action::OpenRunbook);
    let count = model.runbook.library.books().len();
    let text = match count {
        0 => "The runbooks are being read.".to_owned(),
        count => format!("{key} opens one of {count} runbooks; a declaration opens the fitting one."),
    };
    let lines = wrap(&text, usize::from(area.width));
    let lines: Vec<Line<'static>> =
        lines.iter().map(|line| Line::from(paper.span(line, Tone::Dim))).collect();
    paper.lines(area, lines);
}

/// A line of the list: a section's heading or the step at an index.
enum Row<'a> {
    Section(&'a str),
    Step(usize, &'a WalkStep),
}

fn rows(walk: &Walk) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut section = None;
    for (index, step) in walk.steps.iter().enumerate() {
        if section != Some(&step.section) {
            section = Some(&step.section);
            rows.push(Row::Section(&step.section));
        }
        rows.push(Row::Step(index, step));
    }
    rows
}

fn steps(model: &Model, walk: &Walk, paper: &mut Paper<'_>, area: Rect) {
    let rows = rows(walk);
    let here = rows.iter().position(|row| matches!(row, Row::Step(index, _) if *index == walk.current));
    let height = usize::from(area.height);
    let first = here.unwrap_or(0).saturating_sub(height / 2).min(rows.len().saturating_sub(height));
    let shown = rows.iter().skip(first).take(height);
    let texts = shown.map(|row| step_line(model, row, walk.current));
    let width = usize::from(area.width);
    let lines = texts.map(|(text, tone)| Line::from(paper.span(&fit(&text, width), tone)));
    let lines: Vec<Line<'static>> = lines.collect();
    paper.lines(area, lines);
}

fn step_line(model: &Model, row: &Row<'_>, current: usize) -> (String, Tone) {
    let (index, step) = match row {
        Row::Section(title) => return ((*title).to_owned(), Tone::Title),
        Row::Step(index, step) => (*index, *step),
    };
    let (sign, tone) = match step.status {
        StepStatus::Open if waits(step) => ("[?]", Tone::Warning),
        StepStatus::Open => ("[ ]", Tone::Text),
        StepStatus::Done => ("[x]", Tone::Good),
        StepStatus::Skipped => ("[-]", Tone::Dim),
        StepStatus::Failed => ("[!]", Tone::Danger),
    };
    let marker = if index == current { ">" } else { " " };
    let title = on_runbook::spoken(model, &step.title);
    let text = format!("{marker} {}{sign} {} {}{title}", "  ".repeat(step.depth), step.n, marks(step));
    (text, if index == current { Tone::Select } else { tone })
}

/// Whether a person has to say something: an answer, or what they make of the output.
fn waits(step: &WalkStep) -> bool {
    step.to_judge || step.asks() || (step.status == StepStatus::Open && step.answer == Some(Answer::Unknown))
}

/// What there is to know of a step before its title, which a narrow pane cuts.
fn marks(step: &WalkStep) -> String {
    let edited = step.edited.then(|| "edited since run".to_owned());
    let judge = step.to_judge.then(|| "judge".to_owned());
    let answer = step.answer.map(|answer| answer.to_string());
    let skipped = step.skipped_by.as_ref().map(|by| format!("skipped by {by}"));
    let marks: Vec<String> = [edited, judge, answer, skipped].into_iter().flatten().collect();
    if marks.is_empty() { String::new() } else { format!("({}) ", marks.join(", ")) }
}

/// The rule below the list; it names the next of the other walks.
fn between(model: &Model, width: usize) -> String {
    let others = &model.runbook.others;
    let Some(next) = others.first() else { return "─".repeat(width) };
    let (settled, all) = next.progress;
    let more = if others.len() > 1 { format!(", {} more", others.len() - 1) } else { String::new() };
    let key = model.setting.keymap.key(Action::NextWalk);
    let said = fit(&format!("── {key}: {} {settled}/{all} {}{more} ", next.runbook, next.who), width);
    let said = said.trim_end();
    format!("{said} {}", "─".repeat(width.saturating_sub(said.width() + 1)))
}

/// The current step: what it says, what it runs, what to expect, what came out.
fn detail(model: &Model, open: &OpenRunbook, paper: &mut Paper<'_>, area: Rect) {
    let Some(step) = open.step() else { return };
    let (width, height) = (usize::from(area.width), usize::from(area.height));
    // What came out needs the room.
    let ran_it = model.runbook.run.as_ref().is_some_and(|run| run.step == step.n);
    let mut lines = if ran_it { Vec::new() } else { before(model, open, step, (paper, width)) };
    lines.extend(said(model, step, paper, width));
    lines.extend(asked(model, paper, width));
    let Some(run) = &model.runbook.run else { return paper.lines(area, lines) };
    let rows = output_rows(model, (run, step), lines.len(), height);
    lines.truncate(height - rows);
    lines.extend(ran(model, run, paper, rows, width));
    paper.lines(area, lines);
}

/// What stands before the first step of a section, folded, and the key that reads all of it.
fn before(
    model: &Model,
    open: &OpenRunbook,
    step: &Step,
    (paper, width): (&Paper<'_>, usize),
) -> Vec<Line<'static>> {
    let sections = &open.runbook.sections;
    let begins = |section: &Section| section.steps.first().is_some_and(|first| first.n == step.n);
    let Some(at) = sections.iter().position(begins) else { return Vec::new() };
    let from =
        sections[..at].iter().rposition(|section| !section.steps.is_empty()).map_or(0, |last| last + 1);
    let preface = open.runbook.preface.iter().take(if from == 0 { usize::MAX } else { 0 });
    let above = preface.chain(sections[from..at].iter().flat_map(|section| &section.prose));
    let is_said = |line: &&String| !line.trim().is_empty();
    let own: Vec<&String> = sections[at].prose.iter().filter(is_said).collect();
    let shown = own.len().min(FOLDED);
    let rest = own.len() - shown + above.filter(is_said).count();
    let mut lines: Vec<Line<'static>> =
        own[..shown].iter().map(|line| Line::from(paper.span(&fit(line, width), Tone::Dim))).collect();
    if rest > 0 {
        let key = model.setting.keymap.key(Action::ReadWhole);
        let more = if shown > 0 { "more " } else { "" };
        let words = if rest == 1 { "line stands" } else { "lines stand" };
        lines.extend(prose(
            &format!("{rest} {more}{words} before this step: {key} reads all"),
            paper,
            Tone::Key,
            width,
        ));
    }
    lines
}

/// What the step asks or watches, and the key for it.
fn asked(model: &Model, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let key = |action| model.setting.keymap.key(action);
    let watched = model.runbook.watch.as_ref().map(|watch| {
        let waited = when::span(when::since(watch.since, model.now));
        let why = &watch.finding.why;
        (format!("watching {}, {waited}: {why}; {} stops", watch.bound, key(Action::StopRun)), Tone::Focus)
    });
    let bound = on_runbook::verify::bound(model).filter(|_| watched.is_none());
    let bound = bound.map(|bound| (format!("{} watches: {bound}", key(Action::RunStep)), Tone::Warning));
    let asks = on_runbook::asks(model).then(|| {
        let leads = on_runbook::decide::leads(model).join("; ");
        (format!("? {} answers: {leads}", key(Action::Decide)), Tone::Warning)
    });
    // Beside the output it is said where it is judged.
    let judged = judging(model).filter(|_| model.runbook.run.is_none());
    let judged = judged.map(|keys| (format!("? was it as expected? {keys}"), Tone::Warning));
    let said = watched.into_iter().chain(bound).chain(asks).chain(judged);
    said.flat_map(|(text, tone)| prose(&text, paper, tone, width)).collect()
}

/// The keys that end a step whose output a person has to judge.
fn judging(model: &Model) -> Option<String> {
    model.runbook.open.as_ref()?.walk.step().filter(|step| step.to_judge)?;
    let key = |action| model.setting.keymap.key(action);
    Some(format!("{} yes, done; {} no, failed", key(Action::StepDone), key(Action::StepFailed)))
}

/// Rows for a run: what it has to say, up to half of the pane or what the step leaves; the run of an
/// earlier step gives way.
fn output_rows(model: &Model, (run, step): (&Run, &Step), said: usize, height: usize) -> usize {
    let left = height.saturating_sub(said);
    let own = run.step == step.n || run.ended.is_none();
    let most = if own { left.max(height / 2) } else { left.max(1) };
    (run.output.len() + told(model, run).len() + 1).min(most).min(height)
}

fn said(model: &Model, step: &Step, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let title = on_runbook::spoken(model, &step.title);
    let mut lines = prose(&format!("{} {title}", step.n), paper, Tone::Focus, width);
    for line in step.prose.iter().filter(|line| !line.trim().is_empty()) {
        lines.extend(prose(&on_runbook::spoken(model, line), paper, Tone::Text, width));
    }
    for command in &step.commands {
        lines.extend(offered(model, command, paper, width));
    }
    if let Some(expect) = &step.expect {
        for (index, line) in expect.lines().enumerate() {
            let lead = if index == 0 { "expect " } else { "       " };
            lines.extend(hanging(lead, line, paper, Tone::Dim, width));
        }
    }
    lines
}

/// A command as it would run, as far as that is known, and what it does.
fn offered(model: &Model, command: &Command, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let preview = on_run::preview(model, command);
    let (risk, tone) = match preview.risk {
        Risk::Read => ("reads", Tone::Dim),
        Risk::Change => ("CHANGES something", Tone::Warning),
        Risk::Destroy => ("DESTROYS something", Tone::Danger),
    };
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (index, line) in preview.text.lines().enumerate() {
        let lead = if index == 0 { "$ " } else { "  " };
        lines.extend(hanging(lead, line, paper, Tone::Code, width));
    }
    let names = preview.open.join(", ");
    let asks = if names.is_empty() { names } else { format!(", asks for {names}") };
    lines.extend(hanging("  ", &format!("{risk}{asks}"), paper, tone, width));
    lines
}

fn prose(text: &str, paper: &Paper<'_>, tone: Tone, width: usize) -> Vec<Line<'static>> {
    wrap(text, width).iter().map(|piece| Line::from(paper.span(piece, tone))).collect()
}

/// Text behind a lead, further lines indented as far.
fn hanging(lead: &str, text: &str, paper: &Paper<'_>, tone: Tone, width: usize) -> Vec<Line<'static>> {
    let pieces = wrap(text, width.saturating_sub(lead.len()));
    let blank = " ".repeat(lead.len());
    let leads = std::iter::once(lead).chain(std::iter::repeat(blank.as_str()));
    leads.zip(pieces).map(|(lead, piece)| Line::from(paper.span(&format!("{lead}{piece}"), tone))).collect()
}

/// What the output is beside what was expected, and both as one where they differ.
fn told(model: &Model, run: &Run) -> Vec<(String, Tone)> {
    let Some(judgement) = &run.judgement else { return Vec::new() };
    let tone = if judgement.judged == Judged::AsExpected { Tone::Good } else { Tone::Warning };
    let lines = judgement.lines.iter().map(|line| match line {
        Diff::Same(text) => (format!("  {text}"), Tone::Dim),
        Diff::Missing(text) => (format!("- {text}"), Tone::Danger),
        Diff::Unexpected(text) => (format!("+ {text}"), Tone::Good),
    });
    let keys = judging(model).map(|keys| format!("; {keys}")).unwrap_or_default();
    std::iter::once((format!("{}{keys}", judgement.judged.words()), tone)).chain(lines).collect()
}

/// The output as it streams, the newest lines at the bottom, under what ran and how it stands.
fn ran(model: &Model, run: &Run, paper: &Paper<'_>, rows: usize, width: usize) -> Vec<Line<'static>> {
    let (status, tone) = match &run.ended {
        None => (format!("running {}", when::span(when::since(run.started_at, model.now))), Tone::Focus),
        Some(ended) if ended.exit == Some(0) => (ended.ended.clone(), Tone::Good),
        Some(ended) => (ended.ended.clone(), Tone::Danger),
    };
    let head = fit(&format!("step {} {status}", run.step), width);
    let mut lines = vec![Line::from(paper.span(&head, tone))];
    let judged = told(model, run).into_iter().take(rows / 2);
    lines.extend(judged.map(|(text, tone)| Line::from(paper.span(&fit(&text, width), tone))));
    let room = rows.saturating_sub(lines.len());
    let skipped = run.output.len().saturating_sub(room);
    lines.extend(run.output.iter().skip(skipped).map(|line| {
        let tone = if line.error { Tone::Warning } else { Tone::Text };
        Line::from(Span::styled(fit(&line.text, width), paper.style(tone)))
    }));
    lines
}
