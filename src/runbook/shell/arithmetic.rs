//! `$(( … ))`: numbers, names and signs. What is not plainly that is read as commands, as some shells do.

/// The inside of `$( … )` where it is arithmetic: it begins and ends with the second parenthesis.
pub(super) fn inside(inner: &str) -> Option<&str> {
    let text = inner.strip_prefix('(')?.strip_suffix(')')?;
    is_arithmetic(text).then_some(text)
}

/// Operands and operators in turn, parentheses that match, nothing else: `x[$(rm y)]` runs what is in it, and
/// `rm x` is no sum.
fn is_arithmetic(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut operand = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (taken, next) = match c {
            c if c.is_whitespace() => (c.len_utf8(), operand),
            '$' | '0'..='9' | 'a'..='z' | 'A'..='Z' | '_' if !operand => (length(rest), true),
            '(' if !operand => {
                depth += 1;
                (1, false)
            }
            ')' if depth > 0 && operand => {
                depth -= 1;
                (1, true)
            }
            '+' | '-' | '*' | '/' | '%' | '<' | '>' | '=' | '!' | '&' | '|' | '^' | '~' | '?' | ':' | ',' => {
                (1, false)
            }
            _ => return false,
        };
        operand = next;
        rest = &rest[taken..];
    }
    depth == 0 && operand
}

/// How long the operand is that the text begins with: `12`, `name`, `$name`, `${name}`, `$( … )`.
fn length(text: &str) -> usize {
    let Some(behind) = text.strip_prefix('$') else { return named(text) };
    let closed = |open: char, close: char| {
        let mut depth = 0_usize;
        behind.char_indices().find_map(|(at, c)| {
            depth += usize::from(c == open);
            depth -= usize::from(c == close);
            (depth == 0).then_some(1 + at + 1)
        })
    };
    match behind.chars().next() {
        Some('(') => closed('(', ')').unwrap_or(text.len()),
        Some('{') => closed('{', '}').unwrap_or(text.len()),
        _ => 1 + named(behind),
    }
}

/// Letters, digits and underscores at the beginning; at least one.
fn named(text: &str) -> usize {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    end.max(text.chars().next().map_or(0, char::len_utf8))
}
