//! Carries effects out: hands each one to the worker that knows how, and returns at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tokio::sync::mpsc::Sender;

use super::clock::Clock;
use super::draft::Drafts;
use super::history::{Historian, Start};
use super::outbox::Courier;
use super::questions::{Answerers, Questions};
use super::runtime::Told;
use super::scribe::Scribe;
use super::search::Finder;
use super::silencer::Silencer;
use super::sources::alertmanager::Alertmanagers;
use super::steps::Steps;
use super::surroundings;
use crate::app::Effect;
use crate::config::Target;
use crate::incident::Ask;
use crate::slo::keep::Kept;

/// The workers behind the console.
#[derive(Debug)]
pub struct Outside {
    scribe: Scribe,
    drafts: Drafts,
    steps: Steps,
    history: Option<Historian>,
    silencer: Silencer,
    finder: Finder,
    questions: Questions,
    /// The bell is to be rung with the next frame.
    pub bell: bool,
    /// What is to be handed to the terminal's clipboard with the next frame.
    pub copied: Option<String>,
    courier: Option<Courier>,
    updates: PathBuf,
    /// The way in to the loop, for what a worker can no longer say itself.
    pub tell: Sender<Told>,
}

impl Outside {
    /// Workers on the data folder; they talk back through `told`.
    pub fn new(scribe: Scribe, data: &Path, clock: Clock, told: Sender<Told>) -> Self {
        let steps = Steps::new(data.to_owned(), clock, told.clone());
        Self {
            scribe,
            drafts: Drafts::new(data.join("postmortems"), told.clone()),
            steps,
            history: None,
            silencer: Silencer::new(clock, told.clone()),
            finder: Finder::new(data, told.clone()),
            questions: Questions::new(clock, told.clone()),
            bell: false,
            copied: None,
            courier: None,
            updates: data.join("updates"),
            tell: told,
        }
    }

    /// The same, with a historian for what no source remembers.
    #[must_use]
    pub fn keeping(mut self, data: &Path, clock: Clock, kept: BTreeMap<String, Kept>) -> Self {
        let (claim, told) = (self.scribe.claim(), self.tell.clone());
        self.history = Some(Historian::start(Start { data: data.to_owned(), claim, kept, clock, told }));
        self
    }

    /// The same, with somebody who carries posts to these targets.
    #[must_use]
    pub fn posting(mut self, targets: &[Target]) -> Self {
        self.courier = Some(Courier::start(targets.to_vec(), self.scribe.claim(), self.tell.clone()));
        self
    }

    /// The same, with the servers that silences are made on.
    #[must_use]
    pub fn silencing(mut self, servers: Alertmanagers) -> Self {
        self.silencer.on(servers);
        self
    }

    /// The same, with the sources that answer PromQL.
    #[must_use]
    pub fn asking(mut self, answerers: Answerers) -> Self {
        self.questions.of(answerers);
        self
    }

    /// The same, with secrets of the configuration masked in whatever commands print.
    #[must_use]
    pub fn masking(mut self, secrets: &[String]) -> Self {
        self.mask(secrets);
        self
    }

    /// The same, with variables for the commands that run.
    #[must_use]
    pub fn giving(mut self, variables: Vec<(String, String)>) -> Self {
        self.steps.give(variables);
        self
    }

    /// Masks these from now on.
    pub fn mask(&mut self, secrets: &[String]) {
        if !secrets.is_empty() {
            self.steps.mask(secrets);
        }
    }

    pub fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Append { ticket, ask } => self.scribe.append(ticket, ask),
            Effect::Notice(ask) => self.scribe.notice(ask),
            Effect::Record(ask) => self.scribe.record(ask),
            Effect::Keep(past) => self.historian(|history| history.keep(past)),
            Effect::Recall(kept) => self.historian(|history| history.recall(kept)),
            Effect::Run(request) => self.steps.run(request),
            Effect::StopRun => self.steps.stop(),
            Effect::FindLeft(mark) => self.steps.find_left(mark),
            Effect::LookAround(carried) => surroundings::look(carried, self.tell.clone()),
            Effect::Silence { wish, covered } => self.silencer.silence(wish, covered),
            Effect::Unsilence(ended) => self.silencer.end(ended),
            Effect::LoadPostmortem { incident } => self.drafts.load(incident),
            Effect::SavePostmortem { incident, text } => self.drafts.save(incident, text),
            Effect::ExportPostmortem { incident, text } => self.drafts.export(incident, text),
            Effect::LoadLetters { incident } => self.drafts.load_letters(incident),
            Effect::KeepLetters { incident, letters } => self.drafts.keep_letters(&incident, letters),
            Effect::Search(query) => self.finder.ask(query),
            Effect::Evaluate(query) => self.questions.ask(query),
            Effect::Bell => self.bell = true,
            Effect::Copy(text) => self.copied = Some(text),
            Effect::WriteExcerpt { name, text } => {
                self.drafts.write_update(self.updates.with_file_name("excerpts").join(name), text);
            }
            Effect::Deliver(waiting) => self.courier(|courier| courier.deliver(waiting)),
            Effect::Targets(targets) => self.courier(|courier| courier.follow(targets)),
            Effect::WriteUpdate { incident, audience, text } => {
                let path = self.updates.join(format!("{incident}-{audience}.txt"));
                self.drafts.write_update(path, text);
            }
            // The loop itself ends.
            Effect::Quit => {}
        }
    }

    fn courier(&self, work: impl FnOnce(&Courier)) {
        if let Some(courier) = &self.courier {
            work(courier);
        }
    }

    fn historian(&self, work: impl FnOnce(&Historian)) {
        if let Some(history) = &self.history {
            work(history);
        }
    }

    /// Waits for the end of the command that runs; at once where none does.
    pub fn run_over(&self) -> impl Future<Output = ()> + use<> {
        let over = self.steps.over();
        async {
            if let Some(over) = over {
                over.await;
            }
        }
    }

    /// Ends what still runs and waits for what is being written.
    pub async fn settle(&mut self) {
        self.steps.close().await;
        self.drafts.close().await;
        self.silencer.close().await;
    }

    /// Waits until everything asked of the journal is written; what could not be comes back.
    pub async fn close(&mut self) -> Vec<Ask> {
        if let Some(mut history) = self.history.take() {
            history.close().await;
        }
        self.scribe.close().await
    }
}
