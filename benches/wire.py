#!/usr/bin/env python3
"""Measures the daemon as its clients see it, with mpd beside it in the same run.

  memory      Pss of the daemon while it plays an album, and after it told a client all songs
  listallinfo, find
              everything to one client, standin and mpd in turn: time, and CPU time of the server
  queue       the whole queue, --queue songs, to one client, the same way
  status      `status` and `currentsong` under --clients idle clients, while music plays and a full scan runs: p50, p99
  paused      times that its threads are woken in a second while the music is paused
  start       from starting the daemon to its answer

Quote the ratios, not the figures. Nothing of the user's is touched, and nothing sounds.
"""

import argparse
import pathlib
import resource
import socket
import statistics
import subprocess
import threading
import time

import make_library
import peers
import private
import scan

PAUSED_S = 10
SETTLE_S = 15
STATUS_ROUNDS = 500
EVERYTHING = 'find "(file != \'\')"'


class Wire:
    """A connection to something that speaks MPD's protocol."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(address))
        self.lines = self.socket.makefile("rb")
        self.lines.readline()

    def send(self, command):
        self.socket.sendall(command.encode() + b"\n")

    def answer(self):
        lines = []
        while not (line := self.lines.readline()).startswith((b"OK", b"ACK")):
            if not line:
                raise RuntimeError("the connection was closed")
            lines.append(line)
        return lines if line.startswith(b"OK") else line.decode()

    def ask(self, command):
        self.send(command)
        return self.answer()

    def must(self, command):
        answer = self.ask(command)
        if isinstance(answer, str):
            raise RuntimeError(f"{command!r}: {answer}")
        return answer

    def drain_ms(self, command):
        """How long an answer takes to its last byte, and how many bytes it has; nothing where the command is refused."""
        begun, size, tail = time.monotonic(), 0, b""
        self.send(command)
        while not tail.endswith(b"\nOK\n"):
            block = self.socket.recv(1 << 18)
            if not block or size == 0 and block.startswith(b"ACK"):
                return None, 0
            size += len(block)
            tail = (tail + block)[-4:]
        return (time.monotonic() - begun) * 1000, size


class Daemon:
    """A `standin daemon` of this bench."""

    def __init__(self, binary, home, env):
        self.address = home / "run" / "socket"
        begun = time.monotonic()
        self.process = subprocess.Popen([binary, "--home", home, "daemon", "--output", "null"], env=env, **private.QUIET)
        self.wire = private.wait_for("the daemon", self.knock, 60)
        self.wire.must("status")
        self.start_ms = (time.monotonic() - begun) * 1000

    def knock(self):
        try:
            return Wire(self.address)
        except OSError:
            time.sleep(0.001)
            return None

    def pss_mb(self):
        return pss_mb(self.process.pid)

    def is_settled(self):
        """Whether it has looked at all folders: it uses the processor no more."""
        before = peers.cpu_s(self.process.pid)
        time.sleep(1)
        return peers.cpu_s(self.process.pid) - before < 0.03

    def wakes(self):
        """Times that its threads went to sleep by themselves, so far."""
        total = 0
        for status in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/status"):
            lines = status.read_text().splitlines()
            total += int(next(line for line in lines if line.startswith("voluntary")).split()[1])
        return total


def pss_mb(pid):
    lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024


def measure_status(daemon, clients, rescan):
    idle = [Wire(daemon.address) for _ in range(clients)]
    for wire in idle:
        wire.send("idle")
    scanning = threading.Thread(target=rescan)
    scanning.start()
    times = []
    while len(times) < STATUS_ROUNDS or scanning.is_alive():
        begun = time.monotonic()
        daemon.wire.must("status")
        daemon.wire.must("currentsong")
        times.append((time.monotonic() - begun) * 1000)
    scanning.join()
    cuts = statistics.quantiles(times, n=100)
    return cuts[49], cuts[98], len(times)


def compare_answers(name, command, servers, runs):
    """The same question to both, in turn."""
    times, cpu, size = {who: [] for who in servers}, {who: [] for who in servers}, {}
    for _ in range(runs):
        for who, (wire, pid) in servers.items():
            before = peers.cpu_s(pid)
            took_ms, size[who] = wire.drain_ms(command)
            if took_ms is None:
                return print(f"{name}: {who} refuses it")
            times[who].append(took_ms)
            cpu[who].append((peers.cpu_s(pid) - before) * 1000)
    rows = [[who, private.spread(times[who], 1), f"{statistics.mean(cpu[who]):.0f}", f"{size[who]:,}"] for who in servers]
    private.table([name, "ms (min-max)", "CPU ms", "bytes"], rows)
    if "mpd" in servers:
        print(f"mpd's time / standin's: {private.ratio(times['mpd'], times['standin'])}")
    memory = ", ".join(f"{who} {pss_mb(pid):.1f}" for who, (_, pid) in servers.items())
    print(f"memory after it, MB Pss: {memory}\n", flush=True)


def compare(binary, library, runs, clients, queue, tmp=None):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, clients + 500), most))
    with private.folder(tmp) as scratch:
        env, home = private.environment(scratch), scratch / "standin"
        subprocess.run([binary, "--home", home, "scan", library], env=env, check=False, **private.QUIET)
        mpd = None
        if private.missing(["mpd"]):
            print("mpd is not installed and was left out")
        else:
            mpd = scan.Mpd(str(library), scratch)
            mpd.full()
        try:
            measure(binary, home, env, mpd, library, runs, clients, queue)
        finally:
            if mpd:
                mpd.end()


def measure(binary, home, env, mpd, library, runs, clients, queue):
    daemon = Daemon(binary, home, env)
    try:
        root = pathlib.Path(library).resolve().name
        servers = {"standin": (daemon.wire, daemon.process.pid)}
        if mpd:
            servers["mpd"] = Wire(mpd.address), mpd.process.pid
            servers["mpd"][0].must("clear")
        private.wait_for("the first look at the folders", lambda: daemon.is_settled(), 300)
        daemon.wire.must('searchadd "(track == \'1\')" window 0:12')
        daemon.wire.must("play")
        time.sleep(2)
        print(f"memory while playing: {daemon.pss_mb():.1f} MB Pss")
        compare_answers("listallinfo", "listallinfo", servers, runs)
        compare_answers("find everything", EVERYTHING, servers, runs)
        for who, everything in (("standin", root), ("mpd", "")):
            if who in servers:
                servers[who][0].must("clear")
                servers[who][0].must(f'add "{everything}"')
                servers[who][0].ask(f"delete {queue}:")
        compare_answers(f"queue of {queue:,}", "playlistinfo", servers, runs)
        daemon.wire.must("play")
        again = [binary, "--home", home, "scan", "--full"]
        p50, p99, count = measure_status(daemon, clients, lambda: subprocess.run(again, env=env, check=False, **private.QUIET))
        print(f"status and currentsong, {clients:,} idle clients and a full scan: p50 {p50:.2f} ms, p99 {p99:.2f} ms of {count:,}")
        daemon.wire.must("pause 1")
        time.sleep(SETTLE_S)
        wakes = daemon.wakes()
        time.sleep(PAUSED_S)
        print(f"woken while paused: {(daemon.wakes() - wakes) / PAUSED_S:.1f} times a second")
    finally:
        private.end(daemon.process)
    starts = []
    for _ in range(runs):
        daemon = Daemon(binary, home, env)
        starts.append(daemon.start_ms)
        private.end(daemon.process)
    print(f"start to answering, a queue of {queue:,}: {private.spread(starts, 1)} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", help="a folder of music instead of one made here")
    parser.add_argument("--files", type=int, default=100_000, help="songs in the library made here (default 100000)")
    parser.add_argument("--queue", type=int, default=50_000, help="songs in the queue (default 50000)")
    parser.add_argument("--clients", type=int, default=1_000, help="idle clients (default 1000)")
    private.add_options(parser, runs=5)
    options = parser.parse_args()
    private.end_whole()
    binary = private.our_binary(options.standin)
    print("\n".join(private.machine(options.tmp)), end="\n\n", flush=True)
    with private.folder(options.tmp) as scratch:
        library = options.library
        if library is None:
            library = scratch / "library"
            make_library.make(library, options.files)
        compare(binary, library, options.runs, options.clients, options.queue, options.tmp)


if __name__ == "__main__":
    main()
