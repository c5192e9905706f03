#!/usr/bin/env python3
"""How soon a change on the disk is known to a watch: standin, and mpd with `auto_update`, one after the other.

  one file   from its last byte until it can be found; 20 times, each in a folder that is there
  many       all files of a library copied at full speed into new folders, from the last byte until all are known
  moved      every top folder renamed into another folder, from the last rename until all are known at their new place
  away       the whole of it moved out of the library, until that is told (standin keeps what vanishes at once, and says so)
  back       and moved in again

standin's watch tells of every scan on its standard output, which is what is timed; mpd is asked over and over. The CPU time is
that of the watcher's processes from the change until then. What is not known within --patience is told with how much was;
mpd is then told to update, so that the next step begins whole. At the end a fresh scan into another home must tell of every
file what the watch's index tells. Nothing outside of temporary folders is touched.
"""

import argparse
import contextlib
import json
import pathlib
import queue
import shutil
import sqlite3
import statistics
import subprocess
import threading
import time

import make_library
import peers
import private
import scan

BETWEEN_S = 1.5  # so that one file's scan is over before the next file comes
# What an index tells of each file: its row's numbers are its own affair.
DUMP = """
SELECT root.name, path, size, mtime_ns, skip_reason, hex(whole_key), part, title, artists, album, album_artists, track, disc, date, genres,
  hex(audio_key), start_frame, end_frame, length_ms, codec, rate, channels
FROM file JOIN root ON root.id = root_id LEFT JOIN song ON file_id = file.id WHERE state = 0 ORDER BY 1, 2, 7
"""


class Step:
    """A change, and what it took until it was known; without `wall_s` it was not, and `note` tells what was."""

    def __init__(self, wall_s, cpu_s, note=""):
        self.wall_s, self.cpu_s, self.note = wall_s, cpu_s, note


def measured(cpu_s, act, wait, known=lambda: ""):
    before = cpu_s()
    act()
    start = time.monotonic()
    try:
        wait()
    except (TimeoutError, queue.Empty):
        return Step(None, None, known())
    return Step(time.monotonic() - start, cpu_s() - before)


class Watch:
    """A running `standin watch`: what it told, line by line."""

    def __init__(self, process, patience_s):
        self.process, self.patience_s, self.told = process, patience_s, queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.told.put(json.loads(line))

    def until(self, is_so):
        end_at = time.monotonic() + self.patience_s
        while not is_so(report := self.told.get(timeout=max(end_at - time.monotonic(), 0.001))):
            pass
        return report

    def until_sum(self, fields, wanted):
        """Several scans may share the work."""
        so_far = 0

        def add(report):
            nonlocal so_far
            so_far += sum(report[field] for field in fields)
            return so_far >= wanted

        self.until(add)

    def cpu_s(self):
        """With the processes that it started, those that have ended among them."""
        pid = self.process.pid
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
        ended_s = (int(fields[13]) + int(fields[14])) / peers.TICKS_A_SECOND
        running_s = 0
        for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
            with contextlib.suppress(OSError):
                running_s += peers.cpu_s(int(child))
        return peers.cpu_s(pid) + ended_s + running_s


def move_all(source, target):
    target.mkdir(exist_ok=True)
    for folder in sorted(source.iterdir()):
        if folder != target:
            folder.rename(target / folder.name)


def copy_all(source, target):
    shutil.copytree(source, target, dirs_exist_ok=True)


def one_by_one(song, folder, runs, cpu_s, wait):
    """Writes a song under new names, one after the other."""
    steps = []
    for number in range(runs):
        time.sleep(BETWEEN_S)
        path = folder / f"one {number}{song.suffix}"
        content = song.read_bytes()
        steps.append(measured(cpu_s, lambda: path.write_bytes(content), lambda: wait(path)))
        if steps[-1].wall_s is None:
            break
    return steps


def standin(binary, stock, tmp, runs, patience_s):
    with private.folder(tmp) as home:
        music, away = home / "Music", home / "away"
        (music / "singles").mkdir(parents=True)
        env = private.environment(home)
        command = [binary, "--home", home / "standin", "--json", "watch", music]
        with private.running(command, env, stdout=subprocess.PIPE) as process:
            watch = Watch(process, patience_s)
            watch.until(lambda report: True)
            song, files = prepare(stock)

            def step(act, wait):
                time.sleep(BETWEEN_S)
                return measured(watch.cpu_s, act, wait)

            ones = one_by_one(song, music / "singles", runs, watch.cpu_s, lambda _: watch.until(lambda report: report["new"] == 1))
            many = step(lambda: copy_all(stock, music / "stock"), lambda: watch.until_sum(["new"], files))
            moved = step(lambda: move_all(music / "stock", music / "moved"), lambda: watch.until_sum(["moved", "new"], files))
            out = step(lambda: (music / "moved").rename(away), lambda: watch.until(lambda report: report["held"]))
            back = step(lambda: away.rename(music / "back"), lambda: watch.until_sum(["moved", "new"], files))
            scan_once(binary, home / "fresh", env, music)
            fresh = dump(home / "fresh")
            # Sweeps may still be due: what counts is where it ends.
            with contextlib.suppress(TimeoutError):
                private.wait_for("the watch's end", lambda: time.sleep(1) or dump(home / "standin") == fresh, patience_s)
            watched = dump(home / "standin")
        differ = watched ^ fresh
        if differ:
            print(f"  The watch's index differs from a fresh scan in {len(differ):,} rows, such as {min(differ, key=repr)}")
        else:
            print(f"  The watch's index tells of all {len(watched):,} songs what a fresh scan tells")
    return [ones, [many], [moved], [out], [back]]


def dump(home):
    """What the index of this home tells."""
    with contextlib.closing(sqlite3.connect(f"file:{home / 'cache' / 'library.db'}?mode=ro", uri=True)) as index:
        return set(index.execute(DUMP))


def scan_once(binary, home, env, music):
    command = [binary, "--home", home, "scan", music]
    subprocess.run(command, env=env, capture_output=True, check=False)


def prepare(stock):
    songs = [path for path in sorted(stock.rglob("*")) if path.suffix == ".mp3"]
    files = sum(1 for path in stock.rglob("*") if path.suffix[1:] in make_library.SHARES)
    return songs[0], files


class Mpd(scan.Mpd):
    """An mpd that updates by itself."""

    def __init__(self, music, home, patience_s):
        super().__init__(str(music), home)
        self.patience_s = patience_s
        conf = home / "mpd.conf"
        conf.write_text(conf.read_text().replace('auto_update "no"', 'auto_update "yes"'))

    def wait(self, is_so):
        end_at = time.monotonic() + self.patience_s
        while not is_so():
            if time.monotonic() > end_at:
                raise TimeoutError
            # Often enough for what takes it seconds, and no load.
            time.sleep(0.05)

    def songs_in(self, folder):
        with contextlib.suppress(RuntimeError):  # before it knows the folder
            return int(self.ask(f'count base "{folder}"').get("songs", 0))
        return 0

    def all_songs(self):
        return int(self.ask("stats")["songs"])

    def catch_up(self):
        """All that it missed, as a person would have it looked for."""
        self.ask("update")
        private.wait_for("mpd's update", self.updated, 4 * self.patience_s)


def mpd(stock, tmp, runs, patience_s):
    with private.folder(tmp) as home:
        music, away = home / "Music", home / "away"
        (music / "singles").mkdir(parents=True)
        server = Mpd(music, home, patience_s)
        with contextlib.ExitStack() as ending:
            ending.callback(server.end)
            server.full()
            song, files = prepare(stock)
            cpu_s = lambda: peers.cpu_s(server.process.pid)

            def step(act, folder, is_over=None):
                is_over = is_over or (lambda: server.songs_in(folder) >= files)
                known = lambda: f"{server.songs_in(folder):,} of {files:,} after {patience_s} s"
                done = measured(cpu_s, act, lambda: server.wait(is_over), known)
                if done.wall_s is None:
                    server.catch_up()
                return done

            is_known = lambda path: server.ask(f'find file "singles/{path.name}"')
            ones = one_by_one(song, music / "singles", runs, cpu_s, lambda path: server.wait(lambda: is_known(path)))
            many = step(lambda: copy_all(stock, music / "stock"), "stock")
            moved = step(lambda: move_all(music / "stock", music / "moved"), "moved")
            out = step(lambda: (music / "moved").rename(away), "moved", lambda: server.all_songs() <= runs)
            back = step(lambda: away.rename(music / "back"), "back")
    return [ones, [many], [moved], [out], [back]]


def told(steps):
    """Seconds, and CPU seconds."""
    known = [step for step in steps if step.wall_s is not None]
    if not known:
        return [steps[0].note or "never", "-"]
    return [private.spread([step.wall_s for step in known], 2), f"{statistics.median(step.cpu_s for step in known):.2f}"]


def middle(steps):
    return statistics.median(step.wall_s for step in steps if step.wall_s is not None) if steps[0].wall_s is not None else None


def compare(binary, runs, tmp, files, alone=False, patience_s=60):
    with private.folder(tmp) as scratch:
        stock = pathlib.Path(scratch) / "stock"
        make_library.make(stock, files)
        ours = standin(binary, stock, tmp, runs, patience_s)
        theirs = None
        if alone:
            pass
        elif private.missing(["mpd"]):
            print("mpd was not measured: it is not installed")
        else:
            try:
                theirs = mpd(stock, tmp, runs, patience_s)
            except (TimeoutError, OSError) as error:
                print(f"mpd was not measured to its end: {error}")
    names = ["one file", f"{files:,} files, new", f"{files:,} files, moved", "all of them away", "and back"]
    head = ["seconds until it is known", "standin", "CPU s"] + (["mpd", "CPU s", "mpd / standin"] if theirs else [])
    rows = []
    for at, name in enumerate(names):
        row = [name, *told(ours[at])]
        if theirs:
            row += [*told(theirs[at]), private.ratio([middle(theirs[at])], [middle(ours[at])])]
        rows.append(row)
    private.table(head, rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000, help="songs in the library (default 10000)")
    parser.add_argument("--alone", action="store_true", help="without mpd")
    parser.add_argument("--patience", type=int, default=60, help="so many seconds a change may take to be known (default 60)")
    private.add_options(parser, runs=20)
    options = parser.parse_args()
    private.end_whole()
    binary = private.our_binary(options.standin)
    print("\n".join(private.machine(options.tmp)), end="\n\n", flush=True)
    compare(binary, options.runs, options.tmp, options.files, options.alone, options.patience)


if __name__ == "__main__":
    main()
