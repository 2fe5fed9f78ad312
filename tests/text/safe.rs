//! The twenty-five hostile texts on every way out of the core: a label, a log line, a runbook, a paste, a
//! file name, exported Markdown. Shown, never obeyed, never dropped, never long.

use warroom::app::editor::Editor;
use warroom::postmortem::markdown;
use warroom::runbook::parse;
use warroom::text::{Safe, safe};

use crate::inputs::{assert_inert, inputs};

/// More cells than any screen has, and no more than a line is worth.
const LONGEST: usize = 40 * 1024;

#[test]
fn the_table_has_every_row() {
    let rows = inputs();
    assert_eq!(rows.len(), 25);
    assert!(rows.iter().all(|(_, _, bytes)| !bytes.is_empty()));
}

#[test]
fn every_way_out_makes_them_harmless() {
    for (number, what, bytes) in inputs() {
        let name = format!("{number} {what}");
        let text = safe::decode(&bytes).into_owned();
        let mut line = Editor::line("");
        line.paste(&text);
        let mut page = Editor::page("");
        page.paste(&text);
        let book = parse("x", &format!("# {text}\n\n1. {text}\n\n   ```sh\n   {text}\n   ```\n"));
        let steps = book.steps();
        let titles = steps.iter().map(|placed| placed.step.title.as_str());
        let commands =
            steps.iter().flat_map(|placed| &placed.step.commands).map(|command| command.text.as_str());
        let prose = steps.iter().flat_map(|placed| &placed.step.prose);
        let prose = prose.chain(book.sections.iter().flat_map(|section| &section.prose)).map(String::as_str);
        let shown: Vec<String> =
            titles.chain(commands).chain(prose).map(|raw| Safe::line(raw).into_string()).collect();
        let ways = [
            ("label", Safe::line(&text).into_string()),
            ("log line", Safe::lines(&text).map(Safe::into_string).collect::<Vec<_>>().join("\n")),
            ("file name", Safe::bytes(&bytes).into_string()),
            ("runbook text", shown.join("\n")),
            ("paste into a line", line.text()),
            ("paste into a page", page.text()),
            ("exported Markdown", markdown::escape(&text)),
        ];
        for (way, out) in ways {
            assert_inert(&out, &format!("{name}: {way}"));
            assert!(out.len() < LONGEST, "{name}: {way} has {} bytes", out.len());
            assert!(!out.trim().is_empty(), "{name}: {way} shows nothing of it");
        }
    }
}

#[test]
fn what_has_power_is_spelled_out_and_not_dropped() {
    let shown = |number: usize| {
        let (_, _, bytes) = inputs().into_iter().find(|(row, _, _)| *row == number).expect("a row");
        Safe::bytes(&bytes).into_string()
    };
    for (number, wanted) in [
        (1, "^[]52;c;ZXZpbA==^G"),
        (2, "^[]8;;http://evil^[\\text"),
        (6, "^[[2J^[[H^[c^[[?1049l"),
        (10, "<0x9B>2J<0x9D>0;x<0x9C>"),
        (11, "rm -rf /^Mls      ^H^H^K^L^@^?^N^O"),
        (13, "<U+202E>gpj.exe<U+202C>"),
        (14, "a<U+200B>b<U+200C>c"),
        (15, "x<U+E0041><U+E0042>"),
        (16, "<marks cut>"),
        (17, "one<U+2028>two<U+2029>three<U+0085>four"),
        (19, "<0xA9> <0xC0><0x9B>"),
        (20, "bytes cut>"),
        (22, "ok^JApprove? [y/N]"),
    ] {
        assert!(shown(number).contains(wanted), "row {number}: {:.200}", shown(number));
    }
}

#[test]
fn a_command_with_any_of_the_hidden_ones_is_never_confirmed() {
    let hiding = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 17, 21, 23, 25];
    for (number, what, bytes) in inputs() {
        let text = safe::decode(&bytes);
        assert_eq!(safe::deceives(&text), hiding.contains(&number) || number == 20, "{number} {what}");
    }
}

#[test]
fn markdown_that_is_exported_holds_no_markup_of_theirs() {
    for (number, what, bytes) in inputs() {
        let out = markdown::escape(&safe::decode(&bytes));
        for markup in ["<script", "![](", "](http"] {
            let bare = out.match_indices(markup).any(|(at, _)| at == 0 || out.as_bytes()[at - 1] != b'\\');
            assert!(!bare, "{number} {what}: {out}");
        }
        assert!(!out.starts_with("```") && !out.contains('\n'), "{number} {what}: {out:.80}");
    }
}
