//! The command side of the demo: what a runbook's step runs against the fleet's admin endpoints.
//!
//! Says what it does as it does it, in lines for people; never touches the simulation directly.

use std::str::FromStr;
use std::time::Duration;

use reqwest::{Method, Url};
use serde::de::DeserializeOwned;

use super::world::{Rollout, Status};
use crate::io::sources::http::{Http, one_line, parse_url};

const TIMEOUT: Duration = Duration::from_secs(5);
/// Between two looks at a rollout, on the wall.
const LOOK: Duration = Duration::from_millis(150);
/// Looks before a rollout is said to hang: a minute's worth, twice what one takes at normal speed.
const LOOKS: u32 = 400;

/// What can be done to the fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Deploy { version: String },
    Rollback,
    Failover,
    Status,
}

impl FromStr for Action {
    type Err = String;

    /// `rollback`, `failover`, `status` or `deploy=VERSION`.
    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.strip_prefix("deploy=")) {
            ("rollback", _) => Ok(Self::Rollback),
            ("failover", _) => Ok(Self::Failover),
            ("status", _) => Ok(Self::Status),
            (_, Some(version)) if !version.is_empty() => Ok(Self::Deploy { version: version.to_owned() }),
            _ => Err(format!("action: `{text}`: unknown (rollback, failover, status or deploy=VERSION)")),
        }
    }
}

/// Acts on a service of the fleet at `url` and says each line as it comes, without line feed.
///
/// Fails with one line `demo fleet: URL: why`.
pub async fn admin(
    url: &str,
    action: Action,
    service: &str,
    mut say: impl FnMut(&str),
) -> Result<(), String> {
    let remote = Remote { http: Http::new(TIMEOUT), base: url.trim_end_matches('/').to_owned(), service };
    let done = match action {
        Action::Deploy { version } => remote.deploy(&version, &mut say).await,
        Action::Rollback => remote.roll_back(&mut say).await,
        Action::Failover => remote.fail_over(&mut say).await,
        Action::Status => remote.tell_status(&mut say).await,
    };
    done.map_err(|why| format!("demo fleet: {url}: {why}"))
}

struct Remote<'a> {
    http: Http,
    base: String,
    service: &'a str,
}

impl Remote<'_> {
    async fn roll_back(&self, say: &mut impl FnMut(&str)) -> Result<(), String> {
        let rollout: Rollout = self.call(Method::POST, "rollback", &[]).await?;
        say(&format!("rolling back {} {} -> {}", rollout.service, rollout.from, rollout.to));
        self.follow(say).await
    }

    async fn deploy(&self, version: &str, say: &mut impl FnMut(&str)) -> Result<(), String> {
        let rollout: Rollout = self.call(Method::POST, "deploy", &[("version", version)]).await?;
        say(&format!("deploying {} {} -> {}", rollout.service, rollout.from, rollout.to));
        self.follow(say).await
    }

    async fn fail_over(&self, say: &mut impl FnMut(&str)) -> Result<(), String> {
        let () = self.call(Method::POST, "failover", &[]).await?;
        say(&format!("{} uses the standby identity provider", self.service));
        say("done");
        Ok(())
    }

    async fn tell_status(&self, say: &mut impl FnMut(&str)) -> Result<(), String> {
        let all = self.statuses().await?;
        for status in all.iter().filter(|status| self.service.is_empty() || status.service == self.service) {
            let Status { service, version, ready, pods, errors } = status;
            say(&format!("{service:<9} {version:<8} {ready}/{pods} pods  errors {:.2} %", errors * 100.0));
        }
        Ok(())
    }

    /// Watches the pods being replaced, and says each step once.
    async fn follow(&self, say: &mut impl FnMut(&str)) -> Result<(), String> {
        let mut said = None;
        for _ in 0..LOOKS {
            let all = self.statuses().await?;
            let Some(status) = all.into_iter().find(|status| status.service == self.service) else { break };
            if said != Some(status.ready) {
                say(&format!("  {}/{} pods on {}", status.ready, status.pods, status.version));
                said = Some(status.ready);
            }
            if status.ready == status.pods {
                say("done");
                return Ok(());
            }
            tokio::time::sleep(LOOK).await;
        }
        Err(format!("{}: the rollout does not come to its end", self.service))
    }

    async fn statuses(&self) -> Result<Vec<Status>, String> {
        self.call(Method::GET, "status", &[]).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        action: &str,
        more: &[(&str, &str)],
    ) -> Result<T, String> {
        let url: Url = parse_url(&format!("{}/admin/{action}", self.base))?;
        let request = self.http.client(&url)?.request(method, url.clone());
        let request = request.query(&[("service", self.service)]).query(more);
        let answer = self.http.send(request).await?;
        if !answer.status.is_success() {
            return Err(one_line(&answer.text()));
        }
        serde_json::from_slice(&answer.body).map_err(|error| format!("answers nonsense: {error}"))
    }
}
