//! What a deciding step does with its answer: where yes and no lead, and whose answer it takes over.

use super::jump::{self, Target};
use super::step::{Runbook, Step};

/// Where the answers to a step lead, as far as its words say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Branches {
    pub yes: Option<Target>,
    pub no: Option<Target>,
    /// `Otherwise …`: it is answered by the question before it.
    pub otherwise: bool,
}

/// The branches of a step; none of a step that asks for no decision.
pub fn of(runbook: &Runbook, step: &Step) -> Branches {
    if !step.decision {
        return Branches::default();
    }
    let mut branches = Branches { otherwise: is_otherwise(&step.title), ..Branches::default() };
    for text in std::iter::once(step.title.clone()).chain([step.prose.join("\n")]) {
        let turn = if branches.otherwise { text.len() } else { turning(&text) };
        for jump in jump::jumps(&text) {
            let Some(target) = jump::resolve(runbook, &step.n, &jump.to) else { continue };
            let branch = if jump.at < turn { &mut branches.yes } else { &mut branches.no };
            branch.get_or_insert(target);
        }
    }
    branches
}

fn is_otherwise(title: &str) -> bool {
    let lower = title.trim_start_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
    ["otherwise", "else", "if not,", "if not:", "if no,"].iter().any(|word| lower.starts_with(word))
}

/// The byte from which a text speaks of the other case; its end where it does not.
fn turning(text: &str) -> usize {
    let lower = text.to_ascii_lowercase();
    let turns = ["otherwise", "if not,", "if not ", " else", "if no,", "no:"];
    let found = turns.iter().filter_map(|turn| lower.find(turn)).filter(|at| *at > 0);
    found.min().unwrap_or(text.len())
}
