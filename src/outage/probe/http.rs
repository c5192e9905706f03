//! One question by HTTP over a connection that is there: no redirect is followed, nothing is asked twice, and of the answer's
//! body so much is read as is needed, and never more than its limit.

use super::deadline::Timed;
use super::saw::Saw;
use super::time::{http_date, retry_after_ms};
use super::tls::{Secret, saw_of};
use serde::de::IgnoredAny;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::Mutex;
use ureq::config::{AutoHeaderValue, Config};
use ureq::http::{HeaderMap, Response, Uri};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport,
};
use ureq::{Agent, Body, Error};

/// Of a body so much is read.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// Of headers.
const MAX_HEADER_BYTES: usize = 32 * 1024;

/// What is sent is one short question.
const SENT_BYTES: usize = 8 * 1024;

/// Who asks: a service that wants less of it finds the program by its name.
const USER_AGENT: &str = concat!("standin/", env!("CARGO_PKG_VERSION"), " (probe)");

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Where a redirect leads, as it was sent.
    pub location: Option<String>,
    /// Whether it says of itself that it is a page.
    pub is_html: bool,
    /// When the server's clock says that it is.
    pub date_s: Option<i64>,
    /// When it wants to be asked again.
    pub retry_after_ms: Option<u64>,
    /// The body, where it was asked for; `Err`: it did not come.
    pub body: Result<Vec<u8>, Saw>,
}

/// Asks for a page. `wants_body`: of which statuses the body is read.
pub fn ask(
    wire: Wire,
    url: &str,
    now_s: i64,
    wants_body: impl Fn(u16) -> bool,
) -> Result<Answer, Saw> {
    let agent = Agent::with_parts(config(), Handed(Mutex::new(Some(wire))), Nowhere);
    let mut response = agent
        .get(url)
        .header("Connection", "close")
        .call()
        .map_err(saw_of_error)?;
    let status = response.status().as_u16();
    let body = match wants_body(status) {
        true => read_body(&mut response),
        false => Ok(Vec::new()),
    };
    let headers = response.headers();
    Ok(Answer {
        status,
        location: header(headers, "location").map(str::to_owned),
        is_html: header(headers, "content-type").is_some_and(is_html),
        date_s: header(headers, "date").and_then(http_date),
        retry_after_ms: header(headers, "retry-after").and_then(|text| retry_after_ms(text, now_s)),
        body,
    })
}

fn config() -> Config {
    Config::builder()
        .http_status_as_error(false)
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent(AutoHeaderValue::from(USER_AGENT))
        .max_response_header_size(MAX_HEADER_BYTES)
        .max_idle_connections(0)
        .build()
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn is_html(content_type: &str) -> bool {
    let kind = content_type.trim().to_ascii_lowercase();
    kind.starts_with("text/html") || kind.starts_with("application/xhtml")
}

/// One byte more than is allowed tells that there is more. An end without a farewell is one where the whole answer is there.
fn read_body(response: &mut Response<Body>) -> Result<Vec<u8>, Saw> {
    let status = response.status().as_u16();
    let mut body = Vec::new();
    let reader = response.body_mut().as_reader();
    let read = reader
        .take(MAX_BODY_BYTES as u64 + 1)
        .read_to_end(&mut body);
    match read {
        Ok(_) => Ok(body),
        Err(error) => Err(match saw_of_error(error.into()) {
            Saw::Closed if serde_json::from_slice::<IgnoredAny>(&body).is_ok() => return Ok(body),
            Saw::Hangs => Saw::Drips(status),
            other => other,
        }),
    }
}

fn saw_of_error(error: Error) -> Saw {
    match error {
        Error::Io(error) => saw_of_io(&error),
        Error::Timeout(_) => Saw::Hangs,
        Error::Protocol(_) | Error::Http(_) | Error::LargeResponseHeader(..) => Saw::NotHttp,
        other => Saw::Unable(other.to_string()),
    }
}

fn saw_of_io(error: &io::Error) -> Saw {
    if let Some(error) = error.get_ref().and_then(|error| error.downcast_ref()) {
        return saw_of(error);
    }
    match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Saw::Hangs,
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Saw::Reset,
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionAborted => Saw::Closed,
        _ => Saw::NotHttp,
    }
}

/// A connection to ask over.
pub enum Wire {
    /// As it is.
    Plain(Timed),
    /// Secret.
    Secret(Box<Secret>),
}

impl Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(stream) => stream.read(buffer),
            Self::Secret(stream) => stream.read(buffer),
        }
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain(stream) => stream.write_all(bytes),
            Self::Secret(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }
}

/// Hands the connection over that is there already.
struct Handed(Mutex<Option<Wire>>);

impl Connector for Handed {
    type Out = Line;

    fn connect(&self, _: &ConnectionDetails<'_>, _: Option<()>) -> Result<Option<Line>, Error> {
        let wire = self.0.lock().map_or(None, |mut wire| wire.take());
        let line = wire.map(|wire| Line {
            wire,
            buffers: LazyBuffers::new(MAX_BODY_BYTES, SENT_BYTES),
        });
        // Asked for a second time, it would be a retry.
        line.map(Some).ok_or(Error::ConnectionFailed)
    }
}

impl std::fmt::Debug for Handed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Handed")
    }
}

/// The connection as ureq uses one. Its times are the connection's own.
struct Line {
    wire: Wire,
    buffers: LazyBuffers,
}

impl Transport for Line {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
        let output = self.buffers.output();
        let sent = output.get(..amount).unwrap_or(output);
        self.wire.write_all(sent).map_err(Error::Io)
    }

    fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
        let room = self.buffers.input_append_buf();
        let amount = loop {
            match self.wire.read(room) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read.map_err(Error::Io)?,
            }
        };
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        false
    }

    fn is_tls(&self) -> bool {
        matches!(self.wire, Wire::Secret(_))
    }
}

impl std::fmt::Debug for Line {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Line")
    }
}

/// Nothing is looked up here: the connection stands.
#[derive(Debug)]
struct Nowhere;

impl Resolver for Nowhere {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut addresses = self.empty();
        addresses.push(std::net::SocketAddr::from(([0, 0, 0, 0], 0)));
        Ok(addresses)
    }
}
