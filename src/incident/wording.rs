//! Status updates from templates: what happens, who is affected, what is done, when the next one comes.
//!
//! A person edits the text before it goes; nothing here sends anything. What the events do not say is
//! said to be unknown.

use std::time::Duration;

use chrono_tz::Tz;
use serde::Serialize;

use super::Incident;
use super::event::Audience;
use crate::text::template::{Style, render};
use crate::text::when::{after, rough_span};
use crate::text::{Problem, Time};

/// The templates that stand in where a team has none of its own, by their names.
pub const TEMPLATES: [(&str, &str); 4] = [
    ("templates/update-public.md", include_str!("../../templates/update-public.md")),
    ("templates/update-stakeholders.md", include_str!("../../templates/update-stakeholders.md")),
    ("templates/update-executives.md", include_str!("../../templates/update-executives.md")),
    ("templates/all-clear.md", include_str!("../../templates/all-clear.md")),
];

/// What is to be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saying {
    /// How it stands, to one audience.
    Update(Audience),
    /// That it is over.
    AllClear,
}

impl Saying {
    /// The name of its template.
    pub fn template(self) -> &'static str {
        let at = match self {
            Self::Update(Audience::Public) => 0,
            Self::Update(Audience::Stakeholders) => 1,
            Self::Update(Audience::Executives) => 2,
            Self::AllClear => 3,
        };
        TEMPLATES[at].0
    }
}

/// What a template may name; all of it text for people.
#[derive(Debug, Clone, Serialize)]
struct Facts<'a> {
    id: &'a str,
    title: &'a str,
    severity: String,
    status: &'a str,
    phase: &'a str,
    /// What users feel.
    impact: Option<&'a str>,
    services: &'a [String],
    commander: Option<&'a str>,
    drill: bool,
    private: bool,
    /// Times with their zone, `14:02 UTC`.
    now: String,
    since: String,
    duration: String,
    /// How and when the impact was taken away.
    mitigated_by: Option<String>,
    mitigated_at: Option<String>,
    resolved_at: Option<String>,
    /// When the next update is promised, or due by the severity.
    next: Option<String>,
    /// Until when a postmortem is due, where one is.
    postmortem_by: Option<String>,
}

/// When it is, where, and what is promised.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub now: Time,
    pub zone: Tz,
    /// The promise that goes with this update.
    pub next: Option<Duration>,
}

/// Writes an update of an incident. The template comes with the name that errors call it by.
pub fn draft(incident: &Incident, moment: Moment, template: (&str, &str)) -> Result<String, Problem> {
    let style = Style {
        unknown: "not known yet",
        // The text is shown as it is before it goes, and made inert for each target by itself.
        escape: str::to_owned,
        filters: |_| {},
        hint: "write text filters only, like join or upper",
    };
    let text = render(&facts(incident, moment), template, style)?;
    Ok(text.trim().to_owned())
}

fn facts(incident: &Incident, moment: Moment) -> Facts<'_> {
    let Moment { now, zone, .. } = moment;
    let clock = |at: Time| said(at, now, zone);
    let postmortem = incident.clockwork.terms.postmortem_s;
    let resolved = incident.resolved_at.filter(|_| incident.severity.wants_postmortem());
    Facts {
        id: &incident.id,
        title: &incident.title,
        severity: incident.severity.to_string(),
        status: incident.status.word(),
        phase: incident.phase.word(),
        impact: incident.impact.as_deref(),
        services: &incident.services,
        commander: incident.commander(),
        drill: incident.drill,
        private: incident.private,
        now: clock(now),
        since: clock(incident.impact_start.unwrap_or(incident.declared_at)),
        duration: rough_span(incident.duration(now)),
        mitigated_by: incident.mitigated.map(|(_, kind)| kind.to_string()),
        mitigated_at: incident.mitigated.map(|(at, _)| clock(at)),
        resolved_at: incident.resolved_at.map(clock),
        next: next(incident, moment).map(clock),
        postmortem_by: resolved.map(|at| clock(after(at, Duration::from_secs(postmortem)))),
    }
}

/// What this update promises, else when the severity wants the one after it.
fn next(incident: &Incident, moment: Moment) -> Option<Time> {
    let usual = || incident.severity.cadence().filter(|_| incident.is_open()).map(|cadence| cadence.overdue);
    moment.next.or_else(usual).map(|span| after(moment.now, span))
}

/// `14:02 UTC`, with its date where that is not today's.
fn said(at: Time, now: Time, zone: Tz) -> String {
    let (at, now) = (at.with_timezone(&zone), now.with_timezone(&zone));
    let form = if at.date_naive() == now.date_naive() { "%H:%M %Z" } else { "%Y-%m-%d %H:%M %Z" };
    at.format(form).to_string()
}
