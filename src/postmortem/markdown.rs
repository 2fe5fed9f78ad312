//! Outside text put into Markdown: shown as it was written, never obeyed by a renderer.
//!
//! One escaping holds everywhere: in a paragraph, at the start of a line, in a table's cell.

use crate::text::Safe;

/// One line of Markdown that renders as `raw` reads: no HTML, no fence, no link, no image, no cell,
/// no list, no heading. Several lines become one, joined by ` / `.
pub fn escape(raw: &str) -> String {
    let line = one_line(raw);
    let mut out = String::with_capacity(line.len() + line.len() / 8);
    let mut before = ' ';
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        if is_markup(before, c, after) {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    shield_start(&out)
}

/// Outside text as a code span whose fence it cannot close. Pipes stay escaped: in a table they
/// would end the cell even here.
pub(super) fn code(raw: &str) -> String {
    let line = one_line(raw).replace('|', "\\|");
    if line.is_empty() {
        return String::new();
    }
    let longest = line.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

fn one_line(raw: &str) -> String {
    let lines: Vec<String> =
        Safe::lines(raw).map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    lines.join(" / ")
}

/// An underscore inside a word is left alone: names of metrics stay readable, and it is no markup there.
fn is_markup(before: char, c: char, after: char) -> bool {
    match c {
        '\\' | '`' | '*' | '<' | '[' | ']' | '|' | '~' | '&' => true,
        '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
        _ => false,
    }
}

/// Signs that only mean something where a line begins: headings, lists, quotes, rules.
fn shield_start(line: &str) -> String {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let (number, rest) = line.split_at(digits);
    if is_block_mark(rest, digits > 0) {
        return format!("{number}\\{rest}");
    }
    line.to_owned()
}

fn is_block_mark(text: &str, numbered: bool) -> bool {
    let only = |signs: &str| !text.is_empty() && text.chars().all(|c| signs.contains(c) || c == ' ');
    let bullet =
        |signs: &str| text.starts_with(|c| signs.contains(c)) && text.get(1..).is_some_and(ends_word);
    if numbered {
        return bullet(".)");
    }
    text.starts_with(['#', '>']) || bullet("-+") || only("-:") || only("=")
}

fn ends_word(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_shown_and_not_obeyed() {
        let cases = [
            ("plain text, 12 % of it", "plain text, 12 % of it"),
            ("http_requests_total went up", "http_requests_total went up"),
            ("_loud_ __very__", "\\_loud\\_ \\_\\_very\\_\\_"),
            ("<script>alert(1)</script>", "\\<script>alert(1)\\</script>"),
            ("![x](http://evil/x.png)", "!\\[x\\](http://evil/x.png)"),
            ("a | b", "a \\| b"),
            ("trick \\| cell", "trick \\\\\\| cell"),
            ("```\nrm\n```", "\\`\\`\\` / rm / \\`\\`\\`"),
            ("~~~", "\\~\\~\\~"),
            ("# heading", "\\# heading"),
            ("- item", "\\- item"),
            ("12. item", "12\\. item"),
            ("3.5 s", "3.5 s"),
            ("-10m", "-10m"),
            ("---", "\\---"),
            ("===", "\\==="),
            ("7.", "7\\."),
            ("7) x", "7\\) x"),
            ("> quote", "\\> quote"),
            ("    code", "code"),
            ("&lt;b&gt;", "\\&lt;b\\&gt;"),
            ("a\u{1b}[31mb", "a^\\[\\[31mb"),
            ("a\u{202e}b", "a\\<U+202E>b"),
            ("", ""),
            ("\r\n\n", ""),
        ];
        for (raw, expected) in cases {
            assert_eq!(escape(raw), expected, "{raw:?}");
        }
    }

    #[test]
    fn a_code_span_cannot_be_closed_from_inside() {
        let cases = [
            ("ls -l", "`ls -l`"),
            ("a `b` c", "``a `b` c``"),
            ("```", "```` ``` ````"),
            ("a | b", "`a \\| b`"),
            ("a\nb", "`a / b`"),
            ("", ""),
        ];
        for (raw, expected) in cases {
            assert_eq!(code(raw), expected, "{raw:?}");
        }
    }
}
