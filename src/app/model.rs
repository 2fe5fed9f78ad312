//! Everything the console knows. One struct a pane; changed by `update` alone, read by the view.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use chrono_tz::Tz;
use ratatui::layout::Rect;

use super::burn::BurnPane;
use super::editor::Editor;
use super::form::Popup;
use super::keymap::Keymap;
use super::lines::Lines;
use super::msg::OutputLine;
use super::notice::Notices;
use super::on_run::assist::Announced;
use super::on_runbook::Other;
use super::on_runbook::verify::Watch;
use super::on_scribe::Ending;
use super::on_update::kept::Kept;
use super::outgoing::Outgoing;
use crate::incident::event::{Standing, StepRun};
use crate::incident::{Ask, Entry, EventKind, Incident, Ledger};
use crate::postmortem;
use crate::runbook::judge::Judgement;
use crate::runbook::stage::Allowed;
use crate::runbook::walk::Walk;
use crate::runbook::{Carried, Command, Library, Runbook, Step};
use crate::slo::Evaluator;
use crate::text::redact::Masked;
use crate::text::{Place, Time};

/// The state of the console.
#[derive(Debug)]
pub struct Model {
    pub now: Time,
    pub setting: Setting,
    pub ledger: Ledger,
    pub desk: Desk,
    pub burn: BurnPane,
    pub timeline: TimelinePane,
    pub runbook: RunbookPane,
    pub postmortem: PostmortemPane,
    pub popup: Option<Popup>,
    pub notices: Notices,
}

/// What does not change while the console runs, but for live reloads.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Who sits at the keyboard.
    pub who: String,
    pub zone: Tz,
    pub keymap: Keymap,
    /// Nothing is written from here: the journal is somebody else's to write.
    pub reads_only: bool,
    /// Commands of runbooks that do more than read are refused.
    pub runs_only_reads: bool,
    /// Steps of runbooks that may run by themselves.
    pub assisted: Vec<Allowed>,
    /// Speed of the demo's clock; `None` on the wall clock.
    pub demo: Option<f64>,
    /// Which configuration is in force, for the header.
    pub configuration: String,
    /// The folder that commands run in.
    pub folder: String,
    /// Trusted values for runbook placeholders, by service.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// What is said to others, and how.
    pub outgoing: Outgoing,
}

/// Which pane has the focus and how the screen is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Desk {
    pub focus: Pane,
    pub zoomed: bool,
    pub area: Rect,
}

/// One of the four panes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pane {
    Burn,
    Timeline,
    Runbook,
    Postmortem,
}

impl Pane {
    pub const ALL: [Self; 4] = [Self::Burn, Self::Timeline, Self::Runbook, Self::Postmortem];

    pub fn title(self) -> &'static str {
        match self {
            Self::Burn => "Burn",
            Self::Timeline => "Timeline",
            Self::Runbook => "Runbook",
            Self::Postmortem => "Postmortem",
        }
    }

    /// The pane `steps` further round.
    #[must_use]
    pub fn step(self, steps: usize) -> Self {
        let here = Self::ALL.iter().position(|pane| *pane == self).unwrap_or(0);
        Self::ALL[(here + steps) % Self::ALL.len()]
    }
}

/// The incident shown, its entries, and the scribe's line.
#[derive(Debug)]
pub struct TimelinePane {
    /// The incident shown; `None` until there is one.
    pub shown: Option<String>,
    pub entries: Vec<Entry>,
    /// Numbers of those that a later one corrects.
    pub amended: BTreeSet<u64>,
    /// How they are shown.
    pub lines: Lines,
    /// Number of the chosen entry; `None` follows the newest.
    pub selected: Option<u64>,
    /// Which entries are shown: `kind:decision by:ana tag:db rollback`.
    pub filter: Editor,
    /// The filter's line owns the keyboard.
    pub filtering: bool,
    pub scribe: Editor,
    /// The scribe's line owns the keyboard.
    pub writing: bool,
    /// What Tab made of the line.
    pub ending: Option<Ending>,
    pub pending: Vec<Pending>,
    pub next_ticket: u64,
    /// An incident is being declared by hand here: how it was found is asked once, when it is there.
    pub asks_how_found: bool,
    /// Updates that were edited and not sent: incident, what is said to whom; their text.
    pub letters: BTreeMap<(String, String), String>,
    /// Of these, what the disk has.
    pub letters_kept: Kept,
    /// Clocks that run over and rang for it: incident, name, since when.
    pub rung: BTreeSet<(String, String, Time)>,
}

/// Something asked of the journal that it has not acknowledged.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    pub ticket: u64,
    pub ask: Ask,
    /// Why it could not be saved yet; `None` while the first try is under way.
    pub unsaved: Option<String>,
}

/// The runbook being walked.
#[derive(Debug, Default)]
pub struct RunbookPane {
    pub library: Library,
    pub open: Option<OpenRunbook>,
    pub run: Option<Run>,
    /// The bound on live data that is being watched.
    pub watch: Option<Watch>,
    /// What still runs of commands whose end is not on record, by their mark; `None` until it was looked for.
    pub left: BTreeMap<String, Option<Vec<String>>>,
    /// The command that is about to run by itself.
    pub announced: Option<Announced>,
    /// Walks that wait: other runbooks, other incidents.
    pub parked: Vec<OpenRunbook>,
    /// Walks of the incident on the screen beside the open one, a colleague's too.
    pub others: Vec<Other>,
}

/// The open runbook and how far it was walked.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenRunbook {
    pub runbook: Runbook,
    pub walk: Walk,
    /// Answers to placeholders, kept for the walk.
    pub answers: BTreeMap<String, String>,
    /// What the blocks that ran left to the next one.
    pub carried: Carried,
    /// Whose walk it is; one of no incident leaves no trace.
    pub incident: Option<String>,
    /// That it began is on record.
    pub begun: bool,
    /// Who opened it first, as far as is on record.
    pub opened_by: Option<String>,
    /// How long its commands may run, whatever the runbook says.
    pub timeout: Option<Duration>,
    /// Hashes of the steps that somebody here kept from running by themselves.
    pub stopped: BTreeSet<String>,
    /// What was done and the journal has not said back yet.
    pub awaited: Vec<EventKind>,
}

impl OpenRunbook {
    /// The current step; `None` in a runbook without steps.
    pub fn step(&self) -> Option<&Step> {
        self.runbook.steps().get(self.walk.current).map(|placed| placed.step)
    }

    /// The command that `run` would run now.
    pub fn command(&self) -> Option<&Command> {
        self.step()?.commands.get(self.walk.step()?.next_command())
    }
}

/// A command that runs, or the last one that ran.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub runbook: String,
    pub step: String,
    pub title: String,
    pub command: String,
    pub started_at: Time,
    /// The incident that it was started for.
    pub incident: Option<String>,
    /// Where its step stood when it was confirmed.
    pub standing: Standing,
    /// It runs by itself.
    pub assisted: bool,
    /// What its processes carry, once they do.
    pub mark: Option<String>,
    /// What it printed beside what the runbook expects, once it ended.
    pub judgement: Option<Judgement>,
    pub output: VecDeque<OutputLine>,
    /// Lines that no longer fit in memory; the spool has them.
    pub cut: u64,
    /// What was masked in its output by its shape, and whether somebody looked at it.
    pub masked: Vec<(Masked, bool)>,
    pub ended: Option<StepRun>,
}

impl TimelinePane {
    /// How many lines the journal could not take yet.
    pub fn unsaved(&self) -> usize {
        self.pending.iter().filter(|pending| pending.unsaved.is_some()).count()
    }
}

impl RunbookPane {
    pub fn running(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.ended.is_none())
    }

    /// The command that `run` would run now.
    pub fn command(&self) -> Option<&Command> {
        self.open.as_ref()?.command()
    }

    /// Answers to placeholders that the open walk remembers.
    pub fn answers(&self) -> &BTreeMap<String, String> {
        const NONE: &BTreeMap<String, String> = &BTreeMap::new();
        self.open.as_ref().map_or(NONE, |open| &open.answers)
    }
}

/// The draft.
#[derive(Debug)]
pub struct PostmortemPane {
    /// The incident the text is about.
    pub incident: Option<String>,
    pub editor: Editor,
    /// First visible line while the text is only read.
    pub top: usize,
    /// The editor owns the keyboard.
    pub writing: bool,
    pub saved: Saved,
    /// Texts of other incidents that could not be written when their incident left the screen.
    pub stranded: Vec<Stranded>,
    pub template: Template,
}

/// An edited text that is in memory only, and when it is tried again.
#[derive(Debug, Clone, PartialEq)]
pub struct Stranded {
    pub incident: String,
    pub text: String,
    pub retry_at: Time,
}

/// What drafts are made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pub place: Place,
    pub text: String,
}

impl Template {
    /// The template that comes with the program.
    pub fn shipped() -> Self {
        Self { place: Place::file(postmortem::TEMPLATE.0), text: postmortem::TEMPLATE.1.to_owned() }
    }
}

/// Whether the text on the screen is on the disk.
#[derive(Debug, Clone, PartialEq)]
pub enum Saved {
    /// Nothing was drafted or loaded.
    Empty,
    /// Made from the log; no human word in it yet.
    Fresh,
    /// Changed since; `since` is the last key.
    Changed {
        since: Time,
    },
    Saving,
    Saved {
        at: Time,
    },
    /// Still here, not on the disk.
    Failed {
        why: String,
        retry_at: Time,
    },
}

impl PostmortemPane {
    pub fn has_text(&self) -> bool {
        self.saved != Saved::Empty
    }
}

impl Model {
    /// A console that has seen nothing yet.
    pub fn new(now: Time, setting: Setting, evaluator: Evaluator, template: Template) -> Self {
        let notices = Notices::at_speed(setting.demo.unwrap_or(1.0));
        Self {
            now,
            setting,
            ledger: Ledger::default(),
            desk: Desk { focus: Pane::Burn, zoomed: false, area: Rect::default() },
            burn: BurnPane::new(evaluator),
            timeline: TimelinePane {
                shown: None,
                entries: Vec::new(),
                amended: BTreeSet::new(),
                lines: Lines::default(),
                selected: None,
                filter: Editor::line(""),
                filtering: false,
                scribe: Editor::line(""),
                writing: false,
                ending: None,
                pending: Vec::new(),
                next_ticket: 1,
                asks_how_found: false,
                letters: BTreeMap::new(),
                letters_kept: Kept::default(),
                rung: BTreeSet::new(),
            },
            runbook: RunbookPane::default(),
            postmortem: PostmortemPane {
                incident: None,
                editor: Editor::page(""),
                top: 0,
                writing: false,
                saved: Saved::Empty,
                stranded: Vec::new(),
                template,
            },
            popup: None,
            notices,
        }
    }

    /// The incident on the screen.
    pub fn incident(&self) -> Option<&Incident> {
        self.ledger.incident(self.timeline.shown.as_deref()?)
    }

    /// Whether any incident is open: then leaving asks first.
    pub fn any_open(&self) -> bool {
        self.ledger.open().next().is_some()
    }

    /// Whether typed characters belong to a text and not to the action table.
    pub fn typing(&self) -> bool {
        self.popup.is_some()
            || self.timeline.writing
            || self.timeline.filtering
            || self.postmortem.writing
            || self.burn.list.filtering
    }
}
