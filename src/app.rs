//! The console without a terminal: a model, messages in, effects out. Pure: it is told the time.

pub mod action;
pub mod alerts;
pub mod burn;
pub mod editor;
pub mod effect;
pub mod form;
pub mod keymap;
pub mod model;
pub mod msg;
pub mod notice;
pub mod on_alerts;
pub mod on_burn;
pub mod on_config;
pub mod on_entries;
pub mod on_history;
pub mod on_input;
pub mod on_maintenance;
pub mod on_popup;
pub mod on_postmortem;
pub mod on_roles;
pub mod on_runbook;
pub mod on_scribe;
pub mod on_search;
pub mod on_similar;
pub mod on_telemetry;
pub mod on_timeline;
pub mod on_triage;
pub mod screen;
pub mod update;

pub use action::Action;
pub use effect::Effect;
pub use keymap::Keymap;
pub use model::{Model, Pane, Setting};
pub use msg::Msg;
pub use screen::Screen;
pub use update::update;
