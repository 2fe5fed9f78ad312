//! What may be set of an incident, as flags.

use clap::Args;

use super::context::Context;
use super::output::Failure;
use super::verbs::About;
use crate::incident::event::{Fields, Found, Security};

#[derive(Debug, Args)]
pub(super) struct Set {
    /// A better title; the id stays
    #[arg(long)]
    title: Option<String>,
    /// The affected services, all of them; may be given again
    #[arg(long = "service", value_name = "S")]
    services: Vec<String>,
    /// What users feel
    #[arg(long, value_name = "TEXT")]
    impact: Option<String>,
    /// Keep it out of what others are shown
    #[arg(long)]
    private: bool,
    /// How it was found: alert, user, dashboard or synthetic
    #[arg(long)]
    found: Option<Found>,
    /// Signs of an attack: addresses, hashes, accounts
    #[arg(long, value_name = "TEXT")]
    indicators: Option<String>,
    /// Which data was read, changed or lost
    #[arg(long, value_name = "TEXT")]
    affected_data: Option<String>,
    /// When the attack was contained
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    contained_at: Option<String>,
    #[command(flatten)]
    pub about: About,
}

impl Set {
    pub(super) fn fields(&self, context: &Context) -> Result<Fields, Failure> {
        let contained_at = self.contained_at.as_deref().map(|text| context.time(text)).transpose()?;
        Ok(Fields {
            title: self.title.clone(),
            services: (!self.services.is_empty()).then(|| self.services.clone()),
            impact: self.impact.clone(),
            private: self.private.then_some(true),
            found: self.found,
            security: Security {
                indicators: self.indicators.clone(),
                affected_data: self.affected_data.clone(),
                contained_at,
            },
        })
    }
}
