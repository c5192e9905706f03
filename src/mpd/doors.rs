//! Where clients knock, and who stands there next. Who is let in is not decided here.

use super::connection::Stream;
use mio::net::{TcpListener, UnixListener};
use mio::{Interest, Poll, Token};
use std::io;

/// Where clients knock.
pub enum Listener {
    /// On this machine, by a path.
    Unix(std::os::unix::net::UnixListener),
    /// Over a network.
    Tcp(std::net::TcpListener),
}

/// One that is listened at.
pub enum Door {
    Unix(UnixListener),
    Tcp(TcpListener),
}

impl Door {
    /// Clients are waited for.
    pub fn open(listener: Listener, poll: &Poll, token: Token) -> io::Result<Self> {
        let registry = poll.registry();
        Ok(match listener {
            Listener::Unix(listener) => {
                listener.set_nonblocking(true)?;
                let mut listener = UnixListener::from_std(listener);
                registry.register(&mut listener, token, Interest::READABLE)?;
                Door::Unix(listener)
            }
            Listener::Tcp(listener) => {
                listener.set_nonblocking(true)?;
                let mut listener = TcpListener::from_std(listener);
                registry.register(&mut listener, token, Interest::READABLE)?;
                Door::Tcp(listener)
            }
        })
    }

    /// Who has waited longest.
    pub fn accept(&self) -> io::Result<Stream> {
        match self {
            Self::Unix(listener) => listener.accept().map(|(stream, _)| Stream::Unix(stream)),
            Self::Tcp(listener) => listener.accept().map(|(stream, _)| {
                // Answers are small, and somebody waits for each.
                stream.set_nodelay(true).ok();
                Stream::Tcp(stream)
            }),
        }
    }
}
