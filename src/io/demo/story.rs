//! What happens to the fleet, by scenario: plain data, played by the world at its own time.

use std::str::FromStr;

use crate::text::problem::nearest;

/// Seconds of demo time before anything happens: 5 s on the wall at the usual twelve times.
const LULL_S: i64 = 60;

/// A story by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scenario {
    /// A deploy of checkout fails two requests in three; rolling it back heals it.
    #[default]
    BadDeploy,
    /// A deploy of worker scans whole tables: the database and all that use it become slow.
    Latency,
    /// The identity provider behind auth goes down; a failover to the standby heals it.
    Outage,
    /// Nothing happens.
    Calm,
}

impl Scenario {
    pub const ALL: [Self; 4] = [Self::BadDeploy, Self::Latency, Self::Outage, Self::Calm];

    /// As `--scenario` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadDeploy => "bad-deploy",
            Self::Latency => "latency",
            Self::Outage => "outage",
            Self::Calm => "calm",
        }
    }

    /// The beats, the first one first.
    pub(super) fn beats(self) -> Vec<Beat> {
        let act = match self {
            Self::BadDeploy => Act::Deploy { service: "checkout", version: BAD_CHECKOUT },
            Self::Latency => Act::Deploy { service: "worker", version: HEAVY_WORKER },
            Self::Outage => Act::IdentityProviderDown,
            Self::Calm => return Vec::new(),
        };
        vec![Beat { after_s: LULL_S, act }]
    }
}

impl FromStr for Scenario {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let names = Self::ALL.map(Self::name);
        Self::ALL.into_iter().find(|scenario| scenario.name() == name).ok_or_else(|| {
            let meant =
                nearest(name, names).map(|name| format!("did you mean `{name}`? ")).unwrap_or_default();
            format!("scenario: `{name}`: no such scenario ({meant}known: {})", names.join(", "))
        })
    }
}

/// The release of checkout that the default story is about.
pub(super) const BAD_CHECKOUT: &str = "v2.14.0";
/// The release of worker that slows the database.
pub(super) const HEAVY_WORKER: &str = "v4.2.0";

/// Something that happens so many seconds after the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Beat {
    pub(super) after_s: i64,
    pub(super) act: Act,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    Deploy { service: &'static str, version: &'static str },
    IdentityProviderDown,
}
