//! Tools with verbs: which verbs only read, which destroy, and the flags that a reading verb may have.

use super::known::Known;

/// A program whose first words say what it does.
pub(super) struct Tool {
    pub names: &'static [&'static str],
    /// Flags that leave a reading verb one, before it and behind it.
    pub flags: Known,
    /// A `$` at the end: nothing stands behind it.
    pub read: &'static [&'static str],
    pub destroy: &'static [&'static str],
}

#[rustfmt::skip]
pub(super) const TOOLS: &[Tool] = &[
    Tool {
        names: &["kubectl", "oc"],
        flags: Known("-n: --namespace: --context: --cluster: -s: --server: --user: --as: --as-group: --token: --request-timeout: -c: --container: \
            -A --all-namespaces -o: --output: -l: --selector: --field-selector: -w --watch --watch-only --show-labels --sort-by: \
            --all-containers --tail: --since: --since-time: -f: --follow -p --previous --timestamps --prefix --containers --timeout: --for: \
            --no-headers -L: --label-columns: --show-kind --raw: --max-log-requests: --limit-bytes: --ignore-not-found --chunk-size: \
            --show-events --recursive --revision: --types: -R --subresource: --list -q --quiet --all --no-pager --show-managed-fields --minify \
            --client --address: --pod-running-timeout: --template: --api-group: --namespaced --verbs: --use-protocol-buffers -v: --sum -i -t --stdin --tty"),
        read: &["get", "describe", "logs", "top", "explain", "version", "cluster-info$", "api-resources", "api-versions",
            "auth can-i", "auth whoami", "diff", "events", "config view", "config current-context", "config get-contexts",
            "rollout status", "rollout history", "wait", "port-forward", "whoami", "projects", "status"],
        destroy: &["delete", "drain", "adm drain"],
    },
    Tool {
        names: &["helm"],
        flags: Known("-n: --namespace: --kube-context: -o: --output: -A --all-namespaces -a --all --revision: --max: -f: --values: --set: \
            --version: --show-resources --show-desc --filter: -q --short --debug --failed --deployed --pending -l: --selector: --date --reverse"),
        read: &["list", "ls", "status", "history", "get", "show", "search", "template", "diff", "version", "lint", "env"],
        destroy: &["uninstall", "delete", "del", "un"],
    },
    Tool {
        names: &["systemctl"],
        flags: Known("-H: --host: -M: --machine: -t: --type: -p: --property: --state: -n: --lines: -o: --output: -l --full -a --all -q --quiet \
            -r --recursive --failed --no-pager --no-legend --user --system --plain --value --reverse --after --before --with-dependencies"),
        read: &["status", "show", "cat", "list-units", "list-unit-files", "list-timers", "list-dependencies", "list-sockets",
            "is-active", "is-enabled", "is-failed", "is-system-running", "get-default", "show-environment", "help"],
        destroy: &["poweroff", "reboot", "halt", "kexec", "emergency", "rescue"],
    },
    Tool {
        names: &["docker", "podman", "nerdctl"],
        flags: Known("-H: --host: -c: --context: -a --all -q --quiet --no-trunc -f: --filter: --format: -n: --tail: --since: --until: -t --timestamps \
            --follow --no-stream -s --size -v --verbose --last: --latest -l --digests --type: --details --services --human --limit: -i -d -u: -w: --user: --workdir: --interactive --tty"),
        read: &["ps", "logs", "inspect", "images", "stats", "top", "version", "info", "events", "port", "diff", "history",
            "search", "container ls", "container inspect", "container logs", "container top", "image ls", "image inspect",
            "volume ls", "volume inspect", "network ls", "network inspect", "system df", "system info", "compose ps",
            "compose logs", "context ls", "service ls", "service ps", "node ls"],
        destroy: &["rm", "rmi", "kill", "container rm", "container prune", "image rm", "image prune", "volume rm",
            "volume prune", "network rm", "network prune", "system prune", "builder prune", "swarm leave", "stack rm",
            "service rm", "compose down"],
    },
    Tool {
        names: &["git"],
        flags: Known("-C: --no-pager --oneline --graph --stat --decorate --all -n: -# --since: --until: --after: --before: --author: --grep: --format: \
            --pretty: --name-only --name-status -p --patch --no-merges --merges --abbrev-commit --abbrev --date: --follow --first-parent \
            --reverse -S: -G: -L: --cached --staged -w -b -s --short --porcelain --branch --heads --tags --numstat --shortstat --color \
            --no-color --word-diff -i -E -F -l -c -v -vv -a -r -e --show-toplevel --show-current --abbrev-ref --verify --others \
            --exclude-standard --modified --no-patch --always --dirty --left-right --count --max-count: -U: -M --raw --no-ext-diff --no-textconv"),
        read: &["log", "status", "diff", "show", "blame", "rev-parse", "ls-files", "ls-tree", "ls-remote", "describe",
            "shortlog", "reflog show", "stash list", "remote show", "grep", "cat-file", "merge-base", "rev-list", "name-rev", "branch$",
            "remote$", "tag$"],
        destroy: &["clean", "stash drop", "stash clear", "reflog expire", "gc", "filter-branch", "update-ref", "restore", "rm",
            "worktree remove", "remote remove"],
    },
    Tool {
        names: &["terraform", "tofu", "terragrunt"],
        flags: Known("-chdir: -no-color -json -raw -refresh-only -refresh: -target: -var: -var-file: -lock: -lock-timeout: -input: -detailed-exitcode \
            -destroy -parallelism: -state: -compact-warnings -replace:"),
        read: &["plan", "show", "output", "validate", "state list", "state show", "state pull", "version", "providers$", "graph"],
        destroy: &["destroy", "state rm", "force-unlock", "workspace delete", "run-all destroy"],
    },
    Tool {
        names: &["warroom"],
        flags: Known("--config: --data: --color: *"),
        read: &["show", "list", "timeline", "search", "similar", "brief", "roles", "clocks", "replay", "slo", "gate",
            "runbook list", "runbook show", "runbook find", "runbook eval", "runbook lint", "report", "check", "doctor", "keys",
            "completions", "man", "help", "journal verify", "journal size", "journal export", "alert list", "alert silences",
            "maintenance list", "temporary list", "task list", "outbox list", "postmortem draft", "decision", "ready",
            "demo-admin status"],
        destroy: &["journal restore", "redact"],
    },
    Tool {
        names: &["etcdctl"],
        flags: Known("--endpoints: --cacert: --cert: --key: --user: -w: --write-out: --prefix --keys-only --limit: --cluster --rev: --from-key \
            --print-value-only --count-only --order: --sort-by: --dial-timeout: --command-timeout: --consistency: --hex"),
        read: &["endpoint", "member list", "alarm list", "get", "version", "watch"],
        destroy: &["del", "member remove", "snapshot restore", "role delete", "user delete"],
    },
    Tool {
        names: &["redis-cli", "valkey-cli"],
        flags: Known("-h: -p: -a: -n: -s: -u: -i: -r: -c -# --user: --pass: --raw --no-raw --csv --json --no-auth-warning --tls --cacert: --cert: \
            --key: --latency --latency-history --latency-dist --stat --bigkeys --memkeys --hotkeys --scan --pattern: --count:"),
        read: &["info", "ping", "get", "mget", "keys", "scan", "ttl", "type", "llen", "scard", "hlen", "zcard", "dbsize",
            "slowlog get", "slowlog len", "client list", "config get", "memory usage", "memory stats", "latency latest",
            "latency doctor", "latency history", "role", "lastsave", "exists", "strlen", "lrange", "hgetall", "cluster info",
            "cluster nodes", "cluster slots"],
        destroy: &["flushall", "flushdb", "del", "unlink", "shutdown", "cluster reset", "xtrim", "ltrim"],
    },
    Tool {
        names: &["argocd"],
        flags: Known("--server: --auth-token: --kube-context: --port-forward-namespace: -o: --output: -l: --selector: -p: --project: --grpc-web \
            --plaintext --insecure --health --sync --timeout: --tail: --follow -f --since-seconds: --revision: --show-operation --exit-code"),
        read: &["app get", "app list", "app diff", "app history", "app manifests", "app logs", "app resources", "app wait",
            "appset get", "appset list", "cluster get", "cluster list", "proj get", "proj list", "repo get", "repo list",
            "account can-i", "account list", "version"],
        destroy: &["app delete", "app delete-resource", "appset delete", "cluster rm", "proj delete", "repo rm"],
    },
    Tool {
        names: &["rabbitmqctl", "rabbitmq-diagnostics"],
        flags: Known("-n: --node: -p: --vhost: -q --quiet -s --silent -t: --timeout: --formatter: --online --offline --local -l --longnames"),
        read: &["status", "cluster_status", "list_queues", "list_connections", "list_channels", "list_consumers",
            "list_exchanges", "list_bindings", "list_vhosts", "ping", "check_running", "memory_breakdown", "environment"],
        destroy: &["purge_queue", "delete_queue", "delete_vhost", "reset", "force_reset", "forget_cluster_node", "stop"],
    },
    Tool {
        names: &["openssl"],
        flags: Known("-connect: -servername: -noout -text -enddate -startdate -dates -subject -issuer -serial -fingerprint -sha256 -sha1 -in: \
            -inform: -checkend: -verify_hostname: -verify_return_error -brief -showcerts -CAfile: -CApath: -starttls: -tls1_2 -tls1_3 \
            -alpn: -status -ext: -nameopt: -purpose -checkhost: -untrusted: -verify: -pubkey -modulus -hash -ocsp_uri -email -prexit \
            -quiet -ign_eof -nocommands -crl_check -partial_chain -no_check_time -issuer_hash -crlf -4 -6 -cert: -key: -proxy: -v -a"),
        read: &["s_client", "x509", "verify", "version", "crl", "ciphers", "asn1parse"],
        destroy: &[],
    },
    Tool {
        names: &["promtool", "amtool"],
        flags: Known("--alertmanager.url: --http.config.file: -o: --output: --format: --start: --end: --step: --timeout: --header: --lint: \
            --lint-fatal --active --silenced --inhibited --unprocessed --receiver: --expired --within: --created-by: --extended"),
        read: &["query", "check", "test", "alert$", "alert query", "silence query", "silence$", "config$", "config show", "config routes"],
        destroy: &["silence expire"],
    },
    Tool { names: &["service"], flags: Known("--status-all"), read: &[], destroy: &[] },
    Tool {
        names: &["supervisorctl"],
        flags: Known("-s: -u: -p: -#"),
        read: &["status", "tail", "avail", "pid", "maintail"],
        destroy: &["shutdown", "remove"],
    },
    Tool {
        names: &["zfs"],
        flags: Known("-H -r -p -t: -o: -d: -s: -S: -j"),
        read: &["list", "get", "version"],
        destroy: &["destroy", "rollback", "promote"],
    },
    Tool {
        names: &["zpool"],
        flags: Known("-H -p -v -x -P -L -g -T: -o: -y -l -i -s -t -j"),
        read: &["status", "list", "iostat", "history", "get", "version"],
        destroy: &["destroy", "remove", "labelclear", "offline"],
    },
    Tool {
        names: &["vault"],
        flags: Known("-format: -address: -namespace: -mount: -tls-skip-verify"),
        read: &["status", "kv list", "list", "policy list", "policy read", "auth list", "secrets list", "audit list", "operator raft list-peers",
            "operator raft autopilot state", "version"],
        destroy: &["kv delete", "kv destroy", "kv metadata delete", "delete", "lease revoke", "token revoke", "secrets disable",
            "auth disable", "policy delete"],
    },
    Tool {
        names: &["nft"],
        flags: Known("-a -n -s -j -y --handle --numeric --stateless --json --terse -t"),
        read: &["list"],
        destroy: &["flush", "delete", "destroy", "reset"],
    },
    Tool {
        names: &["virsh"],
        flags: Known("-c: --connect: --all"),
        read: &["list", "dominfo", "domstate", "nodeinfo", "version"],
        destroy: &["destroy", "undefine", "reboot", "shutdown", "reset", "vol-delete", "pool-delete", "snapshot-delete"],
    },
];

/// Words that make of a tool's verb one that destroys: program, verb (empty: any), words.
#[rustfmt::skip]
pub(super) const HARSH: &[(&str, &str, &[&str])] = &[
    ("git", "branch", &["-D", "-d", "--delete", "-M"]),
    ("git", "tag", &["-d", "--delete"]),
    ("git", "checkout", &[".", "--", "-f", "--force"]),
    ("git", "switch", &["-f", "--force", "--discard-changes"]),
    ("git", "reset", &["--hard"]),
    ("git", "push", &["-f", "--force", "--force-with-lease", "--delete", "-d", "--mirror", "--prune"]),
    ("terraform", "apply", &["-auto-approve", "--auto-approve", "-destroy", "--destroy"]),
    ("terraform", "run-all", &["apply", "destroy"]),
];

/// Verbs that can be asked to change nothing: program, verbs, the words that ask.
#[rustfmt::skip]
pub(super) const REHEARSED: &[(&str, &[&str], &[&str])] = &[
    ("kubectl", &["apply", "create", "delete", "drain", "cordon", "uncordon", "taint", "label", "annotate", "patch", "replace", "scale",
        "autoscale", "expose", "set", "run", "rollout undo"], &["--dry-run=client", "--dry-run=server"]),
    ("helm", &["install", "upgrade", "rollback", "uninstall", "delete"], &["--dry-run"]),
    ("git", &["push", "clean"], &["--dry-run"]),
];

/// Flags that write or load something even where nothing else is changed, by how they start.
#[rustfmt::skip]
pub(super) const WRITES: &[(&str, &[&str])] = &[
    ("kubectl", &["--kubeconfig", "--cache-dir", "--profile"]),
    ("helm", &["--post-renderer", "--output-dir", "--kubeconfig", "--plugins"]),
    ("git", &["-c", "--exec", "--receive-pack", "--config-env", "--git-dir", "--work-tree"]),
    ("warroom", &["--out"]),
];
