//! Which ids are taken: by SLOs, and by the parts of journeys, which are measured as `id/part`.

use std::collections::HashMap;

use crate::slo::Slo;
use crate::text::{Place, Problem};

/// Every id that answers may come back under, and who took it.
#[derive(Debug, Default)]
pub struct Ids(HashMap<String, Taken>);

#[derive(Debug)]
struct Taken {
    at: Place,
    /// By a part of a journey.
    by_part: bool,
}

impl Ids {
    pub fn claim(&mut self, slo: &Slo) {
        for id in ids(slo) {
            let by_part = id != slo.id;
            self.0.entry(id).or_insert_with(|| Taken { at: slo.defined_at.clone(), by_part });
        }
    }

    /// Why an SLO has no place beside those before it: two that answer to one id would be mixed up.
    pub fn taken(&self, slo: &Slo) -> Option<Problem> {
        let (id, Taken { at, by_part }) = ids(slo).find_map(|id| Some((id.clone(), self.0.get(&id)?)))?;
        let what = match (id == slo.id, by_part) {
            (true, false) => format!("slo.{id}: there is already an SLO of this id in {at}"),
            (true, true) => format!("slo.{id}: a part of the journey in {at} has this id"),
            (false, _) => format!("slo.{}: its part {id:?} is called as what is measured in {at}", slo.id),
        };
        let problem = Problem::error(slo.defined_at.clone(), "duplicate", what);
        Some(problem.way_out("give one of them another name, or load one of the files"))
    }
}

fn ids(slo: &Slo) -> impl Iterator<Item = String> {
    std::iter::once(slo.id.clone()).chain(slo.indicators().into_iter().map(|asked| asked.id))
}
