//! The table from an HTTP status to a kind and an effect, common to all vendors. An adapter refines it by the vendor's own codes.
//! An undocumented status has the effect `unknown` if it may follow a create.

use super::kind::{Effect, ErrorKind};

/// Returns the kind and effect of an HTTP status. `is_html` states that the body is a web page: then a 403 comes from a proxy or
/// firewall and not from the vendor's API.
pub(crate) fn judge_status(status: u16, is_html: bool) -> (ErrorKind, Effect) {
    use Effect::{Refused, Unknown};
    match status {
        400 | 412 | 413 | 414 | 422 | 428 | 431 => (ErrorKind::Invalid, Refused),
        401 | 407 => (ErrorKind::Unauthenticated, Refused),
        403 if is_html => (ErrorKind::Blocked, Refused),
        402 => (ErrorKind::QuotaExhausted, Refused),
        403 => (ErrorKind::PermissionDenied, Refused),
        404 | 410 => (ErrorKind::NotFound, Refused),
        405 | 406 | 411 | 415 | 426 => (ErrorKind::Config, Refused),
        // A proxy may send 408 after forwarding the request. A proxy that lost its client sends 499 (nginx) or 460 (AWS).
        // After a 1xx, the final answer is missing.
        100..=199 | 408 | 460 | 499 => (ErrorKind::Interrupted, Unknown),
        409 => (ErrorKind::AlreadyExists, Refused),
        421 | 423 | 425 => (ErrorKind::Unavailable, Refused),
        429 => (ErrorKind::RateLimited, Refused),
        451 => (ErrorKind::Blocked, Refused),
        500..=599 => (ErrorKind::Unavailable, Unknown),
        // Redirects, which are not followed, and unspecified statuses.
        300..=499 => (ErrorKind::UnexpectedResponse, Refused),
        // A success whose body is not one, and invalid statuses.
        _ => (ErrorKind::UnexpectedResponse, Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_documented_kind_and_effect() {
        use Effect::{Refused, Unknown};
        for (status, html, kind, effect) in [
            (101, false, ErrorKind::Interrupted, Unknown),
            (102, false, ErrorKind::Interrupted, Unknown),
            (201, false, ErrorKind::UnexpectedResponse, Unknown),
            (302, false, ErrorKind::UnexpectedResponse, Refused),
            (400, false, ErrorKind::Invalid, Refused),
            (401, false, ErrorKind::Unauthenticated, Refused),
            (402, false, ErrorKind::QuotaExhausted, Refused),
            (402, true, ErrorKind::QuotaExhausted, Refused),
            (403, false, ErrorKind::PermissionDenied, Refused),
            (403, true, ErrorKind::Blocked, Refused),
            (404, false, ErrorKind::NotFound, Refused),
            (409, false, ErrorKind::AlreadyExists, Refused),
            (422, false, ErrorKind::Invalid, Refused),
            (408, false, ErrorKind::Interrupted, Unknown),
            (460, true, ErrorKind::Interrupted, Unknown),
            (499, false, ErrorKind::Interrupted, Unknown),
            (429, true, ErrorKind::RateLimited, Refused),
            (500, false, ErrorKind::Unavailable, Unknown),
            (502, true, ErrorKind::Unavailable, Unknown),
            (503, false, ErrorKind::Unavailable, Unknown),
            (504, false, ErrorKind::Unavailable, Unknown),
            (520, true, ErrorKind::Unavailable, Unknown),
            (999, false, ErrorKind::UnexpectedResponse, Unknown),
        ] {
            assert_eq!(judge_status(status, html), (kind, effect), "{status}");
        }
    }

    #[test]
    fn of_the_statuses_from_300_to_499_only_those_of_lost_answers_are_in_doubt() {
        for status in (300..500).filter(|status| ![408, 460, 499].contains(status)) {
            assert_eq!(judge_status(status, false).1, Effect::Refused, "{status}");
        }
    }
}
