//! Nothing of a file is lost: every line belongs to one node, the nodes give the file back, and each shows
//! every word of its own lines.

#[path = "common/whole.rs"]
mod whole;

use std::path::Path;

use proptest::prelude::*;
use warroom::runbook::shipped;
use whole::lost;

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
