//! Bare vector selectors, `name{label="value"}`: read far enough to trust them and to add a matcher.

/// A selector that holds together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Selector {
    pub(super) text: String,
    pub(super) labels: Vec<String>,
}

impl Selector {
    /// The same selector with one matcher more.
    pub(super) fn with(&self, matcher: &str) -> String {
        let Some(open) = self.text.strip_suffix('}') else { return format!("{}{{{matcher}}}", self.text) };
        let open = open.trim_end().trim_end_matches(',');
        let comma = if self.labels.is_empty() { "" } else { "," };
        format!("{open}{comma}{matcher}}}")
    }
}

/// Reads a bare selector, or says in words why it is none.
pub(super) fn parse(text: &str) -> Result<Selector, String> {
    let text = text.trim();
    let name_ends = text.find(|c: char| !is_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(name_ends);
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("a metric's name starts with a letter".to_owned());
    }
    let labels = match rest.trim() {
        "" => Vec::new(),
        rest => matchers(rest)?,
    };
    if name.is_empty() && labels.is_empty() {
        return Err("it selects nothing in particular".to_owned());
    }
    Ok(Selector { text: text.to_owned(), labels })
}

fn matchers(text: &str) -> Result<Vec<String>, String> {
    if let Some(first) = text.chars().next().filter(|first| *first != '{') {
        return Err(format!("{first:?} has no place in a bare selector"));
    }
    let mut rest = text.get(1..).unwrap_or_default().trim_start();
    let mut labels = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix('}') {
            let over = after.trim();
            return if over.is_empty() { Ok(labels) } else { Err(format!("{over:?} follows the selector")) };
        }
        let (label, after) = matcher(rest)?;
        labels.push(label.to_owned());
        rest = after.trim_start();
        rest = match rest.strip_prefix(',') {
            Some(after) => after.trim_start(),
            None if rest.starts_with('}') => rest,
            None => return Err(format!("after the matcher of {label:?} a comma or }} is missing")),
        };
    }
}

/// One `label="value"`: the label, and what follows.
fn matcher(text: &str) -> Result<(&str, &str), String> {
    let ends = text.find(|c: char| !is_name(c)).unwrap_or(text.len());
    let (label, rest) = text.split_at(ends);
    if label.is_empty() {
        return Err("a label's name is missing".to_owned());
    }
    let rest = rest.trim_start();
    let operator = ["=~", "!~", "!=", "="].into_iter().find(|operator| rest.starts_with(operator));
    let Some(operator) = operator else { return Err(format!("label {label:?} has no = != =~ or !~")) };
    let value = rest.get(operator.len()..).unwrap_or_default().trim_start();
    let after =
        quoted(value).ok_or_else(|| format!("the value of label {label:?} is not in closed quotes"))?;
    Ok((label, after))
}

/// What follows a quoted text; `None` where none begins or it never ends.
fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| ['"', '\'', '`'].contains(c))?;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            c if c == quote => return text.get(at + 1..),
            _ => {}
        }
    }
    None
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}

/// Whether a text is the name of a label.
pub(super) fn is_label(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
