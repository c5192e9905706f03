
# Playlists and artists, asked for when a name is completed.
_standin_names() {
    local -a typed names
    local at=$CURRENT ret
    typed=("${words[@]}")
    _standin "$@"
    ret=$?
    (( at > 2 )) || return ret
    case ${typed[2]} in
        play) names=("${(@f)$(standin playlist ls 2>/dev/null; standin list artist 2>/dev/null)}") ;;
        load|rm) names=("${(@f)$(standin lsplaylists 2>/dev/null)}") ;;
        playlist) (( at > 3 )) && names=("${(@f)$(standin playlist ls 2>/dev/null)}") ;;
    esac
    names=(${names:#})
    (( $#names )) && compadd -a names && ret=0
    return ret
}

compdef _standin_names standin
