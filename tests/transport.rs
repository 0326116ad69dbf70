//! What becomes of a create when the network or the server misbehaves, over real sockets.
//!
//! Its rule: short timeouts and no sleeping; and the effect is always on the side of doubt.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod support;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use support::fixture::{contact, contact_document};
use support::leaks;
use support::providers::{NAME, PATIENT, TIMEOUT, by_default};
use support::raw_server::{Behaviour, RawServer, answer_bytes, closed_port};
use unicontact::providers::{ContactProvider as _, Created, DeliveryKey, ProviderError};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

const GOOD: &[u8] = br#"{"id":4242}"#;
/// The same, compressed.
const GOOD_COMPRESSED: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xab\x56\xca\x4c\x51\xb2\x32\x31\x32\x31\xaa\x05\x00\xa6\x18\xab\x4a\x0b\x00\x00\x00";
const TWO_MEBIBYTES: usize = 2 * 1024 * 1024;

/// Creates the typical contact with the adapter that needs no token.
async fn create_at(base_url: &str, timeout: Duration) -> Result<Created, ProviderError> {
    let contact = contact("typical");
    let key = DeliveryKey::new(NAME, &contact);
    let provider = by_default("cloverhound", base_url, timeout);
    let result = provider.create(&contact, &key).await;
    if let Err(error) = &result {
        assert_shows_nothing(error, base_url);
    }
    result
}

/// No credential, no value of the contact, and nothing of the address.
fn assert_shows_nothing(error: &ProviderError, base_url: &str) {
    let shown = leaks::shown(error);
    assert_eq!(leaks::found_in(&shown, &contact_document("typical")), Vec::<String>::new());
    assert!(!shown.contains(base_url) && !shown.contains("/contacts"), "{shown}");
}

fn verdict(result: Result<Created, ProviderError>) -> (&'static str, &'static str) {
    let error = result.unwrap_err();
    (error.kind().as_str(), error.effect().as_str())
}

async fn create_against(behaviour: Behaviour, timeout: Duration) -> (Result<Created, ProviderError>, usize) {
    let server = RawServer::start(behaviour).await;
    let result = create_at(&server.url(), timeout).await;
    (result, server.received().len())
}

fn headers(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn whole(status: u16, pairs: &[(&str, &str)], body: &[u8]) -> Behaviour {
    Behaviour::Write(answer_bytes(status, &headers(pairs), body, 0))
}

fn cut(status: u16, body: &[u8]) -> Vec<u8> {
    answer_bytes(status, &headers(&[("content-type", "application/json")]), body, 100)
}

fn id_of(result: Result<Created, ProviderError>) -> String {
    result.unwrap().id.as_str().to_owned()
}

#[tokio::test]
async fn a_port_at_which_nobody_listens_means_that_nothing_was_sent() {
    let result = create_at(&closed_port().await, PATIENT).await;
    assert_eq!(verdict(result), ("unreachable", "not_sent"));
}

#[tokio::test]
async fn a_host_that_does_not_exist_means_that_nothing_was_sent() {
    let result = create_at("https://no-such-host.invalid", PATIENT).await;
    assert_eq!(verdict(result), ("unreachable", "not_sent"));
}

#[tokio::test]
async fn a_plain_port_that_is_spoken_to_in_tls_gets_nothing() {
    let refusal = answer_bytes(400, &BTreeMap::new(), b"", 0);
    let server = RawServer::start(Behaviour::WriteAtOnce(refusal)).await;
    let result = create_at(&format!("https://{}", server.address()), PATIENT).await;
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
async fn a_success_that_breaks_off_leaves_doubt() {
    let (result, _) = create_against(Behaviour::Write(cut(201, GOOD)), PATIENT).await;
    assert_eq!(verdict(result), ("interrupted", "unknown"));
}

#[tokio::test]
async fn a_success_that_never_ends_leaves_doubt() {
    let (result, _) = create_against(Behaviour::WriteAndHang(cut(201, GOOD)), TIMEOUT).await;
    assert_eq!(verdict(result), ("interrupted", "unknown"));
}

#[tokio::test]
async fn a_refusal_that_breaks_off_is_a_refusal_all_the_same() {
    let body = br#"{"errors":{"full_name":["is in"#;
    let (result, _) = create_against(Behaviour::Write(cut(422, body)), PATIENT).await;
    assert_eq!(verdict(result), ("invalid", "refused"));
}

#[tokio::test]
async fn an_answer_that_never_comes_leaves_doubt_when_the_time_is_up() {
    let started = Instant::now();
    let (result, received) = create_against(Behaviour::Hang, TIMEOUT).await;
    assert_eq!(verdict(result), ("interrupted", "unknown"));
    assert_eq!(received, 1);
    assert!(started.elapsed() >= TIMEOUT, "it gave up early");
    assert!(started.elapsed() < PATIENT / 2, "it went on long after its time was up");
}

#[tokio::test]
async fn an_answer_that_is_not_http_leaves_doubt() {
    let (result, _) = create_against(Behaviour::Write(b"SSH-2.0-something\r\n".to_vec()), PATIENT).await;
    assert_eq!(verdict(result), ("interrupted", "unknown"));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let target = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(201).set_body_bytes(GOOD)).mount(&target).await;
    for status in [301, 302, 303, 307, 308] {
        let server = whole(status, &[("location", &target.uri())], b"");
        let (result, received) = create_against(server, PATIENT).await;
        assert_eq!(verdict(result), ("unexpected_response", "refused"), "{status}");
        assert_eq!(received, 1, "{status}");
    }
    assert!(target.received_requests().await.unwrap().is_empty());
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
    let body = [&b"\xEF\xBB\xBF"[..], GOOD].concat();
    let (result, _) =
        create_against(whole(201, &[("content-type", "application/json")], &body), PATIENT).await;
    assert_eq!(id_of(result), "4242");
}

#[tokio::test]
async fn a_wrong_content_type_does_not_hide_the_id() {
    for kind in ["text/html; charset=utf-8", "application/octet-stream", "nonsense"] {
        let (result, _) = create_against(whole(201, &[("content-type", kind)], GOOD), PATIENT).await;
        assert_eq!(id_of(result), "4242", "{kind}");
    }
}

#[tokio::test]
async fn what_travels_is_one_request_with_its_credential_in_the_header_alone() {
    let server = RawServer::start(whole(201, &[], GOOD)).await;
    create_at(&server.url(), PATIENT).await.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].target, "/7/contacts");
    assert!(received[0].headers["authorization"].starts_with("Basic "));
    assert!(received[0].headers["user-agent"].starts_with("unicontact/"));
    let body = String::from_utf8(received[0].body.clone()).unwrap();
    assert_eq!(leaks::found_in(&body, &serde_json::Value::Null), Vec::<String>::new());
}
