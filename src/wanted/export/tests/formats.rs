//! What is read of each format.

use super::fixtures::*;
use super::*;

#[test]
fn each_is_recognised_by_what_stands_in_it() {
    for (_, text, format) in ALL {
        for bytes in crate::wanted::told::dressed(text) {
            let (_, report) = read("x", &bytes);
            // Latin-1 has no letters for some of the texts.
            let is_cut =
                !text.chars().all(|c| c as u32 <= 0xff) && std::str::from_utf8(&bytes).is_err();
            if is_cut && !bytes.starts_with(&[0xff, 0xfe]) && !bytes.starts_with(&[0xfe, 0xff]) {
                continue;
            }
            assert_eq!(
                (report.format, &report.refused),
                (Some(*format), &None),
                "{text}"
            );
            assert!(!report.ends_early, "{text}");
        }
    }
}

#[test]
fn counts_add_up_and_nothing_private_is_taken() {
    for (name, text, _) in ALL {
        let (all, report) = read(name, text.as_bytes());
        let lists: usize = all.lists.iter().map(|list| list.rows.len()).sum();
        assert!(
            report.counts.rows() >= (lists + all.heard.len()) as u64,
            "{name}"
        );
        assert!(report.counts.rows() > 0, "{name}");
        let told = format!("{all:?}{report:?}");
        assert!(!told.contains("SECRET"), "{name}: {told}");
    }
}

/// Rows, tracks, episodes, audiobooks, other, unreadable, with ISRC, length, id, local, id only.
fn counts(report: &FileReport) -> [u64; 11] {
    let all = report.counts;
    [
        all.rows(),
        all.tracks,
        all.episodes,
        all.audiobooks,
        all.other,
        all.unreadable,
        all.with_isrc,
        all.with_length,
        all.with_id,
        all.local,
        all.id_only,
    ]
}

#[test]
fn counts_of_some() {
    for (name, text, right) in [
        (
            "a.json",
            SPOTIFY_PLAYLISTS,
            [8, 4, 1, 1, 1, 1, 0, 1, 2, 1, 0],
        ),
        ("a.json", SPOTIFY_LIBRARY, [8, 2, 1, 0, 4, 1, 0, 0, 2, 0, 0]),
        ("a.json", SPOTIFY_HISTORY, [4, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0]),
        ("a.json", SPOTIFY_API, [4, 2, 1, 0, 1, 0, 1, 2, 1, 1, 0]),
        ("a.csv", TUNE_MY_MUSIC, [6, 4, 0, 0, 2, 0, 2, 0, 1, 0, 0]),
        ("a.csv", CSV, [4, 3, 0, 0, 0, 1, 0, 2, 0, 0, 0]),
        ("a.txt", LINKS, [4, 3, 0, 0, 1, 0, 0, 1, 2, 1, 2]),
        ("a.xml", ITUNES_XML, [9, 5, 1, 0, 2, 1, 0, 2, 2, 2, 0]),
        ("a.csv", TAKEOUT_PLAYLIST, [4, 4, 0, 0, 0, 0, 0, 0, 4, 0, 4]),
        ("a.m3u", M3U, [4, 2, 0, 0, 1, 1, 0, 1, 0, 2, 0]),
    ] {
        let (_, report) = read(name, text.as_bytes());
        assert_eq!(counts(&report), right, "{text}");
    }
}

#[test]
fn spotify_account_data() {
    let (all, _) = read("Playlist1.json", SPOTIFY_PLAYLISTS.as_bytes());
    let first = "The Example Band|First Light|Sample Days||.||spotify:4ExampleExampleExample";
    assert_eq!(
        told_lists(&all),
        [
            format!(
                "playlist spotify/ \"Road Trip\": {first} @1710633600; |Talk|A Show||.||spotify:7e episode @1710720000; \
                 |A Book|||.|| audiobook; The Example Band|Demo||204000|.|| local; {first}"
            ),
            "playlist spotify/ \"Road Trip (2)\": B|Of 2020|C||.||".to_owned(),
            "playlist spotify/ \"Empty\": ".to_owned(),
        ]
    );
    assert_eq!(all.lists[0].description, "For the car");
    assert_eq!(all.lists[0].file, "Playlist1.json");
    let (all, _) = read("YourLibrary.json", SPOTIFY_LIBRARY.as_bytes());
    assert_eq!(told_lists(&all), [format!("liked spotify/ \"\": {first}")]);
    assert_eq!(all.albums[0].title, "Sample Days");
    let Banned::Song(song) = &all.banned[0] else {
        panic!("{:?}", all.banned);
    };
    assert_eq!(told(song), "X|Never|Y||.||spotify:6ExampleExampleExample");
    assert_eq!(all.banned[1], Banned::Artist("Nobody".to_owned()));
}

#[test]
fn spotify_histories() {
    let (all, _) = read("x", SPOTIFY_HISTORY.as_bytes());
    assert_eq!(
        told_heard(&all),
        [
            "1698912840 241730 spotify: The Example Band|First Light|||.||",
            "1698912900 900 spotify: B|Skip|||.||",
            "1698915600 5 spotify: A Show|Talk|||.|| episode",
        ]
    );
    let (all, report) = read("x", SPOTIFY_EXTENDED.as_bytes());
    assert_eq!(
        told_heard(&all),
        [
            "1710663262 241730 spotify: The Example Band|First Light|Sample Days||.||spotify:4ExampleExampleExample skipped",
            "1710666000 5 spotify: |Talk|A Show||.||spotify:7e episode",
        ]
    );
    assert_eq!((report.counts.heard, report.counts.other), (2, 1));
}

#[test]
fn the_web_api_and_spotify_backup() {
    let (all, report) = read("page.json", SPOTIFY_API.as_bytes());
    assert_eq!(
        told_lists(&all),
        ["playlist spotify/7ExampleExampleExample \"page\": \
          The Example Band+Guest Singer|First Light|Sample Days|187223|1.2|USEX10300036|spotify:4ExampleExampleExample @1710663262; \
          The Example Band|Demo||204000|.|| local; |Talk|A Show|5|.||spotify:7e episode"]
    );
    assert_eq!(report.of, Some(250));
    let (all, _) = read("x", SPOTIFY_BACKUP.as_bytes());
    assert_eq!(
        told_lists(&all),
        [
            "liked spotify/ \"Liked Songs\": The Example Band|First Light|Sample Days|187223|.||spotify:4ExampleExampleExample",
            "playlist spotify/8ExampleExampleExample \"Road Trip\": B|Second|||.|USEX10300037|",
        ]
    );
    assert_eq!(all.albums[0].external[0].1, "5ExampleExampleExample");
    let (all, _) = read("x", SPOTIFY_BACKUP_TEXT.as_bytes());
    assert_eq!(
        told_lists(&all),
        [
            "playlist spotify/ \"Road Trip\": The Example Band+Guest Singer|First Light|Sample Days||.||spotify:4ExampleExampleExample; \
             B|A Tab|C||.||spotify:6ExampleExampleExample",
            "liked spotify/ \"Liked Songs\": B|Second|C||.||spotify:7ExampleExampleExample",
        ]
    );
    assert_eq!(all.albums[0].title, "Sample Days");
}

#[test]
fn a_page_that_is_a_whole_playlist() {
    let item =
        r#"{"items":[{"item":{"name":"A","artists":[{"name":"B"}],"duration_ms":5}}],"total":1}"#;
    for key in ["tracks", "items"] {
        let text = format!(r#"{{"name":"Mix","id":"7ExampleExampleExample","{key}":{item}}}"#);
        let (all, report) = read("x", text.as_bytes());
        assert_eq!(
            told_lists(&all),
            ["playlist spotify/7ExampleExampleExample \"Mix\": B|A||5|.||"]
        );
        assert_eq!(report.of, None);
    }
}

#[test]
fn exportify_of_both_kinds() {
    let (all, _) = read("dir/road_trip.csv", EXPORTIFY_DE.as_bytes());
    assert_eq!(
        told_lists(&all),
        ["playlist spotify/ \"road_trip\": \
          Example, Sample & Sons+The Other Band|First Light|Sample Days|187223|1.2|USEX10300036|spotify:4ExampleExampleExample @1710663262; \
          The Example Band|First Light|Demo Tape|204000|.|| local @1710749662; \
          A Show|Talk||5000|.||spotify:7e episode @1710749662"]
    );
    let (all, _) = read("Road_Trip.csv", EXPORTIFY_NET.as_bytes());
    assert_eq!(
        told_lists(&all),
        ["playlist spotify/ \"Road_Trip\": \
          Tyler, The Example+The Other Band|First, \"Light\"|Sample Days|187223|.||spotify:4ExampleExampleExample @1710663262; \
          B|Second||1000|.||spotify:6ExampleExampleExample @1710663262"]
    );
}

#[test]
fn exportify_in_every_era() {
    let uri = "spotify:track:4ExampleExampleExample";
    let id = "4ExampleExampleExample";
    for (header, row, right) in [
        (
            "Spotify URI,Name,Artist Name,Album Name,Added By,Added At",
            format!("{uri},T,\"A, B\",L,u,2015-05-01T00:00:00Z"),
            "A+B|T|L||.|",
        ),
        (
            "Spotify URI,Track Name,Artist Name,Album Name,Disc Number,Track Number,Track Duration (ms),Added By,Added At",
            format!("{uri},T,A,L,1,2,1000,u,x"),
            "A|T|L|1000|1.2|",
        ),
        // 2021: 18 columns, and who added it in the place of the ISRC.
        (
            "Track URI,Track Name,Artist URI(s),Artist Name(s),Album URI,Album Name,Album Artist URI(s),Album Artist Name(s),Album Release Date,Album Image URL,Disc Number,Track Number,Track Duration (ms),Track Preview URL,Explicit,Popularity,Added By,Added At",
            format!(
                "{uri},T,x,A,y,L,z,A,2003,i,1,2,1000,p,false,1,exampleusers,2021-05-01T00:00:00Z"
            ),
            "A|T|L|1000|1.2|",
        ),
        // A language that nobody knows.
        (
            "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,ISRC,q,r,s",
            format!(
                "{uri},T,x,A,y,L,z,A,2003,i,1,2,1000,p,false,1,USEX10300036,true,u,2024-05-01T00:00:00Z"
            ),
            "A|T|L|1000|1.2|USEX10300036",
        ),
        (
            "Spotify ID,Artist IDs,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms)",
            format!("{id},\"x,y\",T,L,\"A,B\",2003,1000"),
            "A+B|T|L|1000|.|",
        ),
        (
            "Spotify ID,Artist IDs,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms)",
            format!("{id},x,T,L,\"A,B\",2003,1000"),
            "A,B|T|L|1000|.|",
        ),
        (
            "Track Name,Album Name,Artist Name(s),Release Date,Duration (ms)",
            "T,L,\"A,B\",2003,1000".to_owned(),
            "A+B|T|L|1000|.|",
        ),
        (
            "Track ID,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms)",
            format!("{id},\"T, or not\",L,\"A, Junior\",2003,1000"),
            "A, Junior|T, or not|L|1000|.|",
        ),
        (
            "Track URI,Track Name,Album Name,Artist Name(s),Release Date,Duration (ms)",
            format!("{uri},T,L,\"10,000 A,B\",2003,1000"),
            "10,000 A+B|T|L|1000|.|",
        ),
    ] {
        let (all, report) = read("x.csv", format!("{header}\n{row}\n").as_bytes());
        let is_one = matches!(
            report.format,
            Some(Format::Exportify | Format::ExportifyNet)
        );
        assert!(is_one, "{header}: {report:?}");
        let row = told(&all.lists[0].rows[0].wanted);
        let (names, ids) = row.rsplit_once('|').unwrap();
        assert_eq!(names, right, "{header}");
        let has_id = header.split(',').next() != Some("Track Name");
        assert_eq!(!ids.is_empty(), has_id, "{header}");
    }
}

#[test]
fn a_row_of_exportify_may_be_wider_than_its_header() {
    let header =
        "Track URI,Track Name,c,Artist Name(s),e,Album Name,g,h,i,j,k,l,Track Duration (ms),n,o,p";
    let row =
        "spotify:track:4ExampleExampleExample,T,x,A,y,L,z,A,2003,i,1,2,1000,p,false,1,USEX10300036";
    let (all, _) = read("x.csv", format!("{header}\n{row}\n").as_bytes());
    assert_eq!(
        told(&all.lists[0].rows[0].wanted),
        "A|T|L|1000|1.2|USEX10300036|spotify:4ExampleExampleExample"
    );
}

#[test]
fn exportify_in_every_language() {
    const LANGUAGES: [[&str; 5]; 12] = [
        [
            "Track URI",
            "Track Name",
            "Artist Name(s)",
            "Album Name",
            "Track Duration (ms)",
        ],
        [
            "Track-URI",
            "Track-Name",
            "Künstlername(n)",
            "Album-Name",
            "Track-Dauer (ms)",
        ],
        [
            "URI κομματιού",
            "Όνομα κομματιού",
            "Όνομα/τα καλλιτέχνη",
            "Όνομα άλμπουμ",
            "Διάρκεια κομματιού (ms)",
        ],
        [
            "URI de la canción",
            "Nombre de la canción",
            "Nombre(s) del artista",
            "Nombre del álbum",
            "Duración de la canción (ms)",
        ],
        [
            "URI du titre",
            "Nom du titre",
            "Nom(s) de l'artiste",
            "Nom de l'album",
            "Durée du titre (ms)",
        ],
        [
            "URI della traccia",
            "Nome della traccia",
            "Nome dell'artista",
            "Nome dell'album",
            "Durata della traccia (ms)",
        ],
        [
            "トラックURI",
            "トラック名",
            "アーティスト名",
            "アルバム名",
            "トラックの長さ（ミリ秒）",
        ],
        [
            "Nummer URI",
            "Nummernaam",
            "Naam van artiest",
            "Naam van album",
            "Nummerduur (ms)",
        ],
        [
            "URI da faixa",
            "Nome da faixa",
            "Nome(s) do artista",
            "Nome do álbum",
            "Duração da faixa (ms)",
        ],
        [
            "Låtens URI",
            "Låtens namn",
            "Artistens namn",
            "Albumets namn",
            "Låtlängd (ms)",
        ],
        [
            "Parça URI",
            "Parça Adı",
            "Sanatçı Adı",
            "Albüm Adı",
            "Parça Süresi (ms)",
        ],
        [
            "رابط الأغنية (URI)",
            "اسم الأغنية",
            "أسماء الفنانين",
            "اسم الألبوم",
            "مدة الأغنية (بالمللي ثانية)",
        ],
    ];
    for [uri, title, artists, album, length] in LANGUAGES {
        // By name, in another order and without a row as well.
        let header = format!(
            "\"{uri}\",\"{title}\",\"{artists}\",\"{album}\",\"x\",\"{length}\",\"ISRC\"\n"
        );
        let row = "\"spotify:track:4ExampleExampleExample\",\"T\",\"A, B\",\"L\",\"\",\"1000\",\"USEX10300036\"\n";
        let (all, report) = read("x.csv", format!("{header}{row}").as_bytes());
        assert_eq!(report.format, Some(Format::Exportify), "{uri}");
        assert_eq!(
            told_lists(&all),
            ["playlist spotify/ \"x\": A+B|T|L|1000|.|USEX10300036|spotify:4ExampleExampleExample"]
        );
        let (all, report) = read("x.csv", header.as_bytes());
        assert_eq!(report.format, Some(Format::Exportify), "{uri}");
        assert_eq!(told_lists(&all), ["playlist spotify/ \"x\": "]);
    }
}
