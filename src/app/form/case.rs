//! Windows about an incident as a whole: its tasks, its end, what it has to do with others.

use super::{Choice, Form, Purpose};
use crate::incident::Incident;
use crate::incident::event::LinkKind;

/// The choice that names an incident and not a page.
pub const RELATED: &str = "related";

impl Form {
    pub fn tasks(numbers: Vec<u32>, about: Vec<String>, tasks: impl IntoIterator<Item = Choice>) -> Self {
        Self::new(Purpose::Tasks(numbers), "Open tasks").about(about).choices(tasks)
    }

    pub fn task(number: u32, title: String, endings: impl IntoIterator<Item = Choice>) -> Self {
        Self::new(Purpose::Task(number), title).choices(endings).line("why, where it is declined", "")
    }

    pub fn reopen(incident: &Incident) -> Self {
        let title = format!("Open again: {}", incident.title);
        Self::new(Purpose::Reopen, title).line("what came back", "")
    }

    pub fn merge(incident: &Incident, ids: Vec<String>, into: impl IntoIterator<Item = Choice>) -> Self {
        let mut about = vec![format!("{} ends as the same as the chosen one.", incident.id)];
        if incident.private {
            about.push("It is PRIVATE: the chosen one becomes private too.".to_owned());
        }
        Self::new(Purpose::Merge(ids), "Merge into another incident").about(about).choices(into)
    }

    pub fn link() -> Self {
        let pages = LinkKind::ALL.iter().map(|kind| Choice::new(&kind.to_string(), "a page"));
        let related = Choice::new(RELATED, "another incident, by its id or the start of it");
        Self::new(Purpose::Link, "Link to the incident")
            .choices(pages.chain([related]))
            .line("address or id", "")
    }
}
