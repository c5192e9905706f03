
# Playlists and artists, asked for when a name is completed.
_standin_names() {
    _standin "$@"
    local word="${COMP_WORDS[COMP_CWORD]}" quote="" names="" name
    [[ "$word" == -* || $COMP_CWORD -lt 2 ]] && return
    case "${COMP_WORDS[1]}" in
        play) names="$("$1" playlist ls 2>/dev/null; "$1" list artist 2>/dev/null)" ;;
        load | rm) names="$("$1" lsplaylists 2>/dev/null)" ;;
        playlist) [[ $COMP_CWORD -gt 2 ]] && names="$("$1" playlist ls 2>/dev/null)" ;;
    esac
    case "$word" in
        [\"\']*) quote="${word:0:1}" word="${word:1}" ;;
        *) word="${word//\\/}" ;;
    esac
    while IFS= read -r name; do
        [[ -n "$name" && "$name" == "$word"* ]] || continue
        [[ -n "$quote" ]] || printf -v name '%q' "$name"
        COMPREPLY+=("$name")
    done <<<"$names"
}

complete -F _standin_names -o bashdefault -o default standin
