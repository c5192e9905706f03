//! Ends the whole run when a test hangs, and names it: a suite that waits for ever tells nobody why.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Longer than any test takes, those for the release among them.
const LIMIT: Duration = Duration::from_secs(20 * 60);
const LOOKS_EVERY: Duration = Duration::from_secs(1);

/// Each test's name, and when it is late.
type Tests = HashMap<u64, (String, Instant)>;

static TESTS: LazyLock<Mutex<(u64, Tests)>> = LazyLock::new(|| {
    std::thread::spawn(watch);
    Mutex::default()
});

/// What a test holds while it runs.
pub struct Watched(u64);

impl Watched {
    pub fn new() -> Self {
        Self::within(LIMIT)
    }

    /// For a test that may take so long.
    pub fn within(limit: Duration) -> Self {
        let thread = std::thread::current();
        // The harness names a test's thread after it.
        let name = thread.name().unwrap_or("a test").to_owned();
        let mut tests = TESTS.lock().unwrap_or_else(PoisonError::into_inner);
        let number = tests.0;
        tests.0 += 1;
        tests.1.insert(number, (name, Instant::now() + limit));
        Self(number)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut tests = TESTS.lock().unwrap_or_else(PoisonError::into_inner);
        tests.1.remove(&self.0);
    }
}

fn watch() {
    loop {
        std::thread::sleep(LOOKS_EVERY);
        let tests = TESTS.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let late = tests.1.values().filter(|(_, end)| now > *end);
        let names: Vec<&str> = late.map(|test| test.0.as_str()).collect();
        if !names.is_empty() {
            // `eprintln` would go to the test that began the watch.
            let _ = writeln!(std::io::stderr(), "hangs: {}", names.join(", "));
            std::process::exit(101);
        }
    }
}
