//! Roles: their words on the command line, who holds which, and the brief that goes with a hand-over.

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::{Value, json};

use super::context::Context;
use super::incident::Wish;
use super::output::{self, Failure, say_all, table};
use super::verbs::About;
use crate::incident::state::Tenure;
use crate::incident::{Brief, Incident, Intent, Ledger, Role};
use crate::text::when::rfc3339;

#[derive(Debug, Subcommand)]
pub(super) enum RoleCommand {
    /// Give a role to somebody
    Assign {
        /// ic, deputy, comms, ops, sme or scribe
        role: Role,
        /// Who takes it
        who: String,
        /// Why, where somebody else holds the command, or they keep another role on a SEV1
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        about: About,
    },
    /// Ask somebody to take a role over; nothing moves before they accept
    #[command(after_help = "A hand-over takes two:
  warroom role offer ic ben                     ana asks, and prints the brief for ben
  warroom --as ben role accept ic               ben has read it, and commands")]
    Offer {
        /// ic, deputy, comms, ops, sme or scribe
        role: Role,
        /// Who is to take it
        who: String,
        #[command(flatten)]
        about: About,
    },
    /// Take over the role that was offered to you
    Accept {
        /// ic, deputy, comms, ops, sme or scribe
        role: Role,
        /// Why you keep another role beside it on a SEV1
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        about: About,
    },
    /// Leave an offer, or take your own one back
    Decline {
        /// ic, deputy, comms, ops, sme or scribe
        role: Role,
        /// Why not
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        about: About,
    },
    /// Give a role up
    Release {
        /// deputy, comms, ops, sme or scribe; the command is handed over with offer and accept
        role: Role,
        /// Whose seat, where several sit
        who: Option<String>,
        #[command(flatten)]
        about: About,
    },
}

impl RoleCommand {
    /// What it asks the journal.
    pub(super) fn wish(self) -> Wish {
        match self {
            Self::Assign { role, who, reason, about } => {
                Wish::new(Intent::AssignRole { role, who, reason }, about.incident)
            }
            Self::Offer { role, who, about } => Wish::new(Intent::OfferRole { role, who }, about.incident),
            Self::Accept { role, reason, about } => {
                Wish::new(Intent::AcceptRole { role, reason }, about.incident)
            }
            Self::Decline { role, reason, about } => {
                Wish::new(Intent::DeclineRole { role, reason }, about.incident)
            }
            Self::Release { role, who, about } => {
                Wish::new(Intent::ReleaseRole { role, who }, about.incident)
            }
        }
    }
}

/// Who sat where at an instant, or sits there now.
pub(super) fn show(
    context: &Context,
    incident: &Incident,
    at: Option<&str>,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let at = at.map_or_else(|| Ok(context.now()), |text| context.time(text))?;
    let mut held: Vec<&Tenure> = incident.held_at(at).collect();
    held.sort_by_key(|tenure| tenure.role);
    if as_json {
        let roles = held.into_iter().map(Tenure::to_json).collect::<Value>();
        return output::json(&json!({"incident": incident.id, "at": rfc3339(at), "roles": roles}));
    }
    let rows = held.into_iter().map(|tenure| {
        let to = tenure.to.map_or_else(|| "now".to_owned(), rfc3339);
        vec![tenure.role.title().to_owned(), tenure.who.clone(), rfc3339(tenure.from), to]
    });
    table(&["role", "who", "from", "to"], rows)
}

/// What whoever takes the command over has to know; printed with the offer and with the acceptance.
pub(super) fn hand_over(context: &Context, ledger: &Ledger, incident: &str) -> Result<ExitCode, Failure> {
    let Some(incident) = ledger.incident(incident) else { return Ok(ExitCode::SUCCESS) };
    say_all(
        &std::iter::once(String::new())
            .chain(Brief::new(ledger, incident, context.now()).shown_in(context.zone()).lines())
            .collect::<Vec<_>>(),
    )
}
