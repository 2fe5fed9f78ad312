//! Front matter: `key: value` lines between `---` lines, flattened.

/// The pairs, and the byte at which the text behind the front matter starts (0 without one).
///
/// A key indented below another is `outer.inner`; list items join with a comma; quotes come off.
pub(super) fn read(text: &str) -> (Vec<(String, String)>, usize) {
    let Some(rest) = text.strip_prefix("---\n") else { return (Vec::new(), 0) };
    let mut at = text.len() - rest.len();
    let mut pairs = Pairs::default();
    for line in rest.split_inclusive('\n') {
        at += line.len();
        if matches!(line.trim_end(), "---" | "...") {
            return (pairs.done, at);
        }
        pairs.line(line.trim_end());
    }
    (Vec::new(), 0)
}

#[derive(Default)]
struct Pairs {
    done: Vec<(String, String)>,
    /// The last key at the margin.
    outer: String,
}

impl Pairs {
    fn line(&mut self, line: &str) {
        let inner = line.trim_start();
        let indented = inner.len() < line.len();
        if inner.is_empty() || inner.starts_with('#') {
            return;
        }
        if let Some(item) = inner.strip_prefix("- ") {
            return self.extend(item);
        }
        match inner.split_once(':') {
            Some((key, value)) if indented && !self.outer.is_empty() => {
                let key = format!("{}.{}", self.outer, key.trim());
                self.done.push((key, unquoted(value)));
            }
            Some((key, value)) => {
                key.trim().clone_into(&mut self.outer);
                self.done.push((self.outer.clone(), unquoted(value)));
            }
            None => self.extend(inner),
        }
    }

    /// Adds a list item, or a line that goes on, to the last value.
    fn extend(&mut self, more: &str) {
        let Some((_, value)) = self.done.last_mut() else { return };
        if !value.is_empty() {
            value.push_str(", ");
        }
        value.push_str(&unquoted(more));
    }
}

fn unquoted(value: &str) -> String {
    let value = value.trim();
    let inner = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.unwrap_or(value).to_owned()
}
