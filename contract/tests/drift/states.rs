//! The table of the states in which the sandbox answers like a fixture, or of the reasons why no state does. More specific
//! entries come first.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use unicontact_contract::fixture::{ExpectedRequest, Fixture};

/// The difference from a valid request to a working vendor.
#[derive(Clone, Copy)]
pub(crate) enum State {
    Good,
    /// The credentials are invalid.
    BadCredentials,
    /// The request has this bearer token.
    TokenOf(&'static str),
    NoCredentials,
    /// This time has passed since the login.
    Later(Duration),
    /// The request is changed into one that the vendor rejects.
    Altered(fn(&mut ExpectedRequest)),
    /// The sandbox has these faults.
    Fault(&'static str),
    /// The sandbox has these faults, and the request was sent once before.
    FaultOnSecond(&'static str),
    /// The request was sent once before.
    Twice,
    /// These bodies were posted to this path before.
    AfterCreates(&'static str, &'static [&'static str]),
    /// This number of logins failed before.
    FailedLogins(u32),
}

#[derive(Clone, Copy)]
pub(crate) enum Reachability {
    By(State),
    /// The vendor's pages or third-party code have it, and the sandbox does not.
    Never(&'static str),
    /// Only the project's own inference has it.
    Guessed(&'static str),
}

use Reachability::{By, Guessed, Never};
use State::{
    AfterCreates, Altered, BadCredentials, FailedLogins, Fault, FaultOnSecond, Good, Later, NoCredentials,
    TokenOf, Twice,
};

/// Vendor (or any), prefix of the scenario's name, state.
type Entry = (&'static str, &'static str, Reachability);

const ANY: &str = "";
const NO_SUCCESS: &str =
    "the sandbox tells a success in the vendor's own form alone; this one is somebody's mistake";
const NO_REDIRECT: &str = "no page shows a redirect, and the sandbox has no fault that sends one";
const NO_LOST_CLIENT: &str =
    "what stands in front of a vendor answers so, and the sandbox has nothing in front of it";
const NO_PLAN: &str = "no page shows a limit of a plan, and the sandbox's accounts have none";
const ONE_OF_SEVERAL_FORMS: &str =
    "no page shows the form, so the fixtures have several; the sandbox has another one of them";
const NO_PAGES: &str = "no page says that the list of contacts has pages, and the sandbox shows it whole";
const ONE_WRAPPER: &str = "the sandbox wraps every mistake of a body in 1400, as the page on creating does";
const DAY: Duration = Duration::from_hours(24);

const TABLE: &[Entry] = &[
    // Specific to a vendor.
    ("smarttask", "existing_changed_since", Guessed("the sandbox changes no contact after its creation")),
    ("smarttask", "existing", By(Twice)),
    ("smarttask", "invalid_api_version", By(Altered(|it| it.path = it.path.replace("v1.0", "v9.0")))),
    ("smarttask", "invalid_content_type", By(Altered(|it| content_type(it, "text/plain")))),
    ("smarttask", "invalid_problem_details", By(Altered(too_long))),
    ("smarttask", "wrong_content_type_error", By(Altered(too_long))),
    ("smarttask", "permission_denied", By(Altered(|it| it.path = it.path.replace("/38", "/39")))),
    ("smarttask", "conflict", Guessed(ONE_OF_SEVERAL_FORMS)),
    ("smarttask", "login_empty", By(Fault(EMPTY_401_OF_LOGIN))),
    ("smarttask", "login_wrong_client", By(BadCredentials)),
    ("smarttask", "unauthenticated_expired_with_refresh_token", By(FaultOnSecond(ONE_USE))),
    ("smarttask", "unauthenticated_expired", By(FaultOnSecond(ONE_USE))),
    ("smarttask", "unauthenticated_empty", By(NoCredentials)),
    ("emnify", "create_id_as_text", Guessed(NO_SUCCESS)),
    (
        "emnify",
        "create_minimal_with_an_empty_object",
        Never("older copies of the page show an empty object; the sandbox answers as recorded, with nothing"),
    ),
    ("emnify", "conflict", By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 409"))),
    ("emnify", "find_not_found_in_an_empty_list", By(Good)),
    ("emnify", "find_failed", By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 500\non = \"read\""))),
    (
        "emnify",
        "find_after_a_new_token",
        Never("its exchanges want two states, a token that ended and one that did not"),
    ),
    ("emnify", "find_unclear_counted", Guessed(NO_PAGES)),
    ("emnify", "find_unclear_with_a_next_page", Guessed(NO_PAGES)),
    ("emnify", "find_unclear_broken_off", Guessed(NO_SUCCESS)),
    ("emnify", "find_unclear_unreadable", Guessed(NO_SUCCESS)),
    ("emnify", "find_without_list", Guessed(NO_SUCCESS)),
    ("emnify", "find_", By(AfterCreates("/api/v1/organisation/42/contact", LISTED))),
    ("emnify", "invalid_1000", By(Altered(|it| it.body = Some(json!([]))))),
    ("emnify", "invalid_13", Guessed("the create has no query and no order to be wrong")),
    (
        "emnify",
        "invalid_1400_with_several",
        By(Altered(|it| {
            remove(it, "type");
            set(it, "email", json!("x"));
        })),
    ),
    ("emnify", "invalid_1400_with_status_code", Guessed(ONE_OF_SEVERAL_FORMS)),
    ("emnify", "invalid_1400", By(Altered(|it| set(it, "country", json!({"id": 99_999}))))),
    ("emnify", "invalid_140", Never(ONE_WRAPPER)),
    ("emnify", "wrong_content_type_error", Guessed(ONE_WRAPPER)),
    (
        "emnify",
        "invalid_empty_body",
        By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 422\nbody = \"empty\"")),
    ),
    (
        "emnify",
        "login_refused_with_a_code",
        Never("most refusals of a login are empty, says the page, and does not say which are not"),
    ),
    (
        "emnify",
        "login_refused_as_malformed",
        By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 400\nbody = \"empty\"\non = \"login\"")),
    ),
    ("emnify", "login_refused", By(BadCredentials)),
    ("emnify", "login_expired_alone", By(Later(DAY))),
    ("emnify", "login_locked_out", By(FailedLogins(3))),
    ("emnify", "login_not_found", By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 404\non = \"login\""))),
    ("emnify", "login_rate_limited", By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 429\non = \"login\""))),
    (
        "emnify",
        "lookup_failed",
        Guessed("the codes of lists with a query; the sandbox's countries have none to be wrong"),
    ),
    ("emnify", "not_found_1401", By(Altered(|it| it.path = it.path.replace("/42/", "/4242/")))),
    ("emnify", "not_found_1601", By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 404"))),
    ("emnify", "not_found", By(Altered(|it| it.path = it.path.replace("/contact", "/nothing")))),
    ("emnify", "permission_denied_1406", By(Altered(update_of_the_organisation))),
    ("emnify", "permission_denied", By(Altered(|it| it.path = it.path.replace("/42/", "/43/")))),
    ("emnify", "server_error_with_a_code", Guessed(ONE_OF_SEVERAL_FORMS)),
    ("emnify", "unauthenticated_bad_at_the_gateway", By(TokenOf("nobody"))),
    ("emnify", "unauthenticated_bad", By(BadCredentials)),
    ("emnify", "unauthenticated_expired", By(Later(DAY))),
    ("emnify", "unmappable_country", By(Good)),
    ("cloverhound", "conflict", Guessed(ONE_OF_SEVERAL_FORMS)),
    (
        "cloverhound",
        "invalid_empty_body",
        By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 422\nbody = \"empty\"")),
    ),
    ("cloverhound", "invalid_", Guessed(ONE_OF_SEVERAL_FORMS)),
    ("cloverhound", "wrong_content_type_error", Guessed(ONE_OF_SEVERAL_FORMS)),
    ("cloverhound", "not_found_page", By(Fault("[[fault]]\nwhat = \"edge_html\"\nstatus = 404"))),
    ("cloverhound", "not_found", By(Altered(|it| it.path = it.path.replace("contacts", "nothing")))),
    ("cloverhound", "permission_denied", By(Altered(|it| it.path = it.path.replace("/7/", "/8/")))),
    (
        "onecloud",
        "create_after_login_with_its_validity",
        Never("only somebody else's code knows valid_until"),
    ),
    ("onecloud", "check_bad_with_a_token_alone", By(Later(DAY))),
    ("onecloud", "check_bad", By(BadCredentials)),
    ("onecloud", "invalid_", Guessed(ONE_OF_SEVERAL_FORMS)),
    (
        "onecloud",
        "login_refused_as_malformed",
        By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 400\non = \"login\"")),
    ),
    ("onecloud", "login_without_token", By(Altered(|it| remove(it, "siteId")))),
    ("onecloud", "not_found", By(Altered(|it| "/api/nothing".clone_into(&mut it.path)))),
    ("onecloud", "permission_denied", By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 403"))),
    ("onecloud", "quota_exhausted", By(FaultOnSecond(QUOTA))),
    ("onecloud", "wrong_content_type_error", By(FaultOnSecond(QUOTA))),
    ("onecloud", "unauthenticated_bad", By(NoCredentials)),
    ("onecloud", "unauthenticated_expired", By(Later(DAY))),
    // The same for all vendors.
    (ANY, "create_", By(Good)),
    (ANY, "gzip", By(Good)),
    (ANY, "slow", By(Good)),
    (ANY, "byte_order_mark", By(Good)),
    (ANY, "wrong_content_type", By(Good)),
    (ANY, "check_good", By(Good)),
    (ANY, "check_bad", By(BadCredentials)),
    (ANY, "check_unreadable", Guessed(NO_SUCCESS)),
    (ANY, "unauthenticated_empty", By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 401\nbody = \"empty\""))),
    (ANY, "unauthenticated_bad", By(BadCredentials)),
    (ANY, "login_refused", By(BadCredentials)),
    (ANY, "login_without_token", Guessed(NO_SUCCESS)),
    (
        ANY,
        "login_conflict",
        Guessed("a login makes nothing that could be there already, so nothing answers so"),
    ),
    (ANY, "login_unavailable", By(Fault("[[fault]]\nwhat = \"edge_html\"\nstatus = 502\non = \"login\""))),
    (ANY, "conflict", By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 409"))),
    (ANY, "not_found", By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 404"))),
    (ANY, "server_error", By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 500"))),
    (ANY, "bad_gateway", By(Fault("[[fault]]\nwhat = \"edge_html\"\nstatus = 502"))),
    (ANY, "blocked", By(Fault("[[fault]]\nwhat = \"edge_html\"\nstatus = 403"))),
    (ANY, "gateway_timeout", By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 504\nbody = \"empty\""))),
    (ANY, "unavailable", By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 503\nretry_after = \"30s\""))),
    (ANY, "rate_limited_plain", By(Fault("[[fault]]\nwhat = \"status\"\nstatus = 429"))),
    (ANY, "rate_limited_seconds", By(Fault("[[fault]]\nwhat = \"rate_limit\"\nretry_after = \"30s\""))),
    (
        ANY,
        "rate_limited_date",
        By(Fault("[[fault]]\nwhat = \"rate_limit\"\nretry_after = \"30s\"\nretry_after_as = \"date\"")),
    ),
    (ANY, "malformed_success", Guessed(NO_SUCCESS)),
    (ANY, "empty_success", Guessed(NO_SUCCESS)),
    (ANY, "failing_success", Guessed(NO_SUCCESS)),
    (ANY, "doubtful_success", Guessed(NO_SUCCESS)),
    (ANY, "client_closed", Guessed(NO_LOST_CLIENT)),
    (ANY, "request_in_progress", Guessed("the sandbox does not serialize equal requests")),
    (ANY, "plan_limit", Guessed(NO_PLAN)),
    (ANY, "login_maintenance", Guessed(NO_SUCCESS)),
    (
        ANY,
        "truncated_success",
        Guessed("a body that breaks off has no shape; the sandbox's own tests cut bodies"),
    ),
    (ANY, "redirect", Guessed(NO_REDIRECT)),
];

/// The contacts in the fixtures' lists.
const LISTED: &[&str] = &[
    r#"{"type": {"id": 1}, "name": "Mira Beispiel", "email": "another.mira@example.org"}"#,
    r#"{"type": {"id": 1}, "name": "Mira Beispiel", "title": "Buyer", "email": "mira.beispiel@example.com",
        "phone": "+442079460123"}"#,
    r#"{"type": {"id": 1}, "name": "Example Widgets Ltd", "department": "Purchasing", "street": "1 Sample Lane",
        "mobile": "+447700900102"}"#,
];
const EMPTY_401_OF_LOGIN: &str =
    "[[fault]]\nwhat = \"status\"\nstatus = 401\nbody = \"empty\"\non = \"login\"";
const ONE_USE: &str = "[[fault]]\nwhat = \"token_expiry\"\nuses = 1";
const QUOTA: &str =
    "[[fault]]\nwhat = \"quota\"\nvendor = \"onecloud\"\ncreates = 1\ntime_zone = \"Asia/Jakarta\"";

fn entry(fixture: &Fixture) -> Option<usize> {
    TABLE.iter().position(|(vendor, start, _)| {
        (*vendor == ANY || *vendor == fixture.vendor) && fixture.scenario.starts_with(start)
    })
}

/// Returns the state in which the sandbox answers like the fixture.
pub(crate) fn state_of(fixture: &Fixture) -> Reachability {
    let entry =
        entry(fixture).unwrap_or_else(|| panic!("{} has neither a state nor a reason", fixture.name()));
    TABLE[entry].2
}

/// Returns the entries that no fixture needs.
pub(crate) fn unneeded(fixtures: &[Fixture]) -> Vec<String> {
    let needed: BTreeSet<usize> =
        fixtures.iter().filter(|it| super::is_answered(it)).filter_map(entry).collect();
    let unneeded = TABLE.iter().enumerate().filter(|(index, _)| !needed.contains(index));
    unneeded.map(|(_, (vendor, start, _))| format!("{vendor} {start}")).collect()
}

fn set(request: &mut ExpectedRequest, key: &str, value: Value) {
    request.body.as_mut().unwrap()[key] = value;
}

fn remove(request: &mut ExpectedRequest, key: &str) {
    request.body.as_mut().unwrap().as_object_mut().unwrap().remove(key);
}

/// Sets a name and an e-mail address beyond the documented limits.
fn too_long(request: &mut ExpectedRequest) {
    set(request, "name", json!("n".repeat(101)));
    set(request, "emails", json!([{"email": format!("{}@example.com", "e".repeat(320))}]));
}

/// Changes the request into the update whose refusal the vendor recorded.
fn update_of_the_organisation(request: &mut ExpectedRequest) {
    "PATCH".clone_into(&mut request.method);
    request.path = request.path.replace("/contact", "");
}

fn content_type(request: &mut ExpectedRequest, value: &str) {
    request.headers.insert("content-type".to_owned(), value.to_owned());
}
