//! Events in plain words: one sentence per kind, as the timeline shows and the postmortem quotes it.
//!
//! Words that people or other systems wrote stay raw; whoever prints a sentence makes it safe.

mod step;

use std::time::Duration;

use super::event::{
    Acknowledgement, AlertChange, AlertGroup, AlertKeys, AlertNews, Delivery, Dropped, Escalation, EventKind,
    Evidence, Fields, GivenUp, Post, Recheck, Security, SilenceMade, Snooze,
};
use super::maintenance::title;
use super::scribe::shown;
use super::triage::Answer;
use crate::slo::{TierState, Transition};
use crate::text::when::{in_words, short_span};

/// What happened, in one sentence. Never quotes another event, so that a redaction reaches every copy.
pub fn describe(kind: &EventKind) -> String {
    match kind {
        EventKind::Noted { text, .. } => shown(text).to_owned(),
        EventKind::Imported(line) => line.text.clone(),
        EventKind::Amended { seq, text } => format!("correction to entry {seq}: {text}"),
        EventKind::Struck { seq, reason } => format!("struck entry {seq}: {reason}"),
        EventKind::Redacted { seq, reason } => format!("redacted entry {seq}: {reason}"),
        EventKind::Erased => "redacted".to_owned(),
        EventKind::AlertChanged(change) => alert(change),
        EventKind::ChangeMarked(change) => change.words(),
        EventKind::MaintenancePlanned { kind, service, from, to, reason } => {
            let reason = reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            format!("{} of {service}, {} to {}{reason}", title(*kind), in_words(*from), in_words(*to))
        }
        EventKind::MaintenanceEnded { seq, at } => {
            format!("ended the window of entry {seq} at {}", in_words(*at))
        }
        EventKind::AlertsNoticed(news) => noticed(news),
        EventKind::AlertsAcknowledged(taken) => format!("acknowledged {}", some(&taken.group, &taken.alerts)),
        EventKind::AlertsLinked(taken) => {
            format!("linked {} to this incident", some(&taken.group, &taken.alerts))
        }
        EventKind::SilenceMade(made) => silenced(made),
        EventKind::SilenceEnded(ended) => format!("ended silence {} of {}", ended.id, ended.source),
        EventKind::EvidenceKept(evidence) => kept(evidence),
        EventKind::PostmortemSaved { bytes, .. } => format!("saved the postmortem ({bytes} bytes)"),
        EventKind::PostmortemExported { path, .. } => format!("exported the postmortem to {path}"),
        EventKind::Unknown { kind, .. } => format!("{kind} (this version cannot read it)"),
        _ => step::of(kind).or_else(|| outgoing(kind)).unwrap_or_else(|| progress(kind)),
    }
}

/// The sentences of clocks, calls and posts.
fn outgoing(kind: &EventKind) -> Option<String> {
    Some(match kind {
        EventKind::TermsFrozen(terms) => {
            let named = terms.ladder.iter().filter(|rung| rung.who.is_some()).count();
            format!("clocks as configured: {named} of 5 levels named")
        }
        EventKind::Escalated(Escalation { level, who, why }) => format!("escalated to {level}, {who}: {why}"),
        EventKind::EscalationAcknowledged(Acknowledgement { level, who }) => {
            format!("{who} acknowledges as {level}")
        }
        EventKind::ClockSnoozed(Snooze { clock, until, .. }) => {
            format!("put {clock} off once, until {}", in_words(*until))
        }
        EventKind::RecheckSet(Recheck { what, due_at }) => {
            format!("look again at {}: {what}", in_words(*due_at))
        }
        EventKind::RecheckEnded { seq } => format!("looked again, as entry {seq} asked"),
        EventKind::PostQueued(Post { target, audience, level, follows, .. }) => {
            let about =
                follows.as_ref().map(|follows| format!("{} the ", follows.with.word())).unwrap_or_default();
            let call = level.map(|level| format!("{about}call of {level}"));
            let update = audience.map(|audience| format!("update to {audience}"));
            format!("queued for {target}: {}", call.or(update).unwrap_or_else(|| "a text".to_owned()))
        }
        EventKind::PostSent(Delivery { post, attempts }) => format!("sent post {post} at try {attempts}"),
        EventKind::PostFailed(GivenUp { post, attempts, reason }) => {
            format!("gave post {post} up after {attempts}: {reason}")
        }
        EventKind::PostRetried { post } => format!("post {post} is tried again"),
        EventKind::PostDropped(Dropped { post, reason }) => format!("dropped post {post}: {reason}"),
        _ => return None,
    })
}

/// The sentences of what changes the incident itself.
fn progress(kind: &EventKind) -> String {
    match kind {
        EventKind::Declared { title, severity, services, drill } => {
            let drill = if *drill { " as a drill" } else { "" };
            format!("declared {severity}{drill}: {title}{}", on(services))
        }
        EventKind::SeverityChanged { from, to, reason } => format!("severity {from} to {to}: {reason}"),
        EventKind::PhaseChanged { from, to } => format!("phase {from} to {to}"),
        EventKind::RoleAssigned { role, who, from, reason } => {
            let from = from.as_ref().map(|from| format!(", after {from}")).unwrap_or_default();
            format!("{} is now {who}{from}{}", role.title(), because(reason.as_deref()))
        }
        EventKind::RoleReleased { role, who } => format!("{} is no longer {who}", role.title()),
        EventKind::RoleOffered { role, who } => format!("offered {} to {who}", role.title()),
        EventKind::RoleAccepted { role, who, from, reason } => {
            let from = from.as_ref().map(|from| format!(" from {from}")).unwrap_or_default();
            format!("{who} takes over as {}{from}{}", role.title(), because(reason.as_deref()))
        }
        EventKind::RoleDeclined { role, who, reason } => {
            format!("{who} does not take over as {}{}", role.title(), because(reason.as_deref()))
        }
        EventKind::Updated { text, audience, next_s } => {
            let next = next_s.map(|next| format!(" (next update in {})", short(next))).unwrap_or_default();
            format!("update to {audience}: {}{next}", on_one_line(text))
        }
        EventKind::TaskAdded { number, text, owner, .. } => format!("task {number} for {owner}: {text}"),
        EventKind::TaskDone { number } => format!("task {number} done"),
        EventKind::TaskDeclined { number, reason } => format!("task {number} declined: {reason}"),
        EventKind::TaskPromoted { number } => format!("task {number} becomes an action item"),
        EventKind::Mitigated { kind } => format!("mitigated by {kind}"),
        EventKind::TriageAnswered { question, yes } => {
            let answer = Answer::from(*yes);
            format!("triage: {question} {answer}: {}", question.advice(answer))
        }
        EventKind::TemporaryPut { number, text } => format!("temporary mitigation {number}: {text}"),
        EventKind::TemporaryRemoved { number } => format!("temporary mitigation {number} removed"),
        EventKind::Checked(checks) => format!("closing checklist: {}", checks.words()),
        EventKind::FieldsSet(set) => fields(set),
        EventKind::Related { other } => format!("related to {other}"),
        EventKind::Merged { into } => format!("merged into {into}: it goes on there"),
        EventKind::LinkAdded { kind, url } => format!("{kind}: {url}"),
        EventKind::ImpactMarked { edge, at } => format!("impact {edge}: {}", in_words(*at)),
        EventKind::Resolved => "resolved".to_owned(),
        EventKind::Closed => "closed".to_owned(),
        EventKind::Reopened { reason } => format!("reopened: {reason}"),
        _ => kind.word(),
    }
}

/// A text of several lines as one; the event keeps them.
fn on_one_line(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" / ")
}

fn because(reason: Option<&str>) -> String {
    reason.map(|reason| format!(": {reason}")).unwrap_or_default()
}

fn on(services: &[String]) -> String {
    if services.is_empty() { String::new() } else { format!(" (on {})", services.join(", ")) }
}

fn short(seconds: u64) -> String {
    short_span(Duration::from_secs(seconds))
}

/// That it was found by an alert needs no word before it.
fn fields(fields: &Fields) -> String {
    let Fields { title, services, impact, private, found, security } = fields;
    let Security { indicators, affected_data, contained_at } = security;
    let set: Vec<String> = [
        title.as_ref().map(|title| format!("title: {title}")),
        services.as_ref().map(|services| format!("services: {}", services.join(", "))),
        impact.as_ref().map(|impact| format!("impact: {impact}")),
        private.map(|private| if private { "private" } else { "no longer private" }.to_owned()),
        found.map(|found| format!("found by {found}")),
        indicators.as_ref().map(|signs| format!("indicators: {signs}")),
        affected_data.as_ref().map(|data| format!("affected data: {data}")),
        contained_at.map(|at| format!("contained at {}", in_words(at))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let plainly = found.is_some() && set.len() == 1;
    format!("{}{}", if plainly { "" } else { "set " }, set.join("; "))
}

fn alert(change: &Transition) -> String {
    let Transition { slo, long_burn, short_burn, bad, total, .. } = change;
    let severity = match change.severity {
        crate::slo::Severity::Page => "page",
        crate::slo::Severity::Ticket => "ticket",
    };
    let state = match change.to {
        TierState::Ok => "is quiet again",
        TierState::Rising => "is rising",
        TierState::Pending => "is about to fire",
        TierState::Firing => "fires",
        TierState::Recovering => "recovers",
        TierState::Frozen => "is frozen, too little was measured",
    };
    let why = match (change.long_s, change.short_s) {
        (Some(long), Some(over)) => {
            format!("{long_burn:.1}x over {}, {short_burn:.1}x over {}", short(long), short(over))
        }
        _ => change.tier.clone(),
    };
    // As the list of objectives says it: what is left, to a tenth.
    let left = change.budget_remaining.map(|left| {
        let percent = left.abs() * 100.0;
        if left < 0.0 {
            format!(", budget overspent by {percent:.1}%")
        } else {
            format!(", {percent:.1}% of the budget left")
        }
    });
    let suppressed = change.suppressed.as_ref().map(|why| format!(" (suppressed: {why})"));
    format!(
        "{slo} {severity} {state}: {why}, {bad:.0} of {total:.0} bad{}{}",
        left.unwrap_or_default(),
        suppressed.unwrap_or_default()
    )
}

fn kept(evidence: &Evidence) -> String {
    format!("kept the readings of {} objectives ({})", evidence.readings.len(), evidence.moment)
}

fn noticed(news: &AlertNews) -> String {
    let name = news.group.title();
    let groups = match news.more_groups {
        0 => String::new(),
        1 => " and 1 group more".to_owned(),
        more => format!(" and {more} groups more"),
    };
    let count = news.alerts.len();
    let one = count == 1 && news.more_groups == 0;
    let verb = match (news.change, one) {
        (AlertChange::Fired, true) => "fires",
        (AlertChange::Fired, false) => "fire",
        (AlertChange::Resolved, _) => "resolved",
        (AlertChange::Suppressed, _) => "suppressed",
        (AlertChange::Flapping, true) => "comes and goes",
        (AlertChange::Flapping, false) => "come and go",
    };
    let count = if one { String::new() } else { format!(", {count} alerts") };
    let severity = news.severity.as_ref().filter(|_| news.change == AlertChange::Fired);
    let severity = severity.map(|severity| format!(" [{severity}]")).unwrap_or_default();
    let why = news.why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    format!("{name}{groups} {verb}{severity}{count}{why}")
}

/// `Host_Down (prod)`, `3 alerts of Host_Down (prod)`.
fn some(group: &AlertGroup, alerts: &AlertKeys) -> String {
    match alerts.len() {
        1 => group.title(),
        count => format!("{count} alerts of {}", group.title()),
    }
}

fn silenced(made: &SilenceMade) -> String {
    let SilenceMade { source, id, matchers, ends_at, comment, covered } = made;
    let covered = if *covered == 1 { "1 alert".to_owned() } else { format!("{covered} alerts") };
    let (matchers, ends) = (matchers.join(", "), in_words(*ends_at));
    format!("silenced {{{matchers}}} in {source} until {ends}, {covered} now: {comment} ({id})")
}
