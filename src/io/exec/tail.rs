//! The last lines of an output, in bounded memory, whatever the output does.

use std::collections::VecDeque;

/// Lines kept.
const LINES: usize = 200;
/// A line longer than this is cut in memory; the spool has it whole.
const LINE_BYTES: usize = 4 * 1024;

/// Text cut into lines, each capped; a line without an end waits.
#[derive(Debug, Default)]
pub(super) struct Lines {
    open: String,
    /// Bytes of the open line that were left out.
    cut: usize,
}

impl Lines {
    pub fn push(&mut self, text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for piece in text.split_inclusive('\n') {
            match piece.strip_suffix('\n') {
                Some(end) => {
                    self.add(end.strip_suffix('\r').unwrap_or(end));
                    lines.push(self.take());
                }
                None => self.add(piece),
            }
        }
        lines
    }

    /// The line that never ended, if there is one.
    pub fn finish(&mut self) -> Option<String> {
        (!self.open.is_empty()).then(|| self.take())
    }

    fn add(&mut self, piece: &str) {
        let room = LINE_BYTES.saturating_sub(self.open.len()).min(piece.len());
        let kept = piece.floor_char_boundary(room);
        self.open.push_str(&piece[..kept]);
        self.cut += piece.len() - kept;
    }

    fn take(&mut self) -> String {
        let line = std::mem::take(&mut self.open);
        let cut = std::mem::take(&mut self.cut);
        if cut > 0 {
            return format!("{line}<{cut} bytes cut>");
        }
        line
    }
}

#[derive(Debug, Default)]
pub(super) struct Tail {
    lines: VecDeque<String>,
    dropped: u64,
}

impl Tail {
    pub fn extend(&mut self, lines: &[String]) {
        for line in lines {
            if self.lines.len() == LINES {
                self.lines.pop_front();
                self.dropped += 1;
            }
            self.lines.push_back(line.clone());
        }
    }

    pub fn text(&self) -> String {
        let lines = self.lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        match self.dropped {
            0 => lines,
            dropped => format!("({dropped} lines before these)\n{lines}"),
        }
    }
}
