//! Each act of the machine, carried out.

use super::ready::Ready;
use super::said::{self, Done, Plays, named};
use super::work::{Awaited, Work};
use crate::outage::{Act, Fact, Mode, Ours, Owned, TakeOver, Why};

impl Work {
    pub(super) fn carry_out(&mut self, act: Act) {
        match act {
            Act::Probe { service } => self.senses.probe(&service),
            Act::Prepare { number, from } => self.prepare(&from, Some(number)),
            Act::TakeOver(from) => self.take_over(from),
            Act::Ask(from) => self.ask(from),
            Act::AskNoMore => self.ask_no_more(),
            Act::Correct { why } => self.correct(why),
            Act::IsBack { service } => self.is_back(&service),
            Act::GiveWay => self.give_way(),
            Act::HandBack { client } => {
                self.give_way();
                self.senses.play(&client);
            }
            Act::Close => {
                self.end_unplayed();
                self.close();
            }
        }
    }

    fn give_way(&mut self) {
        self.end_unplayed();
        self.put_away();
    }

    fn prepare(&mut self, from: &TakeOver, number: Option<u64>) {
        match self.aside.prepare(from) {
            Some(own) => self.asked = Some((own, number)),
            // Too much waits already: a disk hangs, and nothing could play.
            None => {
                if let Some(number) = number {
                    let owned = Owned::Nothing;
                    self.note_now(Fact::Prepared { number, owned });
                }
            }
        }
    }

    pub(super) fn take_over(&mut self, from: TakeOver) {
        self.told.asks = false;
        let Some(ready) = self.ready_for(&from) else {
            self.awaited = Some(Awaited::TakeOver(from));
            return;
        };
        let from = ready.told(from);
        self.tell_of(&from);
        match self.mode {
            Mode::DryRun | Mode::Off => {
                self.say(&from, &ready, Done::Would);
                self.would_step_in(&from, &ready);
                self.ready = ready;
            }
            _ if ready.in_place.instead.is_none() => {
                self.say(&from, &ready, Done::GoesOn);
                self.note_now(Fact::Ours { ours: Ours::Ended });
            }
            _ if self.desk.snapshot().outside.is_off => {
                self.say(&from, &ready, Done::SoundIsOff);
                self.note_now(Fact::Ours { ours: Ours::Ended });
            }
            _ => self.step_in(from, ready),
        }
    }

    pub(super) fn ask(&mut self, from: TakeOver) {
        let Some(ready) = self.ready_for(&from) else {
            self.awaited = Some(Awaited::Question(from));
            return;
        };
        let from = ready.told(from);
        self.told.asks = true;
        self.tell_of(&from);
        self.say(&from, &ready, Done::Asked);
        self.question_stands(&from, &ready);
        self.ready = ready;
    }

    fn ask_no_more(&mut self) {
        self.awaited
            .take_if(|awaited| matches!(awaited, Awaited::Question(_)));
        self.end_unplayed();
        self.forget_question();
    }

    /// The person has answered; what follows from a yes comes as an act.
    pub(super) fn hear_answer(&mut self, yes: bool) {
        self.question_is_answered();
        if !yes {
            self.forget_question();
        }
    }

    fn forget_question(&mut self) {
        self.told.asks = false;
        self.told.sentence = None;
        self.show();
    }

    /// What is ready for this song; `None`: it is looked for now.
    fn ready_for(&mut self, from: &TakeOver) -> Option<Ready> {
        if self.ready.from.wanted == from.wanted {
            return Some(std::mem::take(&mut self.ready));
        }
        if self.asked.is_none() {
            self.prepare(from, None);
        }
        None
    }

    fn tell_of(&mut self, from: &TakeOver) {
        self.told.service = Some(named(&from.service, &from.client));
        self.told.verdict = Some(from.why.verdict);
    }

    /// Says it as it is known now, in the place of what was said.
    fn correct(&mut self, why: Why) {
        self.told.verdict = Some(why.verdict);
        self.correct_unplayed(&why);
        let Some(standing) = &mut self.standing else {
            return self.show();
        };
        standing.correct(why);
        let sentence = standing.sentence();
        self.keep_diary();
        self.tell(sentence);
    }

    fn is_back(&mut self, service: &str) {
        let stands_in = self.standing.as_ref().is_some_and(|one| !one.is_over());
        self.tell(said::is_back(&named(service, service), stands_in));
    }

    fn say(&mut self, from: &TakeOver, ready: &Ready, done: Done) {
        let in_place = &ready.in_place;
        let first = in_place.songs.first().zip(in_place.instead);
        let plays = first.map(|(placed, instead)| Plays {
            song: &placed.song,
            instead,
            list: in_place.list.as_deref(),
            left_out: placed.left_out,
        });
        self.tell(said::sentence(from, plays, done));
    }
}
