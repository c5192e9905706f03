"""The players that are measured beside ours: how each is started on some files, and which processes it is.

Every player gets a folder of its own for its settings and plays to the sound server that the environment names. None of
them is one of the user's: what is started here is ended here.
"""

import os
import pathlib
import pty
import re
import signal
import subprocess
import threading

import private

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


class Player:
    """One player on some files: `with` starts it, and ends it."""

    needs = ()
    kinds = None

    def __init__(self, binary, home, env, files):
        self.binary, self.home, self.files = binary, home, [str(file) for file in files]
        self.env = {**private.environment(home), **env}
        (home / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n", encoding="utf-8")

    def __enter__(self):
        self.process = subprocess.Popen(self.command(), env=self.env, **private.QUIET)
        return self

    def __exit__(self, *_):
        private.end(self.process)

    def command(self):
        raise NotImplementedError

    def pids(self):
        return [self.process.pid] if self.process.poll() is None else []


class Standin(Player):
    name = "standin"

    def command(self):
        return [self.binary, "--home", str(self.home / "standin"), "play", "--replaygain", "off", *self.files]


class Mpv(Player):
    name, needs = "mpv", ("mpv",)

    def command(self):
        return ["mpv", "--no-config", "--no-video", "--no-terminal", "--ao=pulse", "--gapless-audio=yes", *self.files]


class Sox(Player):
    name, needs, kinds = "sox", ("play",), {"wav", "flac", "mp3", "ogg"}

    def command(self):
        return ["play", "-q", *self.files]


class Mpg123(Player):
    name, needs, kinds = "mpg123", ("mpg123",), {"mp3"}

    def command(self):
        return ["mpg123", "-q", "-o", "pulse", *self.files]


class Mpd(Player):
    name, needs = "mpd", ("mpd", "mpc")

    def __enter__(self):
        socket, settings = self.home / "mpd.sock", self.home / "mpd.conf"
        settings.write_text(
            f'music_directory "{self.home}"\ndb_file "{self.home}/db"\nbind_to_address "{socket}"\n'
            f'log_file "{self.home}/log"\nauto_update "no"\nzeroconf_enabled "no"\n'
            'audio_output {\n type "pulse"\n name "null"\n mixer_type "none"\n}\n',
            encoding="utf-8",
        )
        self.process = subprocess.Popen(["mpd", "--no-daemon", settings], env=self.env, **private.QUIET)
        private.wait_for("mpd's socket", socket.exists)
        self.env["MPD_HOST"] = str(socket)
        for file in self.files:
            self.tell("add", f"file://{file}")
        self.tell("play")
        return self

    def tell(self, *words):
        subprocess.run(["mpc", "--quiet", *words], env=self.env, check=True, **private.QUIET)


class Cmus(Player):
    name, needs = "cmus", ("cmus", "cmus-remote")

    def __enter__(self):
        folder, self.socket = self.home / "cmus", self.home / "cmus.sock"
        folder.mkdir()
        (folder / "rc").write_text(
            "set output_plugin=pulse\nset mpris=false\nset resume=false\nset continue=true\nset repeat=false\nset replaygain=disabled\n",
            encoding="utf-8",
        )
        self.env["CMUS_HOME"] = str(folder)
        self.pid, screen = pty.fork()
        if self.pid == 0:
            os.execvpe("cmus", ["cmus", "--listen", str(self.socket)], {**self.env, "TERM": "xterm"})
        threading.Thread(target=drain, args=[screen], daemon=True).start()
        private.wait_for("cmus's socket", self.socket.exists)
        private.wait_for("cmus", lambda: "status" in self.tell("-Q"))
        for file in self.files:
            self.tell("-q", file)
        private.wait_for("cmus's queue", lambda: self.tell("-C", "player-next") is not None)
        self.tell("-C", "player-play")
        return self

    def tell(self, *words):
        command = ["cmus-remote", "--server", str(self.socket), *words]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=False).stdout

    def pids(self):
        return [self.pid]

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class Moc(Player):
    name, needs = "moc", ("mocp",)

    def __enter__(self):
        folder = self.home / "moc"
        folder.mkdir()
        (folder / "config").write_text("SoundDriver = ALSA\nAutoNext = yes\nRepeat = no\nShuffle = no\n", encoding="utf-8")
        folder.joinpath("config").chmod(0o600)
        self.folder = folder
        self.tell("-S")
        self.tell("-l", *self.files)
        return self

    def tell(self, *words):
        subprocess.run(["mocp", "-M", str(self.folder), *words], env=self.env, check=False, **private.QUIET)

    def pids(self):
        return [int((self.folder / "pid").read_text(encoding="ascii"))]

    def __exit__(self, *_):
        self.tell("-x")


ALL = (Standin, Mpd, Mpv, Moc, Cmus, Sox, Mpg123)


def here(kind, names=None):
    """The players that are installed and play this kind of file; of these names alone, where some are given."""
    able = [player for player in ALL if player.kinds is None or kind in player.kinds]
    return [player for player in able if not private.missing(player.needs) and (not names or player.name in names)]


def drain(terminal):
    try:
        while os.read(terminal, 65536):
            pass
    except OSError:
        pass


# ---- what a process costs --------------------------------------------------------------------------------------------


def cpu_s(pid):
    """User and system time so far, all threads together."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def wake_ups(pid):
    """How often its threads were put on a core again."""
    count = 0
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            status = (thread / "status").read_text(encoding="ascii", errors="replace")
        except OSError:
            continue
        count += sum(int(number) for number in re.findall(r"ctxt_switches:\s+(\d+)", status))
    return count


def pss_mb(pid):
    """Memory now, what is shared divided by those who share it."""
    text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE).group(1)) / 1024
