//! The interactions that the sandbox cannot verify, each with the reason: states out of reach, and answers that differ.

use unicontact_sandbox::Vendor;

/// Returns why the sandbox cannot enter the state, or `None` if it can.
pub(crate) fn out_of_reach(vendor: Vendor, key: &str, state: &str) -> Option<&'static str> {
    match vendor {
        Vendor::SmartTask if key == "create_after_login-before-1" || key == "login_refused" => {
            Some("the verifier cannot fill a form with credentials")
        }
        _ if key.starts_with("failing_success_") || key.starts_with("doubtful_success") => {
            Some("the sandbox tells no failure under a success")
        }
        _ if key == "plan_limit" => Some("the sandbox's accounts have no limit of a plan"),
        _ if key == "login_maintenance" => Some("the sandbox tells no maintenance under a success"),
        _ => by_state(state),
    }
}

/// Returns why the sandbox's answer differs from the fixture's, or `None` if it does not.
pub(crate) fn different(vendor: Vendor, key: &str) -> Option<&'static str> {
    let own = match vendor {
        Vendor::SmartTask => of_smarttask(key),
        Vendor::Emnify => of_emnify(key),
        Vendor::OneCloud => of_onecloud(key),
        _ => None,
    };
    own.or_else(|| of_any(vendor, key))
}

fn of_smarttask(key: &str) -> Option<&'static str> {
    Some(match key {
        "create_documented_answer" | "existing" => {
            "the vendor's example shows another contact than the request"
        }
        "login_empty" => "another form of a refusal, the sandbox's is that of login_wrong_client",
        limited if limited.starts_with("rate_limited_") => {
            "nobody documents a 429: the fixture calls it JSON, the sandbox problem details"
        }
        _ => return None,
    })
}

fn of_emnify(key: &str) -> Option<&'static str> {
    Some(match key {
        "create_full-before-1" | "unmappable_country" => {
            "some of the recorded countries have no iso_code, and Pact cannot say that a key may be missing"
        }
        "login_refused_as_malformed" | "login_refused_with_a_code" | "login_without_token" => REFUSED_LOGIN,
        "find_unclear_with_a_next_page" => WHOLE_LIST,
        "server_error_with_a_code" => {
            "another form of a server's error, the sandbox's is that of server_error"
        }
        login if login.ends_with("-before-1") => return None,
        // Recorded.
        "create_minimal" => return None,
        create if create.starts_with("create_") => {
            "the page shows the contact, the recordings an empty body, with which the sandbox answers"
        }
        _ => return None,
    })
}

fn of_onecloud(key: &str) -> Option<&'static str> {
    Some(match key {
        "create_after_login_with_its_validity-before-1" => {
            "only somebody else's code knows issued_at and valid_until"
        }
        "login_refused_as_malformed" => REFUSED_LOGIN,
        "login_without_token" => "the sandbox answers so only to a login without a site",
        "wrong_content_type_error" => WRONG_CONTENT_TYPE,
        _ => return None,
    })
}

fn of_any(vendor: Vendor, key: &str) -> Option<&'static str> {
    match key {
        "gateway_timeout" | "unavailable" | "unavailable_date" => Some(SERVER_ERROR),
        // The emnify stand-in answers with the gateway's message, as the fixture does.
        "server_error" if vendor != Vendor::Emnify => Some(SERVER_ERROR),
        "wrong_content_type" => Some(WRONG_CONTENT_TYPE),
        _ => None,
    }
}

const WHOLE_LIST: &str = "the sandbox lists its contacts whole";
const REFUSED_LOGIN: &str = "another form of a refusal, the sandbox's is that of login_refused";
const SERVER_ERROR: &str = "nobody documents a server's error: the fixture has that of something in between, the sandbox the \
                            form of the vendor's other errors";
const WRONG_CONTENT_TYPE: &str = "the fixture's content type is a wrong one, the sandbox's is right";

fn by_state(state: &str) -> Option<&'static str> {
    let state = state.split(", as in ").next().unwrap_or_default();
    Some(match state {
        "not all contacts can be read" => WHOLE_LIST,
        "something else than the service answers" => "nothing else answers",
        "the request may still be at work" => "the sandbox answers each request itself, and to its end",
        "the contact is not accepted" => "the request is a good one, which the sandbox accepts",
        "the request is not one that is understood" => {
            "the request is a good one, which the sandbox understands"
        }
        "the contact is there already" => "nothing is unique in the sandbox",
        "the credentials do not suffice" => "the sandbox's accounts may do everything",
        "what the request is for is not there" => "the sandbox has the organization that the request names",
        _ => return None,
    })
}
