//! Moving through the timeline's rows: by kind, into folds, along threads; marking and copying them.

use super::effect::Effect;
use super::excerpt::{self, Style};
use super::lines::{Jump, arrange};
use super::model::{Model, TimelinePane};
use super::notice::Tone;
use super::reading::WHY;
use crate::incident::Incident;

/// What can be done with rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RowAct {
    Jump(Jump),
    /// To the last kind that was jumped to.
    JumpBack,
    JumpForward,
    Fold,
    FoldAll,
    FoldThread,
    OnlyThread,
    Reckon,
    Mark,
    Copy,
    CopyMarkdown,
}

/// Why it cannot be done now.
pub fn disabled(act: RowAct, pane: &TimelinePane) -> Option<&'static str> {
    const NONE: &str = "no line is chosen; up and down choose one";
    match act {
        RowAct::Mark | RowAct::Copy | RowAct::CopyMarkdown if pane.chosen_row().is_none() => Some(NONE),
        RowAct::Fold if run(pane).is_none() => {
            Some("nothing is folded here; choose a line that holds others")
        }
        RowAct::FoldThread | RowAct::OnlyThread if thread(pane).is_none() && !is_one_thread(pane) => {
            Some("no line of a thread is chosen; a note that begins with ~db is one")
        }
        RowAct::Jump(_) | RowAct::JumpBack | RowAct::JumpForward if pane.entries.is_empty() => {
            Some("nothing has happened yet")
        }
        _ => None,
    }
}

pub fn act(model: &mut Model, act: RowAct) -> Vec<Effect> {
    let pane = &mut model.timeline;
    match act {
        RowAct::Jump(kind) => {
            pane.lines.jump = kind;
            jump(model, true);
        }
        RowAct::JumpBack => jump(model, true),
        RowAct::JumpForward => jump(model, false),
        RowAct::Fold => turn(pane),
        RowAct::FoldAll => {
            pane.lines.folding.all_open = !pane.lines.folding.all_open;
            pane.lines.folding.turned.clear();
        }
        RowAct::FoldThread => fold_thread(pane),
        RowAct::OnlyThread => only_thread(pane),
        RowAct::Reckon => {
            let declared = model.incident().is_some();
            model.timeline.lines.reckoning = model.timeline.lines.reckoning.next(declared);
        }
        RowAct::Mark => pane.lines.mark = if pane.lines.mark.is_some() { None } else { pane.selected },
        RowAct::Copy => return copy(model, Style::Text),
        RowAct::CopyMarkdown => return copy(model, Style::Markdown),
    }
    Vec::new()
}

/// Moves through the rows; below the last one the newest is followed again. A day is no line.
pub fn scroll(model: &mut Model, by: isize) {
    let pane = &model.timeline;
    let rows = pane.rows();
    let mut to = pane.chosen_row().unwrap_or(rows.len()).saturating_add_signed(by);
    let is_day = |at: usize| rows.get(at).is_some_and(|row| row.place().is_none());
    if is_day(to) {
        to = if by > 0 || to == 0 { to + 1 } else { to - 1 };
    }
    let entry = rows.get(to).and_then(|row| pane.entry_of(row));
    model.timeline.selected = entry.map(|entry| entry.event.seq);
}

/// Chooses an entry and unfolds what it is in.
pub fn choose(model: &mut Model, seq: u64) {
    model.timeline.selected = Some(seq);
    arrange(model);
    let pane = &mut model.timeline;
    let Some(row) = pane.row_of(seq).map(|at| &pane.lines.rows.rows()[at]) else { return };
    let Some(place) = pane.place_of(seq) else { return };
    let folding = &mut pane.lines.folding;
    if let (Some(run), true) = (row.run, row.is_folded() || row.place() < Some(place)) {
        turn_run(&mut folding.turned, run);
    } else if let (Some(thread), true) = (pane.entries[place].thread(), row.place() != Some(place)) {
        folding.threads.remove(&thread);
    }
    arrange(model);
}

/// To the next line of the kind that is asked for; the newest first.
fn jump(model: &mut Model, back: bool) {
    let pane = &model.timeline;
    let kind = pane.lines.jump;
    let filter = &pane.lines.rows.plan().filter;
    let from = pane.selected.and_then(|seq| pane.place_of(seq));
    let from = from.unwrap_or(pane.entries.len());
    let fits = |at: &usize| kind.fits(&pane.entries[*at]) && filter.lets(&pane.entries[*at]);
    let to = if back { (0..from).rev().find(fits) } else { (from + 1..pane.entries.len()).find(fits) };
    if let Some(seq) = to.map(|at| pane.entries[at].event.seq) {
        choose(model, seq);
    } else {
        let side = if back { "before" } else { "after" };
        model.notices.say(model.now, Tone::Info, format!("no {} {side} this line", kind.word()));
    }
}

/// The run that is folded at the chosen row, or that the row is of.
fn run(pane: &TimelinePane) -> Option<u64> {
    pane.rows()[pane.chosen_row()?].run
}

fn turn(pane: &mut TimelinePane) {
    if let Some(run) = run(pane) {
        turn_run(&mut pane.lines.folding.turned, run);
    }
}

fn turn_run(turned: &mut std::collections::BTreeSet<u64>, run: u64) {
    if !turned.remove(&run) {
        turned.insert(run);
    }
}

/// The thread of the chosen line.
fn thread(pane: &TimelinePane) -> Option<String> {
    pane.chosen()?.thread()
}

fn fold_thread(pane: &mut TimelinePane) {
    let Some(thread) = thread(pane) else { return };
    let threads = &mut pane.lines.folding.threads;
    if !threads.remove(&thread) {
        let last = pane.entries.iter().rfind(|entry| entry.thread().as_ref() == Some(&thread));
        pane.selected = last.map(|entry| entry.event.seq);
        threads.insert(thread);
    }
}

fn is_one_thread(pane: &TimelinePane) -> bool {
    pane.filter.text().starts_with("thread:")
}

/// Shows one thread alone, and all lines again.
fn only_thread(pane: &mut TimelinePane) {
    let filter = if is_one_thread(pane) { None } else { thread(pane) };
    pane.filter.set(&filter.map(|thread| format!("thread:{thread}")).unwrap_or_default());
}

/// To the clipboard; into a file where the terminal is not known to have one for us.
fn copy(model: &mut Model, style: Style) -> Vec<Effect> {
    let Some(marked) = model.timeline.marked() else { return Vec::new() };
    let rows = &model.timeline.rows()[marked];
    let lines = rows.iter().filter(|row| row.place().is_some()).count();
    let text = excerpt::of(&model.timeline, rows, (style, model.setting.zone));
    model.timeline.lines.mark = None;
    let counted = format!("{lines} line{}{}", if lines == 1 { "" } else { "s" }, style.words());
    let private = model.incident().is_some_and(|incident: &Incident| incident.private);
    let mind = if private { "; the incident is PRIVATE: mind where they go" } else { "" };
    let tone = if private { Tone::Warning } else { Tone::Good };
    if model.setting.outgoing.copies {
        model.notices.say(model.now, tone, format!("{counted} copied{mind}"));
        return vec![Effect::Copy(text)];
    }
    if model.setting.reads_only {
        let why = format!("not copied: this terminal is not known to take copies, and {WHY}");
        model.notices.say(model.now, Tone::Warning, why);
        return Vec::new();
    }
    let why = format!("{counted} written to a file: this terminal is not known to take copies{mind}");
    model.notices.say(model.now, tone, why);
    let incident = model.timeline.shown.clone().unwrap_or_else(|| "no-incident".to_owned());
    vec![Effect::WriteExcerpt { name: format!("{incident}.{}", style.ending()), text }]
}
