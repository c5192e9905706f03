//! Which of several copies is the best to keep. Pure.

use super::Owned;
use crate::music::{Codec, Format, Playing};
use std::cmp::Ordering;

/// Bits of a sample where a lossless file does not tell them.
const USUAL_BITS: u64 = 16;

/// What a copy is worth, the weightiest first: a bigger value is kept.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Quality {
    /// It was not found to be damaged.
    is_sound: bool,
    /// It can be played at all.
    is_playable: bool,
    is_lossless: bool,
    /// Among lossless ones the bits of a second, uncompressed; among the others the bit rate, weighed by codec.
    worth: u64,
    /// Without ffmpeg.
    plays_inside: bool,
    /// How much its tags tell.
    tags: usize,
    /// A file that holds it alone can be moved and copied alone.
    is_alone: bool,
    /// What links point to outlives the links.
    is_no_link: bool,
}

/// The better one first; of two that are equally good, the first by path.
pub(super) fn better_first(a: &Owned, b: &Owned) -> Ordering {
    let path = |owned: &Owned| owned.song.path();
    of(b).cmp(&of(a)).then_with(|| path(a).cmp(&path(b)))
}

fn of(owned: &Owned) -> Quality {
    let format = &owned.song.format;
    Quality {
        is_sound: !owned.is_damaged,
        is_playable: format.playing() != Playing::NotPlayable,
        is_lossless: format.codec.is_lossless(),
        worth: worth(format),
        plays_inside: format.playing() == Playing::Plays,
        tags: told(owned),
        is_alone: owned.song.part == 0,
        is_no_link: !owned.is_symlink,
    }
}

fn worth(format: &Format) -> u64 {
    if format.codec.is_lossless() {
        let bits = format.bits.map_or(USUAL_BITS, u64::from);
        return u64::from(format.rate.unwrap_or(0)) * bits;
    }
    u64::from(format.kbps.unwrap_or(0)) * weight(format.codec)
}

/// How much 100 kbit/s of it are worth beside as many of MP3, in rough agreement with public listening tests
/// (Kamedo2's at 192, 128 and 96 kbit/s, hydrogenaud.io).
fn weight(codec: Codec) -> u64 {
    match codec {
        Codec::Opus | Codec::HeAac => 150,
        Codec::Aac | Codec::Vorbis | Codec::Musepack => 130,
        Codec::WmaPro => 120,
        Codec::Mp2 | Codec::Ac3 | Codec::Adpcm => 60,
        Codec::Mp1 => 50,
        _ => 100,
    }
}

fn told(owned: &Owned) -> usize {
    let tags = &owned.song.tags;
    let texts = [&tags.title, &tags.album, &tags.date, &tags.isrc];
    let lists = [&tags.artists, &tags.album_artists, &tags.genres];
    texts.iter().filter(|text| !text.is_empty()).count()
        + lists.iter().filter(|list| !list.is_empty()).count()
        + usize::from(tags.track.is_some())
        + tags.more.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::Song;

    fn owned(path: &str, codec: Codec, kbps: u32, bits: u8) -> Owned {
        let mut song = Song::at(path);
        song.format = Format {
            codec,
            kbps: Some(kbps),
            rate: Some(44_100),
            bits: Some(bits).filter(|bits| *bits > 0),
            ..Format::default()
        };
        Owned::new(song)
    }

    /// The paths of these, the best first.
    fn sorted(mut all: Vec<Owned>) -> Vec<String> {
        all.sort_by(better_first);
        let path = |one: &Owned| one.song.path().to_string_lossy().into_owned();
        all.iter().map(path).collect()
    }

    #[test]
    fn lossless_then_bit_rate_by_codec() {
        let all = vec![
            owned("/mp3-320", Codec::Mp3, 320, 0),
            owned("/flac-16", Codec::Flac, 900, 16),
            owned("/mp3-128", Codec::Mp3, 128, 0),
            owned("/flac-24", Codec::Flac, 1_500, 24),
            owned("/opus-128", Codec::Opus, 128, 0),
            owned("/midi", Codec::Midi, 10, 0),
            owned("/aac-256", Codec::Aac, 256, 0),
        ];
        let order = [
            "/flac-24",
            "/flac-16",
            "/aac-256",
            "/mp3-320",
            "/opus-128",
            "/mp3-128",
            "/midi",
        ];
        assert_eq!(sorted(all), order);
    }

    #[test]
    fn what_is_damaged_a_link_or_without_tags_is_not_kept() {
        let mut damaged = owned("/a.flac", Codec::Flac, 900, 16);
        damaged.is_damaged = true;
        let mp3 = owned("/b.mp3", Codec::Mp3, 320, 0);
        assert_eq!(sorted(vec![damaged, mp3]), ["/b.mp3", "/a.flac"]);
        let mut link = owned("/a.mp3", Codec::Mp3, 320, 0);
        link.is_symlink = true;
        let file = owned("/b.mp3", Codec::Mp3, 320, 0);
        let mut tagged = owned("/c.mp3", Codec::Mp3, 320, 0);
        tagged.song.tags.album = "Blue".into();
        let all = vec![link, file, tagged];
        assert_eq!(sorted(all), ["/c.mp3", "/b.mp3", "/a.mp3"]);
        let same = ["/b.flac", "/a.flac"].map(|path| owned(path, Codec::Flac, 900, 16));
        assert_eq!(sorted(same.into()), ["/a.flac", "/b.flac"]);
    }
}
