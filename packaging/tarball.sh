#!/bin/sh
# Makes standin-VERSION-MACHINE-linux.tar.xz in target/package: everything a package holds, for systems that have none. It
# needs nothing there but glibc and ALSA's library, and lies anywhere. It builds what is not built.
#
#     packaging/tarball.sh [PROGRAM]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.."
program=${1:-$("$here/build.sh")}
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct)}"
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
name=standin-$version-$(uname -m)-linux
out=$PWD/target/package
# The newest glibc that a symbol or the loader's work (packed relocations, since 2.36) asks for.
needs() {
    objdump -p "$program" | sed -n -e 's/.* GLIBC_\([0-9][0-9.]*\)$/\1/p' -e 's/.* GLIBC_ABI_DT_RELR$/2.36/p' | sort -uV | tail -n 1 | sed 's/^/glibc /'
}

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$out"
"$here/stage.sh" "$program" "$stage/$name"
cp LICENSE-MIT LICENSE-APACHE CHANGELOG.md "$stage/$name/usr/share/doc/standin/"
cat >"$stage/$name/README" <<END
standin $version. To try it: ./usr/bin/standin
To keep it: sudo cp -r usr/. /usr/local/ (and in /usr/local/lib/systemd/user/standin.service write /usr/local/bin/standin).
It needs $(needs) and libasound.so.2.
END
find "$stage" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
tar -C "$stage" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
    --format=gnu -cJf "$out/$name.tar.xz" "$name"
echo "$out/$name.tar.xz"
