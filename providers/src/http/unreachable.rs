//! Why no connection could be made, found from the types of the errors: in words, with the host and what to do.
//!
//! Invariant: the words hold the host and the port, and no other part of the address.

use std::error::Error as StdError;
use std::io;

use rustls::CertificateError;
use url::Url;

/// Why no connection could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The name of the host has no address.
    NameNotFound,
    /// No program listens on the port.
    Refused,
    /// No answer to the request for a connection.
    TimedOut,
    /// No way to the host in this network.
    NoRoute,
    /// The host closed the connection before it was ready.
    Closed,
    /// The host answered the TLS handshake in another protocol, such as plain HTTP.
    NotTls,
    /// The host speaks TLS but ended the handshake: no version or cipher in common, or it demands a client certificate.
    Tls,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateIssuer,
    CertificateName,
    /// The certificate has another fault.
    Certificate,
    Other,
}

impl Cause {
    /// Returns the cause of a failed connection.
    pub(super) fn from_error(error: &reqwest::Error) -> Self {
        if error.is_dns() {
            return Self::NameNotFound;
        }
        let from_types = Self::from_sources(error);
        if from_types == Self::Other && error.is_timeout() { Self::TimedOut } else { from_types }
    }

    /// Returns the cause of the first error in the chain of sources that has a known one.
    fn from_sources(error: &(dyn StdError + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            let cause = Self::from_one(error);
            if cause != Self::Other {
                return cause;
            }
            next = error.source();
        }
        Self::Other
    }

    fn from_one(error: &(dyn StdError + 'static)) -> Self {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return Self::from_tls(error);
        }
        let Some(error) = error.downcast_ref::<io::Error>() else { return Self::Other };
        // An I/O error is transparent: its source is the source of the error inside.
        if let Some(inner) = error.get_ref() {
            let cause = Self::from_sources(inner);
            if cause != Self::Other {
                return cause;
            }
        }
        match error.kind() {
            io::ErrorKind::ConnectionRefused => Self::Refused,
            io::ErrorKind::TimedOut => Self::TimedOut,
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Self::NoRoute,
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof => Self::Closed,
            _ => Self::Other,
        }
    }

    fn from_tls(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(error) => Self::from_certificate(error),
            rustls::Error::InvalidMessage(_) => Self::NotTls,
            _ => Self::Tls,
        }
    }

    fn from_certificate(error: &CertificateError) -> Self {
        match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::CertificateExpired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::CertificateNotYetValid
            }
            CertificateError::UnknownIssuer => Self::CertificateIssuer,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::CertificateName
            }
            _ => Self::Certificate,
        }
    }

    /// Returns the cause as the end of a sentence about the host.
    fn in_words(self) -> &'static str {
        match self {
            Self::NameNotFound => "the name of the host was not found",
            Self::Refused => "the connection was refused",
            Self::TimedOut => "connecting timed out",
            Self::NoRoute => "there is no route to the host",
            Self::Closed => "the host closed the connection at once",
            Self::NotTls => "the host does not speak TLS on this port",
            Self::Tls => "the TLS handshake failed",
            Self::CertificateExpired => "the certificate has expired",
            Self::CertificateNotYetValid => "the certificate is not valid yet",
            Self::CertificateIssuer => "the certificate is self-signed or from an unknown issuer",
            Self::CertificateName => "the certificate is for another name",
            Self::Certificate => "the certificate is not valid",
            Self::Other => "the connection failed",
        }
    }

    /// Returns what to do, in one sentence.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Self::NameNotFound => {
                "Check base_url for a mistyped host, and this machine's name resolution, then try again."
            }
            Self::Refused => {
                "Check the host and port in base_url: no program listens there, or a firewall refuses."
            }
            Self::TimedOut | Self::NoRoute | Self::Closed | Self::Other => {
                "Check the network, firewalls and base_url, then try again."
            }
            Self::NotTls => "Check the scheme and port in base_url: https needs a server with TLS.",
            Self::Tls => {
                "Check the host in base_url, and proxies in between: the server may demand another TLS version or a \
                 client certificate, and unicontact sends none."
            }
            Self::CertificateExpired | Self::CertificateNotYetValid => {
                "Check this machine's clock; if it is right, the vendor must renew its certificate."
            }
            Self::CertificateIssuer | Self::CertificateName | Self::Certificate => {
                "Check the host in base_url: the server, or a proxy in between, does not prove to be the vendor's."
            }
        }
    }
}

/// Returns the message about a host that could not be reached. It names the host and the port only.
pub(super) fn message(cause: Cause, url: Option<&Url>) -> String {
    let host = url.and_then(|url| Some((url.host_str()?, url.port_or_known_default()?)));
    match host {
        Some((host, port)) => format!("{host}:{port}: {}", cause.in_words()),
        None => cause.in_words().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::{SocketAddr, TcpListener, TcpStream};
    use std::sync::Arc;
    use std::time::Duration;

    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};

    use super::super::{client_with, tls};
    use super::*;

    /// A request without an answer would wait for ever.
    const LONGEST_REQUEST: Duration = Duration::from_secs(30);

    /// Returns the error of a request to this address, with these trusted authorities.
    async fn error_at(url: &str, roots: &[CertificateDer<'static>]) -> (Cause, String) {
        let mut trusted = rustls::RootCertStore::empty();
        trusted.add_parsable_certificates(roots.iter().cloned());
        let client = client_with(tls(trusted).unwrap(), Duration::from_millis(300)).unwrap();
        let request = client.get(format!("{url}/secret-path?token=xksecret")).build().unwrap();
        let url = request.url().clone();
        let ended = tokio::time::timeout(LONGEST_REQUEST, client.execute(request)).await;
        let error = ended.expect("the request ends in time").unwrap_err();
        assert!(error.is_connect(), "{error:?}");
        let cause = Cause::from_error(&error);
        (cause, message(cause, Some(&url)))
    }

    struct Authority(CertifiedIssuer<'static, KeyPair>);

    impl Authority {
        fn new() -> Self {
            let mut params = CertificateParams::default();
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
        }

        fn root(&self) -> CertificateDer<'static> {
            self.0.der().clone()
        }

        /// Starts a TLS server with a certificate for this name, valid in these years.
        fn serve(&self, name: &str, from: i32, to: i32) -> SocketAddr {
            let key = KeyPair::generate().unwrap();
            let mut params = CertificateParams::new([name.to_owned()]).unwrap();
            params.not_before = rcgen::date_time_ymd(from, 1, 1);
            params.not_after = rcgen::date_time_ymd(to, 1, 1);
            let certificate = params.signed_by(&key, &self.0).unwrap().der().clone();
            let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let config = rustls::ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(vec![certificate], key)
                .unwrap();
            serve(move |stream| {
                let mut connection = rustls::ServerConnection::new(Arc::new(config.clone())).unwrap();
                while connection.is_handshaking() && connection.complete_io(stream).is_ok() {}
            })
        }
    }

    fn serve(answer: impl Fn(&mut TcpStream) + Send + 'static) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || listener.incoming().flatten().for_each(|mut stream| answer(&mut stream)));
        address
    }

    #[tokio::test]
    async fn a_certificate_is_judged_by_its_time_its_issuer_and_its_name() {
        let authority = Authority::new();
        let trusted = [authority.root()];
        for (address, roots, cause) in [
            (authority.serve("127.0.0.1", 2001, 2002), &trusted[..], Cause::CertificateExpired),
            (authority.serve("127.0.0.1", 3001, 3002), &trusted[..], Cause::CertificateNotYetValid),
            (authority.serve("other.example.com", 2001, 3001), &trusted[..], Cause::CertificateName),
            (authority.serve("127.0.0.1", 2001, 3001), &[], Cause::CertificateIssuer),
        ] {
            let (found, message) = error_at(&format!("https://{address}"), roots).await;
            assert_eq!(found, cause);
            assert_eq!(message, format!("{address}: {}", cause.in_words()));
        }
    }

    #[tokio::test]
    async fn a_host_that_cannot_be_connected_to_is_named_with_the_cause() {
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert_eq!(
            error_at(&format!("http://{closed}"), &[]).await,
            (Cause::Refused, format!("{closed}: the connection was refused"))
        );
        assert_eq!(
            error_at("https://no-such-host.invalid", &[]).await,
            (Cause::NameNotFound, "no-such-host.invalid:443: the name of the host was not found".to_owned())
        );
        let plain = serve(|stream| {
            use std::io::{Read as _, Write as _};
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
        });
        assert_eq!(error_at(&format!("https://{plain}"), &[]).await.0, Cause::NotTls);
        let closing = serve(|stream| {
            use std::io::Read as _;
            let _ = stream.read(&mut [0; 1024]);
        });
        assert_eq!(error_at(&format!("https://{closing}"), &[]).await.0, Cause::Closed);
    }

    #[tokio::test]
    async fn a_host_that_ends_the_handshake_is_no_host_without_tls() {
        const HANDSHAKE_FAILURE: u8 = 40;
        const PROTOCOL_VERSION: u8 = 70;
        const CERTIFICATE_REQUIRED: u8 = 116;
        for alert in [HANDSHAKE_FAILURE, PROTOCOL_VERSION, CERTIFICATE_REQUIRED] {
            let refusing = serve(move |stream| {
                use std::io::{Read as _, Write as _};
                let _ = stream.read(&mut [0; 1024]);
                // A record with a fatal alert, in TLS 1.2.
                let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, alert]);
            });
            let (cause, message) = error_at(&format!("https://{refusing}"), &[]).await;
            assert_eq!((cause, message), (Cause::Tls, format!("{refusing}: the TLS handshake failed")));
        }
        assert!(Cause::Tls.hint().contains("client certificate"), "{}", Cause::Tls.hint());
    }

    #[tokio::test]
    async fn a_host_that_accepts_no_connection_times_out() {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let listener = socket.listen(1).unwrap();
        let address = listener.local_addr().unwrap();
        // Nothing is accepted, so that the queue of connections is full after a few.
        let mut waiting = Vec::new();
        let full = loop {
            match TcpStream::connect_timeout(&address, Duration::from_millis(500)) {
                Ok(stream) => waiting.push(stream),
                Err(error) => break error,
            }
            assert!(waiting.len() < 100, "the queue is never full");
        };
        assert_eq!(full.kind(), io::ErrorKind::TimedOut, "{full}");
        assert_eq!(error_at(&format!("http://{address}"), &[]).await.0, Cause::TimedOut);
    }
}
