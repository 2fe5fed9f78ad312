//! `[[assist]]`: steps of runbooks that may run by themselves, each as it stood when somebody allowed it.

use crate::runbook::stage::{Allowed, PREFIX};
use crate::text::fields::Fields;

const KEYS: &[&str] = &["runbook", "step"];
const EXAMPLE: &str = "\"sha256:…\" (warroom runbook stages prints it)";
/// Hex digits of a SHA-256.
const DIGITS: usize = 64;

pub(super) fn read(root: &mut Fields<'_>) -> Vec<Allowed> {
    let mut steps: Vec<Allowed> = Vec::new();
    for element in root.elements("assist") {
        let path = format!("assist.{}", element.index + 1);
        let mut fields = Fields::element(root.document, element, path, root.report);
        if let Some(step) = step(&mut fields, &steps) {
            steps.push(step);
        }
    }
    steps
}

fn step(fields: &mut Fields<'_>, known: &[Allowed]) -> Option<Allowed> {
    fields.only(KEYS);
    let runbook = fields.need_text("runbook", "\"NAME\"");
    let written = fields.need_text("step", EXAMPLE)?;
    let Some(sha256) = hash(written) else {
        let what = format!("{written}: is no hash of a step");
        fields.wrong("step", "bad-value", what, format!("write step = {EXAMPLE}"));
        return None;
    };
    let step = Allowed { place: fields.place_of("step"), ..Allowed::of(runbook?, &sha256) };
    if known.iter().any(|known| (&known.runbook, &known.sha256) == (&step.runbook, &step.sha256)) {
        fields.doubt("step", "duplicate", "the step is there twice", "leave one of them out");
        return None;
    }
    Some(step)
}

/// `sha256:` and 64 hex digits; never less, which another step might have, too.
fn hash(written: &str) -> Option<String> {
    let digits = written.trim().strip_prefix(PREFIX)?.to_ascii_lowercase();
    let is_whole = digits.len() == DIGITS && digits.chars().all(|c| c.is_ascii_hexdigit());
    is_whole.then_some(digits)
}
