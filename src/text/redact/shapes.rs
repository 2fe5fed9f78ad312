//! All shapes of secrets, found in one pass: keywords say which shapes a line may hold, and only those are
//! tried on it. A shape's pattern is compiled when it is first wanted.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::bytes::Regex;

use super::gitleaks::{self, Catch, Listed};
use super::rules::{Rule, TABLE};
use super::{Hit, is_mask};

/// The table of ours and the listed rules.
#[derive(Debug)]
pub(super) struct Shapes {
    /// `None` where it could not be built: then every shape is tried on every line.
    keywords: Option<AhoCorasick>,
    /// For each keyword, the place of the shape it wakes.
    wakes: Vec<usize>,
    list: Vec<Shape>,
}

#[derive(Debug)]
struct Shape {
    source: Source,
    /// A pattern that does not compile never matches; tests hold that all do.
    regex: OnceLock<Option<Regex>>,
}

#[derive(Debug, Clone, Copy)]
enum Source {
    Ours(&'static Rule),
    Listed(&'static Listed),
}

impl Source {
    fn name(self) -> &'static str {
        match self {
            Self::Ours(rule) => rule.name,
            Self::Listed(rule) => &rule.name,
        }
    }

    fn pattern(self) -> &'static str {
        match self {
            Self::Ours(rule) => rule.pattern,
            Self::Listed(rule) => &rule.pattern,
        }
    }

    fn keywords(self) -> Vec<&'static str> {
        match self {
            Self::Ours(rule) => rule.keywords.to_vec(),
            Self::Listed(rule) => rule.keywords.iter().map(String::as_str).collect(),
        }
    }

    fn accepts(self, catch: Catch<'_>) -> bool {
        match self {
            Self::Ours(rule) => (rule.accepts)(catch.secret),
            Self::Listed(rule) => !is_mask(catch.secret) && rule.accepts(catch),
        }
    }
}

impl Shapes {
    pub fn new() -> Self {
        let ours = TABLE.iter().map(Source::Ours);
        let sources: Vec<Source> = ours.chain(gitleaks::RULES.iter().map(Source::Listed)).collect();
        let words = sources.iter().enumerate();
        let words: Vec<(usize, &str)> = words
            .flat_map(|(at, source)| source.keywords().into_iter().map(move |word| (at, word)))
            .collect();
        let keywords = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(words.iter().map(|(_, word)| word));
        let shape = |source| Shape { source, regex: OnceLock::new() };
        Self {
            keywords: keywords.ok(),
            wakes: words.iter().map(|(at, _)| *at).collect(),
            list: sources.into_iter().map(shape).collect(),
        }
    }

    /// Where secrets are, line by line; in one line ours come first.
    pub fn hits(&self, text: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut awake = Awake { line: 0..0, shapes: Vec::new() };
        let Some(keywords) = &self.keywords else {
            awake = Awake { line: 0..text.len(), shapes: (0..self.list.len()).collect() };
            self.try_on(text, &mut awake, &mut hits);
            return hits;
        };
        for found in keywords.find_overlapping_iter(text) {
            if found.start() >= awake.line.end {
                self.try_on(text, &mut awake, &mut hits);
                awake.line = line_around(text, found.start());
            }
            let shape = self.wakes[found.pattern().as_usize()];
            if !awake.shapes.contains(&shape) {
                awake.shapes.push(shape);
            }
        }
        self.try_on(text, &mut awake, &mut hits);
        hits
    }

    /// Tries what is awake on its line, and puts it to sleep again.
    fn try_on(&self, text: &str, awake: &mut Awake, hits: &mut Vec<Hit>) {
        awake.shapes.sort_unstable();
        for at in awake.shapes.drain(..) {
            self.list[at].hits(text, &awake.line, hits);
        }
    }
}

/// The shapes that a keyword has woken on a line.
struct Awake {
    line: Range<usize>,
    shapes: Vec<usize>,
}

fn line_around(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    start..end
}

impl Shape {
    fn hits(&self, text: &str, within: &Range<usize>, hits: &mut Vec<Hit>) {
        let Some(regex) = self.regex.get_or_init(|| gitleaks::compile(self.source.pattern())) else { return };
        let line = &text[within.clone()];
        // A match knows nothing of characters: a pattern of bytes may end inside one.
        let whole =
            |range: Range<usize>| line.floor_char_boundary(range.start)..line.ceil_char_boundary(range.end);
        for found in regex.captures_iter(line.as_bytes()) {
            let Some(matched) = found.get(0) else { continue };
            let group = found.iter().skip(1).flatten().find(|group| !group.is_empty());
            let secret = whole(group.unwrap_or(matched).range());
            let catch = Catch { secret: &line[secret.clone()], matched: &line[whole(matched.range())], line };
            if !secret.is_empty() && self.source.accepts(catch) {
                let range = within.start + secret.start..within.start + secret.end;
                hits.push(Hit { range, rule: self.source.name() });
            }
        }
    }
}
