//! `alert silence`, `silences`, `unsilence`: what would be covered is shown before anything is sent.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use crate::cli::console::start_runtime;
use crate::cli::context::Context;
use crate::cli::output::{Failure, Shape, json, json_lines, remark, say_all, table};
use crate::cli::verbs::{About, span};
use crate::config::Config;
use crate::incident::event::{SilenceEnded, SilenceMade};
use crate::incident::inbox::silence::{common, server_of};
use crate::incident::inbox::{Inbox, Known, Matcher, Silence, SilenceWish};
use crate::incident::{AlertAsk, Ask, Intent};
use crate::io::sources::alertmanager::Alertmanager;
use crate::text::when::{after, rfc3339};

/// Alerts that are shown before the rest is counted.
const SHOWN: usize = 20;

/// A silence to be made.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Make {
    /// An alert's name, a fingerprint or its beginning: what these alerts have in common is matched
    #[arg(value_name = "NAME|FINGERPRINT", required_unless_present = "matchers")]
    which: Option<String>,
    /// A condition on a label, name=value, !=, =~ or !~; may be given again, all must hold
    #[arg(long = "match", value_name = "MATCHER", conflicts_with = "which", value_parser = Matcher::parse)]
    matchers: Vec<Matcher>,
    /// How long, e.g. 2h
    #[arg(long = "for", value_name = "SPAN", value_parser = span)]
    length: Duration,
    /// Why nobody is to be called
    #[arg(long, value_name = "WHY")]
    comment: String,
    /// The Alertmanager that is to hold it [default: the one that tells the alert, else the only one]
    #[arg(long)]
    source: Option<String>,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    /// Show what it would cover and send nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    #[command(flatten)]
    about: About,
}

/// A silence to be ended.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct End {
    /// Its id or a unique beginning, as silences shows it
    id: String,
    #[command(flatten)]
    about: About,
}

pub(super) fn make(context: &Context, config: &Config, make: Make) -> Result<ExitCode, Failure> {
    let mut journal = context.journal()?;
    let inbox = super::heard(context, config, journal.ledger())?;
    let wish = wish(context, config, &inbox, &make)?;
    wish.check(context.now()).map_err(Failure::Usage)?;
    let live = inbox.alerts().filter(|alert| alert.standing.is_live());
    let covered: Vec<String> =
        wish.covered(live.map(|alert| &*alert.heard)).iter().map(|one| one.words()).collect();
    say_all(&preview(&wish, &covered))?;
    if make.dry_run || !(make.yes || is_confirmed()?) {
        remark("silence: not made");
        return Ok(ExitCode::from(u8::from(!make.dry_run)));
    }
    let server = server(config, &wish.source)?;
    let sent = start_runtime()?.block_on(server.silence(&wish, context.now()));
    let id = sent.map_err(|why| Failure::Unreachable(format!("source: {}: {why}", wish.source)))?;
    let matchers = wish.words();
    let SilenceWish { source, ends_at, comment, .. } = wish;
    let event = SilenceMade { source, id, matchers, ends_at, comment, covered: covered.len() as u64 };
    let ask = Ask::new(&context.who, Intent::Alert(AlertAsk::Silenced(event)));
    super::append(context, &mut journal, &Ask { incident: make.about.incident, ..ask })
}

/// What is matched: as written, else what the alerts that are meant have in common.
fn wish(context: &Context, config: &Config, inbox: &Inbox, make: &Make) -> Result<SilenceWish, Failure> {
    let meant: Vec<&Known> = match &make.which {
        Some(name) => inbox.find(name).map_err(Failure::Usage)?,
        None => Vec::new(),
    };
    let source = if let Some(source) = &make.source {
        source.clone()
    } else {
        let servers: Vec<&str> = config.alertmanagers().map(|source| source.name.as_str()).collect();
        let tellers = meant.iter().flat_map(|alert| alert.sources()).map(String::as_str);
        server_of(tellers, &servers).map_err(Failure::Usage)?
    };
    let matchers = if make.matchers.is_empty() {
        common(meant.iter().map(|alert| &*alert.heard))
    } else {
        make.matchers.clone()
    };
    let (by, comment) = (context.who.clone(), make.comment.clone());
    Ok(SilenceWish { source, matchers, ends_at: after(context.now(), make.length), by, comment })
}

fn server(config: &Config, source: &str) -> Result<Arc<Alertmanager>, Failure> {
    let servers = super::servers(config)?;
    let found = servers.into_iter().find(|(name, _)| name == source).map(|(_, server)| server);
    found.ok_or_else(|| {
        Failure::Usage(format!(
            "source: {source}: no Alertmanager of that name is configured (warroom check)"
        ))
    })
}

fn preview(wish: &SilenceWish, covered: &[String]) -> Vec<String> {
    let mut lines =
        vec![format!("silence in {} until {}: {}", wish.source, rfc3339(wish.ends_at), wish.comment)];
    lines.extend(wish.words().into_iter().map(|matcher| format!("  {matcher}")));
    lines.push(match covered.len() {
        0 => "covers no alert that fires now".to_owned(),
        1 => "covers 1 alert that fires now:".to_owned(),
        count => format!("covers {count} alerts that fire now:"),
    });
    lines.extend(covered.iter().take(SHOWN).map(|alert| format!("  {alert}")));
    let more = covered.len().saturating_sub(SHOWN);
    lines.extend((more > 0).then(|| format!("  and {more} more")));
    lines
}

/// A yes typed at a terminal. Where nobody can be asked it is a mistake not to say --yes.
fn is_confirmed() -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        let why = "silence: nobody to ask (look at what it covers, then repeat with --yes)";
        return Err(Failure::Usage(why.to_owned()));
    }
    write!(io::stderr(), "silence them? [y/N] ")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Every silence of every server that answers.
fn known(config: &Config) -> Result<Vec<(String, Silence)>, Failure> {
    let servers = super::servers(config)?;
    let answers = start_runtime()?.block_on(join_all(servers.iter().map(|(_, server)| server.silences())));
    let answered = super::answered(&servers, answers)?.into_iter();
    let named =
        |(name, silences): (String, Vec<Silence>)| silences.into_iter().map(move |one| (name.clone(), one));
    let mut known: Vec<(String, Silence)> = answered.flat_map(named).collect();
    known.sort_by_key(|(_, silence)| silence.ends_at);
    Ok(known)
}

pub(super) fn list(config: &Config, all: bool, shape: Shape) -> Result<ExitCode, Failure> {
    let mut known = known(config)?;
    known.retain(|(_, silence)| all || silence.state() != "expired");
    let objects = known.iter().map(|(source, silence)| silence.to_json(source));
    match shape {
        Shape::Json => json(&objects.collect()),
        Shape::Lines => json_lines(objects),
        Shape::Text => {
            let heading = ["id", "state", "source", "until (UTC)", "by", "matches", "why"];
            table(&heading, known.iter().map(|(source, silence)| row(source, silence)))
        }
    }
}

fn row(source: &str, silence: &Silence) -> Vec<String> {
    vec![
        silence.id.clone(),
        silence.state().to_owned(),
        source.to_owned(),
        silence.ends_at.format("%F %T").to_string(),
        silence.created_by.clone(),
        silence.words().join(" "),
        silence.comment.clone(),
    ]
}

pub(super) fn end(context: &Context, config: &Config, end: End) -> Result<ExitCode, Failure> {
    let mut known = known(config)?;
    known.retain(|(_, silence)| silence.state() != "expired" && silence.id.starts_with(&end.id));
    let (source, silence) = match known.len() {
        1 => known.remove(0),
        0 => {
            let why =
                format!("silence: {}: none of that id is active (warroom alert silences shows them)", end.id);
            return Err(Failure::Usage(why));
        }
        count => {
            let why = format!("silence: {}: fits {count} (write more of the id)", end.id);
            return Err(Failure::Usage(why));
        }
    };
    let mut journal = context.journal()?;
    let done = start_runtime()?.block_on(server(config, &source)?.end_silence(&silence.id));
    done.map_err(|why| Failure::Unreachable(format!("source: {source}: {why}")))?;
    let ended = SilenceEnded { source, id: silence.id };
    let ask = Ask::new(&context.who, Intent::Alert(AlertAsk::Unsilenced(ended)));
    super::append(context, &mut journal, &Ask { incident: end.about.incident, ..ask })
}
