//! The demo: a small simulated fleet behind a real HTTP server, and what the console is told of it.
//!
//! The simulation is pure and lives in `world`; `fleet` serves it, `admin` talks to it the way a
//! runbook's command does. Nothing here is used outside `warroom demo`.

mod admin;
mod cast;
mod fleet;
mod past;
mod slos;
mod story;
mod world;

pub use admin::{Action, admin};
pub use fleet::Fleet;
pub use past::history;
pub use slos::config;
pub use story::Scenario;
pub use world::{Rollout, Status, World};
