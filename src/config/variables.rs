//! What the environment says to standin. It reads nothing: whoever obeys a variable asks for it.

/// A variable.
pub struct Variable {
    /// As it is called.
    pub name: &'static str,
    /// What it does, in a sentence or two.
    pub about: &'static str,
}

/// Those that the program obeys.
pub const VARIABLES: [Variable; 16] = [
    Variable {
        name: "STANDIN_HOME",
        about: "A folder that holds everything, as with --home.",
    },
    Variable {
        name: "STANDIN_CONFIG",
        about: "The config file, in the place of config.toml.",
    },
    Variable {
        name: LEVELS,
        about: "How loudness is evened out, as with --replaygain; it wins over [play] replaygain.",
    },
    Variable {
        name: "MPD_HOST",
        about: "The server that the verbs of a running player ask: a host, a socket's path, or PASSWORD@HOST.",
    },
    Variable {
        name: "MPD_PORT",
        about: "Its port.",
    },
    Variable {
        name: "MPC_FORMAT",
        about: "How a song is written, as -f has it.",
    },
    Variable {
        name: "XDG_CONFIG_HOME",
        about: "Where config files are, ~/.config else.",
    },
    Variable {
        name: "XDG_DATA_HOME",
        about: "Where what you made is, ~/.local/share else.",
    },
    Variable {
        name: "XDG_CACHE_HOME",
        about: "Where what can be made again is, ~/.cache else.",
    },
    Variable {
        name: "XDG_STATE_HOME",
        about: "Where the queue is, ~/.local/state else.",
    },
    Variable {
        name: "XDG_RUNTIME_DIR",
        about: "Where the socket is.",
    },
    Variable {
        name: "XDG_MUSIC_DIR",
        about: "Your music folder, in the place of what the desktop names.",
    },
    Variable {
        name: "XDG_DOWNLOAD_DIR",
        about: "Where downloads are, in the place of what the desktop names: exports are looked for there on the first day.",
    },
    Variable {
        name: "PULSE_SERVER, PULSE_SINK",
        about: "The sound server and its output, as every client of PulseAudio obeys them.",
    },
    Variable {
        name: "NO_COLOR",
        about: "Set to anything: no colours.",
    },
    Variable {
        name: "STANDIN_PLAIN",
        about: "Set to 1: lines for a screen reader, as with --plain.",
    },
];

/// The variable that says how loudness is evened out.
pub(super) const LEVELS: &str = "STANDIN_REPLAYGAIN";
