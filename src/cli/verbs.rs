//! The words of the incident verbs, as help shows them. Says nothing about what they do.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::fields::Set;
use super::roles::RoleCommand;
use super::update::Update;
use crate::incident::event::{ChangeKind, Found, LinkKind, Mitigation, NoteKind};
use crate::incident::{Phase, Severity};
use crate::text::when;

/// Which incident a verb is about.
#[derive(Debug, Args)]
pub(super) struct About {
    /// Incident id or a unique prefix [default: the only open one, else the latest]
    #[arg(short, long, value_name = "ID")]
    pub incident: Option<String>,
}

/// Which incident a verb is about, where the id may also stand alone.
#[derive(Debug, Args)]
pub(super) struct Named {
    /// Incident id or a unique prefix; the same as -i
    pub id: Option<String>,
    #[command(flatten)]
    pub about: About,
}

/// When it happened.
#[derive(Debug, Args)]
pub(super) struct At {
    /// When it happened: RFC 3339, HH:MM, -10m, "yesterday 14:02" [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub at: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Declare an incident; prints its id
    #[command(after_help = "Examples:
  warroom declare \"checkout returns 500s\" --sev 2 --service checkout --service cart
  warroom declare database gone --sev 1 --ic maya --at 14:02
  warroom declare \"token leaked\" --sev 2 --private
  id=$(warroom declare \"game day\" --sev 3 --drill)")]
    Declare {
        /// What is broken, as people would say it
        #[arg(required = true, value_name = "TITLE")]
        title: Vec<String>,
        /// 1 (worst) to 4
        #[arg(long, value_parser = severity)]
        sev: Severity,
        /// A service that is affected; may be given again
        #[arg(long = "service", value_name = "S")]
        services: Vec<String>,
        /// Incident commander [default: you]
        #[arg(long, value_name = "WHO")]
        ic: Option<String>,
        /// A game day, not the real thing
        #[arg(long)]
        drill: bool,
        /// Its words want a confirmation before they leave
        #[arg(long)]
        private: bool,
        /// How it was found: alert, user, dashboard or synthetic
        #[arg(long)]
        found: Option<Found>,
        #[command(flatten)]
        at: At,
    },
    /// Write a line into the timeline; `-` reads lines from standard input as they come
    #[command(after_help = "Examples:
  warroom note restarted the worker, queue is draining --kind action
  warroom note \"first 500s in the log\" --at 13:58 --by maya
  warroom note '! roll back to v41' @14:02   (! decision, > action, ? question, * star, @TIME, #tag)
  warroom note TODO bob in 10m check dns
  warroom note '~db pool is exhausted'   (a line of thread db; '~db end: it was the pool' ends it)
  warroom note -- -5 % conversion
  tail -f deploy.log | warroom note -")]
    Note {
        /// What happened, or - for standard input
        #[arg(required = true)]
        text: Vec<String>,
        /// Who says so [default: you]
        #[arg(long, value_name = "WHO")]
        by: Option<String>,
        /// observation, action, decision, question, communication or task [default: by the line's sign]
        #[arg(long)]
        kind: Option<NoteKind>,
        /// Mark it as important
        #[arg(long)]
        star: bool,
        /// Write it into this thread of the investigation
        #[arg(long, value_name = "NAME")]
        thread: Option<String>,
        /// Take the text as it stands: no signs, no task
        #[arg(long)]
        plain: bool,
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        about: About,
    },
    /// Change the severity
    #[command(after_help = "What each means:
  1  complete outage, data loss, breach or revenue hit, for all or most users
     respond within 15 min, update every 15 to 30 min, escalate to VP / C-level, war room
  2  large segment degraded, core function impaired, workarounds exist
     respond within 30 min, update every 30 to 60 min, escalate to engineering leads, on-call managers
  3  small subset of users, non-critical function
     respond within 4 business hours, update daily, escalate to on-call and team lead
  4  cosmetic, no meaningful impact
     respond the next business day, update on resolution, ticket only")]
    Sev {
        /// 1 (worst) to 4
        #[arg(value_parser = severity)]
        severity: Severity,
        /// Why it is worse or better than thought
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        about: About,
    },
    /// Move to a phase: detection, triage, mitigation, resolution, follow-up
    Phase {
        /// The phase the work is in now
        phase: Phase,
        #[command(flatten)]
        about: About,
    },
    /// Assign, hand over and release roles: ic, deputy, comms, ops, sme, scribe
    Role {
        #[command(subcommand)]
        command: RoleCommand,
    },
    /// Record a status update, and let it out; restarts the comms clock
    #[command(after_help = "Examples:
  warroom update \"rollback under way, errors falling\" --audience public --next 20m
  warroom update --template --audience executives --dry-run
  warroom update --template --audience public --send --yes-public
  warroom update --all-clear --copy")]
    Update(Update),
    /// Mark the impact as mitigated
    Mitigated {
        /// rollback, failover, flag, shed, capacity or hotfix
        #[arg(long)]
        kind: Mitigation,
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        about: About,
    },
    /// Set when the impact began or ended
    Impact {
        #[command(subcommand)]
        command: ImpactCommand,
    },
    /// Set fields of the incident
    Set(Set),
    /// Links of the incident: channel, bridge, ticket, dashboard, trace
    Url {
        #[command(subcommand)]
        command: UrlCommand,
    },
    /// Say that another incident has to do with this one
    Link {
        /// Id or unique prefix of the other one
        other: String,
        #[command(flatten)]
        about: About,
    },
    /// End an incident as the same as another one; it goes on there, and its id stays valid
    #[command(after_help = "Undo it with: warroom reopen FROM --reason WHY")]
    Merge {
        /// The one that ends
        from: String,
        /// The one that goes on
        into: String,
    },
    /// Resolve the incident; its duration freezes
    Resolve {
        #[command(flatten)]
        at: At,
        #[command(flatten)]
        named: Named,
    },
    /// Close a resolved incident
    Close {
        #[command(flatten)]
        named: Named,
    },
    /// Reopen a resolved or closed incident
    Reopen {
        /// Why it is not over
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        named: Named,
    },
    /// Strike an entry: it stays listed and no longer counts
    Strike {
        /// Number of the entry, as timeline shows it
        seq: u64,
        /// Why it does not count
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        about: About,
    },
    /// Correct an entry with a new one
    Amend {
        /// Number of the entry, as timeline shows it
        seq: u64,
        /// How it should read
        #[arg(required = true)]
        text: Vec<String>,
        #[command(flatten)]
        about: About,
    },
    /// Erase the words of an entry that must not be kept; the chain stays whole
    Redact {
        /// Number of the entry, as timeline shows it
        seq: u64,
        /// Why, without the secret
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        about: About,
    },
    /// Changes of services: deploys, configuration, flags, infrastructure, scaling
    Change {
        #[command(subcommand)]
        command: ChangeCommand,
    },
    /// Short for `change mark --kind deploy`
    Deploy {
        #[command(subcommand)]
        command: DeployCommand,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum UrlCommand {
    /// Add one
    Add {
        /// The whole address
        url: String,
        /// channel, bridge, ticket, dashboard or trace
        #[arg(long)]
        kind: LinkKind,
        #[command(flatten)]
        about: About,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ImpactCommand {
    /// Users began to feel it
    Start {
        /// RFC 3339, HH:MM, -10m, "yesterday 14:02"
        #[arg(allow_hyphen_values = true)]
        time: String,
        #[command(flatten)]
        about: About,
    },
    /// Users feel it no more
    End {
        /// RFC 3339, HH:MM, -10m, "yesterday 14:02"
        #[arg(allow_hyphen_values = true)]
        time: String,
        #[command(flatten)]
        about: About,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ChangeCommand {
    /// Record a change of a service
    Mark {
        /// deploy, config, flag, infra or scaling
        #[arg(long)]
        kind: ChangeKind,
        /// The service that was changed
        service: String,
        /// What was changed, in a few words
        what: String,
        /// How it is undone: a version, a command, a page
        #[arg(long, value_name = "TEXT")]
        back: Option<String>,
        /// Where one reads more about it
        #[arg(long)]
        url: Option<String>,
        #[command(flatten)]
        at: At,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum DeployCommand {
    /// Record a deploy of a service
    Mark {
        /// The service that was deployed
        service: String,
        /// The version it has now
        version: String,
        /// Environment, e.g. production
        #[arg(long)]
        env: Option<String>,
        /// How it is undone: a version, a command, a page
        #[arg(long, value_name = "TEXT")]
        back: Option<String>,
        /// Where one reads more about it
        #[arg(long)]
        url: Option<String>,
        #[command(flatten)]
        at: At,
    },
}

fn severity(text: &str) -> Result<Severity, String> {
    text.parse()
}

pub(super) fn span(text: &str) -> Result<Duration, String> {
    when::parse_span(text)
}
