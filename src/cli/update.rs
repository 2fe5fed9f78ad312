//! `update`: what is said to others, from a template or in one's own words, and where it goes.

use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::context::Context;
use super::incident::{Wish, acknowledge};
use super::output::{Failure, print, remark};
use super::verbs::{About, span};
use crate::app::outgoing::Templates;
use crate::incident::event::Audience;
use crate::incident::intent::{PostAsk, Sure};
use crate::incident::outbox::may_leave;
use crate::incident::wording::{self, Moment, Saying};
use crate::incident::{Ask, Incident, Intent};
use crate::io::{files, looks, terminal};
use crate::text::Safe;

/// What somebody types before words become public.
const PUBLIC_WORD: &str = "public";

#[derive(Debug, Args)]
pub(super) struct Update {
    /// What happens, who is affected, what is done; - reads it from standard input
    #[arg(required_unless_present_any = ["template", "all_clear"])]
    text: Vec<String>,
    /// public, stakeholders or executives
    #[arg(long, default_value = "stakeholders")]
    audience: Audience,
    /// When the next update is promised, e.g. 20m
    #[arg(long, value_name = "SPAN", value_parser = span)]
    next: Option<Duration>,
    /// Take the text of the audience's template; look at it first with --dry-run
    #[arg(long, conflicts_with = "text")]
    template: bool,
    /// Take the text of the all-clear's template
    #[arg(long, conflicts_with_all = ["text", "template"])]
    all_clear: bool,
    /// Print the exact text and do nothing
    #[arg(long, conflicts_with_all = ["copy", "out", "send"])]
    dry_run: bool,
    #[command(flatten)]
    leaving: Leaving,
    #[command(flatten)]
    confirmed: Confirmed,
    #[command(flatten)]
    about: About,
}

/// Where the text goes beside the record.
#[derive(Debug, Args)]
struct Leaving {
    /// Also hand the text to the terminal's clipboard (OSC 52)
    #[arg(long)]
    copy: bool,
    /// Also write the text into this file; what is there is replaced
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Also send it to every [[outbox]] that takes the audience
    #[arg(long)]
    send: bool,
}

/// What was said yes to beforehand.
#[derive(Debug, Args)]
struct Confirmed {
    /// Everybody may read it: wanted where public words leave
    #[arg(long)]
    yes_public: bool,
    /// The incident is private and it leaves all the same
    #[arg(long)]
    yes_private: bool,
}

pub(super) fn run(context: &Context, update: &Update) -> Result<ExitCode, Failure> {
    if update.dry_run {
        // Looking makes no files.
        let journal = context.reading_journal()?;
        let text = update.words(context, journal.ledger().find(update.about.incident.as_deref())?)?;
        return print(&format!("{}\n", Safe::block(&text)));
    }
    let mut journal = context.journal()?;
    let incident = journal.ledger().find(update.about.incident.as_deref())?.clone();
    let text = update.words(context, &incident)?;
    let sure = update.sure(&incident)?;
    let to = update.targets(context)?;
    if let Some(path) = &update.leaving.out {
        write(path, &text)?;
    }
    let publish =
        PostAsk::Publish { text: text.clone(), audience: update.audience, next: update.next, to, sure };
    let ask =
        Ask { incident: update.about.incident.clone(), ..Ask::new(&context.who, Intent::Post(publish)) };
    let events = journal.append(&ask, context.now())?;
    acknowledge(context, &events)?;
    if update.leaving.copy {
        copy(&text)?;
    }
    super::outbox::carry(context, &mut journal, &events)
}

impl Update {
    /// Words that are only recorded.
    pub(super) fn is_plain(&self) -> bool {
        !(self.leaves() || self.dry_run || self.template || self.all_clear || self.text == ["-"])
    }

    /// What it asks the journal where it is plain.
    pub(super) fn wish(self) -> Wish {
        let Self { text, audience, next, about, .. } = self;
        Wish::new(Intent::Update { text: text.join(" "), audience, next }, about.incident)
    }

    /// The exact text: as given, as piped, or as the template makes it.
    fn words(&self, context: &Context, incident: &Incident) -> Result<String, Failure> {
        if self.text == ["-"] {
            let read = io::read_to_string(io::stdin().lock());
            return read.map_err(|error| Failure::No(format!("stdin: {error} (check what feeds it)")));
        }
        if !self.text.is_empty() {
            return Ok(self.text.join(" "));
        }
        let saying = if self.all_clear { Saying::AllClear } else { Saying::Update(self.audience) };
        if self.all_clear && incident.is_open() {
            let why = format!("{}: is not over yet (first: warroom resolve)", incident.id);
            return Err(Failure::No(why));
        }
        let mut problems = Vec::new();
        let templates: Templates = looks::wordings(&context.user_files(), &mut problems);
        for problem in &problems {
            remark(&problem.to_string());
        }
        let zone = context.config()?.config.zone;
        let moment = Moment { now: context.now(), zone, next: self.next };
        Ok(wording::draft(incident, moment, templates.of(saying))?)
    }

    fn leaves(&self) -> bool {
        self.leaving.copy || self.leaving.send || self.leaving.out.is_some()
    }

    /// What was confirmed; on a terminal the word for public ones is asked for.
    fn sure(&self, incident: &Incident) -> Result<Sure, Failure> {
        let mut sure = Sure { public: self.confirmed.yes_public, private: self.confirmed.yes_private };
        let asks = self.leaves() && self.audience == Audience::Public && !sure.public;
        if asks && (sure.private || !incident.private) && io::stdin().is_terminal() {
            remark(&format!("everybody will read it: type {PUBLIC_WORD} and press enter to let it out"));
            let mut typed = String::new();
            let read = io::stdin().lock().read_line(&mut typed);
            sure.public = read.is_ok() && typed.trim() == PUBLIC_WORD;
        }
        if self.leaves() {
            may_leave(incident, Some(self.audience), sure)?;
        }
        Ok(sure)
    }

    /// Who gets it; nobody who takes the audience is an error, not a silence.
    fn targets(&self, context: &Context) -> Result<Vec<String>, Failure> {
        if !self.leaving.send {
            return Ok(Vec::new());
        }
        let outbox = context.config()?.config.outbox;
        let takes = outbox.iter().filter(|target| target.takes(self.audience));
        let names: Vec<String> = takes.map(|target| target.name.clone()).collect();
        if names.is_empty() {
            let audience = self.audience;
            let why = format!(
                "outbox: {audience}: nothing takes it (add audiences = [\"{audience}\"] to an [[outbox]])"
            );
            return Err(Failure::Usage(why));
        }
        Ok(names)
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let text = format!("{text}\n");
    files::write_atomic(path, text.as_bytes()).map_err(|error| {
        Failure::No(format!("update: {}: {} (name another file)", path.display(), files::plainly(&error)))
    })
}

fn copy(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout();
    if !out.is_terminal() {
        remark("update: copy: standard output is no terminal (nothing was copied; use --out FILE)");
        return Ok(());
    }
    if !super::console::takes_copies() {
        remark("update: copy: this terminal is not known to take a copy (if it did not: --out FILE)");
    }
    Ok(terminal::copy(&mut out, text)?)
}
