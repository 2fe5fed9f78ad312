//! The command line as a user types it: help, output, errors, exit codes. Each test runs the program in
//! a home of its own, with nothing in the environment.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

#[path = "common/daemon.rs"]
mod daemon;
#[path = "common/inputs.rs"]
mod inputs;
#[path = "common/real_alertmanager.rs"]
mod real_alertmanager;

mod cli {
    pub mod home;

    mod alert;
    mod automation;
    mod clocks;
    mod configuration;
    mod harmless;
    mod help;
    mod importing;
    mod incident;
    mod journal;
    mod json;
    mod machine;
    mod maintenance;
    mod mistakes;
    mod runbooks;
    mod searching;
    mod slo;
    mod streams;
    mod team;
}
