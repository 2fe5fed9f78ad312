//! The only impure room: clock, files, journal, sources, commands, terminal. The rules stay outside.

pub mod clock;
pub mod demo;
pub mod exec;
pub mod files;
pub mod journal;
pub mod lease;
pub mod sources;
