//! Lists that hold texts and tables side by side: `["consumption", { remaining = 10 }]`.

use super::{Element, Fields, kind};
use crate::text::problem::{Place, Problem};

/// One thing of a mixed list.
#[derive(Debug, Clone)]
pub enum Item<'a> {
    Text(&'a str, Place),
    Table(Element<'a>),
}

impl<'a> Fields<'a> {
    /// The texts and tables of a list; anything else in it is a problem. An empty list is an error.
    pub fn items(&mut self, key: &str) -> Vec<Item<'a>> {
        let Some(list) = self.list(key, "a list, like [\"…\"]") else { return Vec::new() };
        if list.is_empty() {
            self.wrong(key, "bad-value", "is an empty list", "name at least one");
        }
        let mut items = Vec::with_capacity(list.len());
        for (index, value) in list.iter().enumerate() {
            let at = value.span().start;
            let place = self.document.place(at);
            match (value.get_ref().as_str(), value.get_ref().as_table()) {
                (Some(text), _) => items.push(Item::Text(text, place)),
                (_, Some(table)) => items.push(Item::Table(Element { table, at, index })),
                _ => {
                    let what = format!("{}: a text or a table is expected here", self.path(key));
                    let what = format!("{what}, not {}", kind(value.get_ref()));
                    self.report.problems.push(Problem::error(place, "wrong-type", what));
                }
            }
        }
        items
    }
}
