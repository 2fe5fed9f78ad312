//! `[clocks]` and `[[escalation]]`: the terms that an incident's clocks run on when it is declared.

use std::time::Duration;

use chrono::Weekday;
use chrono_tz::Tz;

use super::outbox::Target;
use crate::incident::event::{Hours, Level, Rung, Terms};
use crate::text::fields::{Fields, Report};
use crate::text::problem::meant;

const KEYS: &[&str] =
    &["hours", "days", "zone", "respond", "first_post", "scope_post", "executives", "postmortem"];
const RUNG_KEYS: &[&str] = &["level", "who", "target", "after", "acknowledge"];
const LEVELS: &[&str] = &["L1", "L2", "L3", "L4", "L5"];
/// A clock of more than a month is no clock.
const LONGEST: Duration = Duration::from_hours(31 * 24);

/// The terms as written, over the field manual's; business hours are in `zone` unless they name one.
pub(super) fn read(root: &mut Fields<'_>, zone: Tz, targets: &[Target]) -> Terms {
    let hours = Hours { zone: zone.name().to_owned(), ..Hours::default() };
    let mut terms = Terms { hours, ..Terms::default() };
    if let Some(mut table) = root.table("clocks") {
        table.only(KEYS);
        terms = clocks(&mut table, terms);
    }
    terms.ladder = ladder(root, targets);
    terms
}

fn clocks(table: &mut Fields<'_>, usual: Terms) -> Terms {
    let hours = hours(table, usual.hours.clone());
    let (first_post_s, scope_post_s) = (seconds(table, "first_post"), seconds(table, "scope_post"));
    let (executives_s, postmortem) = (seconds(table, "executives"), seconds(table, "postmortem"));
    let postmortem_s = postmortem.unwrap_or(usual.postmortem_s);
    let mut terms = Terms { hours, first_post_s, scope_post_s, executives_s, postmortem_s, ..usual };
    if let Some(mut respond) = table.table("respond") {
        respond.only(&["sev1", "sev2", "sev3"]);
        terms.respond_sev1_s = seconds(&mut respond, "sev1").unwrap_or(terms.respond_sev1_s);
        terms.respond_sev2_s = seconds(&mut respond, "sev2").unwrap_or(terms.respond_sev2_s);
        terms.respond_sev3_s = seconds(&mut respond, "sev3").unwrap_or(terms.respond_sev3_s);
    }
    terms
}

fn hours(table: &mut Fields<'_>, usual: Hours) -> Hours {
    let zone = table.zone("zone").map_or(usual.zone, |zone| zone.name().to_owned());
    let (from, to) = range(table).unwrap_or((usual.from, usual.to));
    Hours { zone, from, to, days: days(table).unwrap_or(usual.days) }
}

/// `hours = "09:00-17:00"`.
fn range(table: &mut Fields<'_>) -> Option<(u32, u32)> {
    let text = table.text("hours")?;
    let range = text.split_once('-').and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
    let range = range.filter(|(from, to)| from < to);
    if range.is_none() {
        let what = format!("{text:?} is no working day");
        table.wrong("hours", "bad-value", what, "write hours = \"09:00-17:00\", the end after the start");
    }
    range
}

/// The minute of the day; 24:00 ends one.
fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    Some(hour * 60 + minute).filter(|_| minute < 60).filter(|at| *at <= 24 * 60)
}

/// `days = ["mon", "tue"]`.
fn days(table: &mut Fields<'_>) -> Option<Vec<Weekday>> {
    if !table.has("days") {
        return None;
    }
    let texts = table.texts("days");
    let days: Vec<Weekday> = texts.iter().filter_map(|(text, _)| text.parse().ok()).collect();
    if days.len() < texts.len() {
        table.wrong("days", "bad-value", "holds what is no day", "write days = [\"mon\", \"tue\", \"wed\"]");
        return None;
    }
    Some(days).filter(|days| !days.is_empty())
}

fn seconds(table: &mut Fields<'_>, key: &str) -> Option<u64> {
    let span = table.span(key)?;
    if span.as_secs() == 0 || span > LONGEST {
        table.wrong(key, "bad-value", "is out of range", "write a span from 1s to 31d");
        return None;
    }
    Some(span.as_secs())
}

fn ladder(root: &mut Fields<'_>, targets: &[Target]) -> Vec<Rung> {
    let mut ladder: Vec<Rung> = Vec::new();
    for element in root.elements("escalation") {
        let mut report = Report::default();
        let path = element
            .peek("level")
            .map_or_else(|| format!("escalation[{}]", element.index), |level| format!("escalation.{level}"));
        let mut fields = Fields::element(root.document, element, path, &mut report);
        let rung = rung(&mut fields, targets, &ladder).filter(|_| !report.failed());
        root.report.absorb(report, rung.is_some());
        ladder.extend(rung);
    }
    ladder.sort_by_key(|rung| rung.level);
    ladder
}

fn rung(fields: &mut Fields<'_>, targets: &[Target], known: &[Rung]) -> Option<Rung> {
    fields.only(RUNG_KEYS);
    fields.need_text("level", "\"L1\"");
    let level: Option<Level> =
        fields.has("level").then(|| fields.word("level", LEVELS)).flatten()?.parse().ok();
    if known.iter().any(|rung| Some(rung.level) == level) {
        fields.wrong("level", "duplicate", "the level is there twice", "keep one of them");
    }
    let who = fields.text("who").map(|who| who.trim().to_owned());
    let target = target(fields, targets);
    let (after_s, acknowledge_s) = (wait(fields), seconds(fields, "acknowledge"));
    Some(Rung { level: level?, who, target, after_s, acknowledge_s })
}

/// A level may be called at once.
fn wait(fields: &mut Fields<'_>) -> Option<u64> {
    if fields.peek("after").is_some_and(|text| text.trim() == "0s") {
        Some(0)
    } else {
        seconds(fields, "after")
    }
}

fn target(fields: &mut Fields<'_>, targets: &[Target]) -> Option<String> {
    let name = fields.text("target")?;
    let names = || targets.iter().map(|target| target.name.as_str());
    if !names().any(|known| known == name) {
        let way_out = meant(name, names(), || format!("add an [[outbox]] with name = {name:?}"));
        fields.wrong("target", "unknown-target", format!("no outbox is called {name:?}"), way_out);
        return None;
    }
    Some(name.to_owned())
}
