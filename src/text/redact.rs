//! Secrets found in text and masked before they reach the disk.
//!
//! Known shapes (a table of our own for the names under which people keep secrets, and the rule set of
//! gitleaks), private keys, Kubernetes Secrets, and the values a person typed as secret, in the forms in which
//! they leak. A mask names its rule: `[redacted:aws-access-key]`. It errs towards masking.

mod gitleaks;
mod key;
mod manifest;
mod rules;
mod shapes;
mod typed;
mod window;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use shapes::Shapes;
use typed::Typed;
pub use window::Window;

/// What is masked. Building one takes some milliseconds: build it once and share it.
#[derive(Debug, Clone)]
pub struct Redactor {
    shapes: Arc<Shapes>,
    typed: Option<Typed>,
}

/// How often each rule masked something.
pub type Counts = BTreeMap<&'static str, u64>;

/// What was masked by its shape, which may have been no secret. Kept in memory only, and printed by
/// nobody: whoever wants to see it says so, and that is recorded.
#[derive(Clone, PartialEq, Eq)]
pub struct Masked {
    pub rule: &'static str,
    value: String,
}

impl Masked {
    /// Longest value that is kept to be looked at, in bytes.
    const LONGEST: usize = 512;

    fn new(rule: &'static str, value: &str) -> Self {
        let end = value.floor_char_boundary(Self::LONGEST.min(value.len()));
        Self { rule, value: value[..end].to_owned() }
    }

    /// What the mask stands for. Raw text.
    pub fn reveal(&self) -> &str {
        &self.value
    }
}

impl std::fmt::Debug for Masked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Masked({})", self.rule)
    }
}

/// A secret in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Hit {
    range: Range<usize>,
    rule: &'static str,
}

impl Default for Redactor {
    fn default() -> Self {
        Self::new()
    }
}

impl Redactor {
    /// The well-known shapes.
    pub fn new() -> Self {
        Self { shapes: Arc::new(Shapes::new()), typed: None }
    }

    /// The same, and these values too: as they are, in base64, URL-encoded, JSON- and shell-escaped.
    /// A value of several lines counts line by line; one shorter than four characters is masked only
    /// where it stands as a word of its own.
    #[must_use]
    pub fn with_secrets<'a>(mut self, secrets: impl IntoIterator<Item = &'a str>) -> Self {
        self.typed = Typed::new(secrets);
        self
    }

    /// A whole text, masked, and what was masked in it.
    pub fn redact(&self, text: &str) -> (String, Counts) {
        let mut window = Window::new(self);
        let mut masked = window.push(text);
        masked.push_str(&window.finish());
        (masked, window.into_counts())
    }

    /// Where the secrets are: in order, none overlapping another.
    fn hits(&self, text: &str) -> Vec<Hit> {
        let mut hits: Vec<Hit> = self.typed.iter().flat_map(|typed| typed.hits(text)).collect();
        hits.extend(self.shapes.hits(text));
        hits.sort_by_key(|hit| (hit.range.start, usize::MAX - hit.range.end));
        merge(hits)
    }
}

/// Two hits that overlap become one, under the name of the first.
fn merge(hits: Vec<Hit>) -> Vec<Hit> {
    let mut merged: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        match merged.last_mut() {
            Some(last) if hit.range.start < last.range.end => {
                last.range.end = last.range.end.max(hit.range.end);
            }
            _ => merged.push(hit),
        }
    }
    merged
}

fn mask(rule: &str) -> String {
    format!("[redacted:{rule}]")
}

/// Whether a text is a mask, or the part of one that a pattern may catch.
fn is_mask(text: &str) -> bool {
    text.trim_start_matches(['"', '\'']).starts_with("[redacted:")
}
