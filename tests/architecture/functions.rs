//! Functions and the lines they take, found by the word `fn` and by counting braces.

use super::code::{closing, line_of, next_word, words};

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    pub name: String,
    /// Line of `fn`, from 1.
    pub line: usize,
    /// Lines from `fn` to the closing brace, both counted.
    pub lines: usize,
}

/// Every function of blanked code, functions within functions too. Signatures without a body are none.
pub fn functions(code: &str) -> Vec<Function> {
    words(code).filter(|(_, word)| *word == "fn").filter_map(|(at, _)| function(code, at)).collect()
}

fn function(code: &str, at: usize) -> Option<Function> {
    let (name_at, name) = next_word(code, at + 2)?;
    // `fn(` is the type of a pointer.
    if !code[at + 2..name_at].trim().is_empty() {
        return None;
    }
    let open = body(code, name_at)?;
    let line = line_of(code, at);
    let lines = line_of(code, closing(code, open)) - line + 1;
    Some(Function { name: name.to_owned(), line, lines })
}

/// Where the body of a signature opens; `None` when a semicolon ends it first.
fn body(code: &str, from: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, next) in code[from..].char_indices() {
        match next {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            '{' if depth == 0 => return Some(from + at),
            ';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Function, functions};
    use crate::architecture::code::blanked;

    fn counted(text: &str) -> Vec<(String, usize, usize)> {
        let spread = |Function { name, line, lines }| (name, line, lines);
        functions(&blanked(text)).into_iter().map(spread).collect()
    }

    #[test]
    fn a_function_reaches_from_its_name_to_its_closing_brace() {
        let cases = [
            ("fn one() {}", ("one", 1, 1)),
            ("/// doc\n#[must_use]\npub fn two() -> u8 {\n    2\n}\n", ("two", 3, 3)),
            ("fn long(\n    a: [u8; 4],\n) -> [u8; 2]\nwhere\n    A: B,\n{\n}", ("long", 1, 7)),
            ("fn text() {\n    f(\"}\"); // }\n    g('}');\n}", ("text", 1, 4)),
        ];
        for (text, (name, line, lines)) in cases {
            assert_eq!(counted(text), [(name.to_owned(), line, lines)], "{text}");
        }
    }

    #[test]
    fn only_what_has_a_body_is_counted() {
        let text = "trait T { fn asked(&self); fn given(&self) {} }\ntype F = fn(u8) -> u8;\n// fn no() {}\n";
        assert_eq!(counted(text), [("given".to_owned(), 1, 1)]);
    }

    #[test]
    fn a_function_within_a_function_is_its_own() {
        let text = "fn outer() {\n    fn inner() {\n    }\n}\n";
        assert_eq!(counted(text), [("outer".to_owned(), 1, 4), ("inner".to_owned(), 2, 2)]);
    }
}
