//! The network, taken away from this process and from nobody else: by a namespace of its own, which has none, by a filter
//! that refuses every socket but those inside this machine, or by a rule that refuses every TCP connection. Asking whether it
//! is gone sends nothing.

use std::ffi::{OsStr, OsString};
use std::io::{Error, ErrorKind};
use std::net::{TcpStream, UdpSocket};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// How the network was taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A namespace without any network: nothing can be sent.
    Namespace,
    /// Every socket is refused but those that stay inside this machine, as the player's own is.
    SocketsRefused,
    /// Every TCP connection is refused; datagrams are not.
    TcpRefused,
    /// There was none, and there is none.
    NoRoute,
    /// It is still there.
    Not,
}

impl Taken {
    /// Its one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Namespace => "namespace",
            Self::SocketsRefused => "sockets-refused",
            Self::TcpRefused => "tcp-refused",
            Self::NoRoute => "no-route",
            Self::Not => "not",
        }
    }

    /// As people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Namespace => "a namespace of its own, which has no network",
            Self::SocketsRefused => {
                "a filter that refuses every socket but those inside this machine (seccomp)"
            }
            Self::TcpRefused => "a rule that refuses every TCP connection (Landlock)",
            Self::NoRoute => "there is no network now",
            Self::Not => "the system lets nobody take it away",
        }
    }
}

/// Told to the program that is begun anew: the namespace that it was begun from.
const INSIDE: &str = "STANDIN_DRILL_INSIDE";

/// util-linux's, which every distribution has.
const UNSHARE: [&str; 4] = ["--user", "--map-root-user", "--net", "--"];

/// Addresses for documents (RFC 5737, RFC 3849), which nobody has: where they can be routed, others can.
const ANYWHERE: [(&str, &str); 2] = [("0.0.0.0:0", "192.0.2.1:9"), ("[::]:0", "[2001:db8::1]:9")];

/// Takes the network away, as far as the system allows. Where a namespace can be had the program begins anew in it, with the
/// same arguments, and this does not return; before threads are started.
pub fn take_away() -> Taken {
    let (before, own) = (std::env::var_os(INSIDE), own_namespace());
    if before.is_none() && may_unshare() {
        begin_inside(&own);
    }
    let is_another = before.is_some_and(|before| before != own);
    if is_another && !reaches_out() {
        return Taken::Namespace;
    }
    if refuse_sockets() {
        return Taken::SocketsRefused;
    }
    if refuse_tcp() {
        return Taken::TcpRefused;
    }
    match reaches_out() {
        true => Taken::Not,
        false => Taken::NoRoute,
    }
}

fn may_unshare() -> bool {
    let mut trial = Command::new("unshare");
    let trial = trial.args(UNSHARE).arg("true");
    let ran = trial
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    ran.status().is_ok_and(|status| status.success())
}

/// The name of the network that this process is in; it is empty where the system does not tell.
fn own_namespace() -> OsString {
    let name = std::fs::read_link("/proc/self/ns/net");
    name.map_or(OsString::new(), PathBuf::into_os_string)
}

/// Returns only where it cannot be done.
fn begin_inside(from: &OsStr) {
    if let Ok(program) = std::env::current_exe() {
        let mut unshare = Command::new("unshare");
        let unshare = unshare.args(UNSHARE).arg(program);
        // What it says is of no use: there are other ways.
        let _ = unshare
            .args(std::env::args_os().skip(1))
            .env(INSIDE, from)
            .exec();
    }
}

/// Whether a datagram would find a way out. To connect a datagram socket sends none.
pub fn reaches_out() -> bool {
    ANYWHERE.iter().any(|(from, to)| {
        let socket = UdpSocket::bind(from);
        socket.is_ok_and(|socket| socket.connect(to).is_ok())
    })
}

/// Whether sockets that may leave this machine are refused from now on, in this thread and in the threads and programs that it
/// starts. A ring that the kernel takes calls from could open one past the filter, and is refused, too.
#[cfg(target_os = "linux")]
fn refuse_sockets() -> bool {
    use seccompiler::{
        Error, SeccompAction, SeccompCmpArgLen::Dword, SeccompCmpOp, SeccompCondition,
        SeccompFilter, SeccompRule, apply_filter,
    };
    let refuse = || -> Result<(), Error> {
        let inside = u64::from(libc::AF_UNIX.unsigned_abs());
        let leaves = SeccompCondition::new(0, Dword, SeccompCmpOp::Ne, inside)?;
        let calls = [
            (libc::SYS_socket, vec![SeccompRule::new(vec![leaves])?]),
            (libc::SYS_io_uring_setup, Vec::new()),
        ];
        let refused = SeccompAction::Errno(libc::EACCES.unsigned_abs());
        let machine = std::env::consts::ARCH.try_into()?;
        let filter = SeccompFilter::new(
            calls.into_iter().collect(),
            SeccompAction::Allow,
            refused,
            machine,
        )?;
        let program: seccompiler::BpfProgram = filter.try_into()?;
        apply_filter(&program)
    };
    refuse().is_ok() && sockets_are_refused()
}

#[cfg(not(target_os = "linux"))]
fn refuse_sockets() -> bool {
    false
}

/// Asks for sockets, and for nothing to be sent.
fn sockets_are_refused() -> bool {
    let refused = |error: Error| error.kind() == ErrorKind::PermissionDenied;
    let datagrams = ANYWHERE.iter().map(|(from, _)| UdpSocket::bind(from));
    tcp_is_refused()
        && datagrams
            .into_iter()
            .all(|socket| socket.is_err_and(refused))
}

/// Whether TCP connections are refused from now on, in this thread and those that it starts.
#[cfg(target_os = "linux")]
fn refuse_tcp() -> bool {
    use landlock::{
        ABI, Access, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetError,
        RulesetStatus,
    };
    let refused = || -> Result<RulesetStatus, RulesetError> {
        let rules = Ruleset::default()
            .set_compatibility(CompatLevel::HardRequirement)
            .handle_access(AccessNet::from_all(ABI::V4))?
            .create()?;
        Ok(rules.restrict_self()?.ruleset)
    };
    refused().is_ok_and(|status| status == RulesetStatus::FullyEnforced) && tcp_is_refused()
}

#[cfg(not(target_os = "linux"))]
fn refuse_tcp() -> bool {
    false
}

/// Asks this machine alone: the port of `discard`, where nobody listens.
fn tcp_is_refused() -> bool {
    let refused = |error: Error| error.kind() == ErrorKind::PermissionDenied;
    TcpStream::connect("127.0.0.1:9").is_err_and(refused)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use rustix::net::{AddressFamily, SocketType, socket};
    use std::os::unix::net::UnixDatagram;
    use std::thread;

    const OUT: [(AddressFamily, SocketType); 6] = [
        (AddressFamily::INET, SocketType::STREAM),
        (AddressFamily::INET, SocketType::DGRAM),
        (AddressFamily::INET6, SocketType::STREAM),
        (AddressFamily::INET6, SocketType::DGRAM),
        (AddressFamily::NETLINK, SocketType::RAW),
        (AddressFamily::PACKET, SocketType::RAW),
    ];

    fn all_are_refused() {
        for (family, kind) in OUT {
            let refused = socket(family, kind, None).map(drop);
            assert_eq!(
                refused,
                Err(rustix::io::Errno::ACCESS),
                "{family:?} {kind:?}"
            );
        }
        UnixDatagram::unbound().unwrap();
    }

    /// The filter is of the thread that asked for it, and of what that starts: the other tests keep their sockets.
    #[test]
    fn no_socket_leaves_the_machine_from_a_filtered_thread_or_one_that_it_starts() {
        let filtered = thread::spawn(|| {
            assert!(refuse_sockets());
            all_are_refused();
            thread::spawn(all_are_refused).join().unwrap();
            assert!(!reaches_out());
        });
        filtered.join().unwrap();
    }
}
