//! Which lines of a timeline are wanted: `kind:decision by:ana tag:db thread:db rollback`.

use super::Entry;
use crate::incident::scribe::tags;

/// Words that a line must hold, and what it must be. Of several kinds, people, tags or threads one is enough; of
/// several words every one is wanted. Letters' size does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    pub words: Vec<String>,
    pub kinds: Vec<String>,
    pub people: Vec<String>,
    pub tags: Vec<String>,
    pub threads: Vec<String>,
}

impl Filter {
    /// Reads `kind:`, `by:`, `tag:` and `thread:`; everything else is a word.
    pub fn parse(text: &str) -> Self {
        let mut filter = Self::default();
        for word in text.split_whitespace() {
            match word.split_once(':') {
                Some(("kind", kind)) => filter.kinds.push(kind.to_lowercase()),
                Some(("by", who)) => filter.people.push(who.to_lowercase()),
                Some(("tag", tag)) => filter.tags.push(tag.trim_start_matches('#').to_lowercase()),
                Some(("thread", thread)) => {
                    filter.threads.push(thread.trim_start_matches('~').to_lowercase())
                }
                _ => filter.words.push(word.to_lowercase()),
            }
        }
        filter
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a line is wanted. A kind, a name, a tag or a thread still being typed (`by:`) leaves nothing out.
    pub fn lets(&self, entry: &Entry) -> bool {
        if self.is_empty() {
            return true;
        }
        let text = entry.text.to_lowercase();
        let any = |wanted: &[String], is: &dyn Fn(&String) -> bool| {
            wanted.iter().all(String::is_empty) || wanted.iter().any(is)
        };
        any(&self.kinds, &|kind| entry.kind_word() == *kind)
            && any(&self.people, &|who| entry.event.actor.to_lowercase() == *who)
            && any(&self.tags, &|tag| tags(&text).any(|held| held == tag))
            && any(&self.threads, &|name| entry.thread().as_ref() == Some(name))
            && self.words.iter().all(|word| text.contains(word))
    }
}
