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
use crate::runbook::Library;
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
    /// The runbooks as they were read last.
    pub library: Library,
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
    /// And what is wrong with any of them.
    runbooks: Option<(Library, Vec<Problem>)>,
}

/// What there is to read: the runbooks always, what one sees at the start only once it may have changed.
struct Reading {
    configuration: Option<Configuration>,
    before: Config,
    files: Option<(UserFiles, Wanted)>,
    library: Library,
    again: bool,
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
                self.read_again(false).await;
                // The sources go on.
                return std::future::pending().await;
            }
        };
        // First the runbooks, for which no first frame waits, and what was written since the first reading.
        let mut again = false;
        loop {
            self.read_again(again).await;
            // What was written to a new folder before it was watched is read now.
            if watcher.follow(&self.folders()).unwrap_or(false) {
                touched.notify_one();
            }
            touched.notified().await;
            again = true;
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
        let checkout = self.looks.iter().filter_map(|(files, _)| files.checkout()).map(shallow);
        let links = links::folders(read.iter().map(PathBuf::as_path)).into_iter().map(shallow);
        let mut folders: Vec<Folder> = specs.chain(looks).chain(checkout).chain(links).collect();
        // Of one path the deep one stays.
        folders.sort_by(|a, b| a.path.cmp(&b.path).then(b.deep.cmp(&a.deep)));
        folders.dedup_by(|a, b| a.path == b.path);
        folders
    }

    async fn read_again(&mut self, again: bool) {
        let reading = Reading {
            configuration: self.configuration.clone(),
            before: self.config.clone(),
            files: self.looks.clone(),
            library: self.library.clone(),
            again,
        };
        match spawn_blocking(move || reading.read()).await {
            Ok(again) => self.take(again).await,
            Err(error) => {
                let died = Msg::TaskDied { task: "reload".to_owned(), why: error.to_string() };
                self.tell(died).await;
            }
        }
    }

    async fn take(&mut self, again: Again) {
        let Again { config, problems, looks, runbooks } = again;
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
        if let Some((library, unread)) = runbooks {
            self.library = library.clone();
            self.tell(Msg::Runbooks(library)).await;
            self.tell(Msg::Problems(unread)).await;
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

impl Reading {
    fn read(self) -> Again {
        let configuration = self.configuration.as_ref();
        let (config, problems) = configuration.map_or((None, Vec::new()), |own| own.load_over(&self.before));
        let runbooks = self.files.as_ref().map(|(files, _)| files.runbooks(&self.library));
        let looks = self.files.filter(|_| self.again).map(|(files, mut wanted)| {
            if let Some(config) = &config {
                wanted.theme.clone_from(&config.theme);
            }
            Looks::load(&files, &wanted)
        });
        Again { config, problems, looks, runbooks }
    }
}

fn shallow(path: PathBuf) -> Folder {
    Folder { path, deep: false }
}
