//! Faults before a create: logins, token renewals and look-ups. No create is sent, and the report says so.

use serde_json::json;

use crate::faults::case::{Case, Verdict, expect_all};
use crate::hostile::{Answer, RENEWING, Received, Reply, Script, Vendor, refusal};

fn failing(vendor: Vendor, fault: &'static str, reply: Reply, verdict: Verdict) -> Case {
    let is_hanging = matches!(reply, Reply::Hang);
    Case::new(fault, vendor, Script::always(Reply::Good).others(reply), verdict).short_timeout(is_hanging)
}

#[tokio::test]
async fn a_failed_login_sends_no_create() {
    let cases = [Vendor::Emnify, Vendor::OneCloud].into_iter().flat_map(|vendor| {
        let not_sent = |kind| Verdict::failed(kind, "not_sent", 0);
        [
            failing(vendor, "reset at the login", Reply::Reset, not_sent("interrupted")),
            failing(vendor, "hang at the login", Reply::Hang, not_sent("interrupted")),
            failing(vendor, "500 at the login", Reply::Answer(Answer::empty(500)), not_sent("unavailable")),
        ]
    });
    expect_all(cases).await;
}

#[tokio::test]
async fn refused_credentials_are_not_tried_twice_and_send_no_create() {
    for vendor in [Vendor::Emnify, Vendor::OneCloud] {
        let refused = Reply::Answer(match vendor {
            Vendor::Emnify => Answer::empty(401),
            _ => refusal(vendor, 401),
        });
        let case = failing(vendor, "401", refused, Verdict::failed("unauthenticated", "refused", 0));
        let finished = case.run().await;
        assert_eq!(finished.ended.code, 1);
        assert_eq!(finished.delivery["outcome"], "failed", "{}", finished.delivery);
        assert_eq!(finished.delivery["error"]["kind"], "unauthenticated", "{}", finished.delivery);
        assert_eq!(
            finished.stand_in.received().len(),
            1,
            "{}: a second login may lock the account",
            vendor.name()
        );
    }
}

#[tokio::test]
async fn emnify_gets_no_second_login_during_its_lockout() {
    let body = json!({"error_code": 1105, "error_token": "TooManyRequests", "message": "Too many requests"});
    let locked = Reply::Answer(Answer::json(401, &body));
    let verdict = Verdict::failed("rate_limited", "refused", 0);
    let finished = failing(Vendor::Emnify, "lockout", locked, verdict).run().await;
    assert_eq!(finished.delivery["error"]["kind"], "rate_limited", "{}", finished.delivery);
    assert_eq!(finished.delivery["error"]["retry_after"], 300, "{}", finished.delivery);
    assert_eq!(finished.stand_in.received().len(), 1);
}

#[tokio::test]
async fn an_invalid_list_of_countries_sends_no_create() {
    fn not_for_countries(request: &Received) -> Answer {
        match request.path.as_str() {
            "/api/v1/authenticate" => Answer::json(200, &json!({"auth_token": "xksecret-auth"})),
            _ => Answer::html(200, "Welcome"),
        }
    }
    let verdict = Verdict::failed("unexpected_response", "not_sent", 0);
    expect_all([failing(Vendor::Emnify, "no countries", Reply::Echo(not_for_countries), verdict)]).await;
}

#[tokio::test]
async fn a_failed_token_renewal_sends_no_second_create() {
    let refused = || Script::always(Reply::Answer(refusal(Vendor::SmartTask, 401)));
    let invalid_grant = Reply::Answer(Answer::json(400, &json!({"error": "invalid_grant"})));
    let cases = [
        ("invalid grant", invalid_grant, Verdict::failed("unauthenticated", "refused", 1)),
        ("reset at the renewal", Reply::Reset, Verdict::failed("interrupted", "not_sent", 1)),
        (
            "500 at the renewal",
            Reply::Answer(Answer::empty(500)),
            Verdict::failed("unavailable", "not_sent", 1),
        ),
    ];
    let cases = cases.map(|(fault, reply, verdict)| {
        Case::new(fault, Vendor::SmartTask, refused().others(reply), verdict).keys(RENEWING)
    });
    expect_all(cases).await;
}
