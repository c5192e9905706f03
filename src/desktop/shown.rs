//! The desk as MPRIS shows it, as plain data that can be compared: what has changed goes out, and nothing else. It knows no
//! bus.

use crate::daemon::{Playing, Snapshot};
use crate::music::{EntryId, Printable, Song};
use crate::player::{Once, State};
use crate::wanted::file_url;
use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;
use zbus::{ObjectPath, Variant};

/// Properties by their names.
pub type Properties = HashMap<&'static str, Variant<'static>>;

/// What is shown of a song.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Its entry.
    pub entry: EntryId,
    /// The song.
    pub song: Arc<Song>,
    /// The URL of its picture.
    pub art: Option<String>,
    /// What is told of it where it stands in for another one.
    pub stand_in: Option<String>,
    /// Why it plays, where it does in a streaming client's place.
    pub comment: Option<String>,
}

impl Track {
    /// Its title; of one that stands in, with what for.
    pub fn title(&self) -> String {
        match &self.stand_in {
            Some(stand_in) => format!("{} [{stand_in}]", self.song.title()),
            None => self.song.title(),
        }
    }
}

/// The properties of the player that change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    state: State,
    track: Option<Track>,
    random: bool,
    repeat: bool,
    single: bool,
    volume_percent: u8,
    has_queue: bool,
    goes_on: bool,
}

impl Shown {
    /// `art`: the picture that was found last, and whose it is.
    pub fn of(snapshot: &Snapshot, art: Option<&(EntryId, Option<String>)>) -> Self {
        let playing = snapshot.current.as_ref().or(snapshot.place.as_ref());
        let is_last = |playing: &Playing| playing.position + 1 >= snapshot.queue_len;
        Self {
            state: snapshot.state,
            track: playing.map(|playing| Track {
                entry: playing.entry,
                song: playing.song.clone(),
                art: art
                    .filter(|(of, _)| *of == playing.entry)
                    .and_then(|(_, art)| art.clone()),
                stand_in: playing.origin.as_ref().and_then(|origin| origin.stand_in()),
                comment: comment(snapshot),
            }),
            random: snapshot.random,
            repeat: snapshot.repeat,
            single: snapshot.single == Once::On,
            volume_percent: snapshot.volume_percent,
            has_queue: snapshot.queue_len > 0,
            goes_on: snapshot.random || snapshot.repeat || !playing.is_none_or(is_last),
        }
    }

    /// The song that is shown.
    pub fn track(&self) -> Option<&Track> {
        self.track.as_ref()
    }

    /// `Playing`, `Paused` or `Stopped`.
    pub fn status(&self) -> &'static str {
        match self.state {
            State::Playing => "Playing",
            State::Paused => "Paused",
            State::Stopped => "Stopped",
        }
    }

    /// `None`, `Track` or `Playlist`.
    pub fn loop_status(&self) -> &'static str {
        match (self.repeat, self.single) {
            (false, _) => "None",
            (true, true) => "Track",
            (true, false) => "Playlist",
        }
    }

    /// Whether songs come in shuffled rounds.
    pub fn shuffle(&self) -> bool {
        self.random
    }

    /// Loudness from 0 to 1.
    pub fn volume(&self) -> f64 {
        f64::from(self.volume_percent) / 100.0
    }

    /// Whether anything comes after the song; where nothing is loaded, `Next` does nothing.
    pub fn can_go_next(&self) -> bool {
        self.can_seek() && self.goes_on
    }

    /// Whether there is anything to go back in: at least the song's own start.
    pub fn can_go_previous(&self) -> bool {
        self.can_seek()
    }

    /// Whether there is anything to play.
    pub fn can_play(&self) -> bool {
        self.has_queue
    }

    /// Whether anything is loaded that has a position.
    pub fn can_seek(&self) -> bool {
        self.state != State::Stopped && self.track.is_some()
    }

    /// All of them.
    pub fn properties(&self) -> Properties {
        HashMap::from([
            ("PlaybackStatus", self.status().into()),
            ("LoopStatus", self.loop_status().into()),
            ("Shuffle", self.shuffle().into()),
            ("Metadata", metadata(self.track.as_ref()).into()),
            ("Volume", self.volume().into()),
            ("CanGoNext", self.can_go_next().into()),
            ("CanGoPrevious", self.can_go_previous().into()),
            ("CanPlay", self.can_play().into()),
            ("CanPause", self.can_play().into()),
            ("CanSeek", self.can_seek().into()),
        ])
    }

    /// What is other than before.
    pub fn changed_since(&self, before: &Self) -> Properties {
        if self == before {
            return Properties::new();
        }
        let was = before.properties();
        let mut changed = self.properties();
        changed.retain(|name, value| was.get(name) != Some(value));
        changed
    }
}

/// The D-Bus path that stands for an entry.
pub fn track_id(entry: EntryId) -> ObjectPath<'static> {
    let path = format!("/io/standin/entry/{}", entry.0);
    ObjectPath::try_from(path).unwrap_or_else(|_| no_track())
}

fn no_track() -> ObjectPath<'static> {
    ObjectPath::from_static_str_unchecked("/org/mpris/MediaPlayer2/TrackList/NoTrack")
}

/// A song as MPRIS tells of it; what the file does not say is left out.
pub fn metadata(track: Option<&Track>) -> Properties {
    let Some(track) = track else {
        return HashMap::from([("mpris:trackid", no_track().into())]);
    };
    let (song, tags) = (&track.song, &track.song.tags);
    let mut told = Properties::from([
        ("mpris:trackid", track_id(track.entry).into()),
        ("xesam:title", printable(&track.title()).into()),
    ]);
    let texts = [
        ("xesam:album", Some(tags.album.clone())),
        (
            "xesam:url",
            file_url(song.place.file().as_os_str().as_bytes()),
        ),
        ("mpris:artUrl", track.art.clone()),
    ];
    for (name, text) in texts {
        let text = text.filter(|text| !text.is_empty());
        told.extend(text.map(|text| (name, printable(&text).into())));
    }
    let lists = [
        ("xesam:artist", &tags.artists),
        ("xesam:albumArtist", &tags.album_artists),
        ("xesam:genre", &tags.genres),
        ("xesam:composer", &tags.composers),
    ];
    let comment: Vec<String> = track.comment.iter().map(|text| printable(text)).collect();
    told.extend((!comment.is_empty()).then(|| ("xesam:comment", comment.into())));
    for (name, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
        let list: Vec<String> = list.iter().map(|text| printable(text)).collect();
        told.insert(name, list.into());
    }
    let whole = |number: Option<u32>| number.and_then(|number| i32::try_from(number).ok());
    for (name, number) in [
        ("xesam:trackNumber", whole(tags.track)),
        ("xesam:discNumber", whole(tags.disc)),
    ] {
        told.extend(number.map(|number| (name, number.into())));
    }
    told.extend(song.length_ms.map(|ms| ("mpris:length", micros(ms).into())));
    told
}

/// While something stands in for a streaming client: what the guard says.
fn comment(snapshot: &Snapshot) -> Option<String> {
    let told = snapshot.outside.guard.as_ref();
    told.filter(|_| snapshot.outside.stands_in)?
        .sentence
        .clone()
}

/// In µs, as MPRIS counts.
pub fn micros(ms: u64) -> i64 {
    i64::try_from(ms.saturating_mul(1_000)).unwrap_or(i64::MAX)
}

fn printable(text: &str) -> String {
    Printable::new(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::Origin;

    fn playing(entry: u64, position: usize) -> Option<Playing> {
        let mut song = Song::at("/m/a b.flac");
        song.tags.artists = vec!["One".into(), "T\x1b[2Jwo".into()];
        song.tags.track = Some(3);
        song.length_ms = Some(61_500);
        Some(Playing {
            entry: EntryId(entry),
            position,
            song: Arc::new(song),
            priority: 0,
            origin: None,
        })
    }

    #[test]
    fn a_song_that_stands_in_for_another_says_so() {
        let mut playing = playing(1, 0).unwrap();
        let origin = Origin::StandIn("for A – B (another version)".into());
        playing.origin = Some(Arc::new(origin));
        let snapshot = Snapshot {
            current: Some(playing),
            ..Snapshot::default()
        };
        let shown = Shown::of(&snapshot, None);
        let title = shown.track().unwrap().title();
        assert_eq!(title, "a b [stand-in for A – B (another version)]");
    }

    #[test]
    fn a_song_in_a_clients_place_says_why() {
        let told = crate::daemon::stepping::Told {
            sentence: Some("Spotify does not answer.".into()),
            ..Default::default()
        };
        let mut snapshot = two_songs();
        snapshot.outside.guard = Some(Arc::new(told));
        let has_comment = |snapshot: &Snapshot| {
            metadata(Shown::of(snapshot, None).track()).contains_key("xesam:comment")
        };
        assert!(!has_comment(&snapshot), "it plays for itself");
        snapshot.outside.stands_in = true;
        assert!(has_comment(&snapshot));
    }

    fn two_songs() -> Snapshot {
        Snapshot {
            state: State::Playing,
            current: playing(7, 0),
            queue_len: 2,
            volume_percent: 50,
            ..Snapshot::default()
        }
    }

    #[test]
    fn what_changed_goes_out_and_nothing_else() {
        let (snapshot, mut other) = (two_songs(), two_songs());
        let before = Shown::of(&snapshot, None);
        assert!(before.changed_since(&before).is_empty());
        other.volume_percent = 55;
        other.queue_version = 9;
        let changed = Shown::of(&other, None).changed_since(&before);
        assert_eq!(changed, Properties::from([("Volume", 0.55.into())]));
        other.current = playing(8, 1);
        let changed = Shown::of(&other, None).changed_since(&before);
        let mut names: Vec<_> = changed.keys().copied().collect();
        names.sort_unstable();
        assert_eq!(names, ["CanGoNext", "Metadata", "Volume"]);
    }

    #[test]
    fn a_song_is_told_as_far_as_its_file_says() {
        let art = (EntryId(7), Some("file:///m/cover.jpg".to_owned()));
        let shown = Shown::of(&two_songs(), Some(&art));
        let artists: Vec<String> = vec!["One".into(), "T\u{fffd}[2Jwo".into()];
        let told = Properties::from([
            (
                "mpris:trackid",
                ObjectPath::try_from("/io/standin/entry/7").unwrap().into(),
            ),
            ("xesam:title", "a b".into()),
            ("xesam:artist", artists.into()),
            ("xesam:url", "file:///m/a%20b.flac".into()),
            ("xesam:trackNumber", 3_i32.into()),
            ("mpris:length", 61_500_000_i64.into()),
            ("mpris:artUrl", "file:///m/cover.jpg".into()),
        ]);
        assert_eq!(metadata(shown.track()), told);
        let of_another = (EntryId(6), art.1);
        let shown = Shown::of(&two_songs(), Some(&of_another));
        assert!(!metadata(shown.track()).contains_key("mpris:artUrl"));
    }

    #[test]
    fn modes_and_what_can_be_done() {
        let mut snapshot = two_songs();
        snapshot.single = Once::On;
        assert_eq!(Shown::of(&snapshot, None).loop_status(), "None");
        snapshot.repeat = true;
        assert_eq!(Shown::of(&snapshot, None).loop_status(), "Track");
        snapshot.single = Once::Oneshot;
        assert_eq!(Shown::of(&snapshot, None).loop_status(), "Playlist");
        snapshot.state = State::Stopped;
        let stopped = Shown::of(&snapshot, None);
        assert!(stopped.can_play() && !stopped.can_seek() && !stopped.can_go_next());
        let nothing = Shown::of(&Snapshot::default(), None);
        assert!(!nothing.can_play() && !nothing.can_go_previous());
    }
}
