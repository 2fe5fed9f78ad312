//! The one shape of an error that people see: where, what, why, and the way out.

use std::fmt;

/// Where in a file something was found. Lines and columns count from 1; 0 means "the whole file".
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Place {
    pub file: String,
    pub line: usize,
    pub column: usize,
}

impl Place {
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: 0, column: 0 }
    }

    pub fn line(file: impl Into<String>, line: usize) -> Self {
        Self { file: file.into(), line, column: 0 }
    }

    /// The place of byte `offset` in `source`; an offset past the end is the last line.
    pub fn at_byte(file: impl Into<String>, source: &str, offset: usize) -> Self {
        let before = &source.as_bytes()[..offset.min(source.len())];
        let line = before.split(|byte| *byte == b'\n').count();
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
        Self { file: file.into(), line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if self.line > 0 && self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        Ok(())
    }
}

/// How bad a [`Problem`] is: an error stops the thing it is about, a warning does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Warning,
    Error,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something wrong in a file a person wrote: `file:line:column: what (way out)`.
///
/// Text from the file that is quoted in `what` is still raw; whoever prints a problem makes it
/// [`Safe`](super::Safe) first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub place: Place,
    pub level: Level,
    /// Stable kebab-case name of the rule, for scripts.
    pub rule: &'static str,
    pub what: String,
    /// What to do about it; empty when `what` already says so.
    pub way_out: String,
    /// It costs what it is about, and nothing else of its file.
    pub contained: bool,
}

impl Problem {
    pub fn error(place: Place, rule: &'static str, what: impl Into<String>) -> Self {
        let (what, way_out, contained) = (what.into(), String::new(), false);
        Self { place, level: Level::Error, rule, what, way_out, contained }
    }

    pub fn warning(place: Place, rule: &'static str, what: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(place, rule, what) }
    }

    #[must_use]
    pub fn way_out(mut self, way_out: impl Into<String>) -> Self {
        self.way_out = way_out.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        if !self.way_out.is_empty() {
            write!(f, " ({})", self.way_out)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// The known name nearest to a mistyped one, when one is near enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(word, name), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// The way out of a mistyped name: the nearest known one, else what `otherwise` says.
pub fn meant<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
    otherwise: impl FnOnce() -> String,
) -> String {
    nearest(word, known).map_or_else(otherwise, |near| format!("did you mean {near}?"))
}
