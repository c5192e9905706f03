//! `decoders`: what the files are called that play here without help, by the kind of their sound. Clients show it, and
//! some decide by it what they offer. It knows no decoder: which codecs play is `music`'s to say, and held by a test.

use crate::mpd::ack::Ack;
use crate::mpd::command::{Call, Command, Needs, quick};
use crate::music::Codec;

pub const COMMANDS: &[Command] = &[quick("decoders", Needs::Read, 0..=0, decoders)];

/// A codec, the suffixes of its files and their MIME types, as MPD spells them.
type Told = (Codec, &'static [&'static str], &'static [&'static str]);

const TOLD: &[Told] = &[
    (
        Codec::Flac,
        &["flac", "oga", "ogg"],
        &["audio/flac", "audio/x-flac", "audio/x-flac+ogg"],
    ),
    (Codec::Mp3, &["mp3"], &["audio/mpeg"]),
    (Codec::Mp2, &["mp2"], &["audio/mpeg"]),
    (Codec::Mp1, &["mp1"], &["audio/mpeg"]),
    (
        Codec::Vorbis,
        &["ogg", "oga"],
        &["audio/ogg", "audio/vorbis", "audio/x-vorbis+ogg"],
    ),
    (Codec::Opus, &["opus", "ogg"], &["audio/ogg", "audio/opus"]),
    (
        Codec::Aac,
        &["aac", "m4a", "m4b", "mp4"],
        &["audio/aac", "audio/mp4"],
    ),
    (Codec::Alac, &["m4a", "caf"], &["audio/mp4"]),
    (
        Codec::Pcm,
        &["wav", "aiff", "aif", "aifc", "caf"],
        &["audio/wav", "audio/x-wav", "audio/aiff", "audio/x-aiff"],
    ),
    (Codec::Adpcm, &["wav"], &["audio/wav", "audio/x-wav"]),
];

fn decoders(call: &mut Call) -> Result<(), Ack> {
    for (codec, suffixes, types) in TOLD {
        call.out.pair("plugin", codec.name());
        for suffix in *suffixes {
            call.out.pair("suffix", suffix);
        }
        for mime in *types {
            call.out.pair("mime_type", mime);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::Playing;

    #[test]
    fn what_plays_without_help_is_told_and_nothing_else() {
        let told: Vec<Codec> = TOLD.iter().map(|(codec, ..)| *codec).collect();
        for codec in Codec::ALL {
            let plays = codec.playing() == Playing::Plays;
            assert_eq!(told.contains(codec), plays, "{}", codec.name());
        }
    }
}
