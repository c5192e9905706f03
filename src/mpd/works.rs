//! The long work that clients do and tell of, for whoever shows it. Work of a client that is gone is over.

use super::ack::{Ack, Code};
use super::subsystem::{Stir, Subsystems};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Clients whose work is told; further ones are refused.
const MAX_WORKS: usize = 64;
/// A longer name is none, in bytes.
const MAX_NAME: usize = 32;

/// Something that takes long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// What is done, in a word.
    pub name: String,
    /// How much of it is done, in some unit.
    pub done: u64,
    /// How much there is to do, in the same unit.
    pub total: Option<u64>,
}

/// All work that is told.
pub struct Works {
    clients: Mutex<BTreeMap<u64, Work>>,
    stir: Stir,
}

/// A client that works. Dropping it ends its work.
#[derive(Debug)]
pub struct Worker {
    number: u64,
    all: Arc<Works>,
}

impl Drop for Worker {
    fn drop(&mut self) {
        if self.all.lock().remove(&self.number).is_some() {
            self.all.stir.tell(Subsystems::UPDATE);
        }
    }
}

impl std::fmt::Debug for Works {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Works")
    }
}

impl Works {
    /// Nobody works. News are left there.
    pub fn new(stir: Stir) -> Arc<Self> {
        Arc::new(Self {
            clients: Mutex::default(),
            stir,
        })
    }

    /// What is done now, by who came first.
    pub fn all(&self) -> Vec<Work> {
        self.lock().values().cloned().collect()
    }

    /// A client that begins to tell.
    pub fn worker(self: &Arc<Self>, number: u64) -> Worker {
        let all = self.clone();
        Worker { number, all }
    }

    /// Each change of the map is made in one step: a thread that panicked has left it whole.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Work>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    /// What it does and how far it is, in place of what it told before.
    pub fn tell(&self, work: Work) -> Result<(), Ack> {
        let fits = |c: char| c.is_ascii_lowercase() || c == '-';
        if work.name.is_empty() || work.name.len() > MAX_NAME || !work.name.chars().all(fits) {
            return Err(Ack::arg("invalid name of work"));
        }
        let mut clients = self.all.lock();
        let has_told = clients.get(&self.number);
        let is_news = has_told.is_none_or(|before| before.name != work.name);
        if has_told.is_none() && clients.len() >= MAX_WORKS {
            return Err(Ack::new(Code::Exist, "too much work is told already"));
        }
        clients.insert(self.number, work);
        if is_news {
            self.all.stir.tell(Subsystems::UPDATE);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work(name: &str, done: u64) -> Work {
        Work {
            name: name.to_owned(),
            done,
            total: Some(10),
        }
    }

    #[test]
    fn who_works_is_news_and_how_far_it_is_is_not() {
        let stir = Stir::default();
        let all = Works::new(stir.clone());
        let (one, other) = (all.worker(1), all.worker(2));
        assert!(stir.take().is_empty());
        one.tell(work("verify", 1)).unwrap();
        assert_eq!(stir.take(), Subsystems::UPDATE);
        one.tell(work("verify", 2)).unwrap();
        assert!(stir.take().is_empty());
        other.tell(work("pack", 0)).unwrap();
        assert_eq!(stir.take(), Subsystems::UPDATE);
        assert_eq!(all.all(), [work("verify", 2), work("pack", 0)]);
        one.tell(work("scan", 0)).unwrap();
        assert_eq!(stir.take(), Subsystems::UPDATE);
        drop(one);
        assert_eq!(stir.take(), Subsystems::UPDATE);
        assert_eq!(all.all(), [work("pack", 0)]);
        // One that never told anything is not missed.
        drop(all.worker(3));
        assert!(stir.take().is_empty());
    }

    #[test]
    fn no_more_work_is_told_than_that_and_under_no_odd_name() {
        let all = Works::new(Stir::default());
        let workers: Vec<Worker> = (0..=MAX_WORKS as u64).map(|n| all.worker(n)).collect();
        let (last, first) = workers.split_last().unwrap();
        for worker in first {
            worker.tell(work("scan", 1)).unwrap();
        }
        assert_eq!(last.tell(work("scan", 1)).unwrap_err().code, Code::Exist);
        first[0].tell(work("scan", 2)).unwrap();
        for name in ["", "a b", "SCAN", "a\n", &"a".repeat(MAX_NAME + 1)] {
            assert_eq!(first[0].tell(work(name, 1)).unwrap_err().code, Code::Arg);
        }
    }
}
