#!/usr/bin/env python3
"""The screen beside ncmpcpp before the same server: how soon it opens, how soon a key shows, what it costs, what it holds.

    benches/screen.py --program target/release/standin --library FOLDER --song FILE [--seconds 30]

Each program runs in a pseudo-terminal of its own (120×40) before one `standin daemon` of the library, whose queue is all of it.
Opening: from its start until the queue's rows are written. A key: from its byte until the first bytes of its picture.
CPU: of the process, while a song plays that is longer than that (FILE, in a folder of its own). Memory: its proportional share (Pss). ncmpcpp is Debian's, its visualizer off.
"""

import argparse
import fcntl
import os
import pty
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time

COLUMNS, ROWS = 120, 40
KEYS = 400


def main():
    args = arguments()
    with tempfile.TemporaryDirectory() as home:
        env = dict(os.environ, STANDIN_HOME=home, TERM="xterm-256color", COLORTERM="truecolor")
        for name in ("TMUX", "MPD_HOST", "MPD_PORT"):
            env.pop(name, None)
        run = lambda *words: subprocess.run([args.program, *words], env=env, check=True, stdout=subprocess.DEVNULL,
                                            stderr=subprocess.DEVNULL)
        run("scan", args.library, os.path.dirname(os.path.abspath(args.song)))
        port = free_port()
        daemon = subprocess.Popen([args.program, "daemon", "--output", "null", "--listen", f"127.0.0.1:{port}"], env=env, stdout=subprocess.DEVNULL)
        try:
            name = os.path.basename(args.song)
            file = next(line for line in ask(port, "listall") if line.startswith("file: ") and line.endswith("/" + name))
            ask(port, "add /", f'addid "{file[6:]}" 10', "play 10", "pause 1", "crossfade 0")
            measure(args, env, port)
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()


def measure(args, env, port):
    config = os.path.join(env["STANDIN_HOME"], "ncmpcpp.conf")
    with open(config, "w", encoding="utf-8") as out:
        out.write(f"mpd_host = 127.0.0.1\nmpd_port = {port}\nncmpcpp_directory = {env['STANDIN_HOME']}\n"
                  "visualizer_in_stereo = no\nstartup_screen = playlist\n")
    programs = [
        ("standin", [args.program, "tui"], [b"j", b"k", b"\x04", b"\x15"]),
        ("ncmpcpp", ["ncmpcpp", "-q", "-c", config], [b"j", b"k", b"\x1b[6~", b"\x1b[5~"]),
    ]
    print(f"{'':10}{'opens ms':>16}{'key ms p50':>12}{'p99':>8}{'in a scan p99':>15}{'CPU % idle':>12}{'plays':>8}{'meter':>8}{'Pss MiB':>9}")
    for name, command, keys in programs:
        opens = sorted(opening(command, env) for _ in range(args.runs))
        terminal = Terminal(command, env)
        terminal.until_quiet(1.0)
        quiet = terminal.times(keys)
        # One full scan after the other, for as long as keys are pressed.
        scans = subprocess.Popen(["sh", "-c", 'while :; do "$0" scan --full; done', args.program], env=env, start_new_session=True,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(1)
        busy = terminal.times(keys)
        os.killpg(scans.pid, signal.SIGTERM)
        scans.wait()
        terminal.until_quiet(2.0)
        idle = terminal.cpu(args.seconds)
        ask(port, "pause 0")
        terminal.until_quiet(0.5)
        plays = terminal.cpu(args.seconds)
        meter = "–"
        if name == "standin":
            terminal.write(b"5")
            terminal.until_quiet(0.3)
            meter = f"{terminal.cpu(args.seconds):.2f}"
            terminal.write(b"1")
        ask(port, "pause 1")
        memory = pss(terminal.pid)
        terminal.end()
        print(f"{name:10}{opens[len(opens) // 2]:8.0f} ≤{opens[-1]:6.0f}{share(quiet, 0.5):12.1f}{share(quiet, 0.99):8.1f}"
              f"{share(busy, 0.99):15.1f}{idle:12.2f}{plays:8.2f}{meter:>8}{memory:9.1f}", flush=True)
    print("CPU in percent of a core.")


class Terminal:
    """A program in a pseudo-terminal whose output is read and forgotten."""

    def __init__(self, command, env):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def read(self, seconds):
        ready, _, _ = select.select([self.fd], [], [], seconds)
        try:
            return os.read(self.fd, 1 << 16) if ready else b""
        except OSError:
            return b""

    def write(self, keys):
        os.write(self.fd, keys)

    def until_quiet(self, seconds, most=20):
        end = time.monotonic() + most
        while self.read(seconds) and time.monotonic() < end:
            pass

    def times(self, keys):
        """From each key to the first bytes of its picture, in ms."""
        times = []
        for number in range(KEYS):
            # What else is on its way is none of this key's.
            while self.read(0.012):
                pass
            begun = time.monotonic()
            self.write(keys[number // 5 % len(keys)])
            if self.read(2.0):
                times.append((time.monotonic() - begun) * 1000)
        return sorted(times)

    def cpu(self, seconds):
        """Percent of a core over so long, while its output is taken."""
        begun, before = time.monotonic(), ticks(self.pid)
        while time.monotonic() - begun < seconds:
            self.read(0.2)
        took = (ticks(self.pid) - before) / os.sysconf("SC_CLK_TCK")
        return 100 * took / (time.monotonic() - begun)

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        while self.read(0.5):
            pass
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def ask(port, *lines):
    """Says these commands, each of which has to work; the lines of their answers."""
    lines_told = []
    for _ in range(200):
        try:
            wire = socket.create_connection(("127.0.0.1", port))
            break
        except OSError:
            time.sleep(0.05)
    with wire, wire.makefile("rwb") as file:
        file.readline()
        for line in lines:
            file.write(line.encode() + b"\n")
            file.flush()
            while (answer := file.readline()) not in (b"OK\n", b""):
                if answer.startswith(b"ACK"):
                    sys.exit(f"{line}: {answer.decode()}")
                lines_told.append(answer.decode().rstrip("\n"))
    return lines_told


def opening(command, env):
    """Until a row with a length of the queue is there."""
    begun = time.monotonic()
    terminal = Terminal(command, env)
    seen = b""
    while time.monotonic() - begun < 10:
        seen += terminal.read(1.0)
        # A row of the queue has a length: one colon between figures, many times.
        if sum(part[-1:].isdigit() for part in seen.split(b":")) > ROWS // 2:
            break
    took = (time.monotonic() - begun) * 1000
    terminal.end()
    return took


def ticks(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def pss(pid):
    with open(f"/proc/{pid}/smaps_rollup", encoding="utf-8") as rollup:
        line = next(line for line in rollup if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def share(times, part):
    return times[min(int(len(times) * part), len(times) - 1)] if times else float("nan")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="target/release/standin")
    parser.add_argument("--library", required=True)
    parser.add_argument("--song", required=True)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--runs", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
