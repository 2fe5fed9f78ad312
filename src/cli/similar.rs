//! `warroom similar`: past incidents that one is like, and why.

use std::process::ExitCode;

use clap::Args;

use super::context::Context;
use super::output::{Failure, json, say, say_all};
use super::verbs::Named;
use crate::incident::Ledger;
use crate::incident::similar::{self, Similar as Like};

/// Past incidents that this one is like, the likest first, and why
#[derive(Debug, Args)]
#[command(
    after_help = "Counted are shared services, alerts, rare words of title and notes, and the kind of mitigation;
drills and merged incidents are left out.

Example:
  warroom similar --json | jq -r '.[0] | .id + \" \" + .mitigation'"
)]
pub(super) struct Similar {
    /// One JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    named: Named,
}

impl Similar {
    pub fn run(&self, context: &Context, ledger: &Ledger) -> Result<ExitCode, Failure> {
        let found = similar::to(ledger, self.named.find(ledger)?, context.now());
        if self.json {
            return json(&found.iter().map(Like::json).collect());
        }
        if found.is_empty() {
            return say("nothing like it in the journal");
        }
        say_all(&found.iter().map(|like| like.words(context.now())).collect::<Vec<_>>())
    }
}
