//! Where everything is on the screen: rectangles from a size and a focus. No drawing here.

use ratatui::layout::{Constraint, Layout, Position, Rect};

use super::model::{Desk, Pane};

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizeClass {
    /// Burn across the top, the other three side by side.
    Wide,
    /// Burn across the top, the timeline beside a column of two.
    Medium,
    /// Burn strip and one more pane, with tabs.
    Small,
    /// One pane with tabs.
    Tiny,
}

impl SizeClass {
    pub fn of(area: Rect) -> Self {
        match (area.width, area.height) {
            (160.., 36..) => Self::Wide,
            (118.., 30..) => Self::Medium,
            (72.., 20..) => Self::Small,
            _ => Self::Tiny,
        }
    }
}

/// What the burn pane would like of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// A list of so many rows.
    Rows(u16),
    /// A line or two: nothing is measured.
    Nothing,
    /// The page of one SLO: as much as the others can spare.
    Page,
}

impl Wish {
    /// Rows with the frame and the list's head.
    fn rows(self) -> u16 {
        match self {
            Self::Rows(rows) => rows.saturating_add(3),
            Self::Nothing => 4,
            Self::Page => u16::MAX,
        }
    }
}

/// The rectangles of one frame. What is not shown has no entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Screen {
    pub header: Rect,
    pub tabs: Option<Rect>,
    pub panes: Vec<(Pane, Rect)>,
    pub message: Rect,
    pub footer: Rect,
    /// Where the terminal's own caret belongs, when somebody types.
    pub caret: Option<Position>,
    /// Rows of a command that is asked about which lie below its window; `None` where none is asked about.
    pub unread: Option<usize>,
}

impl Screen {
    /// Divides `area`; `burn` is what the burn pane would like of it, and whether there is a `drafted` postmortem.
    pub fn divide(area: Rect, desk: &Desk, (burn, drafted): (Wish, bool)) -> Self {
        let class = SizeClass::of(area);
        let header_rows = if class == SizeClass::Tiny { 1 } else { 2 };
        let tab_rows = u16::from(matches!(class, SizeClass::Small | SizeClass::Tiny));
        let message_rows = u16::from(area.height >= 8);
        let [header, tabs, body, message, footer] = Layout::vertical([
            Constraint::Length(header_rows),
            Constraint::Length(tab_rows),
            Constraint::Min(0),
            Constraint::Length(message_rows),
            Constraint::Length(1),
        ])
        .areas(area);
        let panes = if desk.zoomed {
            vec![(desk.focus, body)]
        } else {
            panes((class, desk.focus), body, (burn, drafted))
        };
        Self {
            header,
            tabs: (tab_rows > 0).then_some(tabs),
            panes,
            message,
            footer,
            caret: None,
            unread: None,
        }
    }

    pub fn pane(&self, pane: Pane) -> Option<Rect> {
        self.panes.iter().find(|(shown, _)| *shown == pane).map(|(_, area)| *area)
    }
}

fn panes((class, focus): (SizeClass, Pane), body: Rect, (burn, drafted): (Wish, bool)) -> Vec<(Pane, Rect)> {
    let page = burn == Wish::Page;
    let wanted = burn.rows();
    match class {
        SizeClass::Tiny => vec![(focus, body)],
        SizeClass::Small if page && focus == Pane::Burn => vec![(focus, body)],
        SizeClass::Small => {
            let other = if focus == Pane::Burn { Pane::Timeline } else { focus };
            let most = if focus == Pane::Burn { body.height / 2 } else { body.height / 3 };
            let [burn, below] = split(body, wanted.min(most));
            vec![(Pane::Burn, burn), (other, below)]
        }
        SizeClass::Medium => {
            let most = if page { body.height * 3 / 5 } else { body.height / 3 };
            let [burn, below] = split(body, wanted.min(most).max(if burn == Wish::Nothing { 4 } else { 6 }));
            let [left, right] =
                Layout::horizontal([Constraint::Percentage(50), Constraint::Percentage(50)]).areas(below);
            let [runbook, postmortem] =
                Layout::vertical([Constraint::Percentage(60), Constraint::Percentage(40)]).areas(right);
            vec![
                (Pane::Burn, burn),
                (Pane::Timeline, left),
                (Pane::Runbook, runbook),
                (Pane::Postmortem, postmortem),
            ]
        }
        SizeClass::Wide => {
            let most = if page { body.height * 3 / 5 } else { body.height * 2 / 5 };
            // Below the list stands the selected one's curve.
            let curve = if burn == Wish::Nothing { 0 } else { 12 };
            let [burn, below] = split(body, wanted.saturating_add(curve).min(most));
            // A draft that is not begun needs no more than to say so; the lines get what it leaves.
            let sixths = if drafted { [2, 2, 2] } else { [3, 2, 1] };
            let widths = sixths.map(|sixths| Constraint::Ratio(sixths, 6));
            let [timeline, runbook, postmortem] = Layout::horizontal(widths).areas(below);
            vec![
                (Pane::Burn, burn),
                (Pane::Timeline, timeline),
                (Pane::Runbook, runbook),
                (Pane::Postmortem, postmortem),
            ]
        }
    }
}

fn split(body: Rect, top: u16) -> [Rect; 2] {
    Layout::vertical([Constraint::Length(top), Constraint::Min(0)]).areas(body)
}
