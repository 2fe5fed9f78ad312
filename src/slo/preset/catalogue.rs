//! The names that common exporters use. Only names that their documentation or source has; labels
//! differ from house to house and can be named.

use super::{Across, Full, Histogram, Load, LoadKind, Tick};

/// What one exporter calls things. `<of>` stands for the matchers that select the service, `<code>`
/// for the label of the status.
#[derive(Debug)]
pub struct Preset {
    pub name: &'static str,
    /// What it is for, in a few words.
    pub about: &'static str,
    /// The label that names the service, and the one that holds the status.
    of: &'static str,
    code: &'static str,
    requests: &'static str,
    errors: &'static str,
    /// Base of the histogram of durations; empty for none.
    duration: &'static str,
    loads: &'static [Row],
}

/// A load in a line: name, value, gauge or rate, how series are summed, what is full, unit.
type Row = (&'static str, &'static str, LoadKind, Across, Of, &'static str);

/// As [`Full`], and which way the value counts.
#[derive(Debug, Clone, Copy)]
enum Of {
    Open,
    At(f64),
    Series(&'static [&'static str]),
    /// The value is what is left of these.
    Left(&'static [&'static str]),
}

use Across::{Sum, Worst};
use LoadKind::{Gauge, Rate};
use Of::{At, Left, Open, Series};

const PRESETS: [Preset; 10] = [
    Preset {
        name: "http",
        about: "http_requests_total and http_request_duration_seconds, as client libraries show them",
        of: "service",
        code: "code",
        requests: "http_requests_total{<of>}",
        errors: "http_requests_total{<of>,<code>=~\"5..\"}",
        duration: "http_request_duration_seconds{<of>}",
        loads: &[],
    },
    Preset {
        name: "http_server",
        about: "OpenTelemetry's http.server.request.duration",
        of: "job",
        code: "http_response_status_code",
        requests: "http_server_request_duration_seconds_count{<of>}",
        errors: "http_server_request_duration_seconds_count{<of>,<code>=~\"5..\"}",
        duration: "http_server_request_duration_seconds{<of>}",
        loads: &[],
    },
    Preset {
        name: "grpc",
        about: "grpc_server_handled_total and grpc_server_handling_seconds of the gRPC middleware",
        of: "job",
        code: "grpc_code",
        requests: "grpc_server_handled_total{<of>}",
        errors: "grpc_server_handled_total{<of>,<code>=~\"Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss\"}",
        duration: "grpc_server_handling_seconds{<of>}",
        loads: &[],
    },
    Preset {
        name: "nginx-ingress",
        about: "the NGINX ingress controller of Kubernetes",
        of: "ingress",
        code: "status",
        requests: "nginx_ingress_controller_requests{<of>}",
        errors: "nginx_ingress_controller_requests{<of>,<code>=~\"5..\"}",
        duration: "nginx_ingress_controller_request_duration_seconds{<of>}",
        loads: &[],
    },
    Preset {
        name: "istio",
        about: "Istio's sidecars, as the receiving side counts",
        of: "destination_service_name",
        code: "response_code",
        requests: "istio_requests_total{reporter=\"destination\",<of>}",
        errors: "istio_requests_total{reporter=\"destination\",<of>,<code>=~\"5..\"}",
        duration: "istio_request_duration_milliseconds{reporter=\"destination\",<of>}",
        loads: &[],
    },
    Preset {
        loads: &[
            (
                "cpu",
                "node_cpu_seconds_total{<of>,mode=\"idle\"}",
                Rate,
                Sum,
                Left(&["node_cpu_seconds_total{<of>}"]),
                "",
            ),
            ("cpu wait", "node_pressure_cpu_waiting_seconds_total{<of>}", Rate, Worst, At(1.0), ""),
            (
                "memory",
                "node_memory_MemAvailable_bytes{<of>}",
                Gauge,
                Worst,
                Left(&["node_memory_MemTotal_bytes{<of>}"]),
                "",
            ),
            (
                "disk space",
                "node_filesystem_avail_bytes{<of>,fstype!~\"tmpfs|overlay|squashfs|ramfs\"}",
                Gauge,
                Worst,
                Left(&["node_filesystem_size_bytes{<of>,fstype!~\"tmpfs|overlay|squashfs|ramfs\"}"]),
                "",
            ),
            ("disk busy", "node_disk_io_time_seconds_total{<of>}", Rate, Worst, At(1.0), ""),
            ("net in", "node_network_receive_bytes_total{<of>,device!=\"lo\"}", Rate, Sum, Open, "B/s"),
            ("net out", "node_network_transmit_bytes_total{<of>,device!=\"lo\"}", Rate, Sum, Open, "B/s"),
            ("net errors in", "node_network_receive_errs_total{<of>}", Rate, Sum, Open, "/s"),
            ("net errors out", "node_network_transmit_errs_total{<of>}", Rate, Sum, Open, "/s"),
        ],
        ..use_only("node", "a machine by node_exporter: processor, memory, disks, network", "instance")
    },
    Preset {
        loads: &[
            ("cpu", "process_cpu_seconds_total{<of>}", Rate, Sum, Open, "cores"),
            ("memory", "process_resident_memory_bytes{<of>}", Gauge, Sum, Open, "B"),
            ("open files", "process_open_fds{<of>}", Gauge, Worst, Series(&["process_max_fds{<of>}"]), ""),
        ],
        ..use_only("process", "a process by any client library: processor, memory, open files", "job")
    },
    Preset {
        loads: &[(
            "connections",
            "pg_stat_activity_count{<of>}",
            Gauge,
            Sum,
            Series(&["pg_settings_max_connections{<of>}"]),
            "",
        )],
        ..use_only("postgres-pool", "connections of a PostgreSQL by postgres_exporter", "job")
    },
    Preset {
        loads: &[(
            "pool",
            "hikaricp_connections_active{<of>}",
            Gauge,
            Worst,
            Series(&["hikaricp_connections_max{<of>}"]),
            "",
        )],
        ..use_only("hikaricp", "a HikariCP pool by Micrometer", "job")
    },
    Preset {
        loads: &[
            (
                "memory",
                "redis_memory_used_bytes{<of>}",
                Gauge,
                Worst,
                Series(&["redis_memory_max_bytes{<of>}"]),
                "",
            ),
            (
                "cache hits",
                "redis_keyspace_hits_total{<of>}",
                Rate,
                Sum,
                Series(&["redis_keyspace_hits_total{<of>}", "redis_keyspace_misses_total{<of>}"]),
                "",
            ),
            ("clients", "redis_connected_clients{<of>}", Gauge, Sum, Open, ""),
            ("blocked", "redis_blocked_clients{<of>}", Gauge, Sum, Open, ""),
        ],
        ..use_only("redis", "a Redis by redis_exporter: memory, cache hits, clients", "job")
    },
];

/// A preset of a resource: nothing is requested of it.
const fn use_only(name: &'static str, about: &'static str, of: &'static str) -> Preset {
    Preset { name, about, of, code: "", requests: "", errors: "", duration: "", loads: &[] }
}

pub fn find(name: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// The names of all presets.
pub fn names() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|preset| preset.name)
}

/// What a house calls the things of one service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    /// The service, as its label's value has it.
    pub service: String,
    /// The label that names it; `None` is the preset's usual one.
    pub label: Option<String>,
    /// The label of the status; `None` is the preset's usual one.
    pub code: Option<String>,
    /// Matchers in place of `label="service"`: `namespace="shop",app="checkout"`.
    pub matchers: Option<String>,
}

impl Preset {
    /// Whether requests are counted, so that SLOs can be made of it.
    pub fn has_requests(&self) -> bool {
        !self.requests.is_empty()
    }

    pub fn requests(&self, names: &Names) -> Option<String> {
        self.filled(self.requests, names)
    }

    pub fn errors(&self, names: &Names) -> Option<String> {
        self.filled(self.errors, names)
    }

    pub fn duration(&self, names: &Names) -> Option<Histogram> {
        let base = self.filled(self.duration, names)?;
        let metric = base.split('{').next().unwrap_or_default();
        Some(Histogram { unit: Tick::of(metric), base })
    }

    pub fn loads(&self, names: &Names) -> Vec<Load> {
        let load = |(name, value, kind, across, of, unit): &Row| {
            Some(Load {
                name: (*name).to_owned(),
                value: self.filled(value, names)?,
                kind: *kind,
                across: *across,
                full: self.full(*of, names),
                left: matches!(of, Left(_)),
                unit: (*unit).to_owned(),
            })
        };
        self.loads.iter().filter_map(load).collect()
    }

    fn full(&self, of: Of, names: &Names) -> Full {
        match of {
            Open => Full::Open,
            At(full) => Full::At(full),
            Series(series) | Left(series) => {
                Full::Series(series.iter().filter_map(|text| self.filled(text, names)).collect())
            }
        }
    }

    /// A template with the names in place; `None` for one that the preset does not have.
    fn filled(&self, template: &str, names: &Names) -> Option<String> {
        let label = names.label.as_deref().unwrap_or(self.of);
        let matchers = names.matchers.clone().unwrap_or_else(|| format!("{label}=\"{}\"", names.service));
        let code = names.code.as_deref().unwrap_or(self.code);
        (!template.is_empty()).then(|| template.replace("<of>", &matchers).replace("<code>", code))
    }
}
