//! The incident: what may happen (rules that admit or refuse), what happened (events), and what that
//! amounts to (the fold).
//!
//! Pure. The journal and both front ends ask the same [`Ledger::judge`].

pub mod clock;
pub mod event;
pub mod intent;
pub mod ledger;
pub mod phase;
pub mod role;
pub mod severity;
pub mod state;
pub mod timeline;

pub use event::{Event, EventKind, NewEvent, Origin};
pub use intent::{Ask, Intent, Refusal};
pub use ledger::Ledger;
pub use phase::{Phase, Status};
pub use role::Role;
pub use severity::Severity;
pub use state::Incident;
pub use timeline::Entry;
