//! The command runner against real processes.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

#[path = "exec/carry.rs"]
mod carry;
#[path = "common/inputs.rs"]
mod inputs;
#[path = "exec/lab.rs"]
mod lab;
#[path = "exec/run.rs"]
mod run;
#[path = "exec/stop.rs"]
mod stop;
