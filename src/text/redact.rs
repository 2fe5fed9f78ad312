//! Secrets found in text and masked before they reach the disk.
//!
//! Known shapes (a table of our own) and the values a person typed as secret, in the forms in which
//! they leak. A mask names its rule: `[redacted:aws-access-key]`. It errs towards masking.

mod key;
mod rules;
mod typed;
mod window;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use regex::{Regex, RegexBuilder};

use rules::{Rule, TABLE};
use typed::Typed;
pub use window::Window;

/// The rules, compiled. Building one takes some milliseconds: build it once and share it.
#[derive(Debug, Clone)]
pub struct Redactor {
    /// Finds the keywords without which no rule can match.
    keywords: Option<Regex>,
    rules: Vec<(&'static Rule, Regex)>,
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
        let rules = TABLE.iter().filter_map(|rule| Some((rule, compile(rule.pattern)?))).collect();
        let mut words: Vec<String> =
            TABLE.iter().flat_map(|rule| rule.keywords).map(|word| regex::escape(word)).collect();
        // The longest first, so that what is found at a place holds every shorter keyword there.
        words.sort_by_key(|word| usize::MAX - word.len());
        Self { keywords: compile(&format!("(?i){}", words.join("|"))), rules, typed: None }
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
        for (rule, regex) in self.awake(text) {
            hits.extend(regex.captures_iter(text).filter_map(|found| {
                let secret = found.iter().skip(1).flatten().next().or_else(|| found.get(0))?;
                (rule.accepts)(secret.as_str()).then(|| Hit { range: secret.range(), rule: rule.name })
            }));
        }
        hits.sort_by_key(|hit| (hit.range.start, usize::MAX - hit.range.end));
        merge(hits)
    }

    /// The rules whose keyword is in the text.
    fn awake(&self, text: &str) -> impl Iterator<Item = &(&'static Rule, Regex)> {
        let mut found = BTreeSet::new();
        let mut at = 0;
        while let Some(word) = self.keywords.as_ref().and_then(|keywords| keywords.find_at(text, at)) {
            found.insert(word.as_str().to_ascii_lowercase());
            // Keywords may overlap: the next one may start inside this one.
            at = word.start() + 1;
        }
        let wakes = move |known: &&str| found.iter().any(|word| word.contains(&known.to_ascii_lowercase()));
        self.rules.iter().filter(move |(rule, _)| rule.keywords.iter().any(&wakes))
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

/// The patterns are ours and tested; one that does not compile would be left out, not panic.
fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).unicode(false).build().ok()
}

fn mask(rule: &str) -> String {
    format!("[redacted:{rule}]")
}

/// Whether a text is a mask, or the part of one that a pattern may catch.
fn is_mask(text: &str) -> bool {
    text.trim_start_matches(['"', '\'']).starts_with("[redacted:")
}
