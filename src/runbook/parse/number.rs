//! The numbers that people say aloud, each once in a runbook.

use std::collections::BTreeSet;

use super::super::step::{Section, Step};

/// Keeps the numbers of the file where no two steps share one; a step without a number is then
/// named after the one before it (`3a`). Otherwise all steps are counted from 1, and each keeps what is written.
pub(super) fn settle(sections: &mut [Section]) {
    let steps = || sections.iter().flat_map(|section| &section.steps);
    let written: Vec<&str> = steps().map(|step| step.n.as_str()).filter(|n| !n.is_empty()).collect();
    let distinct = written.iter().collect::<BTreeSet<_>>().len() == written.len();
    let keep = distinct && !written.is_empty();
    let mut count = Count { keep, last: "0".to_owned(), letters: 0, number: 0, given: BTreeSet::new() };
    count.given.extend(written.into_iter().filter(|_| keep).map(str::to_owned));
    for step in sections.iter_mut().flat_map(|section| &mut section.steps) {
        step.written = std::mem::take(&mut step.n);
        step.n = count.next(&step.written);
        number_children(step);
    }
}

struct Count {
    /// Whether the numbers of the file hold.
    keep: bool,
    last: String,
    letters: usize,
    number: usize,
    /// Numbers that the file gives away.
    given: BTreeSet<String>,
}

impl Count {
    fn next(&mut self, written: &str) -> String {
        if !self.keep {
            self.number += 1;
            return self.number.to_string();
        }
        if !written.is_empty() {
            self.letters = 0;
            written.clone_into(&mut self.last);
            return written.to_owned();
        }
        loop {
            self.letters += 1;
            let n = format!("{}{}", self.last, letters(self.letters));
            if self.given.insert(n.clone()) {
                return n;
            }
        }
    }
}

/// 1 is `a`, 26 is `z`, 27 is `aa`.
fn letters(mut number: usize) -> String {
    let mut out = String::new();
    while number > 0 {
        number -= 1;
        out.insert(0, char::from(b'a' + (number % 26) as u8));
        number /= 26;
    }
    out
}

fn number_children(step: &mut Step) {
    for (index, child) in step.children.iter_mut().enumerate() {
        child.n = format!("{}.{}", step.n, index + 1);
        if !step.written.is_empty() {
            child.written = format!("{}.{}", step.written, index + 1);
        }
        number_children(child);
    }
}
