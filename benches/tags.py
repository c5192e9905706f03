#!/usr/bin/env python3
"""Compares what standin, ffprobe and mutagen read in the same files: a table per format and field, and each disagreement.

  benches/tags.py [--standin PROGRAM] FOLDER

Needs a built standin, ffprobe, and mutagen (Debian: python3-mutagen). FOLDER is scanned into an empty --home and only read.

A cell is "agree/compared": how many files standin and at least one other reader say the same of, out of those of which it
or another says anything. The three readings of every disagreement follow, so that a person can judge; lengths agree within
50 ms. Ratings, gains and ids are mutagen's business alone and are held by the tests.
"""

import argparse
import base64
import collections
import json
import pathlib
import subprocess
import tempfile

import mutagen
from mutagen import apev2, asf, id3, mp4

FIELDS = ["title", "artist", "album", "albumartist", "track", "disc", "date", "genre", "composer", "length", "rate", "channels", "bits"]
LOSSY = ["mp3", "mp2", "mp1", "vorbis", "opus", "speex", "aac", "he-aac", "ac3", "dts", "musepack", "adpcm", "module"]
LENGTH_TOLERANCE_MS = 50
PARTIAL = 4  # standin's exit code when some files could not be read

ID3 = {"title": "TIT2", "artist": "TPE1", "album": "TALB", "albumartist": "TPE2", "track": "TRCK", "disc": "TPOS", "date": "TDRC",
       "genre": "TCON", "composer": "TCOM"}
MP4 = {"title": "\xa9nam", "artist": "\xa9ART", "album": "\xa9alb", "albumartist": "aART", "track": "trkn", "disc": "disk",
       "date": "\xa9day", "genre": "\xa9gen", "composer": "\xa9wrt"}
ASF = {"title": "Title", "artist": "Author", "album": "WM/AlbumTitle", "albumartist": "WM/AlbumArtist", "track": "WM/TrackNumber",
       "disc": "WM/PartOfSet", "date": "WM/Year", "genre": "WM/Genre", "composer": "WM/Composer"}
APE = {"title": "Title", "artist": "Artist", "album": "Album", "albumartist": "Album Artist", "track": "Track", "disc": "Disc",
       "date": "Year", "genre": "Genre", "composer": "Composer"}
VORBIS = {"title": "title", "artist": "artist", "album": "album", "albumartist": "albumartist", "track": "tracknumber",
          "disc": "discnumber", "date": "date", "genre": "genre", "composer": "composer"}
FFPROBE = {"title": "title", "artist": "artist", "album": "album", "albumartist": "album_artist", "track": "track", "disc": "disc",
           "date": "date", "genre": "genre", "composer": "composer"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--standin", default=pathlib.Path(__file__).parent.parent / "target/release/standin", type=pathlib.Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        songs, skipped = scan(args.standin, home, args.folder.resolve())
    table = collections.defaultdict(lambda: collections.defaultdict(lambda: [0, 0]))
    apart = []
    for song in songs:
        ours, theirs = of_standin(song), [of_ffprobe(song["path"]), of_mutagen(song["path"])]
        for field in FIELDS:
            readings = [ours.get(field), *(other.get(field) for other in theirs)]
            # Without a title a song is called as its file is; and coders that lose something have no bits to speak of.
            is_name = field == "title" and not any(readings[1:]) and readings[0] == pathlib.Path(song["path"]).stem
            if is_name or (field == "bits" and not readings[0] and song["codec"] in LOSSY):
                continue
            if not any(readings[1:]) and not readings[0]:
                continue
            agrees = any(same(field, readings[0], other) for other in readings[1:])
            cell = table[song["codec"] or "?"][field]
            cell[0] += agrees
            cell[1] += 1
            if not agrees:
                apart.append((field, song["path"], readings))
    show(table, apart, skipped, args.folder.resolve())


def scan(standin, home, folder):
    """Every song that standin has of a folder, and what it skipped."""
    run = subprocess.run([standin, "--home", home, "scan", folder], capture_output=True)
    if run.returncode not in (0, PARTIAL):
        raise SystemExit(run.stderr.decode(errors="replace"))
    skipped = subprocess.run([standin, "--home", home, "ls", "--skipped"], capture_output=True, text=True).stdout

    def below(name):
        found = json.loads(subprocess.run([standin, "--home", home, "ls", "--json", *name], capture_output=True).stdout)
        # Of a file that holds several songs the others read the whole: it is left out.
        yield from (song for song in found["songs"] if song["part"] == 0)
        for folder in found["folders"]:
            lossless = folder.get("uri_b64")
            yield from below([base64.b64decode(lossless) if lossless else folder["uri"]])

    return list(below([])), skipped.splitlines()


def of_standin(song):
    read = {"title": song["title"], "artist": "; ".join(song["artists"]), "album": song["album"], "albumartist": "; ".join(song["album_artists"]),
            "track": song["track"], "disc": song["disc"], "date": song["date"], "genre": "; ".join(song["genres"]),
            "composer": "; ".join(song["composers"]), "length": song["length_ms"], "rate": song["rate"], "channels": song["channels"],
            "bits": song["bits"]}
    # What names of files and folders stand for, no other reader has from the tags.
    return {field: "" if field in song["from_path"] else value for field, value in read.items()}


def of_ffprobe(path):
    run = subprocess.run(["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", path], capture_output=True)
    found = json.loads(run.stdout or b"{}")
    sound = next((stream for stream in found.get("streams", []) if stream.get("codec_type") == "audio"), None)
    if sound is None:
        return {}
    whole = found.get("format", {})
    tags = {name.lower(): text for tags in (sound.get("tags", {}), whole.get("tags", {})) for name, text in tags.items()}
    read = {field: tags.get(name) for field, name in FFPROBE.items()}
    seconds = sound.get("duration") or whole.get("duration")
    read["length"] = seconds and round(float(seconds) * 1000)
    read["rate"], read["channels"] = int(sound.get("sample_rate", 0)), sound.get("channels")
    read["bits"] = int(sound.get("bits_per_raw_sample") or sound.get("bits_per_sample") or 0)
    return read


def of_mutagen(path):
    try:
        found = mutagen.File(path)
    except Exception:  # what mutagen thinks of a damaged file is its own affair
        return {}
    if found is None:
        return {}
    names = {asf.ASFTags: ASF, mp4.MP4Tags: MP4, apev2.APEv2: APE}.get(type(found.tags), VORBIS)
    if isinstance(found.tags, id3.ID3):
        names = ID3
    read = {field: first(found.tags, name) for field, name in names.items()} if found.tags is not None else {}
    info = found.info
    length = getattr(info, "length", None)
    read["length"] = length and round(length * 1000)
    read["rate"], read["channels"] = getattr(info, "sample_rate", None), getattr(info, "channels", None)
    read["bits"] = getattr(info, "bits_per_sample", None)
    return read


def first(tags, name):
    try:
        value = tags[name]
    except (KeyError, ValueError):
        return None
    if isinstance(value, id3.TCON):
        return "; ".join(value.genres)
    value = getattr(value, "text", value)
    values = value if isinstance(value, list) else [value]
    if values and isinstance(values[0], tuple):
        return values[0][0] or None
    return "; ".join(str(value) for value in values)


def same(field, ours, other):
    if not ours or not other:
        return False
    if field == "length":
        return abs(ours - other) <= LENGTH_TOLERANCE_MS
    if isinstance(ours, int):
        digits = str(other).split("/")[0].strip()
        return digits.isdigit() and int(digits) == ours
    if field == "date":
        return ours in str(other).replace("/", "-") or ours.startswith(str(other))
    plain = lambda text: [part.strip() for part in str(text).replace("\0", ";").replace("/", ";").split(";")]
    return plain(ours) == plain(other)


def show(table, apart, skipped, folder):
    print("| format | " + " | ".join(FIELDS) + " |")
    print("|---|" + "--:|" * len(FIELDS))
    for name, row in sorted(table.items()):
        cells = [f"{row[field][0]}/{row[field][1]}" if field in row else "" for field in FIELDS]
        print(f"| {name} | " + " | ".join(cells) + " |")
    print(f"\n{len(apart)} disagreements: standin, ffprobe, mutagen\n")
    for field, path, readings in sorted(apart):
        print(f"- {field}: {pathlib.Path(path).relative_to(folder)}: " + " | ".join(repr(reading)[:60] for reading in readings))
    print(f"\n{len(skipped)} files skipped")


if __name__ == "__main__":
    main()
