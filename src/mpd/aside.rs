//! The threads of commands that may take a while. As many as are needed, up to a limit; each ends when nothing has come
//! for a while. They never touch a socket.

use super::answer::{Answer, Takes};
use super::client::Client;
use super::house::House;
use super::request::{Request, run};
use super::subsystem::Stir;
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded, unbounded};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

/// Requests that run at once; further ones wait. One whose client does not read is not counted.
const MAX_THREADS: usize = 16;

/// Requests whose clients do not read; the next such client is sent away.
const MAX_HELD_UP: usize = 48;

/// A thread that nothing has come for.
const LINGERS: Duration = Duration::from_secs(5);

/// Pieces of one answer that wait for the socket: a list stands still while its client does not read.
const MAX_PIECES: usize = 2;

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
    stir: Stir,
    is_done: bool,
}

impl Drop for Unless {
    fn drop(&mut self) {
        if !self.is_done {
            self.back.send(Back::Lost(self.token)).ok();
            self.stir.wake();
        }
    }
}

/// A request on its way. It is its client's: once that was sent away, it is no more.
struct Job {
    token: usize,
    client: Box<Client>,
    request: Weak<Request>,
    pieces: Sender<Vec<u8>>,
}

/// Where requests go. Each client has at most one here, and holds it, so the queues need no limit of their own.
pub struct Asides {
    jobs: Sender<Job>,
    pool: Arc<Pool>,
}

/// What the threads share.
struct Pool {
    house: Arc<House>,
    taken: Receiver<Job>,
    back: Sender<Back>,
    /// Those that do something or wait for something to do.
    threads: AtomicUsize,
    idle: AtomicUsize,
    /// Those that wait for a client to read.
    held_up: AtomicUsize,
}

impl Asides {
    /// No thread yet. `Back` is told to the returned receiver, and the house's thread is woken.
    pub fn new(house: Arc<House>) -> (Self, Receiver<Back>) {
        let (jobs, taken) = unbounded();
        let (back, came_back) = unbounded();
        let pool = Pool {
            house,
            taken,
            back,
            threads: AtomicUsize::new(0),
            idle: AtomicUsize::new(0),
            held_up: AtomicUsize::new(0),
        };
        let pool = Arc::new(pool);
        (Self { jobs, pool }, came_back)
    }

    /// Takes a request; its answer comes out of the returned channel, piece by piece.
    pub fn take(
        &self,
        token: usize,
        client: Box<Client>,
        request: &Arc<Request>,
    ) -> Receiver<Vec<u8>> {
        let (pieces, answer) = bounded(MAX_PIECES);
        let job = Job {
            token,
            client,
            request: Arc::downgrade(request),
            pieces,
        };
        // Both ends are here.
        self.jobs.send(job).ok();
        self.pool.clone().help();
        answer
    }
}

impl Pool {
    /// One more thread, where more waits than there are threads that wait for it.
    fn help(self: Arc<Self>) {
        if self.taken.len() <= self.idle.load(Ordering::Acquire) {
            return;
        }
        if self.threads.fetch_add(1, Ordering::AcqRel) >= MAX_THREADS {
            self.threads.fetch_sub(1, Ordering::AcqRel);
            return;
        }
        let worker = Worker(self);
        // Where no thread can be had, those that are there go on with what waits.
        std::thread::Builder::new()
            .name("mpd-aside".into())
            .spawn(move || worker.work())
            .ok();
    }

    /// Hands a piece over. While its client does not read, another thread may take this one's place; `false`: nobody
    /// reads it any more, or too many already wait for clients that do not read.
    fn hand_over(self: &Arc<Self>, piece: Vec<u8>, pieces: &Sender<Vec<u8>>) -> bool {
        let piece = match pieces.try_send(piece) {
            Ok(()) => return true,
            Err(TrySendError::Disconnected(_)) => return false,
            Err(TrySendError::Full(piece)) => piece,
        };
        let is_bearable = self.held_up.fetch_add(1, Ordering::AcqRel) < MAX_HELD_UP;
        self.threads.fetch_sub(1, Ordering::AcqRel);
        self.clone().help();
        let is_read = is_bearable && pieces.send(piece).is_ok();
        self.threads.fetch_add(1, Ordering::AcqRel);
        self.held_up.fetch_sub(1, Ordering::AcqRel);
        is_read
    }
}

struct Worker(Arc<Pool>);

/// However a thread ends, it counts no more.
impl Drop for Worker {
    fn drop(&mut self) {
        self.0.threads.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Worker {
    fn work(self) {
        while let Some(job) = self.next_job() {
            self.run(job);
        }
    }

    fn next_job(&self) -> Option<Job> {
        let Pool { taken, idle, .. } = &*self.0;
        idle.fetch_add(1, Ordering::AcqRel);
        let job = taken.recv_timeout(LINGERS).ok();
        idle.fetch_sub(1, Ordering::AcqRel);
        // One may have come between the last look and not being counted as idle any more.
        let job = job.or_else(|| taken.try_recv().ok());
        // And while this one counted as idle with work in its hands, nobody was called for the next.
        if job.is_some() {
            self.0.clone().help();
        }
        job
    }

    fn run(&self, job: Job) {
        let Job {
            token,
            mut client,
            request,
            pieces,
        } = job;
        let pool = self.0.clone();
        let mut lost = Unless {
            token,
            back: pool.back.clone(),
            stir: pool.house.stir.clone(),
            is_done: false,
        };
        let Some(request) = request.upgrade() else {
            return;
        };
        let is_whole = Arc::new(AtomicBool::new(true));
        let answer = Answer::in_pieces(Box::new(HandingOver {
            token,
            request: Arc::downgrade(&request),
            pieces,
            is_whole: is_whole.clone(),
            pool: pool.clone(),
        }));
        run(&request, &pool.house, &mut client, answer);
        lost.is_done = is_whole.load(Ordering::Acquire);
        if lost.is_done {
            pool.back.send(Back::Done(token, client)).ok();
            pool.house.stir.wake();
        }
    }
}

/// The way of an answer to the sockets' thread.
struct HandingOver {
    token: usize,
    request: Weak<Request>,
    pieces: Sender<Vec<u8>>,
    /// What is not taken over is missing: nothing behind it may be told.
    is_whole: Arc<AtomicBool>,
    pool: Arc<Pool>,
}

impl Takes for HandingOver {
    fn take(&mut self, piece: Vec<u8>) -> bool {
        let was_whole = self.is_whole.load(Ordering::Acquire);
        let is_read = was_whole && self.pool.hand_over(piece, &self.pieces);
        self.is_whole.store(is_read, Ordering::Release);
        // Where another one waits before it, who comes for that takes this one too.
        if self.pieces.len() <= 1 {
            self.pool.back.send(Back::Piece(self.token)).ok();
            self.pool.house.stir.wake();
        }
        is_read
    }

    fn is_there(&self) -> bool {
        // One hold is that of the thread which runs it, the other its client's.
        self.request.strong_count() > 1
    }
}
