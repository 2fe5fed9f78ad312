//! One row of the timeline as lines.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::margin::Margin;
use crate::app::lines::Reckoning;
use crate::app::on_burn::SYSTEM;
use crate::app::{Model, Pane};
use crate::incident::event::{AlertChange, NoteKind};
use crate::incident::timeline::{Row, Shows};
use crate::incident::{Entry, Event, EventKind, Origin};
use crate::slo::TierState;
use crate::text::{Safe, Time, when};
use crate::tui::paper::{Paper, fit, wrap};
use crate::tui::theme::Tone;

/// Cells of the time column and of the actor column.
const TIME: usize = 9;
const ACTOR: usize = 8;
/// Below this width the actor has no column of its own: the words need the room.
const NARROW: usize = 64;

/// Cells of the words that name another line.
const NAMED: usize = 24;

/// What rows are drawn on.
pub(super) struct Page<'a> {
    pub model: &'a Model,
    pub paper: &'a Paper<'a>,
    pub width: usize,
    pub margin: Margin,
}

impl<'a> Page<'a> {
    pub fn new(model: &'a Model, paper: &'a Paper<'a>, width: usize) -> Self {
        Self { model, paper, width, margin: Margin::of(model, width) }
    }

    /// The tone of the pane's frame.
    pub fn frame(&self) -> Tone {
        if self.model.desk.focus == Pane::Timeline { Tone::Focus } else { Tone::Dim }
    }

    pub fn row(&self, row: &Row) -> Vec<Line<'static>> {
        let pane = &self.model.timeline;
        match (&row.shows, pane.entry_of(row)) {
            (Shows::Day(day), _) => {
                let name = format!("── {} ", day.format("%a %F"));
                let room = self.width.saturating_sub(self.margin.cells());
                let rule = format!("{name}{}", "─".repeat(room.saturating_sub(name.chars().count())));
                let mut spans = self.margin.first(self, row);
                spans.push(self.paper.span(&fit(&rule, room), Tone::Dim));
                vec![Line::from(spans)]
            }
            (Shows::Folded { run, tally }, Some(last)) => {
                let first = pane.entries.get(run.start).unwrap_or(last);
                let until = self.time(&last.event);
                vec![self.folded(row, first, &format!("{}, until {}", tally.words(), until.trim_end()))]
            }
            (Shows::Entry { under, before, .. }, Some(entry)) => {
                self.entry(row, entry, &held(under.len(), before.len()))
            }
            (_, None) => Vec::new(),
        }
    }

    /// The lines of a chosen or marked row, lit as one.
    pub fn lit(&self, lines: &[Line<'static>]) -> Vec<Line<'static>> {
        let text =
            |line: &Line<'static>| line.spans.iter().map(|span| span.content.as_ref()).collect::<String>();
        let lit = |line| Line::from(self.paper.span(&fit(&text(line), self.width), Tone::Select));
        lines.iter().map(lit).collect()
    }

    fn folded(&self, row: &Row, first: &Entry, words: &str) -> Line<'static> {
        let mut spans = self.margin.first(self, row);
        spans.push(self.paper.span(&fit(&self.time(&first.event), TIME), Tone::Dim));
        let used: usize = spans.iter().map(Span::width).sum();
        let text = fit(&format!("+  {words}"), self.width.saturating_sub(used));
        spans.push(self.paper.span(text.trim_end(), Tone::System));
        Line::from(spans)
    }

    /// One entry: margin, time, actor, sign, and its text wrapped beside them; a thread's indented.
    fn entry(&self, row: &Row, entry: &Entry, folded: &str) -> Vec<Line<'static>> {
        let (sign, tone) = look(entry);
        let tone = if entry.struck { Tone::Dim } else { tone };
        let mut head = self.margin.first(self, row);
        let margin = self.margin.more(self, row);
        head.extend(self.front(entry));
        head.push(self.paper.span(&format!("{sign} "), tone));
        let beside: usize = head.iter().map(Span::width).sum();
        let branch = branch(entry);
        head.push(self.paper.span(branch[0], Tone::Dim));
        let indent = branch[1].chars().count();
        let who = inline_actor(entry, self.width);
        let text = format!("{who}{}{folded}", self.words(entry));
        let mut wrapped = wrap(&text, self.width.saturating_sub(beside + indent)).into_iter();
        let first = wrapped.next().unwrap_or_default();
        let (name, rest) =
            first.split_at_checked(who.len()).filter(|(name, _)| *name == who).unwrap_or(("", &first));
        head.push(self.paper.span(name, actor_tone(entry.event.origin)));
        head.push(self.paper.span(rest, tone));
        let blank = " ".repeat(beside - self.margin.cells());
        let more = wrapped.map(|text| {
            let mut spans = margin.clone();
            let beside = [Span::raw(blank.clone()), self.paper.span(branch[1], Tone::Dim)];
            spans.extend(beside);
            spans.push(self.paper.span(&text, tone));
            Line::from(spans)
        });
        std::iter::once(Line::from(head)).chain(more).collect()
    }

    /// The columns before the sign.
    fn front(&self, entry: &Entry) -> Vec<Span<'static>> {
        let event = &entry.event;
        let mut spans = vec![self.paper.span(&fit(&self.time(event), TIME), Tone::Dim)];
        if self.width >= NARROW {
            // The last cell keeps a long name off the sign.
            let actor = format!("{} ", fit(&event.actor, ACTOR - 1));
            spans.push(self.paper.span(&actor, actor_tone(event.origin)));
        }
        spans
    }

    /// The words, and what of them is to be known.
    fn words(&self, entry: &Entry) -> String {
        let text = self.named(entry);
        let amended = if self.model.timeline.amended.contains(&entry.event.seq) { "[amended] " } else { "" };
        match (entry.struck, entry.late) {
            (true, _) => format!("[struck] {amended}{text}"),
            (false, true) => format!("{amended}{text} (late)"),
            _ if matches!(entry.event.kind, EventKind::Imported(_)) => format!("{amended}{text} (imported)"),
            _ => format!("{amended}{text}"),
        }
    }

    /// What is said about another line names that one by its time and first words: nobody sees its number here.
    fn named(&self, entry: &Entry) -> String {
        let (EventKind::Amended { seq, .. } | EventKind::Struck { seq, .. }) = &entry.event.kind else {
            return entry.text.clone();
        };
        let pane = &self.model.timeline;
        let Some(other) = pane.place_of(*seq).and_then(|at| pane.entries.get(at)) else {
            return entry.text.clone();
        };
        let words = fit(&other.text, NAMED.min(Safe::line(&other.text).width()));
        let name = format!("{} \"{}\"", self.time(&other.event).trim_end(), words.trim_end());
        entry.text.replacen(&format!("entry {seq}"), &name, 1)
    }

    /// When it happened, as times are written now; a time nobody knows stays unknown.
    fn time(&self, event: &Event) -> String {
        let start = self.model.incident().map(|incident| incident.declared_at);
        let written = |at: Time| match (self.model.timeline.lines.reckoning, start) {
            (Reckoning::FromNow, _) => when::from_now(at, self.model.now),
            (Reckoning::FromStart, Some(start)) => when::from_start(at, start),
            _ => when::clock_time(at, self.model.setting.zone),
        };
        event.happened_at.map_or_else(|| "unknown".to_owned(), written)
    }
}

/// What is folded into a line, behind its words.
fn held(under: usize, before: usize) -> String {
    let under = if under > 0 { format!(" +{under}") } else { String::new() };
    let before = match before {
        0 => String::new(),
        1 => " (1 line before)".to_owned(),
        many => format!(" ({many} lines before)"),
    };
    format!("{before}{under}")
}

/// The sign of a thread beside its first line and the others; it closes where the thread ends.
fn branch(entry: &Entry) -> [&'static str; 2] {
    match entry.thread() {
        None => ["", ""],
        Some(_) if entry.ends_thread() => ["╰ ", "  "],
        Some(_) => ["├ ", "│ "],
    }
}

/// Who it was, before the words, where there is no column for it; what the system
/// noticed, and words that begin with the name, need none.
fn inline_actor(entry: &Entry, width: usize) -> String {
    let event = &entry.event;
    let named = event.actor == SYSTEM || entry.text.starts_with(&event.actor);
    if width >= NARROW || named {
        return String::new();
    }
    format!("{}: ", Safe::line(&event.actor))
}

fn actor_tone(origin: Origin) -> Tone {
    match origin {
        Origin::Human => Tone::Title,
        Origin::System => Tone::System,
    }
}

/// A sign and a tone for what kind of line it is.
fn look(entry: &Entry) -> (&'static str, Tone) {
    if entry.starred {
        return ("* ", Tone::Focus);
    }
    match &entry.event.kind {
        EventKind::Noted { kind, .. } => note_look(*kind),
        EventKind::Imported(_) => note_look(entry.event.kind.note_kind().unwrap_or(NoteKind::Observation)),
        EventKind::Updated { .. } => ("@ ", Tone::Action),
        EventKind::AlertChanged(transition) => match transition.to {
            TierState::Firing => ("!!", Tone::Danger),
            TierState::Ok => ("ok", Tone::Good),
            _ => ("~ ", Tone::Rising),
        },
        EventKind::AlertsNoticed(news) => match news.change {
            AlertChange::Fired => ("!!", Tone::Danger),
            AlertChange::Resolved => ("ok", Tone::Good),
            _ => ("~ ", Tone::Rising),
        },
        EventKind::AlertsAcknowledged(_) => ("> ", Tone::Action),
        EventKind::ChangeMarked(_) => ("^ ", Tone::Change),
        EventKind::StepRan(_)
        | EventKind::StepMarked(_)
        | EventKind::StepAnswered(_)
        | EventKind::StepVerified(_) => ("$ ", Tone::Code),
        EventKind::Declared { .. } => ("##", Tone::Danger),
        EventKind::Resolved | EventKind::Mitigated { .. } => ("ok", Tone::Good),
        _ => ("- ", Tone::System),
    }
}

fn note_look(kind: NoteKind) -> (&'static str, Tone) {
    match kind {
        NoteKind::Decision => ("! ", Tone::Decision),
        NoteKind::Action => ("> ", Tone::Action),
        NoteKind::Question => ("? ", Tone::Warning),
        NoteKind::Communication => ("@ ", Tone::Action),
        _ => ("  ", Tone::Human),
    }
}
