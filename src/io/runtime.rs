//! The loop: messages in, the model updated, effects out, a frame drawn when something changed.
//!
//! It never waits for work: the journal, sources, files and commands have their own tasks and talk
//! back through one bounded channel. What a person types comes first.

use std::time::Duration;

use crossterm::event::{Event as TerminalEvent, EventStream};
use futures_util::StreamExt;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{Instant, Interval, interval, sleep_until};

use super::clock::Clock;
use super::outside::Outside;
use super::terminal::Screen;
use crate::app::effect::RunRequest;
use crate::app::{Effect, Model, Msg, on_alerts, on_history, on_postmortem, on_update, update};
use crate::incident::Ask;
use crate::tui::Theme;

/// Messages that may wait before their senders do.
const WAITING: usize = 1024;
/// Between two frames that no key asked for: 60 a second.
const FRAME: Duration = Duration::from_millis(16);
/// Between two ticks on the wall: clocks on the screen move, alerts are evaluated.
const TICK: Duration = Duration::from_millis(250);

/// What the console is started with.
#[derive(Debug)]
pub struct Start {
    pub model: Model,
    pub theme: Theme,
    pub clock: Clock,
}

/// Why the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Left,
    /// A signal's number; the exit code is 128 more.
    Signal(u8),
}

impl Ended {
    /// A terminal that is closed sends this; who cannot read or write any more may see it first.
    const GONE: Self = Self::Signal(1);
}

/// The channel every worker talks back through.
pub fn messages() -> (Sender<Told>, Receiver<Told>) {
    channel(WAITING)
}

/// What a worker tells the loop: a message for the model, a theme for the view, secrets for the workers.
#[derive(Debug)]
pub enum Told {
    Msg(Box<Msg>),
    Theme(Theme),
    /// Tokens of the configuration, to be masked in what commands print.
    Secrets(Vec<String>),
}

impl Told {
    /// The message in it, if it is one.
    pub fn msg(self) -> Option<Msg> {
        match self {
            Self::Msg(msg) => Some(*msg),
            Self::Theme(_) | Self::Secrets(_) => None,
        }
    }
}

impl From<Msg> for Told {
    fn from(msg: Msg) -> Self {
        Self::Msg(Box::new(msg))
    }
}

/// Runs the console until somebody leaves or a signal comes. What the journal could not take comes
/// back, so that it can be shown where it is not lost.
pub async fn run(
    start: Start,
    mut told: Receiver<Told>,
    outside: Outside,
) -> std::io::Result<(Ended, Vec<Ask>)> {
    // From here on no signal ends us with the terminal taken.
    let mut signals = Signals::listen()?;
    let mut screen = Screen::enter(tell_of_panics(outside.tell.clone()))?;
    let mut desk = Desk::of(start, outside);
    desk.resize(&screen)?;
    desk.take(Msg::Tick(desk.clock.now()));
    let mut input = EventStream::new();
    let mut ticks = interval(TICK);
    let mut next_frame = Instant::now();
    let mut dirty = true;
    loop {
        let due = next_frame;
        tokio::select! {
            biased;
            event = input.next() => {
                desk.hear(event.and_then(Result::ok), &mut screen);
                next_frame = Instant::now();
                dirty = true;
            }
            number = signals.next() => desk.ended = Some(Ended::Signal(number)),
            // Frames and ticks are due now and then; before the news, a flood of it cannot delay them.
            () = sleep_until(due), if dirty => {
                desk.draw(&mut screen);
                dirty = false;
                next_frame = Instant::now() + FRAME;
            }
            _ = ticks.tick() => {
                desk.take(Msg::Tick(desk.clock.now()));
                dirty = true;
            }
            Some(first) = told.recv() => {
                desk.take_in(first, &mut told);
                dirty = true;
            }
        }
        if let Some(request) = desk.lending.take() {
            // Nobody but the command reads the keyboard now.
            drop(input);
            screen.lend(&request)?;
            desk.lend(request, (&mut told, &mut ticks, &mut signals)).await;
            screen.take_back()?;
            input = EventStream::new();
            desk.resize(&screen)?;
            dirty = true;
        }
        if let Some(ended) = desk.ended {
            drop(screen);
            let unsaved = desk.finish(&mut told).await;
            return Ok((ended, unsaved));
        }
    }
}

/// As [`run`], without a screen and a keyboard: until a signal comes. `hear` is told every message.
pub async fn watch(
    start: Start,
    mut told: Receiver<Told>,
    outside: Outside,
    hear: impl Fn(&Msg),
) -> std::io::Result<(Ended, Vec<Ask>)> {
    let mut desk = Desk::of(start, outside);
    let mut ticks = interval(TICK);
    let mut signals = Signals::listen()?;
    loop {
        tokio::select! {
            biased;
            number = signals.next() => desk.ended = Some(Ended::Signal(number)),
            Some(news) = told.recv() => {
                if let Told::Msg(msg) = &news {
                    hear(msg);
                }
                desk.told(news);
            }
            _ = ticks.tick() => desk.take(Msg::Tick(desk.clock.now())),
        }
        if let Some(ended) = desk.ended {
            return Ok((ended, desk.finish(&mut told).await));
        }
    }
}

/// A worker that panicked becomes a notice; the log has all of it.
fn tell_of_panics(tell: Sender<Told>) -> impl Fn(&str, &str) + Send + Sync + 'static {
    move |thread, said| {
        let why = format!("{said} (a fault in warroom itself, the rest goes on; please report it)");
        // A panic never waits; a full channel costs the notice, not the log line.
        let _ = tell.try_send(Msg::TaskDied { task: thread.to_owned(), why }.into());
    }
}

/// The model with what surrounds it.
struct Desk {
    model: Model,
    theme: Theme,
    outside: Outside,
    clock: Clock,
    ended: Option<Ended>,
    /// A command that is to have the whole terminal now.
    lending: Option<RunRequest>,
}

impl Desk {
    fn of(start: Start, outside: Outside) -> Self {
        let Start { model, theme, clock } = start;
        Self { model, theme, outside, clock, ended: None, lending: None }
    }

    fn resize(&mut self, screen: &Screen) -> std::io::Result<()> {
        let (width, height) = screen.size()?;
        self.take(Msg::Resize { width, height });
        Ok(())
    }

    /// Runs a command that has the terminal: until it ends everything goes on but drawing and keys.
    async fn lend(
        &mut self,
        request: RunRequest,
        (told, ticks, signals): (&mut Receiver<Told>, &mut Interval, &mut Signals),
    ) {
        self.outside.carry_out(Effect::Run(request));
        let over = self.outside.run_over();
        tokio::pin!(over);
        loop {
            tokio::select! {
                () = &mut over => return,
                number = signals.next() => {
                    // What follows an end kills what still runs.
                    self.ended = Some(Ended::Signal(number));
                    return;
                }
                Some(first) = told.recv() => self.take_in(first, told),
                _ = ticks.tick() => self.take(Msg::Tick(self.clock.now())),
            }
        }
    }

    /// What the terminal says; one that says nothing any more is gone.
    fn hear(&mut self, event: Option<TerminalEvent>, screen: &mut Screen) {
        match event {
            Some(TerminalEvent::Key(key)) => self.take(Msg::Key(key)),
            Some(TerminalEvent::Paste(text)) => self.take(Msg::Paste(text)),
            Some(TerminalEvent::Resize(width, height)) => {
                self.leave_if_gone(&screen.redraw());
                self.take(Msg::Resize { width, height });
            }
            Some(_) => {}
            None => self.ended = Some(Ended::GONE),
        }
    }

    /// Takes in what waits, so that one frame shows all of it; not more than may wait, or senders as
    /// fast as we are would keep the keys out.
    fn take_in(&mut self, first: Told, told: &mut Receiver<Told>) {
        self.told(first);
        for more in std::iter::from_fn(|| told.try_recv().ok()).take(WAITING) {
            self.told(more);
        }
    }

    fn draw(&mut self, screen: &mut Screen) {
        let drawn = screen.draw(&self.model, &self.theme);
        self.leave_if_gone(&drawn);
        if let Some(unread) = drawn.ok().flatten() {
            self.take(Msg::Shown { unread });
        }
        if std::mem::take(&mut self.outside.bell) {
            self.leave_if_gone(&screen.bell());
        }
        if let Some(text) = self.outside.copied.take() {
            self.leave_if_gone(&screen.copy(&text));
        }
    }

    /// A terminal that cannot be written to is gone: we leave as on its signal, so that what is under
    /// way is still finished and recorded.
    fn leave_if_gone<T>(&mut self, written: &std::io::Result<T>) {
        if written.is_err() {
            self.ended = Some(Ended::GONE);
        }
    }

    /// Leaves nothing half done: commands are stopped, drafts saved, and what that leads to recorded.
    async fn finish(&mut self, told: &mut Receiver<Told>) -> Vec<Ask> {
        // However we came to leave: by key, by signal, or because the terminal is gone.
        let kept = on_history::keep_rest(&mut self.model);
        let untold = on_alerts::tell_rest(&mut self.model);
        let letters = on_update::kept::keep(&mut self.model);
        let saved = on_postmortem::save_all(&mut self.model);
        for effect in saved.into_iter().chain(kept).chain(untold).chain(letters) {
            self.outside.carry_out(effect);
        }
        let mut late = Vec::new();
        {
            let quiet = self.outside.settle();
            tokio::pin!(quiet);
            loop {
                tokio::select! {
                    () = &mut quiet => break,
                    Some(more) = told.recv() => late.push(more),
                }
            }
        }
        while let Ok(more) = told.try_recv() {
            late.push(more);
        }
        for news in late {
            self.told(news);
        }
        // The journal's last words go to nobody.
        told.close();
        self.outside.close().await
    }

    fn told(&mut self, told: Told) {
        match told {
            Told::Msg(msg) => self.take(*msg),
            Told::Theme(theme) => self.theme = theme,
            Told::Secrets(secrets) => self.outside.mask(&secrets),
        }
    }

    fn take(&mut self, msg: Msg) {
        for effect in update(&mut self.model, msg) {
            match effect {
                Effect::Quit => self.ended = Some(Ended::Left),
                Effect::Run(request) if request.interactive => self.lending = Some(request),
                effect => self.outside.carry_out(effect),
            }
        }
    }
}

/// The signals that end us cleanly.
#[derive(Debug)]
pub struct Signals {
    term: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    /// From now on they no longer end the process by themselves.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The number of the next one.
    pub async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.term.recv() => 15,
            _ = self.hangup.recv() => 1,
            _ = self.interrupt.recv() => 2,
        }
    }
}
