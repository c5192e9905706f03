//! Ratings, counts, ids, gains and sort names as mutagen writes them in each kind of tag.

use super::super::read_tags;
use super::*;

/// What writes the tags: the paths come as arguments, and what each kind of tag calls a field is Picard's choice
/// (picard-docs.musicbrainz.org) or that of the player named.
const WRITE: &str = r#"
import struct, sys
import mutagen
from mutagen import id3, mp4, asf, apev2
NAMED = {"title": "T", "artist": "A", "artistsort": "Sort, A", "albumsort": "Sort, L", "isrc": "USABC1234567",
    "musicbrainz_trackid": "recording", "musicbrainz_albumid": "release", "musicbrainz_artistid": "artist",
    "replaygain_track_gain": "-6.50 dB", "replaygain_track_peak": "0.5", "replaygain_album_gain": "-7.25 dB"}
for path in sys.argv[1:]:
    file = mutagen.File(path)
    if file.tags is None:
        file.add_tags()
    tags = file.tags
    kind = path.rsplit(".", 1)[1]
    if isinstance(tags, id3.ID3):
        for frame in [id3.TIT2(3, ["T"]), id3.TPE1(3, ["A"]), id3.TSOP(3, ["Sort, A"]), id3.TSOA(3, ["Sort, L"]), id3.TSRC(3, ["USABC1234567"]),
                id3.UFID(owner="http://musicbrainz.org", data=b"recording"), id3.TXXX(3, "MusicBrainz Album Id", ["release"]),
                id3.TXXX(3, "MusicBrainz Artist Id", ["artist"]), id3.POPM(email="x", rating=196, count=17)]:
            tags.add(frame)
        if kind == "mp3":
            tags.add(id3.RVA2(desc="track", channel=1, gain=-6.5, peak=0.5))
            tags.add(id3.RVA2(desc="album", channel=1, gain=-7.25, peak=0.5))
        else:
            for name in ["replaygain_track_gain", "replaygain_track_peak", "replaygain_album_gain"]:
                tags.add(id3.TXXX(3, name, [NAMED[name]]))
    elif isinstance(tags, mp4.MP4Tags):
        tags.update({"\xa9nam": ["T"], "\xa9ART": ["A"], "soar": ["Sort, A"], "soal": ["Sort, L"], "rate": ["80"]})
        free = {"MusicBrainz Track Id": "recording", "MusicBrainz Album Id": "release", "MusicBrainz Artist Id": "artist", "ISRC": "USABC1234567",
            "FMPS_PLAYCOUNT": "17.0"}
        free.update({name: NAMED[name] for name in NAMED if name.startswith("replaygain")})
        for name, text in free.items():
            tags["----:com.apple.iTunes:" + name] = [mp4.MP4FreeForm(text.encode())]
    elif isinstance(tags, asf.ASFTags):
        tags.update({"Title": ["T"], "Author": ["A"], "WM/ArtistSortOrder": ["Sort, A"], "WM/AlbumSortOrder": ["Sort, L"], "WM/ISRC": ["USABC1234567"],
            "MusicBrainz/Track Id": ["recording"], "MusicBrainz/Album Id": ["release"], "MusicBrainz/Artist Id": ["artist"],
            "WM/SharedUserRating": [asf.ASFDWordAttribute(75)], "FMPS/Playcount": ["17.0"]})
        for name in NAMED:
            if name.startswith("replaygain"):
                tags[name] = [NAMED[name]]
    else:
        for name, text in NAMED.items():
            tags[name] = text
        if isinstance(tags, apev2.APEv2):
            tags["Rating"], tags["FMPS_Playcount"] = "4", "17.0"
        elif kind == "opus":
            del tags["replaygain_track_gain"], tags["replaygain_album_gain"]
            tags["R128_TRACK_GAIN"], tags["R128_ALBUM_GAIN"] = str(int(-11.5 * 256)), str(int(-12.25 * 256))
            tags["RATING"], tags["PLAYCOUNT"] = "80", "17"
        else:
            tags["FMPS_RATING"], tags["FMPS_PLAYCOUNT"] = "0.8", "17.0"
    file.save()
"#;

#[test]
fn fields_that_mutagen_writes() {
    let dir = tempfile::tempdir().unwrap();
    let names = [
        "a.mp3", "a.flac", "a.ogg", "a.opus", "a.spx", "a.m4a", "a.wma", "a.wv", "a.tta", "a.aiff",
        "a.wav",
    ];
    let paths: Vec<PathBuf> = names
        .iter()
        .filter_map(|name| made(dir.path(), name, &["-map_metadata", "-1"]))
        .collect();
    let script = dir.path().join("write.py");
    std::fs::write(&script, WRITE).unwrap();
    let has_mutagen = |python: &&str| {
        let asked = Command::new(python).args(["-c", "import mutagen"]).output();
        asked.is_ok_and(|asked| asked.status.success())
    };
    // Debian's own Python is the one with Debian's mutagen.
    let mut pythons = ["python3", "/usr/bin/python3"].into_iter();
    let Some(python) = pythons.find(has_mutagen) else {
        println!("skipped: python3-mutagen is not here");
        return;
    };
    let keys: Vec<_> = paths
        .iter()
        .map(|path| read_tags(path).unwrap().key)
        .collect();
    let written = Command::new(python)
        .arg(&script)
        .args(&paths)
        .output()
        .unwrap();
    assert!(
        written.status.success(),
        "{}",
        String::from_utf8_lossy(&written.stderr)
    );
    for (path, key) in paths.into_iter().zip(keys) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let found = read_tags(&path).unwrap_or_else(|reason| panic!("{name}: {reason}"));
        assert_eq!(found.key, key, "{name}: retagging keeps the key");
        let tags = found.tags;
        assert_eq!(
            (tags.title.as_str(), &tags.artists[..]),
            ("T", &["A".to_owned()][..]),
            "{name}"
        );
        assert_eq!(tags.isrc, "USABC1234567", "{name}");
        assert_eq!(tags.mb_recording, "recording", "{name}");
        for (field, text) in [
            (Field::MbAlbum, "release"),
            (Field::MbArtist, "artist"),
            (Field::ArtistSort, "Sort, A"),
            (Field::AlbumSort, "Sort, L"),
        ] {
            assert_eq!(tags.values(field), [text], "{name} {field:?}");
        }
        assert_eq!(tags.rating.map(|rating| rating.halves()), Some(8), "{name}");
        assert_eq!(tags.play_count, Some(17), "{name}");
        let gain = tags.gain;
        assert_eq!(
            (gain.track_db, gain.album_db),
            (Some(-6.5), Some(-7.25)),
            "{name}"
        );
        let peak = gain.track_peak.unwrap_or(0.0);
        assert!((peak - 0.5).abs() < 0.001, "{name}: {peak}");
    }
}
