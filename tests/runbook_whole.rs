//! Nothing of a file is lost: every line belongs to one node, the nodes give the file back, and each shows
//! every word of its own lines.
use std::path::Path;

use proptest::prelude::*;
use warroom::runbook::step::Node;
use warroom::runbook::{Runbook, parse, shipped};

/// Lines as an editor counts them, each with its end.
fn lines(source: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = Vec::new();
    let mut rest = source;
    while !rest.is_empty() {
        let at = rest.find(['\n', '\r']).map_or(rest.len(), |at| at + 1);
        let end = if rest[..at].ends_with('\r') && rest[at..].starts_with('\n') { at + 1 } else { at };
        lines.push(&rest[..end]);
        rest = &rest[end..];
    }
    lines
}

/// What a node shows to whoever reads the runbook.
fn shown(book: &Runbook, node: Node<'_>) -> String {
    match node {
        Node::Head => {
            let meta = book.meta.iter().map(|(key, value)| format!("{} {value}", key.replace('.', " ")));
            format!("{}\n{}\n{}", book.title, meta.collect::<Vec<_>>().join("\n"), book.preface.join("\n"))
        }
        Node::Section(section) => format!("{}\n{}", section.title, section.prose.join("\n")),
        Node::Step(step) => {
            let commands = step.commands.iter().map(|command| format!("{}\n{}", command.lang, command.text));
            let commands = commands.collect::<Vec<_>>().join("\n");
            let expect = step.expect.as_deref().unwrap_or_default();
            format!("{} {}\n{}\n{commands}\n{expect}", step.n, step.title, step.prose.join("\n"))
        }
    }
}

/// Words and numbers; of a list's item not its number, which may be counted anew.
fn words(line: &str) -> impl Iterator<Item = String> {
    let text = line.trim_start_matches([' ', '\t', '>', '-', '*', '+', '#']);
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let text = digits.strip_prefix(['.', ')']).filter(|_| digits.len() < text.len()).unwrap_or(text);
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// What is wrong: a file that the nodes do not give back, or a line with a word that its node hides.
fn lost(source: &str) -> Vec<String> {
    let book = parse("x", source);
    let lines = lines(source);
    let nodes = book.nodes();
    let again: String =
        nodes.iter().flat_map(|(_, own)| lines[own.start - 1..own.end - 1].iter().copied()).collect();
    let mut wrong = Vec::new();
    if again != source {
        wrong.push(format!("{} bytes of {} came back", again.len(), source.len()));
    }
    for (node, own) in nodes {
        let shown = shown(&book, node).to_lowercase();
        for (at, line) in lines.iter().enumerate().take(own.end - 1).skip(own.start - 1) {
            wrong.extend(
                words(line)
                    .filter(|word| !shown.contains(word))
                    .map(|word| format!("{}: {word}: {}", at + 1, line.trim())),
            );
        }
    }
    wrong
}

#[test]
fn real_runbooks_come_back_whole_and_hide_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/runbooks");
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).expect("fixtures") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "md") {
            let source = std::fs::read_to_string(&path).expect("text");
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            wrong.extend(lost(&source).into_iter().map(|what| format!("{name}:{what}")));
            wrong.extend(
                lost(&source.replace('\n', "\r\n")).into_iter().map(|what| format!("crlf {name}:{what}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn shipped_runbooks_come_back_whole_and_hide_nothing() {
    for (name, source) in shipped() {
        assert_eq!(lost(source), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn what_a_renderer_hides_is_shown() {
    let cases = [
        "# T\n\n## Fix\n\nDelete <pod> now. <!-- not in prod -->\n",
        "<!-- vim: set ft=markdown -->\n\n# T\n\n1. a\n",
        "# T\n\n## Fix\n\n1. See [the board](https://grafana.example/d/7) <!-- slow -->\n",
        "# T\n\nText with a [link][1].\n\n[1]: https://example.org/target\n\n## Fix\n\n1. a\n",
        "---\nlist:\n  - one\n# a comment\n---\n# [T](https://t.example)\n\n{{< toc >}}\n\n## [Fix](fix.md) <b id=\"x\">\n\n1. a\n",
        "1. a\n\n   | x | y |\n   | --- | --- |\n   | one | two |\n\n2. ![the picture](board.png)\n",
        "## Fix\n\n```sh {name=wipe}\nls\n```\n\n```yaml\na: b\n```\n",
        "T\n===\n\nFix\n---\n\n- a\n- b\n\n***\n\n[^1]: a note\n",
    ];
    for source in cases {
        assert_eq!(lost(source), Vec::<String>::new(), "{source}");
    }
}

proptest! {
    #[test]
    fn any_text_comes_back_whole(text in "(\\PC|[\n\r#`>*-]){0,200}") {
        let wrong = lost(&text);
        prop_assert!(!wrong.iter().any(|what| what.contains("came back")), "{:?}", wrong);
    }

    #[test]
    fn markdown_noise_comes_back_whole_and_hides_nothing(lines in proptest::collection::vec(
        "(#{1,4} (Step )?[1-9]\\. [a-z]{1,9}|#{1,3} [a-z ]{1,9}|[1-9]\\. [a-z `]{0,12}|   [a-z]{1,5}|- (\\[ \\] )?[a-z]{0,6}|```(sh|output|)?|\\$ ls|> [a-z]{0,5}|[a-zA-Z:. ]{0,20}|---|<b>|<!-- [a-z]{1,4} -->|\\[[a-z]\\]: [a-z]{1,4}|)", 0..24)) {
        let source = lines.join("\n");
        prop_assert_eq!(lost(&source), Vec::<String>::new(), "{}", source);
    }
}
