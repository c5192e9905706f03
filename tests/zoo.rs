//! Servers on loopback that fail in every way in which servers fail, and change how while they run. They need no network, no
//! root and no rules of a firewall. Each of their connections ends when the other side goes.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::net::{self, AddressFamily, SocketFlags, SocketType, sockopt};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use standin::music::date::date_of;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How a server of the zoo behaves.
#[derive(Clone, Debug)]
pub enum How {
    /// Answers with this status, these headers (each with its end of line) and this body.
    Answers(u16, String, String),
    /// 200, and a body that never ends, as fast as it goes.
    SendsForEver,
    /// 200, and headers that never end.
    SendsHeadersForEver,
    /// Reads the question and says nothing.
    Hangs,
    /// Says nothing and reads nothing: TLS, too, waits in vain.
    Deaf,
    /// Takes no connection and refuses none.
    BlackHole,
    /// Refuses connections.
    Refuses,
    /// Cuts the connection off after the question.
    Resets,
    /// Closes it after the question.
    Closes,
    /// 200, and then two bytes a second.
    Drips,
    /// The headers themselves at two bytes a second.
    DripsHeaders,
    /// 200 and a body that ends before its length.
    BreaksOff,
    /// What is no HTTP.
    Garbage,
    /// One way, then the other, with every connection.
    Flips(Box<How>, Box<How>),
}

impl How {
    /// 200 and this JSON.
    pub fn json(body: &str) -> Self {
        let kind = "Content-Type: application/json\r\n";
        Self::Answers(200, kind.into(), body.into())
    }

    /// A status and nothing more.
    pub fn status(status: u16) -> Self {
        Self::Answers(status, String::new(), String::new())
    }

    /// A page for people.
    pub fn page() -> Self {
        let kind = "Content-Type: text/html\r\n";
        Self::Answers(200, kind.into(), "<html><body>Log in</body></html>".into())
    }

    /// A way to somebody else's page.
    pub fn login() -> Self {
        Self::Answers(
            302,
            "Location: http://login.example/\r\n".into(),
            String::new(),
        )
    }

    /// A network test that is fine, by whose clock it is so many days later than by ours.
    pub fn control(days: i64) -> Self {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let (year, month, day) = date_of(now.unwrap().as_secs() as i64 / 86_400 + days);
        let month = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ][month as usize - 1];
        let date = format!("Date: Mon, {day:02} {month} {year} 12:00:00 GMT\r\n");
        Self::Answers(204, date, String::new())
    }
}

/// How a server proves who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// By a certificate that holds.
    Good,
    /// By one that it signed itself.
    SelfSigned,
    /// By one for somebody else.
    WrongName,
    /// By one that ended yesterday or before.
    Expired,
    /// By one that begins in two days.
    NotYetValid,
}

/// Who signs the certificates, and whom the program has to trust for them to hold.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    dir: tempfile::TempDir,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        let name = "the zoo's authority";
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let issuer = CertifiedIssuer::self_signed(params, key).unwrap();
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("trusted.pem"), issuer.pem()).unwrap();
        Self { issuer, dir }
    }

    /// For `SSL_CERT_FILE`.
    pub fn file(&self) -> PathBuf {
        self.dir.path().join("trusted.pem")
    }

    fn config(&self, proof: Proof) -> Arc<ServerConfig> {
        let name = match proof {
            Proof::WrongName => "somebody-else.example",
            _ => "127.0.0.1",
        };
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let days = |days: i64| {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            let (year, month, day) = date_of(now.unwrap().as_secs() as i64 / 86_400 + days);
            date_time_ymd(year as i32, month as u8, day as u8)
        };
        (params.not_before, params.not_after) = match proof {
            Proof::Expired => (days(-30), days(-1)),
            Proof::NotYetValid => (days(2), days(30)),
            _ => (days(-30), days(30)),
        };
        let key = KeyPair::generate().unwrap();
        let certificate = match proof {
            Proof::SelfSigned => params.self_signed(&key).unwrap(),
            _ => params.signed_by(&key, &self.issuer).unwrap(),
        };
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key);
        Arc::new(config.unwrap())
    }
}

/// One server.
pub struct Zoo {
    address: SocketAddr,
    is_tls: bool,
    shared: Arc<Shared>,
    wake: UnixStream,
    done: Mutex<Receiver<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    how: Mutex<Option<How>>,
    tls: Option<Arc<ServerConfig>>,
    /// Connections that were taken.
    count: AtomicUsize,
}

impl Zoo {
    /// A server that speaks HTTP.
    pub fn plain(how: How) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), None, how)
    }

    /// A server that speaks HTTPS.
    pub fn tls(authority: &Authority, proof: Proof, how: How) -> Self {
        let config = authority.config(proof);
        Self::at("127.0.0.1:0".parse().unwrap(), Some(config), how)
    }

    /// A server at this address.
    pub fn at(address: SocketAddr, tls: Option<Arc<ServerConfig>>, how: How) -> Self {
        let socket = bound(address);
        let address = net::getsockname(&socket).unwrap();
        let address = SocketAddr::try_from(address).unwrap();
        let is_tls = tls.is_some();
        let shared = Arc::new(Shared {
            how: Mutex::new(Some(how)),
            tls,
            count: AtomicUsize::new(0),
        });
        let (wake, woken) = UnixStream::pair().unwrap();
        let (tell, done) = sync_channel(1);
        let serving = Arc::clone(&shared);
        let thread = thread::spawn(move || serve(address, socket, &serving, &woken, &tell));
        done.recv().unwrap();
        Self {
            address,
            is_tls,
            shared,
            wake,
            done: Mutex::new(done),
            thread: Some(thread),
        }
    }

    /// Behaves like this from now on; when this returns, it does.
    pub fn set(&self, how: How) {
        let done = self.done.lock().unwrap();
        *self.shared.how.lock().unwrap() = Some(how);
        (&self.wake).write_all(b"x").unwrap();
        done.recv().unwrap();
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its page.
    pub fn url(&self) -> String {
        let scheme = if self.is_tls { "https" } else { "http" };
        format!("{scheme}://{}/", self.address)
    }

    /// Connections that it has taken.
    pub fn count(&self) -> usize {
        self.shared.count.load(Ordering::SeqCst)
    }
}

impl Drop for Zoo {
    fn drop(&mut self) {
        *self.shared.how.lock().unwrap() = None;
        (&self.wake).write_all(b"x").ok();
        self.thread.take().map(JoinHandle::join);
    }
}

/// A socket that has its address, and does not listen: who comes is refused.
fn bound(address: SocketAddr) -> OwnedFd {
    let family = match address {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let socket = net::socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap();
    sockopt::set_socket_reuseaddr(&socket, true).unwrap();
    net::bind(&socket, &address).unwrap();
    socket
}

/// Takes connections, until it is told to end.
fn serve(
    address: SocketAddr,
    socket: OwnedFd,
    shared: &Arc<Shared>,
    woken: &UnixStream,
    done: &SyncSender<()>,
) {
    let mut socket = Some(socket);
    // Whoever is in a full queue keeps it full.
    let mut fillers = Vec::new();
    loop {
        let how = shared.how.lock().unwrap().clone();
        fillers.clear();
        let takes = match how {
            None => return,
            Some(How::Refuses) => {
                // A socket that listens cannot stop to.
                drop(socket.take());
                socket = Some(bound(address));
                false
            }
            Some(How::BlackHole) => {
                let socket = socket.as_ref().unwrap();
                net::listen(socket, 0).unwrap();
                fillers.extend((0..4).map(|_| filler(address)));
                false
            }
            Some(_) => {
                net::listen(socket.as_ref().unwrap(), 128).unwrap();
                true
            }
        };
        done.send(()).unwrap();
        take(socket.as_ref().unwrap(), takes, shared, woken);
        (&*woken).read_exact(&mut [0]).unwrap();
    }
}

/// A connection that is begun, and may wait for ever.
fn filler(address: SocketAddr) -> OwnedFd {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let family = match address {
        SocketAddr::V4(_) => AddressFamily::INET,
        SocketAddr::V6(_) => AddressFamily::INET6,
    };
    let socket = net::socket_with(family, SocketType::STREAM, flags, None).unwrap();
    net::connect(&socket, &address).ok();
    socket
}

/// Takes connections until it is woken.
fn take(socket: &OwnedFd, takes: bool, shared: &Arc<Shared>, woken: &UnixStream) {
    let listener = TcpListener::from(socket.try_clone().unwrap());
    loop {
        let mut polled = vec![PollFd::new(woken, PollFlags::IN)];
        if takes {
            polled.push(PollFd::from_borrowed_fd(listener.as_fd(), PollFlags::IN));
        }
        if poll(&mut polled, None).is_err() {
            continue;
        }
        if !polled[0].revents().is_empty() {
            return;
        }
        let Ok((stream, _)) = listener.accept() else {
            continue;
        };
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            let number = shared.count.fetch_add(1, Ordering::SeqCst);
            let how = shared.how.lock().unwrap().clone();
            // What fails here fails for the other side.
            how.map(|how| behave(stream, shared.tls.as_ref(), how, number));
        });
    }
}

fn behave(
    stream: TcpStream,
    tls: Option<&Arc<ServerConfig>>,
    how: How,
    number: usize,
) -> std::io::Result<()> {
    if let How::Flips(one, other) = how {
        let how = if number.is_multiple_of(2) {
            *one
        } else {
            *other
        };
        return behave(stream, tls, how, number);
    }
    if matches!(how, How::Deaf) {
        return until_gone(&stream);
    }
    let raw = stream.try_clone()?;
    match tls {
        None => answer(stream, &raw, how),
        Some(config) => {
            let connection = ServerConnection::new(Arc::clone(config)).unwrap();
            answer(StreamOwned::new(connection, stream), &raw, how)
        }
    }
}

/// What TLS begins with. A server that speaks HTTP there says what it thinks of it.
const TLS_RECORD: u8 = 0x16;

fn answer(mut stream: impl Read + Write, raw: &TcpStream, how: How) -> std::io::Result<()> {
    let mut asked = Vec::new();
    let mut byte = [0];
    while !asked.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        asked.push(byte[0]);
        if asked == [TLS_RECORD] {
            return stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    }
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    match how {
        How::Answers(status, headers, body) => {
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
            )?;
            stream.flush()?;
            until_gone(raw)
        }
        How::SendsForEver => {
            write!(stream, "{head}\r\n")?;
            loop {
                stream.write_all(&[b'['; 4_096])?;
            }
        }
        How::SendsHeadersForEver => {
            write!(stream, "{head}")?;
            loop {
                stream.write_all(b"X-More: and more\r\n")?;
            }
        }
        How::Hangs => until_gone(raw),
        How::Resets => {
            sockopt::set_socket_linger(raw, Some(Duration::ZERO)).unwrap();
            Ok(())
        }
        How::Drips => {
            write!(stream, "{head}Content-Length: 999\r\n\r\n")?;
            drip(&mut stream, raw)
        }
        How::DripsHeaders => drip(&mut stream, raw),
        How::BreaksOff => {
            write!(stream, "{head}Content-Length: 999\r\n\r\n{{\"ok\":")?;
            stream.flush()
        }
        How::Garbage => {
            stream.write_all(b"\x00\xff\x13 220 what is it\r\n\r\n\x01\x02\x03")?;
            stream.flush()?;
            until_gone(raw)
        }
        How::Closes | How::Deaf | How::BlackHole | How::Refuses | How::Flips(..) => Ok(()),
    }
}

/// Two bytes a second, for as long as the other side is there.
fn drip(stream: &mut impl Write, raw: &TcpStream) -> std::io::Result<()> {
    raw.set_read_timeout(Some(Duration::from_millis(500)))?;
    for byte in b"HTTP/1.1 200 OK\r\nX: "
        .iter()
        .chain(std::iter::repeat(&b'x'))
    {
        stream.write_all(&[*byte])?;
        stream.flush()?;
        let mut raw = raw;
        if matches!(raw.read(&mut [0]), Ok(0)) {
            return Ok(());
        }
    }
    Ok(())
}

/// Waits until the other side closes.
fn until_gone(mut stream: &TcpStream) -> std::io::Result<()> {
    let mut bytes = [0; 4_096];
    while stream.read(&mut bytes)? > 0 {}
    Ok(())
}

/// The config that names these services, each with its probe as TOML, and the network test.
pub fn config(home: &Path, control: Option<&str>, services: &[(String, String)]) {
    let mut text = String::new();
    if let Some(control) = control {
        text += &format!("[outage]\ncontrol = '{control}'\n");
    }
    for (name, probe) in services {
        text += &format!("[[service]]\nname = '{name}'\nprobe = {probe}\n");
    }
    std::fs::create_dir_all(home).unwrap();
    std::fs::write(home.join("config.toml"), text).unwrap();
}
