#!/bin/sh
# Lays all that a package holds into a folder, as it lies on the system: the program, its pages, completions, units, icon,
# and the licences of what it is made of. It writes nothing outside that folder, and builds nothing.
#
#     packaging/stage.sh PROGRAM FOLDER [ZSH_FOLDER]     ZSH_FOLDER: where zsh looks (/usr/share/zsh/site-functions)
set -eu
program=$(realpath "$1")
stage=$2
zsh=${3:-/usr/share/zsh/site-functions}
here=$(cd "$(dirname "$0")" && pwd)

file() { install -D -m 644 "$1" "$stage$2"; }
made() { # a file at $1 with what the program prints
    mkdir -p "$stage$(dirname "$1")"
    out=$1
    shift
    "$program" --home "$home" "$@" >"$stage$out"
    chmod 644 "$stage$out"
}

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
install -D -m 755 "$program" "$stage/usr/bin/standin"
made /usr/share/bash-completion/completions/standin completions bash
made /usr/share/fish/vendor_completions.d/standin.fish completions fish
made "$zsh/_standin" completions zsh
"$program" --home "$home" man "$stage/usr/share/man/man1"
find "$stage/usr/share/man" -type f -exec gzip -9n {} +
find "$stage/usr/share/man" -type f -exec chmod 644 {} +
"$program" --home "$home" daemon --units "$stage/usr/lib/systemd/user" >/dev/null
chmod 644 "$stage/usr/lib/systemd/user/"*
file "$here/standin.desktop" /usr/share/applications/standin.desktop
file "$here/standin.svg" /usr/share/icons/hicolor/scalable/apps/standin.svg
file "$here/standin.metainfo.xml" /usr/share/metainfo/standin.metainfo.xml
file "$here/../README.md" /usr/share/doc/standin/README.md
file "$here/screen.svg" /usr/share/doc/standin/packaging/screen.svg
mkdir -p "$stage/usr/share/doc/standin"
python3 "$here/licences.py" >"$stage/usr/share/doc/standin/third-party-licences.txt"
find "$stage" -type d -exec chmod 755 {} +
