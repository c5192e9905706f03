//! `standin daemon --install`: a service and a socket for the systemd of this user; `--units`: the same for whoever installs a
//! package. It writes two files and starts nothing.

use super::{Context, Exit, Outcome, Stop};
use crate::config::Places;
use crate::mpd::socket;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The first line of what we write: nothing else is written over or taken away.
const MARK: &str = "# Written by `standin daemon --install`; `--uninstall` takes it away.";

/// The first line of what a package holds.
const PACKAGED: &str = "# Of the package: `systemctl --user edit standin` changes it.";

/// Where a package has the program, and each user's systemd the socket: `%t` is the folder that holds what runs.
const PACKAGED_PROGRAM: &str = "/usr/bin/standin";
const PACKAGED_SOCKET: &str = "%t/standin/socket";

const SERVICE: &str = "standin.service";
const SOCKET: &str = "standin.socket";

/// What a music player needs is left; the rest is shut. Hooks and ffmpeg run under the same limits. `AF_NETLINK` is for
/// libraries that ask which network interfaces there are.
const LIMITS: &str = "\
NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictNamespaces=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service landlock_create_ruleset landlock_add_rule landlock_restrict_self
SystemCallErrorNumber=EPERM
UMask=0077
LimitNOFILE=2048
";

/// A file to be written.
struct Unit {
    path: PathBuf,
    text: String,
}

pub fn install(dry_run: bool, context: &mut Context) -> Outcome {
    let units = units(context)?;
    for unit in &units {
        if !is_ours(&unit.path).map_err(|error| failed("read", &unit.path, &error))? {
            return Err(Stop::failed(format!(
                "{} is there, and is not written by standin",
                unit.path.display()
            ))
            .hint("move it away, then install again"));
        }
    }
    if dry_run {
        for unit in &units {
            context.out.line(format!("# {}", unit.path.display()))?;
            context.out.document(unit.text.as_bytes())?;
        }
        return Ok(Exit::Done);
    }
    for unit in &units {
        write(unit).map_err(|error| failed("write", &unit.path, &error))?;
        context.out.line(format!("Wrote {}", unit.path.display()))?;
    }
    context
        .out
        .say("It begins with: systemctl --user daemon-reload && systemctl --user enable --now standin.socket standin.service");
    Ok(Exit::Done)
}

/// The units as a package holds them, for every user of a machine.
pub fn for_package(folder: &Path, context: &mut Context) -> Outcome {
    let units = [
        Unit {
            path: folder.join(SERVICE),
            text: service(PACKAGED, &quoted(Path::new(PACKAGED_PROGRAM)), ""),
        },
        Unit {
            path: folder.join(SOCKET),
            text: socket_unit(PACKAGED, PACKAGED_SOCKET),
        },
    ];
    for unit in &units {
        write(unit).map_err(|error| failed("write", &unit.path, &error))?;
        context.out.line(format!("Wrote {}", unit.path.display()))?;
    }
    Ok(Exit::Done)
}

pub fn uninstall(dry_run: bool, context: &mut Context) -> Outcome {
    let mut is_there = false;
    for unit in units(context)? {
        let path = &unit.path;
        if !path.exists() || !is_ours(path).map_err(|error| failed("read", path, &error))? {
            continue;
        }
        is_there = true;
        if !dry_run {
            fs::remove_file(path).map_err(|error| failed("remove", path, &error))?;
        }
        context.out.line(format!("Removed {}", path.display()))?;
    }
    match is_there {
        true => {
            context.out.say(
                "What runs is ended with: systemctl --user stop standin.socket standin.service",
            );
            Ok(Exit::Done)
        }
        false => Err(Stop::new(
            Exit::NothingFound,
            "there are no units that standin has written",
        )),
    }
}

fn units(context: &Context) -> Result<[Unit; 2], Stop> {
    let folder = Places::user_units().ok_or_else(|| {
        Stop::failed("there is no home folder").hint("set HOME, or XDG_CONFIG_HOME")
    })?;
    let program = std::env::current_exe()
        .map_err(|error| Stop::failed(format!("cannot find this program's own file: {error}")))?;
    let home = context.home.as_deref();
    let home = home.map_or(String::new(), |home| format!(" --home {}", quoted(home)));
    let socket = socket::path(&context.places.runtime);
    Ok([
        Unit {
            path: folder.join(SERVICE),
            text: service(MARK, &quoted(&program), &home),
        },
        Unit {
            path: folder.join(SOCKET),
            text: socket_unit(MARK, &escaped(&socket)),
        },
    ])
}

/// `program` and `home` as words of a command line of systemd's.
fn service(mark: &str, program: &str, home: &str) -> String {
    format!(
        "{mark}\n\
         [Unit]\n\
         Description=standin, the music player that steps in\n\
         Documentation=man:standin(1)\n\
         After=pipewire.service pulseaudio.service\n\
         \n\
         [Service]\n\
         Type=notify\n\
         ExecStart={program}{home} daemon\n\
         ExecReload=/bin/kill -HUP $MAINPID\n\
         Restart=on-failure\n\
         WatchdogSec=120\n\
         {LIMITS}\
         \n\
         [Install]\n\
         WantedBy=default.target\n\
         Also={SOCKET}\n"
    )
}

fn socket_unit(mark: &str, path: &str) -> String {
    format!(
        "{mark}\n\
         [Unit]\n\
         Description=The socket of standin, where clients of MPD knock\n\
         Documentation=man:standin(1)\n\
         \n\
         [Socket]\n\
         ListenStream={path}\n\
         SocketMode=0600\n\
         DirectoryMode=0700\n\
         RemoveOnStop=yes\n\
         \n\
         [Install]\n\
         WantedBy=sockets.target\n"
    )
}

/// As a word of a command line of systemd's.
fn quoted(path: &Path) -> String {
    format!("\"{}\"", escaped(path).replace('$', "$$"))
}

/// As systemd reads it: what is special there is spelt otherwise, and what is no text as its bytes.
fn escaped(path: &Path) -> String {
    let spelt = |byte: &u8| match byte {
        b'%' => "%%".to_owned(),
        b'"' | b'\\' | b'\'' | 0..=0x20 | 0x7f.. => format!("\\x{byte:02x}"),
        byte => char::from(*byte).to_string(),
    };
    path.as_os_str().as_bytes().iter().map(spelt).collect()
}

/// Whether nothing of somebody else's stands there.
fn is_ours(path: &Path) -> io::Result<bool> {
    match fs::read(path) {
        Ok(bytes) => Ok(bytes.starts_with(MARK.as_bytes())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Beside it first, so that what stands there is the old one or the new one.
fn write(unit: &Unit) -> io::Result<()> {
    if let Some(folder) = unit.path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = unit.path.with_extension("new");
    fs::write(&beside, &unit.text)?;
    fs::rename(&beside, &unit.path)
}

fn failed(what: &str, path: &Path, error: &io::Error) -> Stop {
    Stop::failed(format!("cannot {what} {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_systemd_would_read_otherwise() {
        let odd = Path::new("/a b/100%/$x/\"é");
        assert_eq!(quoted(odd), "\"/a\\x20b/100%%/$$x/\\x22\\xc3\\xa9\"");
        assert_eq!(escaped(Path::new("/run/user/1/s")), "/run/user/1/s");
    }
}
