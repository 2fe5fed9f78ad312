//! Where a step's words lead: `go to step 7`, `Step 12`, `[scale out](#scale-out)`, `use other-runbook`.
//!
//! Only an instruction is a jump: `see step 3` and `the list of step 6` are not. What is named and is not
//! there leads nowhere; it is never guessed.

mod near;

use super::step::{Runbook, Step};
pub use near::rivals;

/// Where a jump leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A step of the same runbook, by its number.
    Step(String),
    /// Another runbook, by its name. Whether there is one, the caller knows.
    Runbook(String),
}

/// What a text names as the place to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mention {
    /// `step 7`
    Step(String),
    /// `#scale-out`
    Anchor(String),
    /// `other.md`, `` `other` ``: a runbook's name.
    Runbook(String),
    /// `go to Escalation`: the words behind, which a section's title may begin.
    Words(String),
}

/// A mention and the byte of the text where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jump {
    pub to: Mention,
    pub at: usize,
}

/// Verbs that send somebody to the step named behind them.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    "go", "goto", "jump", "move", "continue", "proceed", "return", "back", "repeat", "resume", "start", "follow", "use",
    "do", "perform", "try", "run", "switch", "skip",
];
/// Words that turn an instruction into its opposite.
const NEVER: &[&str] = &["not", "don't", "never", "without"];
/// Words before a number that only refer to it.
const REFERS: &[&str] = &["see", "in", "from", "of", "after", "before", "since", "until", "than", "by"];

/// The places that a text sends its reader to, in the order it names them.
pub fn jumps(text: &str) -> Vec<Jump> {
    clauses(text).flat_map(|(at, clause)| in_clause(at, clause)).collect()
}

/// The place of the runbook that a mention in the step `from` means; `None` where there is none of that name.
pub fn resolve(runbook: &Runbook, from: &str, to: &Mention) -> Option<Target> {
    match to {
        Mention::Step(n) => {
            let step = near::nearest(runbook, from, n).or_else(|| runbook.step(n));
            step.map(|step| Target::Step(step.n.clone()))
        }
        Mention::Anchor(anchor) => anchored(runbook, anchor).map(Target::Step),
        Mention::Runbook(name) => Some(Target::Runbook(name.clone())),
        Mention::Words(words) => titled(runbook, words).map(Target::Step),
    }
}

/// The pieces of a text between its stops and commas, with the byte where each begins.
fn clauses(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut from = 0;
    let mut pieces = Vec::new();
    let mut bracket = 0_usize;
    for (at, c) in text.char_indices() {
        let next = text[at + c.len_utf8()..].chars().next();
        bracket = match c {
            '[' | '`' if bracket == 0 => 1,
            ']' | '`' => 0,
            _ => bracket,
        };
        let stops = match c {
            '.' | '!' | '?' | ':' => next.is_none_or(char::is_whitespace),
            ';' | ',' | '\u{2192}' | '\u{2014}' | '\u{2013}' => true,
            '(' => !text[..at].ends_with(']'),
            _ => false,
        };
        if stops && bracket == 0 {
            pieces.push((from, &text[from..at]));
            from = at + c.len_utf8();
        }
    }
    pieces.push((from, &text[from..]));
    pieces.into_iter()
}

fn in_clause(from: usize, clause: &str) -> Vec<Jump> {
    let mut found = Vec::new();
    for at in starts(clause) {
        let (before, rest) = clause.split_at(at);
        let Some(to) = mention(rest).filter(|_| sends(before)) else { continue };
        found.push(Jump { to, at: from + at });
    }
    if found.is_empty()
        && let Some((at, words)) = destination(clause)
    {
        found.push(Jump { to: Mention::Words(words.to_owned()), at: from + at });
    }
    found
}

/// Where words and marks of a clause begin.
fn starts(clause: &str) -> impl Iterator<Item = usize> {
    let mut before = ' ';
    clause.char_indices().filter_map(move |(at, c)| {
        let opens = matches!(before, ' ' | '\n' | '*' | '_' | '"' | '>') && !c.is_whitespace();
        before = c;
        (opens || matches!(c, '[' | '`')).then_some(at)
    })
}

/// What stands at the start of a text, if that is a place.
fn mention(rest: &str) -> Option<Mention> {
    if let Some(link) = rest.strip_prefix('[') {
        return linked(link);
    }
    if let Some(code) = rest.strip_prefix('`') {
        let name = &code[..code.find('`')?];
        return is_name(name).then(|| Mention::Runbook(stem(name).to_owned()));
    }
    if let Some(anchor) = rest.strip_prefix('#') {
        let end = anchor.find(|c: char| !c.is_alphanumeric() && !"-_".contains(c)).unwrap_or(anchor.len());
        return (end > 1).then(|| Mention::Anchor(anchor[..end].to_owned()));
    }
    let after =
        ["steps ", "step ", "Steps ", "Step ", "STEP "].iter().find_map(|word| rest.strip_prefix(word))?;
    number(after.trim_start_matches(['#', ' ', '*'])).map(Mention::Step)
}

/// `[step 7](#drain)`, `[the other one](other.md)`: what the link leads to, else the step it names.
fn linked(link: &str) -> Option<Mention> {
    let (label, rest) = link.split_once(']')?;
    let url = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(url, _)| url.trim());
    match url {
        Some(url) if url.starts_with('#') => Some(Mention::Anchor(url[1..].to_owned())),
        Some(url) if is_file(url) => Some(Mention::Runbook(stem(url).to_owned())),
        _ => mention(label),
    }
}

fn is_file(url: &str) -> bool {
    let path = url.split('#').next().unwrap_or_default();
    path.to_ascii_lowercase().ends_with(".md") && !path.contains("://")
}

/// The name of a runbook from its path, anchor and ending taken off.
fn stem(path: &str) -> &str {
    let path = path.split('#').next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or(path);
    name.strip_suffix(".md").unwrap_or(name)
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || "-_./".contains(c))
}

/// `7`, `3.1`, `3a`.
fn number(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(text.len());
    let n = text[..end].trim_end_matches('.');
    let counted = n.starts_with(|c: char| c.is_ascii_digit());
    let short = n.chars().filter(char::is_ascii_alphabetic).count() <= 1;
    (counted && short).then(|| n.to_owned())
}

/// Whether the words before a place send somebody there.
fn sends(before: &str) -> bool {
    let lower = before.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).collect();
    let last = words.iter().rev().find(|word| !["the", "with", "at", "to"].contains(*word));
    if last.is_some_and(|word| REFERS.contains(word)) || words.iter().any(|word| NEVER.contains(word)) {
        return false;
    }
    let verb = words.iter().rposition(|word| VERBS.contains(word));
    match verb.map(|at| (words[at], &words[at + 1..])) {
        // `skip step 3` passes over it; `skip to step 9` goes there.
        Some(("skip", after)) => after.contains(&"to"),
        Some((_, after)) => after.len() <= 4,
        None => words
            .iter()
            .all(|word| ["otherwise", "then", "else", "and", "if", "so", "no", "yes"].contains(word)),
    }
}

/// What `go to …` names in words of its own.
fn destination(clause: &str) -> Option<(usize, &str)> {
    const WAYS: &[&str] =
        &["go to ", "go back to ", "goto ", "jump to ", "skip to ", "continue with ", "proceed to "];
    let lower = clause.to_ascii_lowercase();
    let (at, way) = WAYS.iter().filter_map(|way| Some((lower.find(way)?, way))).min()?;
    let negated = lower[..at].split_whitespace().any(|word| NEVER.contains(&word));
    let words = clause[at + way.len()..].trim().trim_start_matches("the ").trim_matches(['*', '_', '"']);
    (!negated && !words.is_empty()).then_some((at, words))
}

/// The first step of the section, or the step, that an anchor of its heading names.
fn anchored(runbook: &Runbook, anchor: &str) -> Option<String> {
    let wanted = anchor.to_lowercase();
    let section = runbook.sections.iter().find(|section| slug(&section.title) == wanted);
    if let Some(first) = section.and_then(|section| section.steps.first()) {
        return Some(first.n.clone());
    }
    let named = |step: &Step| {
        let (n, title) = (&step.n, &step.title);
        [title.clone(), format!("{n}. {title}"), format!("Step {n}"), format!("Step {n}: {title}")]
            .iter()
            .any(|heading| slug(heading) == wanted)
    };
    runbook.steps().into_iter().map(|placed| placed.step).find(|step| named(step)).map(|step| step.n.clone())
}

/// The anchor that a heading gets: small letters, blanks as dashes, other signs left out.
fn slug(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The first step of the section whose title some words begin with.
fn titled(runbook: &Runbook, words: &str) -> Option<String> {
    let words = words.to_lowercase();
    let begins = |title: &str| {
        let title = title.to_lowercase();
        words.strip_prefix(&title).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            && !title.is_empty()
    };
    let section = runbook.sections.iter().find(|section| begins(&section.title))?;
    section.steps.first().map(|step| step.n.clone())
}
