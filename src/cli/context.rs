//! Where things are and who is asking: resolved once, from flags, environment and defaults.

use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use etcetera::{BaseStrategy, choose_base_strategy};
use tracing_subscriber::EnvFilter;

use super::args::{Color, Global};
use super::output::{Failure, remark, usage};
use crate::config::Config;
use crate::io::clock::Clock;
use crate::io::configuration::{Configuration, Loaded};
use crate::io::files::{self, UserFiles};
use crate::io::journal::{Fault, Journal};
use crate::text::{Time, when};

/// The configuration's file name, and its path in the current folder.
const HERE: &str = "warroom.toml";

/// What a command needs to know of its surroundings.
#[derive(Debug)]
pub(super) struct Context {
    pub data: PathBuf,
    pub who: String,
    pub clock: Clock,
    pub color: Color,
    /// Results and errors only.
    pub quiet: bool,
    /// 0 to 2: how much a command says of what it does.
    verbose: u8,
    /// The configuration file in force; `None` when there is none.
    pub config_path: Option<PathBuf>,
    /// It was found in the current folder, not named, and belongs to somebody else: what lies beside it is not used, nor are
    /// the commands it brings.
    pub stranger: bool,
}

impl Context {
    pub fn new(global: &Global) -> Result<Self, Failure> {
        let named = named_config(global);
        let found = if named.is_none() { found_config()? } else { None };
        Ok(Self {
            stranger: found.as_deref().is_some_and(|path| path == Path::new(HERE) && !files::is_ours(path)),
            data: data_folder(global)?,
            who: global.who.clone().or_else(named_user).unwrap_or_else(system_user),
            clock: Clock::wall(),
            color: global.color,
            quiet: global.quiet,
            verbose: global.verbose,
            config_path: named.or(found),
        })
    }

    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Opens the journal for writing; makes it where there is none.
    pub fn journal(&self) -> Result<Journal, Failure> {
        Ok(Journal::open(&self.data)?)
    }

    /// Opens the journal to read it; `None` where there is none yet: reading makes no files.
    pub fn existing_journal(&self) -> Result<Option<Journal>, Failure> {
        match Journal::open_read_only(&self.data) {
            Err(error) if matches!(error.fault, Fault::Missing) => Ok(None),
            opened => Ok(Some(opened?)),
        }
    }

    /// Opens the journal to read it; none yet is an error.
    pub fn reading_journal(&self) -> Result<Journal, Failure> {
        Ok(Journal::open_read_only(&self.data)?)
    }

    /// The configuration. Its errors end the command: exit 2. Those of a file of SLOs cost that file.
    pub fn config(&self) -> Result<Loaded, Failure> {
        match self.configuration() {
            None => Ok(Loaded { config: Config::default(), problems: Vec::new() }),
            Some(configuration) => configuration.load().map_err(|errors| usage(&errors)),
        }
    }

    /// The file in force; `None` when there is none.
    pub fn configuration(&self) -> Option<Configuration> {
        let path = self.config_path.clone()?;
        Some(Configuration { path, stranger: self.stranger })
    }

    /// The zone that times are shown in: UTC while a broken configuration hides it.
    pub fn zone(&self) -> Tz {
        self.config().map_or(Tz::UTC, |loaded| loaded.config.zone)
    }

    /// Reads a TIME of the contract. A clock time that can only be yesterday's is echoed.
    pub fn time(&self, text: &str) -> Result<Time, Failure> {
        let now = self.now();
        let zone = self.zone_for(|zone| when::parse_time(text, now, zone))?;
        let at = when::parse_time(text, now, zone).map_err(Failure::Usage)?;
        let date = |at: Time| at.with_timezone(&zone).date_naive();
        let clock_alone = !text.contains('-') && !text.contains("day");
        if clock_alone && date(at) != date(now) {
            remark(&format!("time: {text}: taken as {} (yesterday in {zone})", when::rfc3339(at)));
        }
        Ok(at)
    }

    /// Reads the time that something is planned for.
    pub fn planned(&self, text: &str) -> Result<Time, Failure> {
        let now = self.now();
        let zone = self.zone_for(|zone| when::parse_planned(text, now, zone))?;
        when::parse_planned(text, now, zone).map_err(Failure::Usage)
    }

    /// Reads the end of what begins at `from`.
    pub fn planned_end(&self, text: &str, from: Time) -> Result<Time, Failure> {
        let now = self.now();
        let zone = self.zone_for(|zone| when::parse_end(text, from, now, zone))?;
        when::parse_end(text, from, now, zone).map_err(Failure::Usage)
    }

    /// Reads what may hold a time; what says the same everywhere needs no configuration.
    pub fn read_in_zone<T: PartialEq>(&self, read: impl Fn(Tz) -> Result<T, String>) -> Result<T, Failure> {
        let everywhere = read(Tz::UTC);
        if everywhere == read(Tz::Asia__Kolkata) {
            return everywhere.map_err(Failure::Usage);
        }
        read(self.config()?.config.zone).map_err(Failure::Usage)
    }

    /// The zone a time is typed in. While a broken configuration hides it, only a time that reads the
    /// same everywhere is taken: a wrong guess would be on record for ever.
    fn zone_for(&self, read: impl Fn(Tz) -> Result<Time, String>) -> Result<Tz, Failure> {
        let broken = match self.config() {
            Ok(loaded) => return Ok(loaded.config.zone),
            Err(broken) => broken,
        };
        if read(Tz::UTC) == read(Tz::Asia__Kolkata) { Ok(Tz::UTC) } else { Err(broken) }
    }

    /// Whether what goes to stdout may be coloured.
    pub fn paints(&self) -> bool {
        self.color == Color::Always || (!self.color.is_off() && io::stdout().is_terminal())
    }

    /// Logs to stderr: warnings, and with `-v` what is read and done. `WARROOM_LOG` has the last word.
    pub fn start_log(&self) {
        let level = match (self.quiet, self.verbose) {
            (true, _) => "error",
            (_, 0) => "warn",
            (_, 1) => "warroom=info",
            _ => "debug",
        };
        let filter = EnvFilter::try_from_env("WARROOM_LOG").unwrap_or_else(|_| EnvFilter::new(level));
        let log = tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).with_env_filter(filter);
        // Tests that run two commands in one process keep the first one's log.
        let _ = log.without_time().with_target(false).try_init();
        let configuration =
            self.config_path.as_ref().map_or_else(|| "none".into(), |path| path.to_string_lossy());
        tracing::info!(%configuration, data = %self.data.display(), who = self.who, "read");
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

fn data_folder(global: &Global) -> Result<PathBuf, Failure> {
    match global.data.clone().or_else(|| variable("WARROOM_DATA").map(PathBuf::from)) {
        Some(folder) => Ok(folder),
        None => Ok(base()?.data_dir().join("warroom")),
    }
}

/// The flag, else its variable.
fn named_config(global: &Global) -> Option<PathBuf> {
    global.config.clone().or_else(|| variable("WARROOM_CONFIG").map(PathBuf::from))
}

/// `./warroom.toml`, else the user's own.
fn found_config() -> Result<Option<PathBuf>, Failure> {
    let candidates = [PathBuf::from(HERE), base()?.config_dir().join("warroom").join(HERE)];
    Ok(candidates.into_iter().find(|path| path.is_file()))
}

fn base() -> Result<impl BaseStrategy, Failure> {
    choose_base_strategy().map_err(|error| {
        Failure::Usage(format!("home folder: {error} (set HOME, or pass --data and --config)"))
    })
}

/// A variable of the environment; an empty one counts as unset.
fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// `$WARROOM_USER`, where it is set.
pub(super) fn named_user() -> Option<String> {
    variable("WARROOM_USER").map(|name| name.to_string_lossy().into_owned())
}

fn system_user() -> String {
    ["USER", "LOGNAME"]
        .into_iter()
        .find_map(variable)
        .map(|name| name.to_string_lossy().into_owned())
        .or_else(files::system_user)
        .unwrap_or_else(|| "unknown".to_owned())
}
