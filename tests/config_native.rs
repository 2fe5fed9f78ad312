//! The native form of an SLO: every kind of indicator, period, tier and policy, and what is said of
//! combinations that make no sense.

#[path = "support/configuration.rs"]
mod configuration;

use std::time::Duration;

use chrono_tz::Tz;
use configuration::{check, slo, slo_without};
use warroom::slo::calendar::Unit;
use warroom::slo::spec::native;
use warroom::slo::{Calendar, Method, Objective, Op, Query, Severity, Share, Sli, Slo, Test};

const HOUR: Duration = Duration::from_hours(1);

/// The one SLO of some lines that have no period.
#[track_caller]
fn read(lines: &str) -> Slo {
    let text = format!("[[slo]]\nid = \"a\"\nservice = \"web\"\nobjective = 99.9\n{lines}\n");
    let (mut slos, problems) = native::parse("s.toml", &text, Tz::Europe__Berlin);
    assert_eq!(problems, [], "{text}");
    slos.remove(0)
}

fn counted(lines: &str) -> Slo {
    read(&format!("period = \"30d\"\nbad = 'b'\ntotal = 't'\n{lines}"))
}

fn selector(text: &str) -> Query {
    Query::Selector(text.to_owned())
}

#[test]
fn every_kind_of_indicator_is_read() {
    let cases = [
        (
            "ratio = 'job:errors:ratio5m'",
            Sli::Ratio { ratio: selector("job:errors:ratio5m"), of: Share::Bad },
        ),
        ("ratio = 'r'\nratio_of = \"good\"", Sli::Ratio { ratio: selector("r"), of: Share::Good }),
        ("up = 'probe_success{job=\"web\"}'", Sli::Up { gauge: selector("probe_success{job=\"web\"}") }),
        (
            "value = 'lag'\nkeeps = \"< 0.5\"",
            Sli::Bound { value: selector("lag"), op: Op::Below, bound: 0.5 },
        ),
        ("value = 'lag'\nkeeps = '<=30'", Sli::Bound { value: selector("lag"), op: Op::AtMost, bound: 30.0 }),
        (
            "value = 'free'\nkeeps = '> 1e9'",
            Sli::Bound { value: selector("free"), op: Op::Above, bound: 1e9 },
        ),
        (
            "value = 'free'\nkeeps = '>= -1'",
            Sli::Bound { value: selector("free"), op: Op::AtLeast, bound: -1.0 },
        ),
        (
            "latency = { histogram = 'd{job=\"web\"}', within = \"300ms\" }",
            Sli::NativeLatency { histogram: selector("d{job=\"web\"}"), within: Duration::from_millis(300) },
        ),
    ];
    for (lines, expected) in cases {
        assert_eq!(read(&format!("period = \"7d\"\n{lines}")).sli, expected, "{lines}");
    }
}

#[test]
fn a_journey_has_parts_of_any_other_kind() {
    let slo = read(
        "period = \"30d\"\njourney = [\n\
         { name = \"pay\", weight = 2, bad = 'b', total = 't' },\n\
         { name = \"mail\", up = 'mail_up', source = \"second\" }]",
    );
    let Sli::Journey(parts) = &slo.sli else { panic!("a journey: {:?}", slo.sli) };
    let told: Vec<_> =
        parts.iter().map(|part| (part.name.as_str(), part.weight, part.source.as_deref())).collect();
    assert_eq!(told, [("pay", 2.0, None), ("mail", 1.0, Some("second"))]);
    assert_eq!(parts[1].sli, Sli::Up { gauge: selector("mail_up") });
    let asked: Vec<String> = slo.indicators().into_iter().map(|asked| asked.id).collect();
    assert_eq!(asked, ["a/pay", "a/mail"]);
}

#[test]
fn slices_with_a_target_are_good_or_bad_and_without_one_they_weigh() {
    assert_eq!(counted("").method, Method::Occurrences);
    let minute = Duration::from_mins(1);
    assert_eq!(
        counted("slices = \"1m\"\nslice_target = 99").method,
        Method::Timeslices { target: 0.99, slice: minute }
    );
    assert_eq!(counted("slices = \"1m\"").method, Method::RatioTimeslices { slice: minute });
}

#[test]
fn a_period_is_rolling_or_follows_a_calendar_of_the_configured_zone() {
    let of = |line: &str| read(&format!("{line}\nbad = 'b'\ntotal = 't'"));
    let rolling = of("period = \"90d\"");
    assert_eq!((rolling.period, rolling.calendar), (HOUR * 24 * 90, None));
    let units = [
        ("day", Unit::Day, 1),
        ("week", Unit::Week, 7),
        ("month", Unit::Month, 30),
        ("quarter", Unit::Quarter, 90),
        ("year", Unit::Year, 365),
    ];
    for (word, unit, days) in units {
        let slo = of(&format!("calendar = {word:?}"));
        let expected = Calendar::natural(unit, Tz::Europe__Berlin);
        assert_eq!((slo.period, slo.calendar), (HOUR * 24 * days, Some(expected)), "{word}");
    }
    let table =
        "calendar = { unit = \"week\", count = 2, start = \"2026-01-05 06:00\", zone = \"Asia/Tokyo\" }";
    let fortnight = of(table).calendar.expect("a calendar");
    assert_eq!((fortnight.unit, fortnight.count, fortnight.zone), (Unit::Week, 2, Tz::Asia__Tokyo));
    assert_eq!(fortnight.anchor.to_string(), "2026-01-05 06:00:00");
}

#[test]
fn what_an_slo_says_besides_is_kept() {
    let slo = counted(
        "by = [\"handler\", \"zone\"]\nreview = 2026-08-01\nsla = 99.5\ndescription = \"pays\"\nlabels = { tier = \"1\" }",
    );
    assert_eq!(slo.by, ["handler", "zone"]);
    assert_eq!(slo.review.map(|date| date.to_string()).as_deref(), Some("2026-08-01"));
    assert_eq!(slo.sla.map(Objective::ratio), Some(0.995));
    assert_eq!((slo.description.as_deref(), slo.labels["tier"].as_str()), (Some("pays"), "1"));
    assert_eq!(counted("review = \"2026-08-01\"").review, slo.review, "in quotes or not");
}

/// Name, severity and test of every tier, the most urgent first.
fn tiers(lines: &str) -> Vec<(String, Severity, Test)> {
    counted(lines).tiers.into_iter().map(|tier| (tier.name, tier.severity, tier.test)).collect()
}

fn of(name: &str, severity: Severity, test: Test) -> (String, Severity, Test) {
    (name.to_owned(), severity, test)
}

fn burn(factor: f64, long: Duration, short: Duration) -> Test {
    Test::Burn { factor, long, short }
}

#[test]
fn the_manuals_policies_stand_beside_the_default_tiers() {
    use Severity::{Page, Ticket};
    let added = |lines: &str| -> Vec<_> {
        let defaults = ["page quick", "page slow", "ticket quick", "ticket slow"];
        let all = tiers(lines);
        assert_eq!(all.iter().filter(|(name, ..)| defaults.contains(&name.as_str())).count(), 4, "{lines}");
        all.into_iter().filter(|(name, ..)| !defaults.contains(&name.as_str())).collect()
    };
    let exhausted = |hours: u32, over: u32| Test::ExhaustedIn { within: HOUR * hours, over: HOUR * over };
    assert_eq!(
        added("policies = [\"exhaustion\"]"),
        [of("exhausted in 24h", Page, exhausted(24, 1)), of("exhausted in 48h", Ticket, exhausted(48, 6)),]
    );
    assert_eq!(
        added("policies = [\"consumption\", \"remaining\"]"),
        [
            of("25% consumed", Ticket, Test::Consumed { share: 0.25 }),
            of("50% consumed", Ticket, Test::Consumed { share: 0.5 }),
            of("10% remaining", Ticket, Test::Consumed { share: 0.9 }),
        ]
    );
    assert_eq!(
        added("criticality = \"critical\"\npolicies = [\"critical\"]"),
        [
            of("critical escalates", Page, burn(4.0, HOUR * 6, HOUR)),
            of("critical", Page, burn(2.0, HOUR, Duration::from_mins(5))),
        ]
    );
    assert_eq!(
        added("policies = [\"fortnight\"]"),
        [of("fortnight", Ticket, burn(1.0, HOUR * 24 * 14, HOUR * 24))]
    );
}

#[test]
fn policies_may_be_written_out_and_may_stand_alone() {
    use Severity::{Page, Ticket};
    let lines = "tiers = []\nfor = \"2m\"\npolicies = [\
                 { exhausted_in = \"24h\", severity = \"page\", over = \"6h\" },\
                 { consumed = 80, name = \"nearly gone\", for = \"0s\" }, { remaining = 5 }]";
    assert_eq!(
        tiers(lines),
        [
            of("exhausted in 1d", Page, Test::ExhaustedIn { within: HOUR * 24, over: HOUR * 6 }),
            of("nearly gone", Ticket, Test::Consumed { share: 0.8 }),
            of("5% remaining", Ticket, Test::Consumed { share: 0.95 }),
        ]
    );
    let holds: Vec<u64> = counted(lines).tiers.iter().map(|tier| tier.hold.as_secs()).collect();
    assert_eq!(holds, [120, 0, 120]);
}

#[test]
fn tiers_have_names_of_their_own() {
    let own = "tiers = [{ name = \"wake\", severity = \"page\", factor = 10, long = \"1h\", short = \"5m\" },\
               { severity = \"page\", factor = 5, long = \"6h\", short = \"30m\" }]";
    let names: Vec<String> = counted(own).tiers.into_iter().map(|tier| tier.name).collect();
    assert_eq!(names, ["wake", "page 5x 6h/30m"]);
}

#[test]
fn kinds_that_exclude_one_another_name_the_line_and_the_way_out() {
    let without = |key: &str, lines: &str| slo_without(key, lines);
    check(&[
        (
            "total of a gauge",
            without("bad", "up = 'u'"),
            &[
                "error: warroom.toml:10:9: slo.a.total: belongs to bad or good, not to up (leave it out, or write bad or good in place of up)",
            ],
        ),
        (
            "keeps without value",
            slo("keeps = \"< 1\""),
            &[
                "error: warroom.toml:12:9: slo.a.keeps: belongs to value, not to bad (leave it out, or write value in place of bad)",
            ],
        ),
        (
            "ratio_of without ratio",
            slo("ratio_of = \"good\""),
            &[
                "error: warroom.toml:12:12: slo.a.ratio_of: belongs to ratio, not to bad (leave it out, or write ratio in place of bad)",
            ],
        ),
        (
            "no bound",
            slo_without("bad", "value = 'v'\nkeeps = \"0.5\"").replace("total = 'r_total'\n", ""),
            &[
                "error: warroom.toml:11:9: slo.a.keeps: \"0.5\" is no bound (write <, <=, > or >= and a number, like \"< 0.5\")",
            ],
        ),
        (
            "a histogram without a bound",
            slo_without("bad", "latency = { histogram = 'h' }").replace("total = 'r_total'\n", ""),
            &["error: warroom.toml:10:11: slo.a.latency.within: is missing (add within = \"300ms\")"],
        ),
        (
            "both kinds of histogram",
            slo_without("bad", "latency = { histogram = 'h', within = \"1s\", le = 1 }")
                .replace("total = 'r_total'\n", ""),
            &["error: warroom.toml:10:45: slo.a.latency.le: unknown key (known here: histogram, within)"],
        ),
    ]);
}

#[test]
fn journeys_and_slices_hold_together() {
    let journey =
        |parts: &str| slo_without("bad", &format!("journey = {parts}")).replace("total = 'r_total'\n", "");
    check(&[
        (
            "no part",
            journey("[]"),
            &[
                "error: warroom.toml:10:11: slo.a.journey: names no part (write journey = [{ name, weight, bad, total }, …])",
            ],
        ),
        (
            "a part twice",
            journey("[{ name = \"p\", up = 'u' }, { name = \"p\", up = 'v' }]"),
            &[
                "error: warroom.toml:10:47: slo.a.journey[1].name: another part has this name (give one of them another name)",
            ],
        ),
        (
            "a part of no weight",
            journey("[{ name = \"p\", up = 'u', weight = 0 }]"),
            &[
                "error: warroom.toml:10:45: slo.a.journey[0].weight: a part counts for something (write a number above 0)",
            ],
        ),
        (
            "a journey in a journey",
            journey("[{ name = \"p\", journey = [] }]"),
            &[
                "error: warroom.toml:10:12: slo.a.journey[0].bad: is missing (add bad = 'errors_total{service=\"…\"}', and total beside it)",
                "error: warroom.toml:10:26: slo.a.journey[0].journey: unknown key (known here: name, weight, source, bad, good, total, ratio, ratio_of, latency, up, value, keeps)",
            ],
        ),
        (
            "a part that is called as an SLO",
            journey("[{ name = \"p\", up = 'u' }]")
                + "[[slo]]\nid = \"a/p\"\nservice = \"web\"\nobjective = 99\nperiod = \"30d\"\nup = 'u'\n",
            &[
                "error: warroom.toml:12:6: slo.a/p.id: there is already an SLO of this id on line 10 (give one of them another id)",
            ],
        ),
        (
            "a target of no slices",
            slo("slice_target = 99"),
            &[
                "error: warroom.toml:12:16: slo.a.slice_target: says nothing without slices (add slices = \"1m\", or leave it out)",
            ],
        ),
        (
            "a slice as long as the period",
            slo("slices = \"30d\""),
            &[
                "error: warroom.toml:12:10: slo.a.slices: a slice is at least a second, and shorter than the period (write a span like 1m or 5m)",
            ],
        ),
    ]);
}

#[test]
fn periods_calendars_and_labels_hold_together() {
    let calendar = |value: &str| slo_without("period", &format!("calendar = {value}"));
    check(&[
        (
            "both",
            slo("calendar = \"month\""),
            &[
                "error: warroom.toml:12:12: slo.a.calendar: a period is given too (keep period for a rolling budget, calendar for one that begins anew)",
            ],
        ),
        (
            "a slip",
            calendar("\"monht\""),
            &["error: warroom.toml:11:12: slo.a.calendar: \"monht\" is unknown (did you mean month?)"],
        ),
        (
            "no unit",
            calendar("{ count = 2 }"),
            &["error: warroom.toml:11:12: slo.a.calendar.unit: is missing (add unit = \"month\")"],
        ),
        (
            "half a month",
            calendar("{ unit = \"month\", count = 0.5 }"),
            &[
                "error: warroom.toml:11:38: slo.a.calendar.count: is no number of units (write a whole number from 1 on)",
            ],
        ),
        (
            "two years",
            calendar("{ unit = \"year\", count = 2 }"),
            &[
                "error: warroom.toml:11:37: slo.a.calendar.count: the period is longer than a year (make it shorter)",
            ],
        ),
        (
            "no such day",
            calendar("{ unit = \"month\", start = \"2026-02-30 00:00\" }"),
            &[
                "error: warroom.toml:11:38: slo.a.calendar.start: \"2026-02-30 00:00\" is no day and time of a clock (write it like \"2026-01-01 00:00\")",
            ],
        ),
        (
            "grouped by a bucket",
            slo("by = [\"le\"]"),
            &[
                "error: warroom.toml:12:7: slo.a.by: \"le\" is no label to group by (name labels of the series, like [\"handler\"])",
            ],
        ),
        (
            "no date",
            slo("review = \"soon\""),
            &[
                "error: warroom.toml:12:10: slo.a.review: is no date (write year, month and day, like 2026-08-01)",
            ],
        ),
        (
            "a promise of all",
            slo("sla = 100"),
            &["error: warroom.toml:12:7: slo.a.sla: 100 is no percentage to promise (write it like 99.5)"],
        ),
    ]);
}

#[test]
fn policies_say_what_is_wrong_with_them() {
    let policies = |list: &str| slo(&format!("policies = {list}"));
    check(&[
        (
            "a slip",
            policies("[\"exhaustoin\"]"),
            &[
                "error: warroom.toml:12:13: slo.a.policies: \"exhaustoin\" is unknown (did you mean exhaustion?)",
            ],
        ),
        (
            "critical on an SLO that is not",
            policies("[\"critical\"]"),
            &[
                "error: warroom.toml:12:13: slo.a.policies: \"critical\" is for SLOs of that criticality (add criticality = \"critical\", or leave the policy out)",
            ],
        ),
        (
            "two tests in a table",
            policies("[{ consumed = 25, remaining = 5 }]"),
            &[
                "error: warroom.toml:12:42: slo.a.policies[0].remaining: consumed is given too (write a table for each)",
            ],
        ),
        (
            "more than all of it",
            policies("[{ consumed = 250 }]"),
            &[
                "error: warroom.toml:12:26: slo.a.policies[0].consumed: 250 is no percentage of the budget (write one between 0 and 100, like 25)",
            ],
        ),
        (
            "the same twice",
            policies("[\"consumption\", { consumed = 25 }]"),
            &[
                "error: warroom.toml:12:12: slo.a.policies: two are called \"25% consumed\" (give one of them another name)",
            ],
        ),
        (
            "a fortnight in a week",
            slo_without("period", "period = \"7d\"\npolicies = [\"fortnight\"]"),
            &[
                "warning: warroom.toml:12:13: slo.a.policies: fortnight looks back 14d, longer than the SLO's period (leave it out, or lengthen the period)",
            ],
        ),
    ]);
}
