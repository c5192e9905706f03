//! The worker: reads paths, answers with what the files say, until its owner is gone. It prints nothing.

use super::confine::{allow_cpu, confine};
use super::wire::{read_question, write_answer};
use crate::library::scan::read_tags;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// CPU time that one file may take.
const CPU_TIME: Duration = Duration::from_secs(10);
/// Answers are sent at the latest after so long, so that the owner sees that the work goes on.
const SEND_AFTER: Duration = Duration::from_millis(50);
/// Answers are gathered up to so many bytes.
const BUFFER_BYTES: usize = 64 << 10;

/// Serves on stdin and stdout.
pub fn serve() -> ExitCode {
    confine();
    // A panic is caught where it happens; its text would go to a terminal that is not ours.
    std::panic::set_hook(Box::new(|_| {}));
    let stdout = BufWriter::with_capacity(BUFFER_BYTES, io::stdout().lock());
    match answer_all(&mut io::stdin().lock(), stdout) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn answer_all(from: &mut impl io::Read, mut to: impl Write) -> io::Result<()> {
    while let Some(paths) = read_question(from)? {
        let mut sent = Instant::now();
        let mut allowed = None;
        for path in paths {
            let now = Instant::now();
            if allowed.is_none_or(|since: Instant| now - since > Duration::from_secs(1)) {
                allow_cpu(CPU_TIME);
                allowed = Some(now);
            }
            let path = PathBuf::from(OsString::from_vec(path));
            write_answer(&mut to, &read_tags(&path))?;
            if sent.elapsed() > SEND_AFTER {
                to.flush()?;
                sent = Instant::now();
            }
        }
        to.flush()?;
    }
    Ok(())
}
