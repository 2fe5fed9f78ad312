//! `[[outbox]]`: where posts go. Where a target lies is a secret by itself, so it is named, not written.

use super::Secret;
use super::access::secret;
use crate::incident::event::Audience;
use crate::incident::outbox::Kind;
use crate::text::fields::{Fields, Report};

const KEYS: &[&str] =
    &["name", "kind", "url_file", "url_env", "routing_key_file", "routing_key_env", "audiences"];
/// Keys that people write secrets under; refused before the value can be shown anywhere.
const INLINE: &[&str] = &["url", "webhook", "webhook_url", "routing_key", "token"];
const AUDIENCES: &[&str] = &["public", "stakeholders", "executives"];

/// One place that posts go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub name: String,
    pub kind: Kind,
    /// Its address; PagerDuty's own where none is named.
    pub url: Option<Secret>,
    /// PagerDuty's integration key.
    pub routing_key: Option<Secret>,
    /// Whose updates it takes; none: escalations only.
    pub audiences: Vec<Audience>,
}

impl Target {
    pub fn takes(&self, audience: Audience) -> bool {
        self.audiences.contains(&audience)
    }

    pub(super) fn paths(&mut self) -> impl Iterator<Item = &mut String> {
        [&mut self.url, &mut self.routing_key].into_iter().flatten().filter_map(Secret::path)
    }
}

pub(super) fn read(root: &mut Fields<'_>) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for element in root.elements("outbox") {
        let mut report = Report::default();
        let path = element
            .peek("name")
            .map_or_else(|| format!("outbox[{}]", element.index), |name| format!("outbox.{name}"));
        let mut fields = Fields::element(root.document, element, path, &mut report);
        let target = target(&mut fields, &targets).filter(|_| !report.failed());
        root.report.absorb(report, target.is_some());
        targets.extend(target);
    }
    targets
}

fn target(fields: &mut Fields<'_>, known: &[Target]) -> Option<Target> {
    for key in INLINE.iter().filter(|key| fields.has(key)).copied().collect::<Vec<_>>() {
        let way_out = "use url_file = \"PATH\" or url_env = \"NAME\" (routing_key_… for PagerDuty)";
        fields.wrong(key, "inline-secret", "secrets are not written into this file", way_out);
    }
    let all: Vec<&str> = KEYS.iter().chain(INLINE).copied().collect();
    fields.only(&all);
    let name = fields.need_text("name", "\"status\"");
    if known.iter().any(|target| Some(target.name.as_str()) == name) {
        fields.wrong("name", "duplicate", "the name is there twice", "give one of them another name");
    }
    fields.need_text("kind", "\"slack\"");
    let kind = match fields.has("kind").then(|| fields.word("kind", Kind::WORDS)).flatten()? {
        "slack" => Kind::Slack,
        "pagerduty" => Kind::Pagerduty,
        _ => Kind::Webhook,
    };
    let (url, routing_key) = (secret(fields, "url"), secret(fields, "routing_key"));
    let has = |key: &str| fields.has(&format!("{key}_file")) || fields.has(&format!("{key}_env"));
    let needed = if kind == Kind::Pagerduty { "routing_key" } else { "url" };
    if !has(needed) {
        fields.missing(&format!("{needed}_file"), "\"PATH\"");
    }
    let audiences = audiences(fields);
    Some(Target { name: name?.to_owned(), kind, url, routing_key, audiences })
}

fn audiences(fields: &mut Fields<'_>) -> Vec<Audience> {
    if !fields.has("audiences") {
        return Vec::new();
    }
    let texts = fields.texts("audiences");
    let audiences: Vec<Audience> = texts.iter().filter_map(|(text, _)| text.parse().ok()).collect();
    if audiences.len() < texts.len() {
        let way_out = format!("write a list of {}", AUDIENCES.join(", "));
        fields.wrong("audiences", "bad-value", "holds what is no audience", way_out);
    }
    audiences
}
