//! `[[service]]`: the names that a service's rate, errors, durations and loads have at its source,
//! written out or from presets. Checks what is written, asks nobody.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{Config, SourceKind};
use crate::slo::preset::{self, Across, Full, Histogram, Load, LoadKind, Names, Preset, Service, Tick};
use crate::slo::selector::Selector;
use crate::slo::signal::Link;
use crate::slo::spec::native;
use crate::text::fields::{Fields, Report};
use crate::text::problem;

const KEYS: &[&str] = &[
    "name",
    "source",
    "preset",
    "labels",
    "match",
    "requests",
    "errors",
    "duration",
    "duration_unit",
    "saturation",
    "logs",
    "traces",
];
const LOAD_KEYS: &[&str] = &["name", "value", "kind", "full", "left", "across", "unit"];

/// Reads the `[[service]]` tables of a file. One bad service costs that service; a second of the same
/// name is an error, the first one stays.
pub(super) fn read(root: &mut Fields<'_>, config: &Config) -> Vec<Service> {
    let mut services = Vec::new();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for element in root.elements("service") {
        let mut report = Report::default();
        let name = element.peek("name");
        let path =
            name.map_or_else(|| format!("service[{}]", element.index), |name| format!("service.{name}"));
        let mut fields = Fields::element(root.document, element, path, &mut report);
        match name.map(|name| seen.entry(name)) {
            Some(Entry::Occupied(first)) => duplicate(&mut fields, *first.get()),
            Some(Entry::Vacant(free)) => _ = free.insert(fields.place_of("name").line),
            None => {}
        }
        let service = read_one(&mut fields, config).filter(|_| !report.failed());
        root.report.absorb(report, service.is_some());
        services.extend(service);
    }
    services
}

fn duplicate(fields: &mut Fields<'_>, line: usize) {
    let what = format!("there is already a service of this name on line {line}");
    fields.wrong("name", "duplicate", what, "write both into one table");
}

fn read_one(fields: &mut Fields<'_>, config: &Config) -> Option<Service> {
    fields.only(KEYS);
    let name = native::name(fields, "name", "\"checkout\"");
    let source = source(fields, config);
    let presets = presets(fields);
    let names = names(fields, name.clone().unwrap_or_default());
    let written = Service {
        source,
        requests: selector(fields, "requests"),
        errors: selector(fields, "errors"),
        duration: duration(fields),
        loads: loads(fields),
        logs: link(fields, "logs"),
        traces: link(fields, "traces"),
        defined_at: fields.place(),
        ..Service::new(name?)
    };
    let service = completed(written, &presets, &names);
    demand_something(fields, &service);
    Some(service)
}

/// What the presets name, where nothing is written. Of a load named twice the written one stays.
fn completed(mut service: Service, presets: &[&Preset], names: &Names) -> Service {
    for preset in presets {
        // An own counter of requests has its own errors, or none.
        if service.requests.is_none() {
            service.requests = preset.requests(names);
            service.errors = service.errors.or_else(|| preset.errors(names));
        }
        service.duration = service.duration.or_else(|| preset.duration(names));
        for load in preset.loads(names) {
            if service.loads.iter().all(|known| known.name != load.name) {
                service.loads.push(load);
            }
        }
    }
    service
}

fn demand_something(fields: &mut Fields<'_>, service: &Service) {
    let bare = ["preset", "requests", "errors", "duration", "saturation"].iter().all(|key| !fields.has(key));
    if service.errors.is_some() && service.counted().is_none() {
        let way_out = "add requests, the counter of all of them";
        fields.wrong("errors", "missing-key", "are a share of nothing: requests is missing", way_out);
    } else if bare {
        fields.missing("preset", "\"http\", or requests, duration and saturation in your own names");
    }
}

fn source(fields: &mut Fields<'_>, config: &Config) -> Option<String> {
    if config.sources.is_empty() && config.unusable.is_empty() {
        let way_out = "add a [[source]] with a name, a kind and a url";
        fields.doubt("name", "no-source", "nothing measures it, there is no [[source]]", way_out);
    }
    let name = if fields.has("source") { Some(fields.text("source")?) } else { None };
    if let Some((what, way_out)) = name.and_then(|name| config.stranger(name)) {
        fields.wrong("source", "unknown-source", what, way_out);
    }
    if let Some(probe) = config.source(name).filter(|source| matches!(source.kind, SourceKind::Probe(_))) {
        let what = format!("{:?} is a probe, which has no metrics of a service", probe.name);
        fields.wrong("source", "bad-value", what, "name a prometheus or a scrape source");
    }
    name.map(str::to_owned)
}

/// One preset by name, or a list of them.
fn presets(fields: &mut Fields<'_>) -> Vec<&'static Preset> {
    let named: Vec<&str> = if fields.is_list("preset") {
        fields.texts("preset").into_iter().map(|(name, _)| name).collect()
    } else {
        fields.text("preset").into_iter().collect()
    };
    let mut presets = Vec::new();
    for name in named {
        let Some(preset) = preset::find(name) else {
            let known: Vec<&str> = preset::names().collect();
            let way_out =
                problem::meant(name, known.iter().copied(), || format!("one of {}", known.join(", ")));
            fields.wrong("preset", "bad-value", format!("{name:?} is unknown"), way_out);
            continue;
        };
        presets.push(preset);
    }
    presets
}

fn names(fields: &mut Fields<'_>, service: String) -> Names {
    for key in ["labels", "match"] {
        if fields.has(key) && !fields.has("preset") {
            fields.wrong(
                key,
                "bad-value",
                "changes a preset, and none is named",
                "add preset, or leave it out",
            );
        }
    }
    let matchers = matchers(fields);
    let Some(mut labels) = fields.table("labels") else {
        return Names { service, matchers, ..Names::default() };
    };
    labels.only(&["service", "code"]);
    Names { service, matchers, label: label(&mut labels, "service"), code: label(&mut labels, "code") }
}

fn label(labels: &mut Fields<'_>, key: &str) -> Option<String> {
    let name = labels.text(key)?;
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !plain || name.starts_with(|c: char| c.is_ascii_digit()) {
        labels.wrong(key, "bad-value", format!("{name:?} is no label"), "write the label's name, like app");
        return None;
    }
    Some(name.to_owned())
}

/// Matchers as they stand between the braces of a selector.
fn matchers(fields: &mut Fields<'_>) -> Option<String> {
    let text = fields.text("match")?.trim().trim_end_matches(',');
    if let Err(error) = Selector::parse(&format!("x{{{text}}}")) {
        let way_out = "write them as in a selector: app=\"checkout\",namespace=\"shop\"";
        fields.wrong("match", "bad-selector", format!("no matchers: {}", error.why), way_out);
        return None;
    }
    Some(text.to_owned())
}

fn selector(fields: &mut Fields<'_>, key: &str) -> Option<String> {
    let text = fields.text(key)?;
    match Selector::parse(text) {
        Ok(_) => Some(text.trim().to_owned()),
        Err(error) => {
            let way_out = "write a bare selector, name{label=\"value\"}; rates are taken for you";
            fields.wrong(key, "bad-selector", error.to_string(), way_out);
            None
        }
    }
}

fn duration(fields: &mut Fields<'_>) -> Option<Histogram> {
    let unit = fields.word("duration_unit", &["s", "ms"]);
    let base = selector(fields, "duration")?;
    let metric = base.split('{').next().unwrap_or_default().trim();
    if metric.is_empty() {
        let what = "names no metric before its braces";
        fields.wrong("duration", "bad-selector", what, "write name{label=\"value\"}");
    }
    if let Some(suffix) = ["_bucket", "_count", "_sum"].into_iter().find(|end| metric.ends_with(end)) {
        let what = format!("is one part of a histogram, its {suffix}");
        let way_out = format!("write {} alone", metric.trim_end_matches(suffix));
        fields.wrong("duration", "bad-value", what, way_out);
    }
    let unit = match unit {
        Some("ms") => Tick::Milliseconds,
        Some(_) => Tick::Seconds,
        None => Tick::of(metric),
    };
    Some(Histogram { base, unit })
}

fn link(fields: &mut Fields<'_>, key: &str) -> Option<Link> {
    match Link::parse(fields.text(key)?) {
        Ok(link) => Some(link),
        Err(bad) => {
            fields.wrong(key, "bad-link", bad.what, bad.way_out);
            None
        }
    }
}

fn loads(fields: &mut Fields<'_>) -> Vec<Load> {
    let mut loads: Vec<Load> = Vec::new();
    for element in fields.elements("saturation") {
        let mut report = Report::default();
        let path = match element.peek("name") {
            Some(name) => format!("{}.{name}", fields.path("saturation")),
            None => format!("{}[{}]", fields.path("saturation"), element.index),
        };
        let mut table = Fields::element(fields.document, element, path, &mut report);
        let load = load(&mut table);
        if let Some(load) = load.as_ref().filter(|load| loads.iter().any(|known| known.name == load.name)) {
            let what = format!("there is already one called {:?}", load.name);
            table.wrong("name", "duplicate", what, "give one of them another name");
        }
        fields.report.absorb(report, load.is_some());
        loads.extend(load);
    }
    loads
}

fn load(fields: &mut Fields<'_>) -> Option<Load> {
    fields.only(LOAD_KEYS);
    let name = fields.need_text("name", "\"cpu\"");
    if !fields.has("value") {
        fields.missing("value", "'process_cpu_seconds_total{job=\"…\"}'");
    }
    let value = selector(fields, "value");
    let kind = match fields.word("kind", &["gauge", "rate"]) {
        Some("rate") => LoadKind::Rate,
        _ => LoadKind::Gauge,
    };
    let full = full(fields);
    let worst = kind == LoadKind::Gauge && full != Full::Open;
    let across = match fields.word("across", &["sum", "worst"]) {
        Some("worst") => Across::Worst,
        None if worst => Across::Worst,
        _ => Across::Sum,
    };
    let left = fields.flag("left").unwrap_or(false);
    if left && full == Full::Open {
        fields.wrong(
            "left",
            "bad-value",
            "is left of what? full is missing",
            "add full, what there is in all",
        );
    }
    let usual = if kind == LoadKind::Rate { "/s" } else { "" };
    let unit = fields.text("unit").unwrap_or(usual).to_owned();
    Some(Load { name: name?.to_owned(), value: value?, kind, across, full, left, unit })
}

/// A number, a selector, or a list of selectors.
fn full(fields: &mut Fields<'_>) -> Full {
    if fields.is_text("full") {
        return selector(fields, "full").map_or(Full::Open, |text| Full::Series(vec![text]));
    }
    if fields.is_list("full") {
        let texts: Vec<&str> = fields.texts("full").into_iter().map(|(text, _)| text).collect();
        for text in &texts {
            if let Err(error) = Selector::parse(text) {
                fields.wrong("full", "bad-selector", format!("{text}: {error}"), "write bare selectors");
            }
        }
        return Full::Series(texts.into_iter().map(str::to_owned).collect());
    }
    match fields.number("full") {
        Some(full) if full > 0.0 => Full::At(full),
        Some(_) => {
            fields.wrong("full", "bad-value", "nothing fits into it", "write how much is full, above 0");
            Full::Open
        }
        None => Full::Open,
    }
}
