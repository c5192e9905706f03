//! Asking workers: one at a time for each thread that reads. It knows no format, and it never waits for ever.

use super::VERB;
use super::wire::{MOST_PATHS, take_answer, write_question};
use crate::library::scan::{Found, SkipReason, read_tags};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// So long a worker may be silent over a batch before it is ended …
const SILENCE: Duration = Duration::from_secs(5);
/// … and over the one file that is asked for alone after that.
const SILENCE_ALONE: Duration = Duration::from_secs(4);
/// How often somebody who waits listens to `stop`.
const LISTEN: Duration = Duration::from_millis(100);
/// Bytes read from a worker at once.
const READ_BYTES: usize = 64 << 10;

/// Where foreign files are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReadIn {
    /// Here: for tests, and for the worker itself.
    #[default]
    ThisProcess,
    /// In workers, which are this program started again.
    Workers(PathBuf),
}

impl ReadIn {
    /// In workers of the program that runs now, also where its file has been replaced since.
    pub fn workers_of_this_program() -> io::Result<Self> {
        let own = Path::new("/proc/self/exe");
        let program = match own.exists() {
            true => own.to_owned(),
            false => std::env::current_exe()?,
        };
        Ok(Self::Workers(program))
    }
}

/// Why there is no worker.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the reader of tags: {0}")]
pub struct WorkerError(#[from] io::Error);

/// Reads tags, one batch after the other.
pub struct TagReader {
    how: ReadIn,
    worker: Option<Worker>,
}

/// One file's answer.
type Answer = Result<Found, SkipReason>;

impl TagReader {
    /// A reader that starts a worker when it is first asked.
    pub fn new(how: &ReadIn) -> Self {
        Self {
            how: how.clone(),
            worker: None,
        }
    }

    /// What one file says.
    pub fn read_one(&mut self, path: &Path) -> Result<Answer, WorkerError> {
        let answers = self.read(&[path], &AtomicBool::new(false))?;
        let unanswered = || Err(SkipReason::Unread);
        Ok(answers.into_iter().next().unwrap_or_else(unanswered))
    }

    /// What each file says, in order; fewer where `stop` came first.
    pub fn read(&mut self, paths: &[&Path], stop: &AtomicBool) -> Result<Vec<Answer>, WorkerError> {
        let mut answers = Vec::with_capacity(paths.len());
        for paths in paths.chunks(MOST_PATHS) {
            self.read_batch(paths, stop, &mut answers)?;
        }
        Ok(answers)
    }

    fn read_batch(
        &mut self,
        paths: &[&Path],
        stop: &AtomicBool,
        answers: &mut Vec<Answer>,
    ) -> Result<(), WorkerError> {
        let ReadIn::Workers(program) = self.how.clone() else {
            let read = paths.iter().take_while(|_| !stop.load(Ordering::Relaxed));
            answers.extend(read.map(|path| read_tags(path)));
            return Ok(());
        };
        let mut rest = paths;
        while !rest.is_empty() && !stop.load(Ordering::Relaxed) {
            let before = answers.len();
            let ended = self.ask(&program, rest, SILENCE, stop, answers)?;
            rest = rest.get(answers.len() - before..).unwrap_or_default();
            if ended.is_some() {
                rest = self.past_the_culprit(&program, rest, stop, answers)?;
            }
        }
        Ok(())
    }

    /// One of these files ended the worker: asks for each alone, until that one has done it again or all have answered.
    fn past_the_culprit<'a, 'p>(
        &mut self,
        program: &Path,
        mut rest: &'a [&'p Path],
        stop: &AtomicBool,
        answers: &mut Vec<Answer>,
    ) -> Result<&'a [&'p Path], WorkerError> {
        while let Some((first, others)) = rest.split_first() {
            let ended = self.ask(program, &[first], SILENCE_ALONE, stop, answers)?;
            match ended {
                Some(End::Stopped) => return Ok(&[]),
                Some(end) => {
                    answers.push(Err(end.into()));
                    return Ok(others);
                }
                None => rest = others,
            }
        }
        Ok(rest)
    }

    /// Asks a worker for these files; what kept it from answering all of them, if something did.
    fn ask(
        &mut self,
        program: &Path,
        paths: &[&Path],
        silence: Duration,
        stop: &AtomicBool,
        answers: &mut Vec<Answer>,
    ) -> Result<Option<End>, WorkerError> {
        let worker = match &mut self.worker {
            Some(worker) => worker,
            none => none.insert(Worker::start(program)?),
        };
        let end = worker.ask(paths, silence, stop, answers).err();
        if end.is_some() {
            self.worker = None;
        }
        Ok(end)
    }
}

/// How an exchange with a worker ended before it was whole.
enum End {
    Died,
    /// It was busy all the time: with the file.
    Busy,
    /// It waited all the time: for the disk.
    Waiting,
    Stopped,
}

impl From<End> for SkipReason {
    fn from(end: End) -> Self {
        match end {
            End::Died => Self::EndedReader,
            End::Busy => Self::TookTooLong(SILENCE_ALONE.as_secs()),
            End::Waiting => Self::DiskSilent(SILENCE_ALONE.as_secs()),
            End::Stopped => Self::Unread,
        }
    }
}

/// A running worker; it is ended and waited for when this is dropped.
struct Worker {
    child: Child,
    questions: ChildStdin,
    answers: ChildStdout,
}

impl Worker {
    fn start(program: &Path) -> io::Result<Self> {
        let mut child = Command::new(program)
            .arg(VERB)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .env_clear()
            .current_dir("/")
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (questions, answers) = pipes.ok_or_else(|| io::Error::other("it has no pipes"))?;
        Ok(Self {
            child,
            questions,
            answers,
        })
    }

    fn ask(
        &mut self,
        paths: &[&Path],
        silence: Duration,
        stop: &AtomicBool,
        answers: &mut Vec<Answer>,
    ) -> Result<(), End> {
        write_question(&mut self.questions, paths).map_err(|_| End::Died)?;
        let mut left = paths.len();
        let mut arrived = Vec::new();
        while left > 0 {
            self.wait(silence, stop)?;
            let from = arrived.len();
            arrived.resize(from + READ_BYTES, 0);
            let count = match self.answers.read(&mut arrived[from..]) {
                Ok(0) => return Err(End::Died),
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(End::Died),
                read => read.unwrap_or(0),
            };
            arrived.truncate(from + count);
            let mut used = 0;
            while left > 0
                && let Some((answer, length)) =
                    take_answer(&arrived[used..]).map_err(|_| End::Died)?
            {
                answers.push(answer);
                used += length;
                left -= 1;
            }
            arrived.drain(..used);
        }
        Ok(())
    }

    /// Until there is something to read.
    fn wait(&self, silence: Duration, stop: &AtomicBool) -> Result<(), End> {
        let began = Instant::now();
        let (mut looks, mut busy) = (0u32, 0u32);
        loop {
            if stop.load(Ordering::Relaxed) {
                return Err(End::Stopped);
            }
            let mut fds = [PollFd::new(&self.answers, PollFlags::IN)];
            let time = Timespec {
                tv_sec: 0,
                tv_nsec: i64::from(LISTEN.subsec_nanos()),
            };
            match poll(&mut fds, Some(&time)) {
                Ok(0) => {
                    looks += 1;
                    busy += u32::from(self.is_busy());
                }
                Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return Ok(()),
                Err(_) => return Err(End::Died),
            }
            if began.elapsed() >= silence {
                // The disk's fault must not be held against the file.
                return Err(if busy * 2 < looks {
                    End::Waiting
                } else {
                    End::Busy
                });
            }
        }
    }

    /// Whether it runs, or would if there were a processor for it; so it seems where the system does not tell.
    fn is_busy(&self) -> bool {
        let told = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()));
        told.map_or(true, |stat| state(&stat) == Some('R'))
    }
}

/// The state in a line of `/proc/PID/stat` (proc(5)): behind the program's name, which may hold anything and ends in
/// the last parenthesis.
fn state(stat: &str) -> Option<char> {
    stat.rsplit_once(')')?.1.trim_start().chars().next()
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_behind_any_name() {
        assert_eq!(state("7 (a) b (c)) S 1 7 7"), Some('S'));
        assert_eq!(state("7 (a) R"), Some('R'));
        assert_eq!(state("7 (a)"), None);
        assert_eq!(state("7 (a"), None);
    }
}
