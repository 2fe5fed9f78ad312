//! `[[source]]`: where measurements come from. Checks what is written, asks nobody.

use std::collections::BTreeMap;
use std::time::Duration;

use super::url::{self, Base};
use super::{Secret, Source, SourceKind};
use crate::text::fields::{Fields, Report};
use crate::text::problem::Problem;

const KEYS: &[&str] =
    &["name", "kind", "url", "urls", "every", "timeout", "bearer_token_file", "bearer_token_env"];
const KINDS: &[&str] = &["prometheus", "scrape", "alertmanager"];
/// Keys that people write secrets under; refused before the value can be shown anywhere.
const INLINE: &[&str] =
    &["bearer_token", "token", "password", "basic_auth", "authorization", "bearer", "api_key", "headers"];

const EVERY: Duration = Duration::from_secs(15);
const TIMEOUT: Duration = Duration::from_secs(10);

/// The sources of a file.
#[derive(Debug, Default)]
pub(super) struct Sources {
    pub(super) usable: Vec<Source>,
    /// Every name that was given, usable or not, and the line it stands on.
    pub(super) names: BTreeMap<String, usize>,
}

pub(super) fn read(root: &mut Fields<'_>) -> Sources {
    let mut sources = Sources::default();
    for element in root.elements("source") {
        let mut report = Report::default();
        let path = match element.peek("name") {
            Some(name) => format!("source.{name}"),
            None => format!("source[{}]", element.index),
        };
        let source = read_one(&mut Fields::element(root.document, element, path, &mut report), &mut sources);
        let source = source.filter(|_| !report.failed());
        root.report.absorb(report, source.is_some());
        sources.usable.extend(source);
    }
    if sources.names.is_empty() && root.has("slo") && !root.has("source") {
        let problem = Problem::warning(
            root.place_of("slo"),
            "no-source",
            "slo: nothing measures it, there is no [[source]]",
        );
        root.report.problems.push(problem.way_out("add a [[source]] with a name, a kind and a url"));
    }
    sources
}

fn read_one(fields: &mut Fields<'_>, sources: &mut Sources) -> Option<Source> {
    refuse_inline_secrets(fields);
    let known: Vec<&str> = KEYS.iter().chain(INLINE).copied().collect();
    fields.only(&known);
    let name = name(fields, sources);
    let kind = kind(fields);
    let every = bounded(fields, "every", Duration::from_hours(1)).unwrap_or(EVERY);
    let timeout = bounded(fields, "timeout", Duration::from_mins(1)).unwrap_or(TIMEOUT.min(every));
    if timeout > every {
        fields.wrong(
            "timeout",
            "bad-value",
            "is longer than the time between two polls",
            "make it at most every",
        );
    }
    let bearer = bearer(fields);
    Some(Source { name: name?, kind: kind?, every, timeout, bearer })
}

fn refuse_inline_secrets(fields: &mut Fields<'_>) {
    for key in INLINE.iter().filter(|key| fields.has(key)).copied().collect::<Vec<_>>() {
        let way_out = "use bearer_token_file = \"PATH\" or bearer_token_env = \"NAME\"";
        fields.wrong(key, "inline-secret", "secrets are not written into this file", way_out);
    }
}

fn name(fields: &mut Fields<'_>, sources: &mut Sources) -> Option<String> {
    let name = fields.need_text("name", "\"prod\"")?;
    if let Some(line) = sources.names.get(name) {
        let what = format!("there is already a source of this name on line {line}");
        fields.wrong("name", "duplicate", what, "give one of them another name");
        return None;
    }
    sources.names.insert(name.to_owned(), fields.place_of("name").line);
    Some(name.to_owned())
}

fn kind(fields: &mut Fields<'_>) -> Option<SourceKind> {
    if !fields.has("kind") {
        fields.missing("kind", "\"prometheus\"");
    }
    match fields.word("kind", KINDS)? {
        "scrape" => scrape(fields),
        "prometheus" => Some(SourceKind::Prometheus { url: base(fields)? }),
        other => {
            base(fields);
            let what = format!("{other} sources are not polled by this version");
            fields.doubt("kind", "not-yet", what, "the rest of the file is used without it");
            None
        }
    }
}

fn base(fields: &mut Fields<'_>) -> Option<String> {
    if fields.has("urls") {
        fields.wrong("urls", "bad-value", "belongs to scrape sources", "write url = \"http://HOST:PORT\"");
    }
    let url = fields.need_text("url", "\"http://127.0.0.1:9090\"")?;
    match url::check(url, Base::Server) {
        Ok(()) => Some(url.trim_end_matches('/').to_owned()),
        Err(flaw) => {
            fields.wrong("url", "bad-url", flaw.what, flaw.way_out);
            None
        }
    }
}

fn scrape(fields: &mut Fields<'_>) -> Option<SourceKind> {
    if fields.has("url") {
        fields.wrong(
            "url",
            "bad-value",
            "a scrape source has a list",
            "write urls = [\"http://HOST:PORT/metrics\"]",
        );
    } else if !fields.has("urls") {
        fields.missing("urls", "[\"http://127.0.0.1:8080/metrics\"]");
    }
    let mut urls: Vec<String> = Vec::new();
    for (url, place) in fields.texts("urls") {
        let flaw = url::check(url, Base::Endpoint).err();
        let twice = urls.iter().any(|seen| seen == url).then(url::Flaw::twice);
        if let Some(flaw) = flaw.or(twice) {
            let what = format!("{}: {}", fields.path("urls"), flaw.what);
            fields.report.problems.push(Problem::error(place, "bad-url", what).way_out(flaw.way_out));
        }
        urls.push(url.to_owned());
    }
    (!urls.is_empty()).then_some(SourceKind::Scrape { urls })
}

fn bounded(fields: &mut Fields<'_>, key: &str, most: Duration) -> Option<Duration> {
    let span = fields.span(key)?;
    if span < Duration::from_secs(1) || span > most {
        let way_out = format!("write a span from 1s to {}", if most.as_secs() == 60 { "1m" } else { "1h" });
        fields.wrong(key, "bad-value", "is out of range", way_out);
        return None;
    }
    Some(span)
}

fn bearer(fields: &mut Fields<'_>) -> Option<Secret> {
    if fields.has("bearer_token_file") && fields.has("bearer_token_env") {
        fields.wrong(
            "bearer_token_env",
            "bad-value",
            "the token has two places",
            "keep the file or the variable",
        );
    }
    if let Some(file) = fields.text("bearer_token_file") {
        return Some(Secret::File(file.to_owned()));
    }
    let name = fields.text("bearer_token_env")?;
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !plain || name.starts_with(|c: char| c.is_ascii_digit()) {
        // The value is not shown: it may be the token itself.
        let what = "is not the name of an environment variable";
        fields.wrong("bearer_token_env", "inline-secret", what, "write the variable's name, not its content");
        return None;
    }
    Some(Secret::Env(name.to_owned()))
}
