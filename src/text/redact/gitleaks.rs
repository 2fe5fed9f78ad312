//! The rule set of gitleaks, which is data: read once from the file that ships in `rules/`.
//!
//! Its patterns are meant for bytes, as Go reads them. A pattern looks at the lines that hold one of its
//! keywords; what it catches counts where it is random enough (`entropy`, Shannon's, in bits a byte) and no
//! allow-list knows it. Conditions on file names are of no use here: output has no file.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use serde::Deserialize;

static FILE: &str = include_str!("../../../rules/gitleaks.toml");

/// The rules that apply, in the order of the file.
pub(super) static RULES: LazyLock<Vec<Listed>> = LazyLock::new(|| read(FILE));

/// Left out: the first fires on hashes and ids of every kind; the second masks the user too, which ours
/// leaves to be read; the others cross lines, and what is masked across lines has a room of its own
/// (`key`, `manifest`).
const LEFT_OUT: [&str; 4] = ["generic-api-key", "curl-auth-user", "private-key", "kubernetes-secret-yaml"];

/// A rule of the file.
#[derive(Debug)]
pub(super) struct Listed {
    pub name: String,
    pub keywords: Vec<String>,
    pub pattern: String,
    entropy: f64,
    allowed: Vec<Allowed>,
}

/// What is no secret although it has the shape of one.
#[derive(Debug)]
struct Allowed {
    target: Target,
    patterns: RegexSet,
    words: Vec<String>,
}

/// What the patterns of an allow-list look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Target {
    #[default]
    Secret,
    Match,
    Line,
}

/// What a pattern caught, and where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Catch<'t> {
    pub secret: &'t str,
    pub matched: &'t str,
    pub line: &'t str,
}

impl Listed {
    /// Whether it counts as a secret.
    pub fn accepts(&self, catch: Catch<'_>) -> bool {
        static EVERYWHERE: LazyLock<Vec<Allowed>> = LazyLock::new(|| allowed_everywhere(FILE));
        (self.entropy <= 0.0 || entropy(catch.secret) > self.entropy)
            && !self.allowed.iter().chain(EVERYWHERE.iter()).any(|list| list.knows(catch))
    }
}

impl Allowed {
    fn knows(&self, catch: Catch<'_>) -> bool {
        let text = match self.target {
            Target::Secret => catch.secret,
            Target::Match => catch.matched,
            Target::Line => catch.line,
        };
        let has_word = || {
            let secret = catch.secret.to_ascii_lowercase();
            self.words.iter().any(|word| secret.contains(word))
        };
        self.patterns.is_match(text.as_bytes()) || has_word()
    }
}

/// Shannon's entropy of a text in bits a byte: H = -Σ p·log₂ p over the bytes that occur in it.
fn entropy(text: &str) -> f64 {
    let mut counts: HashMap<u8, f64> = HashMap::new();
    for byte in text.bytes() {
        *counts.entry(byte).or_default() += 1.0;
    }
    let all = text.len() as f64;
    counts.values().map(|count| -(count / all) * (count / all).log2()).sum()
}

/// A pattern as the file means it: of bytes, ASCII classes.
pub(super) fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(&with_literal_braces(pattern)).unicode(false).build().ok()
}

/// Go reads a brace that begins no repetition as itself; here it has to be escaped.
fn with_literal_braces(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut is_escaped = false;
    for (at, letter) in pattern.char_indices() {
        if letter == '{' && !is_escaped && !is_repetition(&pattern[at..]) {
            out.push('\\');
        }
        out.push(letter);
        is_escaped = letter == '\\' && !is_escaped;
    }
    out
}

/// `{2}`, `{2,}` or `{2,5}` at the beginning.
fn is_repetition(text: &str) -> bool {
    let inside = text[1..].split_once('}').map_or("", |(inside, _)| inside);
    let (least, most) = inside.split_once(',').unwrap_or((inside, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && is_number(least) && is_number(most)
}

/// The file, as far as it is wanted.
#[derive(Deserialize, Default)]
struct Sheet {
    #[serde(default)]
    allowlist: RawAllowed,
    #[serde(default)]
    rules: Vec<RawRule>,
}

#[derive(Deserialize)]
struct RawRule {
    id: String,
    regex: Option<String>,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    entropy: f64,
    #[serde(default)]
    allowlists: Vec<RawAllowed>,
}

#[derive(Deserialize, Default)]
struct RawAllowed {
    #[serde(default)]
    condition: String,
    #[serde(default, rename = "regexTarget")]
    target: Target,
    #[serde(default)]
    regexes: Vec<String>,
    #[serde(default)]
    stopwords: Vec<String>,
    #[serde(default)]
    paths: Vec<String>,
}

fn read(file: &str) -> Vec<Listed> {
    let rules = sheet(file).rules.into_iter().filter(|rule| !LEFT_OUT.contains(&rule.id.as_str()));
    let listed = rules.filter_map(|rule| {
        Some(Listed {
            pattern: rule.regex?,
            name: rule.id,
            keywords: rule.keywords,
            entropy: rule.entropy,
            allowed: rule.allowlists.into_iter().filter_map(allowed).collect(),
        })
    });
    listed.collect()
}

fn allowed_everywhere(file: &str) -> Vec<Allowed> {
    allowed(sheet(file).allowlist).into_iter().collect()
}

/// The file is ours to ship and read by a test; one that cannot be read would cost its rules, not the console.
fn sheet(file: &str) -> Sheet {
    toml::from_str(file).unwrap_or_default()
}

/// `None` for a list that never holds: it needs a file's name as well.
fn allowed(raw: RawAllowed) -> Option<Allowed> {
    if raw.condition == "AND" && !raw.paths.is_empty() {
        return None;
    }
    let patterns = raw.regexes.iter().map(|pattern| with_literal_braces(pattern));
    let patterns = RegexSetBuilder::new(patterns).unicode(false).build().ok()?;
    Some(Allowed { target: raw.target, patterns, words: raw.stopwords })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_the_file_compiles_and_has_a_keyword() {
        let all: toml::Table = toml::from_str(FILE).expect("the file");
        let with_pattern =
            all["rules"].as_array().expect("rules").iter().filter(|rule| rule.get("regex").is_some());
        assert_eq!(RULES.len(), with_pattern.count() - LEFT_OUT.len());
        for rule in RULES.iter() {
            assert!(compile(&rule.pattern).is_some(), "{}", rule.name);
            assert!(!rule.keywords.is_empty(), "{} would never be tried", rule.name);
        }
        let sheet = sheet(FILE);
        let wanted = sheet.rules.iter().filter(|rule| !LEFT_OUT.contains(&rule.id.as_str()));
        assert_eq!(
            RULES.iter().map(|rule| rule.allowed.len()).sum::<usize>(),
            wanted.map(|rule| rule.allowlists.len()).sum::<usize>(),
            "an allow-list that does not compile"
        );
        assert_eq!(allowed_everywhere(FILE)[0].patterns.len(), sheet.allowlist.regexes.len());
    }

    #[test]
    fn a_brace_that_repeats_nothing_is_itself() {
        for (written, read) in [
            ("a{2}b{3,}c{4,5}", "a{2}b{3,}c{4,5}"),
            (r"^\$(?:\d+|{\d+})$", r"^\$(?:\d+|\{\d+})$"),
            (r"\{\{x}}{{", r"\{\{x}}\{\{"),
            (r"\\{,2}", r"\\\{,2}"),
        ] {
            assert_eq!(with_literal_braces(written), read);
        }
    }

    #[test]
    fn entropy_is_shannons() {
        for (text, bits) in [("", 0.0), ("aaaa", 0.0), ("abab", 1.0), ("abcd", 2.0), ("01234567", 3.0)] {
            assert!((entropy(text) - bits).abs() < 1e-12, "{text}");
        }
    }
}
