//! Silences as Alertmanager takes them: matchers, what they cover, and the text of a request.
//!
//! Matchers match here as they do there: the whole value, a missing label as an empty one.

use std::fmt;

use regex::Regex;
use serde::Deserialize;
use serde_json::{Value, json};

use super::heard::{Heard, Labels};
use crate::text::Time;
use crate::text::when::rfc3339;

/// The Alertmanager to ask about some alerts: the first of those that tell them which can be asked, else the only one
/// there is, for what posts to us may go by another name.
///
/// # Errors
/// Where there is none, or several of which none tells them.
pub fn server_of<'a>(tellers: impl IntoIterator<Item = &'a str>, servers: &[&str]) -> Result<String, String> {
    let known = tellers.into_iter().find(|teller| servers.contains(teller));
    match (known, servers) {
        (Some(server), _) | (None, &[server]) => Ok(server.to_owned()),
        (None, []) => {
            Err("alert: no Alertmanager is configured (add a [[source]] with kind = \"alertmanager\" \
            and its url)"
                .to_owned())
        }
        (None, several) => {
            Err(format!("source: {} hold alerts (name one with --source)", several.join(", ")))
        }
    }
}

/// One condition on a label.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Matcher {
    pub name: String,
    pub value: String,
    #[serde(default)]
    pub is_regex: bool,
    #[serde(default = "yes")]
    pub is_equal: bool,
}

fn yes() -> bool {
    true
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{:?}", self.name, self.operator(), self.value)
    }
}

impl Matcher {
    /// The label has exactly this value.
    pub fn equal(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), value: value.to_owned(), is_regex: false, is_equal: true }
    }

    fn operator(&self) -> &'static str {
        match (self.is_equal, self.is_regex) {
            (true, false) => "=",
            (false, false) => "!=",
            (true, true) => "=~",
            (false, true) => "!~",
        }
    }

    /// Reads `name=value`, `name!=value`, `name=~pattern`, `name!~pattern`, the value in quotes or not.
    ///
    /// # Errors
    /// What is wrong with it and how it is written.
    pub fn parse(text: &str) -> Result<Self, String> {
        const WAY_OUT: &str = "write name=value, name!=value, name=~pattern or name!~pattern";
        let wrong = |what: &str| format!("matcher: {text}: {what} ({WAY_OUT})");
        let at = text.find(['=', '!']).ok_or_else(|| wrong("no = in it"))?;
        let (name, rest) = text.split_at(at);
        let operators = [("=~", true, true), ("!~", true, false), ("!=", false, false), ("=", false, true)];
        let (value, is_regex, is_equal) = operators
            .into_iter()
            .find_map(|(sign, is_regex, is_equal)| Some((rest.strip_prefix(sign)?, is_regex, is_equal)))
            .ok_or_else(|| wrong("no such operator"))?;
        let name = name.trim();
        if name.is_empty() {
            return Err(wrong("no name before the operator"));
        }
        let value = value.trim();
        let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
        let matcher = Self { name: name.to_owned(), value: value.to_owned(), is_regex, is_equal };
        matcher.test().map_err(|why| wrong(&why))?;
        Ok(matcher)
    }

    fn test(&self) -> Result<Test<'_>, String> {
        let pattern = if self.is_regex {
            let whole = format!("^(?:{})$", self.value);
            Some(Regex::new(&whole).map_err(|_| "the pattern cannot be read".to_owned())?)
        } else {
            None
        };
        Ok(Test { matcher: self, pattern })
    }

    fn to_json(&self) -> Value {
        let Self { name, value, is_regex, is_equal } = self;
        json!({"name": name, "value": value, "isRegex": is_regex, "isEqual": is_equal})
    }
}

/// The labels that alerts have in common, each matched exactly: all of one alert's.
pub fn common<'a>(mut alerts: impl Iterator<Item = &'a Heard>) -> Vec<Matcher> {
    let Some(first) = alerts.next() else { return Vec::new() };
    let mut shared: Vec<(&String, &String)> = first.labels.iter().collect();
    for alert in alerts {
        shared.retain(|(name, value)| alert.labels.get(*name) == Some(value));
    }
    shared.into_iter().map(|(name, value)| Matcher::equal(name, value)).collect()
}

/// A matcher with its pattern read.
struct Test<'a> {
    matcher: &'a Matcher,
    pattern: Option<Regex>,
}

impl Test<'_> {
    fn holds(&self, labels: &Labels) -> bool {
        let value = labels.get(&self.matcher.name).map_or("", String::as_str);
        self.holds_of(value)
    }

    fn holds_of(&self, value: &str) -> bool {
        let fits =
            self.pattern.as_ref().map_or(value == self.matcher.value, |pattern| pattern.is_match(value));
        fits == self.matcher.is_equal
    }
}

/// What somebody wants to silence, for how long and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilenceWish {
    /// The source that is to hold it.
    pub source: String,
    pub matchers: Vec<Matcher>,
    pub ends_at: Time,
    pub by: String,
    pub comment: String,
}

impl SilenceWish {
    /// What Alertmanager would refuse, and a silence without a reason.
    ///
    /// # Errors
    /// What is wrong and the way out.
    pub fn check(&self, now: Time) -> Result<(), String> {
        if self.comment.trim().is_empty() {
            return Err("silence: no comment (say why nobody is to be called)".to_owned());
        }
        if self.ends_at <= now {
            return Err("silence: it would end before it begins (give a longer time)".to_owned());
        }
        let tests = self.matchers.iter().map(Matcher::test).collect::<Result<Vec<_>, _>>()?;
        if tests.iter().all(|test| test.holds_of("")) {
            let way_out = "name at least one label by its value";
            return Err(format!("silence: it would cover everything ({way_out})"));
        }
        Ok(())
    }

    /// The alerts that it covers.
    pub fn covered<'a>(&self, alerts: impl Iterator<Item = &'a Heard>) -> Vec<&'a Heard> {
        let Ok(tests) = self.matchers.iter().map(Matcher::test).collect::<Result<Vec<_>, _>>() else {
            return Vec::new();
        };
        alerts.filter(|alert| tests.iter().all(|test| test.holds(&alert.labels))).collect()
    }

    /// The body of `POST /api/v2/silences`.
    pub fn body(&self, now: Time) -> Value {
        json!({
            "matchers": self.matchers.iter().map(Matcher::to_json).collect::<Value>(),
            "startsAt": rfc3339(now),
            "endsAt": rfc3339(self.ends_at),
            "createdBy": self.by,
            "comment": self.comment,
        })
    }

    /// The matchers as people and the journal read them.
    pub fn words(&self) -> Vec<String> {
        self.matchers.iter().map(ToString::to_string).collect()
    }
}

/// A silence as a source holds it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Silence {
    pub id: String,
    pub matchers: Vec<Matcher>,
    pub starts_at: Time,
    pub ends_at: Time,
    #[serde(default)]
    pub created_by: String,
    #[serde(default)]
    pub comment: String,
    status: SilenceStatus,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct SilenceStatus {
    state: String,
}

impl Silence {
    /// `active`, `pending`, `expired`, as the source says.
    pub fn state(&self) -> &str {
        &self.status.state
    }

    pub fn words(&self) -> Vec<String> {
        self.matchers.iter().map(ToString::to_string).collect()
    }

    /// The object of `alert silences --json`. Text in it is raw.
    pub fn to_json(&self, source: &str) -> Value {
        json!({
            "source": source,
            "id": self.id,
            "state": self.state(),
            "matchers": self.words(),
            "starts_at": rfc3339(self.starts_at),
            "ends_at": rfc3339(self.ends_at),
            "by": self.created_by,
            "comment": self.comment,
        })
    }
}

/// Reads the answer of `GET /api/v2/silences`; one that cannot be read costs itself.
///
/// # Errors
/// Where the text as a whole is no list.
pub fn silences(text: &str) -> Result<Vec<Silence>, String> {
    let entries: Vec<Value> =
        serde_json::from_str(text).map_err(|error| format!("no list of silences: {error}"))?;
    Ok(entries.into_iter().filter_map(|entry| serde_json::from_value(entry).ok()).collect())
}
