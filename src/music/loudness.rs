//! How loud a song is played: which gain, where it comes from, and how far its peak lets it go. Pure: it reads no tag,
//! measures nothing and never touches a sample.
//!
//! Everything aims at −18 LUFS, the reference of ReplayGain 2. Clipping is prevented by holding the gain back as a
//! whole: there is no limiter, so the sound of a song is never changed, only its level.

use super::{ReplayGain, Song, fold};

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

/// Whether two songs are of one album: the same album by the same album artist. Songs that name no album artist must lie
/// in one folder or be by the same artist.
pub fn same_album(a: &Song, b: &Song) -> bool {
    if a.tags.album.is_empty() || fold(&a.tags.album) != fold(&b.tags.album) {
        return false;
    }
    if a.place == b.place {
        return true;
    }
    let (of_a, of_b) = (&a.tags.album_artists, &b.tags.album_artists);
    if !of_a.is_empty() || !of_b.is_empty() {
        return fold(&of_a.join(", ")) == fold(&of_b.join(", "));
    }
    let folder = |song: &Song| {
        let path = song.place.path.as_bytes();
        let end = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        (song.place.root.name.clone(), path[..end].to_vec())
    };
    folder(a) == folder(b) || fold(&a.tags.artist()) == fold(&b.tags.artist())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(
        track_db: Option<f32>,
        track_peak: Option<f32>,
        album_db: Option<f32>,
        album_peak: Option<f32>,
    ) -> ReplayGain {
        ReplayGain {
            track_db,
            track_peak,
            album_db,
            album_peak,
        }
    }

    fn measured(lufs: f32, peak: f32, album: Option<(f32, f32)>) -> Measured {
        let level = |(lufs, true_peak)| Level {
            lufs: Some(lufs),
            true_peak,
        };
        Measured {
            track: level((lufs, peak)),
            album: album.map(level),
        }
    }

    #[track_caller]
    fn is(
        how: Loudness,
        tags: ReplayGain,
        measured: Option<Measured>,
        in_album: bool,
        expected: (f32, Source, Reach, bool),
    ) {
        let levelling = Levelling {
            how,
            preamp_db: 0.0,
        };
        let applied = levelling.of(&tags, measured.as_ref(), in_album).unwrap();
        let (db, source, reach, held_back) = expected;
        assert!((applied.gain.db - db).abs() < 0.01, "{applied:?}");
        assert_eq!(
            (applied.source, applied.reach, applied.held_back),
            (source, reach, held_back),
            "{applied:?}"
        );
    }

    #[test]
    fn every_mode_takes_the_gain_that_it_is_about() {
        use Loudness::*;
        let both = tags(Some(-3.0), Some(1.0), Some(-5.0), Some(0.9));
        for (how, in_album, db, reach) in [
            (Track, true, -3.0, Reach::Track),
            (Album, false, -5.0, Reach::Album),
            (Auto, false, -3.0, Reach::Track),
            (Auto, true, -5.0, Reach::Album),
        ] {
            is(how, both, None, in_album, (db, Source::Tags, reach, false));
        }
        assert_eq!(
            Levelling {
                how: Off,
                preamp_db: 6.0
            }
            .of(&both, None, true),
            None
        );
        let track = tags(Some(-3.0), None, None, None);
        is(
            Album,
            track,
            None,
            true,
            (-3.0, Source::Tags, Reach::Track, false),
        );
        let album = tags(None, None, Some(-5.0), None);
        is(
            Track,
            album,
            None,
            true,
            (-5.0, Source::Tags, Reach::Album, false),
        );
    }

    #[test]
    fn tags_go_before_what_was_measured_and_a_guess_comes_last() {
        use Loudness::*;
        let none = ReplayGain::default();
        let some = measured(-10.0, 0.5, Some((-12.0, 0.9)));
        is(
            Track,
            none,
            Some(some),
            true,
            (-8.0, Source::Measured, Reach::Track, false),
        );
        is(
            Auto,
            none,
            Some(some),
            true,
            (-6.0, Source::Measured, Reach::Album, false),
        );
        let track = tags(Some(-3.0), None, None, None);
        is(
            Auto,
            track,
            Some(some),
            true,
            (-6.0, Source::Measured, Reach::Album, false),
        );
        is(
            Auto,
            track,
            Some(some),
            false,
            (-3.0, Source::Tags, Reach::Track, false),
        );
        is(
            Auto,
            none,
            None,
            true,
            (UNKNOWN_DB, Source::Default, Reach::Album, false),
        );
        let silent = Measured {
            track: Level {
                lufs: None,
                true_peak: 0.0,
            },
            album: None,
        };
        is(
            Auto,
            none,
            Some(silent),
            false,
            (UNKNOWN_DB, Source::Default, Reach::Track, false),
        );
        let odd = tags(Some(f32::NAN), None, None, None);
        is(
            Track,
            odd,
            None,
            false,
            (UNKNOWN_DB, Source::Default, Reach::Track, false),
        );
    }

    #[test]
    fn the_peak_holds_a_gain_back() {
        let stated = |peak| tags(Some(12.0), peak, None, None);
        let held = |db| (db, Source::Tags, Reach::Track, true);
        // A true peak may reach full scale, a peak of samples stays a margin below it.
        let true_peak = measured(-30.0, 0.5, None);
        is(
            Loudness::Track,
            stated(Some(0.9)),
            Some(true_peak),
            false,
            held(6.02),
        );
        is(Loudness::Track, stated(Some(0.5)), None, false, held(5.02));
        // Near full scale the song stays as it was made.
        is(Loudness::Track, stated(Some(0.95)), None, false, held(0.0));
        is(Loudness::Track, stated(Some(1.0)), None, false, held(0.0));
        // What is known to be beyond it comes down.
        is(
            Loudness::Track,
            stated(Some(1.26)),
            None,
            false,
            held(-2.01),
        );
        is(
            Loudness::Track,
            stated(Some(0.9)),
            Some(measured(-30.0, 1.26, None)),
            false,
            held(-2.01),
        );
        // Nobody knows.
        is(Loudness::Track, stated(None), None, false, held(0.0));
        is(
            Loudness::Track,
            stated(Some(f32::NAN)),
            None,
            false,
            held(0.0),
        );
    }

    #[test]
    fn an_album_is_held_back_as_one() {
        let quiet = tags(Some(12.0), Some(0.1), Some(9.0), Some(0.5));
        let held = |db| (db, Source::Tags, Reach::Album, true);
        is(Loudness::Album, quiet, None, true, held(5.02));
        is(
            Loudness::Album,
            quiet,
            Some(measured(-30.0, 0.1, Some((-27.0, 0.5)))),
            true,
            held(6.02),
        );
        is(
            Loudness::Album,
            quiet,
            Some(measured(-30.0, 0.1, None)),
            true,
            held(5.02),
        );
    }

    #[test]
    fn the_preamp_is_added_and_held_back_too() {
        let levelling = |preamp_db| Levelling {
            how: Loudness::Track,
            preamp_db,
        };
        let song = tags(Some(-6.0), Some(0.5), None, None);
        let db = |preamp| levelling(preamp).of(&song, None, false).unwrap().gain.db;
        assert_eq!(db(3.0), -3.0);
        assert!((db(20.0) - 5.02).abs() < 0.01);
        assert_eq!(db(f32::NAN), -6.0);
        assert_eq!(db(-1e9), -60.0);
    }

    #[test]
    fn no_gain_is_exactly_one() {
        assert_eq!(Gain::default().factor(), 1.0);
        assert_eq!(Gain { db: f32::NAN }.factor(), 1.0);
        assert!((Gain { db: -6.0206 }.factor() - 0.5).abs() < 1e-4);
        assert!(Gain { db: 900.0 }.factor() < 16.0);
    }

    #[test]
    fn one_album_or_two() {
        let song = |file: &str, album: &str, artist: &str, of: &str| {
            let mut song = Song::at(file);
            song.tags.album = album.into();
            song.tags.artists = vec![artist.into()];
            song.tags.album_artists = Some(of)
                .filter(|of| !of.is_empty())
                .map(str::to_owned)
                .into_iter()
                .collect();
            song
        };
        let first = song("/m/a/1", "Blue", "Joni", "");
        for (other, same) in [
            (song("/m/a/2", "blue", "Someone", ""), true),
            (song("/m/b/2", "Blue", "JONI", ""), true),
            (song("/m/b/2", "Blue", "Someone", ""), false),
            (song("/m/a/2", "Blue", "Joni", "Various"), false),
            (song("/m/a/2", "", "Joni", ""), false),
        ] {
            assert_eq!(same_album(&first, &other), same, "{other:?}");
        }
        let nameless = song("/m/a/1", "", "Joni", "");
        assert!(!same_album(&nameless, &song("/m/a/2", "", "Joni", "")));
    }

    proptest::proptest! {
        #[test]
        fn no_song_is_lifted_beyond_full_scale(
            db in proptest::option::of(-70.0..70.0_f32), peak in proptest::option::of(0.001..4.0_f32),
            album_db in proptest::option::of(-70.0..70.0_f32), album_peak in proptest::option::of(0.001..4.0_f32),
            preamp_db in -40.0..40.0_f32, in_album: bool, how in 0..3_u8,
        ) {
            let how = [Loudness::Track, Loudness::Album, Loudness::Auto][usize::from(how)];
            let song = tags(db, peak, album_db, album_peak);
            let applied = Levelling { how, preamp_db }.of(&song, None, in_album).unwrap();
            let peak = match applied.reach {
                Reach::Album => album_peak.or(peak),
                Reach::Track => peak,
            };
            proptest::prop_assert!(applied.gain.factor() * peak.unwrap_or(1.0) <= 1.0001);
        }
    }
}
