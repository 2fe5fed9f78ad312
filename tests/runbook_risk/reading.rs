//! What people look with in an incident, which a judgement that fears everything would make useless.

use super::all;
use warroom::runbook::Risk;

const READERS: &[&str] = &[
    "sudo vgs",
    "sudo lvs -a -o name,size",
    "pvs --noheadings",
    "whois example.org | grep -i expir",
    "sudo nginx -t",
    "nginx -T",
    "nginx -v",
    "tar tf a.tar",
    "tar -tvf a.tar.gz",
    "tar tvzf a.tgz",
    "tar --list --file=a.tar",
    "iptables -L -n -v",
    "iptables -nvL INPUT --line-numbers",
    "sudo iptables -t nat -S",
    "iptables-save",
    "nft list ruleset",
    "zpool status -v",
    "zpool list",
    "zfs list -t snapshot",
    "zfs get all p/x",
    "nc -zv h 5432",
    "nc -z -w 3 h 80",
    "kafka-consumer-groups.sh --bootstrap-server h --describe --group g",
    "kafka-consumer-groups.sh --bootstrap-server h --list",
    "pg_restore --list a.dump",
    "pg_restore -Fc -l a.dump",
    "systemctl --failed",
    "systemctl --failed --no-pager",
    "ip a s",
    "ip -br link",
    "ip route get 192.0.2.1",
    "git branch -a",
    "git show --stat HEAD",
    "git log -p -3 -- path",
    "rg -n x src",
    "sort -k2 -rn f | uniq -c | sort -rn",
    "sed -n '/start/,/end/p' f",
    "sed -e 's/a/b/g' -e '/^$/d' f",
    "sed -n '1,5p;$p' f",
    "awk -F: '$1 == \"x\" || $2 == \"y\" {print $1}' f",
    "less -S f",
    "LC_ALL=C sort f",
    "TZ=UTC date",
    "PGPASSWORD=x psql -h h -c 'select 1'",
    "AWS_PROFILE=prod aws s3 ls",
    "aws s3api get-bucket-policy --bucket b",
    "aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=u \
             --start-time $(date -u -d '-15 minutes' +%FT%TZ) --output json | jq '.Events | length'",
    "kubectl --context prod -n x logs deploy/y --since=10m --tail=200 --prefix",
    "ssh -o BatchMode=yes -p 22 h uptime",
    "find . -name x | xargs grep y",
    "curl -sS -o /dev/null -D - --max-time 10 http://h | grep HTTP",
    "psql -c '\\dt+'",
    "mysql -h h -u u -pX -e 'show full processlist\\G'",
    "gcloud --project p compute instances list",
    "kubectl exec -it x -c y -- cat f",
    "grep 'x[$(]' f",
    "psql -Atc \"select count(*) filter (where now() - query_start > interval '1 s'), left(query, 10) from pg_stat_activity group by 2\"",
];

#[test]
fn tools_that_only_show_read() {
    all(Risk::Read, READERS);
}

#[test]
fn a_sum_is_no_command() {
    all(
        Risk::Read,
        &[
            "echo \"$(( ($(date -u -d 10:00 +%s) - $(date -u -d 09:00 +%s)) / 60 )) min, allowed 30 min\"",
            "now=$(date +%s); echo $(( now - 3600 ))",
            "i=$((i+1))",
            "x=$(( ${#name} * 2 ))",
        ],
    );
    all(
        Risk::Destroy,
        &[
            "echo $(( $(rm x) + 1 ))",
            "echo $((rm x))",
            "echo $((ls); rm x)",
            "echo $((rm x); (ls))",
            "cat <((rm))",
        ],
    );
}
