//! `warroom runbook find`: by the rule of the console's window, on the journal as it is.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use crate::cli::context::Context;
use crate::cli::output::{self, Failure, remark, table};
use crate::incident::inbox::plain_name;
use crate::incident::{Incident, Ledger};
use crate::io::journal::Journal;
use crate::runbook::age::{Age, STALE_DAYS};
use crate::runbook::find::{Found, Hit, Moment};
use crate::runbook::outcome::Outcomes;
use crate::runbook::{Library, Runbook, Shelf};
use crate::slo::Slo;
use crate::text::Time;

/// Runbooks by name, alert, service, section and what they say, the best first
#[derive(Debug, Args)]
#[command(
    after_help = "Every word is wanted. Of a name its letters in order are enough: hlat finds high-latency. On top
stand the runbooks of the alert named and of open incidents, then those that helped before.

Examples:
  warroom runbook find disk
  warroom runbook find hlat
  warroom runbook find --alert KubePodNotReady
  warroom runbook find replica lag --json | jq -r '.[0].name'"
)]
pub(crate) struct Find {
    /// What is looked for; without words every runbook
    words: Vec<String>,
    /// The alert that fires: its runbook comes first
    #[arg(long, value_name = "NAME")]
    alert: Option<String>,
    /// Most runbooks that are shown
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// One JSON document
    #[arg(long)]
    json: bool,
}

impl Find {
    pub fn run(&self, context: &Context) -> Result<ExitCode, Failure> {
        let (library, problems) = context.user_files().runbooks(&Library::default());
        for problem in &problems {
            remark(&problem.to_string());
        }
        let moment = self.moment(context, library.shelf())?;
        let hits = library.shelf().find(&self.words.join(" "), &moment);
        if hits.len() > self.limit && !context.quiet {
            remark(&format!("runbook: {} found, {} shown (--limit N shows more)", hits.len(), self.limit));
        }
        let found = hits.iter().take(self.limit).filter_map(|hit| Some((hit, library.get(&hit.runbook)?)));
        let now = context.now();
        if self.json {
            return output::json(&found.map(|(hit, book)| object(hit, book, &moment, now)).collect());
        }
        let rows = found.map(|(hit, book)| row(hit, book, &moment, now));
        table(&["name", "age", "helped", "why", "title"], rows)
    }

    /// What leads to a runbook here: the alert that was named, and open incidents.
    fn moment(&self, context: &Context, books: &Shelf) -> Result<Moment, Failure> {
        let (journal, none) = (context.existing_journal()?, Ledger::default());
        let ledger = journal.as_ref().map_or(&none, Journal::ledger);
        let mut moment = Moment { fitting: Vec::new(), outcomes: Outcomes::of(ledger) };
        if let Some(alert) = &self.alert {
            match books.called(&[plain_name(alert)]) {
                Some(runbook) => moment.lead(runbook, format!("{alert} fires")),
                None => remark(&format!("runbook: no runbook is called {alert} or names it as its alert")),
            }
        }
        // Whoever looks for a runbook wants one, whatever the configuration lacks.
        let slos = context.config().map(|loaded| loaded.config.slos).unwrap_or_default();
        ledger.open().for_each(|incident| lead(incident, &slos, &mut moment));
        Ok(moment)
    }
}

/// An open incident leads to the runbooks of its services' SLOs.
fn lead(incident: &Incident, slos: &[Slo], moment: &mut Moment) {
    let of = slos.iter().filter(|slo| incident.services.contains(&slo.service));
    for runbook in of.filter_map(|slo| slo.runbook.as_ref()) {
        moment.lead(runbook, format!("of {}", incident.id));
    }
}

fn row(hit: &Hit, book: &Runbook, moment: &Moment, now: Time) -> Vec<String> {
    let outcome = moment.outcomes.get(&book.name);
    let helped =
        if outcome.used == 0 { String::new() } else { format!("{} of {}", outcome.helped, outcome.used) };
    let place = |found: &Found| {
        let step = found.step.as_ref().map_or_else(String::new, |step| format!("step {step}: "));
        format!("{step}{}", found.text)
    };
    let why = moment.why(&book.name).map(str::to_owned).or_else(|| hit.found.as_ref().map(place));
    let age = Age::reviewed(book, now).warning().unwrap_or_default();
    vec![book.name.clone(), age, helped, why.unwrap_or_default(), book.title.clone()]
}

fn object(hit: &Hit, book: &Runbook, moment: &Moment, now: Time) -> Value {
    let outcome = moment.outcomes.get(&book.name);
    let days = match Age::reviewed(book, now) {
        Age::Days(days) => Some(days),
        Age::Missing | Age::Malformed(_) => None,
    };
    json!({
        "name": book.name,
        "title": book.title,
        "reviewed_days_ago": days,
        "stale": days.is_none_or(|days| days > STALE_DAYS),
        "used": outcome.used,
        "helped": outcome.helped,
        "why": moment.why(&book.name),
        "found": hit.found.as_ref().map(|found| json!({
            "in": found.part.word(),
            "step": found.step,
            "text": found.text,
        })),
    })
}
