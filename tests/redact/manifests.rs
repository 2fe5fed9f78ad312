//! Kubernetes Secrets as `kubectl` prints them: their values never pass, and other objects are left alone.

use super::{is_masked_wherever_it_is_cut, masked, shared};

const MASK: &str = "[redacted:kubernetes-secret]";

fn secret(indent: &str, kind: &str) -> String {
    [
        "apiVersion: v1",
        "data:",
        "  config: c2hvcnQ=",
        "  user: YWRtaW4=",
        "  long: |",
        "    Zmlyc3Q=",
        "    c2Vjb25k",
        &format!("kind: {kind}"),
        "metadata:",
        "  name: checkout-db",
    ]
    .map(|line| format!("{indent}{line}\n"))
    .concat()
}

#[test]
fn the_values_of_a_secret_are_masked_and_the_rest_is_read() {
    let out = masked(&secret("", "Secret"));
    assert_eq!(
        out,
        format!(
            "apiVersion: v1\ndata:\n  config: {MASK}\n  user: {MASK}\n  long: |\n    {MASK}\n    {MASK}\n\
             kind: Secret\nmetadata:\n  name: checkout-db\n"
        )
    );
    assert_eq!(shared().redact(&secret("", "Secret")).1.get("kubernetes-secret"), Some(&4));
}

#[test]
fn other_objects_and_what_follows_are_left_alone() {
    for kind in ["ConfigMap", "Deployment", "SecretProviderClass"] {
        assert_eq!(masked(&secret("", kind)), secret("", kind), "{kind}");
    }
    let text = format!("{}---\nlog: c2hvcnQ=\n", secret("", "Secret"));
    assert!(masked(&text).ends_with("---\nlog: c2hvcnQ=\n"));
    let then = format!("{}pod \"checkout\" deleted\ndata: YWJj\n", secret("  ", "Secret"));
    assert!(masked(&then).ends_with("pod \"checkout\" deleted\ndata: YWJj\n"), "{}", masked(&then));
}

#[test]
fn a_list_of_objects_is_judged_one_by_one() {
    let item = |kind: &str| secret("  ", kind).replacen("  apiVersion", "- apiVersion", 1);
    let list = format!(
        "apiVersion: v1\nitems:\n{}{}{}kind: List\n",
        item("ConfigMap"),
        item("Secret"),
        item("ConfigMap")
    );
    let wanted = list.replacen(&item("Secret"), &masked(&item("Secret")), 1);
    assert!(masked(&item("Secret")).contains(MASK));
    assert_eq!(masked(&list), wanted);
}

#[test]
fn the_kind_may_stand_first_or_last_or_be_missing() {
    let first = "apiVersion: v1\nkind: Secret\nstringData:\n  dsn: short\n  empty: \"\"\ntype: Opaque\n";
    let wanted = first.replace("dsn: short", &format!("dsn: {MASK}"));
    assert_eq!(masked(first), wanted);
    let without = "apiVersion: v1\ndata:\n  a: YWJj\n";
    assert_eq!(masked(without), without, "nothing says that it is a secret");
    let endless = format!("apiVersion: v1\ndata:\n{}", "  a: YWJj\n".repeat(10_000));
    assert!(!masked(&endless).contains("YWJj"), "one that never says its kind is taken for one");
}

#[test]
fn json_is_masked_too_in_lines_and_in_one() {
    let lines = "{\n    \"apiVersion\": \"v1\",\n    \"data\": {\n        \"a\": \"YWJj\",\n        \"b\": \"eHl6\"\n    },\n    \"kind\": \"Secret\"\n}\n";
    let wanted = lines.replace("YWJj", MASK).replace("eHl6", MASK);
    assert_eq!(masked(lines), wanted);
    for line in [
        r#"{"apiVersion":"v1","data":{"a":"YWJj"},"kind":"Secret","metadata":{"name":"x"}}"#,
        r#"{"kind":"Secret","apiVersion":"v1","stringData":{"a":"YWJj"}}"#,
        r#"  last: "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"YWJj\"},\"kind\":\"Secret\"}""#,
    ] {
        let out = masked(line);
        assert!(out.contains(MASK) && !out.contains("YWJj"), "{line} -> {out}");
    }
    let other = r#"{"apiVersion":"v1","data":{"a":"YWJj"},"kind":"ConfigMap"}"#;
    assert_eq!(masked(other), other);
}

#[test]
fn a_secret_cut_anywhere_is_masked_like_the_whole() {
    is_masked_wherever_it_is_cut(&format!(
        "$ kubectl get secret\n{}---\n{}",
        secret("", "Secret"),
        secret("", "ConfigMap")
    ));
}
