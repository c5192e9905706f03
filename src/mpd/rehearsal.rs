//! A client without a socket, whose requests all run where it is: for tests and the fuzzer.

use super::client::{Client, Permissions};
use super::house::House;
use super::request::run;
use super::session::{Next, Session};
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
                    Next::Close => {
                        answers.append(&mut self.session.output);
                        return (answers, false);
                    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemon::silent::silent_desk;
    use crate::library::Library;
    use crate::library::worker::ReadIn;
    use crate::mpd::Settings;
    use proptest::prelude::*;

    /// A client in a house that nothing plays in.
    fn client(dir: &std::path::Path) -> Rehearsal {
        let desk = silent_desk(dir, None);
        let library = Library::new(dir, dir, ReadIn::default());
        let house = House::new(Arc::new(desk), library, Settings::default());
        Rehearsal::new(Arc::new(house))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_are_too_odd(parts in prop::collection::vec(
            prop_oneof![
                "(command_list_begin|command_list_ok_begin|command_list_end|idle|noidle|status|ping|delete 1|swap 0 1|play -1)\n",
                "[a-z]{1,9}( \"?[ -~]{0,9}\"?){0,3}\n",
                prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
            ], 0..20))
        {
            let dir = tempfile::tempdir().unwrap();
            let (answer, _) = client(dir.path()).say(parts.concat().as_bytes());
            let text = String::from_utf8(answer).unwrap();
            prop_assert!(text.is_empty() || text.ends_with('\n'));
            prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        }
    }
}
