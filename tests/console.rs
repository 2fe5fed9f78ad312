//! The console as a person meets it: the real program on a pseudo terminal. One crate, so that the
//! helpers are built once.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

#[path = "common/daemon.rs"]
mod daemon;
#[path = "common/real_prometheus.rs"]
mod real_prometheus;

mod console {
    pub mod home;
    pub mod server;
    pub mod terminal;

    mod crashing;
    mod demo;
    mod files;
    mod hostile_text;
    mod leaving;
    mod lending;
    mod locked_journal;
    mod panics;
    mod prometheus;
    mod redraw;
    mod reload;
    mod resizing;
    mod revisions;
    mod several;
    mod sources;
    mod team;
    mod viewing;
    mod walking_here;
}
