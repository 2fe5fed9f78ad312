//! A status page's incident as JSON: Statuspage's own object, or the same told by others; one or several,
//! as a document or a line each.

use serde::Deserialize;
use serde_json::Value;

use crate::incident::event::Imported;
use crate::incident::intent::Import;
use crate::text::{Place, Problem, Time};

use super::{Setting, Source, Told, line};

/// What a page says of one incident. Fields that others leave out are not missed.
#[derive(Debug, Deserialize)]
struct Page {
    #[serde(default)]
    id: Value,
    #[serde(alias = "title", default)]
    name: String,
    #[serde(default)]
    resolved_at: Option<Time>,
    #[serde(alias = "updates", default)]
    incident_updates: Vec<Update>,
}

#[derive(Debug, Deserialize)]
struct Update {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    status: String,
    #[serde(alias = "message", alias = "reported_message", default)]
    body: String,
    /// When it was shown; the page may have set it by hand.
    #[serde(alias = "at", alias = "reported_at", default)]
    display_at: Option<Time>,
    #[serde(default)]
    created_at: Option<Time>,
}

/// Reads a page's incident.
///
/// # Errors
/// What is no such page, and several incidents where none was named.
pub fn read(source: &Source, setting: &Setting) -> Result<Told, String> {
    let (pages, problems) = pages(source);
    let id = |page: &Page| page.id.as_str().map_or_else(|| page.id.to_string(), str::to_owned);
    let wanted = |page: &&Page| setting.only.as_ref().is_none_or(|only| id(page) == *only);
    let chosen: Vec<&Page> = pages.iter().filter(wanted).collect();
    let page = match chosen[..] {
        [page] => page,
        [] => return Err(format!("{}: no such incident of a status page in it (see --only)", source.name)),
        _ => {
            let ids: Vec<String> = pages.iter().map(id).collect();
            return Err(format!(
                "{}: holds {} incidents (name one with --only: {})",
                source.name,
                ids.len(),
                ids.join(", ")
            ));
        }
    };
    let from = format!("status page incident {}: {}", id(page), page.name);
    let mut lines: Vec<Import> =
        page.incident_updates.iter().map(|update| told(update, &id(page), &from)).collect();
    // Statuspage puts the newest first.
    lines.sort_by_key(|line| line.happened_at);
    Ok(Told { lines, problems, resolved_at: page.resolved_at })
}

fn told(update: &Update, id: &str, from: &str) -> Import {
    let status = update.status.trim();
    let text = if status.is_empty() { update.body.clone() } else { format!("{status}: {}", update.body) };
    let happened_at = update.display_at.or(update.created_at);
    let moment = happened_at.map(|at| at.to_rfc3339()).unwrap_or_default();
    let name = update.id.clone().unwrap_or_else(|| super::key(&[&moment, status, &update.body]));
    let line = Imported { key: format!("statuspage:{id}:{name}"), ..line("communication", text, from) };
    Import { happened_at, actor: "status page".to_owned(), line }
}

/// Every incident of a text. A line that cannot be read costs that line.
fn pages(source: &Source) -> (Vec<Page>, Vec<Problem>) {
    if let Ok(whole) = serde_json::from_str::<Value>(&source.text) {
        return (inside(whole), Vec::new());
    }
    let (mut pages, mut problems) = (Vec::new(), Vec::new());
    for (index, text) in source.text.lines().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
        match serde_json::from_str(text) {
            Ok(page) => pages.push(page),
            Err(error) => problems.push(
                Problem::warning(
                    Place::line(&source.name, index + 1),
                    "unreadable",
                    format!("left out: {error}"),
                )
                .way_out("is it an incident of a status page?"),
            ),
        }
    }
    (pages, problems)
}

/// `{"incidents": […]}`, `{"incident": {…}}`, a list, or the object itself.
fn inside(mut whole: Value) -> Vec<Page> {
    let named =
        ["incidents", "incident", "post"].into_iter().find_map(|name| Some(whole.get_mut(name)?.take()));
    match named.unwrap_or(whole) {
        Value::Array(all) => all.into_iter().filter_map(|page| serde_json::from_value(page).ok()).collect(),
        one => serde_json::from_value(one).into_iter().collect(),
    }
}
