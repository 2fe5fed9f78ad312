//! Templates that a team may change: facts in, text out. A mistake in one is a problem with its line and
//! the name that was meant.
//!
//! Takes text, never opens a file. The ways around escaping are closed: what comes from outside stays
//! text.

use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize;

use super::problem::{self, Place, Problem};

/// Instructions a template may take: a timeline of five thousand rows fits several times.
const FUEL: u64 = 2_000_000;

/// How values are written.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// What stands where nobody knows.
    pub unknown: &'static str,
    /// Makes a text from outside inert in what the template makes.
    pub escape: fn(&str) -> String,
    /// Filters beside the usual ones.
    pub filters: fn(&mut Environment<'static>),
    /// Which filters there are, for who named another one.
    pub hint: &'static str,
}

/// Renders `facts` through a template. `name` is the template's file as problems show it.
///
/// The same facts and template give the same bytes.
pub fn render(
    facts: &impl Serialize,
    (name, template): (&str, &str),
    style: Style,
) -> Result<String, Problem> {
    let environment = environment(style);
    let context = Value::from(Serde(facts));
    environment
        .template_from_named_str(name, template)
        .and_then(|template| template.render(context.clone()))
        .map_err(|error| Wrong { name, template, context: &context, hint: style.hint }.problem(&error))
}

fn environment(style: Style) -> Environment<'static> {
    let mut environment = Environment::new();
    // Gives errors their place in the template and undefined values their names, in release builds too.
    environment.set_debug(true);
    environment.set_fuel(Some(FUEL));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("text".into()));
    environment.set_formatter(move |out, _, value| {
        let text = written(value, style);
        out.write_str(&text).map_err(|error| Error::from(ErrorKind::WriteFailure).with_source(error))
    });
    environment.remove_filter("safe");
    environment.remove_filter("tojson");
    (style.filters)(&mut environment);
    environment
}

/// One value of a template: unknown as a word, outside text escaped.
fn written(value: &Value, style: Style) -> String {
    match value.as_str() {
        Some(text) if value.is_safe() => text.to_owned(),
        Some(text) => (style.escape)(text),
        None if value.is_undefined() => String::new(),
        None if value.is_none() => style.unknown.to_owned(),
        None => (style.escape)(&value.to_string()),
    }
}

/// What an error of a template is told with.
struct Wrong<'a> {
    name: &'a str,
    template: &'a str,
    context: &'a Value,
    hint: &'static str,
}

impl Wrong<'_> {
    fn problem(&self, error: &Error) -> Problem {
        let (what, way_out) = match error.kind() {
            ErrorKind::UndefinedError => self.undefined(error),
            ErrorKind::UnknownFilter => (detail(error), self.hint.to_owned()),
            ErrorKind::OutOfFuel => {
                ("the template runs too long".to_owned(), "loop over fewer things".to_owned())
            }
            _ => (detail(error), String::new()),
        };
        Problem::error(self.place(error), "template", what).way_out(way_out)
    }

    fn place(&self, error: &Error) -> Place {
        match (error.range(), error.line()) {
            (Some(range), _) => Place::at_byte(self.name, self.template, range.start),
            (None, Some(line)) => Place::line(self.name, line),
            (None, None) => Place::file(self.name),
        }
    }

    /// `row.whoo` is undefined: which of its parts nobody has, and which name comes near.
    fn undefined(&self, error: &Error) -> (String, String) {
        let what = detail(error);
        let mut names = Vec::new();
        collect_names(self.context, &mut names);
        let quoted = what.split('`').nth(1).unwrap_or_default();
        let last = quoted.rsplit(['.', '[', ']', '"']).find(|part| !part.is_empty()).unwrap_or_default();
        let way_out = problem::meant(last, names.iter().map(String::as_str), || {
            "the shipped template shows every name there is".to_owned()
        });
        (what, way_out)
    }
}

fn detail(error: &Error) -> String {
    error.detail().map_or_else(|| error.kind().to_string(), str::to_owned)
}

/// Every name in the facts, at any depth; one element of a list shows the names of all.
fn collect_names(value: &Value, names: &mut Vec<String>) {
    if !matches!(value.kind(), ValueKind::Map | ValueKind::Seq) {
        return;
    }
    let Ok(items) = value.try_iter() else { return };
    if value.kind() == ValueKind::Seq {
        return items.take(1).for_each(|item| collect_names(&item, names));
    }
    for key in items {
        names.extend(key.as_str().map(str::to_owned));
        if let Ok(inner) = value.get_item(&key) {
            collect_names(&inner, names);
        }
    }
}
