//! The console that only reads: what it does not do, and why. It shows the journal others write.

use super::action::Action;
use super::effect::Effect;

/// Why a key does nothing in a console that only reads.
pub const WHY: &str = "read only: start `warroom` to write";

/// Whether an action would write: to the journal, to a file, to another system. What is not known to
/// read alone counts as writing.
pub fn writes(action: Action) -> bool {
    !moves(action)
        && !matches!(
            action,
            Action::Help
                | Action::Messages
                | Action::Alerts
                | Action::Quit
                | Action::SwitchIncident
                | Action::OpenRunbook
                | Action::AskQuery
                | Action::ReadWhole
                | Action::DraftPostmortem
                | Action::Similar
        )
}

/// Whether an action only changes what is in sight.
fn moves(action: Action) -> bool {
    matches!(
        action,
        Action::NextPane
            | Action::PreviousPane
            | Action::ShowBurn
            | Action::ShowTimeline
            | Action::ShowRunbook
            | Action::ShowPostmortem
            | Action::Zoom
            | Action::Up
            | Action::Down
            | Action::PageUp
            | Action::PageDown
            | Action::Top
            | Action::Bottom
            | Action::FilterEntries
            | Action::Rows(_)
            | Action::Burn(_)
    )
}

/// Whether an effect leaves nothing behind: a console that only reads asks the outside for nothing else.
pub fn leaves_no_trace(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::LoadPostmortem { .. }
            | Effect::Recall(_)
            | Effect::Evaluate(_)
            | Effect::FindLeft(_)
            | Effect::Bell
            | Effect::Copy(_)
            | Effect::Quit
    )
}
