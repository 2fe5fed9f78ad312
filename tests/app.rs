//! The console driven without a terminal: keys and messages in, the model and effects out. One crate, so
//! that the desk is built once.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

#[path = "support/declaring.rs"]
mod declaring;
#[path = "common/desk.rs"]
mod desk;
#[path = "common/fleet.rs"]
mod fleet;

mod app {
    mod alerts;
    mod asking;
    mod assisting;
    mod burn_list;
    mod burn_page;
    mod clocks;
    mod confirming;
    mod declaring;
    mod drafting;
    mod finding;
    mod forms;
    mod guiding;
    mod incidents;
    mod keyboard;
    mod keymap;
    mod keys_page;
    mod laws;
    mod letters;
    mod maintenance;
    mod noticing;
    mod reading;
    mod reconfiguring;
    mod rows;
    mod running;
    mod saving;
    mod searching;
    mod tasks;
    mod trusting;
    mod walking;
    mod writing;
}
