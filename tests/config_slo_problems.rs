//! What the configuration says about objectives that cannot be measured, kept or broken.

#[path = "support/configuration.rs"]
mod configuration;

use configuration::{check, slo, slo_without};

#[test]
fn an_slo_must_be_measurable() {
    check(&[
        (
            "no id",
            slo_without("id", ""),
            &["error: warroom.toml:5:1: slo[0].id: is missing (add id = \"checkout-availability\")"],
        ),
        (
            "no total",
            slo_without("total", ""),
            &[
                "error: warroom.toml:5:1: slo.a.total: is missing (add total = 'requests_total{service=\"…\"}')",
            ],
        ),
        (
            "nothing counted",
            slo_without("bad", ""),
            &[
                "error: warroom.toml:5:1: slo.a.bad: is missing (add bad = 'errors_total{service=\"…\"}', and total beside it)",
            ],
        ),
        (
            "bad and good",
            slo("good = 'g'"),
            &[
                "error: warroom.toml:12:8: slo.a.good: bad is given too (keep one of bad, good, ratio, latency, up, value, journey)",
            ],
        ),
        (
            "error is total",
            slo_without("bad", "bad = ' r_total '"),
            &[
                "error: warroom.toml:11:7: slo.a.bad: is the same query as total: every event would be bad (select only the bad events)",
            ],
        ),
    ]);
}

#[test]
fn the_queries_of_an_slo_hold_together() {
    check(&[
        (
            "PromQL without a window",
            slo_without("bad", "bad = 'sum(rate(e_total[5m]))'"),
            &[
                "error: warroom.toml:11:7: slo.a.bad: '(' has no place in a bare selector (PromQL wants {{.window}} where its range stands: sum(increase(x[{{.window}}])))",
            ],
        ),
        (
            "an unknown hole",
            slo_without("bad", "bad = 'sum(increase(e[{{.win}}]))'"),
            &[
                "error: warroom.toml:11:7: slo.a.bad: {{.win}} is an unknown hole (only {{.window}} is filled)",
            ],
        ),
        (
            "an open quote",
            slo_without("bad", "bad = 'e_total{code=\"5..}'"),
            &[
                "error: warroom.toml:11:7: slo.a.bad: the value of label \"code\" is not in closed quotes (write a bare selector, name{label=\"value\"}, or PromQL with {{.window}})",
            ],
        ),
    ]);
}

#[test]
fn names_and_words_of_an_slo_are_plain() {
    check(&[
        (
            "a name with spaces",
            slo_without("service", "service = \"web shop\""),
            &[
                "error: warroom.toml:11:11: slo.a.service: \"web shop\" does not do as a name (use letters, digits, - _ . and /, a letter or digit first, at most 253)",
            ],
        ),
        (
            "criticality",
            slo("criticality = \"critcal\""),
            &[
                "error: warroom.toml:12:15: slo.a.criticality: \"critcal\" is unknown (did you mean critical?)",
            ],
        ),
        (
            "le twice",
            slo_without("bad", "")
                .replace("total = 'r_total'", "latency = { bucket = 'b{le=\"1\"}', le = 1, total = 'c' }"),
            &[
                "error: warroom.toml:10:22: slo.a.latency.bucket: already has an le (leave it to le = \"0.3\")",
            ],
        ),
        (
            "no le",
            slo_without("bad", "").replace("total = 'r_total'", "latency = { bucket = 'b', total = 'c' }"),
            &["error: warroom.toml:10:11: slo.a.latency.le: is missing (add le = \"0.3\")"],
        ),
    ]);
}

#[test]
fn promises_that_cannot_be_kept_or_broken_are_found() {
    let objective = |value: &str| slo_without("objective", &format!("objective = {value}"));
    let period = |value: &str| slo_without("period", &format!("period = {value:?}"));
    check(&[
        (
            "all of it",
            objective("100"),
            &[
                "error: warroom.toml:11:13: slo.a.objective: 100 leaves no error budget: one bad event breaks it for good (promise less, like 99.99)",
            ],
        ),
        (
            "a ratio",
            objective("0.999"),
            &[
                "error: warroom.toml:11:13: slo.a.objective: 0.999 % promises almost nothing (objectives are in percent: write 99.9)",
            ],
        ),
        (
            "below nothing",
            objective("-3"),
            &[
                "error: warroom.toml:11:13: slo.a.objective: -3 is no percentage to promise (write the percentage of good events, like 99.9)",
            ],
        ),
        (
            "no number",
            objective("nan"),
            &[
                "error: warroom.toml:11:13: slo.a.objective: is not a number one can count with (write a plain number, like 99.9)",
            ],
        ),
        (
            "a minute for a month",
            period("1m"),
            &[
                "error: warroom.toml:11:10: slo.a.period: m is minutes, and a period is 1d to 366d (a month is 30d)",
            ],
        ),
        (
            "too long",
            period("367d"),
            &["error: warroom.toml:11:10: slo.a.period: a period is 1d to 366d (write 30d, 28d or 7d)"],
        ),
        (
            "an SLA that is tighter",
            slo("sla = 99.95"),
            &[
                "warning: warroom.toml:12:7: slo.a.sla: 99.95 is not looser than the objective: it breaks before anybody is paged (raise the objective above it)",
            ],
        ),
        (
            "dead defaults",
            objective("90"),
            &[
                "warning: warroom.toml:11:13: slo.a.objective: the default alert at 14.4x can never fire: even a total outage burns 10x (write tiers with smaller factors)",
            ],
        ),
    ]);
}

#[test]
fn tiers_that_cannot_do_their_work_are_found() {
    let tiers = |factor: &str, long: &str, short: &str| {
        slo(&format!(
            "tiers = [{{ severity = \"page\", factor = {factor}, long = {long:?}, short = {short:?} }}]"
        ))
    };
    check(&[
        (
            "dead",
            tiers("2000", "1h", "5m"),
            &[
                "warning: warroom.toml:12:40: slo.a.tiers[0].factor: 2000x can never fire: even a total outage burns 1000x (use a smaller factor, or leave the tier out)",
            ],
        ),
        (
            "below one",
            tiers("0.5", "1h", "5m"),
            &[
                "warning: warroom.toml:12:40: slo.a.tiers[0].factor: 0.5 alerts on a burn that the budget can bear for the whole period (write 1 or more)",
            ],
        ),
        (
            "no burn",
            tiers("0", "1h", "5m"),
            &[
                "error: warroom.toml:12:40: slo.a.tiers[0].factor: a burn rate is above 0 (write a factor like 14.4)",
            ],
        ),
        (
            "beyond the period",
            tiers("2", "31d", "5m"),
            &[
                "warning: warroom.toml:12:50: slo.a.tiers[0].long: the window is longer than the SLO's period (shorten it, or lengthen the period)",
            ],
        ),
        (
            "swapped",
            tiers("2", "5m", "1h"),
            &[
                "error: warroom.toml:12:64: slo.a.tiers[0].short: the short window is not shorter than the long one (a twelfth of long is usual)",
            ],
        ),
        (
            "none",
            slo("tiers = []"),
            &["error: warroom.toml:12:9: slo.a.tiers: names no tier (leave it out to have the defaults)"],
        ),
        (
            "half",
            slo("tiers = [{ severity = \"page\", factor = 2, long = \"1h\" }]"),
            &["error: warroom.toml:12:10: slo.a.tiers[0].short: is missing (add short = \"5m\")"],
        ),
    ]);
}

#[test]
fn an_slo_and_its_source_must_fit() {
    let scraped = slo_without("bad", "bad = 'sum(increase(e[{{.window}}]))'").replace(
        "kind = \"prometheus\"\nurl = \"http://h:9090\"",
        "kind = \"scrape\"\nurls = [\"http://h/m\"]",
    );
    check(&[
        (
            "unknown source",
            slo("source = \"prdo\""),
            &["error: warroom.toml:12:10: slo.a.source: no source is called \"prdo\" (did you mean prod?)"],
        ),
        (
            "PromQL asked of an endpoint",
            scraped,
            &[
                "error: warroom.toml:5:1: slo.a: source \"prod\" is scraped directly and cannot answer PromQL (write bare selectors, or name a prometheus source)",
            ],
        ),
        (
            "an id twice",
            slo("")
                + "[[slo]]\nid = \"a\"\nservice = \"web\"\nobjective = 99\nperiod = \"30d\"\nbad = 'e'\ntotal = 'r'\n",
            &[
                "error: warroom.toml:14:6: slo.a.id: there is already an SLO of this id on line 6 (give one of them another id)",
            ],
        ),
    ]);
}
