#!/bin/sh
# Brings a fresh machine to where it can try standin, test it or measure it. Never removes a package, never asks, and
# does nothing that is done already: a second run needs no rights at all.
set -eu

help() {
    cat <<'END'
usage: ./setup.sh try|test|bench|help

  try     installs what the build needs, builds standin in release mode, indexes sample-media/ and plays one
          short album of it (about a minute; q ends it)
  test    installs that and the peers of the tests (ffmpeg, mpc, PulseAudio, D-Bus and others), then runs every test
  bench   installs that and the peers of the benches (mpd, mpv, sox and others), then runs benches/run with the
          arguments that follow, such as --files 100000
  help    prints this

Packages come from apt, dnf, pacman, zypper or brew, with sudo where it is not run by root; only apt has been tried.
Rust itself is not installed: it comes from https://rustup.rs.
END
}

# The folder of sample-media/ that `try` plays, as a pattern.
ALBUM_FOLDER='*Live*'

# Where a column holds "-", that system has nothing to install; commas stand between several packages.
# what shows it    apt                              dnf                 pacman       zypper           brew     what for
BUILD='
c-compiler         gcc,libc6-dev                    gcc,glibc-devel     gcc          gcc,glibc-devel  -        SQLite and the linker
pkg-config         pkg-config                       pkgconf-pkg-config  pkgconf      pkg-config       -        finding ALSA
alsa-headers       libasound2-dev                   alsa-lib-devel      alsa-lib     alsa-devel       -        sound
'
TEST_PEERS='
ffmpeg             ffmpeg                           ffmpeg-free         ffmpeg       ffmpeg           ffmpeg   the second decoder, and ffprobe
flac               flac                             flac                flac         flac             flac     another encoder, and metaflac
lame               lame                             lame                lame         lame             lame     MP3 with its delay and padding told
oggenc             vorbis-tools                     vorbis-tools        vorbis-tools vorbis-tools     vorbis-tools another encoder
opusenc            opus-tools                       opus-tools          opus-tools   opus-tools       opus-tools another encoder
sox                sox                              sox                 sox          sox              sox      tones, and comparing samples
mpc                mpc                              mpc                 mpc          mpclient         mpc      the client that drives our socket
mpd                mpd                              mpd                 mpd          mpd              mpd      what answers are compared with
beet               beets                            beets            beets        beets            beets    a library of another player to move in from
pulseaudio         pulseaudio                       pulseaudio          pulseaudio   pulseaudio       -        a private sound server with a null sink
parec              pulseaudio-utils                 pulseaudio-utils    libpulse     pulseaudio-utils -        recording its monitor
dbus-run-session   dbus                             dbus-daemon         dbus         dbus-1           dbus     a private session bus
gdbus              libglib2.0-bin                   glib2               glib2        glib2-tools      glib     who is on that bus
playerctl          playerctl                        playerctl           playerctl    playerctl        -        what media keys do
dbusmock           python3-dbusmock                 python3-dbusmock    python-dbusmock python3-python-dbusmock - services of a desktop that write down what they are asked
systemd-analyze    systemd                          systemd             systemd      systemd          -        whether our units are right
strace             strace                           strace              strace       strace           -        whether readers wait for locks
tmux               tmux                             tmux                tmux         tmux             tmux     a terminal of any size for the screen
python3            python3                          python3             python       python3          python   scripts that measure
python-mpd         python3-mpd                      python3-mpd2        python-mpd2  python3-python-mpd2 -     a client that others are made of
mutagen            python3-mutagen                  python3-mutagen     python-mutagen python3-mutagen -       another reader and writer of tags
'
BENCH_PEERS='
python3            python3                          python3             python       python3          python   the benches themselves
ffprobe            ffmpeg                           ffmpeg-free         ffmpeg       ffmpeg           ffmpeg   what it reads in the same files
mutagen            python3-mutagen                  python3-mutagen     python-mutagen python3-mutagen -       another reader and writer of tags
flac               flac                             flac                flac         flac             flac     decoding to compare with
lame               lame                             lame                lame         lame             lame     makes MP3
mpg123             mpg123                           mpg123              mpg123       mpg123           mpg123   decoding to compare with
oggdec             vorbis-tools                     vorbis-tools        vorbis-tools vorbis-tools     vorbis-tools decoding to compare with
opusdec            opus-tools                       opus-tools          opus-tools   opus-tools       opus-tools decoding to compare with
find               findutils                        findutils           findutils    findutils        -        the least that looking at a library costs
mpd                mpd                              mpd                 mpd          mpd              mpd      the scan to compare with
mpv                mpv                              mpv                 mpv          mpv              mpv      a start to compare with
play               sox                              sox                 sox          sox              sox      a start to compare with
sox-to-pulse       libsox-fmt-pulse,libsox-fmt-mp3  -                   -            -                -        sox to PulseAudio, and MP3
mpc                mpc                              mpc                 mpc          mpclient         mpc      what tells mpd to play
cmus               cmus                             cmus                cmus         cmus             cmus     playing to compare with
mocp               moc,libasound2-plugins           moc                 moc          moc              moc      playing to compare with
numpy              python3-numpy                    python3-numpy       python-numpy python3-numpy    numpy    where two pieces join in a recording
pulseaudio         pulseaudio                       pulseaudio          pulseaudio   pulseaudio       -        a private sound server with a null sink
parec              pulseaudio-utils                 pulseaudio-utils    libpulse     pulseaudio-utils -        recording its monitor
'

say() {
    printf 'setup: %s\n' "$*"
}

fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

# ---- what is there ---------------------------------------------------------------------------------------------------

is_there() {
    case $1 in
    c-compiler) links_c ;;
    pkg-config) not_linux || command -v pkg-config >/dev/null ;;
    alsa-headers) not_linux || pkg-config --exists alsa 2>/dev/null ;;
    numpy) python3 -c 'import numpy' 2>/dev/null || /usr/bin/python3 -c 'import numpy' 2>/dev/null ;;
    dbusmock) python3 -c 'import dbusmock' 2>/dev/null || /usr/bin/python3 -c 'import dbusmock' 2>/dev/null ;;
    python-mpd) python3 -c 'import mpd' 2>/dev/null || /usr/bin/python3 -c 'import mpd' 2>/dev/null ;;
    mutagen) python3 -c 'import mutagen' 2>/dev/null || /usr/bin/python3 -c 'import mutagen' 2>/dev/null ;;
    sox-to-pulse) sox --help 2>/dev/null | grep -q 'AUDIO DEVICE DRIVERS:.*pulseaudio' && sox --help | grep -q 'AUDIO FILE FORMATS:.* mp3 ' ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

# ALSA is Linux's alone.
not_linux() {
    [ "$(uname -s)" != Linux ]
}

# A compiler without the C library's headers is there and useless: try it.
links_c() {
    printf '#include <stdio.h>\nint main(void) { return puts(""); }\n' >"$scratch/try.c"
    cc "$scratch/try.c" -o "$scratch/try" 2>/dev/null
}

package_manager() {
    for program in apt-get dnf pacman zypper brew; do
        if command -v "$program" >/dev/null; then
            echo "$program"
            return
        fi
    done
    echo none
}

# The packages of the list $1 whose thing is not there.
missing_packages() {
    while read -r shown apt dnf pacman zypper brew _; do
        if [ -z "$shown" ] || is_there "$shown"; then
            continue
        fi
        case $manager in
        apt-get) names=$apt ;;
        dnf) names=$dnf ;;
        pacman) names=$pacman ;;
        zypper) names=$zypper ;;
        brew) names=$brew ;;
        *) names=$apt ;;
        esac
        if [ "$names" != - ]; then
            echo "$names" | tr ',' ' '
        fi
    done <<END
$1
END
}

# The names in the list $1 of what is not there.
missing_things() {
    while read -r shown _; do
        if [ -n "$shown" ] && ! is_there "$shown"; then
            printf ' %s' "$shown"
        fi
    done <<END
$1
END
}

# ---- installing ------------------------------------------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 "$@"
}

apt_update() {
    say "fetching the list of packages: apt-get update"
    apt_get update >>"$log" 2>&1 || say "apt-get update failed; going on with the list that is there"
    updated=yes
}

# Says yes when apt has a version of each package to offer.
apt_offers() {
    for package in "$@"; do
        apt-cache policy "$package" 2>/dev/null | grep -q '^  Candidate: [^(]' || return 1
    done
}

# --no-remove: where a desktop's sound server stands in the way, ours gives way.
apt_install() {
    if [ "$updated" = no ] && ! apt_offers "$@"; then
        apt_update
    fi
    if apt_get install --yes --no-install-recommends --no-remove "$@" >>"$log" 2>&1; then
        return 0
    fi
    if [ "$updated" = yes ]; then
        return 1
    fi
    apt_update
    apt_get install --yes --no-install-recommends --no-remove "$@" >>"$log" 2>&1
}

install_packages() {
    case $manager in
    apt-get) apt_install "$@" ;;
    dnf) as_root dnf install --assumeyes --quiet "$@" >>"$log" 2>&1 ;;
    pacman) as_root pacman -S --needed --noconfirm "$@" >>"$log" 2>&1 ;;
    zypper) as_root zypper --non-interactive install --no-recommends "$@" >>"$log" 2>&1 ;;
    brew) brew install "$@" >>"$log" 2>&1 ;;
    esac
}

# Says what will be installed and how, or why it cannot be.
announce() {
    if [ "$manager" = none ]; then
        say "there is no apt, dnf, pacman, zypper or brew here; please install by hand what Debian calls: $*"
        return 1
    fi
    rights=
    if [ "$manager" != brew ] && [ "$(id -u)" != 0 ]; then
        rights='sudo '
        if ! command -v sudo >/dev/null; then
            say "neither root nor sudo here; please have root run: $manager install $*"
            return 1
        fi
    fi
    case $manager in
    pacman) say "installing with ${rights}pacman -S: $*" ;;
    *) say "installing with $rights$manager install: $*" ;;
    esac
}

install_for_build() {
    packages=$(missing_packages "$BUILD")
    if [ -n "$packages" ]; then
        # shellcheck disable=SC2086 # a list of names
        set -- $packages
        announce "$@" || exit 1
        install_packages "$@" || {
            tail -n 5 "$log" >&2
            fail "that did not work (the network, or the mirror?); standin cannot be built without these packages"
        }
    fi
    unmet=$(missing_things "$BUILD")
    [ -z "$unmet" ] || say "going on although these were not found:$unmet"
}

# Installs what it can of the list $1; what is missing afterwards is said and is no failure.
install_peers() {
    peers=$1
    packages=$(missing_packages "$peers")
    if [ -n "$packages" ]; then
        # shellcheck disable=SC2086 # a list of names
        set -- $packages
        if announce "$@"; then
            install_packages "$@" || install_each "$@"
            keep_mpd_quiet "$@"
        fi
    fi
    unmet=$(missing_things "$peers")
}

install_each() {
    say "not all of it can be installed at once; trying one by one"
    for package in "$@"; do
        install_packages "$package" || say "$package could not be installed: $(tail -n 1 "$log")"
    done
}

# Debian starts an mpd as soon as it is installed; ours are started by the tests alone.
keep_mpd_quiet() {
    case " $* " in
    *' mpd '*) ;;
    *) return 0 ;;
    esac
    if [ "$manager" = apt-get ] && [ -d /run/systemd/system ]; then
        say "stopping the mpd that its package starts: systemctl disable --now mpd.service mpd.socket"
        as_root systemctl disable --now mpd.service mpd.socket >>"$log" 2>&1 || true
    fi
}

# ---- Rust ------------------------------------------------------------------------------------------------------------

check_rust() {
    wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    command -v cargo >/dev/null || PATH=$PATH:${HOME:-/root}/.cargo/bin
    command -v cargo >/dev/null || fail "cargo is not here: standin needs Rust $wanted or newer, see https://rustup.rs"
    found=$(cargo --version 2>/dev/null | sed -n 's/^cargo \([0-9]*\.[0-9]*\).*/\1/p')
    [ -n "$found" ] || fail "cargo does not run: standin needs Rust $wanted or newer (with rustup: rustup default stable)"
    if ! printf '%s %s\n' "$found" "$wanted" | awk '{ split($1, a, "."); split($2, b, "."); exit !(a[1] * 1000 + a[2] >= b[1] * 1000 + b[2]) }'; then
        fail "this is Rust $found: standin needs $wanted or newer, see https://rustup.rs (with rustup: rustup update stable)"
    fi
}

# ---- the commands ----------------------------------------------------------------------------------------------------

try() {
    check_rust
    install_for_build
    cargo build --release --locked
    target=${CARGO_TARGET_DIR:-target}
    album=$(find sample-media -type d -name "$ALBUM_FOLDER" | LC_ALL=C sort | head -n 1)
    [ -n "$album" ] || fail "sample-media/ holds no folder named $ALBUM_FOLDER"
    code=0
    "$target/release/standin" --home "$target/try" scan sample-media || code=$?
    # 4: some files could not be read, which is said and is no reason to stop.
    [ "$code" = 0 ] || [ "$code" = 4 ] || exit "$code"
    "$target/release/standin" --home "$target/try" play "$album" --output default,null
}

run_tests() {
    check_rust
    install_for_build
    install_peers "$TEST_PEERS"
    if [ -n "$unmet" ]; then
        say "not here, so the tests that need them say that they are skipped:$unmet"
    fi
    if cargo fmt --version >/dev/null 2>&1; then
        cargo fmt --check
    else
        say "cargo fmt is not installed: the formatting is not checked"
    fi
    if cargo clippy --version >/dev/null 2>&1; then
        cargo clippy --all-targets --locked -- -D warnings
    else
        say "cargo clippy is not installed: lints are not checked"
    fi
    cargo test --locked
}

bench() {
    check_rust
    install_for_build
    install_peers "$BENCH_PEERS"
    if [ -n "$unmet" ]; then
        say "not here, so what needs them is left out:$unmet"
    fi
    benches/run "$@"
}

cd "$(dirname "$0")"
command=${1:-help}
[ $# = 0 ] || shift
case $command in
help | -h | --help)
    help
    exit
    ;;
try | test | bench) ;;
*)
    help >&2
    exit 2
    ;;
esac

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
log=$scratch/log
manager=$(package_manager)
updated=no
case $command in
try) try ;;
test) run_tests ;;
bench) bench "$@" ;;
esac
