//! The grammar of one line of a metrics page. Says where a line stops being one; keeps nothing.

use std::borrow::Cow;

use super::{Dialect, Sample};
use crate::slo::scan::{Scan, Slip};

/// `name{label="value"} 1.5`, a timestamp after it or not, and an exemplar, which says nothing to us.
/// Its labels go into `labels`, which are empty.
pub(super) fn sample<'a>(
    scan: &mut Scan<'a>,
    dialect: Dialect,
    mut labels: Labels<'a>,
) -> Result<Sample<'a>, Slip> {
    let bare = scan.metric_name();
    let mut name = (!bare.is_empty()).then_some(Cow::Borrowed(bare));
    blanks(scan);
    if scan.eat('{') {
        read_labels(scan, &mut name, &mut labels)?;
    }
    let Some(name) = name else {
        return scan.slip(format!("a metric name is missing, {} found", scan.found()));
    };
    let value = value(scan)?;
    let timestamp = timestamp(scan, dialect)?;
    Ok(Sample { name, labels, value, timestamp })
}

pub(super) type Labels<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Everything between the braces; a quoted text without `=` is the metric's name.
fn read_labels<'a>(
    scan: &mut Scan<'a>,
    name: &mut Option<Cow<'a, str>>,
    labels: &mut Labels<'a>,
) -> Result<(), Slip> {
    loop {
        blanks(scan);
        if scan.eat('}') {
            return Ok(());
        }
        label(scan, name, labels)?;
        blanks(scan);
        if !scan.eat(',') && scan.peek_byte() != Some(b'}') {
            return scan.slip(format!("`,` or `}}` expected after a label, {} found", scan.found()));
        }
    }
}

fn label<'a>(
    scan: &mut Scan<'a>,
    metric: &mut Option<Cow<'a, str>>,
    labels: &mut Labels<'a>,
) -> Result<(), Slip> {
    let is_quoted = scan.peek_byte() == Some(b'"');
    let name = if is_quoted { quoted(scan)? } else { Cow::Borrowed(scan.label_name()) };
    blanks(scan);
    if !scan.eat('=') {
        if is_quoted && metric.is_none() {
            *metric = Some(name);
            return Ok(());
        }
        return scan.slip(format!("`=` expected after a label name, {} found", scan.found()));
    }
    if !is_quoted && name.is_empty() {
        return scan.slip("a label has no name");
    }
    if labels.iter().any(|(known, _)| *known == name) {
        return scan.slip(format!("label `{name}` comes twice"));
    }
    blanks(scan);
    let value = quoted(scan)?;
    labels.push((name, value));
    Ok(())
}

/// A text in double quotes with the format's three escapes `\\`, `\"` and `\n`.
pub(super) fn quoted<'a>(scan: &mut Scan<'a>) -> Result<Cow<'a, str>, Slip> {
    if !scan.eat('"') {
        return scan.slip(format!("a text in double quotes expected, {} found", scan.found()));
    }
    let plain = scan.take_bytes(|byte| byte != b'"' && byte != b'\\');
    if scan.eat('"') {
        return Ok(Cow::Borrowed(plain));
    }
    let mut text = Cow::Borrowed(plain);
    loop {
        match scan.next() {
            Some('"') => return Ok(text),
            Some('\\') => text.to_mut().push(escaped(scan)?),
            _ => return scan.slip("the closing quote is missing"),
        }
        let more = scan.take_bytes(|byte| byte != b'"' && byte != b'\\');
        if !more.is_empty() {
            text.to_mut().push_str(more);
        }
    }
}

fn escaped(scan: &mut Scan<'_>) -> Result<char, Slip> {
    match scan.next() {
        Some('n') => Ok('\n'),
        Some(c @ ('\\' | '"')) => Ok(c),
        Some(c) => scan.slip(format!("`\\{c}` is no escape: only `\\\\`, `\\\"` and `\\n` are")),
        None => scan.slip("the closing quote is missing"),
    }
}

fn value(scan: &mut Scan<'_>) -> Result<f64, Slip> {
    blanks(scan);
    let start = scan.clone();
    let text = word(scan);
    if text.is_empty() {
        return start.slip("the value is missing");
    }
    text.parse().or_else(|_| start.slip(format!("`{}` is no number", shorten(text))))
}

/// When it was measured, in milliseconds since 1970.
fn timestamp(scan: &mut Scan<'_>, dialect: Dialect) -> Result<Option<i64>, Slip> {
    blanks(scan);
    if scan.rest().is_empty() || is_exemplar(scan) {
        return Ok(None);
    }
    let start = scan.clone();
    let text = word(scan);
    blanks(scan);
    if !scan.rest().is_empty() && !is_exemplar(scan) {
        return scan.slip("more text after the timestamp");
    }
    let (at, unit) = match dialect {
        Dialect::Text => (text.parse().ok(), "milliseconds"),
        Dialect::OpenMetrics => (seconds(text), "seconds"),
    };
    at.map_or_else(|| start.slip(format!("`{}` is no timestamp in {unit}", shorten(text))), |at| Ok(Some(at)))
}

/// `# {trace_id="…"} 0.7`, to the end of the line.
fn is_exemplar(scan: &Scan<'_>) -> bool {
    scan.rest().strip_prefix('#').is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with('{'))
}

/// Seconds with a fraction as milliseconds.
fn seconds(text: &str) -> Option<i64> {
    let seconds: f64 = text.parse().ok()?;
    seconds.is_finite().then_some((seconds * 1000.0).round() as i64)
}

pub(super) fn word<'a>(scan: &mut Scan<'a>) -> &'a str {
    scan.take_bytes(|byte| !is_blank(byte))
}

fn shorten(text: &str) -> &str {
    text.get(..text.floor_char_boundary(40)).unwrap_or_default()
}

pub(super) fn blanks(scan: &mut Scan<'_>) {
    scan.take_bytes(is_blank);
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}
