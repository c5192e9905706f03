//! The threads of commands that may take a while. As many as are needed, up to a limit; each ends when nothing has come
//! for a while. They never touch a socket.

use super::answer::Answer;
use super::client::Client;
use super::house::House;
use super::session::{Request, run};
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Requests that run at once; further ones wait.
const MAX_THREADS: usize = 16;

/// A thread that nothing has come for.
const LINGERS: Duration = Duration::from_secs(5);

/// Pieces of one answer that wait for the socket: a list stands still while its client does not read.
const MAX_PIECES: usize = 4;

/// What comes back to the sockets' thread.
pub enum Back {
    /// A piece of an answer waits in this client's channel.
    Piece(usize),
    /// The client's request is done.
    Done(usize, Box<Client>),
    /// The client's request came to no end.
    Lost(usize),
}

/// Tells that a request is lost, unless it came to its end.
struct Unless {
    token: usize,
    back: Sender<Back>,
    is_done: bool,
}

impl Drop for Unless {
    fn drop(&mut self) {
        if !self.is_done {
            self.back.send(Back::Lost(self.token)).ok();
        }
    }
}

/// A request on its way.
struct Job {
    token: usize,
    client: Box<Client>,
    request: Request,
    pieces: Sender<Vec<u8>>,
}

/// Where requests go. Each client has at most one here, so the queues need no limit of their own.
pub struct Asides {
    house: Arc<House>,
    jobs: Sender<Job>,
    taken: Receiver<Job>,
    back: Sender<Back>,
    threads: Arc<AtomicUsize>,
    idle: Arc<AtomicUsize>,
}

impl Asides {
    /// No thread yet. `Back` is told to the returned receiver, and the house's thread is woken.
    pub fn new(house: Arc<House>) -> (Self, Receiver<Back>) {
        let (jobs, taken) = unbounded();
        let (back, came_back) = unbounded();
        let asides = Self {
            house,
            jobs,
            taken,
            back,
            threads: Arc::default(),
            idle: Arc::default(),
        };
        (asides, came_back)
    }

    /// Takes a request; its answer comes out of the returned channel, piece by piece.
    pub fn take(&self, token: usize, client: Box<Client>, request: Request) -> Receiver<Vec<u8>> {
        let (pieces, answer) = bounded(MAX_PIECES);
        let job = Job {
            token,
            client,
            request,
            pieces,
        };
        // Both ends are here.
        self.jobs.send(job).ok();
        if self.idle.load(Ordering::Acquire) == 0 {
            self.begin_thread();
        }
        answer
    }

    fn begin_thread(&self) {
        if self.threads.fetch_add(1, Ordering::AcqRel) >= MAX_THREADS {
            self.threads.fetch_sub(1, Ordering::AcqRel);
            return;
        }
        let worker = Worker {
            house: self.house.clone(),
            jobs: self.taken.clone(),
            back: self.back.clone(),
            threads: self.threads.clone(),
            idle: self.idle.clone(),
        };
        let name = "mpd-aside".to_owned();
        let begun = std::thread::Builder::new()
            .name(name)
            .spawn(move || worker.work());
        // Where no thread can be had, those that are there go on with what waits.
        if begun.is_err() {
            self.threads.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

struct Worker {
    house: Arc<House>,
    jobs: Receiver<Job>,
    back: Sender<Back>,
    threads: Arc<AtomicUsize>,
    idle: Arc<AtomicUsize>,
}

/// However a thread ends, it counts no more.
impl Drop for Worker {
    fn drop(&mut self) {
        self.threads.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Worker {
    fn work(self) {
        while let Some(job) = self.next_job() {
            self.run(job);
        }
    }

    fn next_job(&self) -> Option<Job> {
        self.idle.fetch_add(1, Ordering::AcqRel);
        let job = self.jobs.recv_timeout(LINGERS).ok();
        self.idle.fetch_sub(1, Ordering::AcqRel);
        // One may have come between the last look and not being counted as idle any more.
        job.or_else(|| self.jobs.try_recv().ok())
    }

    fn run(&self, job: Job) {
        let Job {
            token,
            mut client,
            request,
            pieces,
        } = job;
        let mut lost = Unless {
            token,
            back: self.back.clone(),
            is_done: false,
        };
        let (back, stir) = (self.back.clone(), self.house.stir.clone());
        let answer = Answer::in_pieces(Box::new(move |piece| {
            let is_read = pieces.send(piece).is_ok();
            back.send(Back::Piece(token)).ok();
            stir.wake();
            is_read
        }));
        run(&request, &self.house, &mut client, answer);
        lost.is_done = true;
        self.back.send(Back::Done(token, client)).ok();
        self.house.stir.wake();
    }
}
