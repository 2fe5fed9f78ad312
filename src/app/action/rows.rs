//! The actions on the timeline's rows.

use super::{Action, Row, row};
use crate::app::lines::Jump;
use crate::app::model::Pane;
use crate::app::on_lines::RowAct;

const fn act(act: RowAct, name: &'static str, label: &'static str, help: &'static str) -> Row {
    row(Action::Rows(act), name, label, help).within(Pane::Timeline)
}

pub(super) const FOLD: Row = act(
    RowAct::Fold,
    "fold-lines",
    "fold",
    "unfold the lines of the system under the chosen one, or fold them",
)
.keys(&["space"])
.footer(15);
pub(super) const FOLD_ALL: Row =
    act(RowAct::FoldAll, "fold-all-lines", "fold all", "unfold every line of the system, or fold them again")
        .keys(&["f"]);
pub(super) const FOLD_THREAD: Row = act(
    RowAct::FoldThread,
    "fold-thread",
    "fold thread",
    "fold the chosen thread to its last line, or unfold it",
)
.keys(&["c"]);
pub(super) const ONLY_THREAD: Row =
    act(RowAct::OnlyThread, "only-thread", "one thread", "show the chosen thread alone, or all lines again")
        .keys(&["~"]);
pub(super) const RECKON: Row = act(
    RowAct::Reckon,
    "reckon",
    "time",
    "times by the clock, from now (-12m), from the declaration (T+08:14)",
)
.keys(&["t"])
.footer(18);
pub(super) const MARK: Row =
    act(RowAct::Mark, "mark-lines", "mark", "mark lines from the chosen one on; esc lets go")
        .keys(&["v"])
        .footer(16);
pub(super) const COPY: Row =
    act(RowAct::Copy, "copy-lines", "copy", "copy the marked lines, or the chosen one, with their times")
        .keys(&["y"])
        .footer(17);
pub(super) const COPY_MARKDOWN: Row =
    act(RowAct::CopyMarkdown, "copy-markdown", "copy Markdown", "copy them as a Markdown list").keys(&["Y"]);
pub(super) const JUMP_BACK: Row =
    act(RowAct::JumpBack, "jump-back", "before", "to the line before of the kind last jumped to")
        .keys(&["["]);
pub(super) const JUMP_FORWARD: Row =
    act(RowAct::JumpForward, "jump-forward", "after", "to the line after of the kind last jumped to")
        .keys(&["]"]);
pub(super) const DECISION: Row =
    act(RowAct::Jump(Jump::Decision), "jump-decision", "decision", "to the decision before").keys(&["!"]);
pub(super) const STAR: Row =
    act(RowAct::Jump(Jump::Star), "jump-star", "star", "to the starred line before").keys(&["*"]);
pub(super) const UPDATE: Row =
    act(RowAct::Jump(Jump::Update), "jump-update", "update", "to the status update before").keys(&["@"]);
pub(super) const PHASE: Row =
    act(RowAct::Jump(Jump::Phase), "jump-phase", "phase", "to the change of phase before").keys(&["|"]);
pub(super) const ALERT: Row =
    act(RowAct::Jump(Jump::Alert), "jump-alert", "alert", "to the alert before").keys(&["&"]);
