//! What `[play]` in `config.toml` says: where the sound goes and how. It opens nothing.

use super::key::{Key, Row, Taken, number, put};
use crate::engine::{OnLoss, Output};
use crate::music::Loudness;
use crate::player::MAX_CROSSFADE_MS;
use std::path::PathBuf;

/// The widest preamp, in dB, in both directions.
const MAX_PREAMP_DB: f64 = 24.0;

/// The longest file that may be called short, in minutes.
const MAX_LONG_MIN: f64 = 1_440.0;

pub(super) const KEYS: &[Key] = &[
    Key {
        row: Row {
            name: "output",
            allowed: "\"default\", \"null\", \"wav:FILE\" or a name from `standin outputs`; \"a,b\" takes the first that opens",
            usual: "\"default\"",
            about: "Where the sound goes. Names come from `standin outputs`; of several, with commas between them, the first that opens is taken.",
            example: "\"Desk DAC, default\"",
            taken: Taken::AtOnce,
        },
        take: |settings, value| {
            let outputs = value.as_str().filter(|text| !text.is_empty()).map(outputs);
            put(&mut settings.outputs, outputs)
        },
    },
    Key {
        row: Row {
            name: "volume",
            allowed: "a whole number from 0 to 100",
            usual: "100",
            about: "Loudness in percent, where a queue begins. A queue that goes on keeps its own.",
            example: "80",
            taken: Taken::AtOnce,
        },
        take: |settings, value| {
            let percent = number(value).filter(|number| number.fract() == 0.0);
            let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
            put(
                &mut settings.volume_percent,
                percent.map(|percent| percent as u8),
            )
        },
    },
    Key {
        row: Row {
            name: "replaygain",
            allowed: "\"auto\", \"track\", \"album\" or \"off\"",
            usual: "\"auto\"",
            about: "Which gains even out the loudness. With \"auto\" an album keeps its own balance, and other songs are all played equally loud.",
            example: "\"album\"",
            taken: Taken::AtOnce,
        },
        take: |settings, value| {
            let loudness = value.as_str().and_then(|text| match text {
                "auto" => Some(Loudness::Auto),
                "track" => Some(Loudness::Track),
                "album" => Some(Loudness::Album),
                "off" => Some(Loudness::Off),
                _ => None,
            });
            put(&mut settings.loudness, loudness)
        },
    },
    Key {
        row: Row {
            name: "preamp_db",
            allowed: "a number of dB from -24 to 24",
            usual: "0.0",
            about: "Added to every gain, in dB.",
            example: "-3.0",
            taken: Taken::AtOnce,
        },
        take: |settings, value| {
            let db = number(value).filter(|db| db.abs() <= MAX_PREAMP_DB);
            put(&mut settings.preamp_db, db.map(|db| db as f32))
        },
    },
    Key {
        row: Row {
            name: "crossfade_s",
            allowed: "a number of seconds from 0 to 12",
            usual: "0.0",
            about: "How long songs overlap, in seconds; never two that follow each other on an album.",
            example: "4.0",
            taken: Taken::AtOnce,
        },
        take: |settings, value| {
            let most_s = f64::from(MAX_CROSSFADE_MS) / 1_000.0;
            let seconds = number(value).filter(|seconds| (0.0..=most_s).contains(seconds));
            put(
                &mut settings.crossfade_ms,
                seconds.map(|seconds| (seconds * 1_000.0).round() as u32),
            )
        },
    },
    Key {
        row: Row {
            name: "equaliser",
            allowed: "a file of AutoEq, such as \"HD 600 ParametricEQ.txt\", beside config.toml or with its whole path",
            usual: "",
            about: "The curve of the equaliser, where `standin eq` has set none: a file as AutoEq writes it, beside config.toml or with its whole path.",
            example: "\"HD 600 ParametricEQ.txt\"",
            taken: Taken::AtOnce,
        },
        take: |settings, value| {
            let file = value
                .as_str()
                .filter(|file| !file.is_empty() && !file.contains('\0'));
            put(&mut settings.equaliser, file.map(PathBuf::from))
        },
    },
    Key {
        row: Row {
            name: "bit_perfect",
            allowed: "true or false",
            usual: "false",
            about: "Open the output at each song's own rate and format, and touch no sample: no volume, no gain, no resampling.",
            example: "true",
            taken: Taken::AtStart,
        },
        take: |settings, value| put(&mut settings.bit_perfect, value.as_bool()),
    },
    Key {
        row: Row {
            name: "on_output_loss",
            allowed: "\"pause\" or \"follow\"",
            usual: "\"pause\"",
            about: "What happens where the sound would come out of a device that nobody chose, as when headphones are pulled: the music waits, or it goes there.",
            example: "\"follow\"",
            taken: Taken::AtOnce,
        },
        take: |settings, value| {
            let on_loss = value.as_str().and_then(|text| match text {
                "pause" => Some(OnLoss::Pause),
                "follow" => Some(OnLoss::Follow),
                _ => None,
            });
            put(&mut settings.on_loss, on_loss)
        },
    },
    Key {
        row: Row {
            name: "remember_from_min",
            allowed: "a number of minutes from 0, which is never, to 1440",
            usual: "20",
            about: "Files that play for so many minutes, or that are an audiobook or a podcast by their genre, go on where they were left.",
            example: "45",
            taken: Taken::AtStart,
        },
        take: |settings, value| {
            let minutes = number(value).filter(|minutes| (0.0..=MAX_LONG_MIN).contains(minutes));
            let ms = minutes.map(|minutes| (minutes * 60_000.0).round() as u64);
            put(&mut settings.long_from_ms, ms)
        },
    },
    Key {
        row: Row {
            name: "at_end",
            allowed: "\"stop\", \"repeat\" or \"go-on\"",
            usual: "\"stop\"",
            about: "What comes when the queue has been played: nothing, the queue again, or songs of yours that fit the last one.",
            example: "\"go-on\"",
            taken: Taken::AtOnce,
        },
        take: |settings, value| {
            let at_end = value.as_str().and_then(|text| text.parse().ok());
            put(&mut settings.at_end, at_end)
        },
    },
];

/// A list of outputs as `--output` takes it.
fn outputs(text: &str) -> Vec<Output> {
    text.split(',')
        .filter_map(|name| name.trim().parse().ok())
        .collect()
}
