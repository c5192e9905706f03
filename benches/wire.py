#!/usr/bin/env python3
"""Measures the daemon as its clients see it, with mpd beside it in the same run.

  status      `status` and `currentsong` under --clients idle clients, while music plays and a full scan runs: p50, p99
  queue       the whole queue, --queue songs, to one client: standin and mpd in turn
  listallinfo everything to one client, the same way, and what it adds to the memory of the daemon
  memory      Pss of the daemon while it plays
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
import private
import scan

PAUSED_S = 10
STATUS_ROUNDS = 500


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


def compare_answers(name, command, wires, runs):
    """The same question to both, in turn."""
    times = {who: [] for who in wires}
    size = {}
    for _ in range(runs):
        for who, wire in wires.items():
            took_ms, size[who] = wire.drain_ms(command)
            times[who].append(took_ms)
    if any(took is None for took in times["standin"]):
        return print(f"{name}: standin has no such command yet")
    rows = [[who, private.spread(times[who], 1), f"{size[who]:,}"] for who in wires]
    private.table([name, "ms (min-max)", "bytes"], rows)
    if "mpd" in wires:
        print(f"mpd's time / standin's: {private.ratio(times['mpd'], times['standin'])}\n")


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
    starts = [daemon.start_ms]
    try:
        root = pathlib.Path(library).resolve().name
        daemon.wire.must(f'add "{root}"')
        daemon.wire.must(f"delete {queue}:")
        daemon.wire.must("play")
        time.sleep(2)
        print(f"memory while playing: {daemon.pss_mb():.1f} MB Pss")
        wires = {"standin": daemon.wire}
        if mpd:
            wires["mpd"] = Wire(mpd.address)
            wires["mpd"].must("clear")
            wires["mpd"].must('add ""')
            wires["mpd"].ask(f"delete {queue}:")
        compare_answers(f"queue of {queue:,}", "playlistinfo", wires, runs)
        before = daemon.pss_mb(), pss_mb(mpd.process.pid) if mpd else 0
        compare_answers("listallinfo", "listallinfo", wires, runs)
        after = daemon.pss_mb(), pss_mb(mpd.process.pid) if mpd else 0
        print(f"memory before and after: standin {before[0]:.1f} and {after[0]:.1f} MB, mpd {before[1]:.1f} and {after[1]:.1f} MB Pss")
        again = [binary, "--home", home, "scan", "--full"]
        p50, p99, count = measure_status(daemon, clients, lambda: subprocess.run(again, env=env, check=False, **private.QUIET))
        print(f"status and currentsong, {clients:,} idle clients and a full scan: p50 {p50:.2f} ms, p99 {p99:.2f} ms of {count:,}")
        daemon.wire.must("pause 1")
        time.sleep(15)
        wakes = daemon.wakes()
        time.sleep(PAUSED_S)
        print(f"woken while paused: {(daemon.wakes() - wakes) / PAUSED_S:.1f} times a second")
    finally:
        private.end(daemon.process)
    for _ in range(runs):
        daemon = Daemon(binary, home, env)
        starts.append(daemon.start_ms)
        private.end(daemon.process)
    print(f"start to answering, a queue of {queue:,}: {private.spread(starts[1:], 1)} ms")


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
