//! The readers of other players' files, on small ones as the players write them: the seeds of the fuzz target.

use super::*;

/// A seed, without the byte that tells the fuzz target what it is.
fn seed(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/adopt/");
    std::fs::read(format!("{folder}{name}")).unwrap()[1..].to_vec()
}

fn paths(song: &Marked) -> Vec<&[u8]> {
    song.paths.iter().map(Vec::as_slice).collect()
}

#[test]
fn quod_libet_s_songs_are_read_in_two_protocols() {
    for name in ["quodlibet", "quodlibet_4"] {
        let all = quodlibet::read_songs(&seed(name)).unwrap();
        assert_eq!(
            (all.known, all.songs.len(), all.unreadable),
            (3, 2, 0),
            "{name}"
        );
        let first = &all.songs[0];
        assert_eq!(first.wanted.title, "First Light");
        assert_eq!(first.wanted.artists, ["The Example Band", "A Guest"]);
        assert_eq!(first.wanted.length_ms, Some(4_000));
        assert_eq!(paths(first), [b"/music/a.flac"]);
        let marks = Marks {
            rating: Some(Rating::from_halves(8)),
            plays: 7,
            skips: 2,
            played_at_ms: Some(1_700_000_000_000),
            added_at_ms: Some(1_600_000_000_000),
            ..Marks::default()
        };
        assert_eq!(first.marks, marks);
    }
}

/// A program in a pickle is no program here: `os.system("true")`.
#[test]
fn a_pickle_that_would_run_something_makes_nothing() {
    let bytes = b"\x80\x02cos\nsystem\nX\x04\0\0\0true\x85R.";
    assert_eq!(quodlibet::read_songs(bytes).unwrap(), Adoptable::default());
    let other = b"\x80\x02P1\n.";
    assert_eq!(
        quodlibet::read_songs(other),
        Err(PickleError::Instruction(b'P'))
    );
}

#[test]
fn a_pickle_of_nothing_but_itself_ends() {
    // A list in itself, and tuples as deep as the file is long.
    let bytes = b"\x80\x02]q\0h\0a.";
    assert_eq!(quodlibet::read_songs(bytes).unwrap().unreadable, 1);
    let mut deep = b"\x80\x02]".to_vec();
    deep.extend(std::iter::repeat_n(0x85, 1_000_000));
    deep.push(b'.');
    assert_eq!(quodlibet::read_songs(&deep).unwrap().known, 1);
    deep.pop();
    assert_eq!(quodlibet::read_songs(&deep), Err(PickleError::Cut));
}

#[test]
fn cmus_counts_plays() {
    let all = cmus::read_cache(&seed("cmus")).unwrap();
    assert_eq!((all.known, all.songs.len(), all.ends_early), (2, 1, false));
    assert_eq!(
        all.songs[0].wanted.label(),
        "The Example Band – First Light"
    );
    assert_eq!(all.songs[0].marks.plays, 3);
    let mut cut = seed("cmus");
    cut.pop();
    assert!(cmus::read_cache(&cut).unwrap().ends_early);
    cut[3] = 0x0c;
    assert_eq!(cmus::read_cache(&cut), None);
}

#[test]
fn rhythmbox_keeps_songs_stations_and_lists() {
    let mut all = Adoptable::default();
    assert!(rhythmbox::is_songs(&seed("rhythmdb")) && !rhythmbox::is_songs(&seed("playlists")));
    rhythmbox::read_songs(&seed("rhythmdb"), &mut all);
    rhythmbox::read_lists(&seed("playlists"), &mut all);
    assert_eq!((all.known, all.songs.len(), all.unreadable), (2, 1, 0));
    assert!(!all.ends_early);
    let song = &all.songs[0];
    assert_eq!(song.wanted.title, "First Light & Last");
    assert!(paths(song).contains(&b"/music/a b.flac".as_slice()));
    assert_eq!(
        (song.marks.plays, song.marks.rating.unwrap().halves()),
        (7, 6)
    );
    assert_eq!(song.marks.added_at_ms, Some(1_600_000_000_000));
    assert_eq!(all.lists.len(), 1);
    assert_eq!(
        (all.lists[0].name.as_str(), all.lists[0].rows.len()),
        ("Evening & night", 2)
    );
    let cut = &seed("rhythmdb")[..600];
    rhythmbox::read_songs(cut, &mut all);
    assert!(all.ends_early);
}

#[test]
fn mpd_s_settings_and_queue() {
    let conf = mpd::Conf::read(&String::from_utf8(seed("mpd_conf")).unwrap());
    assert_eq!(conf.music.as_deref(), Some("/music"));
    assert_eq!(conf.state.as_deref(), Some("~/.mpd/with \"quotes\""));
    let queue = mpd::queue(&seed("mpd_state")).unwrap();
    let rows: Vec<_> = queue
        .rows
        .iter()
        .map(|row| row.paths[0].as_slice())
        .collect();
    assert_eq!(
        rows,
        [
            b"Example/First/01.flac".as_slice(),
            b"Example/First/02.flac"
        ]
    );
    assert_eq!(mpd::queue(b"playlist_begin\nplaylist_end\n"), None);
}

#[test]
fn stars_of_every_scale() {
    let halves = |value, most| stars(value, most).map(Rating::halves);
    assert_eq!(halves(0.8, 1.0), Some(8));
    assert_eq!(halves(3.0, 5.0), Some(6));
    assert_eq!(halves(100.0, 100.0), Some(10));
    for (value, most) in [
        (0.0, 5.0),
        (-1.0, 1.0),
        (6.0, 5.0),
        (f64::NAN, 1.0),
        (0.01, 1.0),
    ] {
        assert_eq!(halves(value, most), None, "{value}");
    }
}
