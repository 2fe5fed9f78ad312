//! The form of a command that shows what it would do, where its tool has one.

use warroom::runbook::{Risk, dry, risk};

#[test]
fn a_tool_that_can_rehearse_is_asked_to() {
    for (command, wanted) in [
        ("kubectl delete pod x", "kubectl delete pod x --dry-run=server"),
        (
            "kubectl -n pay scale deploy/x --replicas=3",
            "kubectl -n pay scale deploy/x --replicas=3 --dry-run=server",
        ),
        ("sudo kubectl rollout undo deploy/x", "sudo kubectl rollout undo deploy/x --dry-run=server"),
        ("helm rollback app 3", "helm rollback app 3 --dry-run"),
        ("terraform apply -auto-approve", "terraform plan"),
        ("terraform destroy", "terraform plan -destroy"),
        ("rsync -a --delete a/ b/", "rsync -a --delete a/ b/ --dry-run"),
        ("git push --force origin main", "git push --force origin main --dry-run"),
        ("apt-get upgrade", "apt-get upgrade --simulate"),
    ] {
        let form = dry::form(command).unwrap_or_default();
        assert_eq!(form, wanted);
        assert_eq!(risk::of(&form), Risk::Read, "{form}");
    }
}

#[test]
fn nothing_is_offered_that_might_not_be_a_rehearsal() {
    for command in [
        "kubectl get pods",
        "kubectl rollout restart deploy/x",
        "kubectl exec db-0 -- kubectl delete pod x",
        "kubectl delete pod x --dry-run=client",
        "kubectl delete pod x && rm y",
        "kubectl delete pod x # now",
        "kubectl delete pod $(cat x)",
        "kubectl apply -f - <<EOF\nx\nEOF",
        "ssh db-1 kubectl delete pod x",
        "rm -rf /srv/x",
        "terraform init",
        "echo kubectl delete pod x",
    ] {
        assert_eq!(dry::form(command), None, "{command}");
    }
}
