//! What the screen asks of the server, and what it is told, as values: between them stands the wire. Nothing here waits.

use super::cover::Picture;
use super::row::Row;
use crate::mpd::remote::Words;
use std::ops::Range;

/// A question, or an order.
#[derive(Clone, Debug)]
pub enum Ask {
    /// What plays and how.
    Now,
    /// Rows of the queue.
    Queue(Range<usize>),
    /// Everybody whom an album stands under.
    Artists,
    /// All songs of one of them.
    SongsOf(String),
    /// The songs that these words find; of two that wait the later counts.
    Search(String),
    /// The names of the playlists.
    Playlists,
    /// Rows of a playlist.
    Rows(String, Range<usize>),
    /// How ready the library is, how far a scan, what the guard does.
    Standing,
    /// How far long work is.
    Works,
    /// The words of a song.
    Lyrics(Vec<u8>),
    /// The cover of a song.
    Cover(Vec<u8>),
    /// How loud it is just now, and where.
    Levels,
    /// The songs of the queue that these words find.
    Sift(String),
    /// The same as `Do`, of commands that put something else in the queue's place: what was there is told.
    Replace(Vec<Words>, Option<String>),
    /// These songs out of the queue, which are told so that they can be put back.
    Take(Vec<Range<usize>>),
    /// A verb that no server knows, with its words.
    Run(Vec<String>),
    /// This question, whose answer is shown under a title.
    Show(String, Words),
    /// These commands as one list. The words for people, where they worked.
    Do(Vec<Words>, Option<String>),
}

/// An answer, or news.
#[derive(Clone, Debug)]
pub enum Told {
    Now(Box<Now>),
    Queue(usize, Vec<Row>),
    Artists(Vec<String>),
    SongsOf(String, Vec<Row>),
    Found(String, Vec<Row>),
    Playlists(Vec<String>),
    Rows(String, usize, Vec<ListRow>, usize),
    Standing(Box<Standing>),
    Works(Vec<Work>, Option<String>),
    Lyrics(Vec<u8>, Vec<Sung>),
    Cover(Vec<u8>, Option<Picture>),
    Levels(Levels),
    Sifted(String, Vec<Row>),
    /// The queue as it was before something else took its place.
    Replaced(Kept, String),
    /// What was taken out of the queue.
    Taken(Vec<Row>),
    /// What a question was answered: lines with their names.
    Shown(String, Vec<(String, String)>),
    /// An order was followed.
    Done(String),
    /// The server said no, in its own words.
    Refused(String),
    /// Something changed there: MPD's names.
    Changed(Vec<String>),
    /// The server is there (again), or not, and why.
    Reached,
    Lost(String),
}

/// A command for the songs that have each of these words somewhere; a text that begins with a parenthesis is a filter of MPD's.
pub fn for_words(command: &str, text: &str) -> Words {
    let command = Words::new(command);
    match text.starts_with('(') {
        true => command.with(text),
        false => text
            .split_whitespace()
            .fold(command, |command, word| command.with("any").with(word)),
    }
}

/// What the music does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    Playing,
    Paused,
    #[default]
    Stopped,
}

/// A mode that can be on for one song alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Once {
    #[default]
    Off,
    On,
    Oneshot,
}

/// What plays and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Now {
    pub state: State,
    pub song: Option<Row>,
    /// Its place in the queue.
    pub position: Option<usize>,
    pub elapsed_ms: u64,
    pub duration_ms: Option<u64>,
    pub volume: Option<u8>,
    pub repeat: bool,
    pub random: bool,
    pub single: Once,
    pub consume: Once,
    /// Rows of the queue.
    pub queued: usize,
    /// Which queue it is.
    pub version: u64,
    /// `44100:16:2`.
    pub audio: String,
    pub bitrate: Option<u32>,
    pub error: Option<String>,
    pub scans: bool,
}

/// What a row of a playlist comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListRow {
    pub row: Row,
    pub plays: Plays,
}

/// How a row of a playlist plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Plays {
    #[default]
    Exact,
    Likely,
    StandIn,
    Missing,
}

/// A line of the words of a song.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sung {
    /// When it is sung, in ms of the song.
    pub at_ms: Option<u64>,
    pub text: String,
}

/// How loud it is, in dB below full scale.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels {
    /// The highest sample of each channel.
    pub peaks: Vec<f32>,
    /// From low to high frequencies.
    pub bands: Vec<f32>,
}

/// A queue as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Its songs, in order.
    pub uris: Vec<Vec<u8>>,
    /// Which of them played, and where it was, in ms.
    pub at: Option<(usize, u64)>,
    pub is_paused: bool,
}

/// Long work that the server tells of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    pub name: String,
    pub done: u64,
    pub total: Option<u64>,
}

/// How all stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Standing {
    /// Whether the server is one of ours.
    pub is_standin: bool,
    pub songs: u64,
    pub songs_here: u64,
    pub roots: usize,
    pub output_error: Option<String>,
    /// What takes its time there just now.
    pub works: Vec<Work>,
    /// Why the last scan failed.
    pub scan_failed: Option<String>,
    /// The guard's mode and state; empty: there is none.
    pub guard: String,
    pub guard_state: String,
    /// What the guard has to say.
    pub guard_says: Option<String>,
    /// What it asks.
    pub guard_asks: Option<String>,
}
