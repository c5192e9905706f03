//! The thread `guard`: facts, orders and what came of its work go in, one after the other; what the machine says is carried out.

use super::clock::now_ms;
use super::playing::Standing;
use super::ready::{Aside, Done, Job, Ready};
use super::stream::Streamed;
use super::{Machine, Order, Parts, Seen, Senses, Told, Witness};
use crate::daemon::desk::Desk;
use crate::daemon::snapshot::News;
use crate::music::Outage;
use crate::outage::{Act, Fact, Inbox, Mode, Noted, Ours, TakeOver};
use crate::player::State;
use crossbeam_channel::{Receiver, at, never, select};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a client plays is remembered again at the earliest after so long, in ms: it tells its place each second.
const REMEMBERS_AFTER_MS: u64 = 10_000;

/// What can be done once something is ready for its song.
pub(super) enum Awaited {
    TakeOver(TakeOver),
    Question(TakeOver),
}

/// What the thread owns.
pub(super) struct Work {
    pub mode: Mode,
    machine: Box<dyn Machine>,
    pub senses: Box<dyn Senses>,
    pub desk: Arc<Desk>,
    pub aside: Aside,
    witness: Option<Witness>,
    pub told: Told,
    /// What was made ready last.
    pub ready: Ready,
    /// What is being made ready, and the number that the machine gave it.
    pub asked: Option<(u64, Option<u64>)>,
    /// What waits until something is ready.
    pub awaited: Option<Awaited>,
    /// What stands in now, or did until the person took over.
    pub standing: Option<Standing>,
    /// An outage in which nothing of ours plays.
    pub unplayed: Option<Outage>,
    remembered: Option<(TakeOver, u64)>,
    state: &'static str,
}

impl Work {
    pub fn new(parts: Parts, senses: Box<dyn Senses>, aside: Aside) -> Self {
        Self {
            mode: parts.mode,
            told: Told {
                mode: parts.mode,
                state: parts.machine.state().to_owned(),
                ..Told::default()
            },
            state: parts.machine.state(),
            machine: parts.machine,
            senses,
            desk: parts.desk,
            aside,
            witness: parts.witness,
            ready: Ready::default(),
            asked: None,
            awaited: None,
            standing: None,
            unplayed: None,
            remembered: None,
        }
    }

    /// Until it is told to end.
    pub fn run(mut self, noted: &Inbox, ordered: &Receiver<Order>, done: &Receiver<Done>) {
        self.show();
        loop {
            let due = self.due();
            select! {
                recv(noted.bell) -> _ => {
                    for noted in noted.take() {
                        self.note(noted);
                    }
                }
                recv(ordered) -> order => match order {
                    Ok(Order::Act(act)) => {
                        self.obey(vec![*act]);
                        self.look_at_state();
                    }
                    Ok(Order::End) | Err(_) => break,
                },
                recv(done) -> done => if let Ok(done) = done {
                    self.take_done(done);
                },
                recv(due) -> _ => self.note_now(Fact::Tick),
            }
        }
        self.end_for_good();
        self.end_unplayed();
        self.desk.report_no_more();
        self.desk.show_guard(None);
    }

    fn due(&self) -> Receiver<Instant> {
        let Some(due_ms) = self.machine.due() else {
            return never();
        };
        let in_ms = due_ms.saturating_sub(now_ms());
        let due = Instant::now().checked_add(Duration::from_millis(in_ms));
        due.map_or_else(never, at)
    }

    /// A fact of now, made here.
    pub fn note_now(&mut self, fact: Fact) {
        let at_ms = now_ms();
        self.note(Noted { at_ms, fact });
    }

    fn note(&mut self, noted: Noted) {
        match &noted.fact {
            Fact::Ours { ours } => {
                self.see(Seen::Fact(&noted.fact));
                self.hear_ours(*ours);
            }
            Fact::Answer { yes } => {
                self.see(Seen::Fact(&noted.fact));
                self.hear_answer(*yes);
            }
            Fact::Prepared { .. } => self.see(Seen::Fact(&noted.fact)),
            Fact::Client { client, shown } if shown.status == "Playing" => {
                self.give_way_if_halted(client);
            }
            _ => {}
        }
        let acts = self.machine.handle(noted);
        self.obey(acts);
        self.remember();
        self.look_at_state();
    }

    fn obey(&mut self, acts: Vec<Act>) {
        for act in acts {
            self.see(Seen::Act(&act));
            self.carry_out(act);
        }
    }

    fn see(&self, seen: Seen<'_>) {
        if let Some(witness) = &self.witness {
            witness(seen);
        }
    }

    fn look_at_state(&mut self) {
        let state = self.machine.state();
        if state != self.state {
            self.state = state;
            self.see(Seen::State(state));
            self.told.state = state.to_owned();
            self.show();
        }
    }

    /// Who has our music paused and plays the client again wants no more of it.
    fn give_way_if_halted(&mut self, client: &str) {
        let standing = self.standing.as_ref();
        let is_over = standing.is_some_and(|standing| standing.is_over_for(client));
        if is_over && self.desk.snapshot().state != State::Playing {
            self.put_away();
        }
    }

    fn hear_ours(&mut self, ours: Ours) {
        match ours {
            Ours::Sounds => self.sounds(),
            Ours::SongEnded => self.next_song(),
            Ours::Ended | Ours::Halted | Ours::Begun => {}
        }
    }

    fn take_done(&mut self, done: Done) {
        match done {
            Done::Prepared { number, ready } => {
                let asked = self.asked.take_if(|(asked, _)| *asked == number);
                let Some((_, for_machine)) = asked else {
                    return;
                };
                self.ready = *ready;
                self.remember_now(self.ready.from.clone());
                if let Some(number) = for_machine {
                    let owned = self.ready.owned();
                    self.note_now(Fact::Prepared { number, owned });
                }
                match self.awaited.take() {
                    Some(Awaited::TakeOver(from)) => self.take_over(from),
                    Some(Awaited::Question(from)) => self.ask(from),
                    None => {}
                }
            }
            Done::More { rest, songs } => self.go_on_with(*rest, songs),
            Done::Failed(sentence) => self.desk.tell(News::Guard { sentence }),
        }
    }

    /// What the client plays is kept, so that `now` can go on there.
    fn remember(&mut self) {
        let Some(plays) = self.machine.plays() else {
            return;
        };
        let is_known = self.remembered.as_ref().is_some_and(|(known, at_ms)| {
            let is_young = now_ms().saturating_sub(*at_ms) < REMEMBERS_AFTER_MS;
            known.client == plays.client && known.wanted == plays.wanted && is_young
        });
        if !is_known {
            self.remember_now(plays);
        }
    }

    pub fn remember_now(&mut self, plays: TakeOver) {
        let streamed = Box::new(Streamed::now(plays.clone()));
        self.aside.ask(Job::Remember(streamed));
        self.remembered = Some((plays, now_ms()));
    }

    /// Shows what is told.
    pub fn show(&self) {
        self.desk.show_guard(Some(Arc::new(self.told.clone())));
    }

    /// Tells people something, once.
    pub fn tell(&mut self, sentence: String) {
        self.told.sentence = Some(sentence.clone());
        self.told.notices += 1;
        self.desk.tell(News::Guard { sentence });
        self.show();
    }
}
