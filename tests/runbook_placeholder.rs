//! Placeholders: found in every notation, filled so that no value changes the command's shape.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command as Process;

use proptest::prelude::*;
use warroom::runbook::{Command, Risk, Values, fill, placeholder};

fn names(command: &str) -> Vec<String> {
    placeholder::names(command, &BTreeSet::new())
}

fn command(text: &str) -> Command {
    Command { lang: "bash".to_owned(), text: text.to_owned(), risk: Risk::Change, placeholders: names(text) }
}

fn typed(pairs: &[(&str, &str)]) -> Values {
    let other = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Values { trusted: BTreeMap::new(), other }
}

#[test]
fn every_notation_is_found_and_nothing_else() {
    let cases: &[(&str, &[&str])] = &[
        ("kubectl logs <pod> -n <name space>", &["pod", "name space"]),
        ("echo {{service}} {{ service }} {{rollback | raw}}", &["service", "rollback"]),
        ("curl -H YOUR_TOKEN <YOUR_HOST>", &["YOUR_TOKEN", "YOUR_HOST"]),
        ("oc logs -n $NAMESPACE ${pod}", &["NAMESPACE", "pod"]),
        ("X=1; echo $X; for Y in a; do echo $Y; done; read Z; echo $Z", &[]),
        ("echo $HOME $1 $? $$ $lower \"${X:-default}\" ${X%%.*}", &[]),
        ("awk '{print $NF}' \"$FILE\"", &["FILE"]),
        ("echo '<pod>' \"<pod>\"", &["pod"]),
        ("docker ps --format '{{.Names}}' -o go-template='{{range .items}}{{end}}'", &[]),
        ("sort <in.txt >out.txt; cat <<EOF\n<body> $BODY\nEOF", &["body", "BODY"]),
        ("cat <<'EOF'\n$BODY <body>\nEOF", &["body"]),
        ("diff <(ls a) <(ls b); [ 1 -lt 2 ]", &[]),
        ("ls # of <pod> and $POD", &[]),
        (
            "aws stop --id [instance-id] --zone=[zone] x/[cluster name].log",
            &["instance-id", "zone", "cluster name"],
        ),
        ("[ -f x ] && ls [a-z]* [abc] [[:alpha:]] a[name] '[name]' \"[name]\" ${x[name]}", &[]),
        (r"echo \$PRICE \<b\>", &[]),
        ("MY_YOUR_X=1 echo NOT_YOUR_X", &[]),
    ];
    for (text, wanted) in cases {
        assert_eq!(names(text), *wanted, "{text}");
    }
}

#[test]
fn what_an_earlier_block_set_is_no_placeholder() {
    let set = BTreeSet::from(["NAMESPACE".to_owned()]);
    assert_eq!(placeholder::names("oc get pod -n $NAMESPACE $POD <NAMESPACE>", &set), ["POD", "NAMESPACE"]);
}

#[test]
fn nothing_is_given_out_while_a_placeholder_is_open() {
    let open = fill(&command("kubectl -n <ns> logs <pod>"), &typed(&[("ns", "web")]));
    assert_eq!(open, Err(vec!["pod".to_owned()]));
}

#[test]
fn values_are_quoted_for_the_place_they_stand_in() {
    let evil = "a'b\"c $(id) `id` ;x";
    let cases = [
        ("grep <x> f", r#"grep 'a'\''b"c $(id) `id` ;x' f"#),
        ("grep '<x>' f", r#"grep 'a'\''b"c $(id) `id` ;x' f"#),
        ("grep \"<x>\" f", r#"grep "a'b\"c \$(id) \`id\` ;x" f"#),
        ("cat <<EOF\n<x>\nEOF", "cat <<EOF\na'b\"c \\$(id) \\`id\\` ;x\nEOF"),
        ("cat <<'EOF'\n<x>\nEOF", "cat <<'EOF'\na'b\"c $(id) `id` ;x\nEOF"),
    ];
    for (text, wanted) in cases {
        assert_eq!(fill(&command(text), &typed(&[("x", evil)])).as_deref(), Ok(wanted), "{text}");
    }
    assert_eq!(fill(&command("ls <x>"), &typed(&[("x", "pod-1.2_a")])).as_deref(), Ok("ls pod-1.2_a"));
}

#[test]
fn a_value_that_no_quoting_holds_leaves_its_placeholder_open() {
    let cases = [
        ("kubectl delete pod <x>", "--all"),
        ("ls <x>", ""),
        ("ls <x>", "a\nb"),
        ("ls <x>", "a\u{202e}b"),
        ("ls <x>", "a\u{1b}[2J"),
        ("echo `ls <x>`", "a b"),
        ("ssh host ls <x>", "a; reboot"),
        ("sh -c 'ls <x>'", "a b"),
        ("psql -c \"select pg_cancel_backend(<x>)\"", "1); drop table t; --"),
        ("echo \"$(ssh host ls <x>)\"", "a;b"),
    ];
    for (text, value) in cases {
        assert_eq!(
            fill(&command(text), &typed(&[("x", value)])),
            Err(vec!["x".to_owned()]),
            "{text} {value:?}"
        );
    }
    assert!(fill(&command("ssh host ls <x>"), &typed(&[("x", "/var/log")])).is_ok());
}

#[test]
fn raw_pieces_come_from_trusted_configuration_only() {
    let rollback = command("{{rollback | raw}}");
    let text = "warroom demo-admin rollback --service checkout".to_owned();
    assert_eq!(fill(&rollback, &typed(&[("rollback", &text)])), Err(vec!["rollback".to_owned()]));
    let trusted = BTreeMap::from([("rollback".to_owned(), text.clone())]);
    assert_eq!(fill(&rollback, &Values { trusted: trusted.clone(), other: BTreeMap::new() }), Ok(text));
    let quoted = fill(&command("echo {{rollback}}"), &Values { trusted, other: BTreeMap::new() });
    assert_eq!(quoted.as_deref(), Ok("echo 'warroom demo-admin rollback --service checkout'"));
}

#[test]
fn a_label_fills_its_name_in_any_notation() {
    let values = typed(&[("pod_name", "web-0")]);
    for text in ["ls <pod-name>", "ls $POD_NAME", "ls {{pod_name}}", "ls <Pod Name>"] {
        assert_eq!(fill(&command(text), &values).as_deref(), Ok("ls web-0"), "{text}");
    }
}

/// What the shell itself makes of a filled command: the bytes of its single argument.
fn echoed(command: &str) -> String {
    let output = Process::new("sh").args(["-c", command]).output().expect("sh");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_shell_reads_a_filled_value_as_that_value(value in "[ -~éß]{1,24}") {
        for text in ["printf %s <x>", "printf %s '<x>'", "printf %s \"<x>\"", "printf %s \"$(printf %s <x>)\""] {
            if let Ok(filled) = fill(&command(text), &typed(&[("x", &value)])) {
                let wanted = if text.contains("$(") { value.trim_end_matches('\n') } else { &value };
                prop_assert_eq!(echoed(&filled), wanted, "{}", filled);
            } else {
                prop_assert!(value.starts_with('-'), "{} was refused", value);
            }
        }
    }

    #[test]
    fn any_text_is_searched(text in any::<String>(), noise in "[a-zA-Z$<>{}'\"`()\\\\\n#|_ ]{0,80}") {
        for text in [text, noise] {
            for found in placeholder::find(&text, &BTreeSet::new()) {
                prop_assert!(text.get(found.range).is_some());
            }
            prop_assert!(fill(&command(&text), &Values::default()).is_ok() == names(&text).is_empty());
        }
    }
}
