//! A cursor over text for the small grammars of this room: names, blanks, quotes.
//!
//! Knows where it stands, so that every error can say where; never looks beyond its text.

/// Why reading stopped, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slip {
    pub(super) at: usize,
    pub(super) why: String,
}

/// Which names each byte may stand in; a table, since every byte of a large page is asked.
const CLASS: [u8; 256] = classes();
const LABEL: u8 = 1;
const METRIC: u8 = 2;

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            classes[byte as usize] = LABEL | METRIC;
        }
        byte += 1;
    }
    classes[b':' as usize] = METRIC;
    classes
}

#[derive(Debug, Clone)]
pub(super) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// What has not been read yet.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn peek_byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Steps over so many ASCII characters.
    pub(super) fn step(&mut self, bytes: usize) {
        self.at += bytes.min(self.rest().len());
    }

    /// Steps over an ASCII character if it comes next.
    pub(super) fn eat(&mut self, c: char) -> bool {
        let here = self.peek_byte().is_some_and(|byte| char::from(byte) == c && byte.is_ascii());
        self.at += usize::from(here);
        here
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// As [`take_while`](Self::take_while), byte by byte. `wanted` must treat all bytes above 127 alike,
    /// so that no character is cut.
    pub(super) fn take_bytes(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.bytes().position(|byte| !wanted(byte)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    pub(super) fn skip(&mut self, blank: impl Fn(char) -> bool) {
        self.take_while(blank);
    }

    /// A name of a label: letters, digits and `_`, no digit first. Empty when none comes next.
    pub(super) fn label_name(&mut self) -> &'a str {
        self.name(|byte| CLASS[usize::from(byte)] & LABEL != 0)
    }

    /// A name of a metric: as a label's, with `:` besides.
    pub(super) fn metric_name(&mut self) -> &'a str {
        self.name(|byte| CLASS[usize::from(byte)] & METRIC != 0)
    }

    fn name(&mut self, part: impl Fn(u8) -> bool) -> &'a str {
        if self.peek_byte().is_some_and(|byte| byte.is_ascii_digit()) {
            return "";
        }
        self.take_bytes(part)
    }

    pub(super) fn slip<T>(&self, why: impl Into<String>) -> Result<T, Slip> {
        Err(Slip { at: self.at, why: why.into() })
    }

    /// What comes next, in words for an error.
    pub(super) fn found(&self) -> String {
        self.peek().map_or_else(|| "the end".to_owned(), |c| format!("`{c}`"))
    }
}

/// Whether a text can stand as a label's name without quotes.
pub(super) fn is_label_name(text: &str) -> bool {
    let mut scan = Scan::new(text);
    !scan.label_name().is_empty() && scan.rest().is_empty()
}

/// Whether a text can stand as a metric's name without quotes.
pub(super) fn is_metric_name(text: &str) -> bool {
    let mut scan = Scan::new(text);
    !scan.metric_name().is_empty() && scan.rest().is_empty()
}
