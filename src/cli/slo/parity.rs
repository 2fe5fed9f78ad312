//! `slo status --parity`: our numbers beside those that the rules of Sloth and Pyrra have recorded.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::output::{self, Failure, print, table_text};
use crate::config::Config;
use crate::io::clock::Clock;
use crate::io::parity::{self, Found};
use crate::slo::Evaluator;
use crate::slo::parity::{Ours, Recorded, Row, Tool, Why, compare, strangers};
use crate::text::when;

/// An SLO's rows, or why there are none.
type Compared = (String, Result<Vec<Row>, String>);

/// Asks for what is recorded and prints both. The evaluator was just brought up to now.
pub(super) async fn run(
    config: &Config,
    evaluator: &Evaluator,
    clock: Clock,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let now = clock.now();
    let found = parity::recorded(config, clock).await;
    let compared: Vec<Compared> = found.into_iter().flat_map(|found| beside(evaluator, found)).collect();
    if as_json {
        return output::json(&json!({ "at": when::rfc3339(now), "parity": document(&compared) }));
    }
    let heading = ["slo", "by", "what", "ours", "theirs", "difference", "why"];
    let rows = compared.iter().flat_map(lines).map(|row| (None, row));
    print(&table_text(&heading, rows, false))
}

/// A row's worth for each group of a grouped SLO, and for each group that only they have.
fn beside(evaluator: &Evaluator, (id, recorded): Found) -> Vec<Compared> {
    let recorded = match recorded {
        Ok(recorded) => recorded,
        Err(why) => return vec![(id, Err(why))],
    };
    let rows = Ours::all(evaluator, &id);
    let own = rows.iter().map(|ours| (ours.id().to_owned(), compared(ours, &id, &recorded)));
    let theirs = strangers(evaluator, &id, &recorded)
        .into_iter()
        .map(|group| (group.row_id(&id), Err("it is recorded, and our source has no such group".to_owned())));
    let found: Vec<Compared> = own.chain(theirs).collect();
    if found.is_empty() {
        vec![(id, Err("its source has shown none of its groups".to_owned()))]
    } else {
        found
    }
}

fn compared(ours: &Ours<'_>, id: &str, recorded: &[Recorded]) -> Result<Vec<Row>, String> {
    let rows = compare(ours, recorded);
    if rows.is_empty() {
        return Err(format!("nothing is recorded for it (no series with sloth_id or slo {id:?})"));
    }
    Ok(rows)
}

fn tool(tool: Tool) -> &'static str {
    match tool {
        Tool::Sloth => "sloth",
        Tool::Pyrra => "pyrra",
    }
}

fn lines((id, rows): &Compared) -> Vec<Vec<String>> {
    let blank = String::new;
    match rows {
        Err(why) => vec![vec![id.clone(), blank(), blank(), blank(), blank(), blank(), why.clone()]],
        Ok(rows) => rows.iter().map(|row| line(id, row)).collect(),
    }
}

fn line(id: &str, row: &Row) -> Vec<String> {
    let number = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), shown);
    vec![
        id.to_owned(),
        tool(row.tool).to_owned(),
        row.what.clone(),
        number(row.ours),
        number(row.theirs),
        number(row.difference()),
        row.why.map_or_else(|| "same".to_owned(), Why::words),
    ]
}

/// Six digits that count.
fn shown(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let digits = 5 - (value.abs().log10().floor() as i32).clamp(-9, 5);
    let text = format!("{value:.0$}", usize::try_from(digits).unwrap_or_default());
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn document(compared: &[Compared]) -> Value {
    let object = |(id, rows): &Compared| {
        let error = rows.as_ref().err();
        let rows: Vec<Value> = rows.iter().flatten().map(row_json).collect();
        json!({ "slo": id, "rows": rows, "error": error })
    };
    compared.iter().map(object).collect()
}

/// NaN is `null` in JSON, so `theirs_nan` tells it from a series that is not there.
fn row_json(row: &Row) -> Value {
    json!({
        "tool": row.tool,
        "what": row.what,
        "ours": row.ours,
        "theirs": row.theirs,
        "theirs_nan": row.theirs.is_some_and(f64::is_nan),
        "difference": row.difference(),
        "same": row.why.is_none(),
        "why": row.why.map(Why::words),
    })
}
