//! What labels and annotations say of an SLO besides its promise: how much it matters, when it is reviewed,
//! what customers were promised. The formats have no keys for it; these are called as `[[slo]]` calls them.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::native::CRITICALITIES;
use super::part::Part;
use crate::slo::{Objective, Slo};

/// The SLO with what is said of it; what cannot be read is doubted at `part`, and left out.
pub(super) fn carrying<const N: usize>(
    slo: Slo,
    part: Part<'_>,
    said: [&BTreeMap<String, String>; N],
) -> Slo {
    let said = Said { part, said: said.into_iter().flatten().collect() };
    let word = |text: &str| CRITICALITIES.contains(&text).then(|| text.to_owned());
    let share = |text: &str| f64::from_str(text.trim_end_matches('%').trim_end()).ok();
    let criticality = said.read("criticality", "write critical, standard or minor", word);
    let review = said.read("review", "write a date like 2026-08-01", |text| text.parse().ok());
    let sla = said.read("sla", "write a percentage like 99.5", |text| Objective::from_percent(share(text)?));
    Slo { criticality, sla, review, ..slo }
}

struct Said<'a> {
    part: Part<'a>,
    said: Vec<(&'a String, &'a String)>,
}

impl Said<'_> {
    fn read<T>(&self, wanted: &str, way_out: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let is_it = |key: &str| key.rsplit('/').next() == Some(wanted);
        let (_, text) = self.said.iter().find(|(key, _)| is_it(key))?;
        let read = parse(text.trim());
        if read.is_none() {
            self.part.doubt("bad-label", format!("{wanted} {text:?} cannot be read"), way_out);
        }
        read
    }
}
