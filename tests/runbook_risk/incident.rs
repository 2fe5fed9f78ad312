//! What people look at in an incident, and how the same words write.

use super::all;
use warroom::runbook::Risk;

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
