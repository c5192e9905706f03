#!/usr/bin/env python3
"""Measures what an import costs: a playlist of --rows songs of the library with matching, and a history of --plays rows.

The playlist is written as Exportify writes it, its titles half as they are and half with what services put behind them; the
history as Spotify's extended one. Prints the time, the processor time and the most memory of each import, and how the rows
were matched. Nothing of the user's is touched.
"""

import argparse
import csv
import json
import pathlib
import random
import resource
import subprocess
import time
import zlib

import private


def run(command, env):
    """Seconds by the clock, seconds of the processor, MB of memory at most, and the answer."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.monotonic()
    told = subprocess.run(["/usr/bin/time", "-f", "%M", *command], env=env, capture_output=True, text=True)
    if told.returncode not in (0, 4):
        raise RuntimeError(f"{command}: {told.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    peak = int(told.stderr.strip().splitlines()[-1]) / 1024
    return time.monotonic() - begun, cpu, peak, json.loads(told.stdout)


def songs(binary, home, env, rows):
    """Songs of the library, in an order that is no album's."""
    line = "%artist%\\t%title%\\t%album%\\t%time%\\n"
    told = subprocess.run([binary, "--home", home, "search", "--sort", "modified", "-f", line],
                          env=env, capture_output=True, text=True, check=True).stdout
    all_songs = [cells for text in told.splitlines() if len(cells := text.split("\t")) == 4 and cells[0]]
    random.Random(7).shuffle(all_songs)
    return all_songs[:rows]


def seconds(clock):
    """Of `3:25`."""
    total = 0
    for part in clock.split(":"):
        total = total * 60 + int(part)
    return total


def write_playlist(path, rows):
    head = ["Track URI", "Track Name", "Album Name", "Artist Name(s)", "Release Date", "Duration (ms)"]
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(head)
        for number, (artist, title, album, clock) in enumerate(rows):
            behind = ["", " - Remastered 2011", "", " - 2009 Remaster"][number % 4]
            out.writerow([f"spotify:track:{number:022d}", title + behind, album, artist, "2001", seconds(clock or "0") * 1000])


def write_history(path, rows, plays):
    chance = random.Random(11)
    with open(path, "w", encoding="utf-8") as file:
        file.write("[")
        for number in range(plays):
            artist, title, album, _ = rows[min(int(chance.expovariate(8) * len(rows)), len(rows) - 1)]
            when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_400_000_000 + number * 200))
            row = {"ts": when, "platform": "x", "ms_played": chance.randrange(1_000, 240_000), "conn_country": "XX",
                   "ip_addr": "192.0.2.1", "master_metadata_track_name": title,
                   "master_metadata_album_artist_name": artist, "master_metadata_album_album_name": album,
                   "spotify_track_uri": f"spotify:track:{zlib.crc32((artist + title).encode()):022d}",
                   "reason_start": "trackdone", "reason_end": "trackdone", "shuffle": False, "skipped": False,
                   "offline": False, "offline_timestamp": 0, "incognito_mode": False}
            file.write(("," if number else "") + json.dumps(row))
        file.write("]")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--standin", default=private.TOP / "target/release/standin", type=pathlib.Path)
    parser.add_argument("--library", type=pathlib.Path, required=True, help="a folder of music")
    parser.add_argument("--home", type=pathlib.Path, help="a --home that has indexed it already")
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--plays", type=int, default=1_000_000)
    args = parser.parse_args()
    with private.folder() as folder:
        env = private.environment(folder)
        home = args.home or folder / "home"
        subprocess.run([args.standin, "--home", home, "-q", "scan", args.library], env=env, check=False)
        rows = songs(args.standin, home, env, max(args.rows, 20_000))
        write_playlist(folder / "big_list.csv", rows[: args.rows])
        begin = [args.standin, "--home", home, "--json", "import"]
        took, cpu, peak, told = run([*begin, folder / "big_list.csv"], env)
        of = told["playlists"][0]
        print(f"playlist of {of['rows']} rows: {took:.2f} s ({cpu:.2f} s of the processor), {peak:.0f} MB at most;",
              ", ".join(f"{of[word]} {word}" for word in ("exact", "likely", "ask", "substitute", "missing")))
        write_history(folder / "Streaming_History_Audio_2024_1.json", rows, args.plays)
        took, cpu, peak, told = run([*begin, folder / "Streaming_History_Audio_2024_1.json"], env)
        print(f"history of {told['heard']} plays: {took:.2f} s ({cpu:.2f} s of the processor), {peak:.0f} MB at most")
        took, cpu, peak, told = run([*begin, folder / "Streaming_History_Audio_2024_1.json"], env)
        print(f"the same again, {told['heard']} new: {took:.2f} s ({cpu:.2f} s of the processor), {peak:.0f} MB at most")


if __name__ == "__main__":
    main()
