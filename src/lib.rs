//! warroom: the incident console for an on-call engineer's terminal.
//!
//! The rooms of the house, left to right; a room may use rooms to its left, never to its right
//! (`tests/architecture.rs` keeps it so). ARCHITECTURE.md draws the flow between them.
//!
//! - [`text`]: what people read and write made safe: times, secrets, errors, untrusted text.
//! - [`slo`]: objectives, series, burn rates, error budgets and alert states.
//! - [`incident`]: the events of an incident, the rules that admit them, the state they fold to.
//! - [`runbook`]: Markdown to steps, placeholders, and the walk through them.
//! - [`postmortem`]: the draft as a function of the events.
//! - [`config`]: `warroom.toml`, merged, with the origin of every value.
//! - [`app`]: the console without a terminal: model, messages, actions, update.
//! - [`tui`]: the model drawn.
//! - [`io`]: the only impure room: journal, sources, commands, files, terminal, clock.
//! - [`cli`]: the commands of the contract.

pub mod text;

pub mod slo;

pub mod incident;

pub mod postmortem;
pub mod runbook;

pub mod config;

pub mod app;

pub mod tui;

pub mod io;

pub mod cli;
