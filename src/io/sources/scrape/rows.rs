//! From pages to answers: what each indicator wants, the pages that feed it, and its groups.
//!
//! A page that fails costs the indicators it feeds this poll, and no other. Asks nobody.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::page::{Found, Groups, Page, Wanted, Wants};
use crate::io::sources::{Answers, Round};
use crate::slo::selector::Selector;
use crate::slo::{Group, Indicator, Query, Sample, Sli, Subject};

/// Reasons listed when every page fails.
const REASONS: usize = 3;
/// Groups of one indicator that are measured. More are a label that names requests, not services.
const GROUPS: usize = 1000;

/// Every indicator of a source of pages.
#[derive(Debug)]
pub struct Rows {
    each: Vec<Row>,
    wants: Arc<Vec<Wants>>,
    /// Pages that have answered, by their number.
    answered: BTreeSet<usize>,
}

/// One indicator: its place among the wants, or why no page can measure it.
#[derive(Debug)]
struct Row {
    id: String,
    wants: Result<usize, String>,
    /// The selector of the whole, for words.
    whole: String,
    /// Pages that held series of it when they last answered.
    fed_by: BTreeSet<usize>,
    /// Its groups as of the last poll.
    known: BTreeSet<Group>,
}

/// What an indicator wants of a page; or why no page can ever measure it, and the way out.
pub fn wants(asked: &Indicator) -> Result<Wants, String> {
    let series = match &asked.sli {
        Sli::Bad { bad: part, total } | Sli::Good { good: part, total } => {
            Ok(Wanted::Counters { part: selector(part)?, total: selector(total)? })
        }
        Sli::Up { gauge: only } | Sli::Bound { value: only, .. } | Sli::Ratio { ratio: only, .. } => {
            Ok(Wanted::Gauges(selector(only)?))
        }
        Sli::NativeLatency { .. } => Err(
            "a metrics page has no native histogram (name a bucket of a classic one, or use a Prometheus)"
                .to_owned(),
        ),
        Sli::Journey(_) => Err("a journey is asked for part by part".to_owned()),
    };
    Ok(Wants { series: series?, by: asked.by.clone() })
}

/// The selector of a query; a page answers no other kind.
fn selector(query: &Query) -> Result<Selector, String> {
    match query {
        Query::PromQl(text) => Err(format!(
            "a scrape cannot answer PromQL: `{text}` (write a bare selector, or use a Prometheus)"
        )),
        Query::Selector(text) => Selector::parse(text).map_err(|error| format!("selector `{text}`: {error}")),
    }
}

impl Rows {
    pub fn new(asked: &[Indicator]) -> Self {
        let mut wants = Vec::new();
        let each = asked.iter().map(|asked| Row::new(asked, &mut wants)).collect();
        Self { each, wants: Arc::new(wants), answered: BTreeSet::new() }
    }

    /// What pages are read for.
    pub fn wants(&self) -> Arc<Vec<Wants>> {
        Arc::clone(&self.wants)
    }

    /// What one poll's pages, always in the same order, say of every indicator.
    pub fn take(&mut self, mut pages: Vec<Result<Page, String>>) -> Round {
        self.learn(&pages);
        let mut warnings: Vec<String> =
            pages.iter().flatten().flat_map(|page| page.warnings.clone()).collect();
        if pages.iter().all(Result::is_err) {
            return Round { warnings, ..Round::failed(all_failed(&pages)) };
        }
        let mut answers = Answers::new();
        for row in &mut self.each {
            let told = match row.gather(&mut pages, &self.answered) {
                Ok(groups) => row.answers(groups, &self.wants, &mut warnings),
                Err(why) => vec![(row.id.as_str().into(), Err(why))],
            };
            answers.extend(told);
        }
        Round { warnings, ..Round::whole(Ok(answers)) }
    }

    /// Remembers which page feeds which indicator.
    fn learn(&mut self, pages: &[Result<Page, String>]) {
        for (number, page) in pages.iter().enumerate() {
            let Ok(page) = page else { continue };
            self.answered.insert(number);
            for row in &mut self.each {
                row.learn(number, page);
            }
        }
    }
}

impl Row {
    fn new(asked: &Indicator, wants: &mut Vec<Wants>) -> Self {
        let wants = self::wants(asked).map(|own| {
            wants.push(own);
            wants.len() - 1
        });
        let whole = asked.sli.queries().last().map_or_else(String::new, |query| query.text().to_owned());
        Self { id: asked.id.clone(), wants, whole, fed_by: BTreeSet::new(), known: BTreeSet::new() }
    }

    fn learn(&mut self, number: usize, page: &Page) {
        let Ok(wanted) = self.wants else { return };
        if page.feeds(wanted) {
            self.fed_by.insert(number);
        } else {
            self.fed_by.remove(&number);
        }
    }

    /// The series of all pages together, taken out of them. A page that failed and feeds it, or may be
    /// the only one that does, leaves the poll without an answer: too few series would pass for a fall.
    fn gather(
        &self,
        pages: &mut [Result<Page, String>],
        answered: &BTreeSet<usize>,
    ) -> Result<Groups, String> {
        let wanted = self.wants.clone()?;
        let is_found = pages.iter().flatten().any(|page| page.feeds(wanted));
        for (number, page) in pages.iter().enumerate() {
            let Err(why) = page else { continue };
            if self.fed_by.contains(&number) || !(is_found || answered.contains(&number)) {
                return Err(why.clone());
            }
        }
        let mut groups = Groups::new();
        for page in pages.iter_mut().flatten() {
            let Some(found) = page.found.get_mut(wanted) else { continue };
            for (group, found) in std::mem::replace(found, Ok(Groups::new()))? {
                let own = groups.entry(group).or_default();
                own.part.extend(found.part);
                own.whole.extend(found.whole);
            }
        }
        if groups.values().all(|found| found.whole.is_empty()) {
            return Err(format!("no series matches the total `{}` (is the name right?)", self.whole));
        }
        Ok(groups)
    }

    fn answers(&mut self, groups: Groups, wants: &[Wants], warnings: &mut Vec<String>) -> Answers {
        let Some(wants) = self.wants.as_ref().ok().and_then(|wanted| wants.get(*wanted)) else {
            return Answers::new();
        };
        let admitted = self.admit(&groups, warnings);
        let mut gone = std::mem::take(&mut self.known);
        let mut answers = Answers::new();
        for (group, found) in groups.into_iter().filter(|(group, _)| admitted.contains(group)) {
            gone.remove(&group);
            answers.push((self.subject(group), self.sample(found, wants)));
        }
        let silent = || Err("no page has a series of this group any more".to_owned());
        answers.extend(gone.into_iter().map(|group| (self.subject(group), silent())));
        self.known = admitted;
        answers
    }

    /// The groups that are measured: those known keep their place, new ones come in while there is room.
    fn admit(&self, groups: &Groups, warnings: &mut Vec<String>) -> BTreeSet<Group> {
        let known = groups.keys().filter(|group| self.known.contains(*group));
        let new = groups.keys().filter(|group| !self.known.contains(*group));
        let admitted: BTreeSet<Group> = known.chain(new).take(GROUPS).cloned().collect();
        let left_out = groups.len() - admitted.len();
        if left_out > 0 {
            warnings.push(format!(
                "{}: {GROUPS} groups are measured, {left_out} more are left out (group by labels with fewer values)",
                self.id
            ));
        }
        admitted
    }

    fn subject(&self, group: Group) -> Subject {
        Subject { indicator: self.id.clone(), group }
    }

    fn sample(&self, found: Found, wants: &Wants) -> Result<Sample, String> {
        let Found { part, whole } = found;
        let Wanted::Counters { part: selector, .. } = &wants.series else {
            return Ok(Sample::Gauges { values: whole.into_iter().map(|gauge| gauge.value).collect() });
        };
        if whole.is_empty() {
            return Err(format!(
                "events without a total: `{}` has no series of this group (do both queries carry {}?)",
                self.whole,
                wants.by.join(", ")
            ));
        }
        match selector.bucket() {
            // A bucket that does not exist is not one that nothing fell into.
            Some(bound) if part.is_empty() => {
                Err(format!("no bucket has le=\"{bound}\" (write a bound that the histogram has)"))
            }
            _ => Ok(Sample::Counters { part, total: whole }),
        }
    }
}

fn all_failed(pages: &[Result<Page, String>]) -> String {
    let reasons: Vec<&str> =
        pages.iter().filter_map(|page| page.as_ref().err()).map(String::as_str).collect();
    let shown = reasons.iter().take(REASONS).copied().collect::<Vec<_>>().join("; ");
    match reasons.len() {
        0 => "no URL is configured".to_owned(),
        count if count > REASONS => format!("{shown}; and {} more", count - REASONS),
        _ => shown,
    }
}
