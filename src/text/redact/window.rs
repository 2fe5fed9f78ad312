//! Masking a stream: pieces of any size in, masked text out, nothing released that could still turn
//! out to be a part of a secret.

use super::key::{KeyBlock, Line};
use super::manifest::{self, Manifest};
use super::typed;
use super::{Counts, Masked, Redactor, mask};

/// A line longer than this is released in pieces.
const LINE: usize = 64 * 1024;
/// What is held back of such a line: secrets longer than this may be cut in two.
const HELD: usize = 4 * 1024;
/// Masked values that are kept until somebody takes them.
const KEPT: usize = 64;

/// One stream being masked. Whole lines are released; the last, unfinished one waits.
#[derive(Debug)]
pub struct Window<'r> {
    redactor: &'r Redactor,
    waiting: String,
    key: KeyBlock,
    manifest: Manifest,
    counts: Counts,
    masked: Vec<Masked>,
}

impl<'r> Window<'r> {
    pub fn new(redactor: &'r Redactor) -> Self {
        Self {
            redactor,
            waiting: String::new(),
            key: KeyBlock::default(),
            manifest: Manifest::default(),
            counts: Counts::new(),
            masked: Vec::new(),
        }
    }

    /// Takes the next piece; gives back what is sure by now.
    pub fn push(&mut self, text: &str) -> String {
        self.waiting.push_str(text);
        let ready = self.waiting.rfind('\n').map_or(0, |at| at + 1);
        let mut out = self.release(ready);
        if self.waiting.len() > LINE {
            let sure = self.sure();
            out.push_str(&self.release(sure));
        }
        out
    }

    /// The end of the stream: whatever still waits.
    pub fn finish(&mut self) -> String {
        let mut out = self.release(self.waiting.len());
        let mut told = manifest::Told::default();
        self.manifest.finish(&mut told);
        let rest = self.counted(told);
        out.push_str(&self.masked(rest));
        out
    }

    /// How often each rule masked something so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The first of what was masked by its shape since this was last asked. A value typed as secret is not
    /// among them: it is one.
    pub fn take_masked(&mut self) -> Vec<Masked> {
        std::mem::take(&mut self.masked)
    }

    pub fn into_counts(self) -> Counts {
        self.counts
    }

    /// How much of an overlong line can go: not into a secret that may go on.
    fn sure(&self) -> usize {
        let limit = self.waiting.floor_char_boundary(self.waiting.len() - HELD);
        let hits = self.redactor.hits(&self.waiting);
        let across = hits.iter().find(|hit| hit.range.start < limit && hit.range.end > limit);
        match across {
            Some(hit) if hit.range.start > 0 => hit.range.start,
            Some(hit) => hit.range.end,
            None => limit,
        }
    }

    fn release(&mut self, length: usize) -> String {
        let rest = self.waiting.split_off(length);
        let ready = std::mem::replace(&mut self.waiting, rest);
        if ready.is_empty() {
            return ready;
        }
        let ready = self.without_keys(ready);
        let ready = self.without_data_of_secrets(ready);
        self.masked(ready)
    }

    /// What a Kubernetes Secret holds waits for the word that it is one.
    fn without_data_of_secrets(&mut self, text: String) -> String {
        if self.manifest.is_idle() && !Manifest::begins(&text) {
            return text;
        }
        let mut told = manifest::Told::default();
        for line in text.split_inclusive('\n') {
            self.manifest.line(line, &mut told);
        }
        self.counted(told)
    }

    fn counted(&mut self, told: manifest::Told) -> String {
        if told.masked > 0 {
            *self.counts.entry(Manifest::RULE).or_default() += told.masked;
        }
        told.text
    }

    fn without_keys(&mut self, text: String) -> String {
        if self.key.is_closed() && !KeyBlock::begins(&text) {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end_matches('\n');
            let ending = &line[bare.len()..];
            let was_closed = self.key.is_closed();
            match self.key.line(bare) {
                Line::Whole => out.push_str(line),
                Line::Masked(left) => {
                    *self.counts.entry("private-key").or_default() += u64::from(was_closed);
                    out.push_str(&left);
                    out.push_str(ending);
                }
                Line::Swallowed => {}
            }
        }
        out
    }

    fn masked(&mut self, text: String) -> String {
        let hits = self.redactor.hits(&text);
        if hits.is_empty() {
            return text;
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for hit in hits {
            out.push_str(&text[at..hit.range.start]);
            out.push_str(&mask(hit.rule));
            *self.counts.entry(hit.rule).or_default() += 1;
            if hit.rule != typed::NAME && self.masked.len() < KEPT {
                self.masked.push(Masked::new(hit.rule, &text[hit.range.clone()]));
            }
            at = hit.range.end;
        }
        out.push_str(&text[at..]);
        out
    }
}
