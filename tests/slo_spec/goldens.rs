//! Factors and windows as the formulas give them: every row of goldens.yaml that a file can show.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use warroom::slo::spec::{SpecFile, load};
use warroom::slo::{Objective, Severity, Slo, Tier};
use warroom::text::when::parse_span;

use super::{days, only};

/// Factor, long and short window, `for`, and time to exhaustion.
type PyrraRow = (f64, String, String, String, String);

#[derive(Deserialize)]
struct Goldens {
    workbook_factor: BTreeMap<String, BTreeMap<String, f64>>,
    sloth_catalogue_factor: BTreeMap<String, BTreeMap<String, f64>>,
    pyrra_windows: BTreeMap<String, Vec<PyrraRow>>,
    dead_conditions: BTreeMap<String, Verdict>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Verdict {
    Rule(String),
    Factors(BTreeMap<String, String>),
}

fn goldens() -> Goldens {
    let text = std::fs::read_to_string("tests/fixtures/slo/goldens.yaml").expect("the goldens");
    serde_saphyr::from_str(&text).expect("goldens")
}

const SERVICE: &str = "
version: prometheus/v1
service: shop
slos:
  - name: web
    objective: 99.9
    sli: {events: {error_query: 'bad[{{.window}}]', total_query: 'all[{{.window}}]'}}
";

/// A catalogue of four alerts, each with its percentage and its windows.
fn catalogue(period: &str, alerts: [(f64, &str, &str); 4]) -> String {
    let [a, b, c, d] = alerts.map(|(percent, long, short)| {
        format!("{{errorBudgetPercent: {percent}, shortWindow: {short}, longWindow: {long}}}")
    });
    format!(
        "apiVersion: sloth.slok.dev/v1\nkind: AlertWindows\nspec:\n  sloPeriod: {period}\n  \
         page: {{quick: {a}, slow: {b}}}\n  ticket: {{quick: {c}, slow: {d}}}\n"
    )
}

/// The factors of an SLO of this period with this catalogue.
fn factors(period: &str, catalogue: &str) -> Vec<f64> {
    let period = parse_span(period).expect("a period");
    let file = |file, text| SpecFile { file, text, source: None, period: Some(period) };
    let slos = load(&[file("a.yaml", SERVICE), file("b.yaml", catalogue)]).slos;
    slos[0].tiers.iter().filter_map(Tier::factor).collect()
}

fn assert_near(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
            "{what}: {found} is not {expected}"
        );
    }
}

#[test]
fn the_workbooks_factors_come_out() {
    for (period, row) in goldens().workbook_factor {
        let alerts = [(2.0, "1h", "5m"), (5.0, "6h", "30m"), (10.0, "1d", "2h"), (10.0, "3d", "6h")];
        let expected = ["2pct_1h", "5pct_6h", "10pct_1d", "10pct_3d"].map(|key| row[key]);
        assert_near(&factors(&period, &catalogue(&period, alerts)), &expected, &period);
        if ["28d", "30d"].contains(&period.as_str()) {
            assert_near(&factors(&period, ""), &expected, &format!("{period}, Sloth's own"));
        }
    }
}

#[test]
fn the_factors_of_catalogues_come_out() {
    let rows = goldens().sloth_catalogue_factor;
    let keys = ["page_quick", "page_slow", "ticket_quick", "ticket_slow"];
    let seven = std::fs::read_to_string("tests/fixtures/slo/sloth/windows/7d.yaml").expect("a catalogue");
    assert_near(&factors("7d", &seven), &keys.map(|key| rows["7d"][key]), "7d");
    // 2 % in an hour, 4 % in six, 10 % in one and in three days.
    let custom =
        catalogue("30d", [(2.0, "1h", "5m"), (4.0, "6h", "30m"), (10.0, "1d", "2h"), (10.0, "3d", "6h")]);
    assert_near(&factors("30d", &custom), &keys.map(|key| rows["30d_custom"][key]), "30d");
}

fn pyrra(window: &str) -> Slo {
    only(&format!(
        "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {{name: web}}\nspec:\n  target: '99'\n  \
         window: {window}\n  indicator: {{bool_gauge: {{metric: up}}}}\n"
    ))
}

#[test]
fn pyrras_windows_come_out_row_by_row() {
    let span = |text: &str| parse_span(text).expect("a span");
    for (window, rows) in goldens().pyrra_windows {
        let slo = pyrra(&window);
        assert_eq!(slo.tiers.len(), rows.len(), "{window}");
        for (tier, (factor, long, short, hold, exhaustion)) in slo.tiers.iter().zip(rows) {
            let short = span(&short).max(Duration::from_mins(1));
            assert_eq!(tier.factor(), Some(factor), "{window}");
            assert_eq!(tier.windows(), Some((span(&long), short)), "{window} {factor}");
            assert_eq!(tier.hold, span(&hold), "{window} {factor}");
            let gone = slo.period.as_secs_f64() / factor;
            // Pyrra cuts the seconds off.
            assert_eq!(gone.floor(), span(&exhaustion).as_secs_f64(), "{window} {factor}");
        }
        let expected = [Severity::Page, Severity::Page, Severity::Ticket, Severity::Ticket];
        assert!(slo.tiers.iter().map(|tier| tier.severity).eq(expected), "{window}");
    }
}

#[test]
fn a_window_of_no_minute_is_said() {
    let floored = |window: &str| {
        let text = format!(
            "apiVersion: v1alpha1\nkind: ServiceLevelObjective\nmetadata: {{name: web}}\nspec: {{target: '99', \
             window: {window}, indicator: {{bool_gauge: {{metric: up}}}}}}\n"
        );
        super::found(&[&text]).iter().any(|line| line.starts_with("warning window-floored a.yaml:4"))
    };
    assert_eq!(["1d", "2d", "3d", "7d"].map(floored), [true, true, false, false]);
}

#[test]
fn dead_conditions_are_found() {
    let mut rows = 0;
    for (objective, verdict) in goldens().dead_conditions {
        let factors = match verdict {
            Verdict::Rule(rule) => {
                assert_eq!(objective, "rule", "{rule}");
                continue;
            }
            Verdict::Factors(factors) => factors,
        };
        rows += 1;
        let text = SERVICE.replace("99.9", &objective);
        let said: String = super::found(&[&text]).concat();
        let promised =
            Objective::from_percent(objective.parse().expect("a percentage")).expect("an objective");
        for (name, fate) in factors {
            let factor: f64 = name.trim_start_matches('f').parse().expect("a factor");
            let tier = Tier::burn(Severity::Page, factor, days(1), days(1));
            assert_eq!(tier.can_fire(promised), fate == "live", "{objective} {factor}");
            assert_eq!(said.contains(&format!("{factor}x ")), fate == "dead", "{objective} {factor}: {said}");
        }
    }
    assert_eq!(rows, 6);
}
