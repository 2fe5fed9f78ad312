//! What is lost of a runbook between its file and its nodes: for the tests and for the fuzz targets.

use warroom::runbook::step::Node;
use warroom::runbook::{Runbook, parse};

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
pub fn lost(source: &str) -> Vec<String> {
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
