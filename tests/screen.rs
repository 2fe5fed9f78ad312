//! The screen drawn into cells: text and style at fixed sizes, themes, and text that means harm. One
//! crate, so that the desk is built once.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

#[path = "support/declaring.rs"]
mod declaring;
#[path = "common/desk.rs"]
mod desk;
#[path = "common/fleet.rs"]
mod fleet;
#[path = "common/inputs.rs"]
mod inputs;

mod screen {
    mod alerts;
    mod burn;
    mod finding;
    mod frame;
    mod hostile;
    mod incidents;
    mod paging;
    mod picture;
    mod scene;
    mod scribe;
    mod search;
    mod signals;
    mod themes;
    mod timeline;
}
