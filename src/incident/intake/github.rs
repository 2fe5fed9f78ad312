//! GitHub's `deployment_status`: posted for every state a deployment goes through.

use serde_json::Value;

use super::{Heard, Posted, instant, need, text};
use crate::incident::event::{Change, ChangeKind};

/// Characters of a commit that people read.
const SHORT: usize = 8;

/// Only an end changed a service. One that failed may have changed half of it, and says so.
pub(super) fn read(body: &Value, service: Option<&str>) -> Result<Heard, String> {
    if body.pointer("/deployment_status").is_none() {
        return Ok(Heard::Nothing("no deployment_status in it"));
    }
    let state = need(body, "/deployment_status/state")?;
    let failed = match state {
        "success" => "",
        "failure" | "error" => ", FAILED",
        _ => return Ok(Heard::Nothing("the deployment has not ended")),
    };
    let repository = need(body, "/repository/full_name")?;
    let service = service.or_else(|| text(body, "/repository/name")).unwrap_or(repository);
    let id = body
        .pointer("/deployment/id")
        .and_then(Value::as_u64)
        .ok_or("deployment.id: missing, or not a number")?;
    let what = format!("{} to {}{failed}", version(body)?, environment(body)?);
    let link = ["/deployment_status/target_url", "/deployment_status/log_url", "/workflow_run/html_url"];
    let link = link.into_iter().find_map(|pointer| text(body, pointer)).map(str::to_owned);
    Ok(Heard::Change(Posted {
        at: instant(body, "/deployment_status/created_at")?,
        change: Change::new(ChangeKind::Deploy, service, what).url(link),
        key: format!("{repository}:{id}:{state}"),
    }))
}

/// The branch or tag with its commit, `main (a1b2c3d4)`; a bare commit alone.
fn version(body: &Value) -> Result<String, String> {
    let sha = need(body, "/deployment/sha")?;
    let short: String = sha.chars().take(SHORT).collect();
    Ok(match text(body, "/deployment/ref").filter(|name| *name != sha) {
        Some(name) => format!("{name} ({short})"),
        None => short,
    })
}

fn environment(body: &Value) -> Result<&str, String> {
    text(body, "/deployment_status/environment").map_or_else(|| need(body, "/deployment/environment"), Ok)
}
