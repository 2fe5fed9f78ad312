//! What people read and write. Everything here is a pure function of its text.

pub mod digest;
pub mod fields;
pub mod problem;
pub mod redact;
pub mod safe;
pub mod spark;
pub mod template;
pub mod when;

pub use problem::{Level, Place, Problem};
pub use safe::Safe;
pub use when::Time;
