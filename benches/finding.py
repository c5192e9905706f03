#!/usr/bin/env python3
"""Compares a search of one music library: standin as a whole process and inside it, and mpd over its socket and by mpc.

  standin     `standin search WORD`, a new process each time, its answer read to the end
  mpc         `mpc search any WORD`, the same
  mpd         `search any WORD` over an open connection
  inside      benches/finding.rs: names of songs typed letter by letter, the first 50 in order of rank

The library is scanned by both before. Nothing of the user's is touched.
"""

import argparse
import os
import subprocess
import sys
import time

import make_library
import private
import scan

WORDS = ("golden", "night", "tr", "ørne", "夜", "leaving paper", "zzzz")


def timed(command, env):
    start = time.monotonic()
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return (time.monotonic() - start) * 1000, done.stdout.count(b"\n")


def asked(server, word):
    start = time.monotonic()
    server.lines.write(f'search any "{word}"\n'.encode())
    server.lines.flush()
    songs = 0
    while (line := server.lines.readline()) != b"OK\n":
        if not line or line.startswith(b"ACK"):
            raise RuntimeError(f"mpd said {line!r} to a search for {word!r}")
        songs += line.startswith(b"file:")
    return (time.monotonic() - start) * 1000, songs


def compare(library, binary, runs, tmp=None):
    with private.folder(tmp) as home:
        env = private.environment(home)
        ours = [binary, "--home", home / "standin"]
        subprocess.run([*ours, "scan", library], env=env, check=False, **private.QUIET)
        inside(home / "standin" / "cache" / "library.db", os.path.basename(library))
        if private.missing(["mpd", "mpc"]):
            return print("mpd or mpc is not installed and was left out")
        server = scan.Mpd(library, home)
        try:
            server.full()
            ways = {
                "standin": lambda word: timed([*ours, "search", word], env),
                "mpc": lambda word: timed(["mpc", "-h", server.address, "search", "any", word], env),
                "mpd": lambda word: asked(server, word),
            }
            report(ways, runs)
        finally:
            server.end()


def inside(index, root):
    command = ["cargo", "bench", "--quiet", "--locked", "--bench", "finding", "--", str(index), root]
    print("Inside the process: " + subprocess.run(command, cwd=private.TOP, capture_output=True, text=True, check=True).stdout, flush=True)


def report(ways, runs):
    rows, all_times = [], {name: [] for name in ways}
    for word in WORDS:
        times, hits = {name: [] for name in ways}, {}
        for name, ask in ways.items():
            ask(word)
        for _ in range(runs):
            for name, ask in ways.items():
                took, hits[name] = ask(word)
                times[name].append(took)
        for name, taken in times.items():
            all_times[name] += taken
        rows.append([word, *(f"{private.spread(times[name], 1)} {hits[name]:,}" for name in ways)])
    private.table(["a search, ms (min-max) and lines", *ways], rows)
    peers = [name for name in ways if name != "standin"]
    private.table(["ratio of time (above 1: standin is faster)", "all words"], [[f"{peer} / standin", private.ratio(all_times[peer], all_times["standin"])] for peer in peers])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", help="an existing library instead of one made for the bench; it is only read")
    parser.add_argument("--files", type=int, default=10_000, help="songs in the library that is made (default 10000)")
    private.add_options(parser, runs=21)
    options = parser.parse_args()
    private.end_whole()
    binary = private.our_binary(options.standin)
    with private.folder(options.tmp) as scratch:
        library = options.library or scratch / "library"
        if not options.library:
            make_library.make(library, options.files)
        compare(os.path.abspath(library), binary, options.runs, options.tmp)


if __name__ == "__main__":
    sys.exit(main())
