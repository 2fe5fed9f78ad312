//! Metrics pages: the Prometheus text format 0.0.4, read and written, and OpenMetrics 1.0, read.
//!
//! One bad line costs that line, with its number and why; a body that is no metrics page at all is
//! named as what it is. Never fails as a whole, whatever the text.

mod line;

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use self::line::{Labels, blanks, quoted, word};
use super::scan::{Scan, Slip, is_label_name, is_metric_name};

/// Longest line that is read, in bytes.
const LINE_CAP: usize = 64 * 1024;
/// Bad lines that are described; the others are counted.
const PROBLEM_CAP: usize = 100;

/// How a page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// Prometheus text: timestamps are whole milliseconds, the last line ends with a line feed.
    #[default]
    Text,
    /// OpenMetrics: timestamps are seconds, the last line is `# EOF`.
    OpenMetrics,
}

/// The last line of every complete OpenMetrics page.
const EOF: &str = "# EOF";

impl Dialect {
    /// By the page's end, for where nobody says what it is.
    pub fn of(body: &str) -> Self {
        let last = body.trim_end_matches(['\n', '\r']).rsplit('\n').next();
        if last == Some(EOF) { Self::OpenMetrics } else { Self::Text }
    }

    /// By what a server calls its answer; `None` where it does not say.
    pub fn named(content_type: &str) -> Option<Self> {
        match content_type.split(';').next()?.trim() {
            "application/openmetrics-text" => Some(Self::OpenMetrics),
            _ => None,
        }
    }
}

/// One metrics page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Exposition<'a> {
    pub dialect: Dialect,
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
    /// A histogram of what is now, whose buckets go up and down.
    GaugeHistogram,
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
    /// OpenMetrics without its last line.
    NoEnd,
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
            Self::NoEnd => "the metrics page is cut off: `# EOF` is missing (the exporter must end it so)",
            Self::Nonsense => "answers text without a single metric (is the path right?)",
        })
    }
}

/// Reads a page, whichever it is.
pub fn parse(body: &str) -> Exposition<'_> {
    parse_as(body, Dialect::of(body))
}

/// Reads a page that its server calls by name. OpenMetrics without its end is a cut page.
pub fn parse_as(body: &str, dialect: Dialect) -> Exposition<'_> {
    parse_only(body, dialect, |_| true)
}

/// As [`parse_as`], keeping the samples that are wanted: a page is mostly what nobody asked for, and
/// what is not kept costs no memory. Lines that are not wanted are read all the same.
pub fn parse_only(
    body: &str,
    dialect: Dialect,
    mut wanted: impl FnMut(&Sample<'_>) -> bool,
) -> Exposition<'_> {
    let complete = match dialect {
        Dialect::OpenMetrics if Dialect::of(body) == dialect => body,
        _ => body.rfind('\n').map_or("", |end| body.get(..=end).unwrap_or_default()),
    };
    let mut page = Exposition { dialect, ..Exposition::default() };
    let (mut spare, mut is_bare) = (Labels::new(), true);
    for (index, line) in complete.lines().enumerate() {
        match page.read(line, std::mem::take(&mut spare)) {
            Ok(Some(sample)) => {
                is_bare = false;
                if wanted(&sample) && !page.is_creation(&sample.name) {
                    page.samples.push(sample);
                } else {
                    spare = sample.labels;
                    spare.clear();
                }
            }
            Ok(None) => {}
            Err(slip) => page.complain(index + 1, line, slip),
        }
    }
    page.fault = page.judge(body, is_bare);
    page
}

impl<'a> Exposition<'a> {
    /// The declared type of the family a series belongs to: a histogram owns the series with `_bucket`,
    /// `_sum` and `_count` appended, an OpenMetrics counter the one with `_total`.
    pub fn kind_of(&self, name: &str) -> Option<Kind> {
        if let Some(kind) = self.kinds.get(name) {
            return Some(*kind);
        }
        let (at, _) = name.rmatch_indices('_').next()?;
        let (family, suffix) = name.split_at(at);
        let kind = self.kinds.get(family).copied()?;
        kind.suffixes().contains(&suffix).then_some(kind)
    }

    /// Whether a series only says since when another one counts.
    fn is_creation(&self, name: &str) -> bool {
        let Some(family) = name.strip_suffix("_created") else { return false };
        let counts = |family: &str| self.kinds.get(family).is_some_and(|kind| kind.is_created());
        self.kinds.get(name) != Some(&Kind::Counter) && (counts(family) || counts(&format!("{family}_total")))
    }

    /// The sample of a line, if it has one.
    fn read(&mut self, line: &'a str, labels: Labels<'a>) -> Result<Option<Sample<'a>>, Slip> {
        if line.len() > LINE_CAP {
            let why = format!("the line is {} bytes long, {LINE_CAP} are read at most", line.len());
            return Err(Slip { at: 0, why });
        }
        let mut scan = Scan::new(line);
        blanks(&mut scan);
        match scan.peek_byte() {
            None => Ok(None),
            Some(b'#') => self.comment(scan).map(|()| None),
            Some(_) => line::sample(&mut scan, self.dialect, labels).map(Some),
        }
    }

    /// `# TYPE name kind` is kept; `# HELP` and every other comment says nothing to us.
    fn comment(&mut self, mut scan: Scan<'a>) -> Result<(), Slip> {
        scan.eat('#');
        blanks(&mut scan);
        if word(&mut scan) != "TYPE" {
            return Ok(());
        }
        blanks(&mut scan);
        let name = match scan.peek() {
            Some('"') => quoted(&mut scan)?,
            _ => Cow::Borrowed(word(&mut scan)),
        };
        blanks(&mut scan);
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

    fn judge(&self, body: &str, is_bare: bool) -> Option<Fault> {
        let start = body.trim_start_matches('\u{feff}').trim_start();
        match start.chars().next() {
            None => Some(Fault::Empty),
            Some('<') => Some(Fault::Html),
            Some('{' | '[') if is_bare => Some(Fault::Json),
            Some(_) if is_bare && !self.problems.is_empty() => Some(Fault::Nonsense),
            Some(_) if self.dialect == Dialect::OpenMetrics => {
                (Dialect::of(body) != self.dialect).then_some(Fault::NoEnd)
            }
            Some(_) if !body.ends_with('\n') => Some(Fault::Cut),
            Some(_) => None,
        }
    }
}

impl Kind {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "counter" => Some(Self::Counter),
            "gauge" | "info" | "stateset" => Some(Self::Gauge),
            "gaugehistogram" => Some(Self::GaugeHistogram),
            "histogram" => Some(Self::Histogram),
            "summary" => Some(Self::Summary),
            "untyped" | "unknown" => Some(Self::Untyped),
            _ => None,
        }
    }

    /// What is appended to a family's name for its series.
    fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Counter => &["_total"],
            Self::Histogram | Self::Summary => &["_bucket", "_sum", "_count"],
            Self::GaugeHistogram => &["_bucket", "_gsum", "_gcount"],
            Self::Gauge | Self::Untyped => &[],
        }
    }

    /// Whether exporters say since when its series count.
    fn is_created(self) -> bool {
        matches!(self, Self::Counter | Self::Histogram | Self::Summary | Self::GaugeHistogram)
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
