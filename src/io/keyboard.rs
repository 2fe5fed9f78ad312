//! Lines that a person types on a terminal, one at a time and only when asked for.

use std::io::{self, IsTerminal, Write, stderr, stdin};
use std::sync::mpsc;
use std::thread;

use rustix::io::read;
use rustix::termios::{LocalModes, OptionalActions, QueueSelector, Termios, tcflush, tcgetattr, tcsetattr};
use tokio::sync::mpsc as answers;

/// The longest line that is taken.
const LONGEST: usize = 4096;

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// What was typed ahead counts.
    Plain,
    /// Only what is typed after the question counts: neither a paste nor a key too many answers it.
    Fresh,
    /// As [`Line::Fresh`], and not shown.
    Hidden,
}

/// The terminal's keyboard. A thread of its own waits for the line, so that whoever asked can go on.
#[derive(Debug)]
pub struct Keyboard {
    ask: mpsc::Sender<()>,
    typed: answers::Receiver<Option<String>>,
}

impl Keyboard {
    /// Whether somebody can be asked.
    pub fn is_there() -> bool {
        stdin().is_terminal() && stderr().is_terminal()
    }

    pub fn start() -> Self {
        let (ask, asked) = mpsc::channel();
        let (tell, typed) = answers::channel(1);
        // It ends with the process: nobody can wake a read.
        thread::spawn(move || {
            for () in asked {
                if tell.blocking_send(one().ok().flatten()).is_err() {
                    return;
                }
            }
        });
        Self { ask, typed }
    }

    /// Asks on standard error; `None` at the end of the input.
    pub async fn ask(&mut self, prompt: &str, line: Line) -> Option<String> {
        // Before the question is there, so that no answer to it is lost.
        if line != Line::Plain {
            let _ = tcflush(stdin(), QueueSelector::IFlush);
        }
        let _hidden = (line == Line::Hidden).then(Hidden::from_now_on);
        let mut out = stderr();
        let _ = write!(out, "{prompt}").and_then(|()| out.flush());
        self.ask.send(()).ok()?;
        self.typed.recv().await?
    }
}

/// What is typed does not show while this lives.
struct Hidden(Option<Termios>);

impl Hidden {
    fn from_now_on() -> Self {
        let modes = tcgetattr(stdin()).ok();
        if let Some(mut silent) = modes.clone() {
            silent.local_modes.remove(LocalModes::ECHO);
            let _ = tcsetattr(stdin(), OptionalActions::Now, &silent);
        }
        Self(modes)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        if let Some(modes) = &self.0 {
            let _ = tcsetattr(stdin(), OptionalActions::Now, modes);
            let _ = writeln!(stderr());
        }
    }
}

/// A line as the terminal hands it over, never more: what is behind it is not taken out of its hands.
fn one() -> io::Result<Option<String>> {
    let mut buffer = [0; LONGEST];
    loop {
        match read(stdin(), &mut buffer) {
            Ok(0) => return Ok(None),
            Ok(count) => return Ok(Some(String::from_utf8_lossy(&buffer[..count]).trim().to_owned())),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
