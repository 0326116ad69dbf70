//! Creates over real sockets against networks and servers that misbehave. A failure after the request was sent leaves doubt.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use unicontact::providers::http::Answer;
use unicontact::providers::testkit::{Behaviour, ClosedPort, Server};
use unicontact::providers::{Created, ProviderError, UnifiedContact};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::leaks;
use crate::support::providers::{PATIENT, TIMEOUT, by_default, create, fixtures};

const GOOD: &[u8] = br#"{"id":4242}"#;
/// `GOOD`, compressed with gzip.
const GOOD_COMPRESSED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\xca\x4c\x51\xb2\x32\x31\x32\x31\xaa\x05\x00\xa6\x18\xab\x4a\x0b\x00\x00\x00";
const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
const TWO_MEBIBYTES: usize = 2 * 1024 * 1024;

/// Creates the typical contact with the adapter that needs no token.
async fn create_at(base_url: &str, timeout: Duration) -> Result<Created, ProviderError> {
    let contact = fixtures().contact("typical").unwrap();
    let provider = by_default("cloverhound", base_url, timeout);
    let result = create(&provider, contact).await;
    if let Err(error) = &result {
        assert_shows_nothing(error, base_url);
    }
    result
}

/// Asserts that the error shows no credential, no value of the contact and no part of the address.
fn assert_shows_nothing(error: &ProviderError, base_url: &str) {
    let shown = leaks::shown(error);
    assert_eq!(leaks::found_in(&shown, fixtures().contact("typical").unwrap()), Vec::<String>::new());
    assert!(!shown.contains(base_url) && !shown.contains("/contacts"), "{shown}");
}

fn verdict(result: Result<Created, ProviderError>) -> (&'static str, &'static str) {
    let error = result.unwrap_err();
    (error.kind().as_str(), error.effect().as_str())
}

async fn create_against(behaviour: Behaviour, timeout: Duration) -> (Result<Created, ProviderError>, usize) {
    let server = Server::start(move |_| behaviour.clone()).await.unwrap();
    let result = create_at(&server.url(), timeout).await;
    (result, server.received().len())
}

fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let answer = Answer::new(status).with_body(body);
    headers.iter().fold(answer, |answer, (name, value)| answer.with_header(name, value))
}

fn whole(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Behaviour {
    Behaviour::Answer(answer(status, headers, body))
}

fn id_of(result: Result<Created, ProviderError>) -> String {
    result.unwrap().id.as_str().to_owned()
}

#[tokio::test]
async fn a_create_to_a_closed_port_is_not_sent() {
    let closed = ClosedPort::reserve().unwrap();
    let result = create_at(&closed.url(), PATIENT).await;
    assert_eq!(verdict(result), ("unreachable", "not_sent"));
}

#[tokio::test]
async fn a_create_to_an_unknown_host_is_not_sent() {
    let result = create_at("https://no-such-host.invalid", PATIENT).await;
    assert_eq!(verdict(result), ("unreachable", "not_sent"));
}

#[tokio::test]
async fn a_failed_tls_handshake_means_that_the_create_is_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
        }
    });
    let result = create_at(&format!("https://{address}"), PATIENT).await;
    assert_eq!(verdict(result), ("unreachable", "not_sent"));
}

#[tokio::test]
async fn a_connection_that_is_closed_without_a_byte_leaves_doubt_and_is_not_repeated() {
    let (result, received) = create_against(Behaviour::Close, PATIENT).await;
    assert_eq!(verdict(result), ("interrupted", "unknown"));
    assert_eq!(received, 1);
}

#[tokio::test]
async fn a_connection_that_is_reset_after_the_request_leaves_doubt_and_is_not_repeated() {
    let (result, received) = create_against(Behaviour::Reset, PATIENT).await;
    assert_eq!(verdict(result), ("interrupted", "unknown"));
    assert_eq!(received, 1);
}

#[tokio::test]
async fn a_truncated_success_leaves_doubt() {
    let (result, _) = create_against(Behaviour::Cut(answer(201, JSON, GOOD)), PATIENT).await;
    assert_eq!(verdict(result), ("interrupted", "unknown"));
}

#[tokio::test]
async fn a_success_that_never_ends_leaves_doubt() {
    let (result, _) = create_against(Behaviour::Stall(answer(201, JSON, GOOD)), TIMEOUT).await;
    assert_eq!(verdict(result), ("interrupted", "unknown"));
}

#[tokio::test]
async fn a_truncated_refusal_is_still_a_refusal() {
    let body = br#"{"errors":{"full_name":["is in"#;
    let (result, _) = create_against(Behaviour::Cut(answer(422, JSON, body)), PATIENT).await;
    assert_eq!(verdict(result), ("invalid", "refused"));
}

#[expect(clippy::disallowed_methods, reason = "it measures real time")]
#[tokio::test]
async fn a_missing_answer_leaves_doubt_after_the_timeout() {
    let started = Instant::now();
    let (result, received) = create_against(Behaviour::Hang, TIMEOUT).await;
    assert_eq!(verdict(result), ("interrupted", "unknown"));
    assert_eq!(received, 1);
    assert!(started.elapsed() >= TIMEOUT, "it gave up early");
    assert!(started.elapsed() < PATIENT / 2, "the create ends soon after its timeout");
}

#[tokio::test]
async fn an_answer_that_is_not_http_leaves_doubt() {
    let (result, _) = create_against(Behaviour::Bytes(b"SSH-2.0-something\r\n".to_vec()), PATIENT).await;
    assert_eq!(verdict(result), ("interrupted", "unknown"));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(201).set_body_bytes(GOOD)).mount(&target).await;
    for status in [301, 302, 303, 307, 308] {
        let server = whole(status, &[("location", &target.uri())], b"");
        let (result, received) = create_against(server, PATIENT).await;
        // A 302 or 303 may lead to the page of the new contact.
        let effect = if [302, 303].contains(&status) { "unknown" } else { "refused" };
        assert_eq!(verdict(result), ("unexpected_response", effect), "{status}");
        assert_eq!(received, 1, "{status}");
    }
    assert!(target.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_redirect_to_a_login_or_to_nowhere_is_a_refusal() {
    for location in ["/login?next=/contacts/7", "https://sso.example.com/", "", " "] {
        let (result, _) = create_against(whole(302, &[("location", location)], b""), PATIENT).await;
        assert_eq!(verdict(result), ("unexpected_response", "refused"), "{location:?}");
    }
    let (result, _) = create_against(whole(303, &[], b""), PATIENT).await;
    assert_eq!(verdict(result), ("unexpected_response", "refused"));
}

#[tokio::test]
async fn an_informational_answer_without_a_final_one_leaves_doubt_and_is_not_repeated() {
    for head in
        ["100 Continue", "101 Switching Protocols", "102 Processing", "103 Early Hints", "199 Anything"]
    {
        let bytes = format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n").into_bytes();
        let (result, received) = create_against(Behaviour::Bytes(bytes), PATIENT).await;
        assert_eq!(verdict(result), ("interrupted", "unknown"), "{head}");
        assert_eq!(received, 1, "{head}");
    }
}

#[tokio::test]
async fn an_informational_answer_before_the_final_one_is_ignored() {
    let final_answer = "HTTP/1.1 201 Created\r\ncontent-length: 11\r\nconnection: close\r\n\r\n";
    let bytes = [b"HTTP/1.1 102 Processing\r\n\r\n", final_answer.as_bytes(), GOOD].concat();
    let (result, _) = create_against(Behaviour::Bytes(bytes), PATIENT).await;
    assert_eq!(id_of(result), "4242");
}

#[tokio::test]
async fn the_statuses_of_a_proxy_that_lost_its_client_leave_doubt() {
    for status in [408, 460, 499] {
        let (result, _) =
            create_against(whole(status, JSON, br#"{"error":"client closed request"}"#), PATIENT).await;
        assert_eq!(verdict(result), ("interrupted", "unknown"), "{status}");
    }
}

#[tokio::test]
async fn a_body_of_two_mebibytes_is_capped_and_leaves_doubt() {
    let mut body = br#"{"description":""#.to_vec();
    body.resize(TWO_MEBIBYTES, b'x');
    body.extend_from_slice(br#"","id":4242}"#);
    let (result, _) = create_against(whole(201, &[], &body), PATIENT).await;
    assert_eq!(verdict(result), ("unexpected_response", "unknown"));
}

#[tokio::test]
async fn a_compressed_body_is_read() {
    let encoding = [("content-type", "application/json"), ("content-encoding", "gzip")];
    let (result, _) = create_against(whole(201, &encoding, GOOD_COMPRESSED), PATIENT).await;
    assert_eq!(id_of(result), "4242");
}

#[tokio::test]
async fn a_body_that_only_claims_to_be_compressed_leaves_doubt() {
    let (result, _) = create_against(whole(201, &[("content-encoding", "gzip")], GOOD), PATIENT).await;
    let (_, effect) = verdict(result);
    assert_eq!(effect, "unknown");
}

#[tokio::test]
async fn a_byte_order_mark_does_not_hide_the_id() {
    for marks in [&b"\xEF\xBB\xBF"[..], b"\xEF\xBB\xBF\xEF\xBB\xBF", b"\n\xEF\xBB\xBF \xEF\xBB\xBF\r\n"] {
        let (result, _) = create_against(whole(201, JSON, &[marks, GOOD].concat()), PATIENT).await;
        assert_eq!(id_of(result), "4242");
    }
}

#[tokio::test]
async fn a_wrong_content_type_does_not_hide_the_id() {
    for kind in ["text/html; charset=utf-8", "application/octet-stream", "nonsense"] {
        let (result, _) = create_against(whole(201, &[("content-type", kind)], GOOD), PATIENT).await;
        assert_eq!(id_of(result), "4242", "{kind}");
    }
}

#[tokio::test]
async fn one_request_is_sent_with_its_credential_only_in_the_header() {
    let server = Server::start(|_| whole(201, &[], GOOD)).await.unwrap();
    create_at(&server.url(), PATIENT).await.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].target(), "/7/contacts");
    assert!(received[0].header("authorization").unwrap().starts_with("Basic "));
    assert!(received[0].header("user-agent").unwrap().starts_with("unicontact/"));
    assert_eq!(leaks::found_in(&received[0].text(), &UnifiedContact::default()), Vec::<String>::new());
}
