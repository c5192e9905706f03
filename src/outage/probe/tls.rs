//! TLS, and why it fails. Certificates are verified against those that this machine trusts, always: an outage may be nothing
//! but a certificate that ended.

use super::deadline::Timed;
use super::saw::{Bad, Saw};
use rustls::pki_types::{ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, ClientConnection, Error, RootCertStore,
    StreamOwned,
};
use std::io::ErrorKind;
use std::sync::{Arc, OnceLock};

/// A connection that is secret, to whom it should be.
pub type Secret = StreamOwned<ClientConnection, Timed>;

/// Makes it so.
pub fn secure(stream: Timed, name: &str) -> Result<Secret, Saw> {
    let name = ServerName::try_from(name.to_owned());
    let name = name.map_err(|_| Saw::Certificate(Bad::WrongName))?;
    let connection = ClientConnection::new(trust()?, name);
    let connection = connection.map_err(|error| saw_of(&error))?;
    let mut secret = StreamOwned::new(connection, stream);
    while secret.conn.is_handshaking() {
        secret
            .conn
            .complete_io(&mut secret.sock)
            .map_err(|error| saw_of_io(&error))?;
    }
    Ok(secret)
}

/// What the handshake, or what came after it, failed with.
fn saw_of_io(error: &std::io::Error) -> Saw {
    let within = error.get_ref().and_then(|error| error.downcast_ref());
    match (within, error.kind()) {
        (Some(error), _) => saw_of(error),
        (None, ErrorKind::TimedOut) => Saw::TlsHangs,
        (None, ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => Saw::Reset,
        (None, ErrorKind::UnexpectedEof | ErrorKind::ConnectionAborted) => Saw::Closed,
        (None, _) => Saw::TlsFails(error.to_string()),
    }
}

/// What rustls says of it.
pub fn saw_of(error: &Error) -> Saw {
    match error {
        Error::InvalidCertificate(bad) => Saw::Certificate(bad_of(bad)),
        Error::NoCertificatesPresented => Saw::Certificate(Bad::Other("there is none".into())),
        // Bytes that are no record at all, or one of a kind that there is not: it is another language.
        Error::InvalidMessage(_) => Saw::NotTls,
        Error::AlertReceived(AlertDescription::CloseNotify) => Saw::Closed,
        other => Saw::TlsFails(other.to_string()),
    }
}

fn bad_of(bad: &CertificateError) -> Bad {
    let seconds = |time: &UnixTime| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match bad {
        CertificateError::ExpiredContext { not_after, .. } => Bad::Expired {
            since_s: seconds(not_after),
        },
        CertificateError::NotValidYetContext { not_before, .. } => Bad::NotYetValid {
            from_s: seconds(not_before),
        },
        CertificateError::UnknownIssuer => Bad::UnknownIssuer,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Bad::WrongName
        }
        CertificateError::Revoked => Bad::Revoked,
        other => Bad::Other(other.to_string()),
    }
}

/// Whom this machine trusts, read once: some hundred certificates.
fn trust() -> Result<Arc<ClientConfig>, Saw> {
    static TRUST: OnceLock<Result<Arc<ClientConfig>, String>> = OnceLock::new();
    let trust = TRUST.get_or_init(read_trust);
    trust.clone().map_err(Saw::Unable)
}

fn read_trust() -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (read, _) = roots.add_parsable_certificates(found.certs);
    if read == 0 {
        return Err("no certificates to trust were found; is ca-certificates installed?".into());
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
