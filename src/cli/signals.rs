//! SIGINT, SIGTERM and SIGHUP as values to look at. It never ends the process itself, unless asked twice.

use super::exit::Exit;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What the process has been asked by signals.
pub struct Signals {
    last: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    asked_anew: Arc<AtomicBool>,
}

impl Signals {
    /// From now on a first signal is noted, and a second one ends the process at once.
    pub fn catch() -> std::io::Result<Self> {
        let signals = Self::catch_of_service()?;
        signals.end_by(SIGHUP, Exit::Terminated)?;
        Ok(signals)
    }

    /// As [`catch`](Self::catch), but SIGHUP ends nothing: see [`asked_anew`](Self::asked_anew).
    pub fn catch_of_service() -> std::io::Result<Self> {
        let signals = Self {
            last: Arc::default(),
            stop: Arc::default(),
            asked_anew: Arc::default(),
        };
        signals.end_by(SIGINT, Exit::Interrupted)?;
        signals.end_by(SIGTERM, Exit::Terminated)?;
        signal_hook::flag::register(SIGHUP, signals.asked_anew.clone())?;
        Ok(signals)
    }

    fn end_by(&self, signal: i32, exit: Exit) -> std::io::Result<()> {
        // In this order: the first signal finds the flag unset, sets it, and the next one finds it set.
        signal_hook::flag::register_conditional_shutdown(signal, exit as i32, self.stop.clone())?;
        signal_hook::flag::register(signal, self.stop.clone())?;
        signal_hook::flag::register_usize(signal, self.last.clone(), exit as usize)?;
        Ok(())
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

    /// Whether SIGHUP came since the last look.
    pub fn asked_anew(&self) -> bool {
        self.asked_anew.swap(false, Ordering::Relaxed)
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
