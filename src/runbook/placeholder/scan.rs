//! One pass over a command: every placeholder with the quoting it stands in.

use std::ops::Range;

use super::Standing;

/// Variables that every shell has: no placeholders.
#[rustfmt::skip]
const WELL_KNOWN: &[&str] = &[
    "HOME", "USER", "PATH", "PWD", "OLDPWD", "SHELL", "HOSTNAME", "TMPDIR", "LANG", "EDITOR", "RANDOM", "SECONDS", "UID", "EUID",
    "PPID", "IFS", "LINENO", "LOGNAME", "TERM", "BASH", "BASH_SOURCE", "BASHPID", "FUNCNAME", "PIPESTATUS", "KUBECONFIG",
];
/// Longest text between `<` and `>` that is still a placeholder, in bytes.
const ANGLE_CAP: usize = 60;

pub(super) struct Found {
    pub name: String,
    pub raw: bool,
    /// Written as a shell variable.
    pub variable: bool,
    pub range: Range<usize>,
    pub place: Standing,
}

pub(super) fn all(command: &str) -> Vec<Found> {
    Scan { text: command, at: 0, stack: vec![Level::Bare], pending: Vec::new(), found: Vec::new() }.run()
}

/// What encloses the text being read.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Level {
    Bare,
    /// Inside `$(…)` or `(…)`, up to its parenthesis.
    Group,
    Single,
    Double,
    Backticks,
    Ansi,
    Comment,
    Document {
        end: String,
        expands: bool,
    },
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    stack: Vec<Level>,
    /// Here-documents that begin after this line: end word, and whether the shell expands them.
    pending: Vec<(String, bool)>,
    found: Vec<Found>,
}

impl<'a> Scan<'a> {
    fn run(mut self) -> Vec<Found> {
        while self.at < self.text.len() {
            if !self.placeholder() {
                self.step();
            }
        }
        self.found
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn level(&self) -> &Level {
        self.stack.last().unwrap_or(&Level::Bare)
    }

    fn standing(&self) -> Standing {
        if self.stack.contains(&Level::Backticks) {
            return Standing::Fragile;
        }
        match self.level() {
            Level::Bare | Level::Group => Standing::Bare,
            Level::Single => Standing::Single,
            Level::Double => Standing::Double,
            Level::Backticks | Level::Ansi => Standing::Fragile,
            Level::Comment => Standing::Comment,
            Level::Document { expands, .. } => Standing::Document { expands: *expands },
        }
    }

    /// Takes a placeholder at this place, if one stands here.
    fn placeholder(&mut self) -> bool {
        let place = self.standing();
        if place == Standing::Comment {
            return false;
        }
        let expands = !matches!(place, Standing::Single | Standing::Document { expands: false })
            && *self.level() != Level::Ansi;
        let word_start = !self.text[..self.at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let mark = mark(self.rest(), expands, word_start).or_else(|| self.bracketed(place));
        let Some(mark) = mark else { return false };
        let range = self.at..self.at + mark.len;
        self.at = range.end;
        let Mark { name, raw, variable, .. } = mark;
        if !(variable && WELL_KNOWN.contains(&name.as_str())) {
            self.found.push(Found { name, raw, variable, range, place });
        }
        true
    }

    /// `[instance-id]` as a word, or the end of one: a pattern of the shell stands elsewhere.
    fn bracketed(&self, place: Standing) -> Option<Mark> {
        let before = self.text[..self.at].chars().next_back();
        let free = place == Standing::Bare && before.is_none_or(|c| c.is_whitespace() || "=/:@,".contains(c));
        if free { brackets(self.rest()) } else { None }
    }

    fn step(&mut self) {
        let Some(c) = self.rest().chars().next() else { return };
        match self.level().clone() {
            Level::Bare | Level::Group | Level::Backticks => self.in_code(c),
            Level::Double => self.in_double(c),
            Level::Ansi if c == '\\' => self.skip_two(),
            Level::Single | Level::Ansi => self.until(c, '\''),
            Level::Comment if c == '\n' => {
                self.stack.pop();
            }
            Level::Comment => self.at += c.len_utf8(),
            Level::Document { end, .. } => self.in_document(c, &end),
        }
    }

    fn in_code(&mut self, c: char) {
        let rest = self.rest();
        let starts_word =
            self.text[..self.at].chars().next_back().is_none_or(|c| c.is_whitespace() || ";|&(".contains(c));
        match c {
            '\\' => self.skip_two(),
            '#' if starts_word => self.enter(Level::Comment, 1),
            '$' if rest.starts_with("$'") => self.enter(Level::Ansi, 2),
            '$' if rest.starts_with("$(") => self.enter(Level::Group, 2),
            '(' => self.enter(Level::Group, 1),
            ')' if *self.level() == Level::Group => self.leave(1),
            '\'' => self.enter(Level::Single, 1),
            '"' => self.enter(Level::Double, 1),
            '`' => self.backtick(),
            '<' if rest.starts_with("<<") => self.here_document(),
            '\n' => self.line_break(),
            c => self.at += c.len_utf8(),
        }
    }

    fn in_double(&mut self, c: char) {
        match c {
            '\\' => self.skip_two(),
            '$' if self.rest().starts_with("$(") => self.enter(Level::Group, 2),
            '`' => self.backtick(),
            c => self.until(c, '"'),
        }
    }

    fn in_document(&mut self, c: char, end: &str) {
        let line_start = self.text[..self.at].ends_with('\n');
        let line = self.rest().lines().next().unwrap_or_default();
        if line_start && line.trim_start_matches('\t') == end {
            return self.leave(line.len());
        }
        self.at += c.len_utf8();
    }

    fn enter(&mut self, level: Level, length: usize) {
        self.stack.push(level);
        self.at += length;
    }

    fn leave(&mut self, length: usize) {
        self.stack.pop();
        self.at += length;
    }

    fn until(&mut self, c: char, end: char) {
        if c == end { self.leave(c.len_utf8()) } else { self.at += c.len_utf8() }
    }

    fn skip_two(&mut self) {
        let mut chars = self.rest().chars();
        self.at += chars.by_ref().take(2).map(char::len_utf8).sum::<usize>();
    }

    fn backtick(&mut self) {
        if *self.level() == Level::Backticks { self.leave(1) } else { self.enter(Level::Backticks, 1) }
    }

    /// `<<END`, `<<-'END'`: the body begins after this line. `<<<` is a word like any other.
    fn here_document(&mut self) {
        if self.rest().starts_with("<<<") {
            self.at += 3;
            return;
        }
        let after = self.rest()[2..].trim_start_matches('-').trim_start_matches(' ');
        let quoted = after.starts_with(['\'', '"', '\\']);
        let word = after.trim_start_matches(['\'', '"', '\\']);
        let end: String = word.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        if !end.is_empty() {
            self.pending.push((end, !quoted));
        }
        self.at += 2;
    }

    fn line_break(&mut self) {
        self.at += 1;
        for (end, expands) in std::mem::take(&mut self.pending).into_iter().rev() {
            self.stack.push(Level::Document { end, expands });
        }
    }
}

struct Mark {
    name: String,
    raw: bool,
    variable: bool,
    len: usize,
}

impl Mark {
    fn new(name: &str, len: usize) -> Self {
        Self { name: name.trim().to_owned(), raw: false, variable: false, len }
    }

    fn variable(name: &str, len: usize) -> Self {
        Self { variable: true, ..Self::new(name, len) }
    }
}

/// The placeholder that `rest` starts with.
fn mark(rest: &str, expands: bool, word_start: bool) -> Option<Mark> {
    match rest.as_bytes().first()? {
        b'<' => angle(rest),
        b'{' => braces(rest),
        b'$' if expands => variable(rest),
        b'Y' if word_start => yours(rest),
        _ => None,
    }
}

/// `<pod name>`: starts with a letter, holds no quotes, no line break and no blank at its end.
fn angle(rest: &str) -> Option<Mark> {
    let inner = &rest[1..rest.find('>')?];
    let named = inner.starts_with(|c: char| c.is_alphabetic())
        && inner.len() <= ANGLE_CAP
        && !inner.ends_with(char::is_whitespace)
        && !inner.contains(['\n', '"', '\'', '<', '&', '|', ';', '$', '`']);
    named.then(|| Mark::new(inner, inner.len() + 2))
}

/// `[pod name]`: three letters or more, nothing that a pattern or a test would hold.
fn brackets(rest: &str) -> Option<Mark> {
    let inner = rest.strip_prefix('[')?;
    let inner = &inner[..inner.find(']')?];
    let behind = rest[inner.len() + 2..].chars().next();
    let named = inner.starts_with(|c: char| c.is_ascii_alphabetic())
        && inner.ends_with(|c: char| c.is_ascii_alphanumeric())
        && (4..=ANGLE_CAP).contains(&inner.len())
        && inner.chars().all(|c| c.is_ascii_alphanumeric() || "_- ".contains(c))
        && behind.is_none_or(|c| c.is_whitespace() || "/:,;)@.".contains(c));
    named.then(|| Mark::new(inner, inner.len() + 2))
}

/// `{{name}}` and `{{name | raw}}`; templates of Go and Jinja (`{{.Name}}`, `{{range …}}`) are not ours.
fn braces(rest: &str) -> Option<Mark> {
    let inner = rest.strip_prefix("{{")?;
    let inner = &inner[..inner.find("}}")?];
    let (name, filter) =
        inner.split_once('|').map_or((inner, None), |(name, filter)| (name, Some(filter.trim())));
    let name = name.trim();
    let named = is_name(name) && !matches!(name, "end" | "else" | "break" | "continue");
    let known = matches!(filter, None | Some("raw"));
    (named && known).then(|| Mark { raw: filter.is_some(), ..Mark::new(name, inner.len() + 4) })
}

/// `$UPPER` and `${any}`; `${x:-default}` and its kin bring their own value.
fn variable(rest: &str) -> Option<Mark> {
    if let Some(inner) = rest.strip_prefix("${") {
        let inner = &inner[..inner.find('}')?];
        let named = is_name(inner) && !inner.contains('-');
        return named.then(|| Mark::variable(inner, inner.len() + 3));
    }
    let word = rest[1..].split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
    let upper = word.starts_with(|c: char| c.is_ascii_uppercase())
        && !word.contains(|c: char| c.is_ascii_lowercase());
    upper.then(|| Mark::variable(word, word.len() + 1))
}

/// `YOUR_TOKEN`.
fn yours(rest: &str) -> Option<Mark> {
    let word = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
    let named = word.len() > "YOUR_".len() && word.starts_with("YOUR_");
    named.then(|| Mark::new(word, word.len()))
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}
