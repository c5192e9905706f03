//! The sensors' public face: started, they tell facts of streaming clients until they are dropped, and carry orders to them. A
//! guard that is off starts none of it.

use super::level::Listener;
use super::streaming::{Order, Parts, live};
use crate::outage::Facts;
use crossbeam_channel::{Receiver, bounded as told};
use std::io;
use std::num::NonZeroUsize;
use std::thread::JoinHandle;
use std::time::Duration;
use zruntime::mpmc::{Sender, bounded};

/// Orders that wait; of more none is taken.
const MAX_ORDERS: NonZeroUsize = NonZeroUsize::new(16).unwrap();

/// An order that was not carried out within this much is not waited for.
const PATIENCE: Duration = Duration::from_secs(1);

/// The sensors' threads. Dropping them ends them.
pub struct Sensors {
    orders: Sender<Order>,
    stay: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sensors {
    /// Starts them. `listens`: it may be measured whether a client's own stream sounds.
    pub fn start(listens: bool, facts: Facts) -> io::Result<Self> {
        let listener = match listens {
            true => Some(Listener::start(facts.clone())?),
            false => None,
        };
        let (orders, taken) = bounded(MAX_ORDERS);
        let (stay, gone) = bounded::<()>(NonZeroUsize::MIN);
        let parts = Parts {
            facts,
            listener,
            orders: taken,
        };
        let thread = std::thread::Builder::new()
            .name("sensors".into())
            .spawn(move || live(parts, gone))?;
        Ok(Self {
            orders,
            stay: Some(stay),
            thread: Some(thread),
        })
    }

    /// Has a client pause. It is on its way when this returns; who wants to know what came of it asks.
    pub fn pause(&self, client: &str) -> Ordered {
        self.order(client, "Pause")
    }

    /// Has a client play on; as [`Self::pause`].
    pub fn play(&self, client: &str) -> Ordered {
        self.order(client, "Play")
    }

    fn order(&self, client: &str, method: &'static str) -> Ordered {
        let (done, is_done) = told(1);
        let client = client.to_owned();
        let order = Order {
            client,
            method,
            done,
        };
        Ordered(self.orders.try_send(order).is_ok().then_some(is_done))
    }
}

/// An order that is on its way.
#[derive(Debug)]
pub struct Ordered(Option<Receiver<bool>>);

impl Ordered {
    /// Whether the client says that it obeyed, which is waited for a second at most.
    pub fn is_obeyed(&self) -> bool {
        let said = |is_done: &Receiver<bool>| is_done.recv_timeout(PATIENCE) == Ok(true);
        self.0.as_ref().is_some_and(said)
    }
}

impl Drop for Sensors {
    fn drop(&mut self) {
        drop(self.stay.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}
