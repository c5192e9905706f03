#!/usr/bin/env python3
"""Measures the time from a command to its first sample at the sound card: standin, mpv, sox and mpg123, in turn, in one run.

  standin          `standin --home NEW play FILE`
  standin indexed  the same with a library of --songs songs in its index (100,000), a file that is not among them
  standin inside   the same, a file that is in the index
  standin resumes  `standin --home THAT play --resume`, where the queue holds all of them and the file is in the middle
  standin shuffles `standin --home THAT play --shuffle`: everything that is indexed
  now: everything  `standin --home THAT now`, where nothing is saved and nothing was heard: all by album
  now: the queue   the same, where the queue holds all of them and the file is in the middle
  now: most heard  the same, where nothing is saved, and twelve songs were heard of late
  now: a client    the same, where a streaming client has just played the file
  now: a daemon    the same as everything, where a daemon runs whose queue is empty
  mpv              `mpv --no-video FILE`
  sox              `play FILE`
  mpg123           `mpg123 -q FILE`

Each is started cold (a new process, the files in the page cache) on a FLAC and an MP3 file of noise made here, which are
loud from their first frame on. All play to the null sink of a private PulseAudio, whose monitor is recorded all the time;
a silent stream of low latency keeps the sink from rendering seconds ahead. The clock starts before the process does and
stops at the first sample above -60 dB, counted inside its block: good to about 10 ms. Players are ended once they are heard.
What goes on with nothing chosen has a goal: its ratio to that is printed last.
The library takes minutes to make; --songs 0 leaves it out, --library names one that benches/make_library.py made.

It needs no sound card, never plays to one, and touches no sound server and no settings of the user.
"""

import argparse
import array
import contextlib
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import threading
import time

import formats
import make_library
import private

RATE = formats.RATE
LOUD = 33  # of 32,768: -60 dB
SONG_S = 20
PATIENCE_S = 10
SILENCE_S = 0.4
SOUND_SERVER = """
pulseaudio -n --daemonize=no --use-pid-file=no --exit-idle-time=-1 --realtime=no --high-priority=no --log-level=error
""".split()
INSIDE = "standin inside"
RESUMES = "standin resumes"
SHUFFLES = "standin shuffles"
NOW = [EVERYTHING, QUEUE, MOST, CLIENT, DAEMON] = [
    f"now: {what}" for what in ("everything", "the queue", "most heard", "a client", "a daemon")
]
GOAL_MS = 500
HEARD = 12  # songs, of which ten make "most heard"
PLAYERS = {
    "standin": lambda binary, home, song: [binary, "--home", home / "standin", "play", song],
    "standin indexed": lambda binary, home, song: [binary, "--home", song.home, "play", song],
    INSIDE: lambda binary, home, song: [binary, "--home", song.home, "play", song.inside],
    RESUMES: lambda binary, home, song: [binary, "--home", song.home, "play", "--resume"],
    SHUFFLES: lambda binary, home, song: [binary, "--home", song.home, "play", "--shuffle"],
    **dict.fromkeys(NOW, lambda binary, home, song: [binary, "--home", song.home, "now"]),
    "mpv --no-video": lambda _, home, song: ["mpv", "--no-video", song],
    "sox play": lambda _, home, song: ["play", song],
    "mpg123": lambda _, home, song: ["mpg123", "-q", song],
}
OURS = tuple(player for player in PLAYERS if player.startswith("standin") or player in NOW)
NEEDS = {"mpv --no-video": "mpv", "sox play": "play", "mpg123": "mpg123"}
KINDS = {"mpg123": ("mp3",)}


class Song(type(pathlib.Path())):
    """A file; the home whose index is large, and the same music among its files."""

    home = inside = None


def make_songs(where):
    """Writes the two files: full-band noise, so that no player waits for a quiet beginning to end."""
    dice, tags = random.Random(1), {"artist": "Noise", "albumartist": "Noise", "album": "Bench", "date": "2025", "genre": "Noise"}
    songs = []
    for kind in ("flac", "mp3"):
        tags |= {"title": f"Start {kind}", "tracknumber": "1", "tracktotal": "1"}
        song = Song(where / f"song.{kind}")
        song.write_bytes(formats.WRITERS[kind](tags, SONG_S, dice))
        songs.append(song)
    return songs


@contextlib.contextmanager
def sound_server(home):
    """A private PulseAudio with one null sink; gives the environment in which programs find it."""
    env = private.environment(home)
    settings = home / "config" / "pulse"
    settings.mkdir()
    # PulseAudio 16 aborts when a client that shares memory through memfd is killed.
    (settings / "daemon.conf").write_text("enable-memfd = no\n")
    address = home / "run" / "native"
    modules = ["-L", f"module-null-sink sink_name=null rate={RATE} channels=2 format=s16le"]
    modules += ["-L", f"module-native-protocol-unix auth-anonymous=1 socket={address}"]
    with private.running(SOUND_SERVER + modules, env):
        private.wait_for("PulseAudio's socket", address.exists)
        yield {**env, "PULSE_SERVER": f"unix:{address}", "AUDIODRIVER": "pulseaudio"}


class Monitor:
    """Listens to the recording of the null sink and remembers when sound was first and last heard."""

    def __init__(self, recorder):
        self.recorder, self.first_s, self.last_s, self.blocks = recorder, None, time.monotonic(), 0
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        spare = b""
        while block := self.recorder.stdout.read(65536):
            now, block = time.monotonic(), spare + block
            whole = len(block) // 2 * 2
            spare, block = block[whole:], block[:whole]
            self.blocks += 1
            if not block.strip(b"\0"):
                continue
            samples = array.array("h", block)
            if sys.byteorder == "big":
                samples.byteswap()
            place = next((place for place, sample in enumerate(samples) if abs(sample) > LOUD), None)
            if place is not None:
                # A null sink hands over a block when it renders it: the block's first sample sounds now.
                self.last_s = now + place / RATE
                self.first_s = self.first_s or self.last_s

    def wait_for_silence(self):
        private.wait_for("silence", lambda: time.monotonic() - self.last_s > SILENCE_S)
        self.first_s = None


@contextlib.contextmanager
def monitor(env):
    raw = ["--raw", "--format=s16le", f"--rate={RATE}"]
    keep_awake = ["pacat", "--playback", *raw, "--channels=2", "--latency-msec=10", "/dev/zero"]
    record = ["parec", "--device=null.monitor", *raw, "--channels=1", "--latency-msec=5"]
    with private.running(keep_awake, env), private.running(record, env, stdout=subprocess.PIPE, bufsize=0) as recorder:
        listening = Monitor(recorder)
        private.wait_for("the recording", lambda: listening.blocks > 20)
        yield listening


def start_once(player, binary, song, env, listening, tmp):
    """Milliseconds from starting the player to its first sample, or nothing if it was not heard in time."""
    with private.folder(tmp) as home:
        command = PLAYERS[player](binary, home, song)
        its_env = {**private.environment(home), **{name: env[name] for name in ("PULSE_SERVER", "AUDIODRIVER")}}
        daemon = contextlib.nullcontext()
        if player == DAEMON:
            daemon = private.running([binary, "--home", song.home, "daemon"], its_env)
        with daemon:
            if player == DAEMON:
                private.wait_for("the daemon", (song.home / "run" / "socket").exists)
            return first_sample(command, its_env, listening)


def first_sample(command, its_env, listening):
    listening.wait_for_silence()
    start = time.monotonic()
    with private.running(command, its_env):
        try:
            private.wait_for("sound", lambda: listening.first_s, PATIENCE_S)
        except TimeoutError:
            return None
        return (listening.first_s - start) * 1000


def make_large(binary, songs, count, library, scratch):
    """A home whose index holds so many songs and these, and whose queue holds all; `songs` learn of it."""
    begun, home, music = time.monotonic(), scratch / "large", scratch / "large-music"
    music.mkdir()
    if library is None:
        make_library.make(music / "library", count)
    else:
        (music / "library").symlink_to(os.path.abspath(library))
        library = music / "library"
    roots = [music / "noise", music / "library"]
    roots[0].mkdir()
    for song in songs:
        song.home, song.inside = home, roots[0] / song.name
        # Other bytes than the file outside: it is found by its place, and not as a copy.
        shutil.copy(song, song.inside)
    env = private.environment(scratch)
    subprocess.run([binary, "--home", home, "-q", "scan", *roots], env=env, check=False, **private.QUIET)
    said = subprocess.run([binary, "--home", home, "stats", "--json"], env=env, capture_output=True, text=True, check=True)
    print(f"A library of {json.loads(said.stdout)['songs']:,} songs was made and indexed in {time.monotonic() - begun:.0f} s", flush=True)
    make_queue(binary, home, roots, env)


def make_queue(binary, home, roots, env):
    """All songs in a row, saved: played until the queue is there, and ended."""
    queue, command = home / "state" / "queue.jsonl", [binary, "--home", home, "play", *roots[::-1], "--output", "null"]
    with private.running(command, env):
        private.wait_for("the queue", queue.exists, 120)
    # Whatever plays in this home takes its place.
    shutil.copy(queue, home / "queue.kept")
    make_heard(binary, home, roots[1], env)


def make_heard(binary, home, library, env):
    """Beside what this person has made, the same with some songs heard."""
    # What was heard while the queue was made is not of these.
    shutil.rmtree(home / "data")
    subprocess.run([binary, "--home", home, "-q", "scan", *sorted({library, library.parent / "noise"})], env=env, check=False, **private.QUIET)
    shutil.copytree(home / "data", home / "data.none")
    songs = [path for path in sorted(library.rglob("*")) if path.suffix in (".flac", ".mp3")][:HEARD]
    subprocess.run([binary, "--home", home, "-q", "play", *songs, "--output", "null:fast"], env=env, check=True, **private.QUIET)
    shutil.copytree(home / "data", home / "data.heard")


def be_as(player, song):
    """Saved and heard is what this player begins with."""
    shutil.rmtree(song.home / "state", ignore_errors=True)
    shutil.rmtree(song.home / "data")
    shutil.copytree(song.home / ("data.heard" if player == MOST else "data.none"), song.home / "data")
    (song.home / "state").mkdir()
    # Of a daemon that was ended.
    (song.home / "run" / "socket").unlink(missing_ok=True)
    if player in (RESUMES, QUEUE):
        go_on_at(song)
    if player == CLIENT:
        why = {"verdict": "up", "evidence": []}
        wanted = {"title": f"Start {song.suffix[1:]}", "artists": ["Noise"], "album": "Bench"}
        played = {"client": "bench", "service": "bench", "wanted": wanted, "before": [], "place_ms": 0, "silent_since_ms": None, "why": why}
        streamed = {"at_ms": int(time.time() * 1000), "played": played}
        (song.home / "state" / "stream.json").write_text(json.dumps(streamed), encoding="utf-8")
    # Nobody's files were written a moment ago.
    os.sync()


def go_on_at(song):
    """The queue is that of all songs, its place this song, from its beginning."""
    state = song.home / "state"
    shutil.copy(song.home / "queue.kept", state / "queue.jsonl")
    with open(state / "queue.jsonl", encoding="utf-8") as lines:
        # Each line has a sum before it.
        stamp = json.loads(next(lines).split(" ", 1)[1])["head"]["stamp"]
        row = next(row for row, line in enumerate(lines) if f"noise/{song.name}" in line)
    place = {"stamp": stamp, "place": {"row": row, "at_ms": 0}, "playing": False}
    (state / "position.json").write_text(json.dumps(place), encoding="utf-8")


def compare(binary, runs, tmp=None, large=0, library=None):
    """Starts every player `runs` times on every file, in turn, and prints the tables."""
    absent = private.missing(["pulseaudio", "pacat", "parec"])
    if absent:
        return print(f"The start of a song was not measured: {', '.join(absent)} not installed")
    players = [player for player in PLAYERS if player not in NEEDS or not private.missing([NEEDS[player]])]
    print(f"Command to first sample at a null sink, {runs} runs in turn")
    left_out = [player for player in PLAYERS if player not in players]
    if left_out:
        print(f"Not installed and left out: {', '.join(left_out)}")
    with private.folder(tmp) as scratch, sound_server(scratch) as env, monitor(env) as listening:
        songs = make_songs(scratch)
        if large or library:
            make_large(binary, songs, large, library, scratch)
        else:
            players = [player for player in players if player not in OURS[1:]]
        cells = [(player, song) for song in songs for player in players if song.suffix[1:] in KINDS.get(player, ("flac", "mp3"))]
        results = {(player, song.suffix[1:]): [] for player, song in cells}
        for run in range(runs):
            for player, song in cells[run % len(cells) :] + cells[: run % len(cells)]:
                if song.home and player in OURS[1:]:
                    be_as(player, song)
                results[player, song.suffix[1:]].append(start_once(player, binary, song, env, listening, tmp))
    return report(results, players, [song.suffix[1:] for song in songs])


def report(results, players, kinds):
    def cell(player, kind):
        times_ms = results.get((player, kind), [])
        heard = [took_ms for took_ms in times_ms if took_ms is not None]
        unheard = f", {len(times_ms) - len(heard)} of {len(times_ms)} not heard" if len(heard) < len(times_ms) else ""
        return private.spread(heard) + unheard

    private.table(
        ["start", *(f"{kind}, ms (min-max)" for kind in kinds)], [[player, *(cell(player, kind) for kind in kinds)] for player in players]
    )
    rows = []
    for ours in (player for player in players if player in OURS):
        for theirs in (player for player in players if player not in OURS):
            pairs = [(results[ours, kind], results.get((theirs, kind), [])) for kind in kinds]
            rows.append([f"{ours} / {theirs}", *(private.ratio(*pair) for pair in pairs)])
    private.table(["ratios of time (below 1: standin is faster)", *kinds], rows)
    goals = [[player, *(of_goal(results.get((player, kind), [])) for kind in kinds)] for player in players if player in (SHUFFLES, RESUMES, *NOW)]
    if goals:
        private.table([f"of the goal, {GOAL_MS} ms (below 1: reached)", *kinds], goals)


def of_goal(times_ms):
    """The median and the longest as parts of the goal."""
    heard = sorted(took_ms for took_ms in times_ms if took_ms is not None)
    return f"{statistics.median(heard) / GOAL_MS:.2f} (longest {heard[-1] / GOAL_MS:.2f})" if heard else "not heard"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", type=int, default=100_000, help="songs in the large library (default 100000; 0: without one)")
    parser.add_argument("--library", help="a folder of music to index instead of making one")
    private.add_options(parser, runs=30)
    options = parser.parse_args()
    private.end_whole()
    binary = private.our_binary(options.standin)
    print("\n".join(private.machine(options.tmp)), end="\n\n", flush=True)
    compare(binary, options.runs, options.tmp, options.songs, options.library)


if __name__ == "__main__":
    main()
