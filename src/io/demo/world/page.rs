//! The fleet's metrics page, as a scrape of one aggregating exporter would see it. Pure.

use std::fmt::Write;

use super::World;
use super::service::{BOUNDS, CONNECTIONS, Service};

pub(super) fn render(world: &World) -> String {
    let mut page = String::with_capacity(8 * 1024);
    requests(&mut page, world);
    durations(&mut page, world);
    jobs(&mut page, world);
    gauges(&mut page, world);
    page
}

/// Writing to a `String` cannot fail, so its result says nothing.
macro_rules! line {
    ($page:expr, $($text:tt)*) => { let _ = writeln!($page, $($text)*); };
}

fn family(page: &mut String, name: &str, kind: &str, help: &str) {
    line!(page, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn web(world: &World) -> impl Iterator<Item = &Service> {
    world.services.iter().filter(|service| service.part.name != "worker")
}

fn requests(page: &mut String, world: &World) {
    family(page, "http_requests_total", "counter", "Requests by service and status code.");
    for service in web(world) {
        let (name, counters) = (service.part.name, &service.counters);
        for (code, count) in [("200", counters.good), ("404", counters.not_found), ("500", counters.failed)] {
            line!(page, "http_requests_total{{service=\"{name}\",code=\"{code}\"}} {count}");
        }
    }
}

fn durations(page: &mut String, world: &World) {
    family(page, "http_request_duration_seconds", "histogram", "Time to answer a request.");
    for service in web(world) {
        let (name, counters) = (service.part.name, &service.counters);
        let mut seen = 0;
        let bounds = BOUNDS.map(|bound| bound.to_string()).into_iter().chain(["+Inf".to_owned()]);
        for (bound, count) in bounds.zip(counters.durations) {
            seen += count;
            line!(page, "http_request_duration_seconds_bucket{{service=\"{name}\",le=\"{bound}\"}} {seen}");
        }
        line!(page, "http_request_duration_seconds_sum{{service=\"{name}\"}} {:.3}", counters.duration_sum_s);
        line!(page, "http_request_duration_seconds_count{{service=\"{name}\"}} {seen}");
    }
}

fn jobs(page: &mut String, world: &World) {
    family(page, "worker_jobs_total", "counter", "Background jobs by outcome.");
    for service in world.services.iter().filter(|service| service.part.name == "worker") {
        let counters = &service.counters;
        let done = counters.good + counters.not_found;
        for (outcome, count) in [("done", done), ("failed", counters.failed)] {
            line!(page, "worker_jobs_total{{service=\"worker\",outcome=\"{outcome}\"}} {count}");
        }
    }
}

fn gauges(page: &mut String, world: &World) {
    family(page, "deploy_info", "gauge", "The version that runs.");
    for service in &world.services {
        line!(page, "deploy_info{{service=\"{}\",version=\"{}\"}} 1", service.part.name, service.version());
    }
    gauge(page, world, ("process_cpu_ratio", "Share of the processor in use."), |service| {
        format!("{:.3}", service.cpu())
    });
    gauge(page, world, ("db_connections_in_use", "Database connections in use."), |service| {
        service.connections().to_string()
    });
    gauge(page, world, ("db_connections_max", "Database connections allowed."), |_| CONNECTIONS.to_string());
    family(page, "identity_provider_up", "gauge", "Whether auth reaches its identity provider.");
    line!(page, "identity_provider_up {}", u8::from(world.identity_answers()));
}

/// One gauge of every service.
fn gauge(page: &mut String, world: &World, (name, help): (&str, &str), value: impl Fn(&Service) -> String) {
    family(page, name, "gauge", help);
    for service in &world.services {
        line!(page, "{name}{{service=\"{}\"}} {}", service.part.name, value(service));
    }
}
