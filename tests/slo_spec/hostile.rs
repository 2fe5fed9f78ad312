//! Files that are broken or mean harm cost themselves and nothing else.

use proptest::prelude::*;
use warroom::slo::spec::{Loaded, SpecFile, load};

use super::{check, read};

const SOUND: &str = "version: prometheus/v1\nservice: shop\nslos: [{name: web, objective: 99.9, sli: {events: {error_query: \
                     'a[{{.window}}]', total_query: 'b[{{.window}}]'}}}]\n";

/// Nine levels of nine aliases.
fn bomb() -> String {
    let level = |at: u8| {
        let (name, inner) = (char::from(b'b' + at), char::from(b'a' + at));
        format!("{name}: &{name} [{}]\n", vec![format!("*{inner}"); 9].join(","))
    };
    format!("a: &a [x]\n{}", (0..9).map(level).collect::<String>())
}

#[test]
fn what_is_no_yaml_is_an_error_with_its_line() {
    check(&[
        ("aliases that multiply", &bomb(), &["error not-yaml a.yaml:"]),
        ("many brackets", &"[".repeat(20_000), &["error not-yaml a.yaml:1: the document cannot be read"]),
        ("deep lists", &"- ".repeat(20_000), &["error not-yaml a.yaml:1"]),
        (
            "deep maps",
            &(0..2000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>(),
            &["error not-yaml a.yaml:"],
        ),
        ("many nodes", &"- a\n".repeat(250_000), &["error not-yaml a.yaml:"]),
        ("a NUL", "a: b\nc: \0\n", &["error not-yaml a.yaml:2"]),
        ("a tab", "a:\n\t- b\n", &["error not-yaml a.yaml:2"]),
        ("an unknown alias", "a: *b\n", &["error not-yaml a.yaml:1"]),
        ("a template", "a: {{ .Values.x }}\n", &["warning unknown-kind a.yaml:1"]),
    ]);
}

#[test]
fn a_list_of_a_thousand_slos_is_read() {
    let slo = |n| {
        format!(
            "- apiVersion: pyrra.dev/v1alpha1\n  kind: ServiceLevelObjective\n  metadata:\n    \
             creationTimestamp: '2026-01-01T00:00:00Z'\n    name: slo-{n}\n    namespace: shop\n    resourceVersion: '7'\n    \
             labels: {{prometheus: k8s, role: alert-rules, team: ops}}\n  spec:\n    target: '99'\n    window: 4w\n    \
             indicator:\n      ratio:\n        errors: {{metric: 'e'}}\n        total: {{metric: 't'}}\n        grouping: null\n  \
             status: {{type: Prometheus}}\n"
        )
    };
    let list = format!("apiVersion: v1\nkind: List\nitems:\n{}", (0..1000).map(slo).collect::<String>());
    let loaded = read(&[&list]);
    assert_eq!((loaded.slos.len(), loaded.problems), (1000, Vec::new()));
}

#[test]
fn what_holds_no_slo_is_a_warning() {
    check(&[
        ("nothing", "", &["warning no-documents a.yaml:0"]),
        ("comments", "# a\n---\n# b\n", &["warning no-documents a.yaml:0"]),
        ("a scalar", "5\n", &["warning unknown-kind a.yaml:1"]),
        (
            "a list of scalars",
            "- a\n- b\n",
            &["warning unknown-kind a.yaml:1", "warning unknown-kind a.yaml:2"],
        ),
        (
            "another kind",
            "apiVersion: v1\nkind: ConfigMap\n",
            &["warning unknown-kind a.yaml:1: a document of apiVersion \"v1\" and kind \"ConfigMap\""],
        ),
        (
            "another version",
            "version: prometheus/v9\n",
            &["warning unknown-kind a.yaml:1: a document of version \"prometheus/v9\""],
        ),
        ("kinds that are no texts", "apiVersion: [1]\nkind: {a: b}\n", &["warning unknown-kind a.yaml:1"]),
    ]);
}

#[test]
fn one_bad_document_costs_no_other() {
    for bad in ["a: [", "\"", "x: \0", "- - -", "a: *b", "&a [*a]", "%YAML 9", "kind: List\nitems: [5, null]"]
    {
        let text = format!("---\n{bad}\n---\n{SOUND}");
        let Loaded { slos, problems } = read(&[&text]);
        assert_eq!(slos.len(), 1, "{bad}: {problems:#?}");
        assert_eq!(slos[0].defined_at.line, 4 + bad.matches('\n').count() + 2, "{bad}");
    }
    assert_eq!(read(&[&bomb(), "", SOUND]).slos.len(), 1);
}

#[test]
fn wrong_types_anywhere_are_problems() {
    for (from, to) in [
        ("service: shop", "service: [shop]"),
        ("slos: [{", "labels: 5\nslos: [{"),
        ("99.9", "{a: b}"),
        ("{events", "{raw: 5, events"),
        ("name: web", "name: {}"),
        ("name: web", "name: web, alerting: []"),
        ("name: web", "name: web, labels: [a]"),
    ] {
        let Loaded { slos, problems } = read(&[&SOUND.replacen(from, to, 1)]);
        assert!(slos.is_empty() || to.starts_with("labels"), "{to}: {slos:#?}");
        assert!(
            problems.iter().any(|problem| problem.rule == "wrong-type" && problem.place.line > 0),
            "{to}: {problems:#?}"
        );
    }
}

#[test]
fn two_slos_of_one_id_are_an_error_wherever_they_stand() {
    let loaded = read(&[SOUND, &SOUND.replace("99.9", "99")]);
    assert_eq!(loaded.slos.len(), 1);
    assert_eq!(loaded.slos[0].objective.percent(), 99.9);
    let duplicate =
        loaded.problems.iter().find(|problem| problem.rule == "duplicate").map(ToString::to_string);
    let expected = "b.yaml:3:8: slo.shop-web: there is already an SLO of this id in a.yaml:3:8 (give one of them another \
                    name, or load one of the files)";
    assert_eq!(duplicate.as_deref(), Some(expected));
}

#[test]
fn a_part_of_a_journey_and_an_slo_may_not_answer_to_one_id() {
    let metric = |query| format!("{{metricSource: {{type: Prometheus, spec: {{query: {query}}}}}}}");
    let indicator =
        format!("{{ratioMetric: {{counter: true, bad: {}, total: {}}}}}", metric("a"), metric("b"));
    let journey = format!(
        "apiVersion: openslo/v1\nkind: SLO\nmetadata: {{name: shop}}\nspec:\n  service: shop\n  \
         timeWindow: [{{duration: 30d, isRolling: true}}]\n  objectives:\n    \
         - {{target: 0.99, indicator: {{metadata: {{name: db}}, spec: {indicator}}}}}\n"
    );
    let pyrra = "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: db, namespace: shop}\n\
                 spec:\n  target: '99'\n  window: 4w\n  indicator:\n    ratio: {errors: {metric: e}, total: {metric: t}}\n";
    let refused = |texts: &[&str]| {
        let loaded = read(texts);
        let errors = loaded.problems.iter().filter(|problem| problem.rule == "duplicate");
        (loaded.slos.len(), errors.map(|problem| problem.what.clone()).collect::<Vec<_>>())
    };
    let part_first = "slo.shop/db: a part of the journey in a.yaml:1:1 has this id";
    assert_eq!(refused(&[&journey, pyrra]), (1, vec![part_first.to_owned()]));
    let slo_first = "slo.shop: its part \"shop/db\" is called as what is measured in a.yaml:1:1";
    assert_eq!(refused(&[pyrra, &journey]), (1, vec![slo_first.to_owned()]));
}

#[test]
fn all_buckets_added_up_are_doubted_in_every_format() {
    let sloth = SOUND.replace("'b[", "'h_bucket[");
    let pyrra = "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {name: db, namespace: shop}\n\
                 spec:\n  target: '99'\n  window: 4w\n  indicator:\n    ratio: {errors: {metric: e}, total: {metric: h_bucket}}\n";
    let metric = |query| format!("{{metricSource: {{type: Prometheus, spec: {{query: {query}}}}}}}");
    let openslo = format!(
        "apiVersion: openslo/v1\nkind: SLO\nmetadata: {{name: shop}}\nspec:\n  service: shop\n  \
         indicator: {{metadata: {{name: i}}, spec: {{ratioMetric: {{counter: true, good: {}, total: {}}}}}}}\n  \
         objectives: [{{target: 0.99}}]\n",
        metric("h_bucket"),
        metric("h_count")
    );
    let native = "[[slo]]\nid = 'a'\nservice = 's'\nobjective = 99\nperiod = '30d'\ngood = 'h_bucket'\ntotal = 'h_count'\n";
    let of_native = warroom::slo::spec::native::parse("a.toml", native, chrono_tz::Tz::UTC).1;
    let others = [sloth.as_str(), pyrra, openslo.as_str()].map(|text| read(&[text]).problems);
    for problems in others.into_iter().chain([of_native]) {
        let said: Vec<_> = problems.iter().filter(|problem| problem.rule == "missing-le").collect();
        assert!(said.len() == 1 && said[0].what.contains("adds up all buckets of h_bucket"), "{problems:?}");
    }
}

fn fixtures() -> Vec<String> {
    let names = [
        "sloth/spec/multifile.yml",
        "sloth/windows/7d.yaml",
        "pyrra/spec/nginx.yaml",
        "pyrra/spec/pyrra-connect-latency.yaml",
        "openslo/sdk-v1-slis.yaml",
        "openslo/sdk-v1-slos.yaml",
        "openslo/spec-timeslices-calendar.yaml",
    ];
    let read =
        |name: &&str| std::fs::read_to_string(format!("tests/fixtures/slo/{name}")).expect("a fixture");
    names.iter().map(read).collect()
}

/// A fixture with some of its stretches replaced by what does harm.
fn garbled() -> impl Strategy<Value = String> {
    let harm = prop::sample::select(vec![
        "",
        ":",
        "[",
        "}",
        "- ",
        "\n",
        "\n---\n",
        "*a",
        "&a ",
        "!!int ",
        "null",
        "\0",
        "{{",
        "\"",
        "'",
        "1e999",
        "-1",
        "é",
        "\u{202e}",
        "99999999999999999999",
        "|",
        "<<: ",
        "? ",
        "\t",
    ]);
    let edit = (any::<prop::sample::Index>(), 0_usize..12, harm);
    (prop::sample::select(fixtures()), prop::collection::vec(edit, 1..8)).prop_map(|(text, edits)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, length, harm) in edits {
            let start = at.index(chars.len().max(1)).min(chars.len());
            let end = (start + length).min(chars.len());
            chars.splice(start..end, harm.chars());
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #[test]
    fn garbled_files_never_panic_and_never_cost_a_neighbour(text in garbled()) {
        let file = |file, text| SpecFile { file, text, source: None, period: None };
        let loaded = load(&[file("bad.yaml", &text), file("good.yaml", SOUND)]);
        prop_assert!(loaded.slos.iter().any(|slo| slo.id == "shop-web"));
        for problem in &loaded.problems {
            prop_assert!(problem.place.line <= text.lines().count() + 1, "{}", problem);
            prop_assert!(!problem.what.is_empty());
        }
        for slo in &loaded.slos {
            prop_assert!(slo.period.as_secs() >= 86_400);
            prop_assert!(slo.effective_tiers().iter().all(|tier| tier.windows().is_some_and(|(long, short)| !short.is_zero() && long >= short)));
        }
    }
}
