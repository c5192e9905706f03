//! The library on the wire, where no other server says what is right: stars and stickers, pictures in pieces, roots that
//! are away, and a client that asks and asks.

use crate::finding::tagged;
use crate::home::Home;
use crate::talk::{Server, Talk};
use lofty::tag::ItemKey;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

/// A picture of one grey pixel, and bytes behind it to be sent in pieces.
fn picture(bytes: usize) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0".to_vec();
    png.extend((0..bytes).map(|at| (at % 251) as u8));
    png
}

#[test]
fn stars_on_the_wire_are_the_librarys_and_other_values_stay() {
    let home = Home::scanned(&["a/1.wav", "a/2.wav", "b/3.wav"]);
    {
        let server = Server::ours(&home);
        let (mut talk, mut other) = (server.talk(), server.talk());
        other.say("idle sticker");
        talk.got("sticker set song Music/a/1.wav rating 7");
        assert_eq!(other.answer(), ["changed: sticker", "OK"]);
        talk.got("sticker set song Music/a/2.wav mood \"calm = good\"");
        talk.got("sticker inc song Music/a/2.wav n 3");
        talk.got("sticker dec song Music/a/2.wav n 5");
        for (wrong, said) in [
            ("sticker set song Music/a/1.wav rating 11", "from 0 to 10"),
            ("sticker set song Music/a/1.wav rating many", "from 0 to 10"),
            (
                "sticker set song Music/a/1.wav playCount 3",
                "is counted here",
            ),
            (
                "sticker delete song Music/a/1.wav lastPlayed",
                "is counted here",
            ),
            ("sticker inc song Music/a/2.wav mood 1", "no number"),
            ("sticker get song Music/a/2.wav rating", "no such sticker"),
            ("sticker get song Music/a/9.wav rating", "No such song"),
        ] {
            let told = talk.ask(wrong).pop().unwrap();
            assert!(
                told.starts_with("ACK") && told.contains(said),
                "{wrong}: {told}"
            );
        }
        assert_eq!(
            talk.got("find \"(rating == '3.5')\"")[0],
            "file: Music/a/1.wav"
        );
        // A root that is away is not shown, and neither is what is kept of its songs.
        assert_eq!(
            talk.values("sticker find song Music/a mood", "file"),
            ["Music/a/2.wav"]
        );
        std::fs::rename(home.music(), home.path("away")).unwrap();
        assert!(
            talk.values("sticker find song \"\" mood", "file")
                .is_empty()
        );
        assert!(talk.values("listall", "file").is_empty());
        assert!(talk.values("lsinfo", "directory").is_empty());
        assert!(talk.values("find base Music", "file").is_empty());
        std::fs::rename(home.path("away"), home.path("Music")).unwrap();
        assert_eq!(talk.values("listall", "file").len(), 3);
    }
    home.run(&["rate", "Music/b/3.wav", "4"]).ended(0);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    assert_eq!(
        talk.values(
            "sticker find song \"\" rating gt 1 sort -value_int",
            "sticker"
        ),
        ["rating=8", "rating=7"]
    );
    assert_eq!(
        talk.values("sticker list song Music/a/2.wav", "sticker"),
        ["mood=calm = good", "n=-2"]
    );
    talk.got("sticker delete song Music/a/1.wav rating");
    assert_eq!(
        talk.values("find \"(rating >= '0')\"", "file"),
        ["Music/b/3.wav"]
    );
}

/// A picture as it comes in pieces, and how many they were.
fn fetch(server: &Server, command: &str) -> (Vec<u8>, usize) {
    let mut stream = UnixStream::connect(server.socket()).unwrap();
    let mut whole = Vec::new();
    let mut pieces = 0;
    read_to(&mut stream, b"\n");
    loop {
        let line = format!("{command} {}\n", whole.len());
        stream.write_all(line.as_bytes()).unwrap();
        let head = String::from_utf8(read_to(&mut stream, b"\nbinary: ")).unwrap();
        let size: usize = head.split(['\n', ' ']).nth(1).unwrap().parse().unwrap();
        let count = String::from_utf8(read_to(&mut stream, b"\n")).unwrap();
        let mut piece = vec![0; count.trim().parse().unwrap()];
        stream.read_exact(&mut piece).unwrap();
        assert_eq!(read_to(&mut stream, b"OK\n"), b"\nOK\n");
        whole.extend(piece);
        pieces += 1;
        if whole.len() >= size {
            return (whole, pieces);
        }
    }
}

fn read_to(stream: &mut UnixStream, end: &[u8]) -> Vec<u8> {
    let mut all = Vec::new();
    let mut byte = [0];
    while !all.ends_with(end) {
        stream.read_exact(&mut byte).unwrap();
        all.extend(byte);
    }
    all
}

#[test]
fn a_picture_comes_whole_in_pieces() {
    let home = Home::scanned(&["a/1.wav"]);
    let cover = picture(20_000);
    std::fs::write(home.music().join("a/cover.png"), &cover).unwrap();
    let server = Server::ours(&home);
    let (whole, pieces) = fetch(&server, "albumart Music/a/1.wav");
    assert!(whole == cover && pieces == 3, "{pieces} pieces");
    // The next one who asks is given the picture as it is now.
    let other = picture(9_000);
    std::fs::write(home.music().join("a/cover.png"), &other).unwrap();
    assert!(fetch(&server, "albumart Music/a/1.wav").0 == other);
    let told = server.talk().ask("albumart Music/a/1.wav 9999999");
    assert_eq!(told, ["ACK [2@0] {albumart} Offset too large"]);
}

/// As in MPD, whose listings they were compared with: names of files need not begin with numbers.
#[test]
fn a_folder_is_listed_and_added_as_on_its_album() {
    let row = |number| {
        [
            (ItemKey::AlbumTitle, "Post"),
            (ItemKey::TrackNumber, number),
        ]
    };
    let (one, two, three) = (row("1"), row("2"), row("3"));
    let home = tagged(&[
        ("a/zebra.flac", &one),
        ("a/moon.flac", &two),
        ("a/ant.flac", &three),
        ("a/b/last.flac", &one),
    ]);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    let album = [
        "Music/a/zebra.flac",
        "Music/a/moon.flac",
        "Music/a/ant.flac",
    ];
    assert_eq!(talk.values("lsinfo Music/a", "file"), album);
    talk.got("add Music/a");
    let added = talk.values("playlistinfo", "file");
    assert_eq!(
        (&added[..3], added[3].as_str()),
        (&album.map(str::to_owned)[..], "Music/a/b/last.flac")
    );
}

#[test]
fn the_playlist_that_was_loaded_last_is_told_until_the_queue_is_cleared() {
    let home = Home::scanned(&["a.wav"]);
    home.run(&["playlist", "new", "x", "Music/a.wav"]).ended(0);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    let mut told = |line: &str| {
        talk.got(line);
        talk.values("status", "lastloadedplaylist")
    };
    assert_eq!(told("ping").len(), 0);
    assert_eq!(told("load x"), ["x"]);
    assert_eq!(told("clear").len(), 0);
}

#[test]
fn playlists_are_not_told_beside_folders_to_who_wants_none() {
    let home = Home::scanned(&["a.wav"]);
    home.run(&["playlist", "new", "x", "Music/a.wav"]).ended(0);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    let told = |talk: &mut Talk| talk.values("lsinfo", "playlist").len();
    assert_eq!(
        talk.got("protocol available"),
        ["feature: hide_playlists_in_root"]
    );
    assert_eq!((talk.got("protocol").len(), told(&mut talk)), (0, 1));
    for (line, hidden) in [
        ("protocol enable hide_playlists_in_root", 1),
        ("protocol disable Hide_Playlists_In_Root", 0),
        ("protocol all", 1),
        ("protocol clear", 0),
    ] {
        talk.got(line);
        let seen = (talk.got("protocol").len(), told(&mut talk));
        assert_eq!(seen, (hidden, 1 - hidden), "{line}");
    }
    for (line, said) in [
        ("protocol enable", "Not enough arguments"),
        ("protocol enable x", "Unknown protocol feature"),
        ("protocol x", "Unknown sub command"),
    ] {
        assert!(talk.ask(line)[0].ends_with(said), "{line}");
    }
}

/// Each answer is made by another thread, and the client must be back whenever that ends.
#[test]
fn a_client_can_ask_again_and_again() {
    let home = tagged(&[]);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    for _ in 0..3_000 {
        assert_eq!(talk.ask("sticker get album x y").len(), 1);
    }
}

#[test]
fn no_address_is_every_root() {
    let home = Home::scanned(&["a.wav", "b.wav"]);
    let other = home.path("Other");
    std::fs::create_dir(&other).unwrap();
    std::fs::copy(home.music().join("a.wav"), other.join("c.wav")).unwrap();
    home.run(&["scan", other.to_str().unwrap()]).ended(0);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    for line in ["add \"\"", "add /"] {
        talk.got(line);
        let all = ["Music/a.wav", "Music/b.wav", "Other/c.wav"];
        assert_eq!(talk.values("playlistinfo", "file"), all, "{line}");
        talk.got("clear");
    }
}
