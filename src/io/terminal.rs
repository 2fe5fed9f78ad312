//! The terminal: taken over, drawn on when something changed, always given back.

use std::io::{self, Stdout, Write, stdout};
use std::panic;
use std::thread;

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{execute, queue};
use ratatui::Terminal;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use crate::app::effect::RunRequest;
use crate::app::{Model, Screen as Drawn};
use crate::text::Safe;
use crate::tui::{Theme, view};

/// Ends what a command may have asked of the terminal and left behind: an unfinished sequence, its own
/// alternate screen, mouse and focus reports, application keys, margins, wrapping off, colours, a charset.
const CALM: &[u8] =
    b"\x1b\\\x1b[?1049l\x1b[?9l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1005l\x1b[?1006l\x1b[?1015l\x1b[?2004l\x1b[?1l\x1b>\x1b[?6l\x1b[r\x1b[?7h\x1b[4l\x1b(B\x0f\x1b[0m\x1b[<u";

/// The taken-over terminal. Dropping it gives the terminal back.
#[derive(Debug)]
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    shown: Buffer,
    caret: Option<Position>,
}

impl Screen {
    /// Takes the terminal over. A panic on this thread gives it back before it is reported; one on any
    /// other thread goes to the log and to `worker_died` (thread, what it said), and leaves the screen
    /// alone.
    pub fn enter(worker_died: impl Fn(&str, &str) + Send + Sync + 'static) -> io::Result<Self> {
        // With NO_COLOR set, crossterm writes a bare reset for every style change, which cuts a
        // selection bar in two. Our colourless theme asks for no colours; styles must get through.
        crossterm::style::force_color_output(true);
        enable_raw_mode()?;
        let entered = execute!(stdout(), EnterAlternateScreen, EnableBracketedPaste);
        restore_on_panic(worker_died);
        entered.inspect_err(|_| restore())?;
        let terminal = Terminal::new(CrosstermBackend::new(stdout()))?;
        Ok(Self { terminal, shown: Buffer::default(), caret: None })
    }

    /// Draws the model. An unchanged screen writes nothing. Says how much of a command that is asked about
    /// could not be shown, until all of it was.
    pub fn draw(&mut self, model: &Model, theme: &Theme) -> io::Result<Option<usize>> {
        self.terminal.autoresize()?;
        let cells = self.terminal.current_buffer_mut();
        let Drawn { caret, unread, .. } = view(model, theme, cells);
        if *cells == self.shown && caret == self.caret {
            cells.reset();
            return Ok(unread);
        }
        self.shown.clone_from(cells);
        self.terminal.flush()?;
        self.place(caret)?;
        self.terminal.swap_buffers();
        Backend::flush(self.terminal.backend_mut())?;
        Ok(unread)
    }

    /// Through the backend: a `Terminal` that knows its cursor hidden shows it when dropped, and panics
    /// where the terminal is gone.
    fn place(&mut self, caret: Option<Position>) -> io::Result<()> {
        let backend = self.terminal.backend_mut();
        match caret {
            Some(position) => {
                backend.set_cursor_position(position)?;
                if self.caret.is_none() {
                    backend.show_cursor()?;
                }
            }
            None => backend.hide_cursor()?,
        }
        self.caret = caret;
        Ok(())
    }

    /// Forgets what the terminal shows, so that the next draw writes all of it.
    ///
    /// `Terminal::clear` would ask the terminal where its cursor is and wait two seconds for an answer
    /// that not every terminal gives; a resize to the same size clears without asking.
    pub fn redraw(&mut self) -> io::Result<()> {
        self.shown = Buffer::default();
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }

    /// Gives the whole terminal to a command, which sits on a pseudo terminal behind it: keys go on as they
    /// come. Says what runs and how one comes back.
    pub fn lend(&mut self, request: &RunRequest) -> io::Result<()> {
        let mut out = stdout();
        execute!(out, DisableBracketedPaste, LeaveAlternateScreen, Show)?;
        let head = format!("warroom: step {} has the terminal until it ends:", request.step);
        for line in Safe::lines(&head).chain(Safe::lines(&request.command)) {
            write!(out, "{line}\r\n")?;
        }
        out.flush()
    }

    /// Takes the terminal back from a command, whatever modes it left.
    pub fn take_back(&mut self) -> io::Result<()> {
        let mut out = stdout();
        out.write_all(CALM)?;
        enable_raw_mode()?;
        execute!(out, EnterAlternateScreen, EnableBracketedPaste)?;
        self.caret = None;
        self.redraw()
    }

    /// Rings the terminal's bell.
    pub fn bell(&mut self) -> io::Result<()> {
        let mut out = stdout();
        out.write_all(b"\x07")?;
        out.flush()
    }

    /// Hands a text to the terminal's clipboard (OSC 52). Nobody answers whether it took it.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        copy(&mut stdout(), text)
    }

    /// Columns and rows.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        self.terminal.size().map(|size| (size.width, size.height))
    }
}

/// Writes a text so that the terminal behind `out` puts it into its clipboard (OSC 52).
pub fn copy(out: &mut impl Write, text: &str) -> io::Result<()> {
    execute!(out, CopyToClipboard::to_clipboard_from(text))
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A panic gave it back already. To leave the alternate screen twice would put the cursor back to
        // where it was, and the shell would write over the panic's message.
        if !thread::panicking() {
            restore();
        }
    }
}

/// Gives the terminal back.
fn restore() {
    let mut out = stdout();
    // Nothing can be done about a terminal that is gone.
    let _ = queue!(out, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = out.flush();
    let _ = disable_raw_mode();
}

fn restore_on_panic(worker_died: impl Fn(&str, &str) + Send + Sync + 'static) {
    let screen_thread = thread::current().id();
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == screen_thread {
            restore();
            report(info);
        } else {
            tracing::error!("{info}");
            worker_died(
                thread::current().name().unwrap_or("worker"),
                info.payload_as_str().unwrap_or("panic"),
            );
        }
    }));
}
