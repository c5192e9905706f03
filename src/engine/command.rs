//! What is asked of the engine and what it tells. Plain data: nothing here opens a file or a device.

use super::DecodeError;
use crate::music::{EntryId, Equaliser, Gain, Span, Speed};
use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// How the engine starts.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the sound goes.
    pub output: Output,
    /// 0 to 100; what lies above counts as 100. The curve is cubic, so that half the number sounds half as loud.
    pub volume_percent: u8,
    /// Open the output at each song's rate and format, and touch no sample.
    pub bit_perfect: bool,
    /// What happens where the sound would come out of a device that nobody chose.
    pub on_loss: OnLoss,
    /// Where the output is not there, the music waits for it, as it does for one that was lost; else nothing starts.
    pub waits: bool,
}

/// What happens when the device is gone and the sound system offers another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnLoss {
    /// The music pauses, with a reason.
    #[default]
    Pause,
    /// The music goes on there.
    Follow,
}

/// Where the sound goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A device by its name, or the system's default.
    Device(Option<String>),
    /// Nowhere, in real time: takes frames as a device would.
    Null,
    /// Nowhere, as a device that is out of the ordinary: for tests of what depends on devices.
    Imitated(Imitation),
    /// A WAV file: 32-bit float, stereo, at the first song's rate; as fast as it can be written. In bit-perfect playing it
    /// has the first song's format too, and songs of another one go on in FILE-2.wav, FILE-3.wav …
    Wav(PathBuf),
}

/// What the null device can imitate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imitation {
    /// Keeps no time: takes music as fast as it is decoded. A compressed hour is an hour's work in a minute.
    Fast,
    /// Takes nothing for 0.8 s, then 0.8 s at once, as some Bluetooth sinks and virtual machines do.
    Bursts,
    /// Each tenth block comes 0.5 s late, and those after it without a pause until the time is made up.
    Late,
    /// Says of its latency 0 s, 2 s and 50 ms in turn.
    Lying,
    /// Vanishes after each second that it played, and comes back half a second later.
    Dying,
}

impl Imitation {
    /// All of them, with the words for them behind `null:`.
    pub const ALL: [(&'static str, Self); 5] = [
        ("fast", Self::Fast),
        ("bursts", Self::Bursts),
        ("late", Self::Late),
        ("lying", Self::Lying),
        ("dying", Self::Dying),
    ];
}

impl FromStr for Output {
    type Err = Infallible;

    /// `default`, `null`, `null:` and an imitation's word, `wav:FILE`, or a device's name as [`super::outputs`] gives it.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        let imitated = text.strip_prefix("null:").and_then(|word| {
            let mut all = Imitation::ALL.into_iter();
            all.find(|(name, _)| *name == word)
        });
        if let Some((_, imitation)) = imitated {
            return Ok(Self::Imitated(imitation));
        }
        Ok(match text {
            "" | "default" => Self::Device(None),
            "null" => Self::Null,
            _ => match text.strip_prefix("wav:") {
                Some(file) => Self::Wav(PathBuf::from(file)),
                None => Self::Device(Some(text.to_owned())),
            },
        })
    }
}

/// As [`Output::from_str`] reads it.
impl fmt::Display for Output {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Device(None) => out.write_str("default"),
            Self::Device(Some(name)) => out.write_str(name),
            Self::Null => out.write_str("null"),
            Self::Imitated(imitation) => {
                let mut all = Imitation::ALL.iter();
                let word = all.find(|(_, one)| one == imitation);
                write!(out, "null:{}", word.map_or("", |(word, _)| word))
            }
            Self::Wav(file) => write!(out, "wav:{}", file.display()),
        }
    }
}

/// A place where sound can go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputInfo {
    /// What [`Output`] takes.
    pub name: String,
    /// As people know it.
    pub description: String,
    /// Where the sound goes when nobody says otherwise.
    pub is_default: bool,
}

/// A song as the engine needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// What notices call it.
    pub entry: EntryId,
    /// The file to decode.
    pub file: PathBuf,
    /// The part of it that is the song; `None`: all of it.
    pub span: Option<Span>,
    /// What its samples are multiplied with; the default leaves them as they are. Peaks are looked after by whoever
    /// makes the item: what goes beyond full scale is cut there.
    pub gain: Gain,
    /// How long it overlaps with the song that it follows, in ms; 0: it joins without a seam. From the first frame of the
    /// overlap on it is this song that is heard, and the position is its. No song overlaps with more than half of itself;
    /// where the end of the song before is not known for certain, or its last frames are in the ring already, there is no
    /// overlap.
    pub crossfade_ms: u32,
    /// Where it begins where it follows another song, in ms since its start.
    pub from_ms: u64,
}

/// What the engine is told to do.
#[derive(Clone, Debug)]
pub enum Command {
    /// Forget everything given and play this, from `at_ms` on; what sounds now fades out. Seeking is playing the same
    /// entry from elsewhere. `paused`: get ready, be silent until [`Command::Resume`].
    Play {
        /// The song.
        item: Item,
        /// Where in the song to begin.
        at_ms: u64,
        /// Silent until told otherwise.
        paused: bool,
    },
    /// What comes after the song that [`Notice::WantsNext`] named last (before the first of them: after the song of
    /// [`Command::Play`]). It may be said again with another answer until the earlier one is heard; said later than
    /// that it changes nothing, and `WantsNext` will ask for the song after it. `None`: nothing follows.
    Follow(Option<Item>),
    /// Hold, after a fade: of 20 ms at a sound server, where it is heard within 150 ms; at once and without a fade where
    /// a device can go on without a seam; else of 10 ms.
    Pause,
    /// Fade to silence over so much heard music (0 counts as 1 ms), across songs where need be, and hold there as a pause:
    /// [`Notice::Faded`] tells of it. `Play`, `Resume`, `Pause` and `Stop` end the fade, with what they do themselves.
    Fade {
        /// From full level to silence.
        over_ms: u32,
    },
    /// Go on from where [`Command::Pause`] or [`Command::Fade`] held.
    Resume,
    /// Fade out and forget everything given. No [`Notice::Finished`] comes of it.
    Stop,
    /// 0 to 100, as in [`Options::volume_percent`]; reached within 15 ms, without a step.
    Volume(u8),
    /// All that is heard from now on is shaped so, the song that plays too, without a click. Bit-perfect playing takes no
    /// curve.
    Equalise(Equaliser),
    /// Songs given from now on are played so fast, at their own pitch; what plays goes on as it is. Where they are not played
    /// as they are, songs join nearly without a seam and do not overlap. Bit-perfect playing takes no speed.
    Speed(Speed),
    /// The sound goes there from now on, from the place that is heard.
    Output(Output),
}

/// What the engine tells.
///
/// Notices are sent without waiting; those that find the channel full are kept (up to 256) and sent as it empties. One
/// song causes at most four: `Heard`, `WantsNext` (twice after a failure), `Failed` or `Damaged`.
#[derive(Clone, Debug)]
pub enum Notice {
    /// Less than 25 s of `after` are left to decode: answer with [`Command::Follow`]. Until it is answered the engine
    /// waits in silence at the end of `after` and is not `Finished`; for an output that keeps no time it waits at once.
    WantsNext {
        /// The song whose follower is asked for.
        after: EntryId,
    },
    /// The output has taken this song's first frame.
    Heard {
        /// The song.
        entry: EntryId,
    },
    /// It cannot be played, or ended in the middle. [`Notice::WantsNext`] comes next, where nothing follows yet.
    Failed {
        /// The song.
        entry: EntryId,
        /// Why.
        error: DecodeError,
    },
    /// It played to its end, but damage in it was stepped over; `error` is the first.
    Damaged {
        /// The song.
        entry: EntryId,
        /// The first damage.
        error: DecodeError,
    },
    /// The last frame of `after` has left the output, and nothing follows.
    Finished {
        /// The song heard last.
        after: EntryId,
    },
    /// The fade of [`Command::Fade`] has reached silence, and the music holds. Told within a second.
    Faded,
    /// The output is gone: the music holds where it is until it comes back. For a WAV file: it cannot grow further.
    OutputLost {
        /// What the output said.
        reason: String,
    },
    /// The output is back, and the music goes on.
    OutputBack,
    /// Bit-perfect playing reaches this song, and its samples cannot all be left as they are.
    Touched {
        /// The song.
        entry: EntryId,
        /// What becomes of them.
        how: Touch,
    },
    /// A WAV file can take no more: the music goes on in this one.
    NextFile {
        /// The new file.
        path: PathBuf,
    },
    /// The sound comes out elsewhere from now on: by [`Command::Output`], because the sound server moved the stream, or
    /// by [`OnLoss::Follow`].
    OutputMoved {
        /// Where, for "playing to …".
        name: String,
    },
    /// The engine has paused by itself: the sound would come out of a device that nobody chose. [`Command::Resume`]
    /// plays there.
    Paused {
        /// What happened, as a clause.
        reason: String,
    },
    /// [`Command::Output`] could not be followed; the sound stays where it is.
    OutputRefused {
        /// Why, as a sentence.
        reason: String,
    },
}

/// What bit-perfect playing cannot leave as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Its channels, so many, are folded to two.
    Folded(usize),
    /// Of its samples' bits, so many, 24 are kept: that is what the way to the output carries.
    Shortened(u32),
}

/// Where the music is, as far as it is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The song.
    pub entry: EntryId,
    /// Since the song's start.
    pub elapsed_ms: u64,
    /// The whole song, where its length is known.
    pub length_ms: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_by_name() {
        let output = |text: &str| text.parse::<Output>().unwrap();
        assert_eq!(output("default"), Output::Device(None));
        assert_eq!(output("null"), Output::Null);
        assert_eq!(output("null:late"), Output::Imitated(Imitation::Late));
        assert_eq!(output("null:x"), Output::Device(Some("null:x".into())));
        assert_eq!(output("wav:a:b.wav"), Output::Wav("a:b.wav".into()));
        assert_eq!(output("Desk DAC"), Output::Device(Some("Desk DAC".into())));
    }
}
