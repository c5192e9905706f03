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

/// Random edits of the queue over the wire against a list that does the same naively, and against a client that keeps its
/// own copy by what it is told has changed.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemon::{Counter, Desk, Leveller};
    use crate::engine::{Engine, OnLoss, Options, Output};
    use crate::library::Library;
    use crate::library::worker::ReadIn;
    use crate::mpd::Settings;
    use crate::music::{Levelling, Song};
    use crate::player::{Event, Player};
    use proptest::prelude::*;
    use std::sync::Arc;

    struct Told {
        client: Rehearsal,
        house: Arc<House>,
        _dir: tempfile::TempDir,
    }

    impl Told {
        /// A house that nothing plays in.
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let library = Library::new(dir.path(), dir.path(), ReadIn::default());
            let (notices, noticed) = crossbeam_channel::bounded(64);
            let options = Options {
                output: Output::Null,
                volume_percent: 100,
                bit_perfect: false,
                on_loss: OnLoss::Pause,
                waits: false,
            };
            let engine = Engine::start(options, notices).unwrap();
            let leveller = Leveller::new(Levelling::default(), Box::new(|_| None));
            let counter = Counter::new(library.clone(), dir.path());
            let player = Player::new(1, 100);
            let desk = Desk::start(player, engine, noticed, None, leveller, counter).unwrap();
            let house = Arc::new(House::new(Arc::new(desk), library, Settings::default()));
            let mut client = Rehearsal::new(house.clone());
            client.say(b"");
            Self {
                client,
                house,
                _dir: dir,
            }
        }

        fn ask(&mut self, line: &str) -> (Vec<String>, bool) {
            let (answer, is_open) = self.client.say(format!("{line}\n").as_bytes());
            assert!(is_open, "{line}");
            let text = String::from_utf8(answer).unwrap();
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.retain(|line| !line.starts_with("OK MPD"));
            let end = lines.pop().unwrap();
            assert!(end == "OK" || end.starts_with("ACK ["), "{line}: {end}");
            (lines, end == "OK")
        }

        fn values(&mut self, line: &str, names: &[&str]) -> Vec<usize> {
            let (lines, is_ok) = self.ask(line);
            assert!(is_ok, "{line}");
            let pairs = lines.iter().filter_map(|line| line.split_once(": "));
            let wanted = pairs.filter(|(name, _)| names.contains(name));
            wanted.map(|(_, value)| value.parse().unwrap()).collect()
        }

        fn ids(&mut self) -> Vec<usize> {
            self.values("playlistinfo", &["Id"])
        }
    }

    #[derive(Clone, Debug)]
    enum Edit {
        Add(usize, usize),
        Delete(usize, usize),
        DeleteId(usize),
        Move(usize, usize, usize),
        MoveId(usize, usize),
        Swap(usize, usize),
        SwapId(usize, usize),
        Shuffle,
        Clear,
    }

    fn edits() -> impl Strategy<Value = Vec<Edit>> {
        let at = 0..12usize;
        let one = prop_oneof![
            4 => (at.clone(), 1..4usize).prop_map(|(at, count)| Edit::Add(at, count)),
            1 => (at.clone(), at.clone()).prop_map(|(from, to)| Edit::Delete(from, to)),
            1 => at.clone().prop_map(Edit::DeleteId),
            2 => (at.clone(), at.clone(), at.clone()).prop_map(|(from, to, at)| Edit::Move(from, to, at)),
            1 => (at.clone(), at.clone()).prop_map(|(one, to)| Edit::MoveId(one, to)),
            1 => (at.clone(), at.clone()).prop_map(|(one, other)| Edit::Swap(one, other)),
            1 => (at.clone(), at).prop_map(|(one, other)| Edit::SwapId(one, other)),
            1 => Just(Edit::Shuffle),
            1 => Just(Edit::Clear),
        ];
        prop::collection::vec(one, 1..25)
    }

    /// Does it to the list; gives the line that asks for the same, and whether it must be done. Only the queue knows what
    /// comes of a shuffle.
    fn apply(edit: &Edit, list: &mut Vec<usize>, told: &mut Told) -> (String, bool) {
        let len = list.len();
        let id = |at: usize| list.get(at).copied().unwrap_or(999_999);
        match *edit {
            Edit::Add(at, count) => {
                let songs =
                    (0..count).map(|number| Arc::new(Song::at(&format!("/m/{number}.flac"))));
                let at = at.min(len);
                let songs = songs.collect();
                let answer = told.house.desk.ask_and_wait(Event::Insert { songs, at });
                let first = answer.queued.unwrap().0.0 as usize;
                list.splice(at..at, first..first + count);
                ("ping".into(), true)
            }
            Edit::Delete(from, to) => {
                let is_right = from <= to && from < len;
                if is_right {
                    list.drain(from..to.min(len));
                }
                (format!("delete {from}:{to}"), is_right)
            }
            Edit::DeleteId(at) => {
                let line = format!("deleteid {}", id(at));
                if at < len {
                    list.remove(at);
                }
                (line, at < len)
            }
            Edit::Move(from, to, at) => {
                let is_right = from < to && to <= len && at + (to - from) <= len;
                if is_right {
                    let moved: Vec<usize> = list.drain(from..to).collect();
                    list.splice(at..at, moved);
                }
                (format!("move {from}:{to} {at}"), is_right)
            }
            Edit::MoveId(one, to) => {
                let line = format!("moveid {} {to}", id(one));
                let is_right = one < len && to < len;
                if is_right {
                    let moved = list.remove(one);
                    list.insert(to, moved);
                }
                (line, is_right)
            }
            Edit::Swap(one, other) | Edit::SwapId(one, other) => {
                let line = match edit {
                    Edit::Swap(..) => format!("swap {one} {other}"),
                    _ => format!("swapid {} {}", id(one), id(other)),
                };
                let is_right = one < len && other < len;
                if is_right {
                    list.swap(one, other);
                }
                (line, is_right)
            }
            Edit::Shuffle => ("shuffle".into(), true),
            Edit::Clear => {
                list.clear();
                ("clear".into(), true)
            }
        }
    }

    /// A client's own copy, kept by what it is told.
    #[derive(Default)]
    struct Copy {
        version: usize,
        ids: Vec<usize>,
    }

    impl Copy {
        fn follow(&mut self, told: &mut Told) {
            let status = told.values("status", &["playlist", "playlistlength"]);
            let changes = told.values(&format!("plchangesposid {}", self.version), &["cpos", "Id"]);
            self.ids.resize(status[1], 0);
            for pair in changes.chunks(2) {
                self.ids[pair[0]] = pair[1];
            }
            self.version = status[0];
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

        #[test]
        fn the_queue_does_what_a_list_does(edits in edits()) {
            let mut told = Told::new();
            let (mut list, mut copy) = (Vec::new(), Copy::default());
            for edit in &edits {
                let was = list.clone();
                let (line, is_right) = apply(edit, &mut list, &mut told);
                // An empty range may be refused or not: nothing comes of it.
                let is_nothing = was == list;
                let (_, is_ok) = told.ask(&line);
                prop_assert!(is_ok == is_right || is_nothing, "{line} of {was:?}");
                let ids = told.ids();
                if matches!(edit, Edit::Shuffle) {
                    let sorted = |ids: &[usize]| { let mut ids = ids.to_vec(); ids.sort_unstable(); ids };
                    prop_assert_eq!(sorted(&ids), sorted(&list));
                    list.clone_from(&ids);
                }
                prop_assert_eq!(&ids, &list, "{}", line);
                copy.follow(&mut told);
                prop_assert_eq!(&copy.ids, &list, "{}", line);
            }
        }

        #[test]
        fn no_bytes_are_too_odd(parts in prop::collection::vec(
            prop_oneof![
                "(command_list_begin|command_list_ok_begin|command_list_end|idle|noidle|status|ping|delete 1|swap 0 1|play -1)\n",
                "[a-z]{1,9}( \"?[ -~]{0,9}\"?){0,3}\n",
                prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
            ], 0..20))
        {
            let mut told = Told::new();
            let (answer, _) = told.client.say(parts.concat().as_bytes());
            let text = String::from_utf8(answer).unwrap();
            prop_assert!(text.is_empty() || text.ends_with('\n'));
            prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        }
    }
}
