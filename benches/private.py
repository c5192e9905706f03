"""What the benches share: a folder of their own to run programs in, processes that are always ended, and the machine.

Nothing here reads or writes the user's own settings, library or sound server: every program runs with HOME and the XDG
folders inside a temporary folder, which is removed at the end, and only processes that were started here are ended here.
"""

import contextlib
import os
import pathlib
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
SOCKET_LENGTH_MAX = 107
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def add_options(parser, runs):
    """The options that every bench has."""
    target = os.environ.get("CARGO_TARGET_DIR", "target")
    default = os.environ.get("STANDIN", TOP / target / "release" / "standin")
    parser.add_argument("--standin", default=default, help="our binary (default: $STANDIN, else target/release/standin)")
    parser.add_argument("--runs", type=int, default=runs, help=f"how often each program is measured (default {runs})")
    parser.add_argument("--tmp", help="where the temporary folder goes (default: the system's)")


def end_whole():
    """When the bench is stopped, its processes and its folders go too."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _: sys.exit(128 + received))


def our_binary(path):
    """The absolute path of our binary, or the end of the bench with a sentence."""
    found = shutil.which(str(path))
    if not found:
        sys.exit(f"There is no program at {path}: run `cargo build --release`, or name it with --standin.")
    return os.path.abspath(found)


@contextlib.contextmanager
def folder(parent=None):
    """A new temporary folder, removed at the end whatever happens."""
    path = pathlib.Path(tempfile.mkdtemp(prefix="standin-bench-", dir=parent))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def environment(home, **more):
    """The environment for a program that shall know nothing of the user: no settings, no display, no session bus."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    places = {"HOME": "", "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache"}
    places |= {"XDG_STATE_HOME": "state", "XDG_RUNTIME_DIR": "run"}
    env = {**kept, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent", "TERM": "dumb"}
    for name, place in places.items():
        (home / place).mkdir(mode=0o700, parents=True, exist_ok=True)
        env[name] = str(home / place)
    return {**env, **more}


def end(process, patience_s=5):
    """Ends a process of ours, gently first."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


@contextlib.contextmanager
def running(command, env, **pipes):
    process = subprocess.Popen(command, env=env, **{**QUIET, **pipes})
    try:
        yield process
    finally:
        end(process)


def wait_for(what, condition, patience_s=10):
    """Waits until `condition` gives something true, and gives that."""
    end_at = time.monotonic() + patience_s
    while time.monotonic() < end_at:
        found = condition()
        if found:
            return found
        time.sleep(0.005)
    raise TimeoutError(f"{what} did not happen within {patience_s} s")


def missing(programs):
    return [program for program in programs if not shutil.which(program)]


# ---- what is printed -------------------------------------------------------------------------------------------------


def spread(values, digits=0):
    """The median, with the smallest and the largest."""
    if not values:
        return "no result"
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def ratio(theirs, ours):
    """The median of each run's own ratio: what slows the machine down for a while slows both."""
    pairs = [a / b for a, b in zip(theirs, ours) if a is not None and b]
    return f"{statistics.median(pairs):.2f}" if pairs else "-"


def table(head, rows):
    widths = [max(len(str(row[column])) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        cells = [str(cell).rjust(width) if column else str(cell).ljust(width) for column, (cell, width) in enumerate(zip(row, widths))]
        print("  " + "  ".join(cells).rstrip())
    print(flush=True)


VERSIONS = {
    "mpd": (["mpd", "--version"], r"\((\d[\w.~-]*)\)"),
    "mpv": (["mpv", "--version"], r"mpv v?(\S+)"),
    "sox": (["sox", "--version"], r"SoX v(\S+)"),
    "find": (["find", "--version"], r"(\d[\d.]+)"),
    "PulseAudio": (["pulseaudio", "--version"], r"pulseaudio (\S+)"),
    "Python": ([sys.executable, "--version"], r"Python (\S+)"),
}


def version(command, pattern):
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout
    except OSError:
        return "not installed"
    found = re.search(pattern, said)
    return found.group(1) if found else "?"


def processor():
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"^(?:model name|Model|cpu model)\s*:\s*(.+)$", text, re.MULTILINE)
    return found.group(1) if found else platform.machine()


def machine(tmp):
    """The lines that say where the figures come from."""
    system = "?"
    with contextlib.suppress(OSError, AttributeError):
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    command = ["stat", "-f", "-c", "%T", str(tmp or tempfile.gettempdir())]
    disk = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() or "?"
    load = os.getloadavg()[0]
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    yield f"{processor()}, {os.cpu_count()} cores, {memory_gb:.1f} GB, load {load:.1f}; {system}, {platform.system()} {platform.release()}"
    yield "temporary files on " + disk + "; " + ", ".join(f"{name} {version(*ask)}" for name, ask in VERSIONS.items())
