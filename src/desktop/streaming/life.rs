//! The thread's life: it waits for messages of the buses, for an order, or for a time, and looks at nothing over and over but
//! the positions of clients that play.

use super::bus::{Bus, Which};
use super::client::Client;
use super::watch::{Order, Watch};
use crate::desktop::level::{Followed, Listener};
use crate::desktop::network::Looks;
use crate::desktop::waits::{due, either};
use crate::outage::Facts;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};
use zruntime::mpmc::Receiver;

/// How often positions are looked at, and the route.
const BETWEEN_TICKS: Duration = Duration::from_secs(1);

/// What the thread has to do with.
pub struct Parts {
    /// Where facts go.
    pub facts: Facts,
    /// Who listens whether they sound; `None`: nobody may.
    pub listener: Option<Listener>,
    /// What is wanted of clients.
    pub orders: Receiver<Order>,
}

/// Until nobody holds the other end of `gone`; whatever is under way then is left.
pub fn live(parts: Parts, gone: Receiver<()>) {
    let now = Instant::now();
    let bus = |which| Bus::new(which, parts.facts.clone(), now);
    let life = Life {
        buses: [bus(Which::Session), bus(Which::System)],
        parts,
        looks: Looks::default(),
        tick_at: None,
        followed: Vec::new(),
    };
    zbus::block_on(async {
        let gone = async { _ = gone.recv().await };
        either(life.run(), gone).await;
    });
}

struct Life {
    buses: [Bus; 2],
    parts: Parts,
    looks: Looks,
    /// When to look at positions; `None`: nobody plays.
    tick_at: Option<Instant>,
    /// Whom the listener follows.
    followed: Vec<Followed>,
}

impl Life {
    async fn run(mut self) {
        loop {
            let now = Instant::now();
            self.tick(now);
            for bus in &mut self.buses {
                bus.work(now).await;
            }
            self.follow();
            let at = self.due();
            if let Some(order) = self.wait(at).await {
                self.obey(&order);
            }
        }
    }

    /// Once a second while somebody plays.
    fn tick(&mut self, now: Instant) {
        if !self.watches().any(|watch| watch.playing().next().is_some()) {
            self.tick_at = None;
            return self.looks.rest();
        }
        if self.tick_at.is_some_and(|at| at > now) {
            return;
        }
        self.tick_at = Some(now + BETWEEN_TICKS);
        self.watches().for_each(|watch| watch.ask_positions(now));
        let seen = [self.looks.woke(), self.looks.route()];
        seen.into_iter()
            .flatten()
            .for_each(|fact| self.parts.facts.tell(fact));
    }

    /// Who plays is listened to, from when it says so until it no longer does.
    fn follow(&mut self) {
        if self.parts.listener.is_none() {
            return;
        }
        let of_it = |client: &Client| Followed {
            client: client.name.clone(),
            process: client.process,
            identity: client.identity().to_owned(),
        };
        let playing = |watch: &mut Watch| watch.playing().map(of_it).collect::<Vec<_>>();
        let playing: Vec<Followed> = self.watches().flat_map(playing).collect();
        if let Some(listener) = &self.parts.listener
            && playing != self.followed
        {
            self.followed.clone_from(&playing);
            listener.follow(playing);
        }
    }

    fn due(&self) -> Option<Instant> {
        let buses = self.buses.iter().filter_map(Bus::due);
        buses.chain(self.tick_at).min()
    }

    /// Until a message was taken in, an order has come, or it is time.
    async fn wait(&mut self, at: Option<Instant>) -> Option<Order> {
        let Self { buses, parts, .. } = self;
        let mut order = pin!(parts.orders.recv());
        let mut due = pin!(due(at));
        poll_fn(|context| {
            if let Poll::Ready(Ok(order)) = order.as_mut().poll(context) {
                return Poll::Ready(Some(order));
            }
            let [session, system] = &mut *buses;
            let is_done = [
                session.poll(context, system.id()),
                system.poll(context, session.id()),
                due.as_mut().poll(context),
            ];
            match is_done.iter().any(Poll::is_ready) {
                true => Poll::Ready(None),
                false => Poll::Pending,
            }
        })
        .await
    }

    fn obey(&mut self, order: &Order) {
        let now = Instant::now();
        if !self.watches().any(|watch| watch.order(order, now)) {
            // Nobody waits longer than for the word.
            _ = order.done.try_send(false);
        }
    }

    fn watches(&mut self) -> impl Iterator<Item = &mut Watch> {
        self.buses.iter_mut().filter_map(Bus::watch)
    }
}
