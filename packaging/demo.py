#!/usr/bin/env python3
"""A small made-up music library for pictures and trials: tones with tags, covers and words in time, by ffmpeg.

    packaging/demo.py FOLDER

Names and words are invented; nothing in it is anybody's music.
"""

import os
import subprocess
import sys

ALBUMS = [
    ("The Quiet Hours", "Lantern Season", 2004, ["Harbour Light", "Slow Tide", "Letters Home", "Low Water", "North Window", "Last Ferry"]),
    ("The Quiet Hours", "Paper Boats", 2009, ["Folded Maps", "Ink and Rain", "Driftwood", "Blue Envelope", "Small Rivers"]),
    ("Mira Oduya", "Second Sun", 2016, ["Copper Sky", "Halfway There", "Second Sun", "Glass Garden", "Run with Me", "Amber"]),
    ("Mira Oduya", "Night Bus", 2021, ["Upper Deck", "Wet Streets", "Four in the Morning", "Terminus"]),
    ("Kestrel & Fold", "Field Recordings", 1998, ["Hedge", "Gate", "Barn Owl", "Weather"]),
    ("静かな海", "灯台", 2012, ["夜明け", "波の音", "灯台守", "遠い船"]),
    ("Orchestre du Canal", "Écluses", 1987, ["Première écluse", "Péniche", "Dimanche à quai", "Crépuscule"]),
    ("דרור אלון", "שקט", 2019, ["בוקר", "רוח", "ים"]),
    ("Tin Parade", "Brass for Beginners", 2014, ["March of the Kettles", "Polka Dot", "Umbrella Waltz", "Encore, Please"]),
    ("Anselm Rook", "Studies for One Hand", 1979, ["Study I", "Study II", "Study III", "Study IV", "Study V"]),
    ("Sodium Lights", "Ring Road", 2008, ["Exit 4", "Service Station", "Hard Shoulder", "Contraflow", "Home by Nine"]),
]
WORDS = ["The harbour light is turning", "and the boats are coming in,", "we have left the lamps all burning",
         "for the ones we have not seen.", "", "Slow, slow is the water,", "slow is the tide to turn,",
         "tell it to the harbour", "that the lights still burn."]


def main():
    root = sys.argv[1]
    for number, (artist, album, year, titles) in enumerate(ALBUMS):
        folder = os.path.join(root, artist, f"{album} ({year})")
        os.makedirs(folder, exist_ok=True)
        cover(os.path.join(folder, "cover.jpg"), number)
        for track, title in enumerate(titles, 1):
            song(folder, artist, album, year, title, track, len(titles), number)
    words = os.path.join(root, ALBUMS[0][0], f"{ALBUMS[0][1]} (2004)", "01 Harbour Light.lrc")
    with open(words, "w", encoding="utf-8") as out:
        for at, line in enumerate(WORDS):
            out.write(f"[00:{4 + at * 5:02}.00]{line}\n")


def cover(path, number):
    """Two colours that run into each other, turned differently for each."""
    colours = ["#1b3a5c:#f2a65a", "#3d2c5a:#e86a92", "#b5541c:#ffd166", "#0b132b:#5bc0be", "#31572c:#ecf39e", "#14213d:#90e0ef",
               "#582f0e:#b6ad90", "#4a1942:#eac8ca", "#7f1d1d:#fcd34d", "#222222:#dddddd", "#1a1a2e:#ff9f1c"]
    one, other = colours[number % len(colours)].split(":")
    source = (f"gradients=s=600x600:c0={one}:c1={other}:x0={number * 53 % 600}:y0=0:x1=600:y1={600 - number * 37 % 600}:d=1:speed=0.00001,"
              f"drawgrid=w={120 + number * 20}:h={120 + number * 20}:t=6:c={other}@0.35")
    run("-f", "lavfi", "-i", source, "-frames:v", "1", path)


def song(folder, artist, album, year, title, track, tracks, number):
    seconds = 150 + (number * 37 + track * 23) % 120
    notes = [110 * 2 ** ((number * 5 + track * 7 + step) % 24 / 12) for step in (0, 4, 7)]
    tones = "+".join(f"0.15*sin(2*PI*{note:.2f}*t)*(0.6+0.4*sin(2*PI*t*{0.3 + at * 0.17:.2f}))" for at, note in enumerate(notes))
    beat = "0.3*exp(-9*mod(t,0.5))*sin(2*PI*58*t)+0.05*exp(-30*mod(t+0.25,0.5))*(random(0)*2-1)"
    source = f"aevalsrc='{tones}+{beat}|{tones}*0.8+{beat}':d=8:s=44100"
    tags = {"title": title, "artist": artist, "album": album, "date": year, "track": f"{track}/{tracks}", "album_artist": artist}
    metadata = [part for name, value in tags.items() for part in ("-metadata", f"{name}={value}")]
    bar = os.path.join(folder, "bar.wav")
    run("-f", "lavfi", "-i", source, bar)
    run("-stream_loop", "-1", "-i", bar, "-t", str(seconds), *metadata, "-c:a", "libvorbis", "-q:a", "1",
        os.path.join(folder, f"{track:02} {title.replace('/', '-')}.ogg"))
    os.remove(bar)


def run(*args):
    subprocess.run(["ffmpeg", "-v", "error", "-y", *args], check=True)


if __name__ == "__main__":
    main()
