//! What may stand in `config.toml` and still makes no sense together. It asks nobody whether what is named is there.

use super::file::Config;
use super::notes::Warning;
use crate::mpd;
use crate::outage::service::Services;
use std::path::Path;

/// What `standin config check` says beyond what is left out.
pub fn senseless(config: &Config, path: &Path) -> Vec<Warning> {
    let line = |place: &str| {
        let said = config.said.iter().find(|said| said.place == place);
        said.map(|said| said.line)
    };
    let warning = |place: &str, what: String| Warning {
        path: path.to_owned(),
        line: line(place),
        what,
    };
    let (daemon, outage) = (&config.settings.daemon, &config.settings.outage);
    let door = daemon.door();
    let listen = daemon.listen.iter().flatten();
    let open = listen.filter_map(|at| mpd::socket::may_listen(*at, &door).err());
    let open = open.map(|error| warning("daemon.listen", error.to_string()));
    let services = Services::with(&outage.services);
    let used = outage.used.iter().flatten();
    let unknown = used.filter(|name| services.named(name).is_none());
    let unknown = unknown.map(|name| {
        let what = format!("there is no service {name}; a [[service]] would tell how it is asked");
        warning("outage.services", what)
    });
    open.chain(unknown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_told_with_its_line() {
        let path = Path::new("c");
        for (text, told) in [
            ("[daemon]\nlisten = ['127.0.0.1']\n", None),
            ("[daemon]\nlisten = ['0.0.0.0']\npassword = 'x'\n", None),
            ("[daemon]\n\nlisten = ['0.0.0.0']\n", Some("c, line 3: ")),
            ("[outage]\nservices = ['Spotify']\n", None),
            (
                "[outage]\nservices = ['Spotifi']\n",
                Some("c, line 2: there is no service Spotifi; "),
            ),
        ] {
            let config = Config::parse(path, text);
            assert_eq!(config.warnings, [], "{text}");
            let all = senseless(&config, path);
            let first = all.first().map(ToString::to_string);
            assert_eq!(first.is_some(), told.is_some(), "{text}: {first:?}");
            let begins = |first: &String| first.starts_with(told.unwrap_or_default());
            assert!(first.is_none_or(|first| begins(&first)), "{text}");
        }
    }
}
