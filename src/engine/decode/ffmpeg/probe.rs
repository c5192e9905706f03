//! What ffprobe tells of a file's first sound track: foreign text, read under limits.

use super::child::Child;
use super::tools::{PROBING, Tools};
use crate::engine::decode::kind::kind_of_ffmpeg;
use crate::engine::decode::sound::{MAX_CHANNELS, RATES};
use crate::engine::form::SampleKind;
use crate::engine::shape::Speaker::{self, *};
use serde::Deserialize;
use std::path::Path;

/// More than ffprobe says of one track.
const MAX_ANSWER: usize = 64 * 1024;

/// Containers in which ffmpeg's seek is exact to the frame (tried with each; DSD to within its filter's memory).
const EXACT_SEEK: [&str; 7] = ["wv", "tta", "ape", "tak", "wav", "w64", "dsf"];
/// Those of them, and codecs, whose heads count every frame of the sound.
const EXACT_LENGTH: [&str; 4] = ["wavpack", "tta", "ape", "tak"];

/// What stands in MP4 where a codec's name would: FairPlay, Audible, and ISO 14496-12 (8.12). ffmpeg decodes it as if it
/// were not encrypted.
const PROTECTED: [&str; 3] = ["drms", "aavd", "enca"];

/// What decoding needs to know.
#[derive(Debug, PartialEq)]
pub(super) struct Sound {
    /// Frames a second that come out.
    pub rate: u32,
    /// How often the file's own rate was halved to come below the highest that is played: of DSD.
    pub halved: u32,
    pub speakers: Vec<Speaker>,
    pub kind: SampleKind,
    /// How many frames, as far as the head tells.
    pub frames: Option<u64>,
    pub length_is_exact: bool,
    pub seeks_exactly: bool,
    /// What comes out without the key is noise.
    pub is_protected: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Answer {
    streams: Vec<Stream>,
    format: Container,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Stream {
    codec_name: String,
    codec_tag_string: String,
    sample_fmt: String,
    bits_per_raw_sample: String,
    sample_rate: String,
    channels: usize,
    channel_layout: String,
    duration_ts: Option<u64>,
    time_base: String,
    duration: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Container {
    format_name: String,
    duration: String,
}

/// Asks ffprobe; the error is a clause for people.
pub(super) fn probe(path: &Path, tools: &Tools) -> Result<Sound, String> {
    let mut child = Child::start(tools.probe(path)).map_err(|error| error.to_string())?;
    let answer = child
        .read_all(MAX_ANSWER, tools.patience.min(PROBING))
        .map_err(|error| format!("ffprobe does not answer: {error}"))?;
    let ended = child.end();
    let answer: Answer = serde_json::from_slice(&answer).unwrap_or_default();
    let unusable = |what: &str| {
        // Its own words begin with the path, which stands before them already.
        let said = ended.said_or(what);
        if said.starts_with("Format not on whitelist") {
            return "it is no format for sound".to_owned();
        }
        said.rsplit(": ").next().unwrap_or(what).to_owned()
    };
    let stream = answer
        .streams
        .first()
        .ok_or_else(|| unusable("it finds no sound in it"))?;
    sound(stream, &answer.format).map_err(unusable)
}

fn sound(stream: &Stream, container: &Container) -> Result<Sound, &'static str> {
    if stream.codec_name.is_empty() {
        return Err("it has no decoder for its codec");
    }
    let mut rate: u32 = stream.sample_rate.parse().unwrap_or(0);
    let whole_rate = rate;
    let mut halved = 0;
    while rate > *RATES.end() {
        rate /= 2;
        halved += 1;
    }
    if !RATES.contains(&rate) {
        return Err("it finds no usable rate");
    }
    if stream.channels == 0 || stream.channels > MAX_CHANNELS {
        return Err("it finds no usable number of channels");
    }
    let counts_frames = stream.time_base == format!("1/{whole_rate}");
    let counted = stream
        .duration_ts
        .filter(|frames| counts_frames && *frames > 0);
    let frames = counted
        .map(|frames| frames >> halved)
        .or_else(|| frames_in(&stream.duration, rate))
        // Of the longest track in the file, which may be a picture.
        .or_else(|| frames_in(&container.duration, rate));
    Ok(Sound {
        rate,
        halved,
        speakers: speakers(&stream.channel_layout, stream.channels),
        kind: kind_of_ffmpeg(&stream.sample_fmt, stream.bits_per_raw_sample.parse().ok()),
        frames,
        length_is_exact: counted.is_some() && EXACT_LENGTH.contains(&stream.codec_name.as_str()),
        is_protected: PROTECTED.contains(&stream.codec_tag_string.as_str()),
        seeks_exactly: halved == 0
            && EXACT_SEEK.contains(&container.format_name.as_str())
            && (EXACT_LENGTH.contains(&stream.codec_name.as_str())
                || stream.codec_name.starts_with("pcm_")
                || stream.codec_name.starts_with("dsd_")),
    })
}

fn frames_in(duration: &str, rate: u32) -> Option<u64> {
    let seconds: f64 = duration.parse().ok()?;
    let frames = (seconds * f64::from(rate)).round() as u64;
    // A head that leaves the length open says 0.
    ((0.0..1e9).contains(&seconds) && frames > 0).then_some(frames)
}

/// ffmpeg's names of layouts, its channels in the order of libavutil's `channel_layout.h`.
fn speakers(layout: &str, channels: usize) -> Vec<Speaker> {
    const L: Speaker = LeftSurround;
    const R: Speaker = RightSurround;
    const M: Speaker = MiddleSurround;
    let known: &[Speaker] = match layout {
        "2.1" => &[Left, Right, Low],
        "3.0" => &[Left, Right, Centre],
        "3.0(back)" => &[Left, Right, M],
        "3.1" => &[Left, Right, Centre, Low],
        "4.0" => &[Left, Right, Centre, M],
        "4.1" => &[Left, Right, Centre, Low, M],
        "quad" | "quad(side)" => &[Left, Right, L, R],
        "5.0" | "5.0(side)" => &[Left, Right, Centre, L, R],
        "5.1" | "5.1(side)" => &[Left, Right, Centre, Low, L, R],
        "6.0" => &[Left, Right, Centre, M, L, R],
        "6.1" => &[Left, Right, Centre, Low, M, L, R],
        "6.1(back)" => &[Left, Right, Centre, Low, L, R, M],
        "7.0" => &[Left, Right, Centre, L, R, L, R],
        "7.1" => &[Left, Right, Centre, Low, L, R, L, R],
        "7.1(wide)" | "7.1(wide-side)" => &[Left, Right, Centre, Low, L, R, Left, Right],
        _ => &[],
    };
    if known.len() == channels {
        return known.to_vec();
    }
    Speaker::by_convention(channels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(json: &str) -> Result<Sound, &'static str> {
        let answer: Answer = serde_json::from_str(json).unwrap();
        sound(&answer.streams[0], &answer.format)
    }

    #[test]
    fn a_head_that_counts_frames_and_one_that_tells_seconds() {
        let wv = told(
            r#"{"programs":[],"streams":[{"codec_name":"wavpack","sample_rate":"44100","channels":2,"channel_layout":"stereo",
            "sample_fmt":"s16p","bits_per_raw_sample":"16",            "time_base":"1/44100","duration_ts":88201}],"format":{"format_name":"wv","duration":"2.000023"}}"#,
        );
        let expected = Sound {
            rate: 44_100,
            halved: 0,
            speakers: vec![Left, Right],
            kind: SampleKind::Integer { bits: 16 },
            frames: Some(88_201),
            length_is_exact: true,
            seeks_exactly: true,
            is_protected: false,
        };
        assert_eq!(wv.unwrap(), expected);
        let wma = told(
            r#"{"streams":[{"codec_name":"wmav2","sample_rate":"48000","channels":6,"channel_layout":"5.1","time_base":"1/1000",
            "duration_ts":2042}],"format":{"format_name":"asf","duration":"2.042000"}}"#,
        )
        .unwrap();
        assert_eq!(
            (wma.frames, wma.length_is_exact, wma.seeks_exactly),
            (Some(98_016), false, false)
        );
        assert_eq!(
            wma.speakers,
            [Left, Right, Centre, Low, LeftSurround, RightSurround]
        );
    }

    #[test]
    fn a_rate_beyond_all_others_is_halved() {
        let dsd = told(
            r#"{"streams":[{"codec_name":"dsd_msbf","sample_rate":"1411200","channels":1,"time_base":"1/1411200","duration_ts":1000}]}"#,
        )
        .unwrap();
        assert_eq!((dsd.rate, dsd.halved, dsd.frames), (705_600, 1, Some(500)));
        assert!(!dsd.seeks_exactly);
    }

    #[test]
    fn what_no_decoder_can_use_is_refused() {
        for (codec, rate, channels) in [
            ("", "44100", 2),
            ("x", "0", 2),
            ("x", "-1", 2),
            ("x", "44100", 0),
            ("x", "44100", 999),
        ] {
            let json = format!(
                r#"{{"streams":[{{"codec_name":"{codec}","sample_rate":"{rate}","channels":{channels}}}]}}"#
            );
            assert!(told(&json).is_err(), "{json}");
        }
        assert_eq!(frames_in("N/A", 44_100), None);
        assert_eq!(frames_in("-5", 44_100), None);
        assert_eq!(frames_in("1e300", 44_100), None);
    }
}
