//! The one table of what a person can do in the console. Keys, footer, help, `warroom keys` and the
//! documentation are made from it.

mod burn;
mod case;
mod disabled;
mod rows;

pub use disabled::disabled;

use super::model::Pane;
use super::on_burn::BurnAct;
use super::on_lines::RowAct;

/// One thing a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    Help,
    Quit,
    NextPane,
    PreviousPane,
    ShowBurn,
    ShowTimeline,
    ShowRunbook,
    ShowPostmortem,
    Zoom,
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Declare,
    Note,
    SetSeverity,
    SetPhase,
    AssignRole,
    OfferRole,
    TakeOver,
    PostUpdate,
    MarkMitigated,
    HowFound,
    Resolve,
    Close,
    Triage,
    Temporary,
    PlanMaintenance,
    SwitchIncident,
    OpenRunbook,
    RunStep,
    StopRun,
    StepDone,
    StepSkip,
    StepFailed,
    NextWalk,
    Decide,
    ChangeValues,
    DraftPostmortem,
    EditPostmortem,
    ExportPostmortem,
    Escalate,
    Snooze,
    Outbox,
    AmendEntry,
    StrikeEntry,
    FilterEntries,
    Alerts,
    Search,
    Similar,
    SetFields,
    Messages,
    Reveal,
    AskQuery,
    ReadWhole,
    Rows(RowAct),
    Burn(BurnAct),
    Tasks,
    Reopen,
    Merge,
    Link,
}

/// Where an action's keys are heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    Everywhere,
    In(Pane),
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub action: Action,
    /// Kebab-case name for `keys.toml` and documentation.
    pub name: &'static str,
    /// One or two words for the footer.
    pub label: &'static str,
    pub help: &'static str,
    pub scope: Scope,
    pub keys: &'static [&'static str],
    /// Place in the footer, the smallest first; 0 keeps it out.
    pub footer: u8,
}

const fn row(action: Action, name: &'static str, label: &'static str, help: &'static str) -> Row {
    Row { action, name, label, help, scope: Scope::Everywhere, keys: &[], footer: 0 }
}

impl Row {
    const fn keys(mut self, keys: &'static [&'static str]) -> Self {
        self.keys = keys;
        self
    }

    const fn within(mut self, pane: Pane) -> Self {
        self.scope = Scope::In(pane);
        self
    }

    const fn footer(mut self, place: u8) -> Self {
        self.footer = place;
        self
    }
}

/// Every action, in the order help shows them.
pub const TABLE: &[Row] = &[
    row(Action::Declare, "declare", "declare", "declare an incident").keys(&["d"]).footer(2),
    row(Action::Note, "note", "note", "write a line into the timeline").keys(&["n"]).footer(1),
    row(Action::PostUpdate, "update", "update", "record a status update; restarts the comms clock")
        .keys(&["u"])
        .footer(2),
    row(Action::SetSeverity, "severity", "severity", "change the severity, with a reason").keys(&["s"]),
    row(Action::SetPhase, "phase", "phase", "move the incident to another phase").keys(&["h"]),
    row(Action::AssignRole, "role", "role", "assign an incident role").keys(&["o"]),
    row(
        Action::OfferRole,
        "offer",
        "offer",
        "ask somebody to take a role over; nothing moves before they do",
    )
    .keys(&["O"]),
    row(
        Action::TakeOver,
        "take-over",
        "take over",
        "read the brief and take the role that was offered to you",
    )
    .keys(&["A"]),
    row(
        Action::Escalate,
        "escalate",
        "escalate",
        "call a level of the escalation ladder, or record its answer",
    )
    .keys(&["E"]),
    row(Action::Snooze, "snooze", "snooze", "put one round of a clock off, once; end a look-again")
        .keys(&["Z"]),
    row(Action::Outbox, "outbox", "outbox", "what waits to leave: try again, or drop with a reason")
        .keys(&["X"]),
    row(Action::MarkMitigated, "mitigated", "mitigated", "mark the impact as mitigated, and how")
        .keys(&["m"]),
    row(Action::HowFound, "found", "found", "say how it was found: alert, user, dashboard or synthetic")
        .keys(&["F"]),
    row(
        Action::SetFields,
        "set",
        "set",
        "say anew what it is: its impact, its title, its services, whether it is private",
    )
    .keys(&["I"]),
    row(Action::Triage, "triage", "triage", "be led through triage, question by question").keys(&["T"]),
    row(
        Action::Temporary,
        "temporary",
        "temporary",
        "the ledger of temporary mitigations: what was put in place and has to go again",
    )
    .keys(&["L"]),
    row(Action::Resolve, "resolve", "resolve", "walk the closing checklist and resolve the incident")
        .keys(&["R"]),
    row(Action::Close, "close", "close", "walk the closing checklist and close a resolved incident")
        .keys(&["C"]),
    case::TASKS,
    case::REOPEN,
    case::MERGE,
    case::LINK,
    row(
        Action::PlanMaintenance,
        "maintenance",
        "window",
        "plan a maintenance or deploy window for the selected SLO's service, or end one",
    )
    .keys(&["W"])
    .within(Pane::Burn),
    row(Action::SwitchIncident, "switch", "switch", "show another incident").keys(&["i"]),
    burn::LOOK_INTO,
    burn::FILTER,
    burn::ORDER,
    burn::BY_SERVICE,
    burn::FOLD,
    burn::FOLD_ALL,
    burn::RANGE_SHORTER,
    burn::RANGE_LONGER,
    burn::COMPARE,
    burn::LOOK_BACK,
    burn::LOOK_FORWARD,
    row(
        Action::AmendEntry,
        "amend",
        "amend",
        "correct the chosen line; what it said stays, the correction is a line of its own",
    )
    .keys(&["e"])
    .within(Pane::Timeline)
    .footer(4),
    row(Action::StrikeEntry, "strike", "strike", "strike the chosen line, with a reason; it stays listed")
        .keys(&["x"])
        .within(Pane::Timeline)
        .footer(5),
    row(
        Action::FilterEntries,
        "filter-lines",
        "filter",
        "show only lines that hold the words, or kind:decision, by:ana, tag:db, thread:db; esc shows all",
    )
    .keys(&["/"])
    .within(Pane::Timeline)
    .footer(3),
    rows::FOLD,
    rows::FOLD_ALL,
    rows::FOLD_THREAD,
    rows::ONLY_THREAD,
    rows::RECKON,
    rows::MARK,
    rows::COPY,
    rows::COPY_MARKDOWN,
    rows::DECISION,
    rows::STAR,
    rows::UPDATE,
    rows::PHASE,
    rows::ALERT,
    rows::JUMP_BACK,
    rows::JUMP_FORWARD,
    row(Action::RunStep, "run-step", "run", "run the current step's command, after confirmation")
        .keys(&["r"])
        .within(Pane::Runbook)
        .footer(3),
    row(Action::StepDone, "step-done", "done", "mark the current step done and go on")
        .keys(&["x"])
        .within(Pane::Runbook)
        .footer(4),
    row(Action::StepSkip, "step-skip", "skip", "skip the current step")
        .keys(&["-"])
        .within(Pane::Runbook)
        .footer(5),
    row(Action::Decide, "decide", "answer", "answer the current step's question: yes, no, unknown")
        .keys(&["enter"])
        .within(Pane::Runbook)
        .footer(5),
    row(
        Action::ChangeValues,
        "change-values",
        "values",
        "change the values the current command is filled with",
    )
    .keys(&["e"])
    .within(Pane::Runbook),
    row(Action::StepFailed, "step-failed", "failed", "mark the current step failed and stay")
        .keys(&["!"])
        .within(Pane::Runbook)
        .footer(7),
    row(Action::NextWalk, "next-walk", "other walk", "go to the incident's next walk, a colleague's too")
        .keys(&["w"])
        .within(Pane::Runbook)
        .footer(8),
    row(Action::StopRun, "stop-run", "stop", "stop the running command")
        .keys(&["ctrl-k"])
        .within(Pane::Runbook)
        .footer(6),
    row(
        Action::Reveal,
        "reveal",
        "reveal",
        "look at what was masked in the output, while it is in memory; on record",
    )
    .keys(&["v"])
    .within(Pane::Runbook),
    row(
        Action::ReadWhole,
        "read-runbook",
        "read all",
        "read all of the runbook: also what stands above, between and behind its steps",
    )
    .keys(&["t"])
    .within(Pane::Runbook)
    .footer(6),
    row(Action::AskQuery, "ask-query", "ask", "ask the step's PromQL: its value now and its last hour")
        .keys(&["P"])
        .within(Pane::Runbook)
        .footer(7),
    row(Action::OpenRunbook, "open-runbook", "open runbook", "choose a runbook").keys(&["b"]).footer(13),
    row(Action::DraftPostmortem, "postmortem", "draft", "draft the postmortem from the log")
        .keys(&["p"])
        .footer(14),
    row(Action::EditPostmortem, "edit-postmortem", "edit", "write in the draft; esc leaves it")
        .keys(&["e", "enter"])
        .within(Pane::Postmortem)
        .footer(3),
    row(Action::ExportPostmortem, "export-postmortem", "export", "write the draft to a file")
        .keys(&["w"])
        .within(Pane::Postmortem)
        .footer(4),
    row(Action::NextPane, "next-pane", "next pane", "go to the next pane").keys(&["tab"]).footer(20),
    row(Action::PreviousPane, "previous-pane", "previous pane", "go to the previous pane").keys(&["backtab"]),
    row(Action::ShowBurn, "burn", "burn", "go to the burn pane").keys(&["1"]),
    row(Action::ShowTimeline, "timeline", "timeline", "go to the timeline").keys(&["2"]),
    row(Action::ShowRunbook, "runbook", "runbook", "go to the runbook").keys(&["3"]),
    row(Action::ShowPostmortem, "show-postmortem", "postmortem", "go to the postmortem").keys(&["4"]),
    row(Action::Zoom, "zoom", "zoom", "give one pane the whole screen, and back").keys(&["z"]).footer(21),
    row(Action::Up, "up", "up", "one line up").keys(&["k", "up"]),
    row(Action::Down, "down", "down", "one line down").keys(&["j", "down"]),
    row(Action::PageUp, "page-up", "page up", "one page up").keys(&["pageup", "ctrl-b"]),
    row(Action::PageDown, "page-down", "page down", "one page down").keys(&["pagedown", "ctrl-f"]),
    row(Action::Top, "top", "top", "to the first line").keys(&["g", "home"]),
    row(Action::Bottom, "bottom", "bottom", "to the last line").keys(&["G", "end"]),
    row(Action::Messages, "messages", "messages", "read the messages again").keys(&["M"]),
    row(
        Action::Alerts,
        "alerts",
        "alerts",
        "alerts from outside: acknowledge, silence, link, open the runbook, declare",
    )
    .keys(&["a"]),
    row(Action::Search, "search", "search", "search the words of this and all past incidents")
        .keys(&["ctrl-r"]),
    row(
        Action::Similar,
        "similar",
        "similar",
        "past incidents like this one, and why; shows one, and leads back",
    )
    .keys(&["V"]),
    row(Action::Help, "help", "help", "all keys; type to filter").keys(&["?", "f1"]).footer(22),
    row(Action::Quit, "quit", "quit", "leave; asks while an incident is open")
        .keys(&["q", "ctrl-c"])
        .footer(23),
];

/// The row of an action.
pub fn row_of(action: Action) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.action == action)
}

/// The rows the footer shows for a focused pane: its own first, then the global ones.
pub fn footer(pane: Pane) -> Vec<&'static Row> {
    let heard =
        |row: &&Row| row.footer > 0 && (row.scope == Scope::Everywhere || row.scope == Scope::In(pane));
    let mut rows: Vec<&Row> = TABLE.iter().filter(heard).collect();
    rows.sort_by_key(|row| row.footer);
    rows
}
