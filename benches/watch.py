#!/usr/bin/env python3
"""How soon a change on the disk is known to a watch: standin, and mpd with `auto_update`, one after the other.

  one file   from its last byte until it can be found; 20 times, each in a folder that is there
  many       all files of a library copied at full speed into new folders, from the last byte until all are known
  moved      every top folder renamed into another folder, from the last rename until all are known at their new place
  away       the whole of it moved out of the library, until that is told (standin keeps what vanishes at once, and says so)
  back       and moved in again

standin's watch tells of every scan on its standard output, which is what is timed; mpd is asked over and over. At the end a
fresh scan into another home must find what the watch's index has. Nothing outside of temporary folders is touched.
"""

import argparse
import contextlib
import json
import pathlib
import queue
import shutil
import subprocess
import threading
import time

import make_library
import private
import scan

PATIENCE_S = 120
BETWEEN_S = 1.5  # so that one file's scan is over before the next file comes


class Watch:
    """A running `standin watch`: what it told, line by line."""

    def __init__(self, process):
        self.process, self.told = process, queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.told.put(json.loads(line))

    def until(self, is_so):
        end_at = time.monotonic() + PATIENCE_S
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


def seconds(act, wait):
    act()
    start = time.monotonic()
    wait()
    return time.monotonic() - start


def move_all(source, target):
    target.mkdir(exist_ok=True)
    for folder in sorted(source.iterdir()):
        if folder != target:
            folder.rename(target / folder.name)


def copy_all(source, target):
    shutil.copytree(source, target, dirs_exist_ok=True)


def one_by_one(song, folder, runs, wait):
    """Writes a song under new names, one after the other."""
    taken = []
    for number in range(runs):
        time.sleep(BETWEEN_S)
        path = folder / f"one {number}{song.suffix}"
        content = song.read_bytes()
        taken.append(seconds(lambda: path.write_bytes(content), lambda: wait(path)))
    return taken


def standin(binary, stock, tmp, runs):
    with private.folder(tmp) as home:
        music, away = home / "Music", home / "away"
        (music / "singles").mkdir(parents=True)
        env = private.environment(home)
        command = [binary, "--home", home / "standin", "--json", "watch", music]
        with private.running(command, env, stdout=subprocess.PIPE) as process:
            watch = Watch(process)
            watch.until(lambda report: True)
            song, files = prepare(stock)
            ones = one_by_one(song, music / "singles", runs, lambda _: watch.until(lambda report: report["new"] == 1))
            time.sleep(BETWEEN_S)
            many = seconds(lambda: copy_all(stock, music / "stock"), lambda: watch.until_sum(["new"], files))
            time.sleep(BETWEEN_S)
            moved = seconds(lambda: move_all(music / "stock", music / "moved"), lambda: watch.until_sum(["moved", "new"], files))
            time.sleep(BETWEEN_S)
            out = seconds(lambda: (music / "moved").rename(away), lambda: watch.until(lambda report: report["held"]))
            time.sleep(BETWEEN_S)
            # Held files were never gone: that they are back is nothing new, so another file tells that all was looked at.
            back = seconds(
                lambda: (away.rename(music / "back"), shutil.copy(song, music / "last.mp3")),
                lambda: watch.until(lambda report: report["songs"] >= files + runs + 1 and report["seen"]),
            )
            time.sleep(4 * BETWEEN_S)
            late = ask(binary, home / "standin", env, "scan")
        fresh = ask(binary, home / "fresh", env, "scan", music)
        if (late["new"], late["changed"], late["moved"], late["songs"]) != (0, 0, 0, fresh["songs"]):
            print(f"  The watch's index differs from a fresh scan: {late} {fresh}")
    return [ones, [many], [moved], [out], [back]]


def ask(binary, home, env, *words):
    command = [binary, "--home", home, "--json", *words]
    return json.loads(subprocess.run(command, env=env, capture_output=True, check=False).stdout)


def prepare(stock):
    songs = [path for path in sorted(stock.rglob("*")) if path.suffix == ".mp3"]
    files = sum(1 for path in stock.rglob("*") if path.suffix[1:] in make_library.SHARES)
    return songs[0], files


def mpd(stock, tmp, runs):
    with private.folder(tmp) as home:
        music, away = home / "Music", home / "away"
        (music / "singles").mkdir(parents=True)
        server = scan.Mpd(str(music), home)
        conf = home / "mpd.conf"
        conf.write_text(conf.read_text().replace('auto_update "no"', 'auto_update "yes"'))
        with contextlib.ExitStack() as ending:
            ending.callback(server.end)
            server.full()
            song, files = prepare(stock)

            def has(count, base):
                with contextlib.suppress(RuntimeError):  # before it knows the folder
                    return server.ask(f'count base "{base}"').get("songs") == str(count)
                return False

            def known(path):
                private.wait_for("mpd's update", lambda: server.ask(f'find file "singles/{path.name}"'), PATIENCE_S)

            def all_in(base):
                private.wait_for("mpd's update", lambda: has(files, base), PATIENCE_S)

            ones = one_by_one(song, music / "singles", runs, known)
            many = seconds(lambda: copy_all(stock, music / "stock"), lambda: all_in("stock"))
            moved = seconds(lambda: move_all(music / "stock", music / "moved"), lambda: all_in("moved"))
            is_away = lambda: int(server.ask("stats")["songs"]) <= runs
            out = seconds(lambda: (music / "moved").rename(away), lambda: private.wait_for("mpd's update", is_away, PATIENCE_S))
            back = seconds(lambda: away.rename(music / "back"), lambda: all_in("back"))
    return [ones, [many], [moved], [out], [back]]


def compare(binary, runs, tmp, files, alone):
    with private.folder(tmp) as scratch:
        stock = pathlib.Path(scratch) / "stock"
        make_library.make(stock, files)
        ours = standin(binary, stock, tmp, runs)
        theirs = None
        if alone:
            pass
        elif private.missing(["mpd"]):
            print("mpd was not measured: it is not installed")
        else:
            try:
                theirs = mpd(stock, tmp, runs)
            except TimeoutError as error:
                print(f"mpd was not measured to its end: {error}")
    names = ["one file", f"{files:,} files, new", f"{files:,} files, moved", "all of them away", "and back"]
    head = ["seconds until it is known", "standin"] + (["mpd", "mpd / standin"] if theirs else [])
    rows = []
    for at, name in enumerate(names):
        row = [name, private.spread(ours[at], 2)]
        if theirs:
            middle = [sorted(side[at])[len(side[at]) // 2] for side in (theirs, ours)]
            row += [private.spread(theirs[at], 2), private.ratio(middle[:1], middle[1:])]
        rows.append(row)
    private.table(head, rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=10_000, help="songs in the library (default 10000)")
    parser.add_argument("--alone", action="store_true", help="without mpd")
    private.add_options(parser, runs=20)
    options = parser.parse_args()
    private.end_whole()
    binary = private.our_binary(options.standin)
    print("\n".join(private.machine(options.tmp)), end="\n\n", flush=True)
    compare(binary, options.runs, options.tmp, options.files, options.alone)


if __name__ == "__main__":
    main()
