//! The only impure room: clock, files, journal, sources, commands, terminal. The rules stay outside.

pub mod clock;
pub mod configuration;
pub mod demo;
pub mod draft;
pub mod exec;
pub mod exports;
pub mod feed;
pub mod files;
pub mod history;
pub mod journal;
pub mod lease;
mod links;
pub mod listener;
pub mod looks;
pub mod outbox;
pub mod outside;
pub mod parity;
mod reader;
pub mod reload;
pub mod runtime;
pub mod scribe;
mod silencer;
pub mod sources;
pub mod specs;
pub mod steps;
pub mod storage;
pub mod terminal;
