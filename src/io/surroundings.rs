//! What this machine has chosen for commands that name no target of their own.

use std::path::PathBuf;

use serde::Deserialize;
use tokio::sync::mpsc::Sender;

use super::runtime::Told;
use crate::app::Msg;
use crate::runbook::Carried;

/// A kubeconfig, as far as we read it: no secret of it.
#[derive(Debug, Deserialize)]
struct Kubeconfig {
    #[serde(rename = "current-context", default)]
    current: String,
    #[serde(default)]
    contexts: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
    context: Context,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Context {
    cluster: String,
    namespace: String,
}

/// Looks, beside the loop, and tells. Variables that earlier blocks set count as they would for kubectl.
pub fn look(carried: Carried, told: Sender<Told>) {
    tokio::task::spawn_blocking(move || {
        // The console has ended.
        let _ = told.blocking_send(Msg::Surroundings(kubectl(&carried)).into());
    });
}

/// The current context of kubectl with its cluster and namespace, or why there is none.
///
/// As kubectl does it: the first file of `KUBECONFIG` that names one, else `~/.kube/config`.
pub fn kubectl(carried: &Carried) -> Result<String, String> {
    let files = files(carried);
    let mut read: Vec<Kubeconfig> = Vec::new();
    for path in &files {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        let config = serde_saphyr::from_str(&text);
        read.push(config.map_err(|_| format!("{}: not a kubeconfig", path.display()))?);
    }
    let Some(current) = read.iter().map(|config| &config.current).find(|current| !current.is_empty()) else {
        return Err(if read.is_empty() { "no kubeconfig" } else { "no current context is set" }.to_owned());
    };
    let known = read.iter().flat_map(|config| &config.contexts).find(|named| named.name == *current);
    Ok(known.map_or_else(|| current.clone(), |named| words(current, &named.context)))
}

fn files(carried: &Carried) -> Vec<PathBuf> {
    let set = carried.variables.get("KUBECONFIG").map(|variable| variable.value.clone().into());
    let set = set.or_else(|| std::env::var_os("KUBECONFIG")).filter(|set| !set.is_empty());
    match set {
        Some(set) => std::env::split_paths(&set).collect(),
        None => std::env::home_dir().map(|home| home.join(".kube/config")).into_iter().collect(),
    }
}

fn words(name: &str, context: &Context) -> String {
    let cluster = (!context.cluster.is_empty() && context.cluster != name)
        .then(|| format!("cluster {}", context.cluster));
    let namespace = (!context.namespace.is_empty()).then(|| format!("namespace {}", context.namespace));
    let more: Vec<String> = cluster.into_iter().chain(namespace).collect();
    if more.is_empty() { name.to_owned() } else { format!("{name}, {}", more.join(", ")) }
}
