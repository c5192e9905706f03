//! The guard's question at a terminal: one key answers it. Where nobody sits before it, nothing happens here.

use crate::cli::Stop;
use crate::cli::bell::Bell;
use crate::cli::terminal::Terminal;
use crate::daemon::Snapshot;
use crate::daemon::stepping::Switch;
use std::io::{self, IsTerminal};

/// The terminal, while there is a question.
pub struct Question {
    terminal: Option<Terminal>,
    is_seen: bool,
}

impl Question {
    /// Where keys can be had.
    pub fn new(bell: &mut Bell) -> Self {
        let is_seen = io::stdin().is_terminal() && io::stdout().is_terminal();
        Self {
            terminal: None,
            is_seen: is_seen && bell.listen_to_keys().is_ok(),
        }
    }

    /// Whether keys are waited for.
    pub fn is_open(&self) -> bool {
        self.terminal.is_some()
    }

    /// Takes the keys while there is a question, and gives an answer on.
    pub fn look(&mut self, snapshot: &Snapshot, switch: &Switch) -> Result<(), Stop> {
        let told = snapshot.outside.guard.as_ref();
        if !self.is_seen || !told.is_some_and(|told| told.asks) {
            self.terminal = None;
            return Ok(());
        }
        let terminal = match &mut self.terminal {
            Some(terminal) => terminal,
            none => {
                let terminal = none.insert(Terminal::take()?);
                terminal.say("y yes · n no")?;
                terminal
            }
        };
        while let Some(typed) = terminal.typed()? {
            match typed {
                'y' | 'Y' => drop(switch.answer(true)),
                'n' | 'N' => drop(switch.answer(false)),
                // As a signal would end it.
                '\u{3}' => rustix::process::kill_process(
                    rustix::process::getpid(),
                    rustix::process::Signal::INT,
                )
                .map_err(io::Error::from)?,
                _ => {}
            }
        }
        Ok(())
    }
}
