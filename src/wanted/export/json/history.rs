//! Spotify's two histories. What tells of the person's network, device and land is in no struct here.

use super::super::NotTaken;
use super::super::out::Out;
use super::super::text::Utf8;
use super::account::{SERVICE, of_names};
use super::rows;
use super::said::Said;
use crate::music::Wanted;
use crate::wanted::{HeardElsewhere, RowKind};
use serde::Deserialize;

/// `StreamingHistory_music_0.json`, and that of podcasts.
pub(super) fn year(text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    rows(text, out, &mut |row: Year, out| {
        let Some(at_ms) = row.end_time.at_ms() else {
            return out.unreadable();
        };
        let podcast = row.podcast_name.is_there() || row.episode_name.is_there();
        let (title, artist, kind) = match podcast {
            true => (&row.episode_name, &row.podcast_name, RowKind::Episode),
            false => (&row.track_name, &row.artist_name, RowKind::Track),
        };
        out.heard(HeardElsewhere {
            at_ms,
            ms: row.ms_played.number().map(|ms| ms.max(0.0) as u64),
            wanted: of_names(title, artist, String::new(), &Said::Nothing).wanted,
            kind,
            service: SERVICE.to_owned(),
            ..HeardElsewhere::default()
        });
    })
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Year {
    end_time: Said,
    artist_name: Said,
    track_name: Said,
    podcast_name: Said,
    episode_name: Said,
    ms_played: Said,
}

/// `Streaming_History_Audio_2024_1.json`
pub(super) fn extended(text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    rows(text, out, &mut |row: Extended, out| row.put(out))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Extended {
    ts: Said,
    ms_played: Said,
    #[serde(rename = "master_metadata_track_name")]
    track: Said,
    #[serde(rename = "master_metadata_album_artist_name")]
    artist: Said,
    #[serde(rename = "master_metadata_album_album_name")]
    album: Said,
    spotify_track_uri: Said,
    episode_name: Said,
    episode_show_name: Said,
    spotify_episode_uri: Said,
    audiobook_title: Said,
    audiobook_uri: Said,
    audiobook_chapter_title: Said,
    skipped: Said,
}

impl Extended {
    fn put(&self, out: &mut Out) {
        let Some(at_ms) = self.ts.at_ms() else {
            return out.unreadable();
        };
        let nothing = &Said::Nothing;
        let (kind, wanted): (_, Wanted) =
            if self.track.is_there() || self.spotify_track_uri.is_there() {
                let taken = of_names(
                    &self.track,
                    &self.artist,
                    self.album.text(),
                    &self.spotify_track_uri,
                );
                (RowKind::Track, taken.wanted)
            } else if self.episode_name.is_there() || self.spotify_episode_uri.is_there() {
                let show = self.episode_show_name.text();
                let taken = of_names(&self.episode_name, nothing, show, &self.spotify_episode_uri);
                (RowKind::Episode, taken.wanted)
            } else if self.audiobook_title.is_there() || self.audiobook_uri.is_there() {
                let book = self.audiobook_title.text();
                let taken = of_names(&self.audiobook_chapter_title, nothing, book, nothing);
                (RowKind::Audiobook, taken.wanted)
            } else {
                return out.other();
            };
        if kind == RowKind::Audiobook && wanted.title.is_empty() {
            return out.report.counts.audiobooks += 1;
        }
        out.heard(HeardElsewhere {
            at_ms,
            ms: self.ms_played.number().map(|ms| ms.max(0.0) as u64),
            wanted,
            kind,
            service: SERVICE.to_owned(),
            skipped: self.skipped.truth(),
        });
    }
}
