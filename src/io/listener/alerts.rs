//! `/alertmanager`: the webhook of Alertmanager. What it posts is kept on the disk, handed to the loop, and then
//! answered; while the loop has enough to do it is asked to come again, which it does by itself.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::sync::mpsc::{Permit, Sender};
use tokio::time::timeout;

use super::{Desk, Refused, door, take_in};
use crate::app::Msg;
use crate::incident::inbox::{Batch, Extent, parse};
use crate::io::posted::Shelf;
use crate::io::runtime::Told;
use crate::text::{Place, Problem, Safe};

/// The source of alerts whose sender the address does not name: `/alertmanager?source=am`.
const SOURCE: &str = "webhook";
/// How long a post waits for a place in the loop's queue.
const PATIENCE: Duration = Duration::from_secs(2);
/// Different complaints about posts that are remembered, so that each is said once.
const REMEMBERED: usize = 64;

/// Where alerts go.
pub(super) struct Tray {
    /// What was posted before; or why nothing can be kept.
    pub shelf: Result<Shelf, String>,
    pub told: Sender<Told>,
    /// What was complained about already.
    pub said: Mutex<BTreeSet<String>>,
}

/// Takes one post about alerts.
pub(super) async fn posted(desk: &Desk, request: Request) -> Response {
    let source = door::parameter(request.uri(), "source").unwrap_or_else(|| SOURCE.to_owned());
    match take(desk, source, request).await {
        Ok(alerts) => {
            (StatusCode::OK, axum::Json(json!({"done": "taken", "alerts": alerts}))).into_response()
        }
        Err(refused) => refused.into_response(),
    }
}

async fn take(desk: &Desk, source: String, request: Request) -> Result<usize, Refused> {
    let body = desk.door.admit(request, take_in).await?;
    let unreadable = |why: &str| Refused::new(StatusCode::UNPROCESSABLE_ENTITY, why);
    let parsed = parse::webhook(&body).map_err(|why| unreadable(&why))?;
    if let ([], [first, ..]) = (&parsed.alerts[..], &parsed.problems[..]) {
        return Err(unreadable(first));
    }
    let tray = &desk.tray;
    let shelf = tray.shelf.as_ref().map_err(|why| later(why))?;
    let place = tray.place().await?;
    let count = parsed.alerts.len();
    let batch = Batch::new((source.clone(), desk.clock.now()), Extent::Part, parsed.alerts);
    let batch = shelf.keep(batch).await.map_err(|why| later(&why))?;
    place.send(Msg::Alerts(batch).into());
    tray.complain(&source, &parsed.problems);
    Ok(count)
}

impl Tray {
    /// A place in the loop's queue.
    async fn place(&self) -> Result<Permit<'_, Told>, Refused> {
        let busy = || later("there is more to do than can be done now");
        timeout(PATIENCE, self.told.reserve()).await.map_err(|_| busy())?.map_err(|_| busy())
    }

    /// What was cut off or could not be read: always in the log, on the screen once.
    fn complain(&self, source: &str, problems: &[String]) {
        for problem in problems {
            let text = Safe::line(&format!("{source}: {problem}")).to_string();
            tracing::warn!("listen: {text}");
            let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
            if said.len() >= REMEMBERED || !said.insert(text.clone()) {
                continue;
            }
            let problem = Problem::warning(Place::file("listen"), "posted-alerts", text);
            // A full queue costs the notice, not the line of the log.
            let _ = self.told.try_send(Msg::Problems(vec![problem]).into());
        }
    }
}

fn later(why: &str) -> Refused {
    Refused::new(StatusCode::SERVICE_UNAVAILABLE, &format!("{why}: post it again"))
}
