//! Facts and a template in, Markdown out. Outside text is escaped at the last moment, where a
//! template cannot forget it; a template's mistake is a problem with its line.

use minijinja::value::Value;

use super::facts::Facts;
use super::markdown;
use crate::text::problem::Problem;
use crate::text::template::{Style, render};

/// Renders `facts` through a template. `name` is the template's file as problems show it.
///
/// The same facts and template give the same bytes.
pub fn draft(facts: &Facts, name: &str, template: &str) -> Result<String, Problem> {
    let style = Style {
        unknown: "not recorded",
        escape: markdown::escape,
        filters: |environment| {
            environment.add_filter("code", |text: &str| Value::from_safe_string(markdown::code(text)));
        },
        hint: "write text filters only; code shows a command",
    };
    render(facts, (name, template), style)
}
