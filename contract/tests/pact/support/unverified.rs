//! The interactions that the sandbox cannot be brought to, and why.
//!
//! Its rule: by the state where it is out of reach for all vendors, else one by one.

use unicontact_sandbox::Vendor;

/// Why the sandbox cannot give this answer, if it cannot.
pub(crate) fn reason(_vendor: Vendor, _key: &str, state: &str) -> Option<&'static str> {
    by_state(state)
}

fn by_state(state: &str) -> Option<&'static str> {
    let state = state.split(", as in ").next().unwrap_or_default();
    Some(match state {
        "the service is out of order" => "the sandbox is never out of order",
        "too many requests came before" => "the sandbox counts no requests",
        "the quota is used up" => "the sandbox has no quota",
        "something in between blocks the request" => "nothing stands between",
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
