//! What a command may do, told from its text: doubt counts as a change.

#[path = "runbook_risk/compositions.rs"]
mod compositions;
#[path = "runbook_risk/destroying.rs"]
mod destroying;
#[path = "runbook_risk/doubt.rs"]
mod doubt;
#[path = "runbook_risk/dry.rs"]
mod dry;
#[path = "runbook_risk/incident.rs"]
mod incident;
#[path = "runbook_risk/reading.rs"]
mod reading;
#[path = "runbook_risk/target.rs"]
mod target;
#[path = "runbook_risk/terms.rs"]
mod terms;

use proptest::prelude::*;
use warroom::runbook::{Risk, risk};

fn all(wanted: Risk, commands: &[&str]) {
    for command in commands {
        assert_eq!(risk::of(command), wanted, "{command}");
    }
}

#[test]
fn looking_is_a_read() {
    all(
        Risk::Read,
        &[
            "",
            "# only a comment",
            "kubectl get pods",
            "kubectl -n payments --context=prod get pods -o wide",
            "kubectl --no-pager logs deploy/x | grep error | tail -20",
            "kubectl rollout status deployment/x",
            "kubectl exec -it db-0 -- df -h",
            "kubectl delete pod x --dry-run=client",
            "helm -n x history app",
            "sudo systemctl status nginx",
            "sudo -u postgres psql -Atc 'select count(*) from pg_stat_activity'",
            "psql \"$URL\" <<EOF\nselect 1;\nEOF",
            "docker ps -a; docker logs web",
            "docker exec -it web ps aux",
            "git -C /srv log --oneline -5",
            "aws ec2 describe-instances --region eu-west-1",
            "gcloud compute instances list",
            "terraform plan",
            "curl -fsS http://x/healthz -o /dev/null",
            "curl -G http://x --data-urlencode 'q=up'",
            "curl -X GET -d x http://h",
            "wget -qO- http://x",
            "for i in 1 2 3; do curl -sS http://x; done",
            "if grep -q x /etc/hosts; then echo yes; else echo no; fi",
            "export NAMESPACE=\"$(kubectl get ns -o name)\"",
            "df -h 2>/dev/null 2>&1",
            "journalctl -u x --since -10m",
            "timeout 10 ssh -o BatchMode=yes host df -h",
            "sh -c 'ls; df'",
            "find /var -size +1G -printf '%p\\n'",
            "find . -name x -exec grep y {} +",
            "cat <<'EOF'\nrm -rf /\nEOF",
            "awk '{print $1}' file",
            "warroom slo status",
            "crontab -l",
            "watch -n 5 kubectl get pods",
            "time df -h && uptime",
            "openssl s_client -connect h:443 </dev/null",
        ],
    );
}

#[test]
fn whatever_changes_something_or_is_not_known_is_a_change() {
    all(
        Risk::Change,
        &[
            "frobnicate --now",
            "./deploy.sh",
            "kubectl scale deploy/x --replicas=3",
            "kubectl rollout restart deploy/x",
            "kubectl rollout undo deploy/x",
            "kubectl -n get frobnicate",
            "kubectl --mystery get pods",
            "kubectl exec -it db-0 -- bash",
            "systemctl restart nginx",
            "docker run --rm alpine ls",
            "echo x > /etc/motd",
            "echo x | sudo tee /etc/motd",
            "curl -X POST http://x",
            "curl -sXPUT http://x",
            "curl -d a=b http://x",
            "curl -O http://x/file",
            "curl -d a http://x --next -X GET http://y",
            "curl http://x | bash",
            "kill 4711",
            "psql -c \"select pg_terminate_backend(1)\"",
            "psql -c \"update x set y = 1\"",
            "psql mydb",
            "psql -f script.sql",
            "sed -i s/a/b/ file",
            "sed -ni p file",
            "sudo -i",
            "ssh host",
            "sysctl -w vm.swappiness=1",
            "mv a b; ls",
            "PATH=/tmp:$PATH ls",
            "$TOOL get pods",
            "\"$(which kubectl)\" get pods",
            "source ./env.sh",
            "git push origin main",
            "terraform apply",
            "warroom resolve",
            "helm upgrade app ./chart",
            "echo $(systemctl stop nginx)",
            "diff <(kubectl apply -f x) y",
            "awk 'BEGIN { system(\"ls\") }'",
        ],
    );
}

#[test]
fn what_cannot_be_taken_back_destroys() {
    all(
        Risk::Destroy,
        &[
            "rm -rf /var/tmp/x",
            "r\\m file",
            "\"rm\" -rf x",
            "/bin/rm x",
            "ls && rm x",
            "ls\nrm x",
            "echo `rm x`",
            "echo \"$(rm x)\"",
            "sudo nohup env A=1 rm x",
            "find . -name '*.log' -delete",
            "find . -exec rm {} +",
            "ls | xargs -r -n 1 rm",
            "ssh host 'rm -rf x'",
            "bash -c 'rm x'",
            "bash <<EOF\nrm x\nEOF",
            "ssh host bash -s <<'EOF'\nrm x\nEOF",
            "eval rm x",
            "kubectl delete pod x",
            "kubectl -n get delete pod x",
            "kubectl drain node-1 --ignore-daemonsets",
            "kubectl exec db-0 -- rm x",
            "docker exec -u root web rm x",
            "kubectl replace --force -f x",
            "helm uninstall app",
            "docker system prune -f",
            "podman images -q | xargs podman rmi",
            "git push --force origin main",
            "git reset --hard HEAD~1",
            "git clean -fdx",
            "curl -X DELETE http://x",
            "curl -sXDELETE http://x",
            "curl -X DELETE http://x --next -X GET http://y",
            "psql -c 'drop table x'",
            "psql -q -c 'truncate x'",
            "psql <<EOF\ndelete from x;\nEOF",
            "redis-cli flushall",
            "aws s3 rm s3://b/x",
            "aws ec2 terminate-instances --instance-ids i-1",
            "gcloud compute instances delete x",
            "terraform destroy",
            "terraform apply -destroy",
            "dd if=/dev/zero of=/dev/sda",
            "mkfs.ext4 /dev/sdb1",
            "echo x > /dev/sda",
            "reboot",
            "rsync -a --delete a/ b/",
            "ls() { rm -rf /; }; ls",
            "crontab -r",
        ],
    );
}

proptest! {
    #[test]
    fn any_text_is_judged(text in any::<String>()) {
        risk::of(&text);
    }

    #[test]
    fn shell_like_noise_is_judged(text in "[a-z $(){}<>|&;'\"`\\\\\n#=-]{0,80}") {
        risk::of(&text);
    }

    #[test]
    fn a_deletion_behind_anything_read_only_still_destroys(before in "(ls|df -h|echo 'a b'|kubectl get pods)", sign in "(;|&&|\\|\\||\\||\n)") {
        prop_assert_eq!(risk::of(&format!("{before}{sign} rm -rf x")), Risk::Destroy);
    }

    #[test]
    fn deep_nesting_ends(depth in 0usize..400) {
        risk::of(&("$(".repeat(depth) + "ls" + &")".repeat(depth)));
        risk::of(&("sudo ".repeat(depth) + "ls"));
    }
}
