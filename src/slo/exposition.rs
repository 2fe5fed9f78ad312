//! The Prometheus text exposition format 0.0.4, read and written.
//!
//! One bad line costs that line, with its number and why; a body that is no metrics page at all is
//! named as what it is. Never fails as a whole, whatever the text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use super::scan::{Scan, Slip, is_label_name, is_metric_name};

/// Longest line that is read, in bytes.
const LINE_CAP: usize = 64 * 1024;
/// Bad lines that are described; the others are counted.
const PROBLEM_CAP: usize = 100;

/// One metrics page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exposition<'a> {
    pub samples: Vec<Sample<'a>>,
    /// What `# TYPE` lines say of each metric family.
    pub kinds: HashMap<Cow<'a, str>, Kind>,
    /// Lines that could not be read, the first hundred of them.
    pub problems: Vec<BadLine>,
    /// Bad lines beyond those in `problems`.
    pub more_problems: usize,
    /// Why the body as a whole is not to be trusted; the samples read so far are kept for a look.
    pub fault: Option<Fault>,
}

/// One line `name{label="value"} 1.5 1700000000000`.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample<'a> {
    pub name: Cow<'a, str>,
    /// In the order of the line; no name twice.
    pub labels: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub value: f64,
    /// Milliseconds since 1970; absent nearly always.
    pub timestamp: Option<i64>,
}

/// The type of a metric family, as its exporter declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Untyped,
}

/// A line that could not be read. Line and column count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadLine {
    pub line: usize,
    pub column: usize,
    pub why: String,
}

/// What a body is, when it is no complete metrics page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Empty,
    Html,
    Json,
    /// Its last line has no line feed: the format demands one, so a missing one means a cut.
    Cut,
    /// Text without one readable line.
    Nonsense,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.why)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the answer is empty",
            Self::Html => "answers HTML, not metrics (is the path right?)",
            Self::Json => "answers JSON, not metrics (is the path right?)",
            Self::Cut => {
                "the metrics page is cut off in its last line (the exporter must end it with a line feed)"
            }
            Self::Nonsense => "answers text without a single metric (is the path right?)",
        })
    }
}

/// Reads a page.
pub fn parse(body: &str) -> Exposition<'_> {
    let complete = body.rfind('\n').map_or("", |end| body.get(..=end).unwrap_or_default());
    let mut page = Exposition::default();
    for (index, line) in complete.lines().enumerate() {
        page.take(index + 1, line);
    }
    page.fault = page.judge(body);
    page
}

impl<'a> Exposition<'a> {
    /// The declared type of the family a series belongs to; histograms and summaries own the series
    /// with `_bucket`, `_sum` and `_count` appended.
    pub fn kind_of(&self, name: &str) -> Option<Kind> {
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| name.strip_suffix(suffix));
        self.kinds.get(name).or_else(|| self.kinds.get(family?)).copied()
    }

    fn take(&mut self, number: usize, line: &'a str) {
        if let Err(slip) = self.read(line) {
            self.complain(number, line, slip);
        }
    }

    fn read(&mut self, line: &'a str) -> Result<(), Slip> {
        if line.len() > LINE_CAP {
            let why = format!("the line is {} bytes long, {LINE_CAP} are read at most", line.len());
            return Err(Slip { at: 0, why });
        }
        let mut scan = Scan::new(line);
        scan.skip(is_blank);
        match scan.peek() {
            None => Ok(()),
            Some('#') => self.comment(scan),
            Some(_) => sample(&mut scan).map(|sample| self.samples.push(sample)),
        }
    }

    /// `# TYPE name kind` is kept; `# HELP` and every other comment says nothing to us.
    fn comment(&mut self, mut scan: Scan<'a>) -> Result<(), Slip> {
        scan.eat('#');
        scan.skip(is_blank);
        if word(&mut scan) != "TYPE" {
            return Ok(());
        }
        scan.skip(is_blank);
        let name = match scan.peek() {
            Some('"') => quoted(&mut scan)?,
            _ => Cow::Borrowed(word(&mut scan)),
        };
        scan.skip(is_blank);
        let Some(kind) = Kind::parse(word(&mut scan)) else {
            return scan.slip("TYPE is none of counter, gauge, histogram, summary, untyped");
        };
        match self.kinds.insert(name, kind) {
            Some(_) => scan.slip("a second TYPE for this metric"),
            None => Ok(()),
        }
    }

    fn complain(&mut self, number: usize, line: &str, slip: Slip) {
        if self.problems.len() == PROBLEM_CAP {
            self.more_problems += 1;
            return;
        }
        let column = line.get(..slip.at).unwrap_or(line).chars().count() + 1;
        self.problems.push(BadLine { line: number, column, why: slip.why });
    }

    fn judge(&self, body: &str) -> Option<Fault> {
        let start = body.trim_start_matches('\u{feff}').trim_start();
        let bare = self.samples.is_empty();
        match start.chars().next() {
            None => Some(Fault::Empty),
            Some('<') => Some(Fault::Html),
            Some('{' | '[') if bare => Some(Fault::Json),
            Some(_) if bare && !self.problems.is_empty() => Some(Fault::Nonsense),
            Some(_) if !body.ends_with('\n') => Some(Fault::Cut),
            Some(_) => None,
        }
    }
}

impl Kind {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "counter" => Some(Self::Counter),
            "gauge" => Some(Self::Gauge),
            "histogram" => Some(Self::Histogram),
            "summary" => Some(Self::Summary),
            "untyped" => Some(Self::Untyped),
            _ => None,
        }
    }
}

impl Sample<'_> {
    /// The value of a label; the empty text when it has none, as PromQL sees it.
    pub fn label(&self, name: &str) -> &str {
        self.labels.iter().find(|(label, _)| label == name).map_or("", |(_, value)| value)
    }

    /// The series' one name: metric and labels, sorted and escaped, whatever order the exporter uses.
    pub fn series(&self) -> String {
        let mut labels: Vec<_> = self.labels.iter().filter(|(_, value)| !value.is_empty()).collect();
        labels.sort();
        let mut pairs: Vec<String> = labels
            .iter()
            .map(|(name, value)| format!("{}={}", name_text(name, is_label_name), quote(value)))
            .collect();
        if is_metric_name(&self.name) {
            let braces = if pairs.is_empty() { String::new() } else { format!("{{{}}}", pairs.join(",")) };
            return format!("{}{braces}", self.name);
        }
        pairs.insert(0, quote(&self.name));
        format!("{{{}}}", pairs.join(","))
    }
}

/// The line of the format, without its line feed.
impl fmt::Display for Sample<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.series())?;
        match self.value {
            value if value.is_nan() => f.write_str("NaN")?,
            f64::INFINITY => f.write_str("+Inf")?,
            f64::NEG_INFINITY => f.write_str("-Inf")?,
            value => write!(f, "{value}")?,
        }
        self.timestamp.map_or(Ok(()), |at| write!(f, " {at}"))
    }
}

fn name_text(name: &str, bare: fn(&str) -> bool) -> Cow<'_, str> {
    if bare(name) { Cow::Borrowed(name) } else { Cow::Owned(quote(name)) }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

fn sample<'a>(scan: &mut Scan<'a>) -> Result<Sample<'a>, Slip> {
    let bare = scan.metric_name();
    let mut name = (!bare.is_empty()).then_some(Cow::Borrowed(bare));
    scan.skip(is_blank);
    let labels = if scan.eat('{') { labels(scan, &mut name)? } else { Vec::new() };
    let Some(name) = name else {
        return scan.slip(format!("a metric name is missing, {} found", scan.found()));
    };
    let value = value(scan)?;
    let timestamp = timestamp(scan)?;
    Ok(Sample { name, labels, value, timestamp })
}

type Labels<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Everything between the braces; a quoted text without `=` is the metric's name.
fn labels<'a>(scan: &mut Scan<'a>, name: &mut Option<Cow<'a, str>>) -> Result<Labels<'a>, Slip> {
    let mut labels = Labels::new();
    loop {
        scan.skip(is_blank);
        if scan.eat('}') {
            return Ok(labels);
        }
        label(scan, name, &mut labels)?;
        scan.skip(is_blank);
        if !scan.eat(',') && scan.peek() != Some('}') {
            return scan.slip(format!("`,` or `}}` expected after a label, {} found", scan.found()));
        }
    }
}

fn label<'a>(
    scan: &mut Scan<'a>,
    metric: &mut Option<Cow<'a, str>>,
    labels: &mut Labels<'a>,
) -> Result<(), Slip> {
    let is_quoted = scan.peek() == Some('"');
    let name = if is_quoted { quoted(scan)? } else { Cow::Borrowed(scan.label_name()) };
    scan.skip(is_blank);
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
    scan.skip(is_blank);
    let value = quoted(scan)?;
    labels.push((name, value));
    Ok(())
}

/// A text in double quotes with the format's three escapes `\\`, `\"` and `\n`.
fn quoted<'a>(scan: &mut Scan<'a>) -> Result<Cow<'a, str>, Slip> {
    if !scan.eat('"') {
        return scan.slip(format!("a text in double quotes expected, {} found", scan.found()));
    }
    let mut text = Cow::Borrowed(scan.take_while(|c| c != '"' && c != '\\'));
    loop {
        match scan.next() {
            Some('"') => return Ok(text),
            Some('\\') => text.to_mut().push(escaped(scan)?),
            _ => return scan.slip("the closing quote is missing"),
        }
        let more = scan.take_while(|c| c != '"' && c != '\\');
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
    scan.skip(is_blank);
    let start = scan.clone();
    let text = word(scan);
    if text.is_empty() {
        return start.slip("the value is missing");
    }
    text.parse().or_else(|_| start.slip(format!("`{}` is no number", shorten(text))))
}

fn timestamp(scan: &mut Scan<'_>) -> Result<Option<i64>, Slip> {
    scan.skip(is_blank);
    let start = scan.clone();
    let text = word(scan);
    scan.skip(is_blank);
    if !scan.rest().is_empty() {
        return scan.slip("more text after the timestamp");
    }
    match text.parse() {
        _ if text.is_empty() => Ok(None),
        Ok(at) => Ok(Some(at)),
        Err(_) => start.slip(format!("`{}` is no timestamp in milliseconds", shorten(text))),
    }
}

fn word<'a>(scan: &mut Scan<'a>) -> &'a str {
    scan.take_while(|c| !is_blank(c))
}

fn shorten(text: &str) -> &str {
    text.get(..text.floor_char_boundary(40)).unwrap_or_default()
}

fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}
