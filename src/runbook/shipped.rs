//! The runbooks that come with the program. A user's file of the same name takes their place.

macro_rules! embed {
    ($($name:literal)+) => {
        &[$(($name, include_str!(concat!("../../runbooks/", $name, ".md")))),+]
    };
}

/// Name and Markdown of each, in alphabetical order.
const SHIPPED: &[(&str, &str)] = embed! {
    "bad-deploy-rollback"
    "certificate-expiry"
    "cpu-memory-saturation"
    "database-connections"
    "dependency-outage"
    "disk-full"
    "dns-failure"
    "dr-exercise"
    "game-day"
    "high-error-rate"
    "high-latency"
    "memory-leak"
    "queue-backlog"
    "rate-limiting"
    "region-failover"
    "restore-from-backup"
    "security-containment"
    "shift-handoff"
    "slow-queries"
    "telemetry-lost"
};

/// The shipped runbooks: name and text.
pub fn shipped() -> &'static [(&'static str, &'static str)] {
    SHIPPED
}
