//! What one check came to: how far it got, and what stood there. Nothing is judged here.

use std::fmt;

/// How far a check got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The name was looked up.
    Dns,
    /// A connection was made.
    Tcp,
    /// It was made secret, and the other side's certificate looked at.
    Tls,
    /// It was asked, and answered.
    Http,
}

impl Phase {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Http => "http",
        }
    }
}

/// What stood there. Times in it are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saw {
    /// An answer as it should be, or with no status a connection.
    Well(Option<u16>),
    /// As it should be, after a long time.
    Slow {
        /// In ms.
        took_ms: u64,
    },
    /// It wants to be asked less often.
    Limited(u16),
    /// It answers, and not to us.
    Blocked(u16),
    /// Another status than it should have.
    Status(u16),
    /// A redirect to somewhere else than where it was asked.
    Elsewhere {
        /// The status.
        status: u16,
        /// Whose page; empty: it does not say.
        to: String,
    },
    /// A page for people, where another answer was expected.
    Page(u16),
    /// Something else than the JSON that was expected.
    NotAsExpected(Odd),
    /// The resolver knows no such name.
    NoSuchName,
    /// No resolver answers, or none that could.
    NoResolver,
    /// It has not answered in time.
    ResolverHangs,
    /// Nobody listens there.
    Refused,
    /// There is no way there from here.
    NoWay,
    /// No connection in time.
    ConnectHangs,
    /// A connection, and then nothing in time.
    TlsHangs,
    /// No TLS.
    NotTls,
    /// A certificate that does not prove who it is.
    Certificate(Bad),
    /// TLS that fails otherwise.
    TlsFails(String),
    /// The other side cut the connection off.
    Reset,
    /// The other side closed it with no answer, or within one.
    Closed,
    /// No answer in time.
    Hangs,
    /// An answer that began and did not end in time.
    Drips(u16),
    /// Something that is no HTTP.
    NotHttp,
    /// This machine cannot: it has no more files, threads or memory.
    Unable(String),
}

/// How an answer is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// No JSON.
    NoJson,
    /// JSON without what it should hold.
    Empty,
    /// More than anybody should have to read.
    TooLong,
}

/// Why a certificate is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bad {
    /// It has ended.
    Expired {
        /// When.
        since_s: i64,
    },
    /// It has not begun.
    NotYetValid {
        /// When it will.
        from_s: i64,
    },
    /// Nobody whom this machine trusts has signed it.
    UnknownIssuer,
    /// It is for another name.
    WrongName,
    /// It has been taken back.
    Revoked,
    /// Something else.
    Other(String),
}

impl Saw {
    /// Whether it is as it should be, or nearly.
    pub fn is_well(&self) -> bool {
        matches!(self, Self::Well(_) | Self::Slow { .. } | Self::Limited(_))
    }

    /// Whether its `Retry-After` is about us.
    pub fn may_send_away(&self) -> bool {
        matches!(self, Self::Limited(_) | Self::Status(500..=599))
    }

    /// Whether it says nothing but that no name can be looked up.
    pub fn is_dns(&self) -> bool {
        self.phase() == Phase::Dns
    }

    /// Whether nothing at all has come back.
    pub fn is_silence(&self) -> bool {
        matches!(
            self,
            Self::ConnectHangs | Self::NoWay | Self::ResolverHangs | Self::NoResolver
        )
    }

    /// How far it got.
    pub fn phase(&self) -> Phase {
        match self {
            Self::NoSuchName | Self::NoResolver | Self::ResolverHangs => Phase::Dns,
            Self::Well(None)
            | Self::Refused
            | Self::NoWay
            | Self::ConnectHangs
            | Self::Unable(_) => Phase::Tcp,
            Self::TlsHangs | Self::NotTls | Self::Certificate(_) | Self::TlsFails(_) => Phase::Tls,
            _ => Phase::Http,
        }
    }

    /// In one word, for programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Well(_) => "well",
            Self::Slow { .. } => "slow",
            Self::Limited(_) => "limited",
            Self::Blocked(_) => "blocked",
            Self::Status(_) => "status",
            Self::Elsewhere { .. } => "elsewhere",
            Self::Page(_) => "page",
            Self::NotAsExpected(Odd::NoJson) => "no-json",
            Self::NotAsExpected(Odd::Empty) => "empty",
            Self::NotAsExpected(Odd::TooLong) => "too-long",
            Self::NoSuchName => "no-such-name",
            Self::NoResolver => "no-resolver",
            Self::ResolverHangs => "resolver-hangs",
            Self::Refused => "refused",
            Self::NoWay => "no-way",
            Self::ConnectHangs => "connect-hangs",
            Self::TlsHangs => "tls-hangs",
            Self::NotTls => "not-tls",
            Self::Certificate(Bad::Expired { .. }) => "certificate-expired",
            Self::Certificate(Bad::NotYetValid { .. }) => "certificate-not-yet-valid",
            Self::Certificate(Bad::UnknownIssuer) => "certificate-of-nobody-known",
            Self::Certificate(Bad::WrongName) => "certificate-of-another",
            Self::Certificate(Bad::Revoked) => "certificate-revoked",
            Self::Certificate(Bad::Other(_)) => "certificate-bad",
            Self::TlsFails(_) => "tls-fails",
            Self::Reset => "reset",
            Self::Closed => "closed",
            Self::Hangs => "hangs",
            Self::Drips(_) => "drips",
            Self::NotHttp => "not-http",
            Self::Unable(_) => "unable",
        }
    }
}

/// As evidence, after the name of whom it is about: `HTTP 502`.
impl fmt::Display for Saw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Well(None) => out.write_str("connects"),
            Self::Slow { took_ms } => write!(out, "answers, after {:.1} s", seconds(*took_ms)),
            Self::Well(Some(status))
            | Self::Limited(status)
            | Self::Blocked(status)
            | Self::Status(status) => write!(out, "HTTP {status}"),
            Self::Elsewhere { status, to } if to.is_empty() => {
                write!(out, "HTTP {status}, which leads nowhere")
            }
            Self::Elsewhere { status, to } => write!(out, "HTTP {status}, which leads to {to}"),
            Self::Page(status) => write!(
                out,
                "HTTP {status} and a page for people in place of the answer"
            ),
            Self::NotAsExpected(odd) => out.write_str(match odd {
                Odd::NoJson => "an answer that is no JSON",
                Odd::Empty => "an answer without what was asked for",
                Odd::TooLong => "an answer that does not end",
            }),
            Self::NoSuchName => out.write_str("no such name"),
            Self::NoResolver => out.write_str("no resolver answers"),
            Self::ResolverHangs => out.write_str("the name is not looked up in time"),
            Self::Refused => out.write_str("connection refused"),
            Self::NoWay => out.write_str("no way there"),
            Self::ConnectHangs => out.write_str("no connection in time"),
            Self::TlsHangs => out.write_str("a connection, and no TLS in time"),
            Self::NotTls => out.write_str("what answers does not speak TLS"),
            Self::Certificate(bad) => bad.fmt(out),
            Self::TlsFails(why) => write!(out, "TLS fails ({why})"),
            Self::Reset => out.write_str("connection reset"),
            Self::Closed => out.write_str("connection closed without an answer"),
            Self::Hangs => out.write_str("no answer in time"),
            Self::Drips(status) => write!(out, "HTTP {status}, and the answer does not come"),
            Self::NotHttp => out.write_str("what answers does not speak HTTP"),
            Self::Unable(why) => write!(out, "this machine cannot ask ({why})"),
        }
    }
}

impl fmt::Display for Bad {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired { since_s } => {
                write!(
                    out,
                    "a certificate that ended on {}",
                    super::time::day(*since_s)
                )
            }
            Self::NotYetValid { from_s } => {
                write!(
                    out,
                    "a certificate that begins on {}",
                    super::time::day(*from_s)
                )
            }
            Self::UnknownIssuer => {
                out.write_str("a certificate that nobody has signed whom this machine trusts")
            }
            Self::WrongName => out.write_str("a certificate for another name"),
            Self::Revoked => out.write_str("a certificate that was taken back"),
            Self::Other(why) => write!(out, "a certificate that is refused ({why})"),
        }
    }
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1_000.0
}
