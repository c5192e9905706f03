#!/usr/bin/env python3
"""Scans folders of odd, damaged and hostile files and prints what it took.

usage: benches/hostile.py FOLDER... [--standin PROGRAM] [--each]

Each FOLDER is scanned into a home of its own that is empty before. `--each` scans every file of a folder alone, from a
folder that holds nothing else. Memory is that of all our processes together: the sum of what each held at most, sampled,
so it is an upper bound. Nothing is written into the folders. No figure is asserted; a crash ends the script.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time

import private

SAMPLE_S = 0.005


def family(root):
    """The process and what it started."""
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = pathlib.Path("/proc", entry, "stat").read_text(encoding="utf-8", errors="replace")
                parents[int(entry)] = int(stat.rsplit(")", 1)[1].split()[1])
            except OSError:
                pass
    members = {root}
    while more := {pid for pid, parent in parents.items() if parent in members} - members:
        members |= more
    return members


def peak_kib(pid):
    try:
        for line in pathlib.Path("/proc", str(pid), "status").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def scan(binary, folder):
    """(seconds, peak MiB of all processes together, the answer)"""
    with tempfile.TemporaryDirectory() as home:
        begun = time.monotonic()
        command = [binary, "--home", home, "scan", folder, "--json"]
        answer = tempfile.TemporaryFile()
        running = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=answer, stderr=subprocess.DEVNULL)
        peaks, together = {}, 0
        while running.poll() is None:
            alive = {pid: peak_kib(pid) for pid in family(running.pid)}
            peaks.update({pid: max(kib, peaks.get(pid, 0)) for pid, kib in alive.items()})
            together = max(together, sum(peaks[pid] for pid in alive))
            time.sleep(SAMPLE_S)
        seconds = time.monotonic() - begun
        if running.returncode not in (0, 4):
            raise SystemExit(f"{folder}: standin ended with {running.returncode}")
        answer.seek(0)
        return seconds, together / 1024, json.load(answer)


def row(name, seconds, mib, told):
    reasons = [skip["reason"] for skip in told["skipped"]]
    ended = sum("ended the reader" in reason or "longer than" in reason or "broke down" in reason for reason in reasons)
    print(f"| {name} | {told['seen']:,} | {told['new']:,} | {len(reasons):,} | {ended} | {seconds:.2f} | {mib:.0f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--standin", default=str(private.TOP / "target/release/standin"))
    parser.add_argument("--each", action="store_true")
    options = parser.parse_args()
    print("| what | seen | songs | skipped | ended a reader | seconds | MiB, all processes |\n|---|--:|--:|--:|--:|--:|--:|")
    for folder in map(pathlib.Path, options.folders):
        if not options.each:
            row(folder.name, *scan(options.standin, folder))
            continue
        for file in sorted(path for path in folder.iterdir() if path.is_file()):
            with tempfile.TemporaryDirectory() as alone:
                os.symlink(file.resolve(), pathlib.Path(alone, file.name))
                row(file.name, *scan(options.standin, alone))


if __name__ == "__main__":
    main()
