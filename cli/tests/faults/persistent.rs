//! Persistent faults: every create gets the same reply. After a reply with an unknown effect, no second create is sent.

use serde_json::json;

use crate::faults::case::{Case, Verdict, expect_all};
use crate::hostile::{Answer, Listing, RENEWING, Reply, Script, USE_CREATED, Vendor, refusal};

/// Returns the replies after which the effect of the create is unknown.
fn doubtful() -> Vec<(&'static str, Reply, &'static str)> {
    let answer = Reply::Answer;
    let without_id = json!({"name": "Any", "status": "ok"});
    vec![
        ("reset after the create", Reply::Reset, "interrupted"),
        ("closed without a byte", Reply::Close, "interrupted"),
        ("hang", Reply::Hang, "interrupted"),
        ("not HTTP", Reply::Noise, "interrupted"),
        ("cut body", answer(Answer::json(201, &json!({"id": 9001})).cut()), "interrupted"),
        ("2xx without an id", answer(Answer::json(201, &without_id)), "unexpected_response"),
        ("2xx without a body", answer(Answer::empty(200)), "unexpected_response"),
        ("2xx with a web page", answer(Answer::html(200, "Welcome")), "unexpected_response"),
        ("201 with an error", answer(Answer::json(201, &json!({"error": "no"}))), "unexpected_response"),
        (
            "200 with an error beside an id",
            answer(Answer::json(200, &json!({"success": false, "data": {"contact": {"id": 9001}}}))),
            "unexpected_response",
        ),
        (
            "200 with an error and a Location",
            answer(Answer::json(200, &json!({"error": "no"})).header("location", "/contacts/9001")),
            "unexpected_response",
        ),
        (
            "303 to a contact",
            answer(Answer::empty(303).header("location", "/contacts/9001")),
            "unexpected_response",
        ),
        (
            "a warning before the JSON",
            answer(Answer::text(201, "text/html", "<b>Warning</b>: no<br />\n{\"id\":9001}")),
            "unexpected_response",
        ),
        (
            "200 with a server error",
            answer(Answer::json(200, &json!({"error": {"status": "503"}}))),
            "unavailable",
        ),
        ("499", answer(Answer::html(499, "Client Closed Request")), "interrupted"),
        ("460", answer(Answer::empty(460)), "interrupted"),
        (
            "409 of a request in progress",
            answer(Answer::json(409, &json!({"message": "A request is already in progress"}))),
            "interrupted",
        ),
        ("500", answer(Answer::json(500, &json!({"message": "Internal server error"}))), "unavailable"),
        ("502 with a web page", answer(Answer::html(502, "Bad Gateway")), "unavailable"),
        ("503 with Retry-After", answer(Answer::html(503, "Soon").header("retry-after", "1")), "unavailable"),
        ("504", answer(Answer::empty(504)), "unavailable"),
    ]
}

/// Returns the replies that say that nothing was created.
fn refused(vendor: Vendor) -> Vec<(&'static str, Reply, Verdict)> {
    let refused = |kind, creates| Verdict::failed(kind, "refused", creates);
    // A refused token is renewed once, and the create is sent again.
    let creates_after_401 = if matches!(vendor, Vendor::Emnify | Vendor::OneCloud) { 2 } else { 1 };
    let later = refusal(vendor, 429).header("retry-after", "3600");
    let elsewhere = Answer::empty(302).header("location", "https://example.com/login");
    let own = |status| refusal(vendor, status);
    let answers = [
        ("302", elsewhere, refused("unexpected_response", 1)),
        ("400", own(400), Verdict::rejected("invalid")),
        ("401 without end", own(401), refused("unauthenticated", creates_after_401)),
        ("402", own(402), refused("quota_exhausted", 1)),
        ("403", own(403), refused("permission_denied", 1)),
        ("403 with a web page", Answer::html(403, "Attention"), refused("blocked", 1)),
        ("404", own(404), refused("not_found", 1)),
        ("409", own(409), Verdict::rejected("already_exists")),
        ("422", own(422), Verdict::rejected("invalid")),
        ("422 without a body", Answer::empty(422), Verdict::rejected("invalid")),
        ("429 with Retry-After: 3600", later, refused("rate_limited", 1)),
    ];
    answers.map(|(fault, answer, verdict)| (fault, Reply::Answer(answer), verdict)).into()
}

fn is_hang(reply: &Reply) -> bool {
    matches!(reply, Reply::Hang)
}

fn doubtful_at(vendor: Vendor) -> impl Iterator<Item = Case> {
    doubtful().into_iter().map(move |(fault, reply, kind)| {
        let is_hanging = is_hang(&reply);
        Case::new(fault, vendor, Script::always(reply), Verdict::in_doubt(kind)).short_timeout(is_hanging)
    })
}

fn refused_at(vendor: Vendor) -> impl Iterator<Item = Case> {
    refused(vendor)
        .into_iter()
        .map(move |(fault, reply, verdict)| Case::new(fault, vendor, Script::always(reply), verdict))
}

#[tokio::test]
async fn smarttask_without_use_created_gets_a_doubtful_create_once() {
    expect_all(doubtful_at(Vendor::SmartTask)).await;
}

#[tokio::test]
async fn emnify_gets_a_doubtful_create_once_when_its_list_does_not_show_it() {
    expect_all(doubtful_at(Vendor::Emnify)).await;
}

#[tokio::test]
async fn cloverhound_gets_a_doubtful_create_once() {
    expect_all(doubtful_at(Vendor::Cloverhound)).await;
}

#[tokio::test]
async fn onecloud_gets_a_doubtful_create_once() {
    expect_all(doubtful_at(Vendor::OneCloud)).await;
}

#[tokio::test]
async fn a_doubtful_create_that_emnify_lists_is_created_with_its_id() {
    let listed = doubtful_at(Vendor::Emnify).map(|case| Case {
        script: case.script.clone().listing(Listing::ReceivedCreates),
        expected: Verdict::created(1),
        ..case
    });
    expect_all(listed).await;
}

#[tokio::test]
async fn smarttask_with_use_created_gets_a_doubtful_create_once() {
    expect_all(doubtful_at(Vendor::SmartTask).map(|case| case.keys(USE_CREATED))).await;
}

#[tokio::test]
async fn a_refusal_creates_nothing_and_is_not_repeated() {
    expect_all(Vendor::ALL.into_iter().flat_map(refused_at)).await;
}

#[tokio::test]
async fn smarttask_gets_one_more_create_after_a_token_renewal() {
    let script = Script::always(Reply::Answer(refusal(Vendor::SmartTask, 401)));
    let verdict = Verdict::failed("unauthenticated", "refused", 2);
    expect_all([Case::new("401 without end", Vendor::SmartTask, script, verdict).keys(RENEWING)]).await;
}

#[tokio::test]
async fn retry_after_of_the_vendor_is_reported() {
    for (status, retry_after) in [(429, "3600"), (503, "3600")] {
        let answer = refusal(Vendor::Cloverhound, status).header("retry-after", retry_after);
        let script = Script::always(Reply::Answer(answer));
        let case = Case::new("Retry-After", Vendor::Cloverhound, script, Verdict::created(1));
        let finished = case.run().await;
        assert_eq!(finished.delivery["error"]["retry_after"], 3600, "{}", finished.delivery);
    }
}

async fn expect_nothing_sent_without(vendor: Vendor) {
    let case = Case::new("refused", vendor, Script::always(Reply::Good), Verdict::created(0));
    let report = case.run_without_a_vendor().await.expect_code(1).json();
    let delivery = &report["deliveries"][0];
    assert_eq!(delivery["outcome"], "failed", "{delivery}");
    assert_eq!(delivery["error"]["kind"], "unreachable", "{delivery}");
    assert_eq!(delivery["error"]["effect"], "not_sent", "{delivery}");
}

#[tokio::test]
async fn a_refused_connection_sends_nothing() {
    let [smarttask, emnify, cloverhound, onecloud] = Vendor::ALL.map(expect_nothing_sent_without);
    tokio::join!(smarttask, emnify, cloverhound, onecloud);
}
