//! `[[source]]`: where measurements come from. Checks what is written, asks nobody.

use std::collections::BTreeMap;
use std::time::Duration;

use super::probe;
use super::url::{self, Base};
use super::{Partial, Source, SourceKind, Turn, access};
use crate::slo::telemetry::ALERTMANAGER;
use crate::text::fields::{Fields, Report};
use crate::text::problem::Problem;

const KEYS: &[&str] = &["name", "kind", "url", "urls", "every", "timeout", "heartbeat", "partial"];
const KINDS: &[&str] = &["prometheus", "scrape", "probe", ALERTMANAGER];

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
    take_turns(&mut sources.usable);
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
    let own = probe::keys(fields.peek("kind"));
    let known: Vec<&str> = KEYS.iter().chain(own).copied().chain(access::known()).collect();
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
    let access = access::read(fields);
    let (heartbeat, partial, turn) = (heartbeat(fields), partial(fields), Turn::default());
    Some(Source { name: name?, kind: kind?, every, timeout, access, heartbeat, partial, turn })
}

fn holds_alerts(fields: &Fields<'_>) -> bool {
    fields.peek("kind") == Some(ALERTMANAGER)
}

/// Whether answers of a Thanos or a Mimir that lacks a store are counted.
fn partial(fields: &mut Fields<'_>) -> Partial {
    if (fields.has("urls") || holds_alerts(fields)) && fields.has("partial") {
        let what = "only a Prometheus says of its answers that data is missing";
        fields.wrong("partial", "bad-value", what, "leave it out");
    }
    match fields.word("partial", &["refuse", "accept"]) {
        Some("accept") => Partial::Accept,
        _ => Partial::Refuse,
    }
}

/// The series that shows the server to be fed: it is asked with every poll.
fn heartbeat(fields: &mut Fields<'_>) -> Option<String> {
    let text = fields.text("heartbeat")?;
    if holds_alerts(fields) {
        fields.wrong("heartbeat", "bad-value", "an Alertmanager has no series", "leave it out");
        return None;
    }
    if fields.has("urls") {
        let what = "a direct scrape has no heartbeat series: it fails when its target does";
        fields.wrong("heartbeat", "bad-value", what, "leave it out");
        return None;
    }
    if text.contains("{{") {
        fields.wrong("heartbeat", "bad-value", "no hole is filled here", "write a selector: up{job=\"x\"}");
        return None;
    }
    Some(text.trim().to_owned())
}

/// Sources that poll one host take turns.
fn take_turns(sources: &mut [Source]) {
    let hosts: Vec<Option<String>> = sources.iter().map(|source| source.kind.host()).collect();
    for (at, source) in sources.iter_mut().enumerate() {
        let same = |host: &&Option<String>| host.is_some() && **host == hosts[at];
        let before = hosts[..at].iter().filter(same).count();
        let of = hosts.iter().filter(same).count().max(1);
        source.turn = Turn { before, of };
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
        "scrape" => Some(SourceKind::Scrape { urls: urls(fields)? }),
        "probe" => probe::read(fields).map(SourceKind::Probe),
        ALERTMANAGER => Some(SourceKind::Alertmanager { url: base(fields)? }),
        _ => Some(SourceKind::Prometheus { url: base(fields)? }),
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

/// The addresses of a source that asks many.
pub(super) fn urls(fields: &mut Fields<'_>) -> Option<Vec<String>> {
    if fields.has("url") {
        let what = format!("a {} source has a list", fields.peek("kind").unwrap_or_default());
        fields.wrong("url", "bad-value", what, "write urls = [\"http://HOST:PORT/metrics\"]");
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
    (!urls.is_empty()).then_some(urls)
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
