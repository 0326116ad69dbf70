//! The interactions that the sandbox cannot be brought to, and why.
//!
//! Its rule: by the state where it is out of reach for all vendors, else one by one. Where sandbox and fixture disagree
//! the reason says so: at most one of them is what the vendor does.

use unicontact_sandbox::Vendor;

/// Why the sandbox cannot be brought to the state, if it cannot.
pub(crate) fn out_of_reach(vendor: Vendor, key: &str, state: &str) -> Option<&'static str> {
    match vendor {
        Vendor::SmartTask if key == "create_after_login-before-1" || key == "login_refused" => {
            Some("the verifier cannot fill a form with credentials")
        }
        _ if key.starts_with("failing_success_") => Some("the sandbox tells no failure under a success"),
        _ => by_state(state),
    }
}

/// Why the sandbox answers otherwise in a state that it can be brought to, if it does.
pub(crate) fn different(vendor: Vendor, key: &str) -> Option<&'static str> {
    match vendor {
        Vendor::SmartTask => of_smarttask(key),
        Vendor::Emnify => of_emnify(key),
        Vendor::Cloverhound => None,
        Vendor::OneCloud => of_onecloud(key),
    }
}

fn of_smarttask(key: &str) -> Option<&'static str> {
    Some(match key {
        "create_documented_answer" | "existing" => {
            "the vendor's example shows another contact than the request"
        }
        "login_empty" => "another form of a refusal, the sandbox's is that of login_wrong_client",
        _ => return None,
    })
}

fn of_emnify(key: &str) -> Option<&'static str> {
    Some(match key {
        "login_refused_with_a_code" | "login_without_token" => {
            "another form of a refusal, the sandbox's is that of login_refused"
        }
        login if login.ends_with("-before-1") => return None,
        create if create.starts_with("create_") => {
            "they disagree: the sandbox answers a create with an empty body, the fixture with the contact"
        }
        _ => return None,
    })
}

fn of_onecloud(key: &str) -> Option<&'static str> {
    Some(match key {
        "login_without_token" => "the sandbox answers so only to a login without a site",
        _ => return None,
    })
}

fn by_state(state: &str) -> Option<&'static str> {
    let state = state.split(", as in ").next().unwrap_or_default();
    Some(match state {
        "something else than the service answers" => "nothing else answers",
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
