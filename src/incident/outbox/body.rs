//! What a target is sent: one text as a generic webhook, as Slack and as PagerDuty Events v2 read it.

use serde_json::{Value, json};

use super::Queued;
use crate::incident::event::Audience;
use crate::incident::{Incident, Severity};
use crate::text::when::rfc3339;

/// Slack takes so many characters in one section, and so many blocks in one message.
const SECTION: usize = 3_000;
const BLOCKS: usize = 50;
/// PagerDuty cuts a summary here (as Alertmanager does), and refuses events of more bytes than half a
/// million; the text is all that can grow.
const SUMMARY: usize = 1_024;
const DETAILS: usize = 100_000;

/// How a target wants to be spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Webhook,
    Slack,
    Pagerduty,
}

impl Kind {
    pub const WORDS: &'static [&'static str] = &["webhook", "slack", "pagerduty"];

    pub fn word(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Slack => "slack",
            Self::Pagerduty => "pagerduty",
        }
    }
}

/// A post with what its body is made from; complete, so that nobody has to look anything up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub queued: Queued,
    pub incident: String,
    title: String,
    severity: Severity,
    services: Vec<String>,
    drill: bool,
}

impl Letter {
    pub fn new(incident: &Incident, queued: &Queued) -> Self {
        Self {
            queued: queued.clone(),
            incident: incident.id.clone(),
            title: incident.title.clone(),
            severity: incident.severity,
            services: incident.services.clone(),
            drill: incident.drill,
        }
    }
}

/// The JSON that a target of a kind is sent. `routing_key` is PagerDuty's.
pub fn body(kind: Kind, letter: &Letter, routing_key: &str) -> Value {
    match kind {
        Kind::Webhook => webhook(letter),
        Kind::Slack => slack(&letter.queued.post.text),
        Kind::Pagerduty => pagerduty(letter, routing_key),
    }
}

fn webhook(letter: &Letter) -> Value {
    let Letter { queued, incident, title, severity, services, drill } = letter;
    json!({
        "key": queued.post.key,
        "queued_at": rfc3339(queued.at),
        "incident": {"id": incident, "title": title, "severity": severity, "services": services, "drill": drill},
        "audience": queued.post.audience,
        "level": queued.post.level,
        "text": queued.post.text,
    })
}

/// `text` always, for notifications; sections within the limit. Slack reads `&`, `<` and `>` as markup:
/// a title must not call a whole channel.
fn slack(text: &str) -> Value {
    let sections: Vec<Value> = pieces(text)
        .into_iter()
        .take(BLOCKS)
        .map(|piece| json!({"type": "section", "text": {"type": "mrkdwn", "text": piece}}))
        .collect();
    let first = pieces(text).into_iter().next().unwrap_or_default();
    json!({"text": first, "blocks": sections})
}

/// A text in pieces of at most [`SECTION`] characters as Slack counts them: escaped.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut length = 0;
    for letter in text.chars() {
        let own = letter.to_string();
        let written = match letter {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            _ => &own,
        };
        let counts = written.chars().count();
        if length + counts > SECTION {
            pieces.push(String::new());
            length = 0;
        }
        length += counts;
        if let Some(piece) = pieces.last_mut() {
            piece.push_str(written);
        }
    }
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

fn pagerduty(letter: &Letter, routing_key: &str) -> Value {
    let Letter { queued, incident, title, severity, services, drill } = letter;
    let post = &queued.post;
    if let Some(follows) = &post.follows {
        let action = follows.with.word();
        return json!({"routing_key": routing_key, "event_action": action, "dedup_key": follows.key});
    }
    json!({
        "routing_key": routing_key,
        "event_action": "trigger",
        "dedup_key": post.key,
        "client": "warroom",
        "payload": {
            "summary": cut(&post.text.split_whitespace().collect::<Vec<_>>().join(" "), SUMMARY),
            "source": incident,
            "severity": pagerduty_severity(*severity, post.audience),
            "timestamp": rfc3339(queued.at),
            "component": services.join(", "),
            "group": incident,
            "class": if *drill { "drill" } else { "incident" },
            "custom_details": {
                "title": cut(title, SUMMARY),
                "audience": post.audience,
                "level": post.level,
                "text": cut(&post.text, DETAILS),
            },
        },
    })
}

/// A call is as grave as its incident; an update informs.
fn pagerduty_severity(severity: Severity, audience: Option<Audience>) -> &'static str {
    match severity {
        _ if audience.is_some() => "info",
        Severity::Sev1 => "critical",
        Severity::Sev2 => "error",
        Severity::Sev3 => "warning",
        Severity::Sev4 => "info",
    }
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}
