//! Where the sound server listens and what lets us in: the places that libpulse looks in. It opens no socket.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// The length of a cookie, in bytes; a server that asks for none takes zeros.
pub(super) const COOKIE_BYTES: usize = 256;

/// The socket: of `PULSE_SERVER` (a list, of which the first local one counts; remote ones are none of ours), else
/// `$PULSE_RUNTIME_PATH/native`, else `$XDG_RUNTIME_DIR/pulse/native`.
///
/// `variable` gives an environment variable. `Err`: a sentence's end that says why there is none.
pub fn socket(variable: impl Fn(&str) -> Option<String>) -> Result<PathBuf, String> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    if let Some(servers) = set("PULSE_SERVER") {
        return servers.split_whitespace().find_map(local).ok_or_else(|| {
            format!("PULSE_SERVER names {servers}, and only sockets on this machine are reached")
        });
    }
    set("PULSE_RUNTIME_PATH")
        .map(|folder| PathBuf::from(folder).join("native"))
        .or_else(|| set("XDG_RUNTIME_DIR").map(|folder| PathBuf::from(folder).join("pulse/native")))
        .ok_or_else(|| "neither PULSE_SERVER nor XDG_RUNTIME_DIR is set".to_owned())
}

/// `{machine}unix:PATH`, `unix:PATH` or `PATH`.
fn local(server: &str) -> Option<PathBuf> {
    let server = match server.strip_prefix('{') {
        Some(rest) => rest.split_once('}')?.1,
        None => server,
    };
    let path = server.strip_prefix("unix:").unwrap_or(server);
    path.starts_with('/').then(|| PathBuf::from(path))
}

/// The cookie, zeros where there is none.
pub fn cookie(variable: impl Fn(&str) -> Option<String>) -> Vec<u8> {
    let set = |name: &str| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let home = set("HOME");
    let places = [
        set("PULSE_COOKIE"),
        set("XDG_CONFIG_HOME").map(|folder| folder.join("pulse/cookie")),
        home.as_ref().map(|home| home.join(".config/pulse/cookie")),
        home.map(|home| home.join(".pulse-cookie")),
    ];
    let mut cookie = Vec::new();
    for place in places.into_iter().flatten() {
        let Ok(file) = File::open(place) else {
            continue;
        };
        cookie.clear();
        let read = file.take(COOKIE_BYTES as u64).read_to_end(&mut cookie);
        if read.is_ok_and(|read| read == COOKIE_BYTES) {
            return cookie;
        }
    }
    vec![0; COOKIE_BYTES]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(set: &[(&str, &str)]) -> Result<PathBuf, String> {
        socket(|name| {
            set.iter()
                .find(|(of, _)| *of == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_socket_is_where_libpulse_finds_it() {
        let runtime = ("XDG_RUNTIME_DIR", "/run/user/1");
        let path = |path: &str| Ok(PathBuf::from(path));
        assert_eq!(found(&[runtime]), path("/run/user/1/pulse/native"));
        assert_eq!(
            found(&[runtime, ("PULSE_RUNTIME_PATH", "/p")]),
            path("/p/native")
        );
        for server in [
            "unix:/s",
            "/s",
            "{0123abc}unix:/s tcp:there:4713",
            "tcp:there unix:/s",
        ] {
            assert_eq!(found(&[runtime, ("PULSE_SERVER", server)]), path("/s"));
        }
        assert!(found(&[runtime, ("PULSE_SERVER", "tcp:there")]).is_err());
        assert!(found(&[("XDG_RUNTIME_DIR", "")]).is_err());
    }

    #[test]
    fn a_cookie_is_whole_or_zeros() {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().display().to_string();
        let here = |name: &str| (name == "HOME").then(|| home.clone());
        assert_eq!(cookie(here), vec![0; COOKIE_BYTES]);
        std::fs::write(folder.path().join(".pulse-cookie"), [7; 99]).unwrap();
        assert_eq!(cookie(here), vec![0; COOKIE_BYTES]);
        std::fs::write(folder.path().join(".pulse-cookie"), [7; 300]).unwrap();
        assert_eq!(cookie(here), vec![7; COOKIE_BYTES]);
    }
}
