//! Our own small schema, for scripts and for whatever has no format of its own.

use serde_json::Value;

use super::{Heard, Posted, instant, need, text};
use crate::incident::event::{Change, ChangeKind};
use crate::text::Time;

/// Every field that is known.
const FIELDS: &[&str] = &["service", "what", "kind", "at", "id", "back", "url"];

/// `{"service","what"}`, and `kind` (deploy), `at` (now), `id`, `back`, `url`. An `id` or an `at` is wanted,
/// so that a retry is not a second change.
pub(super) fn read(body: &Value, service: Option<&str>, now: Time) -> Result<Heard, String> {
    let stranger =
        body.as_object().and_then(|fields| fields.keys().find(|key| !FIELDS.contains(&key.as_str())));
    if let Some(stranger) = stranger {
        return Err(format!("{stranger}: unknown field (known: {})", FIELDS.join(", ")));
    }
    let service = service.map_or_else(|| need(body, "/service"), Ok)?;
    let what = need(body, "/what")?;
    let kind: ChangeKind = text(body, "/kind").unwrap_or("deploy").parse()?;
    let at = if body.get("at").is_some() { Some(instant(body, "/at")?) } else { None };
    let key = match (text(body, "/id"), at) {
        (Some(id), _) => format!("{service}:{id}"),
        (None, Some(at)) => format!("{service}:{kind}:{what}:{}", at.timestamp_millis()),
        (None, None) => return Err("id: missing (an id or an at makes a retry the same change)".to_owned()),
    };
    let (back, url) = (text(body, "/back").map(str::to_owned), text(body, "/url").map(str::to_owned));
    let change = Change::new(kind, service, what).back(back).url(url);
    Ok(Heard::Change(Posted { at: at.unwrap_or(now), change, key }))
}
