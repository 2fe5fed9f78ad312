//! stub
use super::*; use crate::text::Time; use std::time::Duration;
#[derive(Debug, Default)] pub struct Evaluator { slos: Vec<Slo>, readings: Vec<Reading> }
pub struct Spent { pub bad: f64, pub total: f64, pub budget_share: Option<f64> }
impl Evaluator {
 pub fn new(slos: Vec<Slo>) -> Self { Self { slos, readings: vec![] } }
 pub fn set_interval(&mut self, _: &str, _: Duration) {}
 pub fn unmeasurable(&mut self, _: &str, _: String) {}
 pub fn observe(&mut self, _: &str, _: Time, _: Result<Sample, String>) {}
 pub fn evaluate(&mut self, _: Time) -> Vec<Transition> { vec![] }
 pub fn readings(&self) -> &[Reading] { &self.readings }
 pub fn slo(&self, id: &str) -> Option<&Slo> { self.slos.iter().find(|s| s.id == id) }
 pub fn spent(&self, _: &str, _: Time, _: Time) -> Option<Spent> { None }
 pub fn sparkline(&self, _: &str, _: Duration, _: usize) -> Vec<Option<f64>> { vec![] }
}
