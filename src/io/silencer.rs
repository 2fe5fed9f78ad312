//! Tells Alertmanagers to call nobody, or to call again, as a person confirmed it; each request is sent
//! once, and what became of it goes back to the loop.

use tokio::sync::mpsc::Sender;
use tokio::task::JoinSet;

use super::clock::Clock;
use super::runtime::Told;
use super::sources::alertmanager::Alertmanagers;
use crate::app::Msg;
use crate::app::msg::SilenceOutcome;
use crate::incident::event::SilenceEnded;
use crate::incident::inbox::SilenceWish;

/// What is under way.
#[derive(Debug)]
pub struct Silencer {
    servers: Alertmanagers,
    clock: Clock,
    told: Sender<Told>,
    asked: JoinSet<()>,
}

impl Silencer {
    /// Knows no server yet.
    pub fn new(clock: Clock, told: Sender<Told>) -> Self {
        Self { servers: Alertmanagers::default(), clock, told, asked: JoinSet::new() }
    }

    /// From now on asks these.
    pub fn on(&mut self, servers: Alertmanagers) {
        self.servers = servers;
    }

    pub fn silence(&mut self, wish: SilenceWish, covered: usize) {
        let (server, now) = (self.servers.of(&wish.source), self.clock.now());
        self.ask(async move {
            let id = server?.silence(&wish, now).await?;
            Ok(SilenceOutcome::Made { wish, id, covered })
        });
    }

    pub fn end(&mut self, ended: SilenceEnded) {
        let server = self.servers.of(&ended.source);
        self.ask(async move {
            server?.end_silence(&ended.id).await?;
            Ok(SilenceOutcome::Ended(ended))
        });
    }

    fn ask(&mut self, work: impl Future<Output = Result<SilenceOutcome, String>> + Send + 'static) {
        let told = self.told.clone();
        // What was asked before has told what became of it.
        while self.asked.try_join_next().is_some() {}
        self.asked.spawn(async move {
            let outcome = work.await.unwrap_or_else(|why| SilenceOutcome::Failed { why });
            // The console has ended: nobody is left to be told.
            let _ = told.send(Msg::Silence(outcome).into()).await;
        });
    }

    /// Waits for what is under way: a request has a timeout of its own.
    pub async fn close(&mut self) {
        while self.asked.join_next().await.is_some() {}
    }
}
