//! `warroom.toml`: parsed, checked, merged over the defaults. Takes text, never opens a file.

use std::time::Duration;

use chrono_tz::Tz;

use crate::slo::Slo;

/// What the program was told to do, complete with defaults.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Zone of display; UTC is stored.
    pub zone: Tz,
    /// In the order of the file; the first one is the default of every SLO.
    pub sources: Vec<Source>,
    pub slos: Vec<Slo>,
}

/// Where measurements come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    pub name: String,
    pub kind: SourceKind,
    /// Time between two polls.
    pub every: Duration,
    /// How long one request may take.
    pub timeout: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceKind {
    /// A Prometheus server's base URL.
    Prometheus { url: String },
    /// Endpoints in text exposition format, scraped directly.
    Scrape { urls: Vec<String> },
}

impl Default for Config {
    fn default() -> Self {
        Self { zone: Tz::UTC, sources: Vec::new(), slos: Vec::new() }
    }
}
