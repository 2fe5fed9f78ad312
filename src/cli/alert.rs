//! Alerts from outside on the command line: list, acknowledge, link, silence and the way back. Every
//! Alertmanager is asked once; what people did is read from the journal and written to it.

mod list;
mod silence;

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Subcommand;
use futures_util::future::join_all;

use super::console::start_runtime;
use super::context::Context;
use super::incident::acknowledge;
use super::output::{Failure, ListFormat, remark};
use super::verbs::About;
use crate::app::alerts::taken;
use crate::config::{Config, SourceKind};
use crate::incident::event::{AlertGroup, AlertKey, AlertsTaken};
use crate::incident::inbox::{Batch, Inbox, Scene, without_ended};
use crate::incident::{AlertAsk, Ask, Intent, Ledger};
use crate::io::journal::Journal;
use crate::io::posted;
use crate::io::sources::alertmanager::Alertmanager;
use crate::text::Time;

use silence::{End, Make};

#[derive(Debug, Subcommand)]
pub(super) enum Alert {
    /// Alerts that fire now, in groups, the worst first
    #[command(after_help = "Examples:
  warroom alert list
  warroom alert list --jsonl | jq -r 'select(.state == \"firing\") | .fingerprint'")]
    List {
        /// Also those that nobody is called for
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        format: ListFormat,
    },
    /// Say that you have seen alerts and take them; the time to acknowledge ends here
    #[command(after_help = "Examples:
  warroom alert ack aae7a143
  warroom alert ack Host_Down HTTP_Probe_Failed")]
    Ack {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        about: About,
    },
    /// Say that alerts belong to an incident
    #[command(after_help = "Example:
  warroom alert link Host_Down -i inc-2026-1121")]
    Link {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        about: About,
    },
    /// Have Alertmanager call nobody for a while; shows what that covers and asks first
    #[command(after_help = "Examples:
  warroom alert silence Host_Down --for 2h --comment \"rack 4 is moved\"
  warroom alert silence --match 'alertname=Host_Down' --match 'cluster=~prod.*' --for 30m --comment \"known\" --yes
  warroom alert silence aae7a143 --for 1h --comment \"disk is ordered\" --dry-run

The way back: warroom alert silences, warroom alert unsilence ID")]
    Silence(Make),
    /// Silences that Alertmanager holds
    Silences {
        /// Also those that are over
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        format: ListFormat,
    },
    /// End a silence before its time
    #[command(after_help = "Example:
  warroom alert unsilence 7c1f")]
    Unsilence(End),
}

/// Which alerts are meant.
#[derive(Debug, clap::Args)]
pub(super) struct Which {
    /// Names of alerts (all of that name), fingerprints or their beginnings
    #[arg(required = true, value_name = "NAME|FINGERPRINT")]
    names: Vec<String>,
}

pub(super) fn run(context: &Context, command: Alert) -> Result<ExitCode, Failure> {
    let loaded = context.config()?;
    match command {
        Alert::List { all, format } => list::run(context, &loaded.config, all, format.shape()),
        Alert::Ack { which, about } => answer(context, &loaded.config, (which, about), AlertAsk::Acknowledge),
        Alert::Link { which, about } => answer(context, &loaded.config, (which, about), AlertAsk::Link),
        Alert::Silence(make) => silence::make(context, &loaded.config, make),
        Alert::Silences { all, format } => silence::list(&loaded.config, all, format.shape()),
        Alert::Unsilence(end) => silence::end(context, &loaded.config, end),
    }
}

/// Writes what somebody does about alerts, an event a group; what cannot be done stops before anything is.
fn answer(
    context: &Context,
    config: &Config,
    (which, about): (Which, About),
    ask: fn(AlertsTaken) -> AlertAsk,
) -> Result<ExitCode, Failure> {
    let mut journal = context.journal()?;
    // An Alertmanager that is down does not keep anybody from taking what the journal knows of.
    let inbox = match heard(context, config, journal.ledger()) {
        Ok(inbox) => inbox,
        Err(Failure::Unreachable(why)) => {
            remark(&why);
            Inbox::default()
        }
        // Without one in the configuration too.
        Err(Failure::Usage(_)) if journal.ledger().alerts.open().next().is_some() => Inbox::default(),
        Err(other) => return Err(other),
    };
    let mut meant = Vec::new();
    for name in &which.names {
        meant.extend(named(name, &inbox, journal.ledger())?);
    }
    let asks: Vec<Ask> = meant
        .into_iter()
        .map(|taken| Ask {
            incident: about.incident.clone(),
            ..Ask::new(&context.who, Intent::Alert(ask(taken)))
        })
        .collect();
    for ask in &asks {
        journal.ledger().judge(ask, context.now())?;
    }
    for ask in &asks {
        append(context, &mut journal, ask)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn append(context: &Context, journal: &mut Journal, ask: &Ask) -> Result<ExitCode, Failure> {
    let events = journal.append(ask, context.now())?;
    acknowledge(context, &events)
}

/// The alerts of a name, by their groups: those that fire, else those that the journal knows to fire.
fn named(name: &str, inbox: &Inbox, ledger: &Ledger) -> Result<Vec<AlertsTaken>, Failure> {
    let found = match inbox.find(name) {
        Ok(found) => found,
        Err(why) => {
            let kept = kept(name, ledger);
            return if kept.is_empty() { Err(Failure::Usage(why)) } else { Ok(kept) };
        }
    };
    let groups: BTreeSet<&AlertGroup> = found.iter().map(|alert| &alert.group).collect();
    let of = |group: &AlertGroup| {
        taken(&found.iter().copied().filter(|alert| alert.group == *group).collect::<Vec<_>>())
    };
    Ok(groups.into_iter().filter_map(of).collect())
}

fn kept(name: &str, ledger: &Ledger) -> Vec<AlertsTaken> {
    let fits = |key: &AlertKey, group: &AlertGroup| {
        group.name.eq_ignore_ascii_case(name) || (!name.is_empty() && key.fingerprint.starts_with(name))
    };
    let open = ledger.alerts.open().filter(|(key, story)| fits(key, &story.group));
    let one = |(key, story): (AlertKey, &crate::incident::alert_book::Story)| AlertsTaken {
        group: story.group.clone(),
        service: story.service.clone(),
        alerts: vec![key].into(),
    };
    open.map(one).collect()
}

/// The configured servers, by the names of their sources.
fn servers(config: &Config) -> Result<Vec<(String, Arc<Alertmanager>)>, Failure> {
    let servers: Vec<_> = config
        .alertmanagers()
        .filter_map(|source| match &source.kind {
            SourceKind::Alertmanager { url } => {
                Some((source.name.clone(), Arc::new(Alertmanager::new(source, url))))
            }
            _ => None,
        })
        .collect();
    if servers.is_empty() {
        let why = "alert: no Alertmanager is configured (add a [[source]] with kind = \"alertmanager\" and its url)";
        return Err(Failure::Usage(why.to_owned()));
    }
    Ok(servers)
}

/// What the servers answered, by the names of their sources. One that fails costs itself and is named; only
/// if all fail is there nothing to say.
fn answered<T>(
    servers: &[(String, Arc<Alertmanager>)],
    answers: Vec<Result<T, String>>,
) -> Result<Vec<(String, T)>, Failure> {
    let mut answered = Vec::new();
    let mut failed = Vec::new();
    for ((name, _), answer) in servers.iter().zip(answers) {
        match answer {
            Ok(answer) => answered.push((name.clone(), answer)),
            Err(why) => failed.push(format!("source: {name}: {why}")),
        }
    }
    if answered.is_empty() {
        return Err(Failure::Unreachable(failed.join("\n")));
    }
    for why in &failed {
        remark(why);
    }
    Ok(answered)
}

/// What every server says now and what was posted before, judged with what the journal says.
fn heard(context: &Context, config: &Config, ledger: &Ledger) -> Result<Inbox, Failure> {
    let now = context.now();
    let mut inbox = Inbox::by(config.alerts.clone());
    let kept = without_ended(posted::kept(&context.data), ledger);
    let is_known = !kept.is_empty();
    for batch in kept {
        inbox.hear(batch);
    }
    match polled(config, now) {
        Ok(batches) => batches.into_iter().for_each(|batch| inbox.hear(batch)),
        // What was posted is known without them.
        Err(Failure::Unreachable(why)) if is_known => remark(&why),
        Err(Failure::Usage(_)) if is_known => {}
        Err(failure) => return Err(failure),
    }
    let (planned, felt) = (ledger.exclusions(), BTreeSet::new());
    inbox.look(&Scene { ledger, planned: &planned, felt: &felt, now });
    Ok(inbox)
}

/// What every server says now.
fn polled(config: &Config, now: Time) -> Result<Vec<Batch>, Failure> {
    let servers = servers(config)?;
    let answers = start_runtime()?.block_on(join_all(servers.iter().map(|(_, server)| server.alerts(now))));
    let told = answered(&servers, answers)?;
    for (name, listed) in &told {
        listed.problems.iter().for_each(|problem| remark(&format!("source: {name}: {problem}")));
    }
    Ok(told.into_iter().map(|(_, listed)| listed.batch).collect())
}
