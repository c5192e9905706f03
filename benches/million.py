#!/usr/bin/env python3
"""What a very large library costs those who use it: an index of generated songs, a million of them by default.

It makes a tree of small real files (`make_library`, a fiftieth of a second of sound each), scans it, and prints of each
question the median of several runs, each a new process whose answer is read to its end, and the most memory of one process
(less than this bench takes itself is not told apart);
a scan where nothing changed beside `find -printf` over the same tree; and searches inside the process (`finding.rs`). It
names no peer: the others are in `scan.py` and `finding.py`. A million files take about 10 GB and several minutes to make;
--library takes a tree that is there already, and --home an index of it that an earlier run made there.
"""

import argparse
import os
import pathlib
import resource
import subprocess
import sys
import time

import finding
import make_library
import private

# Words and an artist that generated names are made of, and a word that is nowhere.
QUESTIONS = (
    ["search", "golden"],
    ["search", "counting golden y"],
    ["search", "zzzzqq"],
    ["search", "--sort", "-added", "-n", "20"],
    ["search", "(rating >= 4)"],
    ["find", "artist", "The Amber Anchors"],
    ["find", "genre", "Jazz", "-n", "20"],
    ["list", "artist"],
    ["list", "genre"],
    ["list", "album", "artist", "The Amber Anchors"],
    ["ls"],
    ["ls", "--recent"],
    ["status"],
    ["stats"],
    ["doctor"],
)
SECONDS_OF_SOUND = 0.02


def measured(command, env):
    """Seconds, and the most memory in MB that this process took, or one that it waited for."""
    start = time.monotonic()
    process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        while process.stdout.read(1 << 16):
            pass
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return time.monotonic() - start, usage.ru_maxrss / 1024
    finally:
        process.stdout.close()
        private.end(process)


def of(name, command, env, runs):
    measured(command, env)
    all_runs = [measured(command, env) for _ in range(runs)]
    times = [took * 1000 for took, _ in all_runs]
    most, own = max(memory for _, memory in all_runs), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [name, private.spread(times), f"{'<= ' if most <= own else ''}{most:.0f}"]


def compare(library, binary, runs, home, env):
    ours = [binary, "--home", str(home)]
    index = home / "cache" / "library.db"
    if not index.exists():
        took, memory = measured([*ours, "scan", library], env)
        print(f"The first scan took {took:.0f} s and {memory:.0f} MB at most; the index has {index.stat().st_size / 1e6:.0f} MB")
    rows = [of("standin " + " ".join(question), [*ours, *question], env, runs) for question in QUESTIONS]
    rows.append(of("scan where nothing changed", [*ours, "scan", library], env, min(runs, 3)))
    rows.append(of("find -printf '%p %s %T@'", ["find", library, "-printf", "%p %s %T@\\n"], env, min(runs, 3)))
    private.table(["a whole process", "ms (min-max)", "MB at most"], rows)
    finding.inside(index, os.path.basename(library))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", help="an existing library instead of one made for the bench; it is only read")
    parser.add_argument("--home", help="where the index goes, or is from an earlier run (default: a temporary folder)")
    parser.add_argument("--files", type=int, default=1_000_000, help="songs in the library that is made (default 1000000)")
    private.add_options(parser, runs=5)
    options = parser.parse_args()
    private.end_whole()
    binary = private.our_binary(options.standin)
    with private.folder(options.tmp) as scratch:
        run(binary, options.files, options.runs, scratch, options.library, options.home)


def run(binary, files, runs, scratch, library=None, home=None):
    env = private.environment(scratch)
    if not library:
        library = scratch / "library"
        make_library.make(library, files, SECONDS_OF_SOUND)
    compare(os.path.abspath(library), binary, runs, pathlib.Path(home or scratch / "standin"), env)


if __name__ == "__main__":
    sys.exit(main())
