//! Rust source as text: what is code, which words it has, where a brace closes.
//!
//! A small honest reader, not a parser: it knows comments, strings, characters and braces, nothing else.

/// The same text with comments, strings and characters turned to spaces. Line breaks stay, so an offset
/// or a line number means the same in both.
pub fn blanked(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        let hidden = hidden_end(text, at);
        let end = hidden.unwrap_or(at + visible_len(&text[at..], next));
        let piece = &text[at..end];
        if hidden.is_some() {
            code.extend(piece.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        } else {
            code.push_str(piece);
        }
        at = end;
    }
    code
}

/// A word is one piece, so that the `r` of `for` never opens a raw string.
fn visible_len(rest: &str, next: char) -> usize {
    if is_word(next) { word_len(rest) } else { next.len_utf8() }
}

/// Where the comment or literal ends that begins at `at`; `None` where code goes on.
fn hidden_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let length = if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        block_comment_len(rest)
    } else if rest.starts_with('"') {
        string_len(rest)
    } else if rest.starts_with('\'') {
        character_len(rest)?
    } else {
        raw_string_len(rest)?
    };
    Some(at + length)
}

/// Block comments nest.
fn block_comment_len(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

fn string_len(rest: &str) -> usize {
    let mut escaped = false;
    for (at, next) in rest.char_indices().skip(1) {
        match next {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// `None` for a lifetime or a label.
fn character_len(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        let (escaped, _) = chars.next()?;
        let behind = escaped + 1;
        return rest[behind..].find('\'').map(|quote| behind + quote + 1);
    }
    chars.next().filter(|(_, quote)| *quote == '\'').map(|(at, _)| at + 1)
}

fn raw_string_len(rest: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
        rest.strip_prefix(*prefix).is_some_and(|rest| rest.trim_start_matches('#').starts_with('"'))
    })?;
    let open = rest.find('"')?;
    let close = format!("\"{}", "#".repeat(open - prefix.len()));
    let inside = open + 1;
    Some(rest[inside..].find(&close).map_or(rest.len(), |end| inside + end + close.len()))
}

/// Whether names and numbers are made of this.
pub fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

fn word_len(rest: &str) -> usize {
    rest.find(|c| !is_word(c)).unwrap_or(rest.len())
}

/// The next word at or after an offset, with its own offset.
pub fn next_word(code: &str, from: usize) -> Option<(usize, &str)> {
    let start = from + code[from..].find(is_word)?;
    Some((start, &code[start..start + word_len(&code[start..])]))
}

/// Every word with its offset.
pub fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (start, word) = next_word(code, at)?;
        at = start + word.len();
        Some((start, word))
    })
}

/// Where the brace closes that opens at `open`; the end of the code when it never does.
pub fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, next) in code[open..].char_indices() {
        match next {
            '{' => depth += 1,
            '}' if depth <= 1 => return open + at,
            '}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

/// The line of an offset, from 1.
pub fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

#[test]
fn comments_strings_and_characters_are_no_code() {
    let cases = [
        ("a // {\nb", "a     \nb"),
        ("a /* { /* } */ { */ b", "a                   b"),
        (r#"f("{", x)"#, "f(   , x)"),
        (r#"f("\"{")"#, "f(     )"),
        (r##"f(r#"{"}"#)"##, "f(        )"),
        (r#"br"\" + cr"{""#, "      +      "),
        ("('{', b'}', '\\'', '\\\\')", "(   , b   ,     ,     )"),
        ("fn f<'a>(x: &'a str) { 'l: loop {} }", "fn f<'a>(x: &'a str) { 'l: loop {} }"),
        ("'\\u{7d}' '€'", "              "),
        ("for\"}\" r#fn", "for    r#fn"),
        ("\"never closed {", "               "),
    ];
    for (text, code) in cases {
        assert_eq!(blanked(text), code, "{text}");
    }
}

#[test]
fn lines_keep_their_numbers() {
    let text = "a\n/* two\nlines */ \"str\ning\"\nfn f() {}\n";
    let code = blanked(text);
    assert_eq!(code.len(), text.len());
    let place = code.find("fn").map(|at| line_of(&code, at));
    assert_eq!(place, Some(5));
}

#[test]
fn a_brace_closes_where_its_own_depth_ends() {
    let code = "{ { } { { } } } }";
    assert_eq!(closing(code, 0), 14);
    assert_eq!(closing(code, 2), 4);
    assert_eq!(closing("{ {", 0), 3);
}
