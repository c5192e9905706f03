#!/usr/bin/env python3
"""Measures what playing costs and how exact it is: standin beside mpd, mpv, cmus, moc, sox and mpg123, in one run.

  cost     CPU seconds a minute of music, wake-ups a second and memory, each player alone, in turn; ours also paused
  joins    a sweep cut in two at an odd sample, played in a row and recorded: samples too many (+) or too few (-) where
           the two meet, and at the start and the end
  silence  from the key that pauses to the last sample that is heard, ours and mpv's
  busy     underruns with every core loaded by other work

All play to the null sink of a private PulseAudio, whose monitor is recorded. It needs no sound card, never plays to one,
and touches no sound server and no settings of the user. What is not installed is left out, in words.
"""

import argparse
import contextlib
import os
import pty
import subprocess
import threading
import time
import wave

import numpy

import peers
import private
import start

RATE = 44_100
PARTS = ("cost", "joins", "silence", "busy")
SWEEP_S = 16
CUT = RATE * 8 + 1_237
SETTLE_S = 2
WINDOW = 8_192
HEARD = 1.5 / 32_768
ENCODERS = {
    "wav": lambda wav, out: ["cp", wav, out],
    "flac": lambda wav, out: ["flac", "-s", "-f", "-o", out, wav],
    "mp3": lambda wav, out: ["lame", "-S", "-V", "0", wav, out],
    "ogg": lambda wav, out: ["oggenc", "-Q", "-q", "6", "-o", out, wav],
    "opus": lambda wav, out: ["opusenc", "--quiet", "--bitrate", "160", wav, out],
    "m4a": lambda wav, out: ["ffmpeg", "-v", "error", "-y", "-i", wav, "-c:a", "aac", "-b:a", "256k", out],
    "alac": lambda wav, out: ["ffmpeg", "-v", "error", "-y", "-i", wav, "-c:a", "alac", out],
}
ENDINGS = {"alac": "alac.m4a"}


# ---- the music -------------------------------------------------------------------------------------------------------


def sweep(rate=RATE):
    """200 to 4,000 Hz: no two instants look alike, and every codec keeps it."""
    time_s, span = numpy.arange(rate * SWEEP_S) / rate, numpy.log(20)
    return 0.5 * numpy.sin(2 * numpy.pi * 200 * SWEEP_S / span * (numpy.exp(time_s / SWEEP_S * span) - 1))


def music(seconds):
    """Chords over soft noise: as hard for a codec as a record is."""
    dice, time_s = numpy.random.default_rng(7), numpy.arange(RATE * seconds) / RATE
    notes = [dice.choice([110, 147, 165, 220, 262, 330, 440, 523]) for _ in range(12)]
    beat = 0.5 + 0.5 * numpy.cos(2 * numpy.pi * 2 * time_s)
    tones = sum(numpy.sin(2 * numpy.pi * note * time_s * (1 + n % 3)) for n, note in enumerate(notes)) / 24
    return [tones * beat + 0.05 * dice.standard_normal(len(time_s)) for _ in range(2)]


def write(path, left, right, rate=RATE):
    frames = numpy.stack([left, right], axis=1)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((numpy.clip(frames, -1, 1) * 32_767).astype("<i2").tobytes())


def encode(wav, kind, name):
    """The WAV in that format, or nothing where its encoder is not installed."""
    out = wav.parent / f"{name}.{ENDINGS.get(kind, kind)}"
    command = ENCODERS[kind](str(wav), str(out))
    if private.missing(command[:1]):
        return None
    subprocess.run(command, check=True, **private.QUIET)
    return out


# ---- what playing costs ----------------------------------------------------------------------------------------------


def cost_of(player, binary, env, song, seconds, tmp):
    """CPU s a minute, wake-ups a second, Pss in MB; nothing where it ended early."""
    with private.folder(tmp) as home, player(binary, home, env, [song]) as playing:
        time.sleep(SETTLE_S)
        before = [(time.monotonic(), peers.cpu_s(pid), peers.wake_ups(pid)) for pid in playing.pids()]
        time.sleep(seconds)
        pids = playing.pids()
        if not pids or len(before) != len(pids):
            return None
        (began, cpu, woken), pid = before[0], pids[0]
        passed = time.monotonic() - began
        return (peers.cpu_s(pid) - cpu) / passed * 60, (peers.wake_ups(pid) - woken) / passed, peers.pss_mb(pid)


def cost(binary, runs, seconds, kinds, players, tmp):
    print(f"What playing costs: CPU s a minute / wake-ups a second / Pss in MB, medians of {runs} runs of {seconds} s, each alone")
    # Nobody listens to the monitor here: who did would make the sink ask every player for small blocks.
    with private.folder(tmp) as scratch, start.sound_server(scratch) as env:
        env = {name: env[name] for name in ("PULSE_SERVER", "AUDIODRIVER")}
        wav = scratch / "music.wav"
        write(wav, *music(seconds + 30))
        rows = []
        for kind in kinds:
            song = encode(wav, kind, "song")
            if song is None:
                print(f"  {kind} is left out: its encoder is not installed")
                continue
            taken = {player.name: [] for player in peers.here(kind, players)}
            for _ in range(runs):
                for player in peers.here(kind, players):
                    taken[player.name].append(cost_of(player, binary, env, song, seconds, tmp))
            rows += [[kind, name, *middle(results)] for name, results in taken.items()]
        private.table(["kind", "player", "CPU s/min", "wake-ups/s", "Pss MB"], rows)
        paused = paused_cost(binary, env, wav, seconds, tmp)
        private.table(["standin, paused", "CPU s/min", "wake-ups/s", "Pss MB"], [["", *middle([paused])]])


def middle(results):
    good = [result for result in results if result]
    if not good:
        return ["ended early", "", ""]
    return [f"{value:.{digits}f}" for value, digits in zip(numpy.median(numpy.array(good), axis=0), (2, 0, 1))]


def paused_cost(binary, env, song, seconds, tmp):
    with private.folder(tmp) as home, on_a_terminal([binary, "--home", str(home / "s"), "play", str(song)], home, env) as (pid, keys):
        time.sleep(SETTLE_S)
        os.write(keys, b" ")
        time.sleep(SETTLE_S)
        began, cpu, woken = time.monotonic(), peers.cpu_s(pid), peers.wake_ups(pid)
        time.sleep(seconds)
        passed = time.monotonic() - began
        return (peers.cpu_s(pid) - cpu) / passed * 60, (peers.wake_ups(pid) - woken) / passed, peers.pss_mb(pid)


@contextlib.contextmanager
def on_a_terminal(command, home, env):
    """The program on a pseudo-terminal: its process, and where its keys go."""
    its_env = {**private.environment(home), **env, "TERM": "xterm", "COLUMNS": "80", "LINES": "24"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, its_env)
    threading.Thread(target=peers.drain, args=[terminal], daemon=True).start()
    try:
        yield pid, terminal
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)


# ---- joins -----------------------------------------------------------------------------------------------------------


def recorded(player, binary, files, env, tmp):
    """What the monitor heard of these files in a row, one channel."""
    command = ["parec", "--device=null.monitor", "--raw", "--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=10"]
    heard = []
    with private.folder(tmp) as home, private.running(command, env, stdout=subprocess.PIPE, bufsize=0) as recorder:

        def listen():
            while block := recorder.stdout.read(65_536):
                heard.append(block)

        listening = threading.Thread(target=listen, daemon=True)
        listening.start()
        private.wait_for("the recording", lambda: len(heard) > 20)
        with player(binary, home, env, files):
            private.wait_for("sound", lambda: any(block.strip(b"\0") for block in heard[-20:]), 20)
            quiet = lambda: len(heard) > 200 and not any(block.strip(b"\0") for block in heard[-100:])
            private.wait_for("the end", quiet, 60)
        private.end(recorder)
        listening.join(5)
    sound = b"".join(heard)
    return numpy.frombuffer(sound[: len(sound) // 2 * 2], "<i2").astype(float) / 32_768


def place(recording, part):
    """Where `part` lies in the recording, by correlation."""
    size = 1 << (len(recording) + len(part)).bit_length()
    both = numpy.fft.rfft(recording, size) * numpy.conj(numpy.fft.rfft(part, size))
    return int(numpy.argmax(numpy.fft.irfft(both, size)[: len(recording) - len(part) + 1]))


def judged(recording, whole):
    """Samples too many at the join, at the start and at the end; and the longest silence inside."""
    before, behind = CUT - 3 * WINDOW, CUT + 2 * WINDOW
    first = place(recording, whole[before : before + WINDOW]) - before
    second = place(recording, whole[behind : behind + WINDOW]) - behind
    loud = numpy.nonzero(numpy.abs(recording) > HEARD)[0]
    inside = numpy.abs(recording[loud[0] : loud[-1]]) <= HEARD / 3
    edges = numpy.diff(numpy.concatenate([[0], inside.astype(int), [0]]))
    silence = (numpy.nonzero(edges < 0)[0] - numpy.nonzero(edges > 0)[0]).max(initial=0)
    return second - first, first - loud[0], loud[-1] - second - len(whole) + 1, silence


def joins(binary, kinds, players, tmp):
    print("A sweep cut in two, at the sink: samples too many at the join / at the start / at the end / longest silence inside")
    whole = sweep()
    rows = []
    with private.folder(tmp) as scratch, start.sound_server(scratch) as env, start.monitor(env):
        env = {name: env[name] for name in env if name.startswith(("PULSE", "AUDIO", "HOME", "XDG", "PATH"))}
        for number, part in ((1, whole[:CUT]), (2, whole[CUT:])):
            write(scratch / f"{number}.wav", part, part)
        for kind in kinds:
            pieces = [encode(scratch / f"{number}.wav", kind, f"{kind}-{number}") for number in (1, 2)]
            if None in pieces:
                continue
            for player in peers.here(kind, players):
                try:
                    told = judged(recorded(player, binary, pieces, env, tmp), whole)
                    rows.append([kind, player.name, *(f"{number:+d}" for number in told[:3]), f"{told[3]}"])
                except (TimeoutError, IndexError) as error:
                    rows.append([kind, player.name, f"{error}", "", "", ""])
    private.table(["kind", "player", "join", "start", "end", "silence"], rows)


# ---- keys and load ---------------------------------------------------------------------------------------------------


def silence(binary, runs, tmp):
    print(f"From the key that pauses to the last sample heard, {runs} runs in turn")
    commands = {"standin": lambda home, song: [binary, "--home", str(home / "s"), "play", song]}
    if not private.missing(["mpv"]):
        commands["mpv"] = lambda _, song: ["mpv", "--no-config", "--no-video", "--ao=pulse", song]
    took = {name: [] for name in commands}
    with private.folder(tmp) as scratch, start.sound_server(scratch) as env, start.monitor(env) as listening:
        env = {name: env[name] for name in ("PULSE_SERVER", "AUDIODRIVER")}
        song = scratch / "music.wav"
        write(song, *music(60))
        for _ in range(runs):
            for name, command in commands.items():
                took[name].append(pause_once(command, song, env, listening, tmp))
    private.table(["key to silence", "ms (min-max)"], [[name, private.spread([t for t in times if t is not None])] for name, times in took.items()])


def pause_once(command, song, env, listening, tmp):
    listening.wait_for_silence()
    with private.folder(tmp) as home, on_a_terminal(command(home, str(song)), home, env) as (_, keys):
        private.wait_for("sound", lambda: listening.first_s)
        time.sleep(SETTLE_S)
        pressed = time.monotonic()
        os.write(keys, b" ")
        time.sleep(1)
        return (listening.last_s - pressed) * 1_000


def busy(binary, minutes, tmp):
    """Our own underruns are told by standin at its end, with -v."""
    cores = os.cpu_count()
    print(f"Underruns in {minutes:g} minutes of FLAC with {cores} busy cores")
    with contextlib.ExitStack() as stack:
        scratch = stack.enter_context(private.folder(tmp))
        env = stack.enter_context(start.sound_server(scratch))
        stack.enter_context(start.monitor(env))
        wav = scratch / "music.wav"
        write(wav, *music(int(minutes * 60)))
        song = encode(wav, "flac", "song") or wav
        for _ in range(cores):
            stack.enter_context(private.running(["sh", "-c", "while :; do :; done"], private.environment(scratch)))
        its_env = {**private.environment(scratch), "PULSE_SERVER": env["PULSE_SERVER"]}
        command = [binary, "--home", str(scratch / "s"), "-v", "play", str(song)]
        said = subprocess.run(command, env=its_env, capture_output=True, text=True, timeout=minutes * 60 + 60, check=False)
    told = [line for line in (said.stdout + said.stderr).splitlines() if "underrun" in line]
    print("  " + ("; ".join(told) or f"nothing was told (exit {said.returncode})"))


def compare(binary, runs, tmp=None, parts=PARTS, seconds=20, minutes=1.0, kinds=tuple(ENCODERS), players=None):
    absent = private.missing(["pulseaudio", "pacat", "parec"])
    if absent:
        return print(f"Playing was not measured: {', '.join(absent)} not installed")
    if "cost" in parts:
        cost(binary, runs, seconds, kinds, players, tmp)
    if "joins" in parts:
        joins(binary, kinds, players, tmp)
    if "silence" in parts:
        silence(binary, max(runs, 5), tmp)
    if "busy" in parts:
        busy(binary, minutes, tmp)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, action="append", help="this part alone; may be said again")
    parser.add_argument("--kind", choices=ENCODERS, action="append", help="this format alone; may be said again")
    parser.add_argument("--player", choices=[player.name for player in peers.ALL], action="append", help="this player alone; may be said again")
    parser.add_argument("--seconds", type=int, default=20, help="how long each player is watched (default 20)")
    parser.add_argument("--minutes", type=float, default=1.0, help="how long the cores are kept busy (default 1)")
    private.add_options(parser, runs=3)
    options = parser.parse_args()
    private.end_whole()
    binary = private.our_binary(options.standin)
    print("\n".join(private.machine(options.tmp)), end="\n\n", flush=True)
    parts, kinds = options.part or PARTS, options.kind or tuple(ENCODERS)
    compare(binary, options.runs, options.tmp, parts, options.seconds, options.minutes, kinds, options.player)


if __name__ == "__main__":
    main()
