//! Runs confirmed runbook commands for the console, one at a time.

use std::path::PathBuf;

use tokio::sync::mpsc::{Sender, channel};

use super::clock::Clock;
use super::exec::{self, ExecMsg, Running};
use super::runtime::Told;
use crate::app::Msg;
use crate::app::effect::RunRequest;
use crate::app::msg::OutputLine;

/// Output chunks that may wait for the screen.
const WAITING: usize = 64;

/// The command that runs, if one does.
#[derive(Debug)]
pub struct Steps {
    spool: PathBuf,
    clock: Clock,
    told: Sender<Told>,
    running: Option<Running>,
}
