//! `check`: every file a person wrote for warroom, judged by whoever reads it in earnest.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::context::Context;
use super::findings::{self, Text, Verdict};
use super::output::{Failure, table};
use super::slo;
use crate::app::Keymap;
use crate::config::{self, Config, Parsed};
use crate::io::files::UserFiles;
use crate::io::{files, specs};
use crate::runbook::stage::Allowed;
use crate::runbook::{self, Library};
use crate::slo::lint;
use crate::slo::spec::SpecFile;
use crate::text::{Problem, Time};
use crate::tui::Theme;

#[derive(Debug, clap::Args)]
#[command(
    after_help = "A file is judged by what its name says it is: a *.md is a runbook, keys.toml the keys,
a *.toml in a folder named themes a theme, a *.yaml, *.yml or *.json holds SLOs, and any other is a
configuration, judged with the files of SLOs it names. Exit 1 on an error."
)]
pub(super) struct Check {
    /// Files to check [default: the configuration in force, the files of SLOs it names, and the
    /// runbooks, themes and keys.toml beside it]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    verdict: Verdict,
}

/// Everything wrong with the files, then where each value came from.
pub(super) fn run(context: &Context, check: &Check) -> Result<ExitCode, Failure> {
    let paths = if check.paths.is_empty() { in_force(context)? } else { check.paths.clone() };
    let now = context.now();
    let code = findings::of_files(&paths, check.verdict, |path, text| judge(path, text, now))?;
    if !check.verdict.json && !context.quiet {
        paths
            .iter()
            .filter(|path| Kind::of(path) == Kind::Configuration)
            .try_for_each(|path| origins(path))?;
    }
    Ok(code)
}

fn in_force(context: &Context) -> Result<Vec<PathBuf>, Failure> {
    let Some(path) = context.config_path.clone() else {
        return Err(Failure::Usage("configuration: none found (warroom init writes a starter)".to_owned()));
    };
    Ok([vec![path], context.user_files().all()].concat())
}

/// What a file is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Configuration,
    Runbook,
    Theme,
    Keys,
    Slos,
}

impl Kind {
    fn of(path: &Path) -> Self {
        let folder = path.parent().and_then(Path::file_name);
        if path.extension().is_some_and(|ending| ending == "md") {
            Self::Runbook
        } else if path.file_name().is_some_and(|name| name == "keys.toml") {
            Self::Keys
        } else if folder.is_some_and(|folder| folder == "themes") {
            Self::Theme
        } else if path
            .extension()
            .is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending == *known))
        {
            Self::Slos
        } else {
            Self::Configuration
        }
    }
}

fn judge(path: &Path, text: &str, now: Time) -> Vec<Problem> {
    let file = path.display().to_string();
    match Kind::of(path) {
        Kind::Configuration => judge_configuration(path, text, now),
        Kind::Slos => judge_slos(file, text, now),
        Kind::Runbook => judge_runbook(path, text, now),
        Kind::Theme => Theme::parse(&file, text).err().into_iter().collect(),
        Kind::Keys => Keymap::with_overrides(&file, text).1,
    }
}

/// A configuration with every file of SLOs that it names.
fn judge_configuration(path: &Path, text: &str, now: Time) -> Vec<Problem> {
    let Parsed { mut config, mut problems } =
        config::parse(&path.display().to_string(), text, Config::default());
    let (found, unread) = specs::gather(path, &config.slo_files);
    let files: Vec<SpecFile<'_>> = found.iter().map(specs::Spec::as_file).collect();
    problems.extend(unread);
    problems.extend(config::specs::with_specs(&mut config, &files));
    problems.extend(config.slos.iter().flat_map(|slo| lint::due(slo, now)));
    problems.extend(outdated(path, &config));
    problems
}

/// Steps that may run by themselves and are no longer what was allowed, in the runbooks beside the file.
fn outdated(path: &Path, config: &Config) -> Vec<Problem> {
    if config.assisted.is_empty() {
        return Vec::new();
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (library, _) = UserFiles::new(Some(folder.to_owned())).runbooks(&Library::default());
    let outdated = config.assisted.iter().filter(|allowed| allowed.is_outdated(&library));
    outdated.map(Allowed::outdated).collect()
}

fn judge_slos(name: String, text: &str, now: Time) -> Vec<Problem> {
    slo::judge(&[Text { name, text: text.to_owned() }], now)
}

/// What a newcomer would stumble over in a runbook, with the file's own path.
pub(super) fn judge_runbook(path: &Path, text: &str, now: Time) -> Vec<Problem> {
    let book = runbook::parse(&name_of(path), text);
    let mut found = runbook::lint(&book, text, now);
    for problem in &mut found {
        problem.place.file = path.display().to_string();
    }
    found
}

/// A runbook is called by its file's name without the ending.
pub(super) fn name_of(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn origins(path: &Path) -> Result<(), Failure> {
    let Ok(text) = files::read(path) else { return Ok(()) };
    let parsed = config::parse(&path.display().to_string(), &text, Config::default());
    let origins = parsed.config.origins.iter();
    table(&["value", "from"], origins.map(|(key, place)| vec![key.clone(), place.to_string()]))?;
    Ok(())
}
