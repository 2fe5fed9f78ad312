//! A small reader of shell text: which programs a command runs, with which words and redirections.
//!
//! It reads, it never expands or runs anything. What it cannot understand comes out as a word that
//! nobody knows, so that whoever judges it stays careful.

mod arithmetic;
mod lexer;

use lexer::{Lexer, Token};

/// A piece of shell text, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Script {
    pub commands: Vec<Simple>,
    /// Texts of command and process substitutions, each a script of its own.
    pub nested: Vec<String>,
}

/// One program with its words, between two separators (`;`, `&&`, `||`, `|`, `&`, a line break).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Simple {
    /// Names of the variables set here: `X=1`, `export X=1`, `for X in`, `read X`.
    pub sets: Vec<String>,
    /// How many of them, from the first, are set for the program alone: `X=1 ls`.
    pub before: usize,
    /// The program and its arguments, quotes removed.
    pub words: Vec<String>,
    pub redirects: Vec<Redirect>,
}

/// A redirection; the target of a here-document is its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    pub op: String,
    pub target: String,
}

/// Words of the grammar that stand before a program.
const OPENERS: &[&str] =
    &["if", "then", "else", "elif", "while", "until", "do", "!", "{", "}", "fi", "done", "esac", "coproc"];

/// Takes a text apart. Total: an unclosed quote ends at the end of the text.
pub fn read(text: &str) -> Script {
    let (tokens, nested) = Lexer::new(text).run();
    let mut commands = Vec::new();
    for part in tokens.split(|token| *token == Token::Separator) {
        let simple = assemble(part);
        if simple != Simple::default() {
            commands.push(simple);
        }
    }
    Script { commands, nested }
}

/// The names a text sets, for later blocks of the same runbook and for itself.
pub fn sets(text: &str) -> Vec<String> {
    read(text).commands.into_iter().flat_map(|simple| simple.sets).collect()
}

fn assemble(tokens: &[Token]) -> Simple {
    let mut simple = Simple::default();
    for token in tokens {
        match token {
            Token::Word(word) => place(&mut simple, word),
            Token::Redirect(op, target) => {
                simple.redirects.push(Redirect { op: op.clone(), target: target.clone() });
            }
            Token::Separator => {}
        }
    }
    if !simple.words.is_empty() {
        simple.before = simple.sets.len();
    }
    note_sets(&mut simple);
    simple
}

fn place(simple: &mut Simple, word: &str) {
    if !simple.words.is_empty() {
        simple.words.push(word.to_owned());
        return;
    }
    match assigned_name(word) {
        Some(name) => simple.sets.push(name.to_owned()),
        None if OPENERS.contains(&word) => {}
        None => simple.words.push(word.to_owned()),
    }
}

/// Built-ins that set variables by name.
fn note_sets(simple: &mut Simple) {
    let spoken = simple.words.iter().skip_while(|word| matches!(word.as_str(), "builtin" | "command"));
    let words: Vec<String> = spoken.cloned().collect();
    let Some((first, rest)) = words.split_first() else { return };
    match first.as_str() {
        "export" | "declare" | "local" | "readonly" | "typeset" => {
            let names = rest.iter().filter_map(|word| assigned_name(word)).map(str::to_owned);
            simple.sets.extend(names);
        }
        "read" | "mapfile" | "readarray" | "unset" | "getopts" => {
            simple.sets.extend(rest.iter().filter(|word| is_name(word)).cloned());
        }
        "printf" if rest.first().is_some_and(|flag| flag.starts_with("-v")) => {
            let glued = rest[0].strip_prefix("-v").filter(|name| !name.is_empty());
            simple.sets.extend(glued.or(rest.get(1).map(String::as_str)).map(str::to_owned));
        }
        "for" | "select" | "case" => {
            simple.sets.extend(rest.first().filter(|word| is_name(word)).cloned());
            // `for x do PROGRAM` needs no sign before the program.
            let body = words.iter().position(|word| word == "do").map_or(words.len(), |at| at + 1);
            simple.words = words[body..].to_vec();
            simple.before = 0;
        }
        _ => {}
    }
}

fn assigned_name(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    is_name(name).then_some(name)
}

fn is_name(word: &str) -> bool {
    !word.starts_with(|c: char| c.is_ascii_digit())
        && !word.is_empty()
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
