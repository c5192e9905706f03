
# Playlists and artists, asked for when a name is completed.
complete -c standin -n "__fish_seen_subcommand_from play" -a "(standin playlist ls 2>/dev/null; standin list artist 2>/dev/null)"
complete -c standin -n "__fish_seen_subcommand_from load rm" -f -a "(standin lsplaylists 2>/dev/null)"
complete -c standin -n "__fish_seen_subcommand_from playlist; and __fish_seen_subcommand_from show add rm rename export check" -a "(standin playlist ls 2>/dev/null)"
