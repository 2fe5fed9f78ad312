//! Where references between OpenSLO documents lead.

use std::collections::HashMap;

use crate::slo::spec::Document;
use crate::slo::spec::part::Part;

/// Documents by kind and name; of two equal ones the first.
#[derive(Debug, Default)]
pub(in crate::slo::spec) struct Shelf<'a>(HashMap<(&'a str, &'a str), Part<'a>>);

impl<'a> Shelf<'a> {
    pub(in crate::slo::spec) fn of(documents: &[Document<'a>]) -> Self {
        let mut shelf = Self::default();
        for root in documents.iter().map(|document| document.root) {
            let metadata = root.get("metadata").filter(|metadata| metadata.is_map());
            if let Some(metadata) = metadata.filter(|_| root.peek("apiVersion").starts_with("openslo")) {
                shelf.0.entry((root.peek("kind"), metadata.peek("name"))).or_insert(root);
            }
        }
        shelf
    }

    pub(super) fn find(&self, kind: &str, name: &str) -> Option<Part<'a>> {
        self.0.get(&(kind, name)).copied()
    }

    /// What a reference leads to, its problems reported where the reference's are.
    pub(super) fn follow<'b>(&self, kind: &str, reference: Part<'b>) -> Result<Part<'b>, String>
    where
        'a: 'b,
    {
        let name = reference.scalar().unwrap_or_default();
        let found = self.find(kind, name).map(|part| part.reporting(reference.report()));
        found.ok_or_else(|| format!("no {kind} of the name {name:?} is loaded"))
    }
}
