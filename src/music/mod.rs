//! The words that every room speaks. Plain data: nothing here opens a file, asks a database or knows a clock.

mod album;
mod blocks;
mod checked;
pub mod date;
mod equaliser;
mod field;
mod fold;
mod he_aac;
mod key;
mod length;
mod long;
mod loudness;
mod mpeg;
mod origin;
mod outage;
mod place;
mod playable;
mod printable;
mod rating;
mod song;
mod speed;
mod tags;
mod typed;
mod wanted;

pub use album::same_album;
pub use blocks::Blocks;
pub use checked::{Checked, Damage, DamageKind, Heard};
pub use equaliser::{
    Band, Equaliser, EqualiserError, Equalising, MAX_BANDS, MAX_EQUALISER_BYTES, Shape,
    TEN_BANDS_HZ,
};
pub use field::Field;
pub use fold::{fold, index_text, is_word, phrase, romanise, words};
pub use he_aac::{MOST_HALF_RATE, TELLING_PACKETS, is_half};
pub use key::AudioKey;
pub use length::{clock, spoken_hours};
pub use long::{USUAL_LONG_MS, is_long};
pub use loudness::{
    Applied, Gain, Level, Levelling, Loudness, Measured, REFERENCE_LUFS, Reach,
    SAMPLE_PEAK_MARGIN_DB, Source, UNKNOWN_DB,
};
pub use mpeg::{MpegBytes, MpegFrame, MpegLength, MpegStep, MpegWalk, mpeg_length};
pub use origin::{MAX_ORIGIN_BYTES, Origin};
pub use outage::{Outage, Response};
pub use place::{Place, PlaceError, RelPath, Root, Uri, part_name, stem};
pub use playable::{FFMPEG_PACKAGE, Playing};
pub use printable::Printable;
pub use rating::Rating;
pub use song::{Codec, EntryId, Format, Song, SongId, Span};
pub use speed::Speed;
pub use tags::{ReplayGain, Tags};
pub use typed::Typed;
pub use wanted::{Grade, Miss, Rung, Verdict, Wanted};
