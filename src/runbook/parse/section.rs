//! Sections from headings, and the ladder that finds the steps in each.
//!
//! Ordered and task lists, numbered headings and shell blocks are steps; where a section that is
//! there to be worked through has none of these, its bullets are; where it has none either, the
//! section as a whole is one step to do by hand.

mod ladder;

use super::super::step::{Section, SectionRole};
use super::block::{Block, Kind, Source};
use super::item::Draft;
use super::{role, title};
use ladder::Ladder;

/// What a section is made of.
enum Part {
    Block(Block),
    /// A numbered heading with what stands below it.
    Step {
        n: String,
        title: String,
        line: usize,
        blocks: Vec<Block>,
    },
}

/// A heading with what stands below it, up to the next heading.
struct Headed {
    level: usize,
    title: String,
    line: usize,
    role: SectionRole,
    parts: Vec<Part>,
}

pub(super) fn read(blocks: Vec<Block>, book: &str, source: &Source<'_>) -> Vec<Section> {
    let empty = blocks.is_empty();
    let opening = title::opening(&blocks).map(str::to_owned);
    let headed = with_steps(split(blocks, book, opening.as_deref()));
    let mut sections: Vec<Section> = headed.into_iter().map(|headed| section(headed, source)).collect();
    sections
        .retain(|section| !(section.title == book && section.prose.is_empty() && section.steps.is_empty()));
    if !empty && sections.iter().all(|section| section.steps.is_empty()) {
        by_hand(&mut sections, book);
    }
    sections
}

/// Cuts at the headings; roles are inherited from the heading above.
fn split(blocks: Vec<Block>, book: &str, opening: Option<&str>) -> Vec<Headed> {
    let mut all = vec![Headed {
        level: 0,
        title: book.to_owned(),
        line: blocks.first().map_or(1, |block| block.lines.start),
        role: SectionRole::Overview,
        parts: Vec::new(),
    }];
    for block in blocks {
        let Kind::Heading { level, text } = &block.kind else {
            if let Some(last) = all.last_mut() {
                last.parts.push(Part::Block(block));
            }
            continue;
        };
        if *level == 1 && opening == Some(text.trim()) {
            continue;
        }
        let role = inherited(role::of(text), *level, &all);
        all.push(Headed {
            level: *level,
            title: text.trim().to_owned(),
            line: block.lines.start,
            role,
            parts: Vec::new(),
        });
    }
    all
}

fn inherited(own: SectionRole, level: usize, above: &[Headed]) -> SectionRole {
    if own != SectionRole::Other {
        return own;
    }
    let parent = above.iter().rev().find(|headed| headed.level < level && headed.level > 0);
    parent.map_or(SectionRole::Other, |headed| headed.role)
}

/// Turns numbered headings without a list or a heading of their own into steps of what is above.
fn with_steps(all: Vec<Headed>) -> Vec<Headed> {
    let levels: Vec<usize> = all.iter().map(|headed| headed.level).collect();
    let mut out: Vec<Headed> = Vec::new();
    for (index, headed) in all.into_iter().enumerate() {
        let deeper = levels.get(index + 1).is_some_and(|next| *next > headed.level);
        match title::numbered(&headed.title) {
            Some((n, title)) if is_step(&headed, &title) && !deeper => {
                step_heading(&mut out, headed, n, title);
            }
            _ => out.push(headed),
        }
    }
    out
}

fn is_step(headed: &Headed, title: &str) -> bool {
    let lists = headed
        .parts
        .iter()
        .any(|part| matches!(part, Part::Block(Block { kind: Kind::List { start: Some(_), .. }, .. })));
    headed.level > 0 && !lists && role::of(title) == SectionRole::Other
}

fn step_heading(out: &mut [Headed], headed: Headed, n: String, title: String) {
    let title = if title.is_empty() { headed.title } else { title };
    let blocks = headed.parts.into_iter().filter_map(|part| match part {
        Part::Block(block) => Some(block),
        Part::Step { .. } => None,
    });
    let step = Part::Step { n, title, line: headed.line, blocks: blocks.collect() };
    if let Some(above) = out.last_mut() {
        above.parts.push(step);
    }
}

fn section(headed: Headed, source: &Source<'_>) -> Section {
    let Headed { title, line, role, parts, .. } = headed;
    let mut ladder = Ladder::new(source, role, &title, bullets_count(role, &parts));
    for part in parts {
        match part {
            Part::Block(block) => ladder.block(block),
            Part::Step { n, title, line, blocks } => {
                let mut draft = Draft::new(source, &n, &title, line);
                draft.blocks(blocks);
                ladder.heading(draft);
            }
        }
    }
    let (prose, steps) = ladder.done();
    let mut section = Section { title, role, line, prose, steps };
    let reading = matches!(
        role,
        SectionRole::Overview | SectionRole::Impact | SectionRole::Prerequisites | SectionRole::Related
    );
    if section.steps.is_empty() && !reading {
        ladder::whole(&mut section);
    }
    section
}

/// Whether bullets are steps: in a section to be worked through that has nothing better.
fn bullets_count(role: SectionRole, parts: &[Part]) -> bool {
    let worked = matches!(
        role,
        SectionRole::Diagnosis
            | SectionRole::Mitigation
            | SectionRole::Verify
            | SectionRole::Rollback
            | SectionRole::Escalation
    );
    worked
        && !parts.iter().any(|part| {
            matches!(part, Part::Step { .. }) || matches!(part, Part::Block(block) if ladder::is_step(block))
        })
}

/// A runbook of nothing but reading: each of its texts is one step to do by hand; one of nothing but
/// headings is a single step.
fn by_hand(sections: &mut Vec<Section>, book: &str) {
    sections.iter_mut().for_each(ladder::whole);
    if sections.iter().any(|section| !section.steps.is_empty()) {
        return;
    }
    if sections.is_empty() {
        let role = SectionRole::Overview;
        sections.push(Section {
            title: book.to_owned(),
            role,
            line: 1,
            prose: Vec::new(),
            steps: Vec::new(),
        });
    }
    let first = &mut sections[0];
    first.steps.push(ladder::manual(&first.title, first.line));
}
