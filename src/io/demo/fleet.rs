//! The fleet's HTTP server on loopback: the metrics page and the admin endpoints.
//!
//! A shell around the world: it asks the clock, lets the world live on, and tells what changed.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;

use super::story::Scenario;
use super::world::World;
use crate::io::clock::Clock;
use crate::io::sources::SourceMsg;
use crate::text::when;

/// A running fleet; it stops when this is dropped.
#[derive(Debug)]
pub struct Fleet {
    address: SocketAddr,
    tasks: [JoinHandle<()>; 2],
}

impl Fleet {
    /// Starts the simulation and its server on a free loopback port. Changes, those of the story and
    /// those made through the admin endpoints, are told to `tx`.
    pub async fn start(
        clock: Clock,
        seed: u64,
        scenario: Scenario,
        tx: Sender<SourceMsg>,
    ) -> io::Result<Self> {
        let world = World::new(seed, clock.now(), scenario);
        let site = Site { clock, world: Arc::new(Mutex::new(world)), tx };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let server = axum::serve(listener, routes(site.clone())).into_future();
        let serve = tokio::spawn(async move {
            // It has no end of its own and reports no error.
            let _ = server.await;
        });
        Ok(Self { address, tasks: [serve, tokio::spawn(site.tell_story())] })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// What every handler shares.
#[derive(Debug, Clone)]
struct Site {
    clock: Clock,
    world: Arc<Mutex<World>>,
    tx: Sender<SourceMsg>,
}

impl Site {
    /// The world as it is now.
    fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.advance(self.clock.now());
        world
    }

    async fn tell_changes(&self) {
        let changes = self.world().take_changes();
        for change in changes {
            // Nobody listens any more only when the demo ends.
            let _ = self.tx.send(SourceMsg::Change(change)).await;
        }
    }

    /// Tells each beat of the story when it comes, whether or not anybody scrapes.
    async fn tell_story(self) {
        loop {
            self.tell_changes().await;
            let Some(beat) = self.world().next_beat() else { return };
            let wait = self.clock.on_the_wall(when::since(self.clock.now(), beat));
            tokio::time::sleep(wait + std::time::Duration::from_millis(5)).await;
        }
    }
}

fn routes(site: Site) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/identity/health", get(identity))
        .route("/admin/deploy", post(deploy))
        .route("/admin/rollback", post(roll_back))
        .route("/admin/failover", post(fail_over))
        .route("/admin/status", get(status))
        .with_state(site)
}

#[derive(Debug, Deserialize)]
struct Which {
    service: String,
}

#[derive(Debug, Deserialize)]
struct Release {
    service: String,
    version: String,
}

async fn metrics(State(site): State<Site>) -> impl IntoResponse {
    let page = site.world().page();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page)
}

/// What the identity provider in use answers.
async fn identity(State(site): State<Site>) -> (StatusCode, &'static str) {
    if site.world().identity_answers() {
        return (StatusCode::OK, "ok\n");
    }
    (StatusCode::SERVICE_UNAVAILABLE, "unavailable\n")
}

async fn deploy(State(site): State<Site>, Query(asked): Query<Release>) -> impl IntoResponse {
    let done = site.world().deploy(&asked.service, &asked.version);
    site.tell_changes().await;
    reply(done)
}

async fn roll_back(State(site): State<Site>, Query(asked): Query<Which>) -> impl IntoResponse {
    let done = site.world().roll_back(&asked.service);
    site.tell_changes().await;
    reply(done)
}

async fn fail_over(State(site): State<Site>, Query(asked): Query<Which>) -> impl IntoResponse {
    let done = site.world().fail_over(&asked.service);
    site.tell_changes().await;
    reply(done)
}

async fn status(State(site): State<Site>) -> impl IntoResponse {
    reply(Ok(site.world().status()))
}

/// JSON, or a sentence with status 409.
fn reply<T: Serialize>(done: Result<T, String>) -> (StatusCode, String) {
    let text = done.and_then(|done| serde_json::to_string(&done).map_err(|error| error.to_string()));
    text.map_or_else(|why| (StatusCode::CONFLICT, why), |text| (StatusCode::OK, text))
}
