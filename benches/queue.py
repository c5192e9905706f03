#!/usr/bin/env python3
"""Measures single edits of a long queue, each of which is on the disk before its client is told OK; several programs in one run.

  edit    --edits of a queue of --queue songs: moved, taken out and put back in at random places, one after the other
  sync    what one fdatasync of as many bytes takes on this disk: what no edit can be faster than
  killed  after a SIGKILL behind the last OK the queue goes on as it was: otherwise the bench ends with 1
  start   from starting the program to its answer, with all edits in the saved queue

Nothing of the user's is touched, and nothing sounds. MUSIC is any folder with some songs; it is only read.
"""

import argparse
import os
import pathlib
import random
import sys
import time

import private
import wire


def fill(line, songs):
    """The music again and again, and then its first songs, until there are so many."""
    once = line.must("listall")
    uris = [song[6:-1].decode() for song in once if song.startswith(b"file: ")]
    root = uris[0].split("/")[0]
    for _ in range(songs // len(uris)):
        line.must(f'add "{root}"')
    for uri in uris[: songs % len(uris)]:
        line.must(f'add "{uri}"')
    line.must(f"play {songs // 2}")
    return uris


def edit(line, uris, songs, dice):
    kind = dice.randrange(3)
    if kind == 0:
        line.must(f"move {dice.randrange(songs)} {dice.randrange(songs - 1)}")
    elif kind == 1:
        line.must(f"delete {dice.randrange(songs)}")
        return songs - 1
    else:
        line.must(f'addid "{dice.choice(uris)}" {dice.randrange(songs)}')
        return songs + 1
    return songs


def measure(binary, music, options, tmp):
    with private.folder(tmp) as home:
        env = private.environment(home)
        state = home / "h"
        private.subprocess.run([binary, "--home", state, "scan", music], env=env, check=True, **private.QUIET)
        daemon = wire.Daemon(binary, state, env)
        try:
            uris = fill(daemon.wire, options.queue)
            dice, songs, took_ms = random.Random(1), options.queue, []
            written = written_bytes(daemon.process.pid)
            for _ in range(options.edits):
                begun = time.monotonic()
                songs = edit(daemon.wire, uris, songs, dice)
                took_ms.append((time.monotonic() - begun) * 1000)
            written = written_bytes(daemon.process.pid) - written
            before = daemon.wire.must("playlist")
        finally:
            daemon.process.kill()
            daemon.process.wait()
        size = (state / "state" / "queue.jsonl").stat().st_size
        again = wire.Daemon(binary, state, env)
        try:
            private.wait_for("the rest of the queue", lambda: len(again.wire.must("playlist")) == len(before), 60)
            is_whole = again.wire.must("playlist") == before
        finally:
            private.end(again.process)
        return {
            "took_ms": sorted(took_ms),
            "written_kb": written / 1000 / options.edits,
            "size_mb": size / 1e6,
            "start_ms": again.start_ms,
            "is_whole": is_whole,
        }


def written_bytes(pid):
    lines = pathlib.Path(f"/proc/{pid}/io").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("wchar")).split()[1])


def sync_ms(tmp, times=200):
    with private.folder(tmp) as folder:
        file = os.open(folder / "x", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
        begun = time.monotonic()
        for _ in range(times):
            os.write(file, b"x" * 300)
            os.fdatasync(file)
        os.close(file)
        return (time.monotonic() - begun) * 1000 / times


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    private.add_options(parser, runs=1)
    parser.add_argument("music", metavar="MUSIC")
    parser.add_argument("--other", action="append", default=[], help="another program of the same command line, measured beside it")
    parser.add_argument("--queue", type=int, default=50_000)
    parser.add_argument("--edits", type=int, default=10_000)
    options = parser.parse_args()
    private.end_whole()
    for line in private.machine(options.tmp):
        print(line)
    print(f"{options.edits} edits of a queue of {options.queue} songs; a sync takes {sync_ms(options.tmp):.2f} ms\n")
    rows, whole = [], True
    for binary in [options.standin, *options.other] * options.runs:
        got = measure(private.our_binary(binary), options.music, options, options.tmp)
        took = got["took_ms"]
        whole &= got["is_whole"]
        rows.append(
            [binary, f"{sum(took) / 1000:.1f}"]
            + [f"{took[int(len(took) * part)]:.2f}" for part in (0.5, 0.99)]
            + [f"{took[-1]:.0f}", f"{got['written_kb']:.1f}", f"{got['size_mb']:.1f}", f"{got['start_ms']:.0f}"]
            + ["whole" if got["is_whole"] else "NOT WHOLE"]
        )
    private.table(["program", "all, s", "p50, ms", "p99, ms", "worst", "kB an edit", "file, MB", "start, ms", "killed"], rows)
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
