//! The twenty-five hostile texts through the program: what it prints and what it writes for others to read.

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use super::home::{Home, Told};
use crate::inputs::{assert_inert, inputs};

/// A home whose incident, entries and runbook hold every one of them.
fn full() -> Home {
    let home = Home::with_incident();
    for (number, what, bytes) in inputs() {
        let mut note = home
            .warroom(&["note", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        // What is no text is refused, and its refusal is looked at too.
        let _ = note.stdin.take().expect("its input").write_all(&bytes);
        let said = note.wait_with_output().expect("it ends");
        assert_inert(&String::from_utf8(said.stdout).expect("UTF-8"), &format!("{number} {what}"));
        // The system takes no longer word than this.
        if bytes.len() < 100_000 {
            let text = String::from_utf8_lossy(&bytes).replace('\0', "");
            home.run(&["note", "--by", &text, &format!("from {number}")]);
        }
    }
    let hidden = inputs().into_iter().map(|(_, _, bytes)| String::from_utf8_lossy(&bytes).into_owned());
    let steps: Vec<String> =
        hidden.map(|text| format!("1. {text}\n\n   ```sh\n   {text}\n   ```\n")).collect();
    home.write("book.md", &format!("# Book\n\n## Steps\n\n{}", steps.join("\n")));
    home
}

#[test]
fn nothing_that_is_printed_or_exported_has_power() {
    let home = full();
    home.out(&["postmortem", "export", "--out", "pm.md"]);
    let exported = std::fs::read_to_string(home.path().join("pm.md")).expect("the export");
    assert_inert(&exported, "the exported postmortem");
    // A backslash takes the meaning from the sign behind it.
    let meant = exported.replace("\\<", "").replace("\\]", "");
    assert!(!meant.contains("<script>") && !meant.contains("](http://evil"), "no markup of theirs");
    let commands: [&[&str]; 9] = [
        &["timeline"],
        &["timeline", "--jsonl"],
        &["show"],
        &["brief"],
        &["list"],
        &["search", "evil"],
        &["postmortem", "draft"],
        &["runbook", "show", "book.md"],
        &["runbook", "lint", "book.md"],
    ];
    for words in commands {
        let Told { out, err, .. } = home.run(words);
        assert!(!out.is_empty() || !err.is_empty(), "{words:?} says nothing");
        assert_inert(&out, &format!("{words:?}"));
        assert_inert(&err, &format!("{words:?}"));
    }
}

#[test]
fn a_file_name_and_a_mistake_are_spelled_out_in_errors() {
    let home = Home::new();
    for (number, what, bytes) in inputs() {
        let short = &bytes[..bytes.len().min(200)];
        let name: Vec<u8> = short.iter().copied().filter(|byte| !matches!(byte, 0 | b'/')).collect();
        for words in [["runbook", "lint"], ["runbook", "show"], ["import", "--new=x"]] {
            let output = home.warroom(&words).arg(OsStr::from_bytes(&name)).output().expect("it runs");
            assert_ne!(output.status.code(), Some(0), "{number} {what}");
            assert_inert(
                &String::from_utf8(output.stderr).expect("UTF-8"),
                &format!("{words:?} {number} {what}"),
            );
        }
    }
}
