//! A console without a terminal, on a journal in memory: keys and messages in, effects out. What the
//! runtime would carry out at once (appends, saves, loads) is carried out here, in order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use warroom::app::form::Popup;
use warroom::app::model::Template;
use warroom::app::outgoing::Outgoing;
use warroom::app::{Effect, Keymap, Model, Msg, Setting, update};
use warroom::incident::{Ask, Event, Ledger};
use warroom::runbook::{parse, shipped};
use warroom::slo::{Evaluator, Objective, Query, Sample, Sli, Slo, Subject, Tile};
use warroom::text::{Place, Time, when};

/// The SLOs of the desk: id, service, runbook.
const SLOS: [(&str, &str, Option<&str>); 3] = [
    ("checkout-availability", "checkout", Some("bad-deploy-rollback")),
    ("search-latency", "search", None),
    ("worker-success", "worker", None),
];
const BUCKET: Duration = Duration::from_mins(5);
/// Buckets of 30 days.
const MONTH: usize = 8_640;

pub struct Desk {
    pub model: Model,
    pub events: Vec<Event>,
    /// Everything that was asked of the outside since it was last taken.
    pub effects: Vec<Effect>,
    /// Why the journal cannot be written just now.
    pub broken: Option<String>,
    ledger: Ledger,
    said: BTreeSet<String>,
    files: BTreeMap<String, String>,
}

/// An instant of 2026-11-21 UTC.
pub fn at(clock: &str) -> Time {
    format!("2026-11-21T{clock}Z").parse().expect("a time")
}

/// The key of a name: `d`, `G`, `ctrl-k`, `enter`.
pub fn key(name: &str) -> KeyEvent {
    let (modifiers, name) = match name.strip_prefix("ctrl-") {
        Some(rest) => (KeyModifiers::CONTROL, rest),
        None => (KeyModifiers::NONE, name),
    };
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "space" => KeyCode::Char(' '),
        "backspace" => KeyCode::Backspace,
        _ => KeyCode::Char(name.chars().next().expect("a key has a name")),
    };
    KeyEvent::new(code, modifiers)
}

impl Desk {
    /// 14:00, nothing measured yet, nothing declared, the shipped runbooks, 120 by 36 cells.
    pub fn empty() -> Self {
        Self::of(SLOS.iter().map(|(id, service, book)| slo(id, service, *book)).collect())
    }

    /// As [`Desk::empty`] on these SLOs, each polled once in five minutes.
    pub fn of(slos: Vec<Slo>) -> Self {
        let ids: Vec<String> = slos.iter().map(|slo| slo.id.clone()).collect();
        let mut evaluator = Evaluator::new(slos);
        for id in ids {
            evaluator.set_interval(&id, BUCKET);
        }
        let model = Model::new(at("14:00:00"), setting(), evaluator, Template::shipped());
        let mut desk = Self {
            model,
            events: Vec::new(),
            effects: Vec::new(),
            broken: None,
            ledger: Ledger::default(),
            said: BTreeSet::new(),
            files: BTreeMap::new(),
        };
        let library: Vec<_> = shipped().iter().map(|(name, text)| parse(name, text)).collect();
        desk.hear(Msg::Runbooks(library.into()));
        desk.hear(Msg::Resize { width: 120, height: 36 });
        desk
    }

    /// A month of data in which checkout began to fail badly 15 minutes ago: it pages.
    pub fn paging() -> Self {
        let mut desk = Self::empty();
        desk.measured("checkout-availability", 3, 0.3);
        desk.measured("search-latency", 0, 0.0);
        desk.measured("worker-success", 2, 0.004);
        desk.wait(1);
        desk
    }

    /// The page was taken: `checkout` has an open incident with its runbook beside it.
    pub fn declared() -> Self {
        let mut desk = Self::paging();
        desk.press(&["d", "enter"]);
        desk
    }

    /// A month of an SLO's history of which the last buckets were bad.
    pub fn measured(&mut self, slo: &str, bad_buckets: usize, bad_share: f64) {
        let tile = |index: usize| {
            let share = if index + bad_buckets >= MONTH { bad_share } else { 0.000_3 };
            Some(Tile { part: 1_000.0 * share, total: 1_000.0 })
        };
        self.past(slo, at("14:00:00"), (0..MONTH).map(tile).collect());
    }

    /// An SLO's history in buckets of five minutes, the last one ending at `end`.
    pub fn past(&mut self, slo: impl Into<Subject>, end: Time, tiles: Vec<Option<Tile>>) {
        let sample = Sample::Tiles { end, width: BUCKET, tiles };
        self.hear(Msg::History { subject: slo.into(), sample });
    }

    /// One message, and everything that follows from it.
    pub fn hear(&mut self, msg: Msg) {
        let mut waiting = VecDeque::from([msg]);
        while let Some(msg) = waiting.pop_front() {
            for effect in update(&mut self.model, msg) {
                waiting.extend(self.carry_out(&effect));
                self.effects.push(effect);
            }
        }
    }

    /// Keys by name; `type:...` is every character of a text. Whoever presses them reads what they ask first.
    pub fn press(&mut self, keys: &[&str]) {
        for name in keys {
            self.rush(&[name]);
            self.hear(Msg::Shown { unread: 0 });
            if let Some(Popup::Confirm(confirm)) = &mut self.model.popup {
                confirm.seen_at = confirm.seen_at.map(|at| when::before(at, Duration::from_secs(1)));
            }
        }
    }

    /// The same, faster than anybody reads.
    pub fn rush(&mut self, keys: &[&str]) {
        for name in keys {
            match name.strip_prefix("type:") {
                Some(text) => text.chars().for_each(|c| self.hear(Msg::Key(key(&c.to_string())))),
                None => self.hear(Msg::Key(key(name))),
            }
        }
    }

    /// Time passes on the model's clock.
    pub fn wait(&mut self, seconds: u64) {
        let now = when::after(self.model.now, Duration::from_secs(seconds));
        self.hear(Msg::Tick(now));
    }

    /// What another process appended: our console hears of it without a ticket.
    pub fn elsewhere(&mut self, ask: &Ask) {
        let events = self.append(ask).expect("the rules admit it");
        self.hear(Msg::Appended { ticket: None, events });
    }

    fn carry_out(&mut self, effect: &Effect) -> Option<Msg> {
        match effect {
            Effect::Append { ticket, ask } => Some(self.try_append(*ticket, ask)),
            Effect::Notice(ask) | Effect::Record(ask) => {
                let events = self.append(ask).ok()?;
                Some(Msg::Appended { ticket: None, events })
            }
            Effect::LoadPostmortem { incident } => Some(Msg::PostmortemLoaded {
                incident: incident.clone(),
                text: self.files.get(incident).cloned(),
            }),
            Effect::SavePostmortem { incident, text } => Some(self.save(incident, text)),
            Effect::ExportPostmortem { incident, .. } => Some(Msg::PostmortemExported {
                incident: incident.clone(),
                path: "postmortem.md".to_owned(),
                sha256: "ef".to_owned(),
            }),
            _ => None,
        }
    }

    fn save(&mut self, incident: &str, text: &str) -> Msg {
        if let Some(why) = self.broken.clone() {
            return Msg::PostmortemUnsaved { incident: incident.to_owned(), text: text.to_owned(), why };
        }
        self.files.insert(incident.to_owned(), text.to_owned());
        let bytes = text.len() as u64;
        Msg::PostmortemSaved { incident: incident.to_owned(), sha256: "cd".to_owned(), bytes }
    }

    fn try_append(&mut self, ticket: u64, ask: &Ask) -> Msg {
        if let Some(why) = self.broken.clone() {
            return Msg::Unsaved { ticket, why };
        }
        match self.append(ask) {
            Ok(events) => Msg::Appended { ticket: Some(ticket), events },
            Err(why) => Msg::Refused { ticket, why },
        }
    }

    /// Judges, numbers and folds, as the journal does.
    fn append(&mut self, ask: &Ask) -> Result<Vec<Event>, String> {
        let admitted = self.ledger.judge(ask, self.model.now).map_err(|refusal| refusal.why)?;
        let mut stored = Vec::new();
        for new in admitted {
            if new.dedupe.as_ref().is_some_and(|key| !self.said.insert(key.clone())) {
                return Err("already said".to_owned());
            }
            let event = Event {
                seq: self.ledger.head + 1,
                incident: new.incident,
                happened_at: new.happened_at,
                recorded_at: self.model.now,
                actor: new.actor,
                origin: new.origin,
                kind: new.kind,
            };
            self.ledger.apply(&event);
            stored.push(event);
        }
        self.events.extend(stored.iter().cloned());
        Ok(stored)
    }
}

fn setting() -> Setting {
    let pairs = [("deploy_status", "deployctl status checkout"), ("rollback", "deployctl rollback checkout")];
    let values = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Setting {
        who: "ana".to_owned(),
        zone: chrono_tz::UTC,
        keymap: Keymap::default(),
        reads_only: false,
        runs_only_reads: false,
        assisted: Vec::new(),
        demo: None,
        configuration: "configuration /etc/warroom/warroom.toml".to_owned(),
        folder: "/srv/ops".to_owned(),
        values: BTreeMap::from([("checkout".to_owned(), BTreeMap::from(values))]),
        outgoing: Outgoing::default(),
    }
}

/// 99.9 % over 30 days, bad requests of all requests.
pub fn slo(id: &str, service: &str, runbook: Option<&str>) -> Slo {
    Slo {
        runbook: runbook.map(str::to_owned),
        defined_at: Place::file("warroom.toml"),
        ..Slo::new(
            id,
            service,
            Objective::from_percent(99.9).expect("an objective"),
            Duration::from_hours(720),
            Sli::Bad { bad: Query::parse("errors_total"), total: Query::parse("requests_total") },
        )
    }
}
