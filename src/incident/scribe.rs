//! The scribe's grammar: a line as somebody types it while others talk, and what it becomes.
//!
//! ```text
//! ! roll back                 a decision            * the first error     starred
//! > scaling to 12 pods        an action             @14:02 errors begin   when it happened
//! ? who deployed              a question            #db                   a tag, anywhere
//! ~db pool is exhausted       a line of thread db   ~db end               ends the thread
//! TODO bob in 10m check dns   a task with an owner and a timer; also `TODO bob: check dns in 10m`
//! \> is a shell prompt        as it stands, without the backslash
//! ```
//!
//! One grammar for the console, `warroom note TEXT` and `warroom note -`. It reads; the rules judge.

use std::time::Duration;

use chrono_tz::Tz;

use super::event::NoteKind;
use super::intent::Intent;
use super::timeline::LATE;
use crate::text::Time;
use crate::text::when::{Stamp, after, parse_span, parse_time, since};

pub mod complete;
mod pasted;
mod thread;

pub use pasted::Pasted;
pub use thread::{ends_thread, in_thread, shown, thread};

/// What a line asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// When it happened, where the line says so.
    pub happened_at: Option<Time>,
    pub intent: Intent,
}

impl Said {
    /// The same as a line of a thread, where there is one: its words begin with it.
    #[must_use]
    pub fn in_thread(mut self, thread: Option<&str>) -> Self {
        if let (Some(name), Intent::Note { text, .. } | Intent::AddTask { text, .. }) =
            (thread, &mut self.intent)
        {
            text.insert_str(0, &format!("~{} ", name.trim_start_matches('~')));
        }
        self
    }

    fn words(&self) -> &str {
        match &self.intent {
            Intent::Note { text, .. } | Intent::AddTask { text, .. } => text,
            _ => "",
        }
    }
}

/// What is known beside the line: a flag wins over the sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hearing {
    pub now: Time,
    /// The zone that times are typed in.
    pub zone: Tz,
    /// The kind it has in any case; then it is no task either.
    pub kind: Option<NoteKind>,
    pub star: bool,
}

impl Hearing {
    pub fn new(now: Time, zone: Tz) -> Self {
        Self { now, zone, kind: None, star: false }
    }

    /// Reads a line.
    ///
    /// # Errors
    /// A time that is none, a task without a name or without words: in one sentence, with what to write.
    pub fn read(&self, line: &str) -> Result<Said, String> {
        let line = line.trim();
        if let Some(literal) = line.strip_prefix('\\') {
            return Ok(self.as_it_stands(literal));
        }
        let signs = Signs::read(line, self)?;
        let happened_at = signs.at;
        if let (Some(name), "") = (signs.thread, signs.rest) {
            return Err(format!(
                "~{name}: what was seen there? (write ~{name} pool is exhausted, or ~{name} end)"
            ));
        }
        if let (Some(task), None, None) = (todo(signs.rest), self.kind, signs.kind) {
            if self.star || signs.star {
                return Err("TODO: a task cannot be starred (leave the star out)".to_owned());
            }
            return Ok(Said { happened_at, intent: task? }.in_thread(signs.thread));
        }
        let kind = self.kind.or(signs.kind).unwrap_or(NoteKind::Observation);
        let (text, star) = (signs.rest.to_owned(), self.star || signs.star);
        Ok(Said { happened_at, intent: Intent::Note { text, kind, star } }.in_thread(signs.thread))
    }

    /// A line without signs, whatever it begins with.
    pub fn as_it_stands(&self, text: &str) -> Said {
        let kind = self.kind.unwrap_or(NoteKind::Observation);
        let intent = Intent::Note { text: thread::literal(text), kind, star: self.star };
        Said { happened_at: None, intent }
    }

    /// What the line would become, in a few words: `decision`, `task for bob, due 14:12 UTC`,
    /// `note at 14:02 UTC (late)`.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn label(&self, line: &str) -> Result<String, String> {
        self.read(line).map(|said| self.label_of(&said))
    }

    fn label_of(&self, said: &Said) -> String {
        let what = match &said.intent {
            Intent::AddTask { owner, due, .. } => {
                let due = due.map(|due| format!(", due {}", self.clock(after(self.now, due))));
                format!("task for {owner}{}", due.unwrap_or_default())
            }
            Intent::Note { kind, star, .. } => {
                let kind = if *kind == NoteKind::Observation { "note".to_owned() } else { kind.to_string() };
                if *star { format!("starred {kind}") } else { kind }
            }
            _ => String::new(),
        };
        let at = said.happened_at.map(|at| {
            let late = if since(at, self.now) > LATE { " (late)" } else { "" };
            format!(" at {}{late}", self.clock(at))
        });
        let branch = thread(said.words()).map(|(name, _)| {
            if ends_thread(said.words()) { format!(", ends ~{name}") } else { format!(" in ~{name}") }
        });
        format!("{what}{}{}", branch.unwrap_or_default(), at.unwrap_or_default())
    }

    /// As the timeline shows it, in the zone that times are typed in, with the day where that is not today's.
    fn clock(&self, at: Time) -> String {
        let (at, now) = (at.with_timezone(&self.zone), self.now.with_timezone(&self.zone));
        let today = at.date_naive() == now.date_naive();
        at.format(if today { "%H:%M %Z" } else { "%F %H:%M %Z" }).to_string()
    }
}

/// The signs before the words, in any order, each once.
struct Signs<'a> {
    star: bool,
    kind: Option<NoteKind>,
    at: Option<Time>,
    thread: Option<&'a str>,
    rest: &'a str,
}

impl<'a> Signs<'a> {
    fn read(line: &'a str, hearing: &Hearing) -> Result<Self, String> {
        let mut signs = Self { star: false, kind: None, at: None, thread: None, rest: line };
        while let Some(rest) = signs.one(hearing)? {
            signs.rest = rest.trim_start();
        }
        Ok(signs)
    }

    /// Takes one sign; what is behind it comes back.
    fn one(&mut self, hearing: &Hearing) -> Result<Option<&'a str>, String> {
        let mut letters = self.rest.chars();
        let sign = letters.next();
        let rest = letters.as_str();
        if sign == Some('*') && !self.star {
            self.star = true;
            return Ok(Some(rest));
        }
        if let (Some(kind), None) = (sign.and_then(kind_of), self.kind) {
            self.kind = Some(kind);
            return Ok(Some(rest));
        }
        if let (Some((name, rest)), None) = (thread(self.rest), self.thread) {
            self.thread = Some(name);
            return Ok(Some(rest));
        }
        if sign != Some('@') || self.at.is_some() {
            return Ok(None);
        }
        let Some((written, rest)) = time_of(rest)? else { return Ok(None) };
        self.at = Some(parse_time(written, hearing.now, hearing.zone)?);
        Ok(Some(rest))
    }
}

fn kind_of(sign: char) -> Option<NoteKind> {
    match sign {
        '!' => Some(NoteKind::Decision),
        '>' => Some(NoteKind::Action),
        '?' => Some(NoteKind::Question),
        _ => None,
    }
}

/// The time behind an `@`, and what follows it; `None` where a name is meant.
fn time_of(text: &str) -> Result<Option<(&str, &str)>, String> {
    let word = text.split(char::is_whitespace).next().unwrap_or_default();
    let day = ["today", "yesterday", "now"].iter().any(|day| word.eq_ignore_ascii_case(day));
    if !day && !word.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return Ok(None);
    }
    let ends_at = |end: usize| {
        let (written, rest) = text.split_at(end);
        let apart = rest.is_empty() || rest.starts_with([' ', '\t', ':', ',']);
        apart.then(|| (written, rest.trim_start_matches([':', ','])))
    };
    if word.starts_with('-') || word.eq_ignore_ascii_case("now") {
        return Ok(ends_at(word.len()));
    }
    let from =
        if day { text[word.len()..].len() - text[word.len()..].trim_start().len() + word.len() } else { 0 };
    let stamp = Stamp::read(&text[from..]).and_then(|(_, _, length)| ends_at(from + length));
    stamp
        .map(Some)
        .ok_or_else(|| format!("@{word}: not a time (write @14:02, @-10m, or \\@ for the sign itself)"))
}

/// A task; `None` where the line gives nobody one.
fn todo(line: &str) -> Option<Result<Intent, String>> {
    let rest = line.strip_prefix("TODO")?;
    if !(rest.is_empty() || rest.starts_with([' ', '\t', ':', '('])) {
        return None;
    }
    Some(task(rest.trim_start_matches([' ', '\t'])))
}

fn task(rest: &str) -> Result<Intent, String> {
    const WRITE: &str = "write TODO bob in 10m check dns, or \\TODO for the word itself";
    let end = rest.find([' ', '\t', ':']).unwrap_or(rest.len());
    let owner = rest[..end].trim_start_matches('@').trim_matches(['(', ')']);
    if owner.is_empty() {
        return Err(format!("TODO: whose? ({WRITE})"));
    }
    let (due, text) = timer(rest[end..].trim_start_matches([':', ' ', '\t']));
    if text.is_empty() {
        return Err(format!("TODO: what is {owner} to do? ({WRITE})"));
    }
    Ok(Intent::AddTask { text: text.to_owned(), owner: owner.to_owned(), due })
}

/// `in 10m` before or behind the words.
fn timer(text: &str) -> (Option<Duration>, &str) {
    let first = text.strip_prefix("in ").map(str::trim_start).and_then(|rest| {
        let (span, rest) = rest.split_at(rest.find([' ', ':', ',']).unwrap_or(rest.len()));
        Some((parse_span(span).ok()?, rest.trim_start_matches([' ', ':', ','])))
    });
    let last = || {
        let (words, span) = text.rsplit_once(" in ")?;
        Some((parse_span(span.trim_end_matches('.')).ok()?, words))
    };
    first.or_else(last).map_or((None, text), |(due, words)| (Some(due), words.trim()))
}

/// The tags of a text, as they are written and without the sign: `#db` is `db`. Computed from the words,
/// wherever they came from, so that an old note, an amended one and an imported one have theirs too.
/// `#123` is a ticket.
pub fn tags(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    let mut before = ' ';
    std::iter::from_fn(move || {
        loop {
            let at = rest.find('#')?;
            let opens = rest[..at].chars().next_back().unwrap_or(before);
            let word = &rest[at + 1..];
            let end =
                word.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(word.len());
            let (tag, tail) = word.split_at(end);
            (rest, before) = (tail, tag.chars().next_back().unwrap_or('#'));
            let stands_alone = opens.is_whitespace() || matches!(opens, '(' | '[' | ',');
            if stands_alone && tag.starts_with(char::is_alphabetic) {
                return Some(tag);
            }
        }
    })
}
