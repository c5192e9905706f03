
# Playlists and artists, asked for when a name is completed. Files are offered only where a verb takes some.
complete -c standin -n "__fish_seen_subcommand_from play" -a "(standin playlist ls 2>/dev/null; standin list artist 2>/dev/null)"
complete -c standin -n "__fish_seen_subcommand_from load rm" -f -a "(standin lsplaylists 2>/dev/null)"
complete -c standin -n "__fish_seen_subcommand_from playlist; and __fish_seen_subcommand_from show rm rename" -f -a "(standin playlist ls 2>/dev/null)"
complete -c standin -n "__fish_seen_subcommand_from playlist; and __fish_seen_subcommand_from add export check" -a "(standin playlist ls 2>/dev/null)"
complete -c standin -n "__fish_seen_subcommand_from completions" -f -a "bash elvish fish powershell zsh"
complete -c standin -n "__fish_seen_subcommand_from repeat random consume" -f -a "on off toggle"
complete -c standin -n "__fish_seen_subcommand_from single" -f -a "on off once toggle"
complete -c standin -n "__fish_seen_subcommand_from replaygain" -f -a "off track album auto"
complete -c standin -n "__fish_seen_subcommand_from pause unpause toggle stop next prev seek volume crossfade status current queue clear del move shuffle" -f
