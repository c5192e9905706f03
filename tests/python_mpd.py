"""Every command that python-mpd2 knows, put to two servers over the same songs: python_mpd.py OURS MPD, two sockets.

Prints a line for each answer that differs, and for each command of the library that stands in no step; nothing if all is
well. What is of a run or a machine (ids, hours, outputs) is not compared.
"""

import sys
import threading

import mpd
import mpd.base

ONE, TWO = "Music/a/1.flac", "Music/a/2.flac"
# Lines that are of their moment or their machine; and how a song is sampled, which MPD forgets of some.
VOLATILE = {
    "last-modified", "added", "id", "songid", "nextsongid", "playlist", "elapsed", "time", "bitrate", "audio", "uptime",
    "playtime", "db_update", "storage", "music_directory", "format", "duration", "lastloadedplaylist",
}
# Commands of which only the form of the answer is compared.
SHAPE = {"decoders", "tagtypes", "urlhandlers", "commands", "notcommands", "outputs", "listmounts", "config", "update", "rescan", "addid"}
# Of one of their own: the connection's end, which is no command, and the server's.
APART = {"close", "kill", "idle", "noidle", "command_list_ok_begin", "command_list_end"}

STEPS = [
    # The database.
    ["lsinfo"], ["lsinfo", "Music"], ["listall"], ["listallinfo"], ["listfiles", "Music/a"], ["readcomments", ONE],
    ["find", "title", "Hyperballad"], ["find", "(title == 'Hyperballad')", "window", "0:1"], ["search", "any", "hyper"],
    ["search", "comment", "x"], ["list", "artist"], ["list", "album", "group", "artist"], ["list", "comment"],
    ["count", "artist", "Björk"], ["albumart", "Music/b/3.flac"], ["readpicture", ONE], ["update"], ["rescan"],
    # The queue.
    ["clear"], ["add", "Music"], ["addid", ONE], ["addid", TWO, 0], ["playlist"], ["playlistinfo"], ["playlistinfo", "1:3"],
    ["playlistid"], ["playlistid", "$0"], ["playlistfind", "title", "Sinnerman"], ["playlistsearch", "title", "sinner"],
    ["plchanges", 0], ["plchangesposid", 0], ["move", 0, 2], ["moveid", "$0", 1], ["swap", 0, 1], ["swapid", "$0", "$1"],
    ["prio", 7, 1], ["prioid", 3, "$2"], ["rangeid", "$0", "1:2"], ["delete", 0], ["deleteid", "$0"], ["shuffle", "0:1"],
    ["addtagid", "$0", "title", "x"], ["cleartagid", "$0"], ["playlistinfo"], ["findadd", "title", "Five"],
    ["searchadd", "title", "five"], ["status"], ["clear"], ["add", "Music/a"],
    # Playing.
    ["setvol", 30], ["volume", 5], ["play", 0], ["currentsong"], ["pause", 1], ["status"],
    ["seekcur", 5], ["elapsed"], ["seek", 1, 7], ["elapsed"], ["pause", 0], ["seek", 0, 2],
    ["seekid", "$0", 3], ["seekcur", 4], ["next"], ["previous"], ["playid", "$1"], ["currentsong"], ["stop"], ["status"],
    # Options.
    ["random", 1], ["repeat", 1], ["single", "oneshot"], ["consume", 1], ["crossfade", 2], ["mixrampdb", -17],
    ["mixrampdelay", 2], ["replay_gain_mode", "album"], ["replay_gain_status"], ["random", 0], ["repeat", 0], ["single", 0],
    ["consume", 0], ["crossfade", 0], ["replay_gain_mode", "off"],
    # Stored playlists.
    ["save", "one"], ["listplaylists"], ["listplaylist", "one"], ["listplaylistinfo", "one"], ["playlistadd", "one", "Music/5.flac"],
    ["playlistmove", "one", 0, 1], ["playlistdelete", "one", 0], ["searchaddpl", "one", "title", "sinner"],
    ["listplaylist", "one"], ["load", "one"], ["playlistclear", "one"], ["rename", "one", "two"], ["rm", "two"], ["rm", "two"],
    # Stickers.
    ["sticker set", "song", TWO, "like", "2"], ["sticker get", "song", TWO, "like"], ["sticker list", "song", TWO],
    ["sticker find", "song", TWO, "like"], ["sticker delete", "song", TWO, "like"], ["sticker get", "song", TWO, "like"],
    # Outputs, partitions, mounts.
    ["outputs"], ["disableoutput", 0], ["toggleoutput", 0], ["enableoutput", 0], ["outputvolume", 5], ["moveoutput", "nothing"],
    ["listpartitions"], ["partition", "default"], ["newpartition", "no/name"], ["delpartition", "nothing"],
    ["listmounts"], ["listneighbors"], ["mount", "", "nfs://x"], ["umount", "x"],
    # What clients say to each other.
    ["subscribe", "news"], ["channels"], ["sendmessage", "news", "hi"], ["readmessages"], ["unsubscribe", "news"],
    # The server and the connection.
    ["ping"], ["password", "wrong"], ["stats"], ["clearerror"], ["config"], ["commands"], ["notcommands"], ["urlhandlers"],
    ["decoders"], ["tagtypes"], ["tagtypes", "clear"], ["playlistinfo", 0], ["tagtypes", "all"], ["clear"],
]


def plain(value):
    """An answer without what is of its moment, songs' lines in no order."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in sorted(value.items()) if name not in VOLATILE}
    if isinstance(value, (list, tuple)) or hasattr(value, "__next__"):
        return [plain(one) for one in value]
    return value


def shape(value):
    if isinstance(value, dict):
        return sorted(value)
    if isinstance(value, (list, tuple)) or hasattr(value, "__next__"):
        return [shape(one) for one in list(value)[:1]]
    return type(value).__name__


class Asked:
    def __init__(self, socket):
        self.socket = socket
        self.client = mpd.MPDClient()
        self.client.timeout = 20
        self.client.connect(socket)

    def named(self, arg):
        """`$1` is the id at the second position."""
        if isinstance(arg, str) and arg.startswith("$"):
            return self.client.playlistinfo()[int(arg[1:])]["id"]
        return arg

    def ask(self, name, *args):
        if name == "elapsed":
            return self.client.status()["elapsed"]
        try:
            command = getattr(self.client, name.replace(" ", "_"))
            answer = command(*[self.named(arg) for arg in args])
            return shape(answer) if name in SHAPE else plain(answer)
        except mpd.CommandError as error:
            return f"refused: {error}"

    def settle(self):
        """Waits for a scan that was asked for."""
        while "updating_db" in self.client.status():
            pass

    def wait(self):
        """What `idle` tells of another client's news, which are made until it has heard some."""
        other = mpd.MPDClient()
        other.connect(self.socket)
        heard = []
        waiting = threading.Thread(target=lambda: heard.append(self.client.idle("mixer")), daemon=True)
        waiting.start()
        percent = 70
        while waiting.is_alive():
            percent = 141 - percent
            other.setvol(percent)
        return heard


def in_list(client):
    client.command_list_ok_begin()
    client.ping()
    client.replay_gain_status()
    return plain(client.command_list_end())


def main():
    asked = [Asked(socket) for socket in sys.argv[1:3]]
    for step in STEPS:
        ours, theirs = (one.ask(*step) for one in asked)
        if ours != theirs:
            print(f"{step}\n  ours {ours}\n  mpd  {theirs}")
        if step[0] in ("update", "rescan"):
            for one in asked:
                one.settle()
    for name, what in (("idle", Asked.wait), ("a list", lambda one: in_list(one.client))):
        ours, theirs = (what(one) for one in asked)
        if ours != theirs:
            print(f"{name}\n  ours {ours}\n  mpd  {theirs}")
    parsers = [parser for kind in mpd.MPDClient.__mro__ for parser in vars(kind).values()]
    known = {name for parser in parsers for name in getattr(parser, "mpd_commands", None) or ()}
    stepped = {step[0] for step in STEPS} | APART
    for name in sorted(known - stepped):
        print(f"no step for {name}")


main()
