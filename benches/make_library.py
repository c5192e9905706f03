#!/usr/bin/env python3
"""Makes a large music library of its own: artist folders, album folders, songs with tags in six formats.

What it makes is a function of --files, --seconds and --seed alone. Heads and tags are as encoders and taggers write them
(ID3v2.3 and 2.4, Vorbis comments, MP4 items, RIFF INFO; a cover in one album of eight; some names outside ASCII), and each
file's audio is different. The audio is short (a second or two of noise), so that 100,000 files fit on a disk: a scan of
this library shows what walking, heads, tags and the index cost, not what reading long files costs.

It needs nothing but Python, reads nothing, and writes only into the folder it is given, which must not exist yet.
"""

import argparse
import pathlib
import random
import sys
import time

import formats

# How many albums of a hundred have each format.
SHARES = {"mp3": 40, "flac": 30, "m4a": 14, "ogg": 6, "opus": 7, "wav": 3}
COVER_SHARE = 1 / 8
FIRST = (
    "Amber Broken Cold Distant Electric Faded Golden Hollow Iron Jaded Kind Lonely Marble Northern Open Paper Quiet "
    "Restless Silver Tender Upper Velvet Winter Young Blå Süße Тихий Été 静かな Łagodny"
).split()
SECOND = (
    "Anchors Bridges Cities Doors Engines Fields Gardens Harbours Islands Jackets Kites Lanterns Mirrors Nights Oceans "
    "Pilots Questions Rivers Shadows Trains Umbrellas Voices Windows Years Ørne Träume Волны Étoiles 夜 Źródła"
).split()
VERBS = "Leaving Finding Counting Holding Breaking Chasing Waiting Under Over Beyond Without Between After Before".split()
GENRES = "Rock Pop Jazz Folk Electronic Classical Ambient Metal Soul Blues".split()


def artist_name(number):
    """A name of its own for every number."""
    round_, place = divmod(number, len(FIRST) * len(SECOND))
    first, second = FIRST[place % len(FIRST)], SECOND[place // len(FIRST)]
    return f"{'The ' if number % 3 == 0 else ''}{first} {second}" + (f" {round_ + 1}" if round_ else "")


def albums(files, seed):
    """Yields (relative folder, format, tags of the whole album, its titles) until `files` titles were given."""
    left, number = files, 0
    while left:
        artist, dice = artist_name(number), random.Random(f"{seed} artist {number}")
        number += 1
        for disc in range(dice.randint(1, 6)):
            songs = min(left, max(1, round(dice.gauss(12, 3))))
            if not songs:
                return
            left -= songs
            year = str(dice.randint(1965, 2025))
            album = f"{dice.choice(VERBS)} {dice.choice(FIRST)} {dice.choice(SECOND)} {disc + 1}"
            kind = dice.choices(list(SHARES), SHARES.values())[0]
            tags = {"artist": artist, "albumartist": artist, "album": album, "date": year, "genre": dice.choice(GENRES)}
            titles = [f"{dice.choice(VERBS)} {dice.choice(FIRST)} {dice.choice(SECOND)}" for _ in range(songs)]
            yield pathlib.PurePath(artist, f"{album} ({year})"), kind, tags, titles


def songs(files, seed):
    """Yields (relative path, format, tags, picture or nothing) for each file of the library."""
    for folder, kind, album_tags, titles in albums(files, seed):
        dice = random.Random(f"{seed} {folder}")
        picture = formats.png(96, dice) if dice.random() < COVER_SHARE else None
        for number, title in enumerate(titles, 1):
            tags = {"title": title, **album_tags, "tracknumber": str(number), "tracktotal": str(len(titles))}
            yield folder / f"{number:02} {title}.{kind}", kind, tags, picture


def make(out, files, seconds=1.5, seed=1, progress=lambda made: None):
    """Writes the library into the new folder `out`; gives the bytes written."""
    out, written = pathlib.Path(out), 0
    out.mkdir(parents=True)
    for made, (path, kind, tags, picture) in enumerate(songs(files, seed), 1):
        dice = random.Random(f"{seed} {path}")
        data = formats.WRITERS[kind](tags, seconds * dice.uniform(0.5, 1.5), dice, picture)
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(data)
        written += len(data)
        if made % 1000 == 0:
            progress(made)
    return written


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", help="the folder to make; it must not exist")
    parser.add_argument("--files", type=int, default=10_000, help="how many songs (default 10000)")
    parser.add_argument("--seconds", type=float, default=1.5, help="mean length of a song (default 1.5)")
    parser.add_argument("--seed", type=int, default=1, help="another number makes another library (default 1)")
    options = parser.parse_args()
    if pathlib.Path(options.out).exists():
        sys.exit(f"{options.out} is there already")
    bar = sys.stderr.isatty()
    start = time.monotonic()
    show = (lambda made: print(f"\r{made} files", end="", file=sys.stderr)) if bar else (lambda made: None)
    written = make(options.out, options.files, options.seconds, options.seed, show)
    print(f"{chr(13) if bar else ''}{options.files} files, {written / 1e6:.0f} MB, {time.monotonic() - start:.1f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
