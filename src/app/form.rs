//! Windows over the screen. One at a time, and it owns the keyboard.

mod case;
mod confirm;
mod letter;
mod lines;
mod words;

use super::action::{Action, TABLE};
use super::editor::Editor;
use super::effect::RunRequest;
use super::filling::Filling;
use super::on_find::Finding;
use super::on_page::Reading;
use super::on_query::Asked;
use super::on_search::Searching;
use super::on_similar::Likes;
use crate::incident::event::{Found, Mitigation, SilenceEnded};
use crate::incident::inbox::{Matcher, SilenceWish};
use crate::incident::intent::ClockAsk;
use crate::incident::triage::Question as Triage;
use crate::incident::{Check, Checks, Phase, Role, Severity};
use crate::text::Time;

pub use case::RELATED;
pub use letter::{Letter, PRIVATE_WORD, Parcel, Way};

/// The open window.
#[derive(Debug, Clone)]
pub enum Popup {
    Help(Help),
    Form(Form),
    Confirm(Confirm),
    /// An update before it goes.
    Letter(Letter),
    Messages {
        scroll: usize,
    },
    /// Alerts from outside; what is selected stays with them.
    Alerts,
    /// The values of a command.
    Fill(Filling),
    Search(Searching),
    Similar(Likes),
    /// The text of a command before it is asked about again.
    Rewrite(Rewrite),
    /// Runbooks to choose from.
    Runbooks(Finding),
    /// All of a runbook.
    Page(Reading),
    /// Answers to PromQL.
    Asked(Asked),
}

/// A command being changed by hand.
#[derive(Debug, Clone)]
pub struct Rewrite {
    pub request: RunRequest,
    pub editor: Editor,
    /// Why the last try was refused.
    pub refused: Option<String>,
}

/// The keys, filtered as one types.
#[derive(Debug, Clone)]
pub struct Help {
    pub filter: Editor,
    pub chosen: usize,
}

impl Help {
    pub fn open() -> Self {
        Self { filter: Editor::line(""), chosen: 0 }
    }

    /// The actions whose name or help holds the filter's words.
    pub fn matches(&self) -> Vec<Action> {
        let words = self.filter.text().to_lowercase();
        let holds = |text: &str| words.split_whitespace().all(|word| text.contains(word));
        let rows = TABLE.iter().filter(|row| holds(&format!("{} {}", row.name, row.help.to_lowercase())));
        rows.map(|row| row.action).collect()
    }
}

/// A question with choices, a line to write, or both.
#[derive(Debug, Clone)]
pub struct Form {
    pub purpose: Purpose,
    pub title: String,
    /// What one has to know to answer, a line each.
    pub about: Vec<String>,
    pub choices: Vec<Choice>,
    pub chosen: usize,
    /// What to write, and what it is called.
    pub line: Option<(&'static str, Editor)>,
    /// Why the last try was refused.
    pub refused: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub label: String,
    pub detail: String,
}

/// What a form is for; `Enter` hands its answers over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    Declare {
        services: Vec<String>,
        /// An alert found it, where one offered to declare.
        found: Option<Found>,
    },
    Severity,
    Phase,
    Role,
    OfferRole,
    Update,
    Mitigated,
    Found,
    /// A question of triage; the next one follows.
    Triage(Triage),
    /// A line of the closing checklist, and what was found on those before.
    Check(Check, Checks),
    /// The ledger of what has to go again.
    Temporary,
    /// Why somebody takes a role beside another one on a SEV1.
    KeepSeat(Role),
    /// A window of a service's time to plan, or one to end.
    Maintenance {
        service: String,
    },
    Escalate,
    Snooze,
    Outbox,
    /// The incidents of its choices.
    Switch(Vec<String>),
    /// How long nobody is to be called for what these matchers cover.
    Silence {
        source: String,
        matchers: Vec<Matcher>,
    },
    /// A correction of an entry.
    Amend {
        seq: u64,
    },
    Strike {
        seq: u64,
    },
    /// Title, services, impact or privacy.
    Fields,
    /// Something masked in the output of a command.
    Reveal,
    /// The question of a runbook's step, by its number.
    Decision {
        step: String,
    },
    /// The open tasks, by number.
    Tasks(Vec<u32>),
    /// How a task ends.
    Task(u32),
    Reopen,
    /// The incidents it may turn out to be.
    Merge(Vec<String>),
    /// A page, or another incident, that has to do with it.
    Link,
}

/// A question that only its own key answers; never Enter.
#[derive(Debug, Clone)]
pub struct Confirm {
    pub question: Question,
    pub title: String,
    /// What is asked about; of a command its exact text.
    pub lines: Vec<String>,
    /// What else one has to know, by name.
    pub facts: Vec<(String, String)>,
    /// Lines that are read already and lie above the window.
    pub above: usize,
    /// The word to type where one key is not enough, and what was typed so far.
    pub word: Option<(&'static str, Editor)>,
    /// When all of it was on the screen.
    pub seen_at: Option<Time>,
}

/// What a yes leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    Run(RunRequest),
    /// Takes over the role that was offered.
    TakeOver(Role),
    /// Lets a text out.
    Leave(Parcel),
    /// Calls somebody to a private incident.
    Call(ClockAsk),
    Resolve(Checks),
    Close(Checks),
    Redraft,
    /// Writes pasted lines, an entry each.
    Record(Vec<String>),
    Quit,
    /// Tells an Alertmanager to call nobody, for so many alerts now.
    Silence(SilenceWish, usize),
    Unsilence(SilenceEnded),
}

/// The word that confirms a command which destroys.
pub const DESTROY_WORD: &str = "destroy";

impl Form {
    fn new(purpose: Purpose, title: impl Into<String>) -> Self {
        let (title, about, choices) = (title.into(), Vec::new(), Vec::new());
        Self { purpose, title, about, choices, chosen: 0, line: None, refused: None }
    }

    fn choices(mut self, choices: impl IntoIterator<Item = Choice>) -> Self {
        self.choices = choices.into_iter().collect();
        self
    }

    fn line(mut self, label: &'static str, text: &str) -> Self {
        self.line = Some((label, Editor::line(text)));
        self
    }

    fn about(mut self, about: Vec<String>) -> Self {
        self.about = about;
        self
    }

    pub(super) fn chosen(mut self, chosen: usize) -> Self {
        self.chosen = chosen.min(self.choices.len().saturating_sub(1));
        self
    }

    pub fn declare(title: &str, services: Vec<String>) -> Self {
        let on = if services.is_empty() { String::new() } else { format!(" on {}", services.join(", ")) };
        Self::new(Purpose::Declare { services, found: None }, format!("Declare an incident{on}"))
            .choices(severities())
            .chosen(1)
            .line("what is wrong", title)
    }

    /// A declaration that an alert asks for.
    #[must_use]
    pub fn found_by_alert(mut self) -> Self {
        if let Purpose::Declare { found, .. } = &mut self.purpose {
            *found = Some(Found::Alert);
        }
        self
    }

    pub fn severity(now: Severity) -> Self {
        let title = format!("Severity, now {now}");
        Self::new(Purpose::Severity, title).choices(severities()).chosen(now as usize).line("reason", "")
    }

    pub fn phase(now: Phase) -> Self {
        let choices = Phase::ALL.into_iter().map(|phase| Choice::new(phase.word(), ""));
        Self::new(Purpose::Phase, format!("Phase, now {now}")).choices(choices).chosen(now as usize)
    }

    pub fn role() -> Self {
        let choices = Role::ALL.into_iter().map(|role| Choice::new(role.word(), role.does()));
        Self::new(Purpose::Role, "Assign a role").choices(choices).line("who (and why, after a comma)", "")
    }

    pub fn offer_role() -> Self {
        let choices = Role::ALL.into_iter().map(|role| Choice::new(role.word(), role.does()));
        Self::new(Purpose::OfferRole, "Ask somebody to take a role over").choices(choices).line("who", "")
    }

    pub fn update(choices: impl IntoIterator<Item = Choice>) -> Self {
        Self::new(Purpose::Update, "Status update")
            .choices(choices)
            .chosen(1)
            .line("what happens, who is affected, what is done (empty: from the template)", "")
    }

    pub fn mitigated() -> Self {
        let choices = Mitigation::ALL.iter().map(|kind| Choice::new(&kind.to_string(), ""));
        Self::new(Purpose::Mitigated, "Impact is mitigated by").choices(choices)
    }

    pub fn found() -> Self {
        let choices = Found::ALL.iter().map(|found| Choice::new(&found.to_string(), found.means()));
        Self::new(Purpose::Found, "How was it found?").choices(choices)
    }

    /// The same by itself after a declaration; `key` says it later.
    pub fn found_once(key: &str) -> Self {
        Self::found().about(vec![format!("Asked this once; esc skips it, {key} says it later.")])
    }

    pub fn fields(choices: impl IntoIterator<Item = Choice>) -> Self {
        Self::new(Purpose::Fields, "Say what it is from now on; what was said stays in the timeline")
            .choices(choices)
            .line("the new words; of services all of them", "")
    }

    pub fn triage(question: Triage, about: Vec<String>, choices: impl IntoIterator<Item = Choice>) -> Self {
        let title = format!("Triage, {} of {}: {question}", question.number(), Triage::ALL.len());
        Self::new(Purpose::Triage(question), title).about(about).choices(choices)
    }

    /// `end` is what it leads to: resolved or closed.
    pub fn check(
        (check, so_far): (Check, Checks),
        end: &str,
        about: Vec<String>,
        choices: impl IntoIterator<Item = Choice>,
    ) -> Self {
        let title =
            format!("Before it is {end}, {} of {}: {}", check as u8 + 1, Check::ALL.len(), check.asks());
        Self::new(Purpose::Check(check, so_far), title).about(about).choices(choices)
    }

    pub fn temporary(choices: impl IntoIterator<Item = Choice>) -> Self {
        Self::new(Purpose::Temporary, "Temporary: what was put in place and has to go again")
            .choices(choices)
            .line("what was put in place", "")
    }

    pub fn keep_seat(role: Role, other: Role) -> Self {
        let title = format!("You are {} and SEV1 wants one person a seat", other.title());
        Self::new(Purpose::KeepSeat(role), title).line("why you keep both; it stays visible", "")
    }

    pub fn maintenance(service: String, choices: impl IntoIterator<Item = Choice>) -> Self {
        let title = format!("Plan a window for {service}: it counts neither in budget nor in alerts");
        Self::new(Purpose::Maintenance { service }, title)
            .choices(choices)
            .line("when and what for: 1h upgrade, or 22:00-23:30 upgrade", "")
    }

    /// `spans` are the lengths to choose from.
    pub fn silence(title: String, (source, matchers): (String, Vec<Matcher>), spans: &[&str]) -> Self {
        Self::new(Purpose::Silence { source, matchers }, title)
            .choices(spans.iter().map(|span| Choice::new(span, "")))
            .chosen(1)
            .line("why nobody is to be called", "")
    }

    pub fn switch(ids: Vec<String>, incidents: impl IntoIterator<Item = Choice>) -> Self {
        Self::new(Purpose::Switch(ids), "Show an incident").choices(incidents)
    }

    pub fn reveal(masked: impl IntoIterator<Item = Choice>, chosen: usize) -> Self {
        Self::new(Purpose::Reveal, "Masked in the output: look at one; that you did goes on record")
            .choices(masked)
            .chosen(chosen)
    }

    /// `step` is the number of the step that asks.
    pub fn decision(step: String, title: String, choices: impl IntoIterator<Item = Choice>) -> Self {
        Self::new(Purpose::Decision { step }, title).choices(choices).chosen(2)
    }

    /// What the chosen answer means, where that does not fit beside it.
    pub fn explained(&self) -> Option<&'static str> {
        match self.purpose {
            Purpose::Declare { .. } | Purpose::Severity => {
                let severity: Severity = self.choices.get(self.chosen)?.label.parse().ok()?;
                Some(severity.obliges())
            }
            _ => None,
        }
    }

    pub fn written(&self) -> String {
        self.line.as_ref().map(|(_, editor)| editor.text().trim().to_owned()).unwrap_or_default()
    }

    /// Chooses the answer that begins with a letter.
    pub fn choose_by(&mut self, letter: char) {
        let found = self.choices.iter().position(|choice| choice.label.starts_with(letter));
        self.chosen = found.unwrap_or(self.chosen);
    }

    pub fn move_choice(&mut self, by: isize) {
        if !self.choices.is_empty() {
            self.chosen = self.chosen.saturating_add_signed(by).min(self.choices.len() - 1);
        }
    }
}

impl Choice {
    pub fn new(label: &str, detail: &str) -> Self {
        Self { label: label.to_owned(), detail: detail.to_owned() }
    }
}

fn severities() -> impl Iterator<Item = Choice> {
    Severity::ALL.into_iter().map(|severity| Choice::new(&severity.to_string(), severity.meaning()))
}
