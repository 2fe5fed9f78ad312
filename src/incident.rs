//! The incident: what may happen (rules that admit or refuse), what happened (events), and what that
//! amounts to (the fold).
//!
//! Pure. The journal and both front ends ask the same [`Ledger::judge`].

pub mod alert_book;
mod apply;
pub mod brief;
pub mod checklist;
pub mod clock;
pub mod event;
mod folding;
pub mod ident;
pub mod import;
pub mod inbox;
pub mod intake;
pub mod intent;
pub mod ledger;
pub mod maintenance;
pub mod measures;
pub mod outbox;
pub mod phase;
pub mod recheck;
pub mod role;
mod rules;
pub mod scribe;
pub mod search;
mod sentence;
pub mod severity;
pub mod similar;
pub mod state;
mod summary;
pub mod timeline;
pub mod triage;
mod warnings;
pub mod wording;

pub use alert_book::AlertBook;
pub use brief::Brief;
pub use checklist::{Check, Checks};
pub use clock::{Clock, ClockState, CommsClock, TaskTimer};
pub use event::{Event, EventKind, NewEvent, Origin};
pub use folding::Folding;
pub use inbox::Inbox;
pub use intent::{AlertAsk, Ask, Intent, Refusal};
pub use ledger::Ledger;
pub use measures::{Mark, Measure, Measures};
pub use phase::{Phase, Status};
pub use role::Role;
pub use sentence::describe;
pub use severity::Severity;
pub use state::Incident;
pub use timeline::{Entry, Weight};
