//! TLS: the certificates of the servers and of the client.

use tempfile::TempDir;

use crate::connecting::certificates::{Authority, Certificate};
use crate::connecting::{expect_error, expect_reached, list_deliveries};
use crate::nats_server::NatsServer;

const CA: &str = "tls_ca_file = \"ca.pem\"";
const CLIENT: &str =
    "tls_ca_file = \"ca.pem\"\ntls_certificate_file = \"client.pem\"\ntls_key_file = \"client.key\"";

/// A TLS server, and the folder of its files.
struct TlsServer {
    server: NatsServer,
    _folder: TempDir,
}

impl TlsServer {
    fn with(certificate: &Certificate, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::write(path("server.pem"), &certificate.certificate).unwrap();
        std::fs::write(path("server.key"), &certificate.key).unwrap();
        let server = NatsServer::with(&format!(
            "tls {{ cert_file: \"{}\", key_file: \"{}\", {more} }}",
            path("server.pem"),
            path("server.key")
        ));
        Self { server, _folder: folder }
    }

    /// Starts a server that requires client certificates.
    fn with_client_certificates(certificate: &Certificate, authority: &Authority) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, authority.pem()).unwrap();
        let tls_server = Self::with(certificate, &format!("ca_file: \"{}\", verify: true", file.display()));
        Self { _folder: folder, ..tls_server }
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://127.0.0.1:{}", self.server.port)
    }
}

#[tokio::test]
async fn a_server_with_a_trusted_certificate_is_reached_with_both_url_schemes() {
    let authority = Authority::new();
    let tls_server = TlsServer::with(&authority.certificate(&["127.0.0.1"]), "");
    for scheme in ["tls", "nats"] {
        expect_reached(
            list_deliveries(&tls_server.url(scheme), CA).file("ca.pem", authority.pem()).run().await,
        );
    }
}

#[tokio::test]
async fn a_server_with_an_untrusted_certificate_is_refused() {
    let tls_server = TlsServer::with(&Authority::new().certificate(&["127.0.0.1"]), "");
    let untrusted = "from an unknown authority; set tls_ca_file";
    expect_error(list_deliveries(&tls_server.url("tls"), "").run().await, untrusted);
    let other = list_deliveries(&tls_server.url("tls"), CA).file("ca.pem", Authority::new().pem());
    expect_error(other.run().await, untrusted);
}

#[tokio::test]
async fn a_certificate_for_another_name_or_another_time_is_refused() {
    let authority = Authority::new();
    let list_deliveries = async |certificate: &Certificate| {
        let tls_server = TlsServer::with(certificate, "");
        list_deliveries(&tls_server.url("tls"), CA).file("ca.pem", authority.pem()).run().await
    };
    let other = authority.certificate(&["queue.example.com"]);
    expect_error(list_deliveries(&other).await, "the server's certificate is for another name");
    expect_error(list_deliveries(&authority.expired(&["127.0.0.1"])).await, "is not valid now");
}

#[tokio::test]
async fn a_server_without_tls_is_an_error_if_tls_is_required() {
    let server = NatsServer::start();
    let tls = server.url().replace("nats://", "tls://");
    expect_error(list_deliveries(&tls, "").run().await, "does not support TLS");
    let authority = list_deliveries(&server.url(), CA).file("ca.pem", Authority::new().pem());
    expect_error(authority.run().await, "does not support TLS");
}

#[tokio::test]
async fn a_client_presents_its_certificate_if_the_server_requires_one() {
    let authority = Authority::new();
    let tls_server = TlsServer::with_client_certificates(&authority.certificate(&["127.0.0.1"]), &authority);
    let client = authority.certificate(&["worker"]);
    let stranger = Authority::new().certificate(&["worker"]);
    let shown = |client: &Certificate| {
        let program = list_deliveries(&tls_server.url("tls"), CLIENT).file("ca.pem", authority.pem());
        program.file("client.pem", &client.certificate).file("client.key", &client.key)
    };
    expect_reached(shown(&client).run().await);
    let refused = "set tls_certificate_file and tls_key_file";
    expect_error(shown(&stranger).run().await, refused);
    expect_error(
        list_deliveries(&tls_server.url("tls"), CA).file("ca.pem", authority.pem()).run().await,
        refused,
    );
}

#[tokio::test]
async fn invalid_certificate_and_key_files_are_reported_by_their_keys() {
    let authority = Authority::new();
    let (client, other) = (authority.certificate(&["a"]), authority.certificate(&["b"]));
    for (authority, certificate, key, words) in [
        ("xksecret", &*client.certificate, &*client.key, "queue.tls_ca_file: the file holds no certificate"),
        (
            &authority.pem(),
            "xksecret",
            &client.key,
            "queue.tls_certificate_file: the file holds no certificate",
        ),
        (
            &authority.pem(),
            &client.certificate,
            "xksecret",
            "queue.tls_key_file: the file holds no private key",
        ),
        (&authority.pem(), &client.certificate, &other.key, "queue.tls_key_file: the key does not match"),
    ] {
        let program = list_deliveries("tls://127.0.0.1:1", CLIENT).file("ca.pem", authority);
        let ended = program.file("client.pem", certificate).file("client.key", key).run().await;
        expect_error(ended, words);
    }
}
