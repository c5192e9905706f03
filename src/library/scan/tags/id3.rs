//! What ID3 tags say: v1, and v2.2 to v2.4 as lofty hands their frames over. It splits no text at a slash: in ID3v2.3 that
//! may be a list, or AC/DC. Formats: id3.org.

use super::parts::Chapter;
use super::said::{Key, Said};
use lofty::TextEncoding;
use lofty::id3::v1::{GENRES, Id3v1Tag};
use lofty::id3::v2::{
    ChannelType, ChapterFrame, Frame, FrameId, Id3v2Tag, PopularimeterFrame,
    RelativeVolumeAdjustmentFrame,
};

/// Whose MusicBrainz recording ids UFID frames hold.
const MUSICBRAINZ: &str = "http://musicbrainz.org";
/// Stands between the values of one frame.
const VALUE_MARK: char = '\0';
/// RVA2 counts in 1/512 dB.
const RVA2_STEPS: f32 = 512.0;

/// Text frames and what they say.
const TEXTS: &[(&str, Key)] = &[
    ("TIT2", Key::Title),
    ("TPE1", Key::Artist),
    ("TALB", Key::Album),
    ("TPE2", Key::AlbumArtist),
    ("TRCK", Key::Track),
    ("TPOS", Key::Disc),
    ("TDRC", Key::Date),
    ("TYER", Key::Year),
    ("TDRL", Key::ReleaseDate),
    ("TDOR", Key::OriginalDate),
    ("TORY", Key::OriginalDate),
    ("TCOM", Key::Composer),
    ("TCMP", Key::Compilation),
    ("TSRC", Key::Isrc),
    ("TSOT", Key::TitleSort),
    ("TSOP", Key::ArtistSort),
    ("TSOA", Key::AlbumSort),
    ("TSO2", Key::AlbumArtistSort),
    ("TSOC", Key::ComposerSort),
    ("TPE3", Key::Conductor),
    ("TIT1", Key::Grouping),
    ("GRP1", Key::Grouping),
    ("MVNM", Key::Movement),
    ("MVIN", Key::MovementNumber),
    ("TMOO", Key::Mood),
    ("TPUB", Key::Label),
];

/// What taggers call a field in TXXX where they do not use its Vorbis name.
const USER_TEXTS: &[(&str, Key)] = &[
    ("MusicBrainz Album Id", Key::MbAlbum),
    ("MusicBrainz Artist Id", Key::MbArtist),
    ("MusicBrainz Album Artist Id", Key::MbAlbumArtist),
    ("MusicBrainz Release Group Id", Key::MbReleaseGroup),
    ("MusicBrainz Release Track Id", Key::MbReleaseTrack),
    ("MusicBrainz Work Id", Key::MbWork),
];

/// What a text frame of v2.3 or v2.4 says.
pub fn key_of(id: &str) -> Option<Key> {
    TEXTS.iter().find(|(of, _)| *of == id).map(|(_, key)| *key)
}

/// Reads an ID3v2 tag.
pub fn v2(tag: &Id3v2Tag) -> Said<'_> {
    let mut said = Said::default();
    for frame in tag {
        match frame {
            Frame::Text(text) if text.id().as_str() == "TCON" => {}
            Frame::Text(text) => {
                if let Some(key) = key_of(text.id().as_str()) {
                    values(&mut said, key, &text.value, text.encoding);
                }
            }
            Frame::Timestamp(time) => {
                if let Some(key) = key_of(time.id().as_str()) {
                    said.add(key, time.timestamp.to_string());
                }
            }
            Frame::UserText(text) => {
                let of = |(name, _): &&(&str, Key)| name.eq_ignore_ascii_case(&text.description);
                let known = USER_TEXTS.iter().find(of).map(|(_, key)| *key);
                // A rating in TXXX is on nobody knows what scale.
                let key = known.or_else(|| Key::of(&text.description));
                if let Some(key) = key.filter(|key| *key != Key::Rating) {
                    values(&mut said, key, &text.content, text.encoding);
                }
            }
            Frame::UniqueFileIdentifier(id) if id.owner == MUSICBRAINZ => {
                said.add(
                    Key::MbRecording,
                    String::from_utf8_lossy(&id.identifier).into_owned(),
                );
            }
            Frame::Popularimeter(popular) => popularity(&mut said, popular),
            Frame::RelativeVolumeAdjustment(volume) => gain(&mut said, volume),
            Frame::KeyValue(pairs) => {
                for (role, name) in pairs.key_value_pairs.iter() {
                    let role = role.trim();
                    let with_role = if role.is_empty() {
                        name.to_string()
                    } else {
                        format!("{name} ({role})")
                    };
                    said.add(Key::Performer, with_role);
                }
            }
            Frame::Chapter(chapter) => said.add_chapter(chapter_of(chapter)),
            _ => {}
        }
    }
    genres(&mut said, tag);
    said
}

/// Its times are in ms (id3.org/id3v2-chapters-1.0).
fn chapter_of(frame: &ChapterFrame) -> Chapter {
    let title = frame.children.get_text(&FrameId::Valid("TIT2".into()));
    Chapter {
        start_ns: u64::from(frame.times.start) * 1_000_000,
        title: title.unwrap_or_default().to_owned(),
    }
}

fn values<'a>(said: &mut Said<'a>, key: Key, text: &'a str, encoding: TextEncoding) {
    for value in text.split(VALUE_MARK) {
        if encoding == TextEncoding::Latin1 {
            said.add_old(key, value);
        } else {
            said.add(key, value);
        }
    }
}

fn genres<'a>(said: &mut Said<'a>, tag: &'a Id3v2Tag) {
    let encoding = tag.into_iter().find_map(|frame| match frame {
        Frame::Text(text) if text.id().as_str() == "TCON" => Some(text.encoding),
        _ => None,
    });
    for genre in tag.genres().into_iter().flatten() {
        values(
            said,
            Key::Genre,
            genre,
            encoding.unwrap_or(TextEncoding::UTF8),
        );
    }
}

fn popularity(said: &mut Said, popular: &PopularimeterFrame) {
    let is_linear = popular.email.starts_with("quodlibet@");
    if let Some(halves) = half_stars(popular.rating, is_linear) {
        said.add(Key::Rating, halves.to_string());
    }
    if popular.counter > 0 {
        said.add(Key::PlayCount, popular.counter.to_string());
    }
}

/// 0 is unknown. Players agree on the whole stars within these ranges, some write halves as single values between
/// them (en.wikipedia.org/wiki/ID3#ID3v2_rating_tag_issue, and what MediaMonkey and MusicBee write); Quod Libet counts
/// evenly.
fn half_stars(rating: u8, is_linear: bool) -> Option<u8> {
    if is_linear {
        return Some(((u16::from(rating) * 10 + 127) / 255) as u8).filter(|halves| *halves > 0);
    }
    Some(match rating {
        0 => return None,
        13 => 1,
        54 => 3,
        118 => 5,
        186 => 7,
        242 => 9,
        1..=31 => 2,
        32..=95 => 4,
        96..=159 => 6,
        160..=223 => 8,
        224..=255 => 10,
    })
}

/// RVA2 is where gains stood before ReplayGain had names of its own.
fn gain(said: &mut Said, volume: &RelativeVolumeAdjustmentFrame) {
    let keys = match volume.identification.to_ascii_lowercase().as_str() {
        "album" => (Key::AlbumGain, Key::AlbumPeak),
        "track" | "" => (Key::TrackGain, Key::TrackPeak),
        _ => return,
    };
    let Some(master) = volume.channels.get(&ChannelType::MasterVolume) else {
        return;
    };
    said.add(
        keys.0,
        (f32::from(master.volume_adjustment) / RVA2_STEPS).to_string(),
    );
    if let Some(bytes) = &master.peak_volume
        && let Some(peak) = peak(bytes, master.bits_representing_peak)
    {
        said.add(keys.1, peak.to_string());
    }
}

/// A peak of so many bits, where half of their range is full scale.
fn peak(bytes: &[u8], bits: u8) -> Option<f64> {
    let bits = i32::from(bits);
    if bits == 0 || bytes.is_empty() || bytes.len() > 8 {
        return None;
    }
    let value = bytes
        .iter()
        .fold(0u64, |value, byte| value << 8 | u64::from(*byte));
    let spare = bytes.len() as i32 * 8 - bits;
    Some(value as f64 / 2f64.powi(spare.max(0)) / 2f64.powi(bits - 1)).filter(|peak| *peak > 0.0)
}

/// Reads an ID3v1 tag. Its charset is whatever the tagger's system had.
pub fn v1(tag: &Id3v1Tag) -> Said<'_> {
    let mut said = Said::default();
    for (key, text) in [
        (Key::Title, &tag.title),
        (Key::Artist, &tag.artist),
        (Key::Album, &tag.album),
    ] {
        if let Some(text) = text {
            said.add_old(key, text.as_str());
        }
    }
    if let Some(year) = tag.year {
        said.add(Key::Year, year.to_string());
    }
    if let Some(track) = tag.track_number {
        said.add(Key::Track, track.to_string());
    }
    let genre = tag.genre.and_then(|genre| GENRES.get(usize::from(genre)));
    if let Some(genre) = genre {
        said.add(Key::Genre, *genre);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_as_other_players_write_them() {
        for (byte, halves) in [
            (0, None),
            (1, Some(2)),
            (64, Some(4)),
            (118, Some(5)),
            (128, Some(6)),
            (196, Some(8)),
            (255, Some(10)),
        ] {
            assert_eq!(half_stars(byte, false), halves, "{byte}");
        }
        assert_eq!(half_stars(191, true), Some(7));
        assert_eq!(half_stars(0, true), None);
    }

    #[test]
    fn a_peak_of_16_bits() {
        assert_eq!(peak(&[0x80, 0], 16), Some(1.0));
        assert_eq!(peak(&[0x40, 0], 16), Some(0.5));
        assert_eq!(peak(&[], 16), None);
        assert_eq!(peak(&[1; 9], 72), None);
    }
}
