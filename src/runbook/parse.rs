//! A runbook's Markdown to a [`Runbook`]: total, it takes any text and never fails.
//!
//! Teams keep their files as they are: nobody writes attributes, so what a section is for, where a
//! step begins and what its command is are told from the shapes that real runbooks have. Text that a
//! renderer would hide (`<pod>`, comments) is kept.

mod block;
mod fence;
mod front;
mod item;
mod number;
mod role;
mod section;
mod title;
mod whole;

use std::collections::BTreeSet;

use super::step::{Risk, Runbook, Step};
use super::{placeholder, risk, shell};
use crate::text::digest;
use block::Source;

/// Reads a runbook. `name` is the file's name without its ending.
pub fn parse(name: &str, source: &str) -> Runbook {
    let text = source.replace("\r\n", "\n").replace('\r', "\n");
    let (meta, body_at) = front::read(&text);
    let source_lines = Source::new(&text, body_at);
    let blocks = block::read(&source_lines);
    let title = title::of(&blocks, &meta, name);
    let mut sections = section::read(blocks, &title, &source_lines);
    number::settle(&mut sections);
    let least = meta.iter().find(|(key, _)| key == "risk").and_then(|(_, word)| risk::declared(word));
    let mut judge = Judge { set: BTreeSet::new(), least: least.unwrap_or(Risk::Read) };
    sections.iter_mut().flat_map(|section| &mut section.steps).for_each(|step| judge.step(step));
    let mut runbook = Runbook {
        name: name.to_owned(),
        title,
        meta,
        sections,
        sha256: digest::sha256(source),
        ..Runbook::default()
    };
    let lines: Vec<&str> = text.lines().collect();
    runbook.lines = lines.len();
    whole::restore(&mut runbook, &lines);
    runbook
}

/// Goes through the commands in the order of the file: what one block sets, a later one may use.
struct Judge {
    set: BTreeSet<String>,
    /// The runbook's own `risk:`; it raises, it never lowers.
    least: Risk,
}

impl Judge {
    fn step(&mut self, step: &mut Step) {
        for command in &mut step.commands {
            // What a command sets itself is no placeholder of it either.
            self.set.extend(shell::sets(&command.text));
            let (names, sketch) = placeholder::names_and_sketch(&command.text, &self.set);
            command.placeholders = names;
            command.risk = risk::of(&sketch).max(self.least);
        }
        step.children.iter_mut().for_each(|child| self.step(child));
    }
}
