//! Where things are and who is asking: resolved once, from flags, environment and defaults.

use std::env;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use etcetera::{BaseStrategy, choose_base_strategy};

use super::args::{Color, Global};
use super::output::{Failure, usage};
use crate::config::{self, Config};
use crate::io::clock::Clock;
use crate::io::files::{self, UserFiles};
use crate::io::journal::{Fault, Journal};
use crate::text::{Place, Problem, Time, when};

/// What a command needs to know of its surroundings.
#[derive(Debug)]
pub(super) struct Context {
    pub data: PathBuf,
    pub who: String,
    pub clock: Clock,
    pub color: Color,
    /// The configuration file in force; `None` when there is none.
    pub config_path: Option<PathBuf>,
    /// It was found, not named, and belongs to somebody else: what lies beside it is not used, nor are
    /// the commands it brings.
    pub stranger: bool,
}

/// A configuration with what was odd about it.
#[derive(Debug)]
pub(super) struct Loaded {
    pub config: Config,
    pub problems: Vec<Problem>,
}

impl Context {
    pub fn new(global: &Global) -> Result<Self, Failure> {
        let config_path = config_path(global)?;
        let found = config_path.as_deref().filter(|_| global.config.is_none());
        Ok(Self {
            stranger: found.is_some_and(|path| !files::is_ours(path)),
            data: data_folder(global)?,
            who: global.who.clone().unwrap_or_else(system_user),
            clock: Clock::wall(),
            color: global.color,
            config_path,
        })
    }

    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Opens the journal for writing; makes it where there is none.
    pub fn journal(&self) -> Result<Journal, Failure> {
        Ok(Journal::open(&self.data)?)
    }

    /// Opens the journal to read it; where there is none, an empty one is made.
    pub fn reading_journal(&self) -> Result<Journal, Failure> {
        match Journal::open_read_only(&self.data) {
            Err(error) if matches!(error.fault, Fault::Missing) => self.journal(),
            opened => Ok(opened?),
        }
    }

    /// The configuration. Its errors end the command: exit 2.
    pub fn config(&self) -> Result<Loaded, Failure> {
        let Some(path) = &self.config_path else {
            return Ok(Loaded { config: Config::default(), problems: Vec::new() });
        };
        let text = files::read(path)?;
        let parsed = config::parse(&path.display().to_string(), &text, Config::default());
        let errors: Vec<Problem> = parsed.errors().cloned().collect();
        if errors.is_empty() {
            let mut config = parsed.config;
            config.resolve_paths(path.parent().unwrap_or(Path::new("")));
            let mut problems = parsed.problems;
            if self.stranger {
                config.values.clear();
                problems.push(strange(path));
            }
            Ok(Loaded { config, problems })
        } else {
            Err(usage(&errors))
        }
    }

    /// The zone times are typed and shown in; a broken configuration falls back to UTC.
    pub fn zone(&self) -> Tz {
        self.config().map_or(Tz::UTC, |loaded| loaded.config.zone)
    }

    /// Reads a TIME of the contract.
    pub fn time(&self, text: &str) -> Result<Time, Failure> {
        when::parse_time(text, self.now(), self.zone())
            .map_err(|why| Failure::Usage(format!("time: {text}: {why}")))
    }

    /// The folder beside the configuration, with the user's own runbooks, templates, themes, keys.
    pub fn user_files(&self) -> UserFiles {
        if self.stranger {
            return UserFiles::new(None);
        }
        UserFiles::new(self.config_path.as_deref().and_then(Path::parent).map(Path::to_path_buf).map(here))
    }
}

/// The parent of a bare file name is the current folder.
fn here(folder: PathBuf) -> PathBuf {
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder }
}

fn strange(path: &Path) -> Problem {
    let what = "belongs to another user: its runbooks, templates, themes, keys and values are not used";
    let way_out = format!("read them, then say --config {}", path.display());
    Problem::warning(Place::file(path.display().to_string()), "not-yours", what).way_out(way_out)
}

fn data_folder(global: &Global) -> Result<PathBuf, Failure> {
    match &global.data {
        Some(folder) => Ok(folder.clone()),
        None => Ok(base()?.data_dir().join("warroom")),
    }
}

/// The first of: the flag or its variable, `./warroom.toml`, the user's own.
fn config_path(global: &Global) -> Result<Option<PathBuf>, Failure> {
    if let Some(path) = &global.config {
        return Ok(Some(path.clone()));
    }
    let candidates =
        [PathBuf::from("warroom.toml"), base()?.config_dir().join("warroom").join("warroom.toml")];
    Ok(candidates.into_iter().find(|path| path.is_file()))
}

fn base() -> Result<impl BaseStrategy, Failure> {
    choose_base_strategy().map_err(|error| {
        Failure::Usage(format!("home folder: {error} (set HOME, or pass --data and --config)"))
    })
}

fn system_user() -> String {
    ["USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| env::var(name).ok())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}
