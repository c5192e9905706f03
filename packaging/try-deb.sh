#!/bin/sh
# Installs, uses and removes the Debian package in a clean system that debootstrap makes, and asks lintian. As root. It leaves
# nothing behind.
#
#     packaging/try-deb.sh PACKAGE [SUITE]
#
# Needs debootstrap, lintian, desktop-file-utils and appstream.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
package=$(realpath "$1")
suite=${2:-bookworm}
mirror=${MIRROR:-http://deb.debian.org/debian}
clean=$(mktemp -d)
trap 'umount "$clean/proc" 2>/dev/null || true; rm -rf "$clean"' EXIT

say() { printf 'try-deb: %s\n' "$*"; }
inside() { chroot "$clean" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
# Every file but what apt and dpkg write of themselves.
files() { (cd "$clean" && find . -xdev \( -path ./proc -o -path ./var/lib -o -path ./var/cache -o -path ./var/log -o -path ./tmp \) -prune -o -print | LC_ALL=C sort); }

say "lintian"
lintian --fail-on error,warning "$package"
desktop-file-validate "$here/standin.desktop"
appstreamcli validate --no-net "$here/standin.metainfo.xml"

say "a clean $suite"
debootstrap --variant=minbase "$suite" "$clean" "$mirror" >/dev/null
mount -t proc proc "$clean/proc"
cp "$package" "$clean/tmp/standin.deb"
inside apt-get -qq update
files >"$clean/tmp/before"
inside apt-get -qq -y --no-install-recommends install /tmp/standin.deb >/dev/null
say "installed: $(inside dpkg-query -W -f '${Version}, ${Installed-Size} KiB' standin)"
cp -r "$here/../sample-media" "$clean/tmp/music"
inside standin --version
inside standin --home /tmp/home scan /tmp/music
inside standin --home /tmp/home play --output wav:/tmp/out.wav "Live at the Boathouse"
[ "$(stat -c %s "$clean/tmp/out.wav")" -gt 1000000 ] || { say "nothing was played"; exit 1; }
say "removing"
inside apt-get -qq -y purge standin >/dev/null
inside apt-get -qq -y autoremove --purge >/dev/null
files >"$clean/tmp/after"
diff "$clean/tmp/before" "$clean/tmp/after"
say "installed, played, removed: nothing is left"
