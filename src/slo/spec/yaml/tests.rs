//! Documents come apart where YAML says, and scalars stay as they were written.

use super::{Node, Value, documents};

/// A tree in one line, each scalar with its place.
fn show(node: &Node) -> String {
    let each = |items: Vec<String>| items.join(" ");
    match &node.value {
        Value::Null => format!("null@{}", node.line),
        Value::Text(text) => format!("{text}@{}:{}", node.line, node.column),
        Value::List(items) => format!("[{}]", each(items.iter().map(show).collect())),
        Value::Map(entries) => {
            format!("{{{}}}", each(entries.iter().map(|(k, v)| format!("{}={}", show(k), show(v))).collect()))
        }
    }
}

fn read(text: &str) -> Vec<String> {
    let show_one = |document: Result<Node, super::Unreadable>| match document {
        Ok(node) => show(&node),
        Err(why) => format!("!{}:{}", why.line, why.column),
    };
    documents(text).into_iter().map(show_one).collect()
}

#[test]
fn scalars_stay_as_they_were_written() {
    let cases = [
        ("a: 0.20", "{a@1:1=0.20@1:4}"),
        ("a: 0.20\r\nb: true\r\n", "{a@1:1=0.20@1:4 b@2:1=true@2:4}"),
        ("a: 0x1F # hex\nb: 1_000", "{a@1:1=0x1F@1:4 b@2:1=1_000@2:4}"),
        ("a: .nan", "{a@1:1=.nan@1:4}"),
        ("a: 'x'\nb: \"1.0\"", "{a@1:1=x@1:4 b@2:1=1.0@2:4}"),
        ("ü: 1.50\né: 2.50", "{ü@1:1=1.50@1:4 é@2:1=2.50@2:4}"),
        ("a:\nb: null\nc: ~", "{a@1:1=null@1 b@2:1=null@2 c@3:1=null@3}"),
        ("{\"a\": [1, {\"b\": 2.0}]}", "{a@1:2=[1@1:8 {b@1:12=2.0@1:17}]}"),
        ("a: &x 1.10\nb: *x", "{a@1:1=1.10@1:7 b@2:1=1.10@2:4}"),
        ("a: 1\na: 2", "{a@1:1=1@1:4 a@2:1=2@2:4}"),
        ("a: >\n  x\n  y\n", "{a@1:1=x y\n@2:3}"),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text), [expected], "{text:?}");
    }
}

#[test]
fn each_document_stands_for_itself() {
    let cases: &[(&str, &[&str])] = &[
        ("", &[]),
        ("# nothing\n", &[]),
        ("---\n---\n# still nothing\n...\n", &[]),
        ("---\na: 1\n---\nb: 2\n", &["{a@2:1=1@2:4}", "{b@4:1=2@4:4}"]),
        (
            "a: 1\n--- # the next\nb: 2\n...\n%YAML 1.2\n---\nc: 3",
            &["{a@1:1=1@1:4}", "{b@3:1=2@3:4}", "{c@7:1=3@7:4}"],
        ),
        ("a: 1\n---\nb: [\n---\nc: 3\n", &["{a@1:1=1@1:4}", "!3:4", "{c@5:1=3@5:4}"]),
        ("a: |\n  ---\n  x\n", &["{a@1:1=---\nx\n@2:3}"]),
        ("--- {a: 1}\n", &["{a@1:6=1@1:9}"]),
        ("\u{feff}a: 1", &["{a@1:1=1@1:4}"]),
    ];
    for (text, expected) in cases {
        assert_eq!(read(text), *expected, "{text:?}");
    }
}
