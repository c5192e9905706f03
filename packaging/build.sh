#!/bin/sh
# Builds the program as it is handed out: the same commit, compiler and C library give the same bytes, wherever the
# checkout lies and whenever it is built. Prints where the program is. It installs nothing.
#
#     packaging/build.sh [FOLDER]     FOLDER: where cargo builds (target/package)
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
cd "$here"
target=${1:-$here/target/package}
cargo_home=${CARGO_HOME:-$HOME/.cargo}
# The clock of the last commit, where there is one, and where nobody says another.
if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Cargo.lock)
fi
export SOURCE_DATE_EPOCH
# Paths of the machine that builds stand in messages of panics and asserts: they are told as these.
export RUSTFLAGS="--remap-path-prefix=$target=/target --remap-path-prefix=$here=/standin --remap-path-prefix=$cargo_home=/cargo"
export CFLAGS="-ffile-prefix-map=$target=/target -ffile-prefix-map=$here=/standin -ffile-prefix-map=$cargo_home=/cargo"
cargo build --release --locked --target-dir "$target" >&2
echo "$target/release/standin"
