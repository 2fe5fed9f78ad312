//! The configuration in force: `warroom.toml` and the files of SLOs it names, read together.

use std::path::{Path, PathBuf};

use super::{files, specs};
use crate::config::{self, Config};
use crate::slo::spec::SpecFile;
use crate::text::{Place, Problem};

/// Which file is the configuration, and whether what it brings is used.
#[derive(Debug, Clone)]
pub struct Configuration {
    pub path: PathBuf,
    /// It belongs to somebody else: its commands are not used.
    pub stranger: bool,
}

/// A configuration with everything that is odd about it or about a file it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    pub config: Config,
    pub problems: Vec<Problem>,
}

impl Configuration {
    /// Reads it, and every file of SLOs it names. Errors of `warroom.toml` are the errors; what is wrong
    /// with one of its SLOs or services costs that one, with a file of SLOs that file, and is among the
    /// problems.
    pub fn load(&self) -> Result<Loaded, Vec<Problem>> {
        let text = files::read(&self.path).map_err(|problem| vec![problem])?;
        let parsed = config::parse(&self.path.display().to_string(), &text, Config::default());
        if parsed.grave().next().is_some() {
            return Err(parsed.errors().cloned().collect());
        }
        let (mut config, mut problems) = (parsed.config, parsed.problems);
        problems.extend(self.take_specs(&mut config));
        config.resolve_paths(self.path.parent().unwrap_or(Path::new("")));
        if self.stranger {
            config.values.clear();
            config.assisted.clear();
            problems.push(self.strange());
        }
        Ok(Loaded { config, problems })
    }

    fn take_specs(&self, config: &mut Config) -> Vec<Problem> {
        let (specs, mut problems) = specs::gather(&self.path, &config.slo_files);
        let files: Vec<SpecFile<'_>> = specs.iter().map(specs::Spec::as_file).collect();
        problems.extend(config::specs::with_specs(config, &files));
        problems
    }

    /// As [`load`](Self::load), where the configuration before stays as far as a file is broken now.
    /// `None`: the whole of it stays.
    pub fn load_over(&self, before: &Config) -> (Option<Config>, Vec<Problem>) {
        match self.load() {
            Err(mut errors) => {
                let what = "the configuration before this change stays in force";
                let stays = Problem::warning(Place::file(self.path.display().to_string()), "kept", what);
                errors.push(stays.way_out("mend the file and save it"));
                (None, errors)
            }
            Ok(Loaded { mut config, problems }) => {
                config::specs::keep_of_broken(&mut config, before, &problems);
                (Some(config), problems)
            }
        }
    }

    fn strange(&self) -> Problem {
        let path = self.path.display().to_string();
        let what = "belongs to another user: its runbooks, templates, themes, keys, values and assisted steps are not used";
        let way_out = format!("read them, then say --config {path}");
        Problem::warning(Place::file(path), "not-yours", what).way_out(way_out)
    }
}
