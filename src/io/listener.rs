//! The listener: other systems post changes (and Alertmanager alerts) over HTTP. It answers when what was
//! posted is on the disk, so that whoever is told otherwise comes again; nothing is stored half.
//!
//! Bodies are bounded in size, time and number. Only JSON is taken, so that no page in a browser can post
//! here without asking first.

mod alerts;
mod door;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::clock::Clock;
use super::feed::Task;
use super::posted::Shelf;
use super::runtime::Told;
use super::scribe::{Intake, Received};
use crate::app::Msg;
use crate::config::Listen;
use crate::incident::intake::{self, Heard, Sender};
use crate::text::Safe;
use alerts::Tray;
use door::Door;

/// The largest body: Alertmanager's ten thousand alerts in one post fit.
const LARGEST: usize = 16 * 1024 * 1024;
/// A body that is not here by then was given up by whoever sends it, or drips on purpose.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections at once; more wait at the door.
const AT_ONCE: usize = 64;

/// A listener at work. Dropping it ends it.
#[derive(Debug)]
pub struct Listener {
    address: SocketAddr,
    _task: Task,
}

/// Where what is posted goes.
#[derive(Debug, Clone)]
pub struct Ways {
    /// To the journal.
    pub intake: Intake,
    /// To the loop.
    pub told: mpsc::Sender<Told>,
    /// The data folder, for what nobody posts twice.
    pub data: PathBuf,
    pub clock: Clock,
}

/// What every post needs.
struct Desk {
    door: Door,
    intake: Intake,
    clock: Clock,
    tray: Tray,
}

/// Listens where the configuration says, and moves when it says so.
#[derive(Debug)]
pub struct Porter {
    ways: Ways,
    at_work: Option<(Listen, Listener)>,
}

impl Porter {
    pub fn new(ways: Ways) -> Self {
        Self { ways, at_work: None }
    }

    /// Listens as is wanted now.
    ///
    /// # Errors
    /// Why the address cannot be listened on; it is tried again with the next configuration.
    pub async fn follow(&mut self, wanted: Option<&Listen>) -> Result<(), String> {
        if self.at_work.as_ref().map(|(listen, _)| listen) == wanted {
            return Ok(());
        }
        self.at_work = None;
        let Some(listen) = wanted else { return Ok(()) };
        let listener = Listener::start(listen, self.ways.clone()).await?;
        self.at_work = Some((listen.clone(), listener));
        Ok(())
    }
}

impl Listener {
    /// Binds the address and takes posts from now on.
    ///
    /// # Errors
    /// Why the address cannot be listened on.
    pub async fn start(listen: &Listen, ways: Ways) -> Result<Self, String> {
        let named = |error: std::io::Error| format!("{}: {error}", listen.address);
        let socket = TcpListener::bind(listen.address).await.map_err(named)?;
        let address = socket.local_addr().map_err(named)?;
        let tray = tray(&ways).await;
        let Ways { intake, clock, .. } = ways;
        let desk = Arc::new(Desk { door: Door::new(listen.token.clone()), intake, clock, tray });
        let router = Router::new()
            .route("/github", post(|State(desk), request| changed(desk, Sender::Github, request)))
            .route("/argocd", post(|State(desk), request| changed(desk, Sender::Argo, request)))
            .route("/change", post(|State(desk), request| changed(desk, Sender::Plain, request)))
            .route("/alertmanager", post(|State(desk): State<Arc<Desk>>, request| alerts(desk, request)))
            .with_state(desk);
        Ok(Self { address, _task: Task::of(serve(socket, router)) })
    }

    /// Where it listens; the port is the system's choice where none was written.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// The tray for alerts, after what was posted to an earlier console is told.
async fn tray(ways: &Ways) -> Tray {
    let (data, now, told) = (ways.data.clone(), ways.clock.now(), ways.told.clone());
    let opened = spawn_blocking(move || Shelf::open(&data, now)).await.map_err(|error| error.to_string());
    let shelf = match opened.flatten() {
        Ok((shelf, kept)) => {
            // A console that has ended hears nothing.
            let _ = told.send(Msg::AlertsKept(kept).into()).await;
            Ok(shelf)
        }
        Err(why) => Err(why),
    };
    Tray { shelf, told, said: Mutex::default() }
}

async fn alerts(desk: Arc<Desk>, request: Request) -> Response {
    alerts::posted(&desk, request).await
}

async fn serve(socket: TcpListener, router: Router) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
        match socket.accept().await {
            Ok((stream, _)) => {
                let router = router.clone();
                tokio::spawn(async move {
                    converse(stream, router).await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of files, most likely: a pause lets some end.
                tracing::warn!("listen: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse(stream: TcpStream, router: Router) {
    let talk = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    if let Err(error) = talk.await {
        tracing::debug!("listen: {error}");
    }
}

/// Takes one post about a change.
async fn changed(desk: Arc<Desk>, sender: Sender, request: Request) -> Response {
    let about = about(request.uri());
    let body = match desk.door.admit(request, take_in).await {
        Ok(body) => body,
        Err(refused) => return refused.into_response(),
    };
    let heard = match intake::read(sender, &body, about.as_deref(), desk.clock.now()) {
        Ok(heard) => heard,
        Err(why) => return Refused::new(StatusCode::UNPROCESSABLE_ENTITY, &why).into_response(),
    };
    let posted = match heard {
        Heard::Change(posted) => posted,
        Heard::Nothing(why) => return done("ignored", why),
    };
    match desk.intake.receive(posted.ask(sender)).await {
        Received::Recorded => done("recorded", ""),
        Received::Known => done("known", "it was posted before"),
        Received::Refused(why) => Refused::new(StatusCode::UNPROCESSABLE_ENTITY, &why).into_response(),
        Received::Unsaved => {
            let why = "the journal cannot be written now: post it again";
            Refused::new(StatusCode::SERVICE_UNAVAILABLE, why).into_response()
        }
    }
}

/// The service that the address names: `/github?service=checkout`.
fn about(uri: &Uri) -> Option<String> {
    door::parameter(uri, "service")
}

/// The whole body, or why not.
async fn take_in(body: Body) -> Result<String, Refused> {
    let bytes = match timeout(PATIENCE, to_bytes(body, LARGEST)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => {
            return Err(Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "body: longer than 16 MiB, or cut off"));
        }
        Err(_) => return Err(Refused::new(StatusCode::REQUEST_TIMEOUT, "body: not here within 10 s")),
    };
    String::from_utf8(bytes.into()).map_err(|_| Refused::new(StatusCode::BAD_REQUEST, "body: not UTF-8"))
}

fn done(what: &str, why: &str) -> Response {
    (StatusCode::OK, axum::Json(json!({"done": what, "why": why}))).into_response()
}

/// Why a post is not taken. Logged when it is made; what it quotes is made inert.
#[derive(Debug)]
struct Refused {
    status: StatusCode,
    why: String,
}

impl Refused {
    fn new(status: StatusCode, why: &str) -> Self {
        let why = Safe::line(why).to_string();
        tracing::warn!("listen: refused: {status}: {why}");
        Self { status, why }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = (self.status, axum::Json(json!({"error": self.why}))).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
