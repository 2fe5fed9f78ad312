//! Runbooks: a team's Markdown read into steps, its placeholders filled, the walk recorded.
//!
//! Pure. Nothing here runs a command or opens a file; texts stay raw until they are shown.

pub mod age;
pub mod bound;
pub mod branch;
pub mod carried;
pub mod dry;
pub mod find;
pub mod judge;
pub mod jump;
pub mod library;
pub mod lint;
pub mod outcome;
pub mod page;
pub mod parse;
pub mod placeholder;
pub mod query;
pub mod risk;
pub mod shell;
pub mod shipped;
pub mod stage;
pub mod staged;
pub mod step;
pub mod target;
pub mod terms;
pub mod toil;
pub mod walk;

pub use carried::{Carried, Variable};
pub use find::Shelf;
pub use library::Library;
pub use lint::lint;
pub use parse::parse;
pub use placeholder::{Values, fill};
pub use shipped::shipped;
pub use step::{Command, Risk, Runbook, Section, SectionRole, Step};
pub use walk::{Walk, WalkStep};
