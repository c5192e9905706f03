#!/bin/sh
# Makes the Debian package, standin_VERSION_ARCH.deb, in target/package. It builds what is not built, and installs nothing.
#
#     packaging/deb.sh [PROGRAM]
#
# Needs dpkg-dev, binutils, python3 and gzip. Who it is by comes from DEBFULLNAME and DEBEMAIL, else from the last commit.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.."
program=${1:-$("$here/build.sh")}
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH
name=${DEBFULLNAME:-$(git log -1 --format=%an)}
mail=${DEBEMAIL:-$(git log -1 --format=%ae)}
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
architecture=$(dpkg --print-architecture)
out=$PWD/target/package
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$out"
root=$stage/root
"$here/stage.sh" "$program" "$root" /usr/share/zsh/vendor-completions

doc=$root/usr/share/doc/standin
{
    sed "s/^Upstream-Contact:.*/Upstream-Contact: $name <$mail>/" packaging/copyright
} >"$doc/copyright"
gzip -9n "$doc/third-party-licences.txt"
# A package of its own project is a native one: its changelog is changelog.gz.
{
    printf 'standin (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- %s <%s>  %s\n' \
        "$version" "$name" "$mail" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n >"$doc/changelog.gz"
gzip -9nc CHANGELOG.md >"$doc/CHANGELOG.md.gz"
# dpkg-shlibdeps reads which libraries the program needs, and asks for a source package's control file.
mkdir -p "$stage/debian"
printf 'Source: standin\n\nPackage: standin\nArchitecture: any\n' >"$stage/debian/control"
depends=$(cd "$stage" && dpkg-shlibdeps -O "$root/usr/bin/standin" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
# Packed relocations (build.rs) need a loader of glibc 2.36, which no symbol tells.
if objdump -p "$root/usr/bin/standin" | grep -q GLIBC_ABI_DT_RELR; then
    depends=$(echo "$depends" | sed 's/libc6 (>= 2\.[0-9]*)/libc6 (>= 2.36)/')
fi
mkdir -p "$root/DEBIAN"
cat >"$root/DEBIAN/control" <<END
Package: standin
Version: $version
Architecture: $architecture
Maintainer: $name <$mail>
Installed-Size: $(du -k -s --apparent-size "$root" | cut -f 1)
Depends: $depends
Suggests: ffmpeg, mpc, systemd
Section: sound
Priority: optional
Description: local music player that steps in when streaming goes down
 standin indexes the audio files that you own and plays them from the command
 line, without a gap and without a network. It takes in the playlists that you
 built on a streaming service, matches them to your files, tells how ready they
 are for an outage, notices the outage, and steps in.
 .
 It comes with a screen for the terminal and a daemon that every client of the
 Music Player Daemon can drive.
END
(cd "$root" && find usr -type f | LC_ALL=C sort | xargs md5sum) >"$root/DEBIAN/md5sums"
find "$root" -type d -exec chmod 755 {} +
chmod 644 "$root/DEBIAN/"*
find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
package=$out/standin_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
echo "$package"
