//! What a command acts on, told from its text.

use warroom::runbook::target::{Target, Which, of};

/// `kind=name`, `kind?` for the one chosen before, `kind*` for what nobody here can know.
fn told(command: &str) -> Vec<String> {
    let word = |Target { kind, which }: Target| match which {
        Which::Named(name) => format!("{kind}={name}"),
        Which::Current => format!("{kind}?"),
        Which::Elsewhere => format!("{kind}*"),
    };
    of(command).into_iter().map(word).collect()
}

#[test]
fn a_command_says_what_it_acts_on() {
    let cases: &[(&str, &[&str])] = &[
        ("df -h", &[]),
        ("kubectl get pods", &["kubectl context?"]),
        ("kubectl --context prod -n pay get pods", &["kubectl context=prod", "namespace=pay"]),
        ("kubectl get pods --context=prod --namespace=pay", &["kubectl context=prod", "namespace=pay"]),
        ("kubectl -npay get pods | grep x", &["kubectl context?", "namespace=pay"]),
        ("helm --kube-context prod rollback app", &["kubectl context=prod"]),
        ("KUBECONFIG=x kubectl get pods", &["kubectl context*"]),
        ("kubectl --context \"$CTX\" get pods", &["kubectl context*"]),
        ("kubectl exec db-0 -- psql -h other", &["kubectl context?", "database host=other"]),
        ("ssh -p 22 ana@db-1 df -h", &["ssh host=ana@db-1"]),
        ("sudo -u ops ssh db-1 'kubectl delete pod x'", &["ssh host=db-1", "kubectl context*"]),
        ("ssh db-1 bash -s <<'EOF'\nkubectl get pods\nEOF", &["ssh host=db-1", "kubectl context*"]),
        ("for i in 1 2; do ssh web-$i uptime; done", &["ssh host=web-$i"]),
        ("psql -h db-1 -d shop -c 'select 1'", &["database host=db-1", "database=shop"]),
        (
            "aws --profile prod ec2 describe-instances --region eu-west-1",
            &["aws profile=prod", "aws region=eu-west-1"],
        ),
        (
            "echo \"$(kubectl --context a get ns)\"; kubectl --context b get ns",
            &["kubectl context=b", "kubectl context=a"],
        ),
    ];
    for (command, wanted) in cases {
        assert_eq!(told(command), *wanted, "{command}");
    }
}
