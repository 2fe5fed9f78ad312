//! A Slack export: `users.json`, `channels.json`, and a folder a channel with a file a day.
//!
//! What was said is at its `ts`, never at the file's date; answers in threads stand where they were said.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::DateTime;
use serde::Deserialize;

use crate::incident::event::Imported;
use crate::incident::intent::Import;
use crate::text::{Place, Problem, Time};

use super::{Setting, Source, Told, line};

mod words;

use words::Names;

#[derive(Debug, Deserialize)]
struct Message {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    subtype: String,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    bot_profile: Option<Profile>,
    #[serde(default)]
    user_profile: Option<Profile>,
    #[serde(default)]
    text: String,
    ts: String,
    #[serde(default)]
    edited: Option<Edited>,
    #[serde(default)]
    pinned_to: Vec<String>,
    #[serde(default)]
    attachments: Vec<Attachment>,
    #[serde(default)]
    files: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Edited {
    #[serde(default)]
    user: Option<String>,
    ts: String,
}

#[derive(Debug, Deserialize)]
struct Profile {
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    real_name: String,
    #[serde(default)]
    name: String,
}

#[derive(Debug, Deserialize)]
struct Attachment {
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    fallback: String,
}

#[derive(Debug, Deserialize)]
struct Named {
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    real_name: Option<String>,
    #[serde(default)]
    profile: Option<Profile>,
}

/// Reads one channel of an export.
///
/// # Errors
/// Several channels where none was named, and no channel at all.
pub fn read(sources: &[Source], setting: &Setting) -> Result<Told, String> {
    let mut problems = Vec::new();
    let names = Names { users: people(sources, &mut problems), channels: channels(sources, &mut problems) };
    let channel = channel(sources, setting.only.as_deref())?;
    let from = format!("slack #{channel}");
    let mut said: BTreeMap<String, Vec<Import>> = BTreeMap::new();
    for source in sources.iter().filter(|source| folder(&source.name) == channel) {
        let messages: Vec<serde_json::Value> = objects(source, &mut problems);
        for message in messages {
            match serde_json::from_value::<Message>(message) {
                Ok(message) if message.is_noise() => {}
                Ok(message) => {
                    let told = || message.told(&names, (&channel, &from));
                    said.entry(message.ts.clone()).or_insert_with(told);
                }
                Err(error) => problems.push(unread(source, &error)),
            }
        }
    }
    let mut lines: Vec<Import> = said.into_values().flatten().collect();
    lines.sort_by_key(|line| line.happened_at);
    Ok(Told { lines, problems, resolved_at: None })
}

impl Message {
    /// Comings and goings.
    fn is_noise(&self) -> bool {
        let goes =
            ["_join", "_leave", "_archive", "_unarchive"].iter().any(|end| self.subtype.ends_with(end));
        goes || matches!(self.subtype.as_str(), "bot_add" | "bot_remove" | "tombstone")
            || !(self.kind.is_empty() || self.kind == "message")
    }

    /// What was said, and that it was edited.
    fn told(&self, names: &Names, (channel, from): (&str, &str)) -> Vec<Import> {
        let text = self.words(names);
        let key = format!("slack:{channel}:{}", self.ts);
        let said = Import {
            happened_at: instant(&self.ts),
            actor: self.author(names),
            line: Imported {
                starred: !self.pinned_to.is_empty(),
                key: key.clone(),
                written: Some(self.ts.clone()),
                ..line("message", text.clone(), from)
            },
        };
        let edited = self.edited.as_ref().map(|edited| Import {
            happened_at: instant(&edited.ts),
            actor: edited.user.as_ref().map_or_else(|| said.actor.clone(), |user| names.user(user)),
            line: Imported {
                key: format!("{key}:edited:{}", edited.ts),
                amends: Some(key),
                written: Some(edited.ts.clone()),
                ..line("edit", format!("edited to: {text}"), from)
            },
        });
        std::iter::once(said).chain(edited).collect()
    }

    /// A bot has a name and no user.
    fn author(&self, names: &Names) -> String {
        if let Some(known) = self.user.as_ref().and_then(|user| names.known(user)) {
            return known.to_owned();
        }
        let profile = self.user_profile.as_ref().or(self.bot_profile.as_ref()).and_then(Profile::called);
        let username = self.username.clone().filter(|name| !name.is_empty());
        username.or(profile).or_else(|| self.user.clone()).unwrap_or_else(|| "bot".to_owned())
    }

    /// Its words; of a post without any what hangs on it.
    fn words(&self, names: &Names) -> String {
        let hung = self.attachments.iter().map(|hung| {
            let said = [&hung.title, &hung.text].into_iter().filter(|part| !part.is_empty());
            let said: Vec<&str> = said.map(String::as_str).collect();
            if said.is_empty() { hung.fallback.clone() } else { said.join(": ") }
        });
        let files =
            self.files.iter().filter_map(|file| file.name.as_ref()).map(|name| format!("[file {name}]"));
        let parts = std::iter::once(self.text.clone()).chain(hung).chain(files);
        let parts: Vec<String> = parts.filter(|part| !part.trim().is_empty()).collect();
        names.resolve(&parts.join(" "))
    }
}

impl Profile {
    fn called(&self) -> Option<String> {
        [&self.display_name, &self.real_name, &self.name].into_iter().find(|name| !name.is_empty()).cloned()
    }
}

/// `1695046332.665969` to the microsecond; an instant that is none stays unknown.
fn instant(ts: &str) -> Option<Time> {
    let (seconds, micros) = ts.split_once('.').unwrap_or((ts, "0"));
    let micros = format!("{micros:0<6}").get(..6)?.parse::<u32>().ok()?;
    DateTime::from_timestamp(seconds.parse().ok()?, micros.checked_mul(1000)?)
}

fn people(sources: &[Source], problems: &mut Vec<Problem>) -> HashMap<String, String> {
    let users = named(sources, "users.json", problems).into_iter();
    let called = |user: &Named| {
        let profile = user.profile.as_ref().and_then(Profile::called);
        profile.or_else(|| user.name.clone()).or_else(|| user.real_name.clone())
    };
    users.filter_map(|user| Some((user.id.clone(), called(&user)?))).collect()
}

fn channels(sources: &[Source], problems: &mut Vec<Problem>) -> HashMap<String, String> {
    let channels = named(sources, "channels.json", problems).into_iter();
    channels.filter_map(|channel| Some((channel.id, channel.name?))).collect()
}

fn named(sources: &[Source], file: &str, problems: &mut Vec<Problem>) -> Vec<Named> {
    let source = sources.iter().find(|source| source.name.rsplit('/').next() == Some(file));
    source.map(|source| objects(source, problems)).unwrap_or_default()
}

fn objects<T: serde::de::DeserializeOwned>(source: &Source, problems: &mut Vec<Problem>) -> Vec<T> {
    serde_json::from_str(&source.text).unwrap_or_else(|error| {
        problems.push(unread(source, &error));
        Vec::new()
    })
}

fn unread(source: &Source, error: &serde_json::Error) -> Problem {
    Problem::warning(Place::line(&source.name, error.line()), "unreadable", format!("left out: {error}"))
        .way_out("is it a Slack export?")
}

/// The channel's folder: what a day's file lies in.
fn folder(path: &str) -> &str {
    let mut parts = path.rsplit('/');
    let day = parts.next().and_then(|file| file.strip_suffix(".json")).unwrap_or_default();
    let is_day = chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").is_ok();
    if is_day { parts.next().unwrap_or("channel") } else { "" }
}

fn channel(sources: &[Source], only: Option<&str>) -> Result<String, String> {
    let all: BTreeSet<&str> =
        sources.iter().map(|source| folder(&source.name)).filter(|name| !name.is_empty()).collect();
    let only = only.map(|only| only.trim_start_matches('#'));
    let fits: Vec<&str> = all.iter().copied().filter(|name| only.is_none_or(|only| only == *name)).collect();
    let known: Vec<&str> = all.into_iter().collect();
    match fits[..] {
        [channel] => Ok(channel.to_owned()),
        [] if known.is_empty() => {
            Err("slack: no channel with a file a day in it (is it an export?)".to_owned())
        }
        [] => Err(format!("slack: no such channel (--only is one of {})", known.join(", "))),
        _ => Err(format!("slack: {} channels (name one with --only: {})", known.len(), known.join(", "))),
    }
}
