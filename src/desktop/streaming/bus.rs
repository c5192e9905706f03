//! A bus that comes and goes: looked for, watched, lost, and looked for again. Looking for it never holds up the other one.

use super::calls::PATIENCE;
use super::watch::{Wanted, Watch};
use crate::desktop::waits::within;
use crate::outage::Facts;
use std::future::Future;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use zbus::export::futures_core::Stream;
use zbus::{Connection, MessageStream, connection};

/// A bus that is not there, or went away, is looked for again: soon at first, then twice as long each time until this.
const SOON: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_secs(60);

/// Messages that wait here to be read; each may be large.
const MAX_QUEUED: NonZeroUsize = NonZeroUsize::new(8).unwrap();

/// Which bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The session's.
    Session,
    /// The system's.
    System,
}

type Looking = Pin<Box<dyn Future<Output = Option<Connection>>>>;

enum Place {
    Looking(Looking),
    Here(Connection, Box<MessageStream>, Box<Watch>),
    Away,
}

/// One bus.
pub struct Bus {
    which: Which,
    place: Place,
    facts: Facts,
    /// When to look for it, where it is away.
    look_at: Instant,
    wait: Duration,
}

impl Bus {
    /// It is looked for at once.
    pub fn new(which: Which, facts: Facts, now: Instant) -> Self {
        Self {
            which,
            place: Place::Away,
            facts,
            look_at: now,
            wait: SOON,
        }
    }

    /// Takes in what has come; ready once something has.
    pub fn poll(&mut self, context: &mut Context<'_>, other: Option<String>) -> Poll<()> {
        match &mut self.place {
            Place::Looking(looking) => {
                let Poll::Ready(found) = looking.as_mut().poll(context) else {
                    return Poll::Pending;
                };
                match found {
                    Some(found) => self.move_in(found, other),
                    None => self.leave(),
                }
                Poll::Ready(())
            }
            Place::Here(_, messages, watch) => match Pin::new(&mut **messages).poll_next(context) {
                Poll::Ready(Some(Ok(message))) => {
                    watch.hear(&message, Instant::now());
                    Poll::Ready(())
                }
                Poll::Ready(_) => {
                    self.leave();
                    Poll::Ready(())
                }
                Poll::Pending => Poll::Pending,
            },
            Place::Away => Poll::Pending,
        }
    }

    /// Does what its time has come for, and sends what is to be sent.
    pub async fn work(&mut self, now: Instant) {
        match &mut self.place {
            Place::Away if self.look_at <= now => self.place = Place::Looking(look(self.which)),
            Place::Here(connection, _, watch) => {
                watch.look(now);
                let calls = watch.take_calls();
                let connection = connection.clone();
                if !calls.is_empty() {
                    // A bus that takes nothing is of no use.
                    let sent = within(PATIENCE, connection.send_all(&calls)).await;
                    if sent.is_none_or(|sent| sent.is_err()) {
                        self.leave();
                    }
                }
            }
            _ => {}
        }
    }

    /// When to [`Self::work`] again, at the latest.
    pub fn due(&self) -> Option<Instant> {
        match &self.place {
            Place::Looking(_) => None,
            Place::Here(_, _, watch) => watch.due(),
            Place::Away => Some(self.look_at),
        }
    }

    /// Who is on it.
    pub fn watch(&mut self) -> Option<&mut Watch> {
        match &mut self.place {
            Place::Here(_, _, watch) => Some(watch),
            _ => None,
        }
    }

    /// Tells one bus from another.
    pub fn id(&self) -> Option<String> {
        match &self.place {
            Place::Here(connection, ..) => Some(connection.server_guid().to_string()),
            _ => None,
        }
    }

    fn move_in(&mut self, connection: Connection, other: Option<String>) {
        let wanted = Wanted {
            // Where both are the same, its players are seen once.
            players: other.as_deref() != Some(&*connection.server_guid().to_string()),
            system: self.which == Which::System,
        };
        let watch = Watch::new(wanted, self.facts.clone(), Instant::now());
        let messages = MessageStream::from(&connection);
        self.place = Place::Here(connection, messages.into(), watch.into());
        self.wait = SOON;
    }

    fn leave(&mut self) {
        if let Some(watch) = self.watch() {
            watch.lose_all();
        }
        self.place = Place::Away;
        self.look_at = Instant::now() + self.wait;
        self.wait = (self.wait * 2).min(MOST);
    }
}

fn look(which: Which) -> Looking {
    let bus = match which {
        Which::Session => connection::Builder::session(),
        Which::System => connection::Builder::system(),
    };
    let bus = bus.max_queued(MAX_QUEUED).method_timeout(PATIENCE);
    Box::pin(async move { within(PATIENCE, bus.build()).await?.ok() })
}
