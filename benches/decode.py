#!/usr/bin/env python3
"""How fast each format is decoded, in one run beside ffmpeg on one thread and the format's own tool.

Makes three minutes of sound in every format, decodes each file with everyone in turn, and prints how many times
faster than real time one second of CPU decodes it (user and system time of the whole process, the median of the runs),
with our ratio to each of the others. Every decoder throws its samples away. What is not installed is left out.
"""

import argparse
import json
import math
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import wave

import private

SECONDS = 180
RATE = 44_100
# The song's name in each format, and how it is made of song.wav.
FORMATS = {
    "song.flac": ["flac", "-s", "-8", "-o", "song.flac", "song.wav"],
    "song.mp3": ["lame", "-S", "-V", "0", "song.wav", "song.mp3"],
    "song.ogg": ["oggenc", "-Q", "-q", "6", "-o", "song.ogg", "song.wav"],
    "song.opus": ["opusenc", "--quiet", "--bitrate", "160", "song.wav", "song.opus"],
    "song.m4a": ["ffmpeg", "-v", "error", "-i", "song.wav", "-c:a", "aac", "-b:a", "256k", "song.m4a"],
    "alac.m4a": ["ffmpeg", "-v", "error", "-i", "song.wav", "-c:a", "alac", "alac.m4a"],
    "song.wav": [],
}
OWN = {
    "song.flac": ["flac", "-s", "-t", "{}"],
    "song.mp3": ["mpg123", "-q", "-t", "{}"],
    "song.ogg": ["oggdec", "-Q", "-o", "/dev/null", "{}"],
    "song.opus": ["opusdec", "--quiet", "--float", "--rate", "48000", "{}", "/dev/null"],
}
FFMPEG = ["ffmpeg", "-nostdin", "-v", "error", "-threads", "1", "-i", "{}", "-map", "0:a", "-f", "null", "-"]


def our_bench():
    """Builds the bench that decodes alone, and gives its path."""
    command = ["cargo", "bench", "--quiet", "--locked", "--bench", "decode", "--no-run", "--message-format=json"]
    built = subprocess.run(command, cwd=private.TOP, check=True, capture_output=True, text=True).stdout
    messages = [json.loads(line) for line in built.splitlines()]
    return next(message["executable"] for message in messages if message.get("executable") and message["target"]["name"] == "decode")


def write_song(path):
    """Chords that change twice a second with a little noise: not hard to encode, and not trivial."""
    noise = 12_345
    with wave.open(str(path), "wb") as song:
        song.setnchannels(2)
        song.setsampwidth(2)
        song.setframerate(RATE)
        second = bytearray()
        for step in range(16):
            notes = [110 * 2 ** ((step * 5 % 12 + interval) / 12) for interval in (0, 4, 7, 12)]
            for n in range(RATE // 2):
                at = n / RATE
                noise = (noise * 1_103_515_245 + 12_345) % 2**31
                sound = sum(math.sin(math.tau * note * at) / (index + 1) for index, note in enumerate(notes))
                left = sound * 5_000 * (1 - at) + noise / 2**31 * 300
                second += struct.pack("<hh", int(left), int(left * 0.8 - noise / 2**31 * 200))
        for _ in range(math.ceil(SECONDS / 8)):
            song.writeframes(second)


def cpu_seconds(command):
    """Of the whole process; None where it fails or is not there."""
    try:
        process = subprocess.Popen(command, **private.QUIET)
    except OSError:
        return None
    _, status, used = os.wait4(process.pid, 0)
    return used.ru_utime + used.ru_stime if status == 0 else None


def compare(name, path, ours, runs):
    commands = {"standin": [ours, "{}"], "ffmpeg": FFMPEG}
    if name in OWN:
        commands[OWN[name][0]] = OWN[name]
    taken = {who: [] for who in commands}
    for _ in range(runs):
        for who, command in commands.items():
            taken[who].append(cpu_seconds([word.replace("{}", str(path)) for word in command]))
    with wave.open(str(path.with_name("song.wav"))) as song:
        length = song.getnframes() / RATE
    cells = [name]
    for who, values in taken.items():
        if None in values:
            cells.append(f"{who} -")
            continue
        times = length / statistics.median(values)
        against = "" if who == "standin" else f" (we are {private.ratio(values, taken['standin'])} x)"
        cells.append(f"{who} {times:,.0f}{against}")
    return cells + [""] * (4 - len(cells))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7, help="how often each decodes each file (default 7)")
    parser.add_argument("--bench", help="our bench, built already (default: cargo builds it)")
    parser.add_argument("--songs", type=pathlib.Path, help="a folder with song.wav, song.flac … to use instead of made ones")
    options = parser.parse_args()
    private.end_whole()
    ours = options.bench or our_bench()
    with private.folder() as scratch:
        songs = options.songs or scratch
        if not options.songs:
            write_song(songs / "song.wav")
        rows = []
        for name, make in FORMATS.items():
            if not options.songs and make and (private.missing(make[:1]) or subprocess.run(make, cwd=songs, check=False).returncode):
                print(f"{name} was not measured: {make[0]} is not installed, or does not make it", file=sys.stderr)
                continue
            rows.append(compare(name, songs / name, ours, options.runs))
        private.table(["x real time", "", "", ""], rows)


if __name__ == "__main__":
    main()
