//! The command runner against real processes.

#[path = "exec/lab.rs"]
mod lab;
#[path = "exec/run.rs"]
mod run;
#[path = "exec/stop.rs"]
mod stop;
