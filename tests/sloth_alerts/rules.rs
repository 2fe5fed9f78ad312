//! The rules that Sloth generated, for one service: its alerts as one expression each, and as the files
//! of a `promtool test`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;
use warroom::slo::Severity;

use crate::episodes::{COMPARED_FROM, Episode, START};
use crate::ours::Minute;

const SLOTH: &str = include_str!("../fixtures/slo/sloth/expected/getting-started.yml");
/// The service they were generated for.
const SERVICE: &str = "myservice";
/// Between two evaluations of promtool: it takes a hundredth of a second for each.
const EVERY_MIN: i64 = 30;

#[derive(Deserialize)]
struct File {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    name: String,
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(default)]
    record: String,
    #[serde(default)]
    alert: String,
    expr: String,
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

pub struct Rules {
    text: String,
    /// In the order of the file: alerts last, on what was recorded at the same instant.
    groups: Vec<String>,
    all: Vec<Rule>,
    job: &'static str,
}

impl Rules {
    pub fn of(job: &'static str) -> Self {
        let text = SLOTH.replace(SERVICE, job);
        let file: File = serde_saphyr::from_str(&text).expect("rules");
        let groups = file.groups.iter().map(|group| group.name.clone()).collect();
        let rules = file.groups.into_iter().flat_map(|group| group.rules).collect();
        Self { text, groups, all: rules, job }
    }

    fn alert_rule(&self, severity: Severity) -> &Rule {
        let of = |rule: &&Rule| !rule.alert.is_empty() && rule.labels["sloth_severity"] == severity.word();
        self.all.iter().find(of).expect("an alert of each severity")
    }

    /// The alert's expression over raw counters: each recorded ratio stands for its own expression, so
    /// that it can be asked at any minute.
    pub fn alert(&self, severity: Severity) -> String {
        let selector = format!(
            "{{sloth_id=\"{0}-requests-availability\", sloth_service=\"{0}\", sloth_slo=\"requests-availability\"}}",
            self.job
        );
        let raw = |expr: String, rule: &Rule| {
            expr.replace(&format!("{}{selector}", rule.record), &format!("({})", rule.expr.trim()))
        };
        let recorded = self.all.iter().filter(|rule| rule.record.starts_with("slo:sli_error:ratio_rate"));
        let expr = recorded.fold(self.alert_rule(severity).expr.clone(), raw);
        assert!(!expr.contains("slo:"), "nothing recorded is left: {expr}");
        expr
    }

    /// Writes the rules as they are and a test that expects what we fire, every half hour but where it
    /// changes within a minute or is let go late: there the generated thresholds, 14.4 times 0.0009999999999999432, are not
    /// those of 99.9 %.
    pub fn write(&self, folder: &Path, episode: &Episode, ours: &[Minute]) {
        let mut test = format!(
            "rule_files: [rules.yml]\nevaluation_interval: {EVERY_MIN}m\ngroup_eval_order: [{}]\n\
             tests:\n- interval: 1m\n  input_series:\n",
            self.groups.join(", ")
        );
        for (code, values) in episode.series() {
            let series =
                format!("http_request_duration_seconds_count{{job=\"{}\",code=\"{code}\"}}", self.job);
            let _ = writeln!(test, "  - series: '{series}'\n    values: '{values}'");
        }
        test.push_str("  alert_rule_test:\n");
        let first = (COMPARED_FROM - START) / 60;
        for (minute, around) in (first + 1..).zip(ours.windows(3)) {
            if minute % EVERY_MIN == 0 && comparable(around) {
                self.expect(&mut test, minute, &around[1]);
            }
        }
        std::fs::write(folder.join("rules.yml"), &self.text).expect("a writable folder");
        std::fs::write(folder.join("test.yml"), test).expect("a writable folder");
    }

    fn expect(&self, test: &mut String, minute: i64, ours: &Minute) {
        let firing: Vec<serde_json::Value> = [Severity::Page, Severity::Ticket]
            .into_iter()
            .filter(|severity| ours.fires(*severity))
            .map(|severity| self.told(self.alert_rule(severity)))
            .collect();
        let name = &self.all[self.all.len() - 1].alert;
        let firing = serde_json::to_string(&firing).expect("JSON is YAML");
        let _ = writeln!(test, "  - {{eval_time: {minute}m, alertname: {name}, exp_alerts: {firing}}}");
    }

    /// An alert as Prometheus sends it on: the labels of its series, its rule's own, its annotations.
    fn told(&self, rule: &Rule) -> serde_json::Value {
        let recorded = self.all.first().expect("a rule");
        let mut labels = recorded.labels.clone();
        labels.remove("sloth_window");
        labels.extend(rule.labels.clone());
        let fill = |text: &String| {
            text.replace("{{$labels.sloth_service}}", self.job)
                .replace("{{$labels.sloth_slo}}", "requests-availability")
        };
        let annotations: BTreeMap<&String, String> =
            rule.annotations.iter().map(|(name, text)| (name, fill(text))).collect();
        serde_json::json!({ "exp_labels": labels, "exp_annotations": annotations })
    }
}

/// Whether nothing begins or ends to fire from one minute to the next, nor fires for being let go late.
fn comparable(minutes: &[Minute]) -> bool {
    [Severity::Page, Severity::Ticket].into_iter().all(|severity| {
        minutes.windows(2).all(|pair| pair[0].fires(severity) == pair[1].fires(severity))
            && !minutes.iter().any(|minute| minute.is_held(severity))
    })
}
