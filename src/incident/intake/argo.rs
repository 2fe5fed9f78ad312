//! Argo CD has no body of its own: whoever is notified writes the template. This is ours, and its reader.

use serde_json::Value;

use super::{Heard, Posted, instant, need, text};
use crate::incident::event::{Change, ChangeKind};

/// The part of the notifications' `ConfigMap` that posts what is read here.
pub const TEMPLATE: &str = include_str!("../../../templates/argocd-notifications.yaml");

/// Characters of a commit that people read.
const SHORT: usize = 8;

pub(super) fn read(body: &Value, service: Option<&str>) -> Result<Heard, String> {
    let app = need(body, "/app")?;
    let failed = match need(body, "/phase")? {
        "Succeeded" => "",
        "Failed" | "Error" => ", FAILED",
        _ => return Ok(Heard::Nothing("the sync has not ended")),
    };
    let revision = need(body, "/revision")?;
    let at = instant(body, "/finished_at")?;
    let place = text(body, "/namespace").map(|namespace| format!(" to {namespace}")).unwrap_or_default();
    let service = service.or_else(|| text(body, "/service")).unwrap_or(app);
    let what = format!("{}{place}{failed}", short(revision));
    let back = text(body, "/previous").filter(|previous| *previous != revision).map(short);
    let url = text(body, "/url").map(str::to_owned);
    Ok(Heard::Change(Posted {
        at,
        change: Change::new(ChangeKind::Deploy, service, what).back(back).url(url),
        key: format!("{app}:{revision}:{}", at.timestamp()),
    }))
}

/// A commit cut to what people read; a version as it is.
fn short(revision: &str) -> String {
    let is_commit = revision.len() == 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit());
    revision.chars().take(if is_commit { SHORT } else { usize::MAX }).collect()
}
