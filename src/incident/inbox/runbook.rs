//! What an alert's runbook may be called here: by the address its author gave, by a name, by the alert's
//! own name.

use super::Heard;

/// Labels and annotations that name a runbook.
const NAMED: [&str; 3] = ["runbook_url", "runbook", "playbook"];

/// Names that a runbook may have, the most certain first, each as a plain name; and the address to read
/// where none of them is here.
pub fn names(alert: &Heard) -> (Vec<String>, Option<String>) {
    let given = |name: &&str| alert.annotations.get(*name).or_else(|| alert.labels.get(*name));
    let given: Vec<&String> = NAMED.iter().filter_map(given).filter(|text| !text.trim().is_empty()).collect();
    let mut names: Vec<String> = given.iter().map(|text| plain(last_part(text))).collect();
    names.push(plain(alert.name()));
    names.dedup();
    let address = given.iter().find(|text| text.contains("://")).map(|text| text.trim().to_owned());
    (names, address)
}

/// `https://books.example/disk-full.md#step-2` to `disk-full`.
fn last_part(text: &str) -> &str {
    let path = text.trim().split(['#', '?']).next().unwrap_or(text).trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or(path);
    last.strip_suffix(".md").or_else(|| last.strip_suffix(".html")).unwrap_or(last)
}

/// A name as it compares: `HostDown`, `Host_Down` and `host-down` are one.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
