//! The script of a sed: whether every command in it is one that only prints or edits what passes through.

use std::iter::Peekable;
use std::str::Chars;

use super::known::Known;
use crate::runbook::step::Risk;

const FLAGS: Known = Known(
    "-n -E -r -s -u -z -e: --quiet --silent --expression: --regexp-extended --separate --unbuffered --null-data --posix",
);

pub(super) fn risk(args: &[String]) -> Risk {
    let told = FLAGS.tell(args);
    let mut scripts: Vec<&str> = expressions(args);
    if scripts.is_empty() {
        scripts.extend(told.operands.first());
    }
    let reads = told.sure && !scripts.is_empty() && scripts.iter().all(|script| only_reads(script));
    if reads { Risk::Read } else { Risk::Change }
}

fn expressions(args: &[String]) -> Vec<&str> {
    let behind = args.windows(2).filter(|pair| {
        let cluster = pair[0].starts_with('-') && !pair[0].starts_with("--") && pair[0].ends_with('e');
        cluster || pair[0] == "--expression"
    });
    let glued =
        args.iter().filter_map(|arg| arg.strip_prefix("--expression=").or_else(|| arg.strip_prefix("-e")));
    behind.map(|pair| pair[1].as_str()).chain(glued.filter(|script| !script.is_empty())).collect()
}

/// Total: whatever is not understood does not only read.
fn only_reads(script: &str) -> bool {
    let mut rest = script.chars().peekable();
    loop {
        while rest.next_if(|c| c.is_whitespace() || matches!(c, ';' | '}' | '{')).is_some() {}
        if rest.peek().is_none() {
            return true;
        }
        if command(&mut rest).is_none() {
            return false;
        }
    }
}

/// One command with its addresses; `None` where it acts or is not known.
fn command(rest: &mut Peekable<Chars<'_>>) -> Option<()> {
    address(rest)?;
    while rest.next_if(|c| c.is_whitespace() || *c == '!').is_some() {}
    match rest.next()? {
        '{' | 'p' | 'P' | 'd' | 'D' | 'g' | 'G' | 'h' | 'H' | 'x' | 'n' | 'N' | '=' | 'z' => Some(()),
        'q' | 'Q' | 'l' => {
            while rest.next_if(|c| c.is_ascii_digit() || *c == ' ').is_some() {}
            Some(())
        }
        'a' | 'i' | 'c' | 'r' | '#' => {
            while rest.next_if(|c| *c != '\n').is_some() {}
            Some(())
        }
        'b' | 't' | 'T' | ':' => {
            while rest.next_if(|c| !matches!(c, '\n' | ';' | '}')).is_some() {}
            Some(())
        }
        's' => substitution(rest),
        'y' => {
            let delimiter = rest.next()?;
            pattern(rest, delimiter)?;
            pattern(rest, delimiter)
        }
        _ => None,
    }
}

fn address(rest: &mut Peekable<Chars<'_>>) -> Option<()> {
    loop {
        match rest.peek()? {
            '/' => {
                rest.next();
                pattern(rest, '/')?;
                while rest.next_if(|c| matches!(c, 'I' | 'M')).is_some() {}
            }
            '\\' => {
                rest.next();
                let delimiter = rest.next()?;
                pattern(rest, delimiter)?;
            }
            c if c.is_ascii_digit() || matches!(c, '$' | ',' | '~' | '+' | ' ') => _ = rest.next(),
            _ => return Some(()),
        }
    }
}

fn substitution(rest: &mut Peekable<Chars<'_>>) -> Option<()> {
    let delimiter = rest.next().filter(|c| !c.is_alphanumeric() && !c.is_whitespace())?;
    pattern(rest, delimiter)?;
    pattern(rest, delimiter)?;
    while rest.next_if(|c| matches!(c, 'g' | 'p' | 'i' | 'I' | 'm' | 'M') || c.is_ascii_digit()).is_some() {}
    matches!(rest.peek(), None | Some(';' | '\n' | '}' | ' ')).then_some(())
}

/// Up to the delimiter; one inside brackets ends it for some and not for others: nobody knows.
fn pattern(rest: &mut Peekable<Chars<'_>>, delimiter: char) -> Option<()> {
    let mut bracket = false;
    loop {
        match rest.next()? {
            '\\' => _ = rest.next()?,
            c if c == delimiter => return (!bracket).then_some(()),
            '[' => bracket = true,
            ']' => bracket = false,
            _ => {}
        }
    }
}
