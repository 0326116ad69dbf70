//! Why there is no connection to the queue, in words that say what to do.
//!
//! Its rule: keys of the configuration are named, and what they hold is not.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError};
use unicontact::config::QueueLogin;
use unicontact::journal::async_nats::{ConnectError, ConnectErrorKind};

pub(super) const NO_ANSWER: &str = "no answer; is it a server of NATS, and does a firewall let it answer?";
pub(super) const NO_CREDENTIALS: &str =
    "queue.credentials_file: the file holds no credentials of NATS, which are a JWT and the seed of its NKEY";

const WANTED: &str =
    "the servers ask for a login: set token, nkey_seed, user and password, or credentials_file in [queue]";
const NO_SEED: &str = "nkey_seed in [queue] is not the seed of a user's NKEY, which begins with SU";
const REFUSED: &str = "nothing listens there; is the server running, and is the port right?";
const NO_HOST: &str = "there is no such host";
const NO_TLS: &str = "the server does not speak TLS; nats:// does not insist on it";
const CLIENT_CERTIFICATE: &str = "the server did not take this client's certificate; set tls_certificate_file and tls_key_file in [queue] to those it knows";
const UNKNOWN_AUTHORITY: &str = "the server's certificate is from an authority that is not known here; name that in tls_ca_file in [queue]";
const OTHER_NAME: &str = "the server's certificate is for another name than that of the url";
const EXPIRED: &str = "the server's certificate is not valid now; is the clock of this machine right?";

pub(super) fn in_words(error: &ConnectError, login: Option<&QueueLogin>) -> String {
    let words = match error.kind() {
        ConnectErrorKind::AuthorizationViolation => return refused(login),
        ConnectErrorKind::Authentication => NO_SEED,
        ConnectErrorKind::TimedOut => NO_ANSWER,
        ConnectErrorKind::Dns => NO_HOST,
        _ => match (tls(error), is_refused(error)) {
            (Some(tls), _) => return of_tls(tls),
            (None, true) => REFUSED,
            (None, false) => return causes(error),
        },
    };
    words.to_owned()
}

fn refused(login: Option<&QueueLogin>) -> String {
    let key = match login {
        None => return WANTED.to_owned(),
        Some(QueueLogin::Credentials(_)) => "credentials_file",
        Some(QueueLogin::Token(_)) => "token",
        Some(QueueLogin::Nkey(_)) => "nkey_seed",
        Some(QueueLogin::Password { .. }) => "user and password",
    };
    format!("the servers refused the login; correct {key} in [queue]")
}

fn of_tls(error: &rustls::Error) -> String {
    let words = match error {
        rustls::Error::InvalidMessage(_) => NO_TLS,
        // The signature is bad where another authority has the same name.
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
            // Its own source is that of what it holds.
            Some(system) => system.get_ref().map(|inner| inner as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

fn tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
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
