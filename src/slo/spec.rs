//! Specification formats: what a team's files say, read into [`Slo`](super::Slo)s.

pub mod native;
