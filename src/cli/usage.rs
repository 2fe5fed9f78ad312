//! Reading the command line. What cannot be understood is said in one line, like every other error.

use std::env;
use std::error::Error as _;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ColorChoice, Error, FromArgMatches};

use super::args::{Args, command as command_line};
use super::output::Failure;

/// The command line as it was typed; `None` when help or the version was asked for and printed.
pub(super) fn parse() -> Result<Option<Args>, Failure> {
    let parsed = command_line()
        .color(color_of(env::args()))
        .try_get_matches()
        .and_then(|matches| Args::from_arg_matches(&matches));
    match parsed {
        Ok(args) => Ok(Some(args)),
        Err(error) => explain(&error).map(|()| None),
    }
}

/// Help is coloured before anything is parsed.
fn color_of(mut words: impl Iterator<Item = String>) -> ColorChoice {
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--color") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => continue,
        };
        return match value.as_deref() {
            Some("always") => ColorChoice::Always,
            Some("never") => ColorChoice::Never,
            _ => ColorChoice::Auto,
        };
    }
    ColorChoice::Auto
}

fn explain(error: &Error) -> Result<(), Failure> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // A reader that has gone away wanted no more of it.
            let _ = error.print();
            Ok(())
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Err(Failure::Usage(error.to_string().trim_end().to_owned()))
        }
        _ => Err(Failure::Usage(sentence(error))),
    }
}

/// `what: which thing: why (what to do)`.
fn sentence(error: &Error) -> String {
    let text = |kind| error.get(kind).map(ToString::to_string);
    let (command, see) = command(error);
    let argument = text(ContextKind::InvalidArg).unwrap_or_default();
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    match error.kind() {
        ErrorKind::UnknownArgument => {
            let near = near(error, ContextKind::SuggestedArg);
            format!("argument: {argument}: not expected here ({})", near.unwrap_or(see))
        }
        ErrorKind::InvalidSubcommand => {
            let near = near(error, ContextKind::SuggestedSubcommand);
            let word = text(ContextKind::InvalidSubcommand).unwrap_or_default();
            format!("command: {word}: unknown ({})", near.unwrap_or(see))
        }
        ErrorKind::InvalidValue if value.is_empty() => format!("{argument}: a value is missing ({see})"),
        ErrorKind::InvalidValue => {
            let known = text(ContextKind::ValidValue).unwrap_or_default();
            format!("{}: {value}: unknown (one of {known})", option(&argument))
        }
        ErrorKind::ValueValidation => match error.source().map(ToString::to_string) {
            // Our own parsers speak in whole sentences.
            Some(why) if why.contains(": ") => why,
            why => format!("{}: {value}: {} ({see})", option(&argument), why.unwrap_or_default()),
        },
        ErrorKind::MissingRequiredArgument => format!("{command}: {argument}: missing ({see})"),
        ErrorKind::ArgumentConflict => {
            let prior = text(ContextKind::PriorArg).unwrap_or_default();
            format!("{argument}: cannot be used with {prior} ({see})")
        }
        _ => format!("{command}: {} ({see})", first_paragraph(error)),
    }
}

/// The likeliest of the suggestions, which is the last one.
fn near(error: &Error, kind: ContextKind) -> Option<String> {
    let near = match error.get(kind)? {
        ContextValue::Strings(all) => all.last()?.clone(),
        one => one.to_string(),
    };
    Some(format!("did you mean {near}?"))
}

/// The command that was meant, and where its help is.
fn command(error: &Error) -> (String, String) {
    let usage = error.get(ContextKind::Usage).map(ToString::to_string).unwrap_or_default();
    let words: Vec<&str> = usage
        .split_whitespace()
        .skip_while(|word| *word != "warroom")
        .take_while(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
        .collect();
    let whole = if words.is_empty() { "warroom".to_owned() } else { words.join(" ") };
    let name = whole.strip_prefix("warroom ").unwrap_or(&whole).to_owned();
    (name, format!("see {whole} --help"))
}

/// `--color <WHEN>` is `--color`.
fn option(argument: &str) -> &str {
    argument.split(' ').next().unwrap_or(argument)
}

fn first_paragraph(error: &Error) -> String {
    let text = error.to_string();
    let lines = text.lines().take_while(|line| !line.is_empty()).map(str::trim);
    lines.collect::<Vec<_>>().join(" ").trim_start_matches("error: ").to_owned()
}
