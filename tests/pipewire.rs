//! PipeWire in PulseAudio's place: where `STANDIN_PIPEWIRE` is set, every test that wants a PulseAudio of its own gets
//! PipeWire's, with the same sink and its own session manager. It plays nothing and judges nothing.

use crate::home::{RATE, has};
use std::path::{Path, PathBuf};
use std::process::Command;

/// One core, one sink whose rate is put in, no device of the machine.
const CONFIG: &str = r#"
context.properties = { default.clock.rate = @RATE@ default.clock.allowed-rates = [ @RATE@ ] core.daemon = true core.name = pipewire-0 }
context.spa-libs = { audio.convert.* = audioconvert/libspa-audioconvert support.* = support/libspa-support }
context.modules = [
  { name = libpipewire-module-protocol-native }
  { name = libpipewire-module-metadata }
  { name = libpipewire-module-spa-node-factory }
  { name = libpipewire-module-client-node }
  { name = libpipewire-module-client-device }
  { name = libpipewire-module-adapter }
  { name = libpipewire-module-link-factory }
  { name = libpipewire-module-session-manager }
  { name = libpipewire-module-access args = { } }
]
context.objects = [
  { factory = spa-node-factory args = { factory.name = support.node.driver node.name = Dummy-Driver priority.driver = 20000 } }
  { factory = adapter args = { factory.name = support.null-audio-sink node.name = "null" media.class = Audio/Sink
    object.linger = true audio.rate = @RATE@ audio.position = [ FL FR ] monitor.channel-volumes = true } }
]
"#;

/// Each waits for the one before it by asking for it until it answers.
const ALL: &str = "pipewire -c \"$0\" & until pw-cli info 0 >/dev/null 2>&1; do :; done; wireplumber & exec pipewire-pulse";

/// Whether it is asked for; it has to be there then.
pub fn is_wanted() -> bool {
    let wanted = std::env::var_os("STANDIN_PIPEWIRE").is_some();
    assert!(!wanted || (has("pipewire-pulse") && has("wireplumber") && has("dbus-run-session")));
    wanted
}

/// Where its PulseAudio listens.
pub fn socket(home: &Path) -> PathBuf {
    home.join("pulse/native")
}

/// The server with all that belongs to it. `sink`: as PulseAudio's module takes it, of which the rate is read.
pub fn server(home: &Path, sink: &str) -> Command {
    let rate = sink
        .split_whitespace()
        .find_map(|word| word.strip_prefix("rate="));
    let rate = rate.map_or(RATE.to_string(), str::to_owned);
    let config = home.join("pipewire.conf");
    std::fs::write(&config, CONFIG.replace("@RATE@", &rate)).unwrap();
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "sh", "-c", ALL]).arg(config);
    command.env("PIPEWIRE_RUNTIME_DIR", home);
    command
}
