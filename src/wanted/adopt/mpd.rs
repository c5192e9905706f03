//! MPD's own text files: of `mpd.conf` where its things lie, and of the state file what was queued. What else stands in
//! them, passwords before all, is never read.

use super::MAX_ROWS_IN_ALL;
use crate::wanted::{MAX_LINE, TakenList, TakenRow};

/// Lines of a file that are looked at.
const MAX_LINES: usize = 1_000_000;

/// Where an MPD keeps its things, as its `mpd.conf` has it: absolute, or from `~`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conf {
    /// Paths of songs start here.
    pub music: Option<String>,
    /// The playlists.
    pub playlists: Option<String>,
    /// The database of stickers.
    pub stickers: Option<String>,
    /// The state file, with the queue.
    pub state: Option<String>,
}

impl Conf {
    /// Reads an `mpd.conf`: a name and a value in quotes a line; what stands in braces belongs to something else.
    pub fn read(text: &str) -> Self {
        let mut conf = Self::default();
        let mut depth = 0_usize;
        for line in text.lines().take(MAX_LINES) {
            let line = line.trim();
            if line.starts_with('#') {
                continue;
            }
            if depth == 0
                && let Some((name, value)) = setting(line)
            {
                let place = match name {
                    "music_directory" => &mut conf.music,
                    "playlist_directory" => &mut conf.playlists,
                    "sticker_file" => &mut conf.stickers,
                    "state_file" => &mut conf.state,
                    _ => continue,
                };
                *place = Some(value);
            } else if line.ends_with('{') {
                depth += 1;
            } else if line.starts_with('}') {
                depth = depth.saturating_sub(1);
            }
        }
        conf
    }

    /// Whether it is an `mpd.conf` at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// `name "value"`, with `\"` and `\\` in it.
fn setting(line: &str) -> Option<(&str, String)> {
    let (name, rest) = line.split_once(|c: char| c.is_ascii_whitespace())?;
    let mut letters = rest.trim_start().strip_prefix('"')?.chars();
    let mut value = String::new();
    loop {
        match letters.next()? {
            '"' => return Some((name, value)),
            '\\' => value.push(letters.next()?),
            letter => value.push(letter),
        }
        if value.len() > MAX_LINE {
            return None;
        }
    }
}

/// What was queued, by a state file; `None`: nothing was. Addresses on a network are left.
pub fn queue(state: &[u8]) -> Option<TakenList> {
    let mut lines = state.split(|byte| *byte == b'\n').take(MAX_LINES);
    lines.find(|line| *line == b"playlist_begin")?;
    let mut rows = Vec::new();
    for line in lines.take_while(|line| *line != b"playlist_end") {
        // `0:path`, and, where a range or tags belong to it, `song_begin: path`.
        let path = match line.strip_prefix(b"song_begin: ") {
            Some(path) => path,
            None => match numbered(line) {
                Some(path) => path,
                None => continue,
            },
        };
        let is_local = !path.is_empty() && !path.windows(3).any(|three| three == b"://");
        if is_local && path.len() <= MAX_LINE && rows.len() < MAX_ROWS_IN_ALL {
            rows.push(TakenRow {
                paths: vec![path.to_vec()],
                is_local: true,
                ..TakenRow::default()
            });
        }
    }
    (!rows.is_empty()).then(|| TakenList {
        service: "mpd".to_owned(),
        id: "queue".to_owned(),
        name: "mpd queue".to_owned(),
        rows,
        ..TakenList::default()
    })
}

/// What stands behind a number and a colon.
fn numbered(line: &[u8]) -> Option<&[u8]> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let is_number = colon > 0 && line[..colon].iter().all(u8::is_ascii_digit);
    is_number.then_some(&line[colon + 1..])
}
