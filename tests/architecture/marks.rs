//! Marks that have no place in finished work, and those that every file carries.

use super::code::{line_of, words};
use super::tree::{Breach, Source};

/// Lint waivers that outlive their reason.
pub fn waivers(source: &Source) -> Vec<Breach> {
    let judge = |(at, word): (usize, &str)| {
        let opens = source.code[..at].ends_with("#[") || source.code[..at].ends_with("#![");
        let (what, way_out) = match word {
            "allow" if opens => ("`allow` hides a lint for ever", "use #[expect(LINT, reason = \"...\")]"),
            "expect" if opens && !argument(&source.code[at..]).contains("reason") => {
                ("`expect` without a reason", "add reason = \"...\"")
            }
            _ => return None,
        };
        Some(source.at(line_of(&source.code, at), what, way_out))
    };
    words(&source.code).filter_map(judge).collect()
}

/// The text of an attribute up to its end.
fn argument(rest: &str) -> &str {
    rest.split(']').next().unwrap_or(rest)
}

/// Work left for later, in code or in comments.
pub fn unfinished(source: &Source) -> Vec<Breach> {
    const WAY_OUT: &str = "finish it, or open an issue and say there what is missing";
    let macros = words(&source.code).filter(|(at, word)| {
        matches!(*word, "todo" | "unimplemented") && source.code[at + word.len()..].starts_with('!')
    });
    let notes = words(&source.text)
        .filter(|(at, word)| matches!(*word, "TODO" | "FIXME") && is_note(&source.text, at + word.len()));
    let breach = |(at, word): (usize, &str)| {
        source.at(line_of(&source.text, at), format!("unfinished: `{word}`"), WAY_OUT)
    };
    macros.chain(notes).map(breach).collect()
}

/// Whether a word that ends at `end` is a note of work: any in a comment; in documentation, where it may be
/// a word of the program's own, one with a colon; never in a text of the program.
fn is_note(text: &str, end: usize) -> bool {
    let line = text[..end].rsplit('\n').next().unwrap_or_default().trim_start();
    let documents = line.starts_with("///") || line.starts_with("//!");
    if documents { text[end..].starts_with(':') } else { line.contains("// ") }
}

/// A file that does not say what lives in it.
pub fn unsigned(source: &Source) -> Option<Breach> {
    let signed = source.text.starts_with("//! ");
    let what = "the file does not say what lives here";
    (!signed).then(|| source.at(1, what, "open it with 2 to 5 lines of //!"))
}

/// A module file whose name says nothing.
pub fn nameless(source: &Source) -> Option<Breach> {
    let nameless = source.path.ends_with("/mod.rs");
    nameless.then(|| source.at(1, "a mod.rs", "name it after its module: ROOM.rs beside ROOM/"))
}

/// An example in a doc comment: documentation tests are off, so nothing would ever run it.
pub fn dead_examples(source: &Source) -> Vec<Breach> {
    let mut inside = false;
    let mut found = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let line = line.trim_start();
        let doc = line.strip_prefix("///").or_else(|| line.strip_prefix("//!")).map(str::trim);
        let Some(fence) = doc.and_then(|doc| doc.strip_prefix("```")) else { continue };
        if !inside && fence != "text" {
            found.push(source.at(
                index + 1,
                "an example that no test runs",
                "write ```text, and test it in tests/",
            ));
        }
        inside = !inside;
    }
    found
}

/// Absolute paths of somebody's machine in a tracked text.
pub fn machine_paths(path: &str, text: &str) -> Vec<Breach> {
    let needles = ["work", "root", "home"].map(|folder| format!("/{folder}/"));
    let own = |line: &str| needles.iter().any(|needle| starts_path(line, needle));
    let breach = |(index, _)| Breach {
        path: path.to_owned(),
        line: index + 1,
        what: "a path of one machine".to_owned(),
        way_out: "name the thing without the machine, or use a relative path",
    };
    text.lines().enumerate().filter(|(_, line)| own(line)).map(breach).collect()
}

/// Whether an absolute path in the line begins so; `target/work/` does not.
fn starts_path(line: &str, needle: &str) -> bool {
    line.match_indices(needle).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !(c.is_alphanumeric() || "._-/}".contains(c)))
    })
}

#[cfg(test)]
mod tests {
    use super::{dead_examples, machine_paths, unfinished, waivers};
    use crate::architecture::code::blanked;
    use crate::architecture::tree::Source;

    fn source(text: &str) -> Source {
        Source { path: "src/slo.rs".to_owned(), text: text.to_owned(), code: blanked(text) }
    }

    #[test]
    fn a_waiver_is_an_expectation_with_a_reason() {
        let cases = [
            ("#[allow(dead_code)]", 1),
            ("#![allow(dead_code)]", 1),
            ("#[expect(dead_code)]", 1),
            ("#[expect(dead_code, reason = \"written by the next version\")]", 0),
            ("// #[allow(dead_code)]", 0),
            ("x.expect(\"a reason\")", 0),
        ];
        for (text, breaches) in cases {
            assert_eq!(waivers(&source(text)).len(), breaches, "{text}");
        }
    }

    #[test]
    fn unfinished_work_is_found_in_code_and_in_comments() {
        let later = ["TO", "DO"].concat();
        let cases = [
            ("fn f() { todo!() }".to_owned(), 1),
            ("fn f() { unimplemented!() }".to_owned(), 1),
            (format!("// {later}: later"), 1),
            (format!("f(); // {later} later"), 1),
            (format!("/// {later}: later"), 1),
            (format!("/// `{later} bob` is a task"), 0),
            (format!("f(\"{later} bob\")"), 0),
            ("fn todo() { f(\"unimplemented!\") }".to_owned(), 0),
        ];
        for (text, breaches) in cases {
            assert_eq!(unfinished(&source(&text)).len(), breaches, "{text}");
        }
    }

    #[test]
    fn only_text_blocks_stand_in_documentation() {
        assert_eq!(dead_examples(&source("/// ```\n/// f();\n/// ```\n")).len(), 1);
        assert_eq!(dead_examples(&source("/// ```text\n/// a -> b\n/// ```\n")).len(), 0);
    }

    #[test]
    fn only_absolute_paths_belong_to_a_machine() {
        let folder = "home";
        let cases = [
            (format!("see /{folder}/ana/x"), 1),
            (format!("docs/{folder}/x"), 0),
            (format!("/{folder} is full"), 0),
        ];
        for (text, breaches) in cases {
            assert_eq!(machine_paths("README.md", &text).len(), breaches, "{text}");
        }
    }
}
