//! The table: programs and verbs whose effect is known. What is not here counts as a change.

use super::flags;
use crate::runbook::step::Risk;

/// A program whose first words say what it does.
struct Tool {
    names: &'static [&'static str],
    /// Flags before the verb that take a value.
    values: &'static [&'static str],
    read: &'static [&'static str],
    destroy: &'static [&'static str],
}

/// Flags before a verb that take no value and change nothing, of any tool.
const PLAIN_FLAGS: &[&str] = &[
    "--no-pager",
    "--debug",
    "-v",
    "--verbose",
    "--user",
    "--quiet",
    "-q",
    "--all",
    "-a",
    "-A",
    "--all-namespaces",
    "--json",
    "-l",
    "--full",
    "--no-legend",
    "--failed",
    "-it",
    "-i",
    "-t",
    "--tls",
    "--stdin",
    "--tty",
];

#[rustfmt::skip]
const TOOLS: &[Tool] = &[
    Tool {
        names: &["kubectl", "oc"],
        values: &["-n", "--namespace", "--context", "--cluster", "--kubeconfig", "-s", "--server", "--user", "--as",
            "--token", "--request-timeout", "-c", "--container"],
        read: &["get", "describe", "logs", "top", "explain", "version", "cluster-info", "api-resources", "api-versions",
            "auth can-i", "auth whoami", "diff", "events", "config view", "config current-context", "config get-contexts",
            "rollout status", "rollout history", "wait", "port-forward", "whoami", "projects", "status"],
        destroy: &["delete", "drain", "adm drain"],
    },
    Tool {
        names: &["helm"],
        values: &["-n", "--namespace", "--kube-context", "--kubeconfig"],
        read: &["list", "ls", "status", "history", "get", "show", "search", "template", "diff", "version", "lint", "env"],
        destroy: &["uninstall", "delete", "del", "un"],
    },
    Tool {
        names: &["systemctl"],
        values: &["-H", "--host", "-M", "--machine", "-t", "--type", "-p", "--property", "--state"],
        read: &["status", "show", "cat", "list-units", "list-unit-files", "list-timers", "list-dependencies", "list-sockets",
            "is-active", "is-enabled", "is-failed", "is-system-running", "get-default", "show-environment", "help"],
        destroy: &["poweroff", "reboot", "halt", "kexec", "emergency", "rescue"],
    },
    Tool {
        names: &["docker", "podman", "nerdctl"],
        values: &["-H", "--host", "-c", "--context", "--config", "-l"],
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
        values: &["-C", "-c", "--git-dir", "--work-tree"],
        read: &["log", "status", "diff", "show", "blame", "rev-parse", "ls-files", "ls-tree", "ls-remote", "describe",
            "shortlog", "reflog show", "stash list", "remote show", "grep", "cat-file", "merge-base", "rev-list", "name-rev"],
        destroy: &["clean", "stash drop", "stash clear", "reflog expire", "gc", "filter-branch", "update-ref"],
    },
    Tool {
        names: &["terraform", "tofu", "terragrunt"],
        values: &[],
        read: &["plan", "show", "output", "validate", "state list", "state show", "state pull", "version", "providers", "graph"],
        destroy: &["destroy", "state rm", "force-unlock", "workspace delete", "run-all destroy"],
    },
    Tool {
        names: &["warroom"],
        values: &["--config", "--data", "--color"],
        read: &["show", "list", "timeline", "search", "similar", "brief", "roles", "clocks", "replay", "slo", "gate",
            "runbook list", "runbook show", "runbook find", "runbook eval", "runbook lint", "report", "check", "doctor", "keys",
            "completions", "man", "help", "journal verify", "journal size", "journal export", "alert list", "alert silences",
            "maintenance list", "temporary list", "task list", "outbox list", "postmortem draft", "decision", "ready",
            "demo-admin status"],
        destroy: &["journal restore", "redact"],
    },
    Tool {
        names: &["etcdctl"],
        values: &["--endpoints", "--cacert", "--cert", "--key", "--user", "-w", "--write-out"],
        read: &["endpoint", "member list", "alarm list", "get", "version", "watch"],
        destroy: &["del", "member remove", "snapshot restore", "role delete", "user delete"],
    },
    Tool {
        names: &["redis-cli", "valkey-cli"],
        values: &["-h", "-p", "-a", "-n", "-s", "-u", "--user", "--pass"],
        read: &["info", "ping", "get", "mget", "keys", "scan", "ttl", "type", "llen", "scard", "hlen", "zcard", "dbsize",
            "slowlog get", "slowlog len", "client list", "config get", "memory usage", "memory stats", "latency latest",
            "latency doctor", "latency history", "role", "lastsave", "exists", "strlen", "lrange", "hgetall", "cluster info",
            "cluster nodes", "cluster slots"],
        destroy: &["flushall", "flushdb", "del", "unlink", "shutdown", "cluster reset", "xtrim", "ltrim"],
    },
    Tool {
        names: &["argocd"],
        values: &["--server", "--auth-token", "--kube-context", "--config", "--port-forward-namespace"],
        read: &["app get", "app list", "app diff", "app history", "app manifests", "app logs", "app resources", "app wait",
            "appset get", "appset list", "cluster get", "cluster list", "proj get", "proj list", "repo get", "repo list",
            "account can-i", "account list", "version"],
        destroy: &["app delete", "app delete-resource", "appset delete", "cluster rm", "proj delete", "repo rm"],
    },
    Tool {
        names: &["rabbitmqctl", "rabbitmq-diagnostics"],
        values: &["-n", "--node", "-p", "--vhost"],
        read: &["status", "cluster_status", "list_queues", "list_connections", "list_channels", "list_consumers",
            "list_exchanges", "list_bindings", "list_vhosts", "ping", "check_running", "memory_breakdown", "environment"],
        destroy: &["purge_queue", "delete_queue", "delete_vhost", "reset", "force_reset", "forget_cluster_node", "stop"],
    },
    Tool {
        names: &["openssl"],
        values: &[],
        read: &["s_client", "x509", "verify", "version", "crl", "ciphers", "asn1parse"],
        destroy: &[],
    },
    Tool {
        names: &["promtool", "amtool"],
        values: &["--alertmanager.url", "--http.config.file"],
        read: &["query", "check", "test", "alert", "alert query", "silence query", "config show", "config routes", "debug"],
        destroy: &["silence expire"],
    },
    Tool {
        names: &["service"],
        values: &[],
        read: &["--status-all"],
        destroy: &[],
    },
    Tool {
        names: &["supervisorctl"],
        values: &["-c", "-s", "-u", "-p"],
        read: &["status", "tail", "avail", "pid", "maintail"],
        destroy: &["shutdown", "remove"],
    },
    Tool {
        names: &["crontab"],
        values: &["-u"],
        read: &[],
        destroy: &[],
    },
];

/// Programs that only read, whatever follows.
#[rustfmt::skip]
const READERS: &[&str] = &[
    "ls", "cat", "less", "more", "head", "tail", "grep", "egrep", "fgrep", "zgrep", "zcat", "rg", "cut", "uniq", "wc", "tr",
    "df", "du", "free", "top", "htop", "uptime", "ps", "pgrep", "pidof", "pstree", "vmstat", "iostat", "mpstat", "sar", "lsof",
    "netstat", "dig", "host", "nslookup", "ping", "ping6", "traceroute", "tracepath", "mtr", "whoami", "id", "groups", "echo",
    "printf", "test", "[", "[[", "]]", "true", "false", ":", "sleep", "pwd", "cd", "which", "type", "printenv", "jq", "column",
    "diff", "cmp", "md5sum", "sha256sum", "file", "stat", "readlink", "realpath", "basename", "dirname", "seq", "xxd", "od",
    "strings", "nproc", "lscpu", "lsblk", "lspci", "getent", "last", "w", "who", "history", "export", "set", "unset", "local",
    "declare", "readonly", "read", "exit", "return", "wait", "shift", "break", "continue", "dmidecode", "numfmt", "nl", "tac",
    "rev", "paste", "join", "comm", "fold", "expand", "yes", "tty", "arch", "uname", "findmnt", "blkid", "redis-stat", "pg_isready",
    "kcat", "kafkacat", "base64", "hostname", "mount", "ss", "sysctl", "date", "dmesg", "sed", "sort", "journalctl", "yq", "pmap",
];

/// Readers that some flag turns into writers (a flag is matched by how it starts).
#[rustfmt::skip]
const READERS_UNLESS: &[(&str, &[&str])] = &[
    ("ss", &["-K", "--kill"]),
    ("sysctl", &["-w", "--write", "-p", "--load", "--system"]),
    ("date", &["-s", "--set"]),
    ("dmesg", &["-c", "-C", "-n", "-D", "-E", "--clear", "--read-clear", "--console"]),
    ("sed", &["-i", "--in-place", "-n -i"]),
    ("sort", &["-o", "--output"]),
    ("journalctl", &["--vacuum", "--rotate", "--flush", "--relinquish", "--setup-keys", "--update-catalog"]),
    ("yq", &["-i", "--inplace", "--in-place"]),
    ("kcat", &["-P"]),
    ("kafkacat", &["-P"]),
    ("base64", &["-o", "--output"]),
    ("tail", &["--pid="]),
    ("xxd", &["-r"]),
    ("sar", &["-o"]),
    ("dmidecode", &["--dump-bin"]),
];

#[rustfmt::skip]
const DESTROYERS: &[&str] = &[
    "rm", "rmdir", "unlink", "shred", "dd", "wipefs", "truncate", "reboot", "shutdown", "halt", "poweroff", "dropdb", "dropuser",
    "userdel", "groupdel", "fdisk", "sfdisk", "parted", "lvremove", "vgremove", "pvremove", "mkswap", "blkdiscard", "init",
    "telinit", "kexec", "fsck",
];

/// Known to change, listed so that a text that starts with one is seen as a command.
#[rustfmt::skip]
const CHANGERS: &[&str] = &[
    "kill", "pkill", "killall", "mv", "cp", "chmod", "chown", "chgrp", "ln", "mkdir", "touch", "tee", "install", "tar", "gzip",
    "gunzip", "zip", "unzip", "rsync", "scp", "sftp", "apt", "apt-get", "yum", "dnf", "pip", "npm", "make", "python", "python3",
    "perl", "ruby", "node", "source", ".", "ansible", "ansible-playbook", "knife", "chef-client", "puppet", "iptables", "nft",
    "ufw", "swapoff", "swapon", "renice", "logrotate", "certbot", "vacuumdb", "reindexdb", "pg_ctl", "pg_dump", "pg_ctlcluster",
    "gitlab-ctl", "vault", "consul", "nomad", "kustomize", "flux", "istioctl", "linkerd", "tsh", "bundle", "rake",
    "go", "cargo", "java", "mongo", "mongosh", "nc", "telnet", "tcpdump",
    "strace", "alias", "parallel", "adduser", "useradd", "usermod", "passwd", "umount", "sync", "virtctl", "ceph", "crictl",
];

/// Whether the program is known at all, wrappers and clients included.
pub(super) fn knows(name: &str) -> bool {
    let special = [
        "curl",
        "wget",
        "psql",
        "mysql",
        "mariadb",
        "sqlite3",
        "clickhouse-client",
        "find",
        "aws",
        "gcloud",
        "az",
        "doctl",
        "awk",
        "gawk",
        "mawk",
        "ip",
        "su",
    ];
    special.contains(&name)
        || super::wrapper::is_shell(name)
        || super::wrapper::is_wrapper(name)
        || flags::knows(name)
        || TOOLS.iter().any(|tool| tool.names.contains(&name))
        || [READERS, DESTROYERS, CHANGERS].iter().any(|list| list.contains(&name))
}

/// The verb of a tool of the table, where its flags leave no doubt which word it is.
pub(super) fn verb<'a>(name: &str, args: &'a [String]) -> Option<&'a str> {
    let tool = TOOLS.iter().find(|tool| tool.names.contains(&name))?;
    positionals(tool, args)?.first().copied()
}

pub(super) fn look_up(name: &str, args: &[String]) -> Risk {
    if let Some(tool) = TOOLS.iter().find(|tool| tool.names.contains(&name)) {
        return by_verb(tool, args);
    }
    if let Some(risk) = flags::told(name, args) {
        return risk;
    }
    if DESTROYERS.contains(&name) || name.starts_with("mkfs") {
        return Risk::Destroy;
    }
    if !READERS.contains(&name) {
        return Risk::Change;
    }
    let writers =
        READERS_UNLESS.iter().find(|(reader, _)| *reader == name).map_or(&[][..], |(_, flags)| flags);
    let acts =
        args.iter().any(|arg| writers.iter().any(|flag| arg.starts_with(flag)) || clusters(arg, writers));
    if acts { Risk::Change } else { Risk::Read }
}

/// Reads unless one of the given words is among the arguments.
pub(super) fn listing(args: &[String], changing: &[&str]) -> Risk {
    let changes = args.iter().any(|arg| changing.contains(&arg.as_str()));
    if changes { Risk::Change } else { Risk::Read }
}

/// `-ni` holds `-i`.
fn clusters(arg: &str, flags: &[&str]) -> bool {
    let cluster = arg.starts_with('-') && !arg.starts_with("--");
    cluster && flags.iter().any(|flag| flag.len() == 2 && arg[1..].contains(&flag[1..]))
}

fn by_verb(tool: &Tool, args: &[String]) -> Risk {
    match (tool.names[0], args) {
        ("crontab", _) => return crontab(args),
        ("service", [_, verb]) if verb == "status" => return Risk::Read,
        ("kubectl", _)
            if args.iter().any(|arg| matches!(arg.as_str(), "--dry-run=client" | "--dry-run=server")) =>
        {
            return Risk::Read;
        }
        ("helm" | "git", _) if args.iter().any(|arg| arg == "--dry-run") => return Risk::Read,
        _ if flags::lists(tool.names[0], args, tool.values, PLAIN_FLAGS) => return Risk::Read,
        _ => {}
    }
    let Some(words) = positionals(tool, args) else { return Risk::Change };
    let said = |verbs: &[&str]| {
        verbs.iter().any(|verb| {
            let spoken = words.iter().take(verb.split(' ').count());
            verb.split(' ').map(str::to_ascii_lowercase).eq(spoken.map(|word| word.to_ascii_lowercase()))
        })
    };
    match () {
        () if said(tool.destroy) => Risk::Destroy,
        () if said(tool.read) && !flags::writes(tool.names[0], args) => Risk::Read,
        () if words.is_empty()
            && args.iter().any(|arg| arg == "--version" || arg == "--help" || arg == "--status-all") =>
        {
            Risk::Read
        }
        () => Risk::Change,
    }
}

fn crontab(args: &[String]) -> Risk {
    match () {
        () if args.iter().any(|arg| arg == "-r") => Risk::Destroy,
        () if args.iter().any(|arg| arg == "-l") => Risk::Read,
        () => Risk::Change,
    }
}

/// The words that are no flags and no values of flags; `None` where an unknown flag before the verb
/// may or may not have swallowed the next word.
fn positionals<'a>(tool: &Tool, args: &'a [String]) -> Option<Vec<&'a str>> {
    let mut words = Vec::new();
    let mut rest = args.iter().map(String::as_str);
    while let Some(arg) = rest.next() {
        if tool.values.contains(&arg) {
            rest.next();
        } else if !arg.starts_with('-') || arg == "-" {
            words.push(arg);
        } else if words.is_empty()
            && !(PLAIN_FLAGS.contains(&arg) || arg.contains('=') || arg.starts_with("--no-"))
        {
            let alone = matches!(arg, "--version" | "--help" | "--status-all" | "-h" | "-V");
            return alone.then_some(words);
        }
    }
    Some(words)
}
