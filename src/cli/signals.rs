//! SIGINT and SIGTERM as values to look at. It never ends the process itself, unless asked twice.

use super::exit::Exit;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What the process has been asked by signals.
pub struct Signals {
    last: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl Signals {
    /// From now on a first signal is noted, and a second one ends the process at once.
    pub fn catch() -> std::io::Result<Self> {
        let signals = Self {
            last: Arc::default(),
            stop: Arc::default(),
        };
        for (signal, exit) in [
            (SIGINT, Exit::Interrupted),
            (SIGTERM, Exit::Terminated),
            (SIGHUP, Exit::Terminated),
        ] {
            // In this order: the first signal finds the flag unset, sets it, and the next one finds it set.
            signal_hook::flag::register_conditional_shutdown(
                signal,
                exit as i32,
                signals.stop.clone(),
            )?;
            signal_hook::flag::register(signal, signals.stop.clone())?;
            signal_hook::flag::register_usize(signal, signals.last.clone(), exit as usize)?;
        }
        Ok(signals)
    }

    /// From now on each signal also writes a byte there.
    pub fn ring(&self, rope: &std::os::fd::OwnedFd) -> std::io::Result<()> {
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signal_hook::low_level::pipe::register(signal, rope.try_clone()?)?;
        }
        Ok(())
    }

    /// The code to end with, once a signal came.
    pub fn asked(&self) -> Option<Exit> {
        match self.last.load(Ordering::Relaxed) {
            0 => None,
            code if code == Exit::Interrupted as usize => Some(Exit::Interrupted),
            _ => Some(Exit::Terminated),
        }
    }

    /// Sets the flag as a signal would.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Set by the first signal: for work that looks at a flag.
    pub fn flag(&self) -> &AtomicBool {
        &self.stop
    }
}
