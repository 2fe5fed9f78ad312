//! Live reload: the configuration, the files of SLOs it names and the user's own files are watched, and
//! read again when one of them changes. What is broken stays as it was, and is said.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::sync::mpsc::Sender;
use tokio::task::spawn_blocking;

use super::configuration::Configuration;
use super::feed::{self, Feed, Task};
use super::files::{Folder, UserFiles, Watcher};
use super::listener::Porter;
use super::looks::{Looks, Wanted};
use super::runtime::Told;
use super::{links, outbox, sources, specs};
use crate::app::Msg;
use crate::config::Config;
use crate::text::{Place, Problem};

/// What is in force, and what it was read from.
#[derive(Debug)]
pub struct Reload {
    /// `None`: there is no configuration, or it is not read from a file.
    pub configuration: Option<Configuration>,
    pub config: Config,
    /// What was said of it already.
    pub problems: Vec<Problem>,
    /// Only these SLOs; empty for all.
    pub only: Vec<String>,
    /// The user's own files, where there is a screen to show them.
    pub looks: Option<(UserFiles, Wanted)>,
    pub feed: Feed,
    /// Takes what others post; `None` where nothing is recorded.
    pub porter: Option<Porter>,
    pub told: Sender<Told>,
}

/// What was read again.
struct Again {
    /// `None`: what was in force stays.
    config: Option<Config>,
    problems: Vec<Problem>,
    looks: Option<Looks>,
}

impl Reload {
    /// Watches and reads again while the task lives; with it the sources end.
    pub fn start(self) -> Task {
        Task::of(self.run())
    }

    async fn run(mut self) {
        self.listen().await;
        let touched = Arc::new(Notify::new());
        let bell = Arc::clone(&touched);
        let mut watcher = match self.watch(move || bell.notify_one()) {
            Ok(watcher) => watcher,
            Err(error) => {
                let what = Problem::warning(Place::file("configuration"), "not-watched", error.to_string());
                self.tell(Msg::Problems(vec![what.way_out("changes show after a restart")])).await;
                // The sources go on.
                return std::future::pending().await;
            }
        };
        // First what was written between the first reading and the watch.
        let mut looks = None;
        loop {
            self.read_again(looks.take()).await;
            // What was written to a new folder before it was watched is read now.
            if watcher.follow(&self.folders()).unwrap_or(false) {
                touched.notify_one();
            }
            touched.notified().await;
            looks.clone_from(&self.looks);
        }
    }

    fn watch(&self, changed: impl Fn() + Send + 'static) -> notify::Result<Watcher> {
        let mut watcher = Watcher::new(changed)?;
        watcher.follow(&self.folders())?;
        Ok(watcher)
    }

    /// Every folder in which a change matters.
    fn folders(&self) -> Vec<Folder> {
        let (configuration, globs) = (self.configuration.iter(), &self.config.slo_files);
        let specs = configuration.clone().flat_map(|own| specs::folders(&own.path, globs));
        let looks = self.looks.iter().flat_map(|(files, _)| files.folders()).map(shallow);
        let read =
            configuration.flat_map(|own| [vec![own.path.clone()], specs::files(&own.path, globs)].concat());
        let read: Vec<PathBuf> = read.chain(self.looks.iter().flat_map(|(files, _)| files.all())).collect();
        let links = links::folders(read.iter().map(PathBuf::as_path)).into_iter().map(shallow);
        let mut folders: Vec<Folder> = specs.chain(looks).chain(links).collect();
        // Of one path the deep one stays.
        folders.sort_by(|a, b| a.path.cmp(&b.path).then(b.deep.cmp(&a.deep)));
        folders.dedup_by(|a, b| a.path == b.path);
        folders
    }

    async fn read_again(&mut self, looks: Option<(UserFiles, Wanted)>) {
        let (configuration, before) = (self.configuration.clone(), self.config.clone());
        match spawn_blocking(move || read(configuration.as_ref(), &before, looks)).await {
            Ok(again) => self.take(again).await,
            Err(error) => {
                let died = Msg::TaskDied { task: "reload".to_owned(), why: error.to_string() };
                self.tell(died).await;
            }
        }
    }

    async fn take(&mut self, again: Again) {
        let Again { config, problems, looks } = again;
        let fresh = problems.iter().filter(|problem| !self.problems.contains(problem)).cloned().collect();
        let changed = problems != self.problems;
        self.problems = problems;
        match config {
            Some(config) => self.go_on_with(config, changed, fresh).await,
            None if changed => self.tell(Msg::Problems(fresh)).await,
            None => {}
        }
        for news in looks.map(Looks::news).unwrap_or_default() {
            let _ = self.told.send(news).await;
        }
    }

    async fn go_on_with(&mut self, mut config: Config, changed: bool, fresh: Vec<Problem>) {
        config.slos.retain(|slo| self.only.is_empty() || self.only.contains(&slo.id));
        if config == self.config && !changed {
            return;
        }
        // First who is listened to, then who speaks.
        self.tell(feed::reconfigured(&config, fresh)).await;
        let secrets = [sources::secrets(&config.sources), outbox::secrets(&config.outbox)].concat();
        let _ = self.told.send(Told::Secrets(secrets)).await;
        self.feed.follow(&config);
        if let Some((_, wanted)) = &mut self.looks {
            wanted.theme.clone_from(&config.theme);
        }
        self.config = config;
        self.listen().await;
    }

    async fn listen(&mut self) {
        let Some(porter) = &mut self.porter else { return };
        if let Err(why) = porter.follow(self.config.listen.as_ref()).await {
            let problem = Problem::warning(Place::file("listen"), "not-listening", why);
            self.tell(Msg::Problems(vec![
                problem.way_out("another console listens there? nothing that is posted is heard"),
            ]))
            .await;
        }
    }

    async fn tell(&self, msg: Msg) {
        // A console that has ended hears nothing.
        let _ = self.told.send(msg.into()).await;
    }
}

fn read(configuration: Option<&Configuration>, before: &Config, looks: Option<(UserFiles, Wanted)>) -> Again {
    let (config, problems) = configuration.map_or((None, Vec::new()), |own| own.load_over(before));
    let looks = looks.map(|(files, mut wanted)| {
        if let Some(config) = &config {
            wanted.theme.clone_from(&config.theme);
        }
        Looks::load(&files, &wanted)
    });
    Again { config, problems, looks }
}

fn shallow(path: PathBuf) -> Folder {
    Folder { path, deep: false }
}
