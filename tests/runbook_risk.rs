//! What a command may do, told from its text: doubt counts as a change.

#[path = "runbook_risk/dry.rs"]
mod dry;
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

/// What people look at in an incident, and how the same words write.
const INCIDENT: &[(&[&str], &[&str])] = &[
    (
        &[
            "warroom alert list",
            "warroom alert silences",
            "warroom -v maintenance list",
            "warroom clocks",
            "warroom brief",
        ],
        &[
            "warroom alert ack 1",
            "warroom alert silence x",
            "warroom maintenance add s",
            "warroom snooze comms",
        ],
    ),
    (
        &[
            "warroom temporary list",
            "warroom task list --json",
            "warroom outbox list",
            "warroom runbook find disk full",
        ],
        &["warroom temporary add x", "warroom task done 3", "warroom outbox send", "warroom triage yes"],
    ),
    (
        &[
            "warroom --data /x show",
            "warroom timeline --follow",
            "warroom slo status",
            "warroom similar",
            "warroom roles",
        ],
        &[
            "warroom note x",
            "warroom url add x",
            "warroom recheck add",
            "warroom postmortem draft --out x.md",
        ],
    ),
    (
        &[
            "warroom journal verify",
            "warroom journal size",
            "warroom journal export",
            "warroom postmortem draft",
        ],
        &["warroom journal backup x", "warroom journal clean", "warroom postmortem export --out x.md"],
    ),
    (
        &[
            "kafka-consumer-groups.sh --bootstrap-server h:9092 --describe --group g",
            "kafka-topics --list --bootstrap-server h",
        ],
        &[
            "kafka-consumer-groups.sh --reset-offsets --to-latest --group g --execute",
            "kafka-topics.sh --alter --topic t",
            "kafka-topics.sh",
        ],
    ),
    (
        &["pg_restore --list dump.bin", "pg_restore -l dump.bin"],
        &["pg_restore -l -f toc dump.bin", "pg_restore -d shop dump.bin"],
    ),
    (
        &[
            "systemctl",
            "systemctl --failed",
            "systemctl --failed --no-pager",
            "systemctl list-units --state=failed",
            "systemctl --state failed",
        ],
        &[
            "systemctl reset-failed",
            "systemctl --mystery",
            "systemctl daemon-reload",
            "systemctl --user restart x",
        ],
    ),
    (
        &["journalctl -u x -n 100 --no-pager", "journalctl --since -1h -p err"],
        &["journalctl --vacuum-size=1G", "journalctl --rotate"],
    ),
    (&["crontab -l", "crontab -u bob -l"], &["crontab jobs.txt", "crontab -e"]),
    (&["dig +short x.example", "dig @9.9.9.9 x.example MX", "dig -x 192.0.2.1"], &[]),
    (
        &["openssl x509 -in c.pem -noout -enddate", "echo | openssl s_client -connect h:443 -servername h"],
        &[
            "openssl x509 -in c.pem -out d.pem",
            "openssl s_client -connect h:443 -sess_out f",
            "openssl req -new -key k",
        ],
    ),
    (
        &[
            "redis-cli info",
            "redis-cli -h h PING",
            "redis-cli --latency",
            "redis-cli -h h -p 1 --bigkeys",
            "redis-cli --scan",
            "redis-cli Slowlog GET 10",
        ],
        &[
            "redis-cli",
            "redis-cli --pipe",
            "redis-cli --latency --eval x.lua",
            "redis-cli --rdb dump.rdb",
            "redis-cli config set x y",
        ],
    ),
    (
        &[
            "etcdctl endpoint status -w table",
            "etcdctl --endpoints=h:2379 endpoint health",
            "etcdctl watch key",
        ],
        &["etcdctl snapshot save f", "etcdctl defrag", "etcdctl watch key -- sh -c 'x'"],
    ),
    (
        &["helm list -A", "helm status app", "helm history app", "helm -n x get values app"],
        &["helm rollback app 3", "helm template app --output-dir out"],
    ),
    (
        &["argocd app get shop", "argocd app list", "argocd --server h app diff shop"],
        &["argocd app sync shop", "argocd app get shop --hard-refresh", "argocd app rollback shop 3"],
    ),
    (
        &[
            "aws ec2 describe-instances",
            "aws --profile prod rds describe-db-instances",
            "aws s3 ls",
            "aws sts get-caller-identity",
            "aws secretsmanager list-secrets",
            "aws logs get-log-events --log-group-name x",
        ],
        &[
            "aws secretsmanager get-secret-value --secret-id x",
            "aws sts get-session-token",
            "aws sts assume-role --role-arn x",
            "aws ssm get-parameter --name x --with-decryption",
            "aws ecr get-login-password",
            "aws s3api get-object b k f",
            "aws ec2 frobnicate describe-x",
            "aws ssm start-session --target describe-x",
            "aws ec2",
        ],
    ),
    (
        &["gcloud compute instances describe x", "gcloud sql instances list"],
        &[
            "gcloud compute ssh x",
            "gcloud secrets versions access latest",
            "gcloud auth print-access-token",
            "gcloud compute instances reset x",
        ],
    ),
    (
        &["az vm show -n x -g y", "az group list", "az network nic list -o table"],
        &[
            "az keyvault secret show -n x",
            "az account get-access-token",
            "az aks get-credentials -n x",
            "az storage account keys list",
            "az vm restart -n x",
        ],
    ),
    (
        &[
            "terraform plan",
            "terraform show",
            "terraform state list",
            "terraform state show x",
            "terraform output",
        ],
        &[
            "terraform plan -out=tfplan",
            "terraform state mv a b",
            "terraform import a b",
            "terraform taint x",
        ],
    ),
    (&["curl -fsS http://h/health"], &["curl -d x http://h", "curl -o f http://h", "curl -XPOST http://h"]),
    (
        &[
            "sed -n 10,20p f",
            "sed 's/we are/x/' f",
            "date -d yesterday",
            "date +%s",
            "uniq -c",
            "sort f | uniq",
        ],
        &[
            "sed -i s/a/b/ f",
            "sed -n 'w out' f",
            "sed s/a/b/e f",
            "date 112203042026",
            "uniq a b",
            "sort -o f f",
            "ls | tee f",
            "xxd -r f g",
        ],
    ),
];

#[test]
fn the_readers_of_an_incident_read_and_their_writing_flags_are_known() {
    for (reads, changes) in INCIDENT {
        all(Risk::Read, reads);
        all(Risk::Change, changes);
    }
}

#[test]
fn what_destroys_does_so_behind_the_words_of_a_reader() {
    all(
        Risk::Destroy,
        &[
            "crontab -r",
            "kafka-topics.sh --delete --topic t",
            "kafka-consumer-groups.sh --describe --group g --delete",
            "pg_restore --clean -d shop dump.bin",
            "redis-cli FlushAll",
            "kubectl get pods -o name | xargs kubectl delete",
            "find /var/log -name '*.gz' -delete",
            "argocd app delete shop",
            "aws ec2 terminate-instances --instance-ids i-1",
            "gcloud compute instances delete x",
            "az group delete -n x",
            "terraform state rm x",
            "warroom journal restore f",
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
            "alias ls='rm -rf /'",
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
