//! How loud a song is and is played, as `info` tells it.

use crate::library::person::MeasuredLookup;
use crate::music::{Applied, Level, Levelling, Measured, Reach, Song, Source};
use serde_json::{Value, json};

/// What is known of a song's loudness, and what comes of it.
pub struct HowLoud {
    measured: Option<Measured>,
    /// By itself, where nothing else is asked for.
    alone: Option<Applied>,
    in_album: Option<Applied>,
}

impl HowLoud {
    /// By what its tags say, what was measured, and how `play` levels songs.
    pub fn of(song: &Song, levelling: Levelling, measured: &mut MeasuredLookup) -> Self {
        let measured = song.key.and_then(|key| measured.of(key));
        let gain = |in_album| levelling.of(&song.tags.gain, measured.as_ref(), in_album);
        Self {
            alone: gain(false),
            in_album: gain(true),
            measured,
        }
    }

    /// Adds it to the JSON of the song.
    pub fn insert_into(&self, value: &mut Value) {
        let measured = self.measured.map(|measured| {
            let album = measured.album;
            json!({
                "lufs": measured.track.lufs.map(short), "true_peak": short(measured.track.true_peak),
                "album_lufs": album.and_then(|album| album.lufs).map(short),
                "album_true_peak": album.map(|album| short(album.true_peak)),
            })
        });
        let gain = |applied: Option<Applied>| {
            applied.map(|applied| {
                json!({
                    "db": short(applied.gain.db), "source": applied.source.name(), "reach": applied.reach.name(),
                    "held_back": applied.held_back,
                })
            })
        };
        value["measured"] = json!(measured);
        value["gain"] = json!(gain(self.alone));
        value["gain_in_album"] = json!(gain(self.in_album));
    }

    /// `-12.3 LUFS, true peak -0.4 dBTP; album -11.9 LUFS, true peak 0.2 dBTP`
    pub fn measured_words(&self) -> String {
        let words = |level: Level| {
            let lufs = level
                .lufs
                .map_or("silence".to_owned(), |lufs| format!("{lufs:.1} LUFS"));
            if level.true_peak > 0.0 {
                format!(
                    "{lufs}, true peak {:.1} dBTP",
                    20.0 * level.true_peak.log10()
                )
            } else {
                lufs
            }
        };
        self.measured.map_or(String::new(), |measured| {
            let album = measured.album;
            let album = album.map_or(String::new(), |album| format!("; album {}", words(album)));
            words(measured.track) + &album
        })
    }

    /// `-5.7 dB (its own, by tags); among its album -6.1 dB (the album's, measured)`
    pub fn gain_words(&self) -> String {
        let words = |applied: Applied| {
            let source = match applied.source {
                Source::Tags => "by tags",
                Source::Measured => "measured",
                Source::Default => "a cautious guess",
            };
            let whose = match (applied.source, applied.reach) {
                (Source::Default, _) => "",
                (_, Reach::Track) => "its own, ",
                (_, Reach::Album) => "the album's, ",
            };
            let peak = if applied.held_back {
                ", held back by its peak"
            } else {
                ""
            };
            format!("{:+.2} dB ({whose}{source}{peak})", applied.gain.db)
        };
        let alone = self.alone.map_or("its own loudness".to_owned(), words);
        match self.in_album.map(words) {
            Some(in_album) if in_album != alone => format!("{alone}; among its album {in_album}"),
            _ => alone,
        }
    }
}

/// Four digits behind the point: more was not measured.
fn short(number: f32) -> f64 {
    (f64::from(number) * 10_000.0).round() / 10_000.0
}
