//! The command lines of clouds: their verbs say what they do by their first part, `describe-instances`, `delete`.

use crate::runbook::step::Risk;

const READ: &[&str] = &[
    "describe",
    "get",
    "list",
    "ls",
    "show",
    "head",
    "lookup",
    "batch-get",
    "search",
    "query",
    "wait",
    "whoami",
    "read",
];
const DESTROY: &[&str] = &[
    "delete",
    "terminate",
    "remove",
    "rm",
    "rb",
    "purge",
    "deregister",
    "destroy",
    "revoke",
    "batch-delete",
    "schedule-key-deletion",
];
const CHANGE: &[&str] = &[
    "create", "update", "put", "set", "start", "stop", "reboot", "restart", "reset", "resize", "add",
    "attach", "detach", "modify", "run", "invoke", "send", "cp", "mv", "sync", "mb", "enable", "disable",
    "scale", "deploy", "apply", "import", "ssh", "failover", "promote", "rollback", "patch", "move",
    "rotate", "tag", "untag", "execute", "publish", "copy", "cancel", "abort", "drain",
];

/// Parts of a verb that prints a secret, or makes one: it ends up on the screen and in the record.
const SECRETS: &[&str] =
    &["secret", "secrets", "credential", "credentials", "token", "password", "passwords"];

/// Flags of aws before the service that take a value.
const AWS_VALUES: &[&str] =
    &["--profile", "--region", "--output", "--endpoint-url", "--query", "--ca-bundle", "--color"];

/// Flags of gcloud and az that take a value, as they may stand before a verb.
#[rustfmt::skip]
const GROUPED_VALUES: &[&str] = &["--project", "--format", "--zone", "--region", "--account", "--configuration", "--subscription",
    "--resource-group", "-g", "-n", "--name", "-o", "--output", "--filter", "--limit", "--context", "--query", "--location"];

/// Words of gcloud, az and doctl that stand before a verb and are none.
#[rustfmt::skip]
const GROUPS: &[&str] = &[
    "compute", "instances", "instance-groups", "managed", "disks", "snapshots", "images", "networks", "subnets", "firewall-rules",
    "forwarding-rules", "backend-services", "backend-buckets", "health-checks", "target-pools", "url-maps", "addresses", "routes",
    "routers", "zones", "regions", "sql", "databases", "backups", "operations", "users", "container", "clusters", "node-pools", "logging",
    "logs", "sinks", "metrics", "projects", "services", "iam", "service-accounts", "roles", "run", "revisions", "jobs", "functions", "pubsub",
    "topics", "subscriptions", "storage", "buckets", "objects", "dns", "managed-zones", "record-sets", "config", "configurations", "auth",
    "monitoring", "policies", "dashboards", "redis", "spanner", "bigtable", "app", "versions", "builds", "artifacts", "repositories",
    "scheduler", "tasks", "queues", "alpha", "beta", "vm", "vmss", "group", "network", "nic", "nsg", "vnet", "lb", "public-ip", "aks",
    "nodepool", "acr", "repository", "webapp", "functionapp", "deployment", "sql", "server", "db", "postgres", "mysql", "flexible-server",
    "cosmosdb", "monitor", "activity-log", "alert", "metric", "account", "role", "assignment", "definition", "resource", "disk",
    "snapshot", "servicebus", "queue", "topic", "eventhubs", "eventhub", "namespace", "appservice", "plan", "containerapp", "revision",
    "droplet", "kubernetes", "cluster", "load-balancer", "database", "domain", "records", "firewall",
];

/// `aws SERVICE VERB …`: the verb decides, and what is behind it only ever makes it worse.
pub(super) fn aws(args: &[String]) -> Risk {
    let words = words(args, AWS_VALUES);
    let Some((verb, behind)) = words.get(1..).and_then(<[&str]>::split_first) else { return Risk::Change };
    let lists = starts(verb, &["list", "describe"]);
    // What is no value of a flag is a file to write.
    let ends = args.iter().rev().take(2).any(|arg| arg.starts_with('-'));
    let trails = verb.starts_with("get") && args.len() > 2 && !ends;
    let writes = trails || *verb == "get-object" || args.iter().any(|arg| arg == "--with-decryption");
    if writes || (!lists && says(verb, SECRETS)) {
        return Risk::Change;
    }
    judge(&[*verb]).max(worst(behind))
}

/// `gcloud GROUP… VERB`, `az GROUP… VERB`: the first word that is no group is the verb. Which words are groups
/// nobody here knows all of, so that one that is not listed may be a verb.
pub(super) fn grouped(args: &[String]) -> Risk {
    let words = words(args, GROUPED_VALUES);
    let keys = words.windows(2).any(|pair| pair[0] == "keys" && pair[1] == "list");
    let secret = keys || words.iter().any(|word| says(word, SECRETS));
    let verb = words.iter().find(|word| !GROUPS.contains(word));
    let reads = verb.is_some_and(|verb| starts(verb, READ))
        && !args.iter().any(|arg| arg.starts_with("--flags-file"));
    let least = if secret || !reads { Risk::Change } else { Risk::Read };
    worst(&words).max(least)
}

/// The words that are no flags and no values of the named flags.
fn words<'a>(args: &'a [String], values: &[&str]) -> Vec<&'a str> {
    let mut words = Vec::new();
    let mut rest = args.iter().map(String::as_str);
    while let Some(arg) = rest.next() {
        if values.contains(&arg) {
            rest.next();
        } else if !arg.starts_with('-') {
            words.push(arg);
        }
    }
    words
}

fn judge(words: &[&str]) -> Risk {
    let reads = words.iter().any(|verb| starts(verb, READ));
    let worst = worst(words);
    if reads { worst } else { worst.max(Risk::Change) }
}

fn worst(words: &[&str]) -> Risk {
    match () {
        () if words.iter().any(|verb| starts(verb, DESTROY)) => Risk::Destroy,
        () if words.iter().any(|verb| starts(verb, CHANGE)) => Risk::Change,
        () => Risk::Read,
    }
}

/// Whether a verb is one of the listed ones, or starts with one and a dash.
fn starts(verb: &str, listed: &[&str]) -> bool {
    listed
        .iter()
        .any(|known| verb.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
}

/// Whether a word has one of the parts between its dashes.
fn says(word: &str, parts: &[&str]) -> bool {
    word.split('-').any(|part| parts.contains(&part))
}
