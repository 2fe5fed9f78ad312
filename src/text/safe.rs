//! Untrusted text made inert: shown, never obeyed, never silently dropped.
//!
//! Labels, log lines, command output, runbook text, pasted text and file names reach a cell, stdout,
//! a log line or an exported file only through here.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use unicode_segmentation::UnicodeSegmentation;

/// Longest single line that is kept whole, in bytes; the rest is counted, not shown.
const LINE_CAP: usize = 8 * 1024;
/// Marks on one letter before the rest is cut: real scripts need fewer.
const MARKS_CAP: usize = 6;
/// Cells between tab stops.
const TAB: usize = 4;

/// One line of text with no power over a terminal: control and format characters are spelled out
/// (`^[`, `<U+202E>`, `<0x9B>`), tabs are spaces, length and combining marks are capped.
///
/// `Safe::line` is idempotent, so text that passes twice is not spelled out twice; but for a line so long that
/// only its spelled-out form passes the cap, which the second pass cuts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Safe(String);

impl Safe {
    /// Makes one line; line breaks inside are spelled out too (`^J`).
    pub fn line(raw: &str) -> Self {
        let (kept, cut) = cap(raw, LINE_CAP);
        let mut out = String::with_capacity(kept.len());
        let mut column = 0;
        for grapheme in kept.graphemes(true) {
            column += push_grapheme(&mut out, grapheme, column);
        }
        if cut > 0 {
            out.push_str(&format!("<{cut} bytes cut>"));
        }
        Self(out)
    }

    /// Makes one line of bytes that may not be UTF-8: each stray byte shows as `<0xNN>`.
    pub fn bytes(raw: &[u8]) -> Self {
        Self::line(&decode(raw))
    }

    /// The lines of a text, each made safe; `\n`, `\r\n` end a line.
    pub fn lines(raw: &str) -> impl Iterator<Item = Safe> + '_ {
        raw.lines().map(Self::line)
    }

    /// A whole text of several lines, each made safe, joined by `\n`.
    pub fn block(raw: &str) -> String {
        let mut out: Vec<String> = Self::lines(raw).map(Self::into_string).collect();
        if raw.ends_with('\n') {
            out.push(String::new());
        }
        out.join("\n")
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

impl Deref for Safe {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Safe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<Safe> for String {
    fn from(safe: Safe) -> Self {
        safe.0
    }
}

/// Decodes bytes, spelling out each one that is not part of valid UTF-8 (`<0x9B>`).
pub fn decode(raw: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(raw) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(raw.len());
    for chunk in raw.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            out.push_str(&format!("<0x{byte:02X}>"));
        }
    }
    Cow::Owned(out)
}

/// Whether a text holds a character that hides or reorders what a reader sees. A command that does
/// is never confirmed as it stands.
pub fn deceives(text: &str) -> bool {
    text.chars().any(|c| c != '\n' && c != '\t' && (c.is_control() || is_format(c)))
}

/// Cuts at a character boundary; says how many bytes were left out.
fn cap(raw: &str, limit: usize) -> (&str, usize) {
    if raw.len() <= limit {
        return (raw, 0);
    }
    let at = raw.floor_char_boundary(limit);
    (&raw[..at], raw.len() - at)
}

/// Appends one grapheme, spelled out where it has power; returns the cells it takes.
fn push_grapheme(out: &mut String, grapheme: &str, column: usize) -> usize {
    if grapheme == "\t" {
        let spaces = TAB - column % TAB;
        out.extend(std::iter::repeat_n(' ', spaces));
        return spaces;
    }
    let start = out.len();
    let mut emoji = grapheme.chars().next().is_some_and(is_emoji);
    for (index, c) in grapheme.chars().enumerate() {
        // Behind something spelled out there is no glyph left to join.
        emoji &= index == 0 || is_joiner(c) || !is_format(c);
        if index > MARKS_CAP {
            out.push_str("<marks cut>");
            break;
        }
        push_char(out, c, emoji);
    }
    unicode_width::UnicodeWidthStr::width(&out[start..])
}

fn push_char(out: &mut String, c: char, inside_emoji: bool) {
    match c {
        '\u{0}'..='\u{1f}' => out.extend(['^', char::from(c as u8 + 0x40)]),
        '\u{7f}' => out.push_str("^?"),
        c if inside_emoji && is_joiner(c) => out.push(c),
        c if c.is_control() || is_format(c) => out.push_str(&format!("<U+{:04X}>", c as u32)),
        c => out.push(c),
    }
}

/// Characters that are invisible, reorder text or break lines for some renderers.
fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{fe0f}' | '\u{200d}')
}

/// The blocks in which U+FE0F and U+200D join glyphs instead of hiding text.
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}
