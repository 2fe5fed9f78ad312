//! The inbox of alerts: what sources tell, each alert once, in groups, and what of it is written down.

#![expect(clippy::expect_used, reason = "a test whose setting fails has failed")]

#[path = "support/refusal.rs"]
mod refusal;
#[path = "support/room.rs"]
mod room;

mod incident_inbox {
    mod anew;
    mod judging;
    mod laws;
    mod parsing;
    mod recording;
    mod ruling;
    mod scene;
    mod silencing;
}
