"""A worker that ends over every file with "killer" in its name, and else is the real one.

usage: dying_worker.py PROGRAM LOG VERB. It speaks what src/library/worker/wire.rs tells, and writes a line to LOG when it is started.
"""
import struct
import subprocess
import sys

program, log, verb = sys.argv[1:]
with open(log, "a") as lines:
    lines.write("started\n")
real = subprocess.Popen([program, verb], stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def number(stream):
    head = stream.read(4)
    return struct.unpack("<I", head)[0] if len(head) == 4 else None


while (count := number(sys.stdin.buffer)) is not None:
    paths = [sys.stdin.buffer.read(number(sys.stdin.buffer)) for _ in range(count)]
    killers = [at for at, path in enumerate(paths) if b"killer" in path]
    asked = paths[: killers[0]] if killers else paths
    real.stdin.write(struct.pack("<I", len(asked)) + b"".join(struct.pack("<I", len(p)) + p for p in asked))
    real.stdin.flush()
    for _ in asked:
        length = number(real.stdout)
        sys.stdout.buffer.write(struct.pack("<I", length) + real.stdout.read(length))
    if killers:
        # What was answered may be lost with it, as it is when a process is ended: nothing is flushed.
        sys.stdout.buffer.raw.close()
        import os
        os._exit(9)
    sys.stdout.buffer.flush()
