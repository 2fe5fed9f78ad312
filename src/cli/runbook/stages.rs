//! `warroom runbook stages`: which steps run by themselves, which do not and why, and how to allow one.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::cli::context::Context;
use crate::cli::output::{self, Failure, remark, say_all, table};
use crate::runbook::Library;
use crate::runbook::stage::{Allowed, PREFIX, Refusal};
use crate::runbook::staged::{self, Staged};

/// Steps that may run by themselves, those that may not and why, how to allow one
#[derive(Debug, Args)]
#[command(
    after_help = "A step runs by itself when its runbook marks it (front matter: stages:, below it 2: assisted), when
warroom.toml allows it as it stands, and when it only reads. Read it before you paste its lines. Exit 1
when warroom.toml allows a step that was edited since, or is gone: then it does not run.

Examples:
  warroom runbook stages
  warroom runbook stages disk-full >> warroom.toml     (after a look at what it prints)
  warroom runbook stages --json | jq '.steps[] | select(.runs | not)'"
)]
pub(crate) struct Stages {
    /// A name of the list: prints the lines of warroom.toml that allow its steps
    runbook: Option<String>,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

impl Stages {
    pub fn run(&self, context: &Context) -> Result<ExitCode, Failure> {
        let (library, problems) = context.user_files().runbooks(&Library::default());
        for problem in &problems {
            remark(&problem.to_string());
        }
        let allowed = context.config()?.config.assisted;
        if let Some(name) = self.runbook.as_ref().filter(|name| library.get(name).is_none()) {
            let way_out = "warroom runbook list shows them";
            return Err(Failure::Usage(format!("runbook: {name}: unknown ({way_out})")));
        }
        let is_wanted = |name: &str| self.runbook.as_ref().is_none_or(|wanted| wanted == name);
        let mut steps = staged::list(&library, &allowed);
        steps.retain(|staged| is_wanted(staged.runbook));
        let outdated = allowed.iter().filter(|allowed| is_wanted(&allowed.runbook));
        let outdated: Vec<&Allowed> = outdated.filter(|allowed| allowed.is_outdated(&library)).collect();
        for allowed in &outdated {
            remark(&allowed.outdated().to_string());
        }
        if self.json {
            output::json(&json!({
                "steps": steps.iter().map(object).collect::<Vec<_>>(),
                "outdated": outdated.iter().map(|allowed| gone(allowed)).collect::<Vec<_>>(),
            }))?;
        } else if self.runbook.is_some() {
            say_all(&steps.iter().flat_map(lines).collect::<Vec<_>>())?;
        } else {
            table(&["runbook", "step", "by itself", "title"], steps.iter().map(row))?;
        }
        Ok(ExitCode::from(u8::from(!outdated.is_empty())))
    }
}

fn row(staged: &Staged<'_>) -> Vec<String> {
    let runs = staged.refusal.as_ref().map_or_else(|| "yes".to_owned(), |why| format!("no: {why}"));
    vec![staged.runbook.to_owned(), staged.step.n.clone(), runs, staged.step.title.clone()]
}

/// What to paste, under what it is about; a step that lacks something else is only spoken of.
fn lines(staged: &Staged<'_>) -> Vec<String> {
    let step = staged.step;
    let mut lines = vec![format!("# step {} {}", step.n, step.title)];
    match &staged.refusal {
        None => lines.push("# runs by itself".to_owned()),
        Some(Refusal::NotAllowed) => {
            let commands = step.commands.iter().flat_map(|command| command.text.lines());
            lines.extend(commands.map(|line| format!("#   $ {line}")));
            lines.extend(Allowed::of(staged.runbook, &staged.sha256).lines());
        }
        Some(why) => lines.push(format!("# does not run by itself: {why}")),
    }
    lines
}

fn object(staged: &Staged<'_>) -> Value {
    json!({
        "runbook": staged.runbook,
        "step": staged.step.n,
        "title": staged.step.title,
        "sha256": format!("{PREFIX}{}", staged.sha256),
        "runs": staged.refusal.is_none(),
        "why": staged.refusal.as_ref().map(ToString::to_string),
    })
}

fn gone(allowed: &Allowed) -> Value {
    json!({
        "runbook": allowed.runbook,
        "sha256": format!("{PREFIX}{}", allowed.sha256),
        "file": allowed.place.file,
        "line": allowed.place.line,
    })
}
