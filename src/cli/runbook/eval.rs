//! `warroom runbook eval`: a runbook's PromQL, asked of the configured Prometheus.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::cli::console::start_runtime;
use crate::cli::context::Context;
use crate::cli::output::{self, Failure, say_all};
use crate::io::questions::Answerers;
use crate::io::sources::hour;
use crate::runbook::query::{self, Series, number};
use crate::runbook::{Runbook, Step};

/// Ask the PromQL of a runbook's steps: what each is worth now, and its last hour
#[derive(Debug, Args)]
#[command(after_help = "Exit 3 where a query has no answer. The last hour is shown in steps of five minutes.

Examples:
  warroom runbook eval etcd-slow-disk
  warroom runbook eval etcd-slow-disk --step 3 --set job=etcd
  warroom runbook eval etcd-slow-disk --json | jq '.[].series[].value'")]
pub(crate) struct Eval {
    /// A name of the list, or a file
    pub runbook: String,
    /// Only this step
    #[arg(long, value_name = "N")]
    step: Option<String>,
    /// A value for a placeholder
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
    /// The source to ask [default: the first Prometheus]
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// A step's query as it was asked, and what came of it.
struct Answer {
    step: String,
    query: String,
    outcome: Result<Vec<Series>, String>,
}

impl Eval {
    pub fn run(&self, context: &Context, book: &Runbook) -> Result<ExitCode, Failure> {
        let queries = self.queries(book)?;
        let answerers = Answerers::default();
        answerers.set(context.config()?.config.sources);
        let source = answerers.prometheus(self.source.as_deref()).map_err(Failure::Usage)?;
        let runtime = start_runtime()?;
        let answers: Vec<Answer> = queries
            .into_iter()
            .map(|(step, query)| {
                let outcome = runtime.block_on(hour(&source, context.clock, &query));
                Answer { step, query, outcome }
            })
            .collect();
        if self.json {
            output::json(&answers.iter().map(object).collect())?;
        } else {
            say_all(&answers.iter().flat_map(lines).collect::<Vec<_>>())?;
        }
        let failed = answers.iter().any(|answer| answer.outcome.is_err());
        Ok(ExitCode::from(if failed { 3 } else { 0 }))
    }

    /// The wanted queries, filled, with the numbers of their steps.
    fn queries(&self, book: &Runbook) -> Result<Vec<(String, String)>, Failure> {
        let wanted = |step: &&Step| self.step.as_ref().is_none_or(|n| step.n == *n);
        let steps: Vec<&Step> = book.steps().into_iter().map(|placed| placed.step).filter(wanted).collect();
        let values: BTreeMap<&str, &str> =
            self.set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut filled = Vec::new();
        for (step, text) in
            steps.into_iter().flat_map(|step| step.queries.iter().map(move |text| (step, text)))
        {
            let query = query::fill(text, |name| values.get(name).map(|value| (*value).to_owned()));
            let query = query.map_err(|open| {
                let names = open.join(", ");
                Failure::Usage(format!("runbook: step {}: wants {names} (--set {}=VALUE)", step.n, open[0]))
            })?;
            filled.push((step.n.clone(), query));
        }
        if filled.is_empty() {
            let what =
                self.step.as_ref().map_or_else(|| book.name.clone(), |n| format!("{} step {n}", book.name));
            return Err(Failure::Usage(format!(
                "runbook: {what}: no PromQL in it (write it in a ```promql block)"
            )));
        }
        Ok(filled)
    }
}

fn lines(answer: &Answer) -> Vec<String> {
    let query = answer.query.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let mut lines = vec![format!("{} {query}", answer.step)];
    match &answer.outcome {
        Err(why) => lines.push(format!("  {why}")),
        Ok(series) if series.is_empty() => lines.push("  no series: nothing holds".to_owned()),
        Ok(series) => lines.extend(series.iter().map(|series| {
            let value = series.now().map_or_else(|| "no data".to_owned(), number);
            format!("  {value:<10} {} {}", series.spark(), series.labels)
        })),
    }
    lines
}

fn object(answer: &Answer) -> Value {
    let series = answer.outcome.as_ref().map(|all| {
        let one = |series: &Series| json!({ "labels": series.labels, "value": series.now(), "hour": series.values });
        all.iter().map(one).collect::<Vec<_>>()
    });
    json!({
        "step": answer.step,
        "query": answer.query,
        "series": series.as_ref().ok(),
        "error": series.as_ref().err(),
    })
}
