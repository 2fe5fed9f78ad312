//! Budgets: lines of files and functions, fields of the model.

use super::code::{closing, line_of};
use super::functions::{Function, functions};
use super::tree::{Breach, Source};

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;
const MEDIAN: usize = 8;
const P90: usize = 30;
const MODEL_FIELDS: usize = 10;

/// A file over its budget.
pub fn long_file(source: &Source) -> Option<Breach> {
    let lines = source.text.lines().count();
    let what = format!("the file has {lines} lines, more than {FILE_LINES}");
    (lines > FILE_LINES).then(|| source.at(lines, what, "split it by what changes together"))
}

/// Functions over their budget.
pub fn long_functions(source: &Source) -> Vec<Breach> {
    let long = |function: Function| {
        let Function { name, line, lines } = function;
        let what = format!("`{name}` has {lines} lines, more than {FUNCTION_LINES}");
        (lines > FUNCTION_LINES).then(|| source.at(line, what, "give each thought a function of its own"))
    };
    functions(&source.code).into_iter().filter_map(long).collect()
}

/// What is wrong with the lengths of all functions together.
pub fn habits(sources: &[Source]) -> Option<String> {
    let mut lengths: Vec<usize> =
        sources.iter().flat_map(|source| functions(&source.code)).map(|function| function.lines).collect();
    lengths.sort_unstable();
    let (median, p90) = (quantile(&lengths, 50), quantile(&lengths, 90));
    let count = lengths.len();
    (median > MEDIAN || p90 > P90).then(|| {
        format!(
            "{count} functions: median {median} lines (at most {MEDIAN}), p90 {p90} (at most {P90}); \
             split the longest ones by thought"
        )
    })
}

/// The value that `percent` of the sorted values do not exceed.
fn quantile(sorted: &[usize], percent: usize) -> usize {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(0)
}

/// A `Model` that became everybody's drawer.
pub fn crowded_model(source: &Source) -> Option<Breach> {
    let (line, fields) = fields(&source.code, "Model")?;
    let what = format!("`Model` has {fields} fields, more than {MODEL_FIELDS}");
    (fields > MODEL_FIELDS).then(|| source.at(line, what, "give the pane or the subject a struct of its own"))
}

/// Line and number of fields of a struct; `None` where it is not defined with named fields.
pub fn fields(code: &str, name: &str) -> Option<(usize, usize)> {
    let head = format!("struct {name} {{");
    let at = code.find(&head)?;
    let open = at + head.len() - 1;
    let inside = &code[open + 1..closing(code, open)];
    Some((line_of(code, at), inside.replace("::", "").matches(':').count()))
}

#[test]
fn quantiles_are_values_that_occur() {
    let cases = [(&[1, 2, 3, 4][..], 50, 2), (&[1, 2, 3], 50, 2), (&[1, 2, 3, 40], 90, 40), (&[], 90, 0)];
    for (sorted, percent, expected) in cases {
        assert_eq!(quantile(sorted, percent), expected, "{sorted:?} {percent}");
    }
}

#[test]
fn fields_are_counted_by_name_and_not_by_comma() {
    let code =
        "pub struct Model {\n    pub a: Map<A, B>,\n    b: std::fmt::Result,\n    pub(crate) c: (A, B),\n}\n";
    assert_eq!(fields(code, "Model"), Some((1, 3)));
    assert_eq!(fields(code, "Screen"), None);
}
