//! How loud a song is played: which gain, where it comes from, and how far its peak lets it go. Pure: it reads no tag,
//! measures nothing and never touches a sample.
//!
//! Everything aims at −18 LUFS, the reference of ReplayGain 2. Clipping is prevented by holding the gain back as a
//! whole: there is no limiter, so the sound of a song is never changed, only its level.

use super::ReplayGain;

/// The loudness that gains lead to (ReplayGain 2.0, "Reference level").
pub const REFERENCE_LUFS: f32 = -18.0;

/// Played with where nobody knows how loud a song is. It brings a master of −10 LUFS, as loud ones are, to the reference:
/// most songs come out somewhat below their neighbours then, and hardly one startles.
pub const UNKNOWN_DB: f32 = -8.0;

/// Kept free above a peak that was read from samples: between its samples a wave goes higher, in loud masters by a few
/// tenths of a dB, seldom by more than this (ITU-R BS.1770, annex 2).
pub const SAMPLE_PEAK_MARGIN_DB: f32 = 1.0;

/// Gains beyond these are a slip in a tag or in an option.
const GAIN_DB: std::ops::RangeInclusive<f32> = -60.0..=24.0;

/// What samples are multiplied with, as everybody before the engine has decided.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gain {
    /// 0: the samples stay as they are.
    pub db: f32,
}

impl Gain {
    /// The factor for samples; exactly 1 for 0 dB, and for what is no number.
    pub fn factor(self) -> f32 {
        if self.db == 0.0 || !self.db.is_finite() {
            return 1.0;
        }
        10_f32.powf(self.db.clamp(*GAIN_DB.start(), *GAIN_DB.end()) / 20.0)
    }
}

/// Which gains are applied.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loudness {
    /// None: samples stay as they are.
    Off,
    /// Each song's own.
    Track,
    /// The album's, so that its songs keep their balance; a song's own where there is none.
    Album,
    /// The album's among songs of one album, else the song's own.
    #[default]
    Auto,
}

/// How loud something is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Integrated loudness (ITU-R BS.1770); `None`: silence, or shorter than the 400 ms that are needed.
    pub lufs: Option<f32>,
    /// The largest value of the wave, between samples too; 1.0 is full scale.
    pub true_peak: f32,
}

impl Level {
    /// The gain to the reference.
    pub fn gain_db(&self) -> Option<f32> {
        self.lufs.map(|lufs| REFERENCE_LUFS - lufs)
    }
}

/// What was measured of a song.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The song alone.
    pub track: Level,
    /// All songs of its album together.
    pub album: Option<Level>,
}

/// Whose loudness a gain is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The song's.
    Track,
    /// Its album's.
    Album,
}

/// Where a gain comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The file's tags.
    Tags,
    /// `verify` has measured it.
    Measured,
    /// Nobody knows how loud the song is: [`UNKNOWN_DB`].
    Default,
}

impl Source {
    /// The word for it in `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Measured => "measured",
            Self::Default => "default",
        }
    }
}

impl Reach {
    /// The word for it in `--json`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Album => "album",
        }
    }
}

/// A gain and its story.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Applied {
    /// What is done.
    pub gain: Gain,
    /// Where it comes from.
    pub source: Source,
    /// Whose loudness it is about.
    pub reach: Reach,
    /// Whether the peak holds it back.
    pub held_back: bool,
}

/// How songs are levelled.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Levelling {
    /// Which gains are applied.
    pub how: Loudness,
    /// Added to every one of them, in dB.
    pub preamp_db: f32,
}

impl Levelling {
    /// The gain of a song. `in_album`: a song beside it in the order of playing is of the same album. `None`: samples
    /// stay as they are.
    pub fn of(
        self,
        tags: &ReplayGain,
        measured: Option<&Measured>,
        in_album: bool,
    ) -> Option<Applied> {
        let reach = match self.how {
            Loudness::Off => return None,
            Loudness::Track => Reach::Track,
            Loudness::Album => Reach::Album,
            Loudness::Auto if in_album => Reach::Album,
            Loudness::Auto => Reach::Track,
        };
        let (stated_db, source, reach) = stated(reach, tags, measured);
        let preamp_db = if self.preamp_db.is_finite() {
            self.preamp_db
        } else {
            0.0
        };
        let wanted_db = (stated_db + preamp_db).clamp(*GAIN_DB.start(), *GAIN_DB.end());
        let most_db = most(reach, tags, measured);
        Some(Applied {
            gain: Gain {
                db: wanted_db.min(most_db),
            },
            source,
            reach,
            held_back: most_db < wanted_db,
        })
    }
}

/// Of tags and measurement the tags, of the wanted reach and the other one the wanted.
fn stated(reach: Reach, tags: &ReplayGain, measured: Option<&Measured>) -> (f32, Source, Reach) {
    let of = |reach| {
        let tag = match reach {
            Reach::Track => tags.track_db,
            Reach::Album => tags.album_db,
        };
        let level = measured.and_then(|measured| match reach {
            Reach::Track => Some(measured.track),
            Reach::Album => measured.album,
        });
        let tag = tag.filter(|db| db.is_finite());
        tag.map(|db| (db, Source::Tags, reach))
            .or_else(|| Some((level?.gain_db()?, Source::Measured, reach)))
    };
    let other = match reach {
        Reach::Track => Reach::Album,
        Reach::Album => Reach::Track,
    };
    of(reach)
        .or_else(|| of(other))
        .unwrap_or((UNKNOWN_DB, Source::Default, reach))
}

/// The highest gain that the peak allows. A true peak may reach full scale. A peak of samples alone lets a song be lifted
/// to [`SAMPLE_PEAK_MARGIN_DB`] below it, or stay as it was made. A song whose peak nobody knows is not lifted at all.
fn most(reach: Reach, tags: &ReplayGain, measured: Option<&Measured>) -> f32 {
    let album = (reach == Reach::Album).then_some(());
    let usable = |peak: &f32| peak.is_finite() && *peak > 0.0;
    let true_peak = album
        .and_then(|()| measured?.album)
        .map(|album| album.true_peak);
    let sample_peak = album.and(tags.album_peak).filter(usable);
    let own_true_peak = measured.map(|measured| measured.track.true_peak);
    if let Some(peak) = true_peak.filter(usable) {
        return 0.0 - decibels(peak);
    }
    if let (None, Some(peak)) = (sample_peak, own_true_peak.filter(usable)) {
        return 0.0 - decibels(peak);
    }
    match sample_peak.or(tags.track_peak.filter(usable)) {
        Some(peak) => {
            let room = 0.0 - decibels(peak);
            (room - SAMPLE_PEAK_MARGIN_DB).max(room.min(0.0))
        }
        // What is silent may be lifted as much as one likes.
        None if own_true_peak == Some(0.0) => *GAIN_DB.end(),
        None => 0.0,
    }
}

/// 1.0 is 0 dB.
fn decibels(peak: f32) -> f32 {
    20.0 * peak.log10()
}

#[cfg(test)]
mod tests;
