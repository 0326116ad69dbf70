//! The TLS client for the servers of the queue: ring, with either Mozilla's roots or the configured authority.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use unicontact::config::QueueTls;

use crate::exit::Failure;
use crate::failure_code::FailureCode;

const NO_AUTHORITY: &str =
    "queue.tls_ca_file: the file holds no certificate; name a PEM file with -----BEGIN CERTIFICATE-----";
const NO_CERTIFICATE: &str = "queue.tls_certificate_file: the file holds no certificate; name a PEM file with -----BEGIN CERTIFICATE-----";
const NO_KEY: &str =
    "queue.tls_key_file: the file holds no private key; name a PEM file with -----BEGIN PRIVATE KEY-----";
const NO_PAIR: &str = "queue.tls_key_file: the key does not match the certificate in tls_certificate_file; name files that match";

pub(super) fn client(tls: &QueueTls) -> Result<ClientConfig, Failure> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::new(FailureCode::Queue, format!("TLS cannot be used: {error}")))?
        .with_root_certificates(roots(tls.authority.as_deref())?);
    let Some((certificate, key)) = &tls.client else {
        return Ok(builder.with_no_client_auth());
    };
    let chain = certificates(certificate).ok_or_else(|| Failure::new(FailureCode::Queue, NO_CERTIFICATE))?;
    let key = PrivateKeyDer::from_pem_slice(key.expose().as_bytes())
        .map_err(|_| Failure::new(FailureCode::Queue, NO_KEY))?;
    builder.with_client_auth_cert(chain, key).map_err(|_| Failure::new(FailureCode::Queue, NO_PAIR))
}

fn roots(authority: Option<&str>) -> Result<RootCertStore, Failure> {
    let mut roots = RootCertStore::empty();
    let Some(authority) = authority else {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        return Ok(roots);
    };
    for certificate in
        certificates(authority).ok_or_else(|| Failure::new(FailureCode::Queue, NO_AUTHORITY))?
    {
        roots.add(certificate).map_err(|_| Failure::new(FailureCode::Queue, NO_AUTHORITY))?;
    }
    Ok(roots)
}

/// Returns the certificates of a file. `None` without any.
fn certificates(text: &str) -> Option<Vec<CertificateDer<'static>>> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    all.ok().filter(|all| !all.is_empty())
}
