//! Sloth's service levels: the file (`prometheus/v1`) and the Kubernetes resource, which differ in how
//! keys are spelled.
//!
//! A plugin of Sloth's is Go and cannot run here; what needs one loads as not measurable.

mod windows;

use std::collections::BTreeMap;
use std::time::Duration;

pub(super) use windows::Catalogues;

use super::carried::carrying;
use super::part::{Part, Report};
use super::{MONTH, SpecFile, owner, promql, runbook};
use crate::slo::lint::{self, Flaw};
use crate::slo::{Format, Query, Severity, Share, Sli, Slo, Tier};
use crate::text::when;

/// Plugins of Sloth's that only shape the rules it writes.
const HARMLESS_PLUGINS: &str = "sloth.dev/core/";

/// How keys are spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `error_query`
    File,
    /// `errorQuery`
    Resource,
}

impl Dialect {
    fn key(self, [file, resource]: [&'static str; 2]) -> &'static str {
        match self {
            Self::File => file,
            Self::Resource => resource,
        }
    }
}

/// What the SLOs of one document share.
struct Service<'a> {
    dialect: Dialect,
    name: &'a str,
    labels: BTreeMap<String, String>,
    period: Duration,
    tiers: Vec<Tier>,
    source: Option<&'a str>,
}

/// The SLOs of a document; each stands for itself.
pub(super) fn read(
    root: Part<'_>,
    dialect: Dialect,
    file: &SpecFile<'_>,
    catalogues: &Catalogues,
) -> Vec<Slo> {
    let spec = match dialect {
        Dialect::File => Some(root),
        Dialect::Resource => root.need_map("spec", "{service: checkout, slos: []}"),
    };
    let Some(spec) = spec else { return Vec::new() };
    let name = spec.need_text("service", "checkout").filter(|name| is_name(spec, "service", name));
    let Some(name) = name else { return Vec::new() };
    let slos = spec.list("slos");
    if slos.is_empty() && spec.get("slos").is_none() {
        spec.doubt("no-slos", "slos is missing: the document holds no SLO", "add slos");
    }
    doubt_plugins(spec, dialect.key(["slo_plugins", "sloPlugins"]));
    let period = file.period.unwrap_or(MONTH);
    let tiers = catalogues.tiers(period).unwrap_or_else(|| scaled(root, period));
    let labels = spec.labels("labels");
    let service = Service { dialect, name, labels, period, tiers, source: file.source };
    slos.into_iter().filter_map(|part| alone(part, &service)).collect()
}

/// The windows of thirty days, scaled: Sloth itself refuses a period it has no catalogue for.
fn scaled(root: Part<'_>, period: Duration) -> Vec<Tier> {
    let what = format!(
        "no alert windows for a period of {}: those of 30d are scaled to it",
        when::short_span(period)
    );
    root.doubt("no-alert-windows", what, "load an AlertWindows document with this sloPeriod");
    crate::slo::alert::default_tiers(period)
}

fn alone(part: Part<'_>, service: &Service<'_>) -> Option<Slo> {
    let report = Report::default();
    let read = slo(part.reporting(&report), service);
    part.settle(report, read)
}

fn slo(part: Part<'_>, service: &Service<'_>) -> Option<Slo> {
    doubt_plugins(part, "plugins");
    let name = part.need_text("name", "requests-availability").filter(|name| is_name(part, "name", name));
    let objective = part.need("objective", "99.9").and_then(|part| {
        let promised = lint::promise(part.number()?);
        promised.map_err(|flaw| part.flawed(flaw)).ok()
    });
    let (sli, unmeasurable) = match part.need_map("sli", "{events: {}}") {
        Some(sli) => indicator(sli, service.dialect)?,
        None => return None,
    };
    let mut labels = service.labels.clone();
    labels.extend(part.labels("labels"));
    let alerts = Alerts::read(part, service.dialect);
    let tiers: Vec<Tier> = service.tiers.iter().filter(|tier| alerts.has(tier.severity)).cloned().collect();
    let promised =
        Slo::new(format!("{}-{}", service.name, name?), service.name, objective?, service.period, sli);
    Some(Slo {
        alerting: !tiers.is_empty(),
        tiers,
        runbook: alerts.runbook,
        owner: owner(&labels),
        description: part.text("description").map(str::to_owned),
        source: service.source.map(str::to_owned),
        unmeasurable,
        format: Format::Sloth,
        defined_at: part.place(),
        ..carrying(Slo { labels: labels.clone(), ..promised }, part, [&labels])
    })
}

fn is_name(part: Part<'_>, key: &str, name: &str) -> bool {
    let plain = lint::is_plain_name(name);
    if !plain {
        let what = format!("{name:?} does not do as a name");
        part.get(key).unwrap_or(part).wrong("bad-value", what, "use letters, digits, - _ and .");
    }
    plain
}

/// Plugins of others may change what is measured; they are not run here, and that is said once.
fn doubt_plugins(part: Part<'_>, key: &str) {
    let Some(plugins) = part.map(key) else { return };
    let ids: Vec<&str> = plugins.list("chain").into_iter().map(|plugin| plugin.peek("id")).collect();
    let foreign: Vec<&str> = ids.into_iter().filter(|id| !id.starts_with(HARMLESS_PLUGINS)).collect();
    if !foreign.is_empty() {
        let what = format!("plugins are not run here: {}", foreign.join(", "));
        plugins.doubt("plugin-not-run", what, "numbers may differ from Sloth's");
    }
}

/// The SLI, and why it cannot be measured where it cannot.
fn indicator(sli: Part<'_>, dialect: Dialect) -> Option<(Sli, Option<String>)> {
    if let Some(plugin) = sli.map("plugin") {
        let id = plugin.peek("id");
        let why = format!("the SLI plugin {id} is Go code that only Sloth runs");
        return Some((Sli::Ratio { ratio: Query::PromQl(String::new()), of: Share::Bad }, Some(why)));
    }
    if let Some(raw) = sli.map("raw") {
        let ratio = query(raw, dialect.key(["error_ratio_query", "errorRatioQuery"]))?;
        return Some((Sli::Ratio { ratio, of: Share::Bad }, None));
    }
    let events = sli.need_map("events", "{error_query: …, total_query: …}")?;
    let key = dialect.key(["error_query", "errorQuery"]);
    let bad = query(events, key);
    let total = query(events, dialect.key(["total_query", "totalQuery"]));
    let (bad, total) = (bad?, total?);
    if lint::is_same(&bad, &total) {
        let what = "is the same query as the total: every event would be bad";
        events.get(key).unwrap_or(events).flawed(Flaw::new(
            "part-is-total",
            what,
            "select only the bad events",
        ));
        return None;
    }
    Some((Sli::Bad { bad, total }, None))
}

fn query(part: Part<'_>, key: &'static str) -> Option<Query> {
    let text = part.need_text(key, "sum(rate(x_total[{{.window}}]))")?;
    match promql::windowed(text) {
        Ok(text) => {
            part.get(key).unwrap_or(part).doubt_query(&text);
            Some(Query::PromQl(text))
        }
        Err((what, way_out)) => {
            let rule = if text.contains("{{") { "bad-query" } else { "missing-window" };
            part.get(key).unwrap_or(part).wrong(rule, what, way_out);
            None
        }
    }
}

/// What a document says of its alerts.
struct Alerts {
    page: bool,
    ticket: bool,
    runbook: Option<String>,
}

impl Alerts {
    fn read(part: Part<'_>, dialect: Dialect) -> Self {
        let alerting = part.map("alerting");
        let alert = |keys| alerting.and_then(|alerting: Part<'_>| alerting.map(dialect.key(keys)));
        let (page, ticket) = (alert(["page_alert", "pageAlert"]), alert(["ticket_alert", "ticketAlert"]));
        let is_on = |alert: Option<Part<'_>>| !alert.and_then(|alert| alert.flag("disable")).unwrap_or(false);
        let mut named = [page, alerting, ticket].into_iter().flatten();
        Self {
            page: is_on(page),
            ticket: is_on(ticket),
            runbook: named.find_map(|part| runbook(&part.labels("annotations"))),
        }
    }

    fn has(&self, severity: Severity) -> bool {
        match severity {
            Severity::Page => self.page,
            Severity::Ticket => self.ticket,
        }
    }
}
