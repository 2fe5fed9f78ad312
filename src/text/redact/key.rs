//! Private key blocks, which span lines: one line in, at most one line out.

const RULE: &str = "private-key";
/// A block without an end is left after this many lines.
const LINES: usize = 400;
/// A run of base64 as long as this, inside a block, is a part of the key whatever stands around it.
const RUN: usize = 24;

/// Whether a private key block is open, and for how many lines.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct KeyBlock {
    lines: Option<usize>,
}

/// What is left of a line.
pub(super) enum Line {
    /// Nothing of it was secret.
    Whole,
    /// The text around a key; the mask is in it.
    Masked(String),
    /// All of it was key.
    Swallowed,
}

impl KeyBlock {
    /// Whether lines can pass without a look.
    pub fn is_closed(self) -> bool {
        self.lines.is_none()
    }

    /// Whether a text holds the begin of a block.
    pub fn begins(text: &str) -> bool {
        begin(text).is_some()
    }

    /// Judges one line, its line break taken off.
    pub fn line(&mut self, line: &str) -> Line {
        match self.lines {
            None => self.outside(line),
            Some(count) => self.inside(line, count),
        }
    }

    fn outside(&mut self, line: &str) -> Line {
        let Some(begin) = begin(line) else { return Line::Whole };
        let after = &line[begin..];
        let mut masked = format!("{}{}", &line[..begin], super::mask(RULE));
        match end(after) {
            Some(end) => masked.push_str(&after[end..]),
            None => self.lines = Some(0),
        }
        Line::Masked(masked)
    }

    fn inside(&mut self, line: &str, count: usize) -> Line {
        if let Some(end) = end(line) {
            self.lines = None;
            let rest = &line[end..];
            return if rest.trim().is_empty() { Line::Swallowed } else { Line::Masked(rest.to_owned()) };
        }
        self.lines = (count < LINES).then_some(count + 1);
        if is_body(line) { Line::Swallowed } else { Line::Whole }
    }
}

/// Where `-----BEGIN … PRIVATE KEY…-----` starts.
fn begin(text: &str) -> Option<usize> {
    text.match_indices("-----BEGIN ").map(|(at, _)| at).find(|at| {
        let name = text[at + "-----BEGIN ".len()..].split("-----").next().unwrap_or_default();
        name.len() <= 40 && name.contains("PRIVATE KEY")
    })
}

/// Where the mark `-----END …-----` ends.
fn end(text: &str) -> Option<usize> {
    let from = text.find("-----END ")? + "-----END ".len();
    let close = text[from..].find("-----")?;
    Some(from + close + "-----".len())
}

/// Base64, an armour header, nothing, or a log line with a long run of base64 in it.
fn is_body(line: &str) -> bool {
    let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    let bare = line.trim().trim_matches(['"', '\'', ',', '|', '>']);
    let header =
        ["Proc-Type:", "DEK-Info:", "Comment:", "Version:"].iter().any(|head| bare.starts_with(head));
    header || bare.chars().all(base64) || line.split(|c: char| !base64(c)).any(|run| run.len() >= RUN)
}
