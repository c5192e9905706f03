#!/usr/bin/env python3
"""Compares a full scan and a no-change scan of one music library: standin, mpd, cmus, find and a floor, in turn, in one run.

  floor       full: benches/floor.rs reads the first 4 KiB and the last 128 bytes of every file with two threads
              no change: it asks for the size and time of every file
  find        `find LIBRARY -printf`: names, sizes and times of everything
  mpd         full: a private mpd started on an empty database until its first update is over
              no change: `update` sent to that mpd until it is over
  cmus        full: `add LIBRARY` until it can save its list (no change is not measured: it tells nobody when it is done,
              and does not look for new files)
  standin     full: `standin scan LIBRARY` on an empty --home, from the start of the process to its end
              no change: the same again

Page cache warm: all files are read once before the clock starts. With --cold it is emptied before every full scan instead,
which only root may do; --seconds makes the songs as long as real ones are, for then the disk's read-ahead counts. Memory is
the peak of all processes of a scanner together (Pss), from a run of its own that is not timed. It never writes into the
library and touches no player and no settings of the user.
"""

import argparse
import contextlib
import json
import os
import pathlib
import pty
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time

import make_library
import peers
import private

UPDATE_PATIENCE_S = 3600
ANSWER_PATIENCE_S = 60
SAMPLE_S = 0.02
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
max_output_buffer_size "65536"
max_playlist_length "1000000"
audio_output {{
  type "null"
  name "none"
}}
"""


class Scan:
    """One scan: wall time and CPU time (user and system), and the songs found where the scanner says so."""

    def __init__(self, wall_s, cpu_s, songs=None):
        self.wall_s, self.cpu_s, self.songs = wall_s, cpu_s, songs


def whole(command, home, fine=(0,)):
    """Runs one whole process."""
    before = os.times()
    start = time.monotonic()
    done = subprocess.run(command, env=private.environment(home), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    wall_s, after = time.monotonic() - start, os.times()
    if done.returncode not in fine:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-500:]}")
    return Scan(wall_s, after.children_user + after.children_system - before.children_user - before.children_system)


class Find:
    name, needs = "find", ("find",)

    def __init__(self, library, home, _binary):
        self.command, self.home = ["find", library, "-printf", r"%p %s %T@\n"], home

    def full(self):
        return whole(self.command, self.home)

    def again(self):
        return whole(self.command, self.home)

    def end(self):
        """Nothing of it is left."""


class Floor(Find):
    name, needs = "floor", ("cargo",)
    program = None

    def __init__(self, library, home, _binary):
        if not Floor.program:
            build = ["cargo", "bench", "--quiet", "--locked", "--bench", "floor", "--no-run", "--message-format=json"]
            built = subprocess.run(build, cwd=private.TOP, check=True, capture_output=True, text=True).stdout
            messages = [json.loads(line) for line in built.splitlines()]
            Floor.program = next(message["executable"] for message in messages if message.get("executable") and message["target"]["name"] == "floor")
        self.library, self.home = library, home

    def full(self):
        return whole([Floor.program, "read", self.library], self.home)

    def again(self):
        return whole([Floor.program, "stat", self.library], self.home)


class Standin(Find):
    name, needs = "standin", ()

    def __init__(self, library, home, binary):
        self.command, self.home = [binary, "--home", home / "standin", "scan", library], home

    def full(self):
        return whole(self.command, self.home, (0, PARTIAL))

    again = full


class Mpd:
    """A private mpd: its process and one connection to it."""

    name, needs = "mpd", ("mpd",)

    def __init__(self, library, home, _binary=None):
        self.home, self.address, self.process = home, str(home / "s"), None
        (home / "mpd.conf").write_text(MPD_CONF.format(library=library, home=home))

    def full(self):
        start = time.monotonic()
        self.process = subprocess.Popen(["mpd", "--no-daemon", self.home / "mpd.conf"], env=private.environment(self.home), **private.QUIET)
        self.lines = private.wait_for("mpd's socket", lambda: self.connect(self.address), 30)
        self.lines.readline()
        # An mpd without a database begins its first update by itself.
        if "updating_db" not in self.ask("status") and self.ask("stats").get("db_update", "0") == "0":
            self.ask("update")
        found = private.wait_for("mpd's update", self.updated, UPDATE_PATIENCE_S)
        return Scan(time.monotonic() - start, peers.cpu_s(self.process.pid), int(found["songs"]))

    def again(self):
        start, before = time.monotonic(), peers.cpu_s(self.process.pid)
        self.ask("update")
        private.wait_for("mpd's second update", self.updated, UPDATE_PATIENCE_S)
        return Scan(time.monotonic() - start, peers.cpu_s(self.process.pid) - before)

    def end(self):
        if self.process:
            private.end(self.process)

    @staticmethod
    def connect(address):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(ANSWER_PATIENCE_S)
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


class Cmus:
    """A private cmus on a terminal of its own."""

    name, needs = "cmus", ("cmus", "cmus-remote")

    def __init__(self, library, home, _binary):
        self.library, self.home, self.pid = library, home, None
        self.env = {**private.environment(home), "CMUS_HOME": str(home / "cmus"), "TERM": "xterm"}
        (home / "cmus").mkdir()
        (home / "cmus" / "rc").write_text("set mpris=false\nset resume=false\n", encoding="utf-8")

    def full(self):
        self.pid, screen = pty.fork()
        if self.pid == 0:
            os.execvpe("cmus", ["cmus", "--listen", str(self.home / "cmus.sock")], self.env)
        threading.Thread(target=peers.drain, args=[screen], daemon=True).start()
        private.wait_for("cmus's socket", (self.home / "cmus.sock").exists)
        private.wait_for("cmus", lambda: "status" in self.tell("-Q"))
        start, before = time.monotonic(), peers.cpu_s(self.pid)
        self.tell("-C", f"add {self.library}")
        private.wait_for("cmus's list", self.has_saved, UPDATE_PATIENCE_S)
        songs = len((self.home / "list").read_text(encoding="utf-8").splitlines())
        return Scan(time.monotonic() - start, peers.cpu_s(self.pid) - before, songs)

    def has_saved(self):
        """It refuses as long as it adds."""
        return "can't save" not in self.tell("-C", f"save -l {self.home}/list")

    def tell(self, *words):
        command = ["cmus-remote", "--server", str(self.home / "cmus.sock"), *words]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def again(self):
        return None

    def end(self):
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)


SCANNERS = (Floor, Find, Mpd, Cmus, Standin)


def measure(scanner, library, tmp, binary, cold):
    """A full scan and one where nothing changed."""
    with private.folder(tmp) as home:
        one = scanner(library, home, binary)
        try:
            if cold:
                empty_cache()
            return one.full(), one.again()
        finally:
            one.end()


def peak_pss_mb(scanner, library, tmp, binary):
    """The most memory that all its processes had together in a full scan; they are the ones that this bench started."""
    peak, done = [0], threading.Event()

    def look():
        while not done.wait(SAMPLE_S):
            peak[0] = max(peak[0], sum(pss_below(os.getpid())))

    sampler = threading.Thread(target=look)
    sampler.start()
    try:
        measure(scanner, library, tmp, binary, False)
    finally:
        done.set()
        sampler.join()
    return peak[0]


def pss_below(parent):
    """The memory of each process below this one."""
    children = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            fields = (folder / "stat").read_text(errors="replace").rsplit(")", 1)[1].split()
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    left = list(children.get(parent, []))
    while left:
        pid = left.pop()
        left += children.get(pid, [])
        with contextlib.suppress(OSError, AttributeError):
            yield peers.pss_mb(pid)


def empty_cache():
    os.sync()
    pathlib.Path("/proc/sys/vm/drop_caches").write_text("3", encoding="ascii")


def read_all(library):
    """Brings the library into the page cache; gives the number of files and of bytes."""
    files = read = 0
    for folder, _, names in os.walk(library):
        for name in names:
            read += len(pathlib.Path(folder, name).read_bytes())
            files += 1
    return files, read


def report(results, memory, files):
    def row(name, which):
        scans = [run[which] for run in results[name]]
        wall_s = [scan.wall_s for scan in scans]
        cpu_s = statistics.median(scan.cpu_s for scan in scans)
        peak = [f"{memory[name]:.0f}" if name in memory else "-"] if which == 0 else []
        return [name, private.spread(wall_s, 3), f"{files / statistics.median(wall_s):,.0f}", f"{cpu_s:.2f}", *peak]

    def times(name, which):
        return [run[which] and run[which].wall_s for run in results[name]]

    for which, title, more in ((0, "full scan", ["peak MB, Pss"]), (1, "no-change scan", [])):
        able = [name for name in results if results[name][0][which]]
        private.table([title, "seconds (min-max)", "files/s", "CPU s", *more], [row(name, which) for name in able])
    others = [name for name in results if name != "standin"]
    rows = [[f"{peer} / standin", *(private.ratio(times(peer, which), times("standin", which)) for which in (0, 1))] for peer in others]
    private.table(["ratios of time (above 1: standin is faster)", "full", "no change"], rows)


def compare(library, binary, runs, tmp=None, cold=False):
    """Runs everything in turn `runs` times on `library` and prints the tables."""
    os.sync()  # or a library just made is still being written while the first scan is measured
    files, read = read_all(library)
    cache = "emptied before each full scan" if cold else "as warm as memory allows"
    print(f"Scanning {files:,} files, {read / 1e6:,.0f} MB, {runs} runs in turn, page cache {cache}", flush=True)
    absent = [scanner.name for scanner in SCANNERS if private.missing(scanner.needs)]
    scanners = [scanner for scanner in SCANNERS if scanner.name not in absent]
    results = {scanner.name: [] for scanner in scanners}
    for run in range(runs):
        turn = run % len(scanners)
        for scanner in scanners[turn:] + scanners[:turn]:
            results[scanner.name].append(measure(scanner, library, tmp, binary, cold))
    memory = {} if cold else {scanner.name: peak_pss_mb(scanner, library, tmp, binary) for scanner in scanners}
    found = [f"{name} found {runs[0][0].songs:,} songs" for name, runs in results.items() if runs[0][0].songs is not None]
    print("; ".join(found + [f"{name} is not installed and was left out" for name in absent]))
    report(results, memory, files)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", help="an existing library instead of one made for the bench; it is only read")
    parser.add_argument("--files", type=int, default=10_000, help="songs in the library that is made (default 10000)")
    parser.add_argument("--seconds", type=float, default=1.5, help="their mean length (default 1.5)")
    parser.add_argument("--cold", action="store_true", help="empty the page cache before each full scan (root only)")
    private.add_options(parser, runs=3)
    options = parser.parse_args()
    private.end_whole()
    binary = private.our_binary(options.standin)
    if options.cold and os.geteuid():
        sys.exit("Only root may empty the page cache: run it as root, or without --cold.")
    with private.folder(options.tmp) as scratch:
        library = options.library or scratch / "library"
        if not options.library:
            make_library.make(library, options.files, options.seconds)
        compare(os.path.abspath(library), binary, options.runs, options.tmp, options.cold)


if __name__ == "__main__":
    main()
