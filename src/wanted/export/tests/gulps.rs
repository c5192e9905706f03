//! What files of one gulp tell of each other.

use super::fixtures::*;
use super::*;
use crate::wanted::export::NotTaken;
use crate::wanted::export::limits::MAX_LISTS;

fn many(files: &[(&str, &str)]) -> (All, Vec<FileReport>) {
    let files: Vec<_> = files
        .iter()
        .map(|(name, text)| (*name, text.as_bytes()))
        .collect();
    gulp(&files, Limits::default(), None)
}

#[test]
fn videos_get_their_names_from_library_and_history_in_any_order() {
    let mut files = [
        ("t/Road_ Trip_-vídeos.csv", TAKEOUT_PLAYLIST),
        ("t/playlists.csv", TAKEOUT_TITLES),
        ("t/songs.csv", TAKEOUT_SONGS),
        ("t/watch-history.html", WATCH_HISTORY),
    ];
    for _ in 0..files.len() {
        files.rotate_left(1);
        let (all, reports) = many(&files);
        let lists = told_lists(&all);
        let playlist = lists
            .iter()
            .find(|list| list.starts_with("playlist"))
            .unwrap();
        let first = "The Example Band+Guest Singer|First Light|Sample Days||.||youtube:-ExampleId1";
        assert_eq!(
            *playlist,
            format!(
                "playlist youtube/PLexampleexample02 \"Road: Trip?\": {first} @1710663262; \
                 The Example Band|Third & Last|||.||youtube:ExampleId_3 @1710663262; \
                 ||||.||youtube:ExampleId_4 @1710663262; {first} @1710749662"
            )
        );
        let report = reports
            .iter()
            .find(|report| report.format == Some(Format::TakeoutPlaylist));
        assert_eq!(report.unwrap().counts.id_only, 1);
        let known: Vec<_> = all.known.iter().map(|known| told(&known.wanted)).collect();
        assert_eq!(
            known,
            ["The Example Band|Third & Last|||.||youtube:ExampleId_3"]
        );
    }
}

#[test]
fn what_was_watched_and_is_no_music_names_rows_and_nothing_else() {
    let row = "Video ID,Time\nSECRET_cook,2024-03-17T08:14:22+00:00\n";
    for history in [WATCH_HISTORY, WATCH_HISTORY_JSON] {
        let (all, _) = many(&[("h", history), ("Mix-videos.csv", row)]);
        assert!(
            all.known
                .iter()
                .all(|known| !told(&known.wanted).contains("SECRET"))
        );
        assert!(
            all.heard
                .iter()
                .all(|heard| !told(&heard.wanted).contains("SECRET"))
        );
        assert!(
            told_lists(&all)[0].starts_with("playlist youtube/ \"Mix\": SECRET"),
            "{:?}",
            told_lists(&all)
        );
    }
    let (all, _) = many(&[("h", WATCH_HISTORY_JSON)]);
    assert_eq!(
        told_heard(&all),
        ["1710663262  youtube: The Example Band|Third|||.||youtube:ExampleId_3"]
    );
}

#[test]
fn a_takeout_of_old_has_its_title_above_its_songs() {
    let (all, _) = many(&[("old.csv", TAKEOUT_OLD)]);
    assert_eq!(
        told_lists(&all),
        [
            "playlist youtube/PLexampleexample01 \"Road Trip\": ||||.||youtube:-ExampleId1 @1577923200"
        ]
    );
    assert_eq!(all.lists[0].description, "For the car");
}

#[test]
fn playlists_of_apple_get_their_songs_by_number() {
    for files in [
        [("p", APPLE_PLAYLISTS), ("t", APPLE_TRACKS)],
        [("t", APPLE_TRACKS), ("p", APPLE_PLAYLISTS)],
    ] {
        let (all, reports) = many(&files);
        let playlist = all
            .lists
            .iter()
            .find(|list| list.name == "Road Trip")
            .unwrap();
        assert_eq!(playlist.id, "900");
        let rows: Vec<_> = playlist.rows.iter().map(told_row).collect();
        assert_eq!(
            rows,
            [
                "The Example Band|First Light (feat. Guest Singer)|Sample Days|215346|1.2||apple-library:100000001 apple:1000000001",
                "||||.||apple-library:100000009",
            ]
        );
        let report = reports
            .iter()
            .find(|report| report.format == Some(Format::ApplePlaylists));
        let counts = report.unwrap().counts;
        assert_eq!((counts.tracks, counts.other, counts.id_only), (2, 1, 1));
    }
}

#[test]
fn the_same_file_twice_is_taken_once() {
    let (all, reports) = many(&[
        ("a/Playlist1.json", SPOTIFY_PLAYLISTS),
        ("b/Playlist1.json", SPOTIFY_PLAYLISTS),
    ]);
    assert_eq!(all.lists.len(), 3);
    assert_eq!(
        reports[1].refused,
        Some(NotTaken::SameAs("a/Playlist1.json".to_owned()))
    );
    // Two playlists of the same songs are two.
    let (all, _) = many(&[("a.csv", ROON), ("b.csv", ROON)]);
    assert_eq!(all.lists.len(), 2);
}

#[test]
fn two_lists_of_a_name_stay_two_and_pages_of_one_are_one() {
    let (all, _) = many(&[("1/mix.csv", ROON), ("2/mix.csv", SOUNDIIZ)]);
    let names: Vec<_> = all.lists.iter().map(|list| list.name.as_str()).collect();
    assert_eq!(names, ["mix", "mix (2)"]);
    let second = SPOTIFY_API.replace("offset=0", "offset=100");
    let (all, _) = many(&[("1.json", SPOTIFY_API), ("2.json", &second)]);
    let ids: Vec<_> = all.lists.iter().map(|list| list.id.as_str()).collect();
    assert_eq!(ids, ["7ExampleExampleExample"; 2]);
}

#[test]
fn what_a_person_states_goes_before_what_it_looks_like() {
    let stated = |text: &str, format| {
        let (all, reports) = gulp(&[("x", text.as_bytes())], Limits::default(), Some(format));
        (told_lists(&all), reports[0].refused.clone())
    };
    assert_eq!(
        stated(ROON, Format::Csv).0,
        ["playlist / \"x\": The Example Band|First Light|Sample Days||.|USEX10300036|"]
    );
    assert_eq!(
        stated("A - B\nno names", Format::Lines).0,
        ["playlist / \"x\": A|B|||.||; |no names|||.||"]
    );
    assert_eq!(
        stated(LINES, Format::TuneMyMusic).1,
        Some(NotTaken::NotAs(Format::TuneMyMusic))
    );
    for format in Format::all() {
        for (_, text, _) in ALL {
            let (_, reports) = gulp(&[("x", text.as_bytes())], Limits::default(), Some(format));
            let report = &reports[0];
            assert!(
                report.refused.is_some() || report.format == Some(format),
                "{format:?}"
            );
        }
    }
}

#[test]
fn a_long_list_comes_in_parts() {
    let rows = 25_000;
    let text: String = std::iter::once("title,artist\n".to_owned())
        .chain((0..rows).map(|row| format!("T{row},A\n")))
        .collect();
    let (all, report) = read("x.csv", text.as_bytes());
    assert!(all.lists.len() > 1 && all.lists.iter().all(|list| list.name == "x"));
    let titles = all
        .lists
        .iter()
        .flat_map(|list| &list.rows)
        .map(|row| row.wanted.title.clone());
    assert!(titles.eq((0..rows).map(|row| format!("T{row}"))));
    assert_eq!((report.counts.rows(), report.counts.lists), (rows, 1));
}

#[test]
fn lists_past_the_limit_are_told_and_mixed_with_no_other() {
    let header = "Track name,Artist name,Album,Playlist name,Type,ISRC,Spotify - id\n";
    let rows = (0..MAX_LISTS + 5).map(|list| format!("T,A,L,List {list},Playlist,,\n"));
    let text = header.to_owned() + &rows.collect::<String>();
    let (all, report) = read("x.csv", text.as_bytes());
    assert_eq!((all.lists.len(), report.counts.unreadable), (MAX_LISTS, 5));
    assert!(all.lists.iter().all(|list| list.rows.len() == 1));
}
