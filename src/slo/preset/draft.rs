//! Specs drafted from a preset: the field manual's starting targets over names that are guessed, in the
//! form that a team keeps its SLOs in. A draft is text for a person to finish; nothing is written here.

mod form;

use std::time::Duration;

use chrono::{Days, NaiveDate};

use super::{Histogram, Names, Preset, Tick, find, names};
use crate::slo::Format;
use crate::text::{problem, when};

/// Drafts that are no preset of an exporter: nobody counts these under one name.
const OTHERS: [&str; 3] = ["job", "queue", "probe"];
/// A starting target of the field manual: 99.9 % of events succeed.
const SUCCESS: f64 = 99.9;
/// And: p95 of what a person waits for is below 300 to 500 ms. Of that range 500 ms is a bound that
/// the usual histograms have.
const QUICK: f64 = 95.0;
const WITHIN: Duration = Duration::from_millis(500);
/// A queue's work begins within this.
const BEGUN: Duration = Duration::from_mins(1);
/// Fewer events in a window than this page nobody; a probe gives about this many in an hour.
const FEW: u32 = 100;
const FEW_PROBES: u32 = 30;
/// Days until the first review: a quarter.
const QUARTER: Days = Days::new(91);

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// A preset with requests, or `job`, `queue`, `probe`.
    pub preset: String,
    pub service: String,
    /// The source by name; `None` is the default one.
    pub source: Option<String>,
    /// Percent of good events; `None` is the starting target.
    pub objective: Option<f64>,
    /// The bound of a latency; `None` is the starting one.
    pub within: Option<Duration>,
    /// Only this of a preset with requests; `None` is both.
    pub only: Option<Aspect>,
    pub today: NaiveDate,
}

/// What of a service's requests is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    Availability,
    Latency,
}

/// One SLO of a draft.
#[derive(Debug, Clone, PartialEq)]
struct Promise {
    /// What follows the service in its id.
    what: &'static str,
    /// What it promises, in a sentence.
    about: String,
    percent: f64,
    counted: Counted,
    min_events: u32,
    runbook: &'static str,
}

#[derive(Debug, Clone, PartialEq)]
enum Counted {
    Bad { bad: String, total: String },
    Quick { histogram: Histogram, within: Duration },
    Probe { gauge: String },
}

/// The text of a spec. `Err` is why there is none, and what to write instead.
pub fn draft(wish: &Wish, format: Format) -> Result<String, String> {
    let promises = promises(wish)?;
    check_objective(wish)?;
    if wish.within.is_some_and(|within| within.is_zero()) {
        return Err("within: nothing takes no time (write it like 500ms)".to_owned());
    }
    match format {
        Format::Native => Ok(form::native(wish, &promises)),
        Format::Sloth => Ok(form::sloth(wish, &promises)),
        Format::OpenSlo => check_dns(wish).map(|()| form::openslo(wish, &promises)),
        Format::Pyrra => Err("format: pyrra is not written (use native, sloth or openslo)".to_owned()),
    }
}

/// The words that can be drafted from.
pub fn drafted() -> impl Iterator<Item = &'static str> {
    let counted = names().filter(|name| find(name).is_some_and(Preset::has_requests));
    counted.chain(OTHERS)
}

fn check_objective(wish: &Wish) -> Result<(), String> {
    match wish.objective {
        Some(percent) if !(percent > 1.0 && percent < 100.0) => {
            Err(format!("objective: {percent} is no percentage to promise (write it like 99.9)"))
        }
        _ => Ok(()),
    }
}

/// OpenSLO's names are those of DNS.
fn check_dns(wish: &Wish) -> Result<(), String> {
    let is_dns = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if wish.service.chars().all(is_dns) {
        return Ok(());
    }
    Err(format!("service: {}: OpenSLO takes small letters, digits and - (use another format)", wish.service))
}

fn promises(wish: &Wish) -> Result<Vec<Promise>, String> {
    let others = match wish.preset.as_str() {
        "job" => job(wish),
        "queue" => queue(wish),
        "probe" => probe(wish),
        name => return of_requests(wish, find(name).filter(|preset| preset.has_requests())),
    };
    if wish.within.is_some() && wish.preset != "queue" {
        return Err(format!("within: {} has no latency (leave --within out)", wish.preset));
    }
    if wish.only.is_some() {
        return Err(format!("only: {} is one promise already (leave --only out)", wish.preset));
    }
    Ok(vec![others])
}

fn of_requests(wish: &Wish, preset: Option<&Preset>) -> Result<Vec<Promise>, String> {
    let Some(preset) = preset else {
        let known: Vec<&str> = drafted().collect();
        let way_out =
            problem::meant(&wish.preset, known.iter().copied(), || format!("one of {}", known.join(", ")));
        return Err(format!("preset: {}: nothing can be promised of it ({way_out})", wish.preset));
    };
    let names = Names { service: wish.service.clone(), ..Names::default() };
    let both = [availability(wish, preset, &names), latency(wish, preset, &names)];
    let wanted =
        [Aspect::Availability, Aspect::Latency].map(|aspect| wish.only.is_none_or(|only| only == aspect));
    Ok(both.into_iter().zip(wanted).filter_map(|(promise, wanted)| promise.filter(|_| wanted)).collect())
}

fn availability(wish: &Wish, preset: &Preset, names: &Names) -> Option<Promise> {
    Some(Promise {
        what: "availability",
        about: "requests succeed".to_owned(),
        percent: wish.objective.unwrap_or(SUCCESS),
        counted: Counted::Bad { bad: preset.errors(names)?, total: preset.requests(names)? },
        min_events: FEW,
        runbook: "high-error-rate",
    })
}

fn latency(wish: &Wish, preset: &Preset, names: &Names) -> Option<Promise> {
    let within = wish.within.unwrap_or(WITHIN);
    // An objective that is named is availability's, unless latency stands alone.
    let own = wish.objective.filter(|_| wish.only == Some(Aspect::Latency));
    Some(Promise {
        what: "latency",
        about: format!("requests are answered within {}", when::short_span(within)),
        percent: own.unwrap_or(QUICK),
        counted: Counted::Quick { histogram: preset.duration(names)?, within },
        min_events: FEW,
        runbook: "high-latency",
    })
}

fn job(wish: &Wish) -> Promise {
    let of = format!("service=\"{}\"", wish.service);
    Promise {
        what: "success",
        about: "jobs succeed".to_owned(),
        percent: wish.objective.unwrap_or(SUCCESS),
        counted: Counted::Bad {
            bad: format!("jobs_total{{{of},outcome=\"failed\"}}"),
            total: format!("jobs_total{{{of}}}"),
        },
        min_events: FEW,
        runbook: "high-error-rate",
    }
}

fn queue(wish: &Wish) -> Promise {
    let within = wish.within.unwrap_or(BEGUN);
    let base = format!("queue_wait_seconds{{service=\"{}\"}}", wish.service);
    Promise {
        what: "waiting",
        about: format!("work begins within {} of being queued", when::short_span(within)),
        percent: wish.objective.unwrap_or(QUICK),
        counted: Counted::Quick { histogram: Histogram { base, unit: Tick::Seconds }, within },
        min_events: FEW,
        runbook: "queue-backlog",
    }
}

/// By the blackbox exporter, a gauge that is 1 when a probe got through.
fn probe(wish: &Wish) -> Promise {
    Promise {
        what: "reachable",
        about: "probes from outside get through".to_owned(),
        percent: wish.objective.unwrap_or(SUCCESS),
        counted: Counted::Probe { gauge: format!("probe_success{{job=\"{}\"}}", wish.service) },
        min_events: FEW_PROBES,
        runbook: "dependency-outage",
    }
}

impl Wish {
    fn id(&self, promise: &Promise) -> String {
        format!("{}-{}", self.service, promise.what)
    }

    fn review(&self) -> NaiveDate {
        self.today.checked_add_days(QUARTER).unwrap_or(self.today)
    }
}
