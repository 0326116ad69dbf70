//! Messages about a failed connection to the queue, with advice. They name keys of the configuration, never values.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError};
use unicontact::config::QueueLogin;
use unicontact::journal::async_nats::{ConnectError, ConnectErrorKind};

pub(super) const NO_ANSWER: &str =
    "no answer; check that this is a server of NATS and that no firewall is in the way";
pub(super) const NO_CREDENTIALS: &str = "queue.credentials_file: the file holds no credentials of NATS; name a file with a JWT and the seed of its NKEY";

const LOGIN_REQUIRED: &str =
    "the servers require a login; set token, nkey_seed, user and password, or credentials_file in [queue]";
const NO_SEED: &str = "nkey_seed in [queue] is not the seed of a user's NKEY; set one that begins with SU";
const REFUSED: &str = "nothing listens there; start the server, or correct the port";
const NO_HOST: &str = "the host does not exist; correct its name";
const NO_TLS: &str = "the server does not support TLS; turn it on there, or use nats:// without TLS";
const CLIENT_CERTIFICATE: &str = "the server refused this client's certificate; set tls_certificate_file and tls_key_file in [queue] to a certificate that it accepts";
const UNKNOWN_AUTHORITY: &str = "the server's certificate is from an unknown authority; set tls_ca_file in [queue] to the authority's certificate";
const OTHER_NAME: &str = "the server's certificate is for another name; correct the name in the url";
const EXPIRED: &str =
    "the server's certificate is not valid now; check the clock of this machine, or renew the certificate";

/// Returns the message about a failed connection.
pub(super) fn message(error: &ConnectError, login: Option<&QueueLogin>) -> String {
    let words = match error.kind() {
        ConnectErrorKind::AuthorizationViolation => return login_message(login),
        ConnectErrorKind::Authentication => NO_SEED,
        ConnectErrorKind::TimedOut => NO_ANSWER,
        ConnectErrorKind::Dns => NO_HOST,
        _ => match (tls_error(error), is_refused(error)) {
            (Some(tls), _) => return tls_message(tls),
            (None, true) => REFUSED,
            (None, false) => return causes(error),
        },
    };
    words.to_owned()
}

fn login_message(login: Option<&QueueLogin>) -> String {
    let key = match login {
        None => return LOGIN_REQUIRED.to_owned(),
        Some(QueueLogin::Credentials(_)) => "credentials_file",
        Some(QueueLogin::Token(_)) => "token",
        Some(QueueLogin::Nkey(_)) => "nkey_seed",
        Some(QueueLogin::Password { .. }) => "user and password",
    };
    format!("the servers refused the login; correct {key} in [queue]")
}

fn tls_message(error: &rustls::Error) -> String {
    let words = match error {
        rustls::Error::InvalidMessage(_) => NO_TLS,
        // A bad signature means that another authority has the same name.
        rustls::Error::InvalidCertificate(
            CertificateError::UnknownIssuer | CertificateError::BadSignature,
        ) => UNKNOWN_AUTHORITY,
        rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => OTHER_NAME,
        rustls::Error::InvalidCertificate(
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. },
        ) => EXPIRED,
        rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA,
        ) => CLIENT_CERTIFICATE,
        other => return format!("TLS failed: {other}"),
    };
    words.to_owned()
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| {
        let error: &'a (dyn Error + 'static) = *error;
        match error.downcast_ref::<io::Error>() {
            // The source of an `io::Error` is the source of its inner error.
            Some(system) => system.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

fn tls_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    chain(error).find_map(<dyn Error>::downcast_ref)
}

fn is_refused(error: &(dyn Error + 'static)) -> bool {
    let mut system = chain(error).filter_map(|error| error.downcast_ref::<io::Error>());
    system.any(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

fn causes(error: &(dyn Error + 'static)) -> String {
    let mut words: Vec<String> = Vec::new();
    for error in chain(error).map(ToString::to_string) {
        if !words.iter().any(|known| known.contains(&error)) {
            words.push(error);
        }
    }
    words.join(": ")
}
