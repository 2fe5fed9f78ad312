//! Metric sources against servers that are good, bad, real and simulated. One crate, so that the helpers
//! are built once.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

#[path = "common/daemon.rs"]
mod daemon;
#[path = "common/hostile.rs"]
mod hostile;
#[path = "common/ledger.rs"]
mod ledger;
#[path = "common/native.rs"]
mod native;
#[path = "common/real_alertmanager.rs"]
#[expect(dead_code, reason = "none of these is posted to by it")]
mod real_alertmanager;
#[path = "common/real_prometheus.rs"]
mod real_prometheus;
#[path = "common/rig.rs"]
mod rig;
#[path = "support/room.rs"]
#[expect(dead_code, reason = "time does not pass here")]
mod room;
#[path = "common/stub.rs"]
mod stub;

mod sources {
    mod access;
    mod alertmanager;
    mod api;
    mod batches;
    mod demo;
    mod dying;
    mod indicators;
    mod kinds;
    mod listening;
    mod native;
    mod outage;
    mod outbox;
    mod posting;
    mod probe;
    mod prometheus;
    mod reload;
    mod scrape;
    mod secrets;
    mod selector;
    mod signals;
    mod windows;
}
