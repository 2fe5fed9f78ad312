//! Runbooks: a team's Markdown read into steps, its placeholders filled, the walk recorded.

pub mod parse;
pub mod placeholder;
pub mod step;
pub mod walk;

pub use step::{Command, Risk, Runbook, Section, SectionRole, Step};
