//! Every runbook there is, by name, with the shelf that finds them. Made where nobody waits for it; handing it
//! on costs nothing, however many there are.

use std::sync::Arc;

use super::find::Shelf;
use super::step::Runbook;

/// Runbooks in the order of their names, each name once.
#[derive(Debug, Clone, Default)]
pub struct Library {
    books: Arc<[Arc<Runbook>]>,
    shelf: Arc<Shelf>,
}

impl Library {
    /// Of two books with one name the later one counts.
    pub fn new(books: impl IntoIterator<Item = Arc<Runbook>>) -> Self {
        let mut books: Vec<Arc<Runbook>> = books.into_iter().collect();
        books.reverse();
        books.sort_by(|one, other| one.name.cmp(&other.name));
        books.dedup_by(|later, first| later.name == first.name);
        let shelf = Arc::new(Shelf::new(&books));
        Self { books: books.into(), shelf }
    }

    pub fn get(&self, name: &str) -> Option<&Arc<Runbook>> {
        let place = self.books.binary_search_by(|book| book.name.as_str().cmp(name)).ok()?;
        self.books.get(place)
    }

    pub fn books(&self) -> &[Arc<Runbook>] {
        &self.books
    }

    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }
}

impl From<Vec<Runbook>> for Library {
    fn from(books: Vec<Runbook>) -> Self {
        Self::new(books.into_iter().map(Arc::new))
    }
}

/// The shelf follows from the books.
impl PartialEq for Library {
    fn eq(&self, other: &Self) -> bool {
        self.books == other.books
    }
}
