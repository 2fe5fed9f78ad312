//! Finding a runbook among hundreds: by name, alert, service, title, section and what it says; what fires now
//! first, then what helped before.
//!
//! Pure, and quick enough for every key: a [`Shelf`] is made once of a library and asked as often as one likes.

mod content;
mod fuzzy;

use std::borrow::Borrow;
use std::collections::HashMap;

use memchr::memmem::Finder;

use super::outcome::Outcomes;
use super::step::Runbook;
use crate::incident::inbox::plain_name;
use content::Content;
pub use content::{Found, Part};
use fuzzy::{Fit, Name};

/// What a fitting runbook gains over others that hold the words as well, of a hundred for a name typed out.
const FITS: usize = 15;
/// Thousandths of promise that weigh as much as one of that hundred.
const PROMISE: usize = 50;

/// The runbooks of a library, ready to be looked through.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    books: Vec<Book>,
    /// Plain names of files, titles and alerts, with the place of the book they mean.
    called: HashMap<String, usize>,
}

/// One runbook's words.
#[derive(Debug, Clone)]
struct Book {
    name: String,
    file: Name,
    title: Name,
    alerts: Vec<(String, Name)>,
    services: Vec<(String, Name)>,
    heading: String,
    content: Content,
}

/// What is known besides the words: which runbooks what fires now leads to, and what came of each so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moment {
    /// The most urgent first.
    pub fitting: Vec<Fitting>,
    pub outcomes: Outcomes,
}

/// A runbook that something leads to now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitting {
    pub runbook: String,
    /// What leads there: `KubePodNotReady fires`.
    pub why: String,
}

/// A runbook that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub runbook: String,
    /// Letters of its name that were typed, by their places, counted in characters.
    pub marks: Vec<usize>,
    /// Where the first word was found that its name does not hold.
    pub found: Option<Found>,
}

impl Moment {
    /// What leads to a runbook now.
    pub fn why(&self, runbook: &str) -> Option<&str> {
        self.fitting.iter().find(|fitting| fitting.runbook == runbook).map(|fitting| fitting.why.as_str())
    }

    /// One thing more that leads to a runbook; the first to do so is kept.
    pub fn lead(&mut self, runbook: &str, why: impl Into<String>) {
        if self.why(runbook).is_none() {
            self.fitting.push(Fitting { runbook: runbook.to_owned(), why: why.into() });
        }
    }

    fn place(&self, runbook: &str) -> Option<usize> {
        self.fitting.iter().position(|fitting| fitting.runbook == runbook)
    }
}

impl Shelf {
    pub fn new<R: Borrow<Runbook>>(library: &[R]) -> Self {
        let books: Vec<Book> = library.iter().map(|book| Book::of(book.borrow())).collect();
        let mut called = HashMap::new();
        // Where two books bear a name, a file's own counts more than a title, a title more than an alert.
        let names: [fn(&Book) -> Vec<&String>; 3] = [
            |book| vec![&book.name],
            |book| vec![&book.heading],
            |book| book.alerts.iter().map(|(alert, _)| alert).collect(),
        ];
        for names in names {
            for (place, book) in books.iter().enumerate() {
                for name in names(book) {
                    called.entry(plain_name(name)).or_insert(place);
                }
            }
        }
        called.remove("");
        Self { books, called }
    }

    /// The runbooks that hold every word, the best first; without words all of them: what fits now, then what
    /// promises most, then by name.
    pub fn find(&self, words: &str, moment: &Moment) -> Vec<Hit> {
        let words: Vec<Word> = words.split_whitespace().map(Word::new).collect();
        let rank = |book: &Book, score: usize| {
            let promise = moment.outcomes.get(&book.name).promise();
            let place = moment.place(&book.name);
            if words.is_empty() {
                return (usize::MAX - place.unwrap_or(usize::MAX), promise);
            }
            (score + if place.is_some() { FITS } else { 0 } + promise / PROMISE, 0)
        };
        let mut hits: Vec<((usize, usize), Hit)> = Vec::new();
        for book in &self.books {
            if let Some((score, hit)) = book.hit(&words) {
                hits.push((rank(book, score), hit));
            }
        }
        hits.sort_by(|(one, a), (other, b)| other.cmp(one).then_with(|| a.runbook.cmp(&b.runbook)));
        hits.into_iter().map(|(_, hit)| hit).collect()
    }

    /// The runbook that an alert's author or its own name leads to. `names` are plain names, the surest first.
    pub fn called(&self, names: &[String]) -> Option<&str> {
        let place = names.iter().find_map(|name| self.called.get(name))?;
        Some(&self.books[*place].name)
    }
}

/// A typed word.
struct Word {
    letters: Vec<char>,
    /// Looks for it in contents, in lower case as they are.
    finder: Finder<'static>,
}

impl Word {
    fn new(word: &str) -> Self {
        let text: String = word.chars().map(content::lower).collect();
        Self { letters: word.chars().map(fuzzy::lower).collect(), finder: Finder::new(&text).into_owned() }
    }
}

impl Book {
    fn of(runbook: &Runbook) -> Self {
        let listed = |keys: &[&str]| -> Vec<(String, Name)> {
            let values = keys.iter().filter_map(|key| runbook.meta(key));
            let names = values.flat_map(|value| value.split([',', '[', ']'])).map(str::trim);
            names.filter(|name| !name.is_empty()).map(|name| (name.to_owned(), Name::new(name))).collect()
        };
        Self {
            name: runbook.name.clone(),
            file: Name::new(&runbook.name),
            title: Name::new(&runbook.title),
            alerts: listed(&["alert", "alerts"]),
            services: listed(&["service", "services"]),
            heading: runbook.title.clone(),
            content: Content::of(runbook),
        }
    }

    /// The mean worth of the words, of a hundred, where the book holds every one.
    fn hit(&self, words: &[Word]) -> Option<(usize, Hit)> {
        let mut hit = Hit { runbook: self.name.clone(), marks: Vec::new(), found: None };
        let mut worth = 0;
        for word in words {
            worth += self.worth(word, &mut hit)?;
        }
        hit.marks.sort_unstable();
        hit.marks.dedup();
        Some((worth as usize / words.len().max(1), hit))
    }

    /// What a word is worth where it fits best.
    fn worth(&self, word: &Word, hit: &mut Hit) -> Option<u32> {
        let named = self.file.fit(&word.letters);
        // Nothing is worth more than a name typed out.
        let whole = named.as_ref().is_some_and(|fit| fit.score >= 100);
        let told = if whole { None } else { self.told(word) };
        match (named, told) {
            (Some(Fit { score, marks }), told) if told.as_ref().is_none_or(|(other, _)| *other <= score) => {
                hit.marks.extend(marks);
                Some(score)
            }
            (_, Some((score, found))) => {
                if hit.found.is_none() {
                    hit.found = found;
                }
                Some(score)
            }
            (_, None) => None,
        }
    }

    /// The same of everything but the file's name, and where that is.
    fn told(&self, word: &Word) -> Option<(u32, Option<Found>)> {
        let fit = |name: &Name, part: Part, text: &str, of: u32| {
            let score = name.fit(&word.letters)?.score * of / 100;
            Some((score, Found { part, text: text.to_owned(), step: None }))
        };
        let alerts = self.alerts.iter().filter_map(|(text, name)| fit(name, Part::Alert, text, 100));
        let services = self.services.iter().filter_map(|(text, name)| fit(name, Part::Service, text, 85));
        let title = fit(&self.title, Part::Title, &self.heading, 80);
        let best = alerts.chain(title).chain(services).max_by_key(|(score, _)| *score);
        if let Some((score, found)) = best {
            return Some((score, Some(found)));
        }
        let (score, line) = self.content.find(&word.finder)?;
        Some((score, self.content.line(line)))
    }
}
