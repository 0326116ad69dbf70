//! What to do about an answer that shows a mistake in the description or in the keys of the account.

use crate::error::{Effect, ErrorKind, Operation};

/// Returns the hint for an answer to an operation of a described vendor. `None` where the hint of the kind says what to do, and
/// where the contact may have been created.
pub(in crate::declared) fn for_answer(
    operation: Operation,
    kind: ErrorKind,
    effect: Effect,
    status: u16,
) -> Option<String> {
    if effect == Effect::Unknown {
        return None;
    }
    let request = match operation {
        Operation::Authenticate => "the token request of [[auth]]",
        Operation::Find => "[[find]]",
        Operation::Check => "[check]",
        _ => "[create]",
    };
    let keys = "base_url and the account's keys in the configuration";
    match (kind, status) {
        (ErrorKind::NotFound, _) => {
            Some(format!("Check {keys}, and the path of {request} in the vendor's description."))
        }
        (ErrorKind::Config, 405) => {
            Some(format!("Check the method and the path of {request} in the vendor's description."))
        }
        (ErrorKind::Config, 406 | 415) if operation == Operation::Create => Some(
            "Check content_type and headers of [create] in the vendor's description: the vendor does not take this \
             form of body."
                .to_owned(),
        ),
        (ErrorKind::Config, _) => Some(format!("Check {request} in the vendor's description.")),
        (ErrorKind::UnexpectedResponse, _) => Some(format!(
            "Check {keys}, and {request} in the vendor's description: the answer is not one of the vendor's API."
        )),
        (ErrorKind::Unauthenticated | ErrorKind::PermissionDenied, _) if operation == Operation::Find => {
            Some("Check the credential: the vendor must allow it to search contacts.".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_names_the_request_that_was_answered() {
        let hint = |operation, kind, status| for_answer(operation, kind, Effect::Refused, status).unwrap();
        let not_found = hint(Operation::Find, ErrorKind::NotFound, 404);
        assert!(not_found.contains("path of [[find]]"), "{not_found}");
        let method = hint(Operation::Create, ErrorKind::Config, 405);
        assert!(method.contains("method and the path of [create]"), "{method}");
        let body = hint(Operation::Create, ErrorKind::Config, 415);
        assert!(body.contains("content_type"), "{body}");
        assert!(hint(Operation::Check, ErrorKind::UnexpectedResponse, 302).contains("[check]"));
    }

    #[test]
    fn a_contact_that_may_exist_keeps_the_hint_about_that() {
        assert_eq!(for_answer(Operation::Create, ErrorKind::NotFound, Effect::Unknown, 404), None);
        assert_eq!(for_answer(Operation::Create, ErrorKind::Invalid, Effect::Refused, 422), None);
    }
}
