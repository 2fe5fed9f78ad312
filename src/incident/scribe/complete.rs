//! What a scribe's line may go on with: people, roles, services, tags and threads already used, verbs.

use super::tags;
use crate::incident::timeline::threads;
use crate::incident::{Incident, Role};

/// Letters of a word before something is offered: fewer fit everything.
const LETTERS: usize = 2;

/// What can be completed, each in the order it is offered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vocabulary {
    pub people: Vec<String>,
    /// Services and roles.
    pub things: Vec<String>,
    pub tags: Vec<String>,
    pub threads: Vec<String>,
}

impl Vocabulary {
    /// The words of an incident, and what is configured beside it: people who may be called, services.
    pub fn of<'a>(
        incident: &'a Incident,
        called: impl Iterator<Item = &'a str>,
        services: impl Iterator<Item = &'a str>,
    ) -> Self {
        let held = incident.held().map(|tenure| tenure.who.as_str());
        let owners = incident.tasks.iter().map(|task| task.owner.as_str());
        let actors = incident.timeline.iter().rev().map(|entry| entry.event.actor.as_str());
        let own = incident.services.iter().map(String::as_str);
        let used = incident.timeline.iter().rev().flat_map(|entry| tags(&entry.text));
        Self {
            people: distinct(held.chain(owners).chain(actors).chain(called)),
            things: distinct(
                own.chain(services).chain(Role::ALL.into_iter().map(|role| -> &'a str { role.word() })),
            ),
            tags: distinct(used),
            threads: threads(&incident.timeline).into_iter().map(|thread| thread.name).collect(),
        }
    }

    /// The whole lines that a line may become: its last word, ended. The likeliest first.
    pub fn complete(&self, line: &str) -> Vec<String> {
        let word = line.rsplit(char::is_whitespace).next().unwrap_or_default();
        let head = &line[..line.len() - word.len()];
        let names_owner = head.trim_start_matches(['*', ' ']).trim_end() == "TODO";
        let starts = |known: &&String| {
            known.len() > word.len() && known.to_lowercase().starts_with(&word.to_lowercase())
        };
        let plain = || self.people.iter().chain(&self.things).filter(starts).cloned();
        let signed = |sign: char, known: &[String]| -> Vec<String> {
            known.iter().map(|known| format!("{sign}{known}")).filter(|known| starts(&known)).collect()
        };
        let words: Vec<String> = match word.chars().next() {
            Some('#') => signed('#', &self.tags),
            Some('~') => signed('~', &self.threads),
            Some('@') => signed('@', &self.people),
            _ if names_owner => self.people.iter().filter(starts).cloned().collect(),
            Some('T') if head.trim_start_matches(['*', ' ']).is_empty() && "TODO".starts_with(word) => {
                vec!["TODO ".to_owned()]
            }
            _ if word.chars().count() >= LETTERS => plain().collect(),
            _ => Vec::new(),
        };
        words.into_iter().map(|word| format!("{head}{word}")).collect()
    }
}

/// Each once, one-word names only: a name with a space in it would end the line's grammar.
fn distinct<'a>(all: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for word in all.filter(|word| !word.is_empty() && !word.contains(char::is_whitespace)) {
        if known.iter().all(|other| other != word) {
            known.push(word.to_owned());
        }
    }
    known
}
