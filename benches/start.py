#!/usr/bin/env python3
"""Measures the time from a command to its first sample at the sound card: standin, mpv and sox, in turn, in one run.

  standin   `standin --home NEW play FILE`
  mpv       `mpv --no-video FILE`
  sox       `play FILE`

Each is started cold (a new process, the files in the page cache) on a FLAC and an MP3 file of noise made here, which are
loud from their first frame on. All play to the null sink of a private PulseAudio, whose monitor is recorded all the time;
a silent stream of low latency keeps the sink from rendering seconds ahead. The clock starts before the process does and
stops at the first sample above -60 dB, counted inside its block: good to about 10 ms. Players are ended once they are heard.

It needs no sound card, never plays to one, and touches no sound server and no settings of the user.
"""

import argparse
import array
import contextlib
import random
import subprocess
import sys
import threading
import time

import formats
import private

RATE = formats.RATE
LOUD = 33  # of 32,768: -60 dB
SONG_S = 20
PATIENCE_S = 10
SILENCE_S = 0.4
SOUND_SERVER = """
pulseaudio -n --daemonize=no --use-pid-file=no --exit-idle-time=-1 --realtime=no --high-priority=no --log-level=error
""".split()
PLAYERS = {
    "standin": lambda binary, home, song: [binary, "--home", home / "standin", "play", song],
    "mpv --no-video": lambda _, home, song: ["mpv", "--no-video", song],
    "sox play": lambda _, home, song: ["play", song],
}
NEEDS = {"mpv --no-video": "mpv", "sox play": "play"}


def make_songs(where):
    """Writes the two files: full-band noise, so that no player waits for a quiet beginning to end."""
    dice, tags = random.Random(1), {"artist": "Noise", "albumartist": "Noise", "album": "Bench", "date": "2025", "genre": "Noise"}
    songs = []
    for kind in ("flac", "mp3"):
        tags |= {"title": f"Start {kind}", "tracknumber": "1", "tracktotal": "1"}
        song = where / f"song.{kind}"
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
        listening.wait_for_silence()
        start = time.monotonic()
        with private.running(command, its_env):
            try:
                private.wait_for("sound", lambda: listening.first_s, PATIENCE_S)
            except TimeoutError:
                return None
            return (listening.first_s - start) * 1000


def compare(binary, runs, tmp=None):
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
        results = {(player, song.suffix[1:]): [] for player in players for song in songs}
        for run in range(runs):
            for song in songs:
                for player in players[run % len(players) :] + players[: run % len(players)]:
                    took_ms = start_once(player, binary, song, env, listening, tmp)
                    results[player, song.suffix[1:]].append(took_ms)
    return report(results, players, [song.suffix[1:] for song in songs])


def report(results, players, kinds):
    def cell(player, kind):
        times_ms = results[player, kind]
        heard = [took_ms for took_ms in times_ms if took_ms is not None]
        unheard = f", {len(times_ms) - len(heard)} of {len(times_ms)} not heard" if len(heard) < len(times_ms) else ""
        return private.spread(heard) + unheard

    private.table(
        ["start", *(f"{kind}, ms (min-max)" for kind in kinds)], [[player, *(cell(player, kind) for kind in kinds)] for player in players]
    )
    rows = []
    for player in players:
        if player != "standin":
            ratios = (private.ratio(results[player, kind], results["standin", kind]) for kind in kinds)
            rows.append([f"{player} / standin", *ratios])
    private.table(["ratios of time (above 1: standin is faster)", *kinds], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    private.add_options(parser, runs=7)
    options = parser.parse_args()
    private.end_whole()
    compare(private.our_binary(options.standin), options.runs, options.tmp)


if __name__ == "__main__":
    main()
