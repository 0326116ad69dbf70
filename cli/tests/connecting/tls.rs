//! TLS: the authority of the servers, and the certificate of this client.

use tempfile::TempDir;

use crate::authorities::{Authority, Certificate};
use crate::nats_server::NatsServer;
use crate::{expect_reached, expect_told, look};

const OURS: &str = "tls_ca_file = \"ca.pem\"";
const CLIENT: &str =
    "tls_ca_file = \"ca.pem\"\ntls_certificate_file = \"client.pem\"\ntls_key_file = \"client.key\"";

/// A server with a certificate, and the paths of its files.
struct Served {
    server: NatsServer,
    _folder: TempDir,
}

impl Served {
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
    fn strict(certificate: &Certificate, authority: &Authority) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ca.pem");
        std::fs::write(&file, authority.pem()).unwrap();
        let served = Self::with(certificate, &format!("ca_file: \"{}\", verify: true", file.display()));
        Self { _folder: folder, ..served }
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://127.0.0.1:{}", self.server.port)
    }
}

#[tokio::test]
async fn a_server_of_a_known_authority_is_reached_with_required_and_optional_tls() {
    let authority = Authority::new();
    let served = Served::with(&authority.certificate(&["127.0.0.1"]), "");
    for scheme in ["tls", "nats"] {
        expect_reached(look(&served.url(scheme), OURS).file("ca.pem", authority.pem()).run().await);
    }
}

#[tokio::test]
async fn a_server_of_another_authority_is_refused() {
    let served = Served::with(&Authority::new().certificate(&["127.0.0.1"]), "");
    let unknown = "from an unknown authority; set tls_ca_file";
    expect_told(look(&served.url("tls"), "").run().await, unknown);
    let other = look(&served.url("tls"), OURS).file("ca.pem", Authority::new().pem());
    expect_told(other.run().await, unknown);
}

#[tokio::test]
async fn a_certificate_for_another_name_or_another_time_is_refused() {
    let authority = Authority::new();
    let look = async |certificate: &Certificate| {
        let served = Served::with(certificate, "");
        look(&served.url("tls"), OURS).file("ca.pem", authority.pem()).run().await
    };
    let other = authority.certificate(&["queue.example.com"]);
    expect_told(look(&other).await, "the server's certificate is for another name");
    expect_told(look(&authority.expired(&["127.0.0.1"])).await, "is not valid now");
}

#[tokio::test]
async fn a_server_without_tls_is_reported_if_tls_is_required() {
    let server = NatsServer::start();
    let tls = server.url().replace("nats://", "tls://");
    expect_told(look(&tls, "").run().await, "does not support TLS");
    let authority = look(&server.url(), OURS).file("ca.pem", Authority::new().pem());
    expect_told(authority.run().await, "does not support TLS");
}

#[tokio::test]
async fn the_client_certificate_is_sent_if_the_server_requires_one() {
    let authority = Authority::new();
    let served = Served::strict(&authority.certificate(&["127.0.0.1"]), &authority);
    let client = authority.certificate(&["worker"]);
    let stranger = Authority::new().certificate(&["worker"]);
    let shown = |client: &Certificate| {
        let look = look(&served.url("tls"), CLIENT).file("ca.pem", authority.pem());
        look.file("client.pem", &client.certificate).file("client.key", &client.key)
    };
    expect_reached(shown(&client).run().await);
    let refused = "set tls_certificate_file and tls_key_file";
    expect_told(shown(&stranger).run().await, refused);
    expect_told(look(&served.url("tls"), OURS).file("ca.pem", authority.pem()).run().await, refused);
}

#[tokio::test]
async fn files_of_the_wrong_kind_are_reported_by_their_keys() {
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
        let look = look("tls://127.0.0.1:1", CLIENT).file("ca.pem", authority);
        let ended = look.file("client.pem", certificate).file("client.key", key).run().await;
        expect_told(ended, words);
    }
}
