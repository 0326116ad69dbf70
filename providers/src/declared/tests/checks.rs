//! The request that proves the credentials.

use serde_json::json;

use super::searches::{connect, find_in};
use super::vendor::{ada, answer, serve};
use crate::error::ErrorKind;
use crate::http::Answer;
use crate::provider::ContactProvider as _;

#[tokio::test]
async fn a_check_expects_what_the_description_says() {
    let tables = |expect: &str| {
        format!(
            "[check]\npath = \"/me\"\nquery = {{ limit = \"1\" }}\nheaders = {{ X-Version = \"3\" }}\n{expect}"
        )
    };
    let page = || Answer::new(200).with_header("content-type", "text/html").with_body("<html>log in</html>");
    for (expect, answer, expected) in [
        ("expect = \"user.id\"", answer(200, &json!({"user": {"id": 1}})), "works"),
        ("expect = \"people\"", answer(200, &json!({"people": []})), "works"),
        ("expect = \"user.id\"", answer(200, &json!({"user": {"id": null}})), "unexpected_response"),
        ("expect = \"user.id\"", answer(200, &json!({"user": {}})), "unexpected_response"),
        ("expect = \"user.id\"", Answer::new(204), "unexpected_response"),
        ("expect = \"user.id\"", page(), "unexpected_response"),
        ("", Answer::new(204), "works"),
        ("", page(), "unexpected_response"),
        (
            "",
            answer(200, &json!({"error": {"code": "unauthorized", "message": "no"}})),
            "unexpected_response",
        ),
        ("", answer(401, &json!({})), "unauthenticated"),
        ("", answer(403, &json!({})), "permission_denied"),
    ] {
        let server = serve(vec![answer]).await;
        let provider = connect(&server, &tables(expect));
        assert!(provider.capabilities().check);
        let result = provider.check().await;
        assert_eq!(result.map_or_else(|error| error.kind().as_str(), |()| "works"), expected, "{expect}");
        let request = server.received().remove(0);
        assert_eq!(
            (request.method(), request.target(), request.header("x-version")),
            ("GET", "/v1/me?limit=1", Some("3"))
        );
    }
}

#[tokio::test]
async fn what_the_description_does_not_have_is_unsupported() {
    let server = serve(vec![Answer::new(500)]).await;
    let provider = connect(&server, "");
    assert!(!provider.capabilities().find && !provider.capabilities().check);
    let error = find_in(&provider, &ada(), None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(provider.check().await.unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(server.received().len(), 0);
}
