//! A client without a socket, whose requests all run where it is: for tests and the fuzzer.

use super::client::{Client, Permissions};
use super::house::House;
use super::session::{Next, Session, run};
use super::{Answer, MAX_UNREAD};
use std::sync::Arc;

/// One client of a house.
pub struct Rehearsal {
    house: Arc<House>,
    session: Session,
}

impl Rehearsal {
    /// A client that may do everything, and is greeted.
    pub fn new(house: Arc<House>) -> Self {
        Self {
            house,
            session: Session::new(Client::new(1, Permissions::ALL, false)),
        }
    }

    /// Says these bytes; gives what comes back, all of it read, and whether the connection still stands.
    pub fn say(&mut self, bytes: &[u8]) -> (Vec<u8>, bool) {
        let mut answers = Vec::new();
        for part in bytes.chunks(MAX_UNREAD / 2) {
            self.session.receive(part);
            loop {
                match self.session.next(&self.house) {
                    Next::Wait => {}
                    Next::Aside(mut client, request) => {
                        let answer = run(&request, &self.house, &mut client, Answer::default());
                        self.session.output.extend(answer);
                        self.session.come_back(client);
                    }
                    Next::Close => return (answers, false),
                }
                answers.append(&mut self.session.output);
                if !self.session.has_more() {
                    break;
                }
            }
        }
        (answers, true)
    }
}
