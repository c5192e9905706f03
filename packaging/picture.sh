#!/bin/sh
# Renders packaging/screen.svg, the picture of the README: the made-up library of demo.py, played to no device, as tmux shows it.
#
#     packaging/picture.sh [PROGRAM]
#
# Needs tmux, ffmpeg and python3. It touches nothing but the picture and a temporary folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "${1:-$here/../target/release/standin}")
work=$(mktemp -d)
trap 'tmux -L standin-picture kill-server 2>/dev/null || true; rm -rf "$work"' EXIT

python3 "$here/demo.py" "$work/music"
export STANDIN_HOME="$work/home" COLORTERM=truecolor
unset TMUX MPD_HOST MPD_PORT NO_COLOR || true
"$program" scan --quiet "$work/music"
screen() { tmux -L standin-picture "$@"; }
screen -f /dev/null new-session -d -s picture -x 110 -y 34 "$program" tui --output null
until screen capture-pane -p | grep -q 'Ready: '; do sleep 0.1; done
screen send-keys -l ':play lantern season'
screen send-keys Enter
screen send-keys 5
# Until the words are sung.
until screen capture-pane -p | grep -q ' 0:1[2-4] '; do sleep 0.1; done
screen capture-pane -ep | python3 "$here/picture.py" > "$here/screen.svg"
echo "packaging/screen.svg is new: look at it before it is kept."
