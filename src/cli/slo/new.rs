//! `slo new`: a spec to begin with, printed.

use std::process::ExitCode;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use crate::cli::context::Context;
use crate::cli::output::{Failure, print};
use crate::slo::Format;
use crate::slo::preset::draft::{self, Aspect, Wish};
use crate::text::when;

#[derive(Debug, Args)]
pub(in crate::cli) struct New {
    /// Whose metric names: those of an exporter, or job, queue, probe
    #[arg(value_parser = PossibleValuesParser::new(draft::drafted()))]
    preset: String,
    /// The service, as the label of its metrics has it
    #[arg(value_parser = plain)]
    service: String,
    /// The source that measures it [default: the first]
    #[arg(long, value_parser = plain)]
    source: Option<String>,
    /// Percent of good events [default: 99.9, and 95 for latency and waiting]
    #[arg(long, value_name = "PERCENT")]
    objective: Option<f64>,
    /// Bound of a latency: a bucket of the histogram [default: 500ms, for a queue 1m]
    #[arg(long, value_name = "SPAN", value_parser = when::parse_span)]
    within: Option<Duration>,
    /// Only this of what requests promise [default: both]
    #[arg(long, value_name = "WHAT")]
    only: Option<Only>,
    /// The form of the text
    #[arg(long, default_value = "native")]
    format: Form,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Only {
    Availability,
    Latency,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Form {
    Native,
    Sloth,
    Openslo,
}

impl New {
    pub fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        let wish = Wish {
            preset: self.preset,
            service: self.service,
            source: self.source,
            objective: self.objective,
            within: self.within,
            only: self.only.map(|only| match only {
                Only::Availability => Aspect::Availability,
                Only::Latency => Aspect::Latency,
            }),
            today: context.now().date_naive(),
        };
        let format = match self.format {
            Form::Native => Format::Native,
            Form::Sloth => Format::Sloth,
            Form::Openslo => Format::OpenSlo,
        };
        print(&draft::draft(&wish, format).map_err(Failure::Usage)?)
    }
}

/// A name that no form has to quote.
fn plain(text: &str) -> Result<String, String> {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inside = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    if inside && (2..=40).contains(&text.len()) && edge(text.chars().next()) && edge(text.chars().next_back())
    {
        return Ok(text.to_owned());
    }
    Err("use letters, digits, and - _ . between them, 2 to 40".to_owned())
}
