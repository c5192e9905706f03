#!/usr/bin/env python3
"""Compares a full scan and a no-change scan of one music library: standin, mpd and find, in turn, in one run.

  find      `find LIBRARY -printf`: names, sizes and times of everything; what looking at a library costs at least
  mpd       full: a private mpd started on an empty database until its first update is over
            no change: `update` sent to that mpd until it is over
  standin   full: `standin scan LIBRARY` on an empty --home, from the start of the process to its end
            no change: the same again

All files are read once before the clock starts, so that no one pays for the disk. Memory is the peak of the largest
process. It never writes into the library, never asks for more rights, and touches no mpd and no settings of the user.
"""

import argparse
import os
import pathlib
import re
import socket
import statistics
import subprocess
import sys
import time

import make_library
import private

UPDATE_PATIENCE_S = 3600
PARTIAL = 4  # standin's exit code when some files could not be read
MPD_CONF = """
music_directory "{library}"
db_file "{home}/database"
state_file "{home}/mpdstate"
log_file "{home}/log"
bind_to_address "{home}/s"
auto_update "no"
log_level "error"
zeroconf_enabled "no"
audio_output {{
  type "null"
  name "none"
}}
"""


class Measured:
    """One scan: wall time, CPU time (user and system), peak memory, and the songs found where the scanner says so."""

    def __init__(self, wall_s, cpu_s, peak_mb, songs=None):
        self.wall_s, self.cpu_s, self.peak_mb, self.songs = wall_s, cpu_s, peak_mb, songs


def measure(command, home, fine=(0,)):
    """Runs one whole process under GNU time, whose own smallness keeps a small program's peak true."""
    report = home / "time"
    timed = ["/usr/bin/time", "-q", "-o", report, "-f", "%U %S %M", *command]
    start = time.monotonic()
    done = subprocess.run(timed, env=private.environment(home), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    wall_s = time.monotonic() - start
    if done.returncode not in fine:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")
    user, system, peak_kb = report.read_text().split()[-3:]
    return Measured(wall_s, float(user) + float(system), int(peak_kb) / 1024)


def find(library, tmp, _standin):
    command = ["find", library, "-printf", r"%p %s %T@\n"]
    with private.folder(tmp) as home:
        return measure(command, home), measure(command, home)


def standin(library, tmp, binary):
    with private.folder(tmp) as home:
        command = [binary, "--home", home / "standin", "scan", library]
        full = measure(command, home, (0, PARTIAL))
        return full, measure(command, home, (0, PARTIAL))


class Mpd:
    """A private mpd: its process and one connection to it."""

    def __init__(self, process, address):
        self.process = process
        self.lines = private.wait_for("mpd's socket", lambda: self.connect(address), 30)
        self.lines.readline()

    @staticmethod
    def connect(address):
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(address)
            return connection.makefile("rwb")
        except OSError:
            connection.close()
            return None

    def ask(self, command):
        self.lines.write(command.encode() + b"\n")
        self.lines.flush()
        answer = {}
        while (line := self.lines.readline().decode().rstrip("\n")) != "OK":
            if not line or line.startswith("ACK"):
                raise RuntimeError(f"mpd said {line!r} to {command!r}")
            name, _, value = line.partition(": ")
            answer[name] = value
        return answer

    def updated(self):
        return "updating_db" not in self.ask("status") and self.ask("stats")

    def used(self):
        """CPU seconds so far and peak memory in MB, from /proc."""
        proc = pathlib.Path("/proc", str(self.process.pid))
        fields = (proc / "stat").read_text().rsplit(")", 1)[1].split()
        peak_kb = re.search(r"VmHWM:\s+(\d+)", (proc / "status").read_text()).group(1)
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), int(peak_kb) / 1024


def mpd(library, tmp, _standin):
    with private.folder(tmp) as home:
        conf = home / "mpd.conf"
        conf.write_text(MPD_CONF.format(library=library, home=home))
        env = private.environment(home)
        start = time.monotonic()
        with private.running(["mpd", "--no-daemon", conf], env) as process:
            server = Mpd(process, str(home / "s"))  # an mpd without a database begins its first update by itself
            if "updating_db" not in server.ask("status") and server.ask("stats").get("db_update", "0") == "0":
                server.ask("update")
            found = private.wait_for("mpd's update", server.updated, UPDATE_PATIENCE_S)
            full_s, (full_cpu_s, full_peak_mb) = time.monotonic() - start, server.used()
            start = time.monotonic()
            server.ask("update")
            private.wait_for("mpd's second update", server.updated, UPDATE_PATIENCE_S)
            again_s, (cpu_s, peak_mb) = time.monotonic() - start, server.used()
        return Measured(full_s, full_cpu_s, full_peak_mb, int(found["songs"])), Measured(again_s, cpu_s - full_cpu_s, peak_mb)


SCANNERS = {"find": find, "mpd": mpd, "standin": standin}


def read_all(library):
    """Brings the library into the page cache; gives the number of files and of bytes."""
    files = read = 0
    for folder, _, names in os.walk(library):
        for name in names:
            read += len(pathlib.Path(folder, name).read_bytes())
            files += 1
    return files, read


def report(results, files):
    def row(name, which):
        scans = [run[which] for run in results[name]]
        wall_s = [scan.wall_s for scan in scans]
        per_second = files / statistics.median(wall_s)
        cpu_s, peak_mb = (statistics.median(getattr(scan, field) for scan in scans) for field in ("cpu_s", "peak_mb"))
        return [name, private.spread(wall_s, 3), f"{per_second:,.0f}", f"{cpu_s:.2f}", f"{peak_mb:.0f}"]

    def times(name, which):
        return [run[which].wall_s for run in results[name]]

    for which, title in enumerate(("full scan", "no-change scan")):
        private.table([title, "seconds (min-max)", "files/s", "CPU s", "peak MB"], [row(name, which) for name in results])
    peers = [name for name in results if name != "standin"]
    rows = [[f"{peer} / standin", *(private.ratio(times(peer, which), times("standin", which)) for which in (0, 1))] for peer in peers]
    private.table(["ratios of time (above 1: standin is faster)", "full", "no change"], rows)


def compare(library, binary, runs, tmp=None):
    """Runs everything in turn `runs` times on `library` and prints the tables."""
    os.sync()  # or a library just made is still being written while the first scan is measured
    files, read = read_all(library)
    print(f"Scanning {files:,} files, {read / 1e6:,.0f} MB, {runs} runs in turn, page cache as warm as memory allows", flush=True)
    absent = private.missing(["mpd"])
    names = [name for name in SCANNERS if name not in absent]
    results = {name: [] for name in names}
    for run in range(runs):
        for name in names[run % len(names) :] + names[: run % len(names)]:
            results[name].append(SCANNERS[name](library, tmp, binary))
    print("mpd is not installed and was left out" if absent else f"mpd found {results['mpd'][0][0].songs:,} songs")
    report(results, files)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", help="an existing library instead of one made for the bench; it is only read")
    parser.add_argument("--files", type=int, default=10_000, help="songs in the library that is made (default 10000)")
    private.add_options(parser, runs=3)
    options = parser.parse_args()
    private.end_whole()
    binary = private.our_binary(options.standin)
    if private.missing(["/usr/bin/time"]):
        sys.exit("GNU time is needed at /usr/bin/time: `./setup.sh bench` installs it.")
    with private.folder(options.tmp) as scratch:
        library = options.library or scratch / "library"
        if not options.library:
            make_library.make(library, options.files)
        compare(os.path.abspath(library), binary, options.runs, options.tmp)


if __name__ == "__main__":
    main()
