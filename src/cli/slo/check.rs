//! `slo check`: files of SLOs of every format, parsed and linted together.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::cli::findings::{self, Text, Verdict};
use crate::cli::output::{Failure, remark};
use crate::config::{self, Config, specs as joined};
use crate::io::specs;
use crate::slo::spec::SpecFile;
use crate::slo::{Slo, lint, spec};
use crate::text::{Problem, Time};

pub(super) fn run(paths: &[PathBuf], now: Time, verdict: Verdict) -> Result<ExitCode, Failure> {
    let (mut files, mut unread) = (Vec::new(), false);
    for path in paths {
        match specs::meant(path) {
            Ok(found) if found.is_empty() => {
                unread = true;
                remark(&format!("{}: no file of SLOs is below it (check the path)", path.display()));
            }
            Ok(found) => files.extend(found),
            Err(problem) => {
                unread = true;
                remark(&problem.to_string());
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    files.retain(|path| seen.insert(path.clone()));
    let code = findings::of_all(&files, verdict, |texts| judge(texts, now))?;
    Ok(if unread { ExitCode::from(2) } else { code })
}

/// Everything wrong with files that are read together: they may refer to one another, and two of
/// their SLOs may have one id.
pub(in crate::cli) fn judge(texts: &[Text], now: Time) -> Vec<Problem> {
    let files: Vec<SpecFile<'_>> = texts.iter().map(Text::as_spec).collect();
    let (configurations, specs): (Vec<SpecFile<'_>>, _) =
        files.iter().copied().partition(|file| joined::is_native(file) && !joined::holds_only_slos(file));
    let spec::Loaded { mut slos, mut problems } = joined::load(&specs, chrono_tz::Tz::UTC);
    for file in configurations {
        let parsed = config::parse(file.file, file.text, Config::default());
        slos.extend(parsed.config.slos);
        problems.extend(parsed.problems);
    }
    let slos: Vec<Slo> = spec::distinct(slos, &mut problems);
    problems.extend(slos.iter().flat_map(|slo| lint::due(slo, now)));
    let order = |problem: &Problem| texts.iter().position(|text| text.name == problem.place.file);
    problems.sort_by_key(|problem| (order(problem), problem.place.line, problem.place.column));
    problems
}
