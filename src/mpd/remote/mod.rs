//! The other side of the wire: a client of our daemon, or of any server that speaks MPD's protocol. It decides nothing,
//! and holds no more of an answer than it is asked to.

mod address;
mod kin;
#[doc(hidden)]
pub mod reply;

pub use address::{Address, Place};
pub use reply::{Refusal, ReplyError};

use super::words::quote;
use kin::Kin;
use reply::Line;
use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::time::Duration;

/// How long a server has for each answer, as with libmpdclient.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a host has to take a call.
const CONNECTS_WITHIN: Duration = Duration::from_secs(10);

/// Lines of an answer that is held whole.
const MAX_HELD: usize = 100_000;

/// Why a server could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// Nobody listens there.
    #[error("nothing answers at {address}: {source}")]
    NotThere {
        /// Where.
        address: Box<Address>,
        /// What the system said.
        source: io::Error,
    },
    /// The connection broke, or what came is no answer.
    #[error("the server at {address} cannot be asked: {source}")]
    Broken {
        /// Where.
        address: Box<Address>,
        /// Why.
        source: ReplyError,
    },
    /// The server said no.
    #[error("{}", refusal.message)]
    Refused {
        /// In its own words.
        refusal: Refusal,
    },
    /// A line break ends a command, whatever quotes stand around it.
    #[error("a line break cannot be sent")]
    Unspeakable,
}

trait Wire: Read + Write + Send {
    fn wait_at_most(&self, limit: Option<Duration>) -> io::Result<()>;
}

impl Wire for UnixStream {
    fn wait_at_most(&self, limit: Option<Duration>) -> io::Result<()> {
        self.set_read_timeout(limit)?;
        self.set_write_timeout(limit)
    }
}

impl Wire for TcpStream {
    fn wait_at_most(&self, limit: Option<Duration>) -> io::Result<()> {
        self.set_read_timeout(limit)?;
        self.set_write_timeout(limit)
    }
}

/// A connection.
pub struct Remote {
    address: Address,
    /// Who serves, once that was asked.
    kin: Option<Kin>,
    wire: BufReader<Box<dyn Wire>>,
}

/// A command with its arguments, as it goes over the wire.
#[derive(Clone, Debug)]
pub struct Words(Vec<u8>);

impl Words {
    /// A command without arguments.
    pub fn new(name: &str) -> Self {
        Self(name.as_bytes().to_vec())
    }

    /// With one more argument.
    pub fn with(mut self, arg: impl AsRef<[u8]>) -> Self {
        self.0.push(b' ');
        self.0.extend(quote(arg.as_ref()));
        self
    }

    /// Its first argument, for people.
    pub fn first_arg(&self) -> String {
        let line = super::words::Line::read(&self.0);
        let first = line.ok().and_then(|line| line.args.into_iter().next());
        String::from_utf8_lossy(&first.unwrap_or_default()).into_owned()
    }

    /// Bytes on the wire.
    pub fn size(&self) -> usize {
        self.0.len() + 1
    }
}

/// The line itself, for tests and traces.
impl std::fmt::Display for Words {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl From<&str> for Words {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

/// Lines of an answer by their names.
#[derive(Debug, Default)]
pub struct Pairs(pub Vec<(String, Vec<u8>)>);

impl Pairs {
    /// The first value of a name.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_slice())
    }

    /// The same as text.
    pub fn text(&self, name: &str) -> Option<String> {
        let bytes = self.bytes(name)?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    /// The same as a number of some kind.
    pub fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }
}

impl Remote {
    /// Connects, waits for the greeting and says the password.
    pub fn connect(address: Address) -> Result<Self, RemoteError> {
        Self::connect_within(address, PATIENCE)
    }

    /// The same where the greeting has so long to come.
    pub fn connect_within(address: Address, patience: Duration) -> Result<Self, RemoteError> {
        let wire = match open(&address.place) {
            Ok(wire) => BufReader::new(wire),
            Err(source) => {
                let address = Box::new(address);
                return Err(RemoteError::NotThere { address, source });
            }
        };
        let mut remote = Self {
            address,
            kin: None,
            wire,
        };
        remote.wait_at_most(Some(patience))?;
        let greeting = reply::greeting(&mut remote.wire);
        greeting.map_err(|source| remote.broken(source))?;
        remote.wait_at_most(Some(PATIENCE))?;
        if let Some(password) = remote.address.password.clone() {
            remote.ask(Words::new("password").with(password))?;
        }
        Ok(remote)
    }

    /// Whose answers these are.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Sends a command and waits for the end of its answer, which is held whole.
    pub fn ask(&mut self, words: impl Into<Words>) -> Result<Pairs, RemoteError> {
        let mut pairs = Pairs::default();
        let mut is_too_long = false;
        self.ask_each(words, |name, value| {
            is_too_long |= pairs.0.len() == MAX_HELD;
            if !is_too_long {
                pairs.0.push((name, value));
            }
            Ok::<_, RemoteError>(())
        })?;
        match is_too_long {
            true => Err(self.broken(ReplyError::TooLong)),
            false => Ok(pairs),
        }
    }

    /// Sends a command and hands on its answer pair by pair.
    pub fn ask_each<E: From<RemoteError>>(
        &mut self,
        words: impl Into<Words>,
        mut each: impl FnMut(String, Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.send(&[words.into()])?;
        loop {
            match self.line()? {
                Line::Pair(name, value) => each(name, value)?,
                Line::Refused(refusal) => return Err(self.refused(refusal)?.into()),
                Line::End => return Ok(()),
                Line::Next | Line::Binary(_) => {}
            }
        }
    }

    /// The same of a command that answers with a piece of a picture: its lines, and these bytes.
    pub fn ask_piece(&mut self, words: Words) -> Result<(Pairs, Vec<u8>), RemoteError> {
        self.send(&[words])?;
        let (mut pairs, mut bytes) = (Pairs::default(), Vec::new());
        loop {
            match self.line()? {
                Line::Pair(name, value) if pairs.0.len() < MAX_HELD => pairs.0.push((name, value)),
                Line::Pair(..) => return Err(self.broken(ReplyError::TooLong)),
                Line::Binary(piece) => bytes = piece,
                Line::Refused(refusal) => return Err(RemoteError::Refused { refusal }),
                Line::End => return Ok((pairs, bytes)),
                Line::Next => {}
            }
        }
    }

    /// Sends commands as one list, which ends at the first that is refused.
    pub fn ask_list(&mut self, list: &[Words]) -> Result<Pairs, RemoteError> {
        let mut lines = vec![Words::new("command_list_begin")];
        lines.extend_from_slice(list);
        let last = Words::new("command_list_end");
        self.send(&lines)?;
        self.ask(last)
    }

    /// Waits for news of these subsystems, or of all where none is named, however long it takes.
    pub fn idle(&mut self, subsystems: &[String]) -> Result<Vec<String>, RemoteError> {
        let words = subsystems.iter().fold(Words::new("idle"), Words::with);
        self.wait_at_most(None)?;
        let news = self.ask(words);
        self.wait_at_most(Some(PATIENCE))?;
        let changed = news?.0.into_iter().filter(|(name, _)| name == "changed");
        let name = |(_, value): (_, Vec<u8>)| String::from_utf8_lossy(&value).into_owned();
        Ok(changed.map(name).collect())
    }

    /// A refusal; where the reason is who serves, in words that say so.
    fn refused(&mut self, mut refusal: Refusal) -> Result<RemoteError, RemoteError> {
        let unknown = kin::unknown_command(&refusal).map(str::to_owned);
        if let Some(command) = unknown
            && let Some(why) = kin::why(&command, &self.kin()?)
        {
            refusal.message = why;
            refusal.is_of_another = true;
        }
        Ok(RemoteError::Refused { refusal })
    }

    /// Who serves; it is asked once.
    fn kin(&mut self) -> Result<Kin, RemoteError> {
        if let Some(kin) = &self.kin {
            return Ok(kin.clone());
        }
        let version = self.values("standin_version", "version")?;
        let kin = match version.into_iter().next() {
            Some(version) => Kin::Standin(version),
            None => {
                let commands = self.values("commands", "command")?;
                match commands.iter().any(|name| name.starts_with(kin::OWN)) {
                    true => Kin::Old,
                    false => Kin::Other,
                }
            }
        };
        Ok(self.kin.insert(kin).clone())
    }

    /// The values of this name in an answer; of a refusal none.
    fn values(&mut self, command: &str, wanted: &str) -> Result<Vec<String>, RemoteError> {
        self.send(&[command.into()])?;
        let mut values = Vec::new();
        loop {
            match self.line()? {
                Line::Pair(name, value) if name == wanted && values.len() < MAX_HELD => {
                    values.push(String::from_utf8_lossy(&value).into_owned());
                }
                Line::Refused(_) => return Ok(Vec::new()),
                Line::End => return Ok(values),
                _ => {}
            }
        }
    }

    fn send(&mut self, lines: &[Words]) -> Result<(), RemoteError> {
        let mut bytes = Vec::new();
        for Words(line) in lines {
            if line.iter().any(|byte| matches!(byte, b'\n' | 0)) {
                return Err(RemoteError::Unspeakable);
            }
            bytes.extend(line);
            bytes.push(b'\n');
        }
        let sent = self.wire.get_mut().write_all(&bytes);
        sent.map_err(|error| self.broken(error.into()))
    }

    fn line(&mut self) -> Result<Line, RemoteError> {
        reply::line(&mut self.wire).map_err(|source| self.broken(source))
    }

    fn wait_at_most(&self, limit: Option<Duration>) -> Result<(), RemoteError> {
        let set = self.wire.get_ref().wait_at_most(limit);
        set.map_err(|error| self.broken(error.into()))
    }

    fn broken(&self, source: ReplyError) -> RemoteError {
        let source = match source {
            ReplyError::Io(error) if error.kind() == ErrorKind::WouldBlock => {
                ReplyError::Io(io::Error::new(ErrorKind::TimedOut, "it does not answer"))
            }
            source => source,
        };
        let address = Box::new(self.address.clone());
        RemoteError::Broken { address, source }
    }
}

fn open(place: &Place) -> io::Result<Box<dyn Wire>> {
    match place {
        Place::File(path) => Ok(Box::new(UnixStream::connect(path)?)),
        Place::Abstract(name) => {
            use std::os::linux::net::SocketAddrExt;
            let address = std::os::unix::net::SocketAddr::from_abstract_name(name)?;
            Ok(Box::new(UnixStream::connect_addr(&address)?))
        }
        Place::Tcp(host, port) => {
            let mut last = io::Error::from(ErrorKind::NotFound);
            for address in (host.as_str(), *port).to_socket_addrs()? {
                match TcpStream::connect_timeout(&address, CONNECTS_WITHIN) {
                    Ok(stream) => {
                        stream.set_nodelay(true).ok();
                        return Ok(Box::new(stream));
                    }
                    Err(error) => last = error,
                }
            }
            Err(last)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    /// A server that greets, then says this to the first command, and what it was asked.
    fn server(
        says: &'static [u8],
    ) -> (tempfile::TempDir, Address, std::thread::JoinHandle<Vec<u8>>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("s");
        let listener = UnixListener::bind(&path).unwrap();
        let serving = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(b"OK MPD 0.23.5\n").unwrap();
            let mut asked = vec![0; 1_000];
            let read = stream.read(&mut asked).unwrap();
            stream.write_all(says).unwrap();
            asked.truncate(read);
            asked
        });
        (dir, Address::own(path), serving)
    }

    #[test]
    fn a_command_is_quoted_and_its_answer_read() {
        let (_dir, address, serving) = server(b"volume: 5\nfile: \xff\nOK\n");
        let mut remote = Remote::connect(address).unwrap();
        let pairs = remote.ask(Words::new("find").with("a \"b\"")).unwrap();
        assert_eq!(pairs.number::<u8>("volume"), Some(5));
        assert_eq!(pairs.bytes("file"), Some(&b"\xff"[..]));
        assert_eq!(serving.join().unwrap(), b"find \"a \\\"b\\\"\"\n");
    }

    #[test]
    fn nothing_of_an_argument_becomes_a_command() {
        let (_dir, address, serving) = server(b"ACK [5@0] {} unknown command\n");
        let mut remote = Remote::connect(address).unwrap();
        let sent = remote.ask(Words::new("add").with("a\nclear"));
        assert!(matches!(sent, Err(RemoteError::Unspeakable)));
        let refused = remote.ask("nosuch").unwrap_err();
        assert_eq!(refused.to_string(), "unknown command");
        assert_eq!(serving.join().unwrap(), b"nosuch\n");
    }

    #[test]
    fn a_server_that_is_gone_or_none_is_told() {
        let (_dir, address, serving) = server(b"<html>\n");
        let mut remote = Remote::connect(address.clone()).unwrap();
        assert!(matches!(
            remote.ask("status"),
            Err(RemoteError::Broken { .. })
        ));
        serving.join().unwrap();
        assert!(matches!(
            Remote::connect(address),
            Err(RemoteError::NotThere { .. })
        ));
    }
}
