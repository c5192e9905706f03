#!/usr/bin/env python3
"""The licences of every crate that the program is made of, as one text: each licence once, with the crates that it is of.

    packaging/licences.py [--check]

Reads what cargo knows (the crates' own files, as they were fetched for the build), so it needs no network after a build.
--check: prints nothing, and fails where a crate allows no licence of ALLOWED, or comes without the text of one.
"""
import json
import os
import re
import subprocess
import sys

# What may be in a program under "MIT OR Apache-2.0"; of `A OR B` one is enough, of `A AND B` all.
ALLOWED = {
    "MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "Unlicense",
    "CC0-1.0", "0BSD", "Unicode-3.0", "MPL-2.0", "CDLA-Permissive-2.0", "BSL-1.0", "MIT-0", "bzip2-1.0.6",
}
TEXTS = re.compile(r"^(licen[cs]e|copying|unlicense|notice|copyright)", re.I)
# A licence's text is a page; more is something else.
MAX_TEXT = 200_000
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def metadata():
    host = subprocess.check_output(["rustc", "-vV"], text=True).split("host: ")[1].split()[0]
    told = subprocess.check_output(
        ["cargo", "metadata", "--format-version=1", "--locked", "--filter-platform", host], cwd=HERE)
    return json.loads(told)


def made_of(told):
    """The crates that are linked in: those for tests and build scripts are not."""
    nodes = {node["id"]: node for node in told["resolve"]["nodes"]}
    root = told["resolve"]["root"]
    seen, todo = set(), [root]
    while todo:
        for dep in nodes[todo.pop()]["deps"]:
            is_linked = any(kind["kind"] is None for kind in dep["dep_kinds"])
            if is_linked and dep["pkg"] not in seen:
                seen.add(dep["pkg"])
                todo.append(dep["pkg"])
    crates = [package for package in told["packages"] if package["id"] in seen]
    return sorted(crates, key=lambda crate: (crate["name"], crate["version"]))


def is_allowed(expression):
    """Whether an SPDX expression leaves us a licence of ALLOWED. `/` is the old way to write OR."""
    words = re.findall(r"\(|\)|[^\s()/]+|/", expression.replace(" WITH ", "_WITH_"))

    def either(at):
        is_ok, at = both(at)
        while at < len(words) and words[at] in ("OR", "/"):
            other, at = both(at + 1)
            is_ok = is_ok or other
        return is_ok, at

    def both(at):
        is_ok, at = one(at)
        while at < len(words) and words[at] == "AND":
            other, at = one(at + 1)
            is_ok = is_ok and other
        return is_ok, at

    def one(at):
        if words[at] == "(":
            is_ok, at = either(at + 1)
            return is_ok, at + 1
        return words[at].replace("_WITH_", " WITH ") in ALLOWED, at + 1

    return bool(words) and either(0)[0]


def texts_of(crate):
    folder = os.path.dirname(crate["manifest_path"])
    names = [name for name in sorted(os.listdir(folder)) if TEXTS.match(name)]
    named = crate.get("license_file")
    if named and named not in names:
        names.append(named)
    for name in names:
        path = os.path.join(folder, name)
        if os.path.isdir(path):
            inside = sorted(os.path.join(path, inner) for inner in os.listdir(path))
        else:
            inside = [path]
        for path in inside:
            if os.path.isfile(path) and os.path.getsize(path) <= MAX_TEXT and not path.endswith(".rs"):
                with open(path, encoding="utf-8", errors="replace") as file:
                    yield file.read().strip().replace("\r\n", "\n")


def main():
    crates = made_of(metadata())
    wrong = [f"{crate['name']} {crate['version']}: {crate['license']}"
             for crate in crates if not is_allowed(crate["license"] or "")]
    if wrong:
        sys.exit("licences that are not allowed here:\n" + "\n".join(wrong))
    texts, without = {}, []
    for crate in crates:
        called = f"{crate['name']} {crate['version']}"
        found = False
        for text in texts_of(crate):
            found = True
            texts.setdefault(" ".join(text.split()), (text, []))[1].append(called)
        if not found:
            without.append(f"{called} ({crate['license']}; by {', '.join(crate['authors']) or 'its authors'})")
    if "--check" in sys.argv:
        print(f"{len(crates)} crates, {len(texts)} texts, {len(without)} crates that come without one", file=sys.stderr)
        return
    print("standin is made of the crates below. Each licence is told once, with the crates that it is of.\n")
    for crate in crates:
        print(f"{crate['name']} {crate['version']}: {crate['license']}")
    if without:
        print("\nThese come without the text of their licence:\n" + "\n".join(without))
    for _, (text, called) in sorted(texts.items(), key=lambda item: (-len(item[1][1]), item[0])):
        print(f"\n{'=' * 100}\n{', '.join(dict.fromkeys(called))}\n{'-' * 100}\n\n{text}")


if __name__ == "__main__":
    main()
