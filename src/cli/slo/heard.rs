//! What the sources have said so far, without a console around it.

use std::collections::BTreeMap;

use crate::app::Msg;
use crate::cli::context::Context;
use crate::cli::output::remark;
use crate::config::Config;
use crate::io::{feed, history};
use crate::slo::keep::{Keeper, Kept};
use crate::slo::{Evaluator, Telemetry};
use crate::text::Time;

pub(super) struct Heard {
    pub(super) evaluator: Evaluator,
    pub(super) telemetry: Telemetry,
    keeper: Keeper,
    /// What is measured anew, whose past was not looked up yet.
    back: BTreeMap<String, Kept>,
}

impl Heard {
    pub(super) fn nothing_yet(config: &Config) -> Self {
        let mut telemetry = Telemetry::default();
        telemetry.set_sources(feed::sources(config));
        let back = history::kept(config);
        Self { evaluator: feed::evaluator(config), telemetry, keeper: Keeper::new(back.clone()), back }
    }

    /// Puts back what was kept of sources that remember nothing. After the first polls: what is waited
    /// for is measured now; and after each change of the configuration.
    pub(super) fn recall(&mut self, context: &Context) {
        let mut back = std::mem::take(&mut self.back);
        back.retain(|indicator, kept| self.keeper.keeps(indicator, &kept.key));
        let (past, problem) = history::read(&context.data, &back, context.now());
        for past in past {
            self.evaluator.restore(past.subject, past.end, past.buckets);
        }
        if let Some(problem) = problem {
            remark(&problem.to_string());
        }
    }

    pub(super) fn hear(&mut self, msg: Msg, now: Time) {
        match msg {
            Msg::Sampled { subject, at, outcome } => self.evaluator.observe(subject, at, outcome),
            Msg::History { subject, sample } => self.evaluator.observe(subject, now, Ok(sample)),
            Msg::Pulse { source, pulse } => self.telemetry.heard(&source, pulse),
            Msg::Reconfigured(news) => {
                news.problems.iter().for_each(|problem| remark(&problem.to_string()));
                self.telemetry.set_sources(news.sources);
                self.evaluator.follow(news.roster);
                self.back.extend(self.keeper.follow(news.kept));
            }
            Msg::Problems(problems) => problems.iter().for_each(|problem| remark(&problem.to_string())),
            _ => {}
        }
    }
}
