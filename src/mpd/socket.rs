//! The sockets: where that on this machine lies, and who may have it; and when others may be opened.
//!
//! The folder is 0700 and the socket 0600, whatever the umask. A lock beside it lets one process serve it, and says which;
//! a socket file that was left over is taken away by whoever has the lock. A path on Linux may not exceed 107 bytes, and FAT
//! holds no sockets: then it lies in the runtime folder of the user, under a name made of the folder's path.

use super::Settings;
use std::fs::{DirBuilder, File, Permissions, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

/// The longest path of a socket on Linux, in bytes (`sun_path` holds 108 with the NUL).
const MAX_PATH: usize = 107;

const SOCKET: &str = "socket";
const LOCK: &str = "lock";

/// Why the socket cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// Another process serves it.
    #[error("standin runs already{}", pid.map_or(String::new(), |pid| format!(" (process {pid})")))]
    Taken {
        /// Which.
        pid: Option<u32>,
    },
    /// Anybody in the network could do what the owner may.
    #[error(
        "{address} can be reached from other machines, and no password is set: set one below [daemon] in config.toml, or listen on 127.0.0.1"
    )]
    Open {
        /// Where it would listen.
        address: SocketAddr,
    },
    /// The system refused an address.
    #[error("cannot listen on {address}: {source}")]
    Tcp {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The system refused.
    #[error("cannot open the socket {}: {source}", path.display())]
    Io {
        /// What could not be had.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The socket, held. Dropping it takes the file away.
#[derive(Debug)]
pub struct Bound {
    /// Where clients knock.
    pub listener: UnixListener,
    /// Where it lies.
    pub path: PathBuf,
    _held: Held,
}

/// The right to serve this runtime folder, until it is dropped.
#[derive(Debug)]
pub struct Held {
    _lock: File,
}

impl Drop for Bound {
    fn drop(&mut self) {
        std::fs::remove_file(&self.path).ok();
    }
}

/// Where the socket of this runtime folder lies.
pub fn path(runtime: &Path) -> PathBuf {
    let usual = runtime.join(SOCKET);
    match usual.as_os_str().len() <= MAX_PATH {
        true => usual,
        false => elsewhere(runtime).join(SOCKET),
    }
}

/// A folder of this user whose name is made of another's path.
fn elsewhere(runtime: &Path) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    let sum = blake3::hash(runtime.as_os_str().as_bytes()).to_hex();
    let of_user = std::env::var_os("XDG_RUNTIME_DIR").filter(|dir| !dir.is_empty());
    let of_user = of_user.map_or_else(std::env::temp_dir, PathBuf::from);
    let user = rustix::process::geteuid().as_raw();
    of_user.join(format!("standin-{user}-{}", &sum[..16]))
}

/// Takes the right to serve this runtime folder, which is made where it is not there.
pub fn hold(runtime: &Path) -> Result<Held, SocketError> {
    let path = path(runtime);
    let dir = path.parent().unwrap_or(runtime);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(failed(dir))?;
    std::fs::set_permissions(dir, Permissions::from_mode(0o700)).map_err(failed(dir))?;
    let lock = take_lock(&dir.join(LOCK))?;
    Ok(Held { _lock: lock })
}

/// Takes that right and the socket.
pub fn bind(runtime: &Path) -> Result<Bound, SocketError> {
    let held = hold(runtime)?;
    let path = path(runtime);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(&path)(error)),
        _ => {}
    }
    // The folder lets nobody else in between these two.
    let listener = UnixListener::bind(&path).map_err(failed(&path))?;
    std::fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(failed(&path))?;
    Ok(Bound {
        listener,
        path,
        _held: held,
    })
}

/// Listens for clients that come over a network. On anything but this machine alone it does so only with a password.
pub fn listen(address: SocketAddr, settings: &Settings) -> Result<TcpListener, SocketError> {
    may_listen(address, settings)?;
    TcpListener::bind(address).map_err(|source| SocketError::Tcp { address, source })
}

/// Whether clients may come from there, by who can reach it.
pub fn may_listen(address: SocketAddr, settings: &Settings) -> Result<(), SocketError> {
    match address.ip().to_canonical().is_loopback() || !settings.passwords.is_empty() {
        true => Ok(()),
        false => Err(SocketError::Open { address }),
    }
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> SocketError + use<> {
    let path = path.to_owned();
    move |source| SocketError::Io { path, source }
}

fn take_lock(path: &Path) -> Result<File, SocketError> {
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map_err(failed(path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            file.take(32)
                .read_to_string(&mut text)
                .map_err(failed(path))?;
            let pid = text.trim().parse().ok();
            return Err(SocketError::Taken { pid });
        }
        Err(TryLockError::Error(error)) => return Err(failed(path)(error)),
    }
    file.set_len(0).map_err(failed(path))?;
    writeln!(file, "{}", std::process::id()).map_err(failed(path))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_has_it_and_nobody_else_may_knock() {
        let dir = tempfile::tempdir().unwrap();
        let runtime = dir.path().join("run");
        let bound = bind(&runtime).unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&runtime), mode(&bound.path)), (0o700, 0o600));
        let Err(SocketError::Taken { pid }) = bind(&runtime) else {
            panic!("taken twice");
        };
        assert_eq!(pid, Some(std::process::id()));
        let path = bound.path.clone();
        drop(bound);
        assert!(!path.exists());
        std::fs::write(&path, "left over").unwrap();
        std::fs::set_permissions(&runtime, Permissions::from_mode(0o755)).unwrap();
        let again = bind(&runtime).unwrap();
        assert_eq!(mode(&runtime), 0o700, "and mended");
        drop(again);
    }

    #[test]
    fn a_long_path_lies_elsewhere() {
        let long = PathBuf::from("/").join("x".repeat(120));
        assert!(path(&long).as_os_str().len() <= MAX_PATH);
        assert_eq!(path(&long), path(&long));
        assert_ne!(path(&long), path(&long.join("y")));
    }

    #[test]
    fn the_network_needs_a_password() {
        let open = Settings::default();
        let closed = Settings {
            passwords: vec![("word".into(), crate::mpd::Permissions::ALL)],
            ..Settings::default()
        };
        for (address, is_allowed) in [
            ("127.0.0.1:0", true),
            ("[::1]:0", true),
            ("0.0.0.0:0", false),
            ("[::]:0", false),
            ("192.0.2.1:0", false),
            ("[::ffff:127.0.0.1]:0", true),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(may_listen(address, &open).is_ok(), is_allowed, "{address}");
            assert!(may_listen(address, &closed).is_ok(), "{address}");
        }
    }
}
