//! Every gain and its story.

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
