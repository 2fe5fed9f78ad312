//! Facts and a template in, Markdown out. Outside text is escaped at the last moment, where a
//! template cannot forget it; a template's mistake is a problem with its line.

use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior};

use super::facts::Facts;
use super::markdown;
use crate::text::problem::{self, Place, Problem};

/// Instructions a template may take: a timeline of five thousand rows fits several times.
const FUEL: u64 = 2_000_000;
/// What stands where the events say nothing.
const UNKNOWN: &str = "not recorded";

/// Renders `facts` through a template. `name` is the template's file as problems show it.
///
/// The same facts and template give the same bytes.
pub fn draft(facts: &Facts, name: &str, template: &str) -> Result<String, Problem> {
    let environment = environment();
    let context = Value::from(Serde(facts));
    environment
        .template_from_named_str(name, template)
        .and_then(|template| template.render(context.clone()))
        .map_err(|error| Wrong { name, template, context: &context }.problem(&error))
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    // Gives errors their place in the template and undefined values their names, in release builds too.
    environment.set_debug(true);
    environment.set_fuel(Some(FUEL));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Custom("markdown".into()));
    environment.set_formatter(write);
    // The ways around escaping are closed: what comes from outside stays text.
    environment.remove_filter("safe");
    environment.remove_filter("tojson");
    environment.add_filter("code", |text: &str| Value::from_safe_string(markdown::code(text)));
    environment
}

/// Writes one value of a template: unknown as a word, outside text escaped.
fn write(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let text = match value.as_str() {
        Some(text) if value.is_safe() => text.to_owned(),
        Some(text) => markdown::escape(text),
        None if value.is_undefined() => String::new(),
        None if value.is_none() => UNKNOWN.to_owned(),
        None => markdown::escape(&value.to_string()),
    };
    out.write_str(&text).map_err(|error| Error::from(ErrorKind::WriteFailure).with_source(error))
}

/// What an error of a template is told with.
struct Wrong<'a> {
    name: &'a str,
    template: &'a str,
    context: &'a Value,
}

impl Wrong<'_> {
    fn problem(&self, error: &Error) -> Problem {
        let (what, way_out) = match error.kind() {
            ErrorKind::UndefinedError => self.undefined(error),
            ErrorKind::UnknownFilter => {
                (detail(error), "write text filters only; code shows a command".to_owned())
            }
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
