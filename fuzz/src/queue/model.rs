//! What a queue should be: a list of rows, edited naively. It asks nobody.

/// Positions and ids are taken from so many: some lie beyond the end.
const PLACES: usize = 12;
/// An id that nobody has.
const NOBODY: u64 = 999_999_999;
/// From here on: the first, the second … row that a request has added, whose id nobody has told yet.
pub const NEW: u64 = 1_000_000_000;

const SONG: &str = "m/one.wav";
const ON_OFF: &[&str] = &["0", "1", "2"];
const ONCE: &[&str] = &["0", "1", "oneshot", "2"];
/// Modes, and what they may be set to; the last of each may not be.
pub const MODES: [(&str, &[&str]); 4] = [
    ("random", ON_OFF),
    ("repeat", ON_OFF),
    ("single", ONCE),
    ("consume", ONCE),
];
/// Priorities; the last is none.
const PRIORITIES: [u32; 4] = [0, 10, 255, 256];

/// Each byte is a choice; the walk ends with them.
pub struct Choices<'a>(pub &'a [u8]);

impl Choices<'_> {
    pub fn below(&mut self, limit: usize) -> usize {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        usize::from(*first) % limit
    }

    pub fn place(&mut self) -> usize {
        self.below(PLACES)
    }
}

/// An entry of the queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    pub id: u64,
    pub priority: u32,
}

/// What the queue should be.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub rows: Vec<Row>,
    /// By the order of [`MODES`].
    pub modes: [usize; MODES.len()],
    /// Rows that the request has added.
    pub added: u64,
}

impl Model {
    fn id(&self, at: usize) -> u64 {
        let row = self.rows.get(at).filter(|row| row.id < NOBODY);
        row.map_or(NOBODY, |row| row.id)
    }

    /// Chooses an edit, and does it where it may be done; gives its line, and whether it must be.
    pub fn step(&mut self, choices: &mut Choices) -> (String, bool) {
        let len = self.rows.len();
        match choices.below(16) {
            0..=3 => self.add(choices),
            4 | 5 => {
                let (from, to) = (choices.place(), choices.place());
                let is_right = from <= to && from <= len;
                if is_right {
                    self.rows.drain(from..to.min(len));
                }
                (format!("delete {from}:{to}"), is_right)
            }
            6 => {
                let at = choices.place();
                let line = format!("deleteid {}", self.id(at));
                let is_right = self.id(at) != NOBODY;
                if is_right {
                    self.rows.remove(at);
                }
                (line, is_right)
            }
            7 | 8 => {
                let (from, to, at) = (choices.place(), choices.place(), choices.place());
                let is_right = from < to && to <= len && at + (to - from) <= len;
                if is_right {
                    let moved: Vec<Row> = self.rows.drain(from..to).collect();
                    self.rows.splice(at..at, moved);
                }
                (format!("move {from}:{to} {at}"), is_right)
            }
            9 => {
                let (one, to) = (choices.place(), choices.place());
                let line = format!("moveid {} {to}", self.id(one));
                let is_right = self.id(one) != NOBODY && to < len;
                if is_right {
                    let moved = self.rows.remove(one);
                    self.rows.insert(to, moved);
                }
                (line, is_right)
            }
            10 => {
                let (one, other) = (choices.place(), choices.place());
                let is_right = one < len && other < len;
                if is_right {
                    self.rows.swap(one, other);
                }
                (format!("swap {one} {other}"), is_right)
            }
            11 => {
                let (one, other) = (choices.place(), choices.place());
                let line = format!("swapid {} {}", self.id(one), self.id(other));
                let is_right = self.id(one) != NOBODY && self.id(other) != NOBODY;
                if is_right {
                    self.rows.swap(one, other);
                }
                (line, is_right)
            }
            12 | 13 => self.prioritize(choices),
            14 => {
                let (mode, value) = (choices.below(MODES.len()), choices.below(4));
                let (name, values) = MODES[mode];
                let value = value.min(values.len() - 1);
                let is_right = value < values.len() - 1;
                if is_right {
                    self.modes[mode] = value;
                }
                (format!("{name} {}", values[value]), is_right)
            }
            _ => {
                self.rows.clear();
                ("clear".into(), true)
            }
        }
    }

    fn add(&mut self, choices: &mut Choices) -> (String, bool) {
        let (at, is_at_end) = (choices.place(), choices.below(2) == 0);
        let (line, at) = match is_at_end {
            true => (format!("addid {SONG}"), self.rows.len()),
            false => (format!("addid {SONG} {at}"), at),
        };
        let is_right = at <= self.rows.len();
        if is_right {
            let (id, priority) = (NEW + self.added, 0);
            self.rows.insert(at, Row { id, priority });
            self.added += 1;
        }
        (line, is_right)
    }

    fn prioritize(&mut self, choices: &mut Choices) -> (String, bool) {
        let priority = PRIORITIES[choices.below(PRIORITIES.len())];
        let (from, to) = (choices.place(), choices.place());
        let (line, range, is_right) = match choices.below(2) {
            0 => {
                let end = to.min(self.rows.len());
                let line = format!("prio {priority} {from}:{to}");
                (line, from..end, from <= to && from < end)
            }
            _ => {
                let line = format!("prioid {priority} {}", self.id(from));
                (line, from..from + 1, self.id(from) != NOBODY)
            }
        };
        let is_right = is_right && priority <= 255;
        if is_right {
            let rows = self.rows[range].iter_mut();
            rows.for_each(|row| row.priority = priority);
        }
        (line, is_right)
    }
}
