#!/bin/sh
# Builds the same commit twice, in two folders with two targets, and compares the bytes. It leaves nothing behind.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
for place in one another/deeper; do
    mkdir -p "$work/$place"
    git archive HEAD | tar -x -C "$work/$place"
    (cd "$work/$place" && packaging/build.sh "$work/$place/made/here")
done
sha256sum "$work/one/made/here/release/standin" "$work/another/deeper/made/here/release/standin"
cmp "$work/one/made/here/release/standin" "$work/another/deeper/made/here/release/standin"
echo "try-twice: the same bytes"
