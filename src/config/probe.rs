//! `kind = "probe"`: pages asked the way a customer would, and what makes an answer good.

use std::time::Duration;

use super::source::urls;
use crate::text::fields::Fields;
use crate::text::problem::Problem;
use crate::text::{Place, when};

/// Keys of this kind of source alone.
const KEYS: &[&str] = &["expect", "within", "method", "body"];
const LONGEST: Duration = Duration::from_mins(1);

/// What is asked, and what of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    pub urls: Vec<String>,
    /// Any of these is good.
    pub expect: Vec<Expected>,
    /// A good answer is a fast one within this; `None`: every good one is.
    pub within: Option<Duration>,
    pub method: Asking,
    /// Text that a good answer holds.
    pub body: Option<String>,
}

/// A status that is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Status(u16),
    /// The hundreds: 2 for `2xx`.
    Class(u16),
}

/// The method of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    Get,
    Head,
}

impl Expected {
    pub fn holds(self, status: u16) -> bool {
        match self {
            Self::Status(wanted) => status == wanted,
            Self::Class(hundreds) => status / 100 == hundreds,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        if let Some(hundreds) = text.strip_suffix("xx") {
            return hundreds.parse().ok().filter(|class| (1..=5).contains(class)).map(Self::Class);
        }
        text.parse().ok().filter(|status| (100..=599).contains(status)).map(Self::Status)
    }
}

/// The keys that a source has besides those of every source.
pub(super) fn keys(kind: Option<&str>) -> &'static [&'static str] {
    if kind == Some("probe") { KEYS } else { &[] }
}

pub(super) fn read(fields: &mut Fields<'_>) -> Option<Probe> {
    let urls = urls(fields);
    let expect = expect(fields);
    let method = match fields.has("method").then(|| fields.word("method", &["GET", "HEAD"])).flatten() {
        Some("HEAD") => Asking::Head,
        _ => Asking::Get,
    };
    let body = fields.text("body").map(str::to_owned);
    if body.is_some() && method == Asking::Head {
        fields.wrong("body", "bad-value", "is never sent in answer to HEAD", "use method = \"GET\"");
    }
    Some(Probe { urls: urls?, expect, within: within(fields), method, body })
}

fn expect(fields: &mut Fields<'_>) -> Vec<Expected> {
    let mut expected = Vec::new();
    for (text, place) in fields.codes("expect") {
        match Expected::parse(&text) {
            Some(status) => expected.push(status),
            None => refuse_status(fields, &text, place),
        }
    }
    if expected.is_empty() { vec![Expected::Class(2)] } else { expected }
}

fn refuse_status(fields: &mut Fields<'_>, text: &str, place: Place) {
    let what = format!("{}: {text:?} is no HTTP status", fields.path("expect"));
    let problem = Problem::error(place, "bad-value", what);
    fields.report.problems.push(problem.way_out("write a status like 200, a class like \"2xx\", or a list"));
}

fn within(fields: &mut Fields<'_>) -> Option<Duration> {
    let within = fields.span("within")?;
    if within.is_zero() || within > LONGEST {
        let way_out = format!("write a span up to {}", when::short_span(LONGEST));
        fields.wrong("within", "bad-value", "is out of range", way_out);
        return None;
    }
    Some(within)
}
