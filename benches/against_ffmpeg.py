#!/usr/bin/env python3
"""Every file below a folder, decoded by standin and by ffmpeg: do they give the same?

Prints a table a codec whose counts add up, and a line for each file that differs. Lossless integer sound must be equal,
sample for sample; of lossy sound the number of frames is compared, within one block of the codec (2,304 frames). `--oracle FILE` takes what ffmpeg once said instead of running
it: tab-separated, with the columns path, codec, verdict, frames, and pcm (the SHA-256 of the samples as 32-bit integers).
"""

import argparse
import collections
import concurrent.futures
import csv
import json
import os
import pathlib
import subprocess
import sys

import decode
import private

BLOCK = 2_304
LOSSLESS = ("flac", "alac", "ape", "tta", "wavpack", "pcm_s", "pcm_u")
VERDICTS = ("equal", "near", "other samples", "other length", "only ffmpeg", "only standin", "neither")
PATIENCE_S = 120


def ask_ffmpeg(path):
    """Codec, frames and hash, as ffmpeg has them."""
    name = "file:" + str(path)
    probe = ["ffprobe", "-v", "error", "-select_streams", "a:0", "-of", "json", "-show_entries", "stream=codec_name,channels,sample_fmt", name]
    said = subprocess.run(probe, capture_output=True, timeout=PATIENCE_S, check=False).stdout
    try:
        stream = json.loads(said)["streams"][0]
    except (ValueError, KeyError, IndexError):
        return {"codec": "", "verdict": "refused", "frames": "", "pcm": ""}
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", name, "-map", "0:a:0", "-c:a", "pcm_s32le", "-f", "hash", "-hash", "sha256", "-"]
    count = ["ffmpeg", "-nostdin", "-v", "error", "-i", name, "-map", "0:a:0", "-c:a", "pcm_s32le", "-f", "s32le", "-"]
    ran = subprocess.run(command, capture_output=True, timeout=PATIENCE_S, check=False)
    with subprocess.Popen(count, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as counting:
        size = 0
        while block := counting.stdout.read(1 << 20):
            size += len(block)
    frames = size // 4 // max(1, stream.get("channels", 1))
    verdict = "nosound" if not frames else "complaints" if ran.stderr or ran.returncode else "clean"
    pcm = ran.stdout.decode().strip().removeprefix("SHA256=").lower()
    return {"codec": stream.get("codec_name", ""), "verdict": verdict, "frames": str(frames), "pcm": pcm}


def ask_us(bench, paths):
    """What our bench tells of each file, in one process."""
    told = subprocess.run([bench, "--each"], input=b"\0".join(paths), capture_output=True, check=False)
    if told.returncode:
        sys.exit(f"the bench ended with {told.returncode}: {told.stderr.decode(errors='replace')[-400:]}")
    fields = ("path", "rate", "channels", "frames", "told", "pcm", "ms", "kib", "wrong")
    return [dict(zip(fields, line.split(b"\t"))) for line in told.stdout.split(b"\n") if line]


def judge(theirs, ours):
    has, have = int(theirs["frames"] or 0), int(ours["frames"] or 0)
    if not has or not have:
        return "only ffmpeg" if has else "only standin" if have else "neither"
    if theirs["codec"].startswith(LOSSLESS) and theirs["pcm"]:
        if has != have:
            return "other length"
        return "equal" if theirs["pcm"] == ours["pcm"].decode() else "other samples"
    return "equal" if has == have else "near" if abs(has - have) <= BLOCK else "other length"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--bench", help="our bench, built already (default: cargo builds it)")
    parser.add_argument("--oracle", type=pathlib.Path, help="what ffmpeg said of these files")
    parser.add_argument("--only-clean", action="store_true", help="leave out what ffmpeg complains of")
    options = parser.parse_args()
    private.end_whole()
    bench = options.bench or decode.our_bench()
    if options.oracle:
        with options.oracle.open(encoding="utf-8", errors="surrogateescape", newline="") as rows:
            theirs = {os.fsencode(options.folder / row["path"]): row for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)}
    else:
        files = sorted(path for path in options.folder.rglob("*") if path.is_file())
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            theirs = dict(zip(map(os.fsencode, files), pool.map(ask_ffmpeg, files)))
    if options.only_clean:
        theirs = {path: told for path, told in theirs.items() if told["verdict"] == "clean"}
    counts = collections.defaultdict(collections.Counter)
    ours = ask_us(bench, list(theirs))
    for told in ours:
        them = theirs[told["path"]]
        verdict = judge(them, told)
        counts[them["codec"] or "none known"][verdict] += 1
        if verdict not in ("equal", "near", "neither"):
            name = os.fsdecode(told["path"]).encode("utf-8", "replace").decode()
            print(f"{verdict}: {name}: ffmpeg {them['frames'] or 'none'} ({them['codec']}, {them['verdict']}), here {told['frames'].decode() or 'none'}; {told['wrong'].decode(errors='replace')}")
    rows = [[codec, *(str(found[verdict]) for verdict in VERDICTS), str(found.total())] for codec, found in sorted(counts.items())]
    total = sum(counts.values(), collections.Counter())
    rows.append(["all", *(str(total[verdict]) for verdict in VERDICTS), str(total.total())])
    print()
    private.table(["codec", *VERDICTS, "files"], rows)
    if len(ours) != len(theirs):
        print(f"{len(theirs) - len(ours)} of {len(theirs)} files were not told of")


if __name__ == "__main__":
    main()
