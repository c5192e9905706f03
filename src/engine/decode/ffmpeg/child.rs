//! A child process whose stdout is wanted: read with a deadline, its stderr kept up to a limit, killed and reaped when
//! it is dropped.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{ChildStderr, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// What is kept of stderr; what comes after it is read and dropped.
const MAX_SAID: usize = 4_096;
/// What may be read of stderr before the child counts as gone mad.
const MAX_CHATTER: usize = 16 * 1024 * 1024;
/// How long a child whose pipes are closed may take to end.
const ENDING: Duration = Duration::from_secs(2);
const GLANCE: Duration = Duration::from_millis(5);

pub(super) struct Child {
    process: std::process::Child,
    out: ChildStdout,
    /// `None` once it is closed.
    err: Option<ChildStderr>,
    said: Vec<u8>,
    chatter: usize,
}

/// How a child ended.
pub(super) struct Ended {
    /// By itself, and with 0.
    pub well: bool,
    /// The first line of its stderr, without ffmpeg's addresses.
    pub said: String,
}

impl Ended {
    pub(super) fn said_or(&self, other: &str) -> String {
        if self.said.is_empty() {
            other.to_owned()
        } else {
            self.said.clone()
        }
    }
}

impl Child {
    /// In a process group of its own: the keys that end this program at a terminal do not cut off its sound first.
    pub(super) fn start(mut command: Command) -> io::Result<Self> {
        let mut process = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (Some(out), err) = (process.stdout.take(), process.stderr.take()) else {
            return Err(io::Error::other("no pipe to the child"));
        };
        Ok(Self {
            process,
            out,
            err,
            said: Vec::new(),
            chatter: 0,
        })
    }

    /// Some bytes of its stdout; 0: it is closed. After `patience` without any it is [`io::ErrorKind::TimedOut`].
    pub(super) fn read(&mut self, buffer: &mut [u8], patience: Duration) -> io::Result<usize> {
        let deadline = Instant::now() + patience;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let (out_is_ready, err_is_ready) = self.wait(left)?;
            if err_is_ready {
                self.listen()?;
            }
            if out_is_ready {
                return self.out.read(buffer);
            }
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
    }

    /// All of its stdout, which must be no longer than `limit`.
    pub(super) fn read_all(&mut self, limit: usize, patience: Duration) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        let mut buffer = [0; 4_096];
        loop {
            match self.read(&mut buffer, patience)? {
                0 => return Ok(all),
                read if all.len() + read > limit => {
                    return Err(io::Error::other("it says too much"));
                }
                read => all.extend_from_slice(&buffer[..read]),
            }
        }
    }

    /// Waits for either pipe: stdout, stderr.
    fn wait(&self, left: Duration) -> io::Result<(bool, bool)> {
        let mut pipes = vec![PollFd::new(&self.out, PollFlags::IN)];
        pipes.extend(self.err.as_ref().map(|err| PollFd::new(err, PollFlags::IN)));
        let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
        match poll(&mut pipes, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        let is_ready = |at: usize| pipes.get(at).is_some_and(|pipe| !pipe.revents().is_empty());
        Ok((is_ready(0), is_ready(1)))
    }

    fn listen(&mut self) -> io::Result<()> {
        let Some(err) = &mut self.err else {
            return Ok(());
        };
        let mut buffer = [0; 1_024];
        let read = err.read(&mut buffer)?;
        if read == 0 {
            self.err = None;
        }
        let kept = read.min(MAX_SAID.saturating_sub(self.said.len()));
        self.said.extend_from_slice(&buffer[..kept]);
        self.chatter += read;
        if self.chatter > MAX_CHATTER {
            return Err(io::Error::other("it does not stop complaining"));
        }
        Ok(())
    }

    /// Once its stdout is closed: waits for its end, and kills it where that does not come.
    pub(super) fn end(mut self) -> Ended {
        let deadline = Instant::now() + ENDING;
        while self.err.is_some() && Instant::now() < deadline {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.wait_for_err(left) {
                Ok(true) if self.listen().is_ok() => {}
                _ => break,
            }
        }
        let mut status = self.process.try_wait();
        while matches!(status, Ok(None)) && Instant::now() < deadline {
            std::thread::sleep(GLANCE);
            status = self.process.try_wait();
        }
        Ended {
            well: matches!(status, Ok(Some(status)) if status.success()),
            said: first_line(&self.said),
        }
    }

    fn wait_for_err(&self, left: Duration) -> io::Result<bool> {
        let Some(err) = &self.err else {
            return Ok(false);
        };
        let timeout = Timespec::try_from(left).map_err(io::Error::other)?;
        Ok(poll(&mut [PollFd::new(err, PollFlags::IN)], Some(&timeout))? > 0)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// `[wv @ 0x55d0] Invalid block` → `Invalid block`
fn first_line(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    let line = line.unwrap_or_default();
    match line.split_once("] ") {
        Some((source, rest)) if source.starts_with('[') && source.contains(" @ 0x") => {
            rest.to_owned()
        }
        _ => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Child {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        Child::start(command).unwrap()
    }

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn both_pipes_are_read_and_the_end_is_told() {
        let mut child = shell(
            "echo '[wv @ 0x5] wrong' >&2; yes complaint | head -c 300000 >&2; printf sound; exit 3",
        );
        assert_eq!(child.read_all(100, LONG).unwrap(), b"sound");
        let ended = child.end();
        assert_eq!((ended.well, ended.said.as_str()), (false, "wrong"));
        assert!(shell("exit 0").end().well);
    }

    #[test]
    fn a_child_that_hangs_or_raves_is_left_and_gone() {
        let mut hung = shell("exec sleep 1000");
        let process = rustix::process::Pid::from_raw(hung.process.id() as i32).unwrap();
        let error = hung
            .read(&mut [0; 9], Duration::from_millis(1))
            .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(hung);
        assert!(
            rustix::process::test_kill_process(process).is_err(),
            "it is not reaped"
        );
        assert!(shell("yes").read_all(1_000_000, LONG).is_err());
        assert!(shell("yes >&2").read_all(1_000, LONG).is_err());
    }
}
